"""Facts of peacekeeping: complete and typed whatever the record holds and whatever an act names."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from servanda.act.act import Applied
from servanda.domains.peacekeeping import DOMAIN
from servanda.policy.facts import wrong
from tests.property.test_peacekeeping_fold import MEMBERS, histories, kinds
from tests.unit.peacekeeping.operation import AT, Operation, moment

COMMON = {"phase": "in_force", "officer_role": "other", "questioned": frozenset[str]()}
OPERATION = Operation()


@given(histories(), kinds, st.data())
def test_every_fact_is_known_of_every_act(history: list[Applied], kind: str, data: st.DataObject) -> None:
    operation = Operation.__new__(Operation)
    operation.__dict__.update(OPERATION.__dict__, acts={}, received={})
    for act in history:
        operation.acts[act.act_id] = act
        operation.state = DOMAIN.fold(operation.state, act)
    members = data.draw(MEMBERS[kind])
    author = data.draw(st.sampled_from(["KR", "JP"]))
    at = (moment(AT) + timedelta(hours=data.draw(st.integers(0, 20_000)))).isoformat(timespec="minutes")
    lines = operation.facts(kind.removeprefix("peacekeeping."), author, members, at)
    assert lines
    for line in lines:
        assert wrong(kind, {**COMMON, **line}, operation.instrument) == ()
        assert line["same_mission"] is False or all(
            operation.board.missions[code].joined(party, (moment(at)).astimezone(operation.instrument.zone).date())
            for code in [_mission(operation, members)]
            for party in ("KR", "JP")
        )


def _mission(operation: Operation, members: dict[str, str]) -> str:
    """The operation that an act is about."""
    return members["mission"] if "mission" in members else operation.board.offers[members["offer"]].content.mission
