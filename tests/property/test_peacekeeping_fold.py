"""The board folds any acts: it never raises, always holds, and folding in parts equals folding whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from servanda.act.act import Applied
from servanda.act.content import read, write
from servanda.base import canon
from servanda.domains.peacekeeping.acts import PAYLOADS
from servanda.domains.peacekeeping.desk import missions, needs, offers
from servanda.domains.peacekeeping.state import EMPTY, broken, fold
from tests.unit.agreement.lives import OTHER
from tests.unit.peacekeeping.operation import AGREEMENT, AT, BREAD, JOIN, MISSION, OFFER, REQUEST, WATER, moment

IDS = [f"{number:064x}" for number in range(12)]
ids = st.sampled_from(IDS)
codes = st.sampled_from([MISSION, MISSION, MISSION, "MINUSMA"])
quantities = st.sampled_from(["1", "2.5", "5000", "0.000001"])
lines = st.lists(
    st.builds(lambda line, quantity: {**line, "quantity": quantity}, st.sampled_from([WATER, BREAD]), quantities),
    min_size=1,
    max_size=3,
)
days = st.dates(date(2030, 6, 1), date(2032, 6, 1)).map(str)
mandates = st.builds(
    lambda first, last: {"resolution": "9001", "from_day": min(first, last), "until_day": max(first, last)}, days, days
) | days.map(lambda first: {"resolution": "9001", "from_day": first})


def with_members(base: Any, needed: dict[str, Any], optional: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(needed, optional=optional).map(lambda members: {**base, **members})


portions = st.lists(
    st.fixed_dictionaries({"line": st.integers(1, 4), "quantity": quantities}),
    max_size=3,
    unique_by=lambda portion: portion["line"],
)
MEMBERS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "peacekeeping.mission.join": with_members(JOIN, {"mission": codes, "mandate": mandates}, {}),
    "peacekeeping.mission.update": with_members(
        {},
        {"mission": codes, "told": st.lists(ids, max_size=3, unique=True)},
        {"mandate": mandates, "strength": st.integers(1, 999), "note": st.just("told by radio")},
    ),
    "peacekeeping.mission.end": with_members({}, {"mission": codes, "day": days}, {}),
    "peacekeeping.support.request": with_members(
        REQUEST, {"mission": codes, "lines": lines}, {"priority": st.integers(1, 3), "life_in_danger": st.booleans()}
    ),
    "peacekeeping.support.offer": with_members(
        OFFER, {"mission": codes, "lines": lines, "paid_by_un": st.booleans()}, {"request": ids}
    ),
    "peacekeeping.support.accept": with_members({}, {"offer": ids}, {}),
    "peacekeeping.support.fulfil": with_members(
        {}, {"offer": ids}, {"furnished": portions, "life_in_danger": st.booleans(), "paid_by_un": st.booleans()}
    ),
}
kinds = st.sampled_from(sorted(PAYLOADS))


@st.composite
def histories(draw: st.DrawFn) -> list[Applied]:
    """Acts in a row, each naming others by chance: known, unknown, its own, later ones."""
    history = []
    for number in range(draw(st.integers(1, len(IDS)))):
        kind = draw(kinds)
        members = draw(MEMBERS[kind])
        author = draw(st.sampled_from(["KR", "JP"]))
        history.append(
            Applied(
                act_id=IDS[number],
                kind=kind,
                agreement=draw(st.sampled_from([AGREEMENT, AGREEMENT, AGREEMENT, "kr-jp-c"])),
                digest="0" * 64,
                author=author,
                other=OTHER[author],
                officers=(f"{author.lower()}/contingent-1",),
                causes=(),
                payload=draw(st.sampled_from([members, members, members, {}])),
                recorded_at=moment(AT) + timedelta(hours=draw(st.integers(0, 10_000))),
                rank=number,
                log="log",
                index=number,
            )
        )
    return history


def folded(acts: list[Applied], state: Any = EMPTY) -> Any:
    for act in acts:
        state = fold(state, act)
    return state


@given(kinds, st.data())
def test_what_reads_writes_the_same(kind: str, data: st.DataObject) -> None:
    members = data.draw(MEMBERS[kind])
    content = read(PAYLOADS[kind], members)
    written = canon.decode(canon.encode(write(content)), bytes_max=1_000_000)
    assert read(PAYLOADS[kind], written) == content
    given_by_default = {name for name, value in members.items() if value in ([], False)}
    assert written == {
        name: value for name, value in members.items() if name in written or name not in given_by_default
    }


@given(histories())
def test_the_fold_never_raises_and_its_board_always_holds(history: list[Applied]) -> None:
    state = folded(history)
    for agreement in (AGREEMENT, "kr-jp-c"):
        board = state.under(agreement)
        assert broken(board) == ()
        assert {listed.mission.code for listed in missions(state, agreement)} == set(board.missions)
        assert {need.request.id for need in needs(state, agreement)} == set(board.requests)
        assert {listed.offer.id for listed in offers(state, agreement)} == set(board.offers)


@given(histories())
def test_no_more_is_given_than_was_offered(history: list[Applied]) -> None:
    for offer in folded(history).under(AGREEMENT).offers.values():
        left = {portion.line for portion in offer.left()}
        for number in range(1, len(offer.content.lines) + 1):
            assert 0 <= offer.given(number, paid_by_un=True) <= offer.given(number) <= offer.quantity(number)
            assert (offer.given(number) < offer.quantity(number)) is (number in left)


@given(histories(), st.data())
def test_folding_in_parts_equals_folding_whole(history: list[Applied], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(history)))
    first = folded(history[:cut])
    assert folded(history[cut:], first) == folded(history)
    assert folded(history[:cut]) == first


@given(histories())
def test_an_act_under_another_agreement_leaves_this_board_alone(history: list[Applied]) -> None:
    alone = [act for act in history if act.agreement == AGREEMENT]
    assert folded(history).under(AGREEMENT) == folded(alone).under(AGREEMENT)


@given(histories(), st.integers(0, len(IDS)))
def test_the_fold_reads_the_residue_and_nothing_that_a_node_alone_knows(history: list[Applied], rank: int) -> None:
    """Facts, causes, digest and place in the logs may differ between the nodes' copies of an act; the board may not."""
    other = [
        replace(act, rank=rank, log="another", index=rank, causes=(IDS[0],), digest="f" * 64, facts=({"place": "x"},))
        for act in history
    ]
    assert folded(other) == folded(history)


@given(histories())
def test_no_act_is_lost(history: list[Applied]) -> None:
    """Every act is on the board by its id, or its effect, or out of order: with another id the state is another one."""
    for place, act in enumerate(history):
        other = [*history[:place], replace(act, act_id="f" * 64), *history[place + 1 :]]
        assert folded(other) != folded(history)
