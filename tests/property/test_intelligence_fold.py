"""The fold of reports on generated acts: it never fails, parts make the whole, and no text of a report is in it."""

from __future__ import annotations

from datetime import date
from typing import Any

import hypothesis.strategies as st
from hypothesis import given

from servanda.act.act import Applied
from servanda.act.kind import vocabulary
from servanda.domains.intelligence.acts import PAYLOADS
from servanda.domains.intelligence.facts import facts
from servanda.domains.intelligence.marks import CODES
from servanda.domains.intelligence.registry import EMPTY, OutOfOrder, State
from servanda.domains.intelligence.state import fold
from tests.unit.intelligence.reports import CANARY, OTHER, Sight, act_id, applied, pact, said

PACT = pact()
FACTS = {row["name"] for row in vocabulary()["domains"]["intelligence"]["facts"]}

PARTY = st.sampled_from(["KR", "JP"])
NUMBER = st.sampled_from(["2031-000001", "2031-000002"])
CONTROL = st.builds("-".join, st.tuples(PARTY, NUMBER))
CODE = st.sampled_from(["jp-desk", "kr-desk", "us-liaison", "press"])
PURPOSE = st.sampled_from(["warning", "assessment"])
LEVEL = st.integers(0, 3)
ID = st.integers(0, 24).map(act_id)
DAY = st.dates(date(2030, 1, 1), date(2032, 1, 1)).map(date.isoformat)
HOUR = st.sampled_from(["0001-01-01T00:00:00Z", "2031-05-01T12:00:00Z", "2031-05-01T21:59:00Z", "9999-12-31T23:59:59Z"])
MARKS = st.dictionaries(PARTY, st.sampled_from(sorted(CODES)), max_size=2)
FLAG = st.booleans()
TEXT = st.just(CANARY)


def members(required: dict[str, Any], optional: dict[str, Any] | None = None) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(required, optional=optional or {})


@st.composite
def head(draw: st.DrawFn) -> dict[str, Any]:
    control = draw(CONTROL)
    return {
        **draw(
            members(
                {
                    "topic": st.sampled_from(["nk_missile", "nk_nuclear", "weather"]),
                    "level": LEVEL,
                    "marks": MARKS,
                    "addressees": st.lists(CODE, min_size=1, max_size=3, unique=True),
                    "reported_at": HOUR,
                    "title": TEXT,
                    "text": TEXT,
                },
                {
                    "purpose": PURPOSE,
                    "caveats": st.lists(st.sampled_from(["no_copy", "no_contractor"]), unique=True),
                    "carrier": st.sampled_from(["courier", "open_network"]),
                    "route": st.sampled_from(["relay_us", "relay_other"]),
                    "relay_asked": FLAG,
                    "precedence": st.sampled_from(["flash", "priority"]),
                },
            )
        ),
        "control": control,
        "revision": 1,
        "originator": control[:2],
    }


@st.composite
def amendment(draw: st.DrawFn) -> dict[str, Any]:
    before = draw(st.integers(1, 4))
    return {**draw(head()), "revision": before + draw(st.integers(1, 2)), "amends": {"revision": before}}


FOUND = ({"found_at": HOUR}, {"report": CONTROL, "account": TEXT, "nature": st.sampled_from(["lost", "disclosed"])})
SAID: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "intelligence.report.request": members({"topic": CODE, "question": TEXT}, {"purpose": PURPOSE}),
    "intelligence.report.decline": members({"request": ID}),
    "intelligence.report.share": head(),
    "intelligence.report.amend": amendment(),
    "intelligence.report.recall": members({"report": CONTROL}, {"reason": TEXT}),
    "intelligence.report.acknowledge": members({"about": ID}, {"desk": CODE}),
    "intelligence.report.release": members(
        {"report": CONTROL, "released_to": st.sampled_from(["third_state", "own_contractor", "ally"]), "body": CODE},
        {
            "purpose": PURPOSE,
            "reader_clearance": LEVEL,
            "need_to_know": FLAG,
            "same_purpose": FLAG,
            "marked": FLAG,
            "facility": CODE,
        },
    ),
    "intelligence.report.destroy": members(
        {"report": CONTROL, "method": st.sampled_from(["burned", "returned"]), "certificate": st.just("C-1")}
    ),
    "intelligence.consent.ask": members({"report": CONTROL, "body": CODE, "purpose": PURPOSE}),
    "intelligence.consent.give": members({"report": CONTROL, "body": CODE, "purpose": PURPOSE, "until": DAY}),
    "intelligence.addressee.assure": members({"addressee": CODE, "level": LEVEL}, {"until": DAY}),
    "intelligence.facility.attest": members({"facility": CODE, "cleared": FLAG, "binds": FLAG}, {"inspected_on": DAY}),
    "intelligence.register.extract": members(
        {"report": CONTROL, "copies": st.integers(0, 9), "readers": st.integers(0, 9), "root": st.just("b" * 64)}
    ),
    "intelligence.incident.find": members(*FOUND),
    "intelligence.incident.notify": members(*FOUND),
    "intelligence.incident.conclude": members({"incident": ID, "findings": TEXT, "measures": TEXT}),
}
OFFICERS = st.lists(st.sampled_from(["kr/a", "kr/b", "kr/c"]), min_size=1, max_size=4).map(tuple)


