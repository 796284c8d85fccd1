"""Facts of rescue are complete and typed for any act over any casebook, and the same however often they are asked."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from servanda.act.act import Applied
from servanda.policy.facts import wrong
from tests.property.test_rescue_fold import IDS, KINDS, contents, folded, histories
from tests.unit.rescue.watch import GRID, IN_J, IN_K, IN_O, IN_Q, IN_S, IN_U, OUT, TOKYO, Watch

WATCH = Watch()
COMMON = {"phase": "in_force", "officer_role": "duty_officer", "questioned": frozenset[str]()}
POSITIONS = st.sampled_from([GRID, IN_J, IN_K, IN_O, IN_Q, IN_S, IN_U, OUT, TOKYO])


@settings(deadline=None)
@given(histories(), st.sampled_from(KINDS), st.sampled_from(["KR", "JP"]), st.data())
def test_facts_are_complete_but_for_the_lead_of_a_case_that_is_not_there(
    history: list[Applied], kind: str, author: str, data: st.DataObject
) -> None:
    watch = Watch.__new__(Watch)
    watch.__dict__ |= WATCH.__dict__
    watch.state = folded(history)
    members: dict[str, Any] = data.draw(contents(kind, IDS).filter(bool))
    for name in ("position", "positions", "track"):
        if name in members:
            members[name] = data.draw(POSITIONS if name == "position" else st.lists(POSITIONS, min_size=1, max_size=3))
    lines = watch.facts(kind, author, members)
    assert lines == watch.facts(kind, author, members)
    assert len(lines) == len(members.get("positions", [None])) or kind == "rescue.admission.answer"
    for line in lines:
        missing = wrong(kind, {**COMMON, **line}, watch.instrument)
        assert missing in ((), ("author_leads",))
        if missing:
            assert kind not in ("rescue.case.open", "rescue.sighting.lodge")


@settings(deadline=None)
@given(histories(), st.sampled_from(IDS))
def test_one_party_leads_a_case_and_not_the_other(history: list[Applied], case: str) -> None:
    watch = Watch.__new__(Watch)
    watch.__dict__ |= WATCH.__dict__
    watch.state = folded(history)
    told = [watch.facts("rescue.case.concur", author, {"case": case})[0].get("author_leads") for author in ("KR", "JP")]
    assert sorted(map(str, told)) == (["False", "True"] if case in watch.book.cases else ["None", "None"])
