"""The order book folds any acts: it never raises, always holds, and folding in parts equals folding whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from servanda.act.act import Applied
from servanda.domains.logistics.desk import orders
from servanda.domains.logistics.state import EMPTY, broken, fold
from tests.unit.logistics.test_logistics_acts import SAMPLES
from tests.unit.logistics.trade import AGREEMENT, AT, FUEL, ORDER, OTHER, SUPPLIERS, moment

IDS = [f"{number:064x}" for number in range(12)]
ids = st.sampled_from(IDS)
quantities = st.sampled_from(["1", "2.5", "40000", "0.000001"])
portions = st.lists(
    st.fixed_dictionaries(
        {"line": st.integers(1, 3), "quantity": quantities}, optional={"lot": st.sampled_from(["A", "B"])}
    ),
    min_size=1,
    max_size=3,
)
contents = st.fixed_dictionaries(
    {
        "lines": st.lists(
            st.builds(lambda quantity: {**FUEL, "quantity": quantity}, quantities), min_size=1, max_size=3
        ),
        "supplier": st.sampled_from(["KR", "JP", "US"]),
        "settlement": st.sampled_from(["cash", "in_kind", "equal_value"]),
        "life_in_danger": st.booleans(),
    }
).map(lambda members: {**ORDER, **members})
named = dict.fromkeys(("order", "ask", "issue", "receipt"), ids)
MEMBERS: dict[str, Any] = {
    "logistics.order.place": contents,
    "logistics.order.clear": contents.map(lambda content: {"subject": content}),
    "logistics.order.accept": ids.map(lambda order: {"order": order, "elements": SUPPLIERS}),
    "logistics.goods.issue": st.builds(lambda order, furnished: {"order": order, "furnished": furnished}, ids, portions)
    | contents.map(lambda content: {"content": content, "life_in_danger": True}),
    "logistics.goods.receive": st.builds(
        lambda order, issue, received: {"order": order, "issue": issue, "received": received}, ids, ids, portions
    ),
    "logistics.goods.return": st.builds(lambda order, back: {"order": order, "returned": back}, ids, portions),
    "logistics.settlement.agree": st.builds(
        lambda invoices, settled: {"mode": "in_kind", "invoices": invoices, "orders": settled},
        st.lists(ids, min_size=1, max_size=2, unique=True),
        st.lists(ids, max_size=2, unique=True),
    ),
}


@st.composite
def histories(draw: st.DrawFn) -> list[Applied]:
    """Acts in a row, each naming others by chance: known, unknown, its own, later ones."""
    history = []
    for number in range(draw(st.integers(1, len(IDS)))):
        kind = draw(st.sampled_from(sorted(SAMPLES)))
        members = draw(MEMBERS.get(kind, st.just(SAMPLES[kind])))
        members = {
            name: draw(named[name]) if name in named and name in SAMPLES[kind] else value
            for name, value in members.items()
        }
        author = draw(st.sampled_from(["KR", "JP"]))
        history.append(
            Applied(
                act_id=IDS[number],
                kind=kind,
                agreement=draw(st.sampled_from([AGREEMENT, AGREEMENT, "kr-jp-c"])),
                digest="0" * 64,
                author=author,
                other=OTHER[author],
                officers=(f"{author.lower()}/{draw(st.sampled_from(['a', 'b']))}",),
                causes=(),
                payload=draw(st.sampled_from([members, members, members, {}])),
                recorded_at=moment(AT) + timedelta(hours=draw(st.integers(0, 30_000))),
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


@given(histories())
def test_the_fold_never_raises_and_its_book_always_holds(history: list[Applied]) -> None:
    state = folded(history)
    for agreement in (AGREEMENT, "kr-jp-c"):
        assert broken(state.under(agreement)) == ()
        assert {listed.order.id for listed in orders(state, agreement)} == set(state.under(agreement).orders)


@given(histories(), st.data())
def test_folding_in_parts_equals_folding_whole(history: list[Applied], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(history)))
    first = folded(history[:cut])
    assert folded(history[cut:], first) == folded(history)
    assert folded(history[:cut]) == first


@given(histories())
def test_an_act_under_another_agreement_leaves_this_book_alone(history: list[Applied]) -> None:
    alone = [act for act in history if act.agreement == AGREEMENT]
    assert folded(history).under(AGREEMENT) == folded(alone).under(AGREEMENT)


@given(histories())
def test_every_act_is_in_the_book_or_out_of_order(history: list[Applied]) -> None:
    """No act is lost: with its id changed, the state is another one."""
    for place, act in enumerate(history):
        other = [*history[:place], replace(act, act_id="f" * 64), *history[place + 1 :]]
        if act.kind in ("logistics.order.place", "logistics.goods.return", "logistics.goods.receive"):
            assert folded(other) != folded(history)