@st.composite
def saying(draw: st.DrawFn, kinds: tuple[str, ...] = tuple(SAID)) -> tuple[str, str, dict[str, Any], Any, Any]:
    kind = draw(st.sampled_from(kinds))
    causes = tuple(draw(st.lists(ID, max_size=2, unique=True)))
    return kind, draw(PARTY), draw(SAID[kind]), causes, draw(OFFICERS)


@st.composite
def sequence(draw: st.DrawFn) -> list[Applied]:
    kinds = tuple(kind for kind in SAID if kind != "intelligence.incident.find")
    said_so_far = draw(st.lists(saying(kinds), max_size=25))
    return [
        applied(index, kind, author, content, causes=causes, officers=officers)
        for index, (kind, author, content, causes, officers) in enumerate(said_so_far)
    ]


def folded(state: State, acts: list[Applied]) -> State:
    for act in acts:
        state = fold(state, act)
    return state


@given(sequence(), st.integers(0, 25))
def test_folding_in_parts_equals_folding_whole(acts: list[Applied], cut: int):
    before = folded(EMPTY, acts[:cut])
    kept = (before, dict(before.registries))
    assert folded(before, acts[cut:]) == folded(EMPTY, acts)
    assert (before, dict(before.registries)) == kept


@given(sequence())
def test_state_holds_no_text_of_a_report(acts: list[Applied]):
    assert CANARY not in repr(acts)
    assert CANARY not in repr(folded(EMPTY, acts))


@given(sequence())
def test_every_act_is_found_again(acts: list[Applied]):
    registry = folded(EMPTY, acts).under("kr-jp-a")
    for act in acts:
        match act.kind:
            case "intelligence.report.share" | "intelligence.report.recall" | "intelligence.report.amend":
                unknown = registry.out_of_order.get(act.act_id) is OutOfOrder.REPORT_UNKNOWN
                assert unknown or act.act_id in registry.control_of
            case "intelligence.report.request":
                assert act.act_id in registry.questions
            case "intelligence.incident.notify":
                assert act.act_id in registry.incidents


@given(sequence())
def test_a_report_keeps_its_originator_and_its_revisions(acts: list[Applied]):
    known: dict[str, Any] = {}
    state = EMPTY
    for act in acts:
        state = fold(state, act)
        reports = state.under("kr-jp-a").reports
        for control, report in known.items():
            assert reports[control].originator == report.originator
            assert reports[control].revisions[: len(report.revisions)] == report.revisions
        known = dict(reports)


@given(sequence(), saying(), st.booleans())
def test_facts_are_complete_whatever_the_record_says(acts: list[Applied], act: Any, received: bool):
    kind, author, content, _, officers = act
    state = folded(EMPTY, acts)
    sight = Sight(received={other.act_id: other.recorded_at for other in acts} if received else {})
    (line,) = facts(said(kind, author, content, officers=officers), sight.view(state, PACT))
    assert FACTS - line.keys() <= {"originator_acts"}
    assert line.keys() <= FACTS
    assert "originator_acts" in line or kind not in {"intelligence.report.share", "intelligence.incident.notify"}


@given(sequence(), saying(("intelligence.report.release",)))
def test_leave_never_comes_from_one_who_is_not_the_originator(acts: list[Applied], act: Any):
    _, author, content, _, _ = act
    given_by = {(other.author, other.payload["report"]) for other in acts if other.kind == "intelligence.consent.give"}
    state = folded(EMPTY, acts)
    (line,) = facts(said("intelligence.report.release", author, content), Sight().view(state, PACT))
    report = state.under("kr-jp-a").reports.get(content["report"])
    if line["consent"]:
        assert report is not None
        assert (report.originator, report.control) in given_by


def test_the_parties_of_these_tests_are_those_of_the_agreement():
    assert set(OTHER) == set(PACT.parties)
    assert set(SAID) == set(PAYLOADS)
