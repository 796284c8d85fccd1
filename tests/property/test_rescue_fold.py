"""The casebook folds any acts: it never raises, always holds, and loses nothing, in whatever parts it is folded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from servanda.act.act import Applied
from servanda.domains.rescue.casebook import State
from servanda.domains.rescue.desk import cases
from servanda.domains.rescue.state import EMPTY, broken, fold
from tests.unit.agreement.lives import OTHER
from tests.unit.rescue.test_rescue_acts import AREA, SAMPLES
from tests.unit.rescue.watch import AGREEMENT, AT, moment

IDS = [f"{number:064x}" for number in range(12)]
OTHERS = [f"{number + 1000:064x}" for number in range(12)]
KINDS = sorted(set(SAMPLES) - {"rescue.alert.receive"})
NAMING = ("case", "plan", "replaces", "reopens", "request")


@st.composite
def contents(draw: st.DrawFn, kind: str, ids: list[str]) -> dict[str, Any]:
    """A payload of a kind that names acts of the history, and now and then none."""
    members = dict(SAMPLES[kind])
    for name in NAMING:
        if name in members:
            members[name] = draw(st.sampled_from(ids))
    for name in ("replaces", "reopens", "plan", "request"):
        if name in members and kind not in ("rescue.plan.agree", "rescue.admission.answer") and draw(st.booleans()):
            del members[name]
            members.pop("area" if name == "plan" else name, None)
    if kind == "rescue.lead.pass":
        members["subject"] = {
            "case": draw(st.sampled_from(ids)),
            "to": draw(st.sampled_from(["KR", "JP", "JP", "US"])),
            "turn": draw(st.integers(1, 3)),
        }
    if kind == "rescue.plan.propose":
        members["areas"] = [{**AREA, "number": draw(st.integers(1, 2))}]
    if kind == "rescue.admission.answer":
        members |= {"granted": True} if draw(st.booleans()) else {"granted": False}
        members.pop("until", None)
    return draw(st.sampled_from([members, members, members, {}]))


@st.composite
def histories(draw: st.DrawFn, ids: list[str] = IDS) -> list[Applied]:
    """Acts that name each other as they please; the first opens a case."""
    history = []
    for number in range(draw(st.integers(1, len(ids)))):
        kind = draw(st.sampled_from(KINDS)) if number else "rescue.case.open"
        author = draw(st.sampled_from(["KR", "JP"]))
        history.append(
            Applied(
                act_id=ids[number],
                kind=kind,
                agreement=draw(st.sampled_from([AGREEMENT, AGREEMENT, AGREEMENT, "none"])),
                digest="0" * 64,
                author=author,
                other=OTHER[author],
                officers=(f"{author.lower()}/duty-1",),
                causes=(),
                payload=draw(contents(kind, ids[: number + 1])),
                recorded_at=moment(AT) + timedelta(minutes=draw(st.integers(0, 10_000))),
                rank=number,
                log="log",
                index=number,
            )
        )
    return history


def folded(acts: list[Applied], state: State = EMPTY) -> State:
    for act in acts:
        state = fold(state, act)
    return state


@given(histories())
def test_the_fold_never_raises_and_its_book_always_holds(history: list[Applied]) -> None:
    state = folded(history)
    assert broken(state) == ()
    opened = [act.act_id for act in history if act.kind == "rescue.case.open" and act.payload]
    assert sorted(case.id for case in cases(state)) == sorted(opened)


@given(histories(), st.data())
def test_folding_in_parts_equals_folding_whole(history: list[Applied], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(history)))
    first = folded(history[:cut])
    assert folded(history[cut:], first) == folded(history)
    assert folded(history[:cut]) == first


@given(histories(), histories(OTHERS), st.randoms(use_true_random=False))
def test_cases_that_name_nothing_of_each_other_may_come_in_any_order(
    one: list[Applied], other: list[Applied], chance: Any
) -> None:
    waiting, mixed = [list(one), list(other)], []
    while any(waiting):
        mixed.append(chance.choice([each for each in waiting if each]).pop(0))
    assert folded(mixed) == folded([*one, *other]) == folded([*other, *one])


@given(histories())
def test_every_act_is_in_the_book_or_out_of_order(history: list[Applied]) -> None:
    """No act is lost: with its id changed, the state is another one."""
    for place, act in enumerate(history):
        other = [*history[:place], replace(act, act_id="f" * 64), *history[place + 1 :]]
        completes = act.kind == "rescue.lead.pass" and act.act_id not in folded(history).out_of_order
        if not completes:
            assert folded(other) != folded(history), act


@given(histories())
def test_which_agreement_covers_an_act_decides_nothing_but_which_halves_meet(history: list[Applied]) -> None:
    def but_agreements(state: State) -> Mapping[str, object]:
        bare = {case.id: replace(case, agreement="") for case in state.cases.values()}
        return {name: getattr(state, name) for name in State.__slots__} | {"cases": bare}

    alone = [act for act in history if act.kind != "rescue.lead.pass"]
    under = [replace(act, agreement=AGREEMENT) for act in alone]
    assert but_agreements(folded(alone)) == but_agreements(folded(under))
