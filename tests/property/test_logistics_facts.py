"""Facts of supply: complete and typed whatever the record holds and whatever an act names."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from servanda.act.act import Applied
from servanda.domains.logistics import DOMAIN
from servanda.policy.facts import wrong
from tests.property.test_logistics_fold import MEMBERS, histories
from tests.unit.logistics.test_logistics_acts import SAMPLES
from tests.unit.logistics.trade import Trade

COMMON = {"phase": "in_force", "officer_role": "other", "questioned": frozenset[str]()}
TRADE = Trade()
kinds = st.sampled_from(sorted(SAMPLES))


@given(histories(), st.data())
def test_only_who_supplies_may_be_unknown(history: list[Applied], data: st.DataObject) -> None:
    trade = Trade.__new__(Trade)
    trade.__dict__.update(TRADE.__dict__, acts={}, received={})
    for act in history:
        trade.acts[act.act_id] = act
        trade.state = DOMAIN.fold(trade.state, act)
    kind = data.draw(kinds)
    members: Any = data.draw(MEMBERS.get(kind, st.just(SAMPLES[kind])))
    lines = trade.facts(kind, data.draw(st.sampled_from(["KR", "JP"])), members, "all-1")
    assert lines
    for line in lines:
        assert set(wrong(kind, {**COMMON, **line}, trade.instrument)) <= {"supplier_acts"}
