"""Facts of reports: what could not be established first, then each fact where it arises."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from servanda.act.kind import vocabulary
from servanda.agreement.duties import Duty
from servanda.domains.intelligence.acts import PAYLOADS
from servanda.domains.intelligence.facts import facts
from servanda.domains.intelligence.registry import EMPTY, State
from tests.unit.intelligence.reports import (
    AGREEMENT,
    AMEND,
    PAYLOAD,
    RELEASE,
    SHARE,
    START,
    Sight,
    applied,
    folded,
    pact,
    said,
)

PACT = pact()
ROWS = {row["name"]: row for row in vocabulary()["domains"]["intelligence"]["facts"]}
LEAST = {
    **{name: row["least_favourable"] for name, row in ROWS.items()},
    "originator_acts": False,
    "released_to": "own_government",
    "enciphered": True,
    "other_incident_overdue": False,
}
SHARED = applied(0, "intelligence.report.share", "KR")
RECALLED = applied(4, "intelligence.report.recall", "KR")
CONSENT = applied(1, "intelligence.consent.give", "KR")
NOTICE = applied(1, "intelligence.incident.notify", "JP")
ON_A_REPORT = [
    "intelligence.report.recall",
    "intelligence.report.acknowledge",
    "intelligence.report.release",
    "intelligence.report.destroy",
    "intelligence.consent.ask",
    "intelligence.consent.give",
    "intelligence.register.extract",
]


def stated(
    kind: str, author: str, members: Any = None, *, state: State = EMPTY, sight: Sight | None = None, **other: Any
):
    """The facts of an act, as one line."""
    sight = sight or Sight()
    lines = facts(said(kind, author, members, at=sight.at, **other), sight.view(state, PACT))
    assert len(lines) == 1
    return dict(lines[0])


def about(kind: str) -> Any:
    return {"about": SHARED.act_id} if kind == "intelligence.report.acknowledge" else PAYLOAD[kind]


@pytest.mark.parametrize("kind", [*ON_A_REPORT, "intelligence.report.amend"])
def test_whose_report_it_is_must_be_known(kind: str):
    line = stated(kind, "JP")
    assert ROWS.keys() - line.keys() == {"originator_acts"}


@pytest.mark.parametrize("kind", sorted(set(PAYLOADS) - {*ON_A_REPORT, "intelligence.report.amend"}))
def test_other_kinds_state_every_fact_of_an_empty_record(kind: str):
    assert stated(kind, "KR").keys() == ROWS.keys()


@pytest.mark.parametrize("kind", sorted(PAYLOADS))
@pytest.mark.parametrize("author", ["KR", "JP"])
def test_every_fact_is_stated_and_of_its_type(kind: str, author: str):
    line = stated(kind, author, about(kind), state=folded(SHARED, CONSENT, NOTICE))
    assert line.keys() == ROWS.keys()
    for name, row in ROWS.items():
        value = line[name]
        match row["type"]:
            case "bool":
                assert isinstance(value, bool)
            case "int":
                assert isinstance(value, int)
                assert not isinstance(value, bool)
                assert row["min"] <= value <= row["max"]
            case "word":
                assert value in row["values"]


@pytest.mark.parametrize(
    ("kind", "author", "arising"),
    [
        ("intelligence.report.request", "JP", {"topic": "nk_missile", "purpose_stated": True}),
        ("intelligence.report.decline", "KR", {}),
        (
            "intelligence.report.share",
            "KR",
            {
                "topic": "nk_missile",
                "level": 2,
                "originator_acts": True,
                "purpose_stated": True,
                "marked": True,
                "carrier": "node_link",
                "route": "direct",
            },
        ),
        (
            "intelligence.report.amend",
            "KR",
            {
                "topic": "nk_missile",
                "level": 2,
                "originator_acts": True,
                "purpose_stated": True,
                "marked": True,
                "carrier": "node_link",
                "route": "direct",
            },
        ),
        ("intelligence.report.recall", "KR", {"topic": "nk_missile", "level": 2, "originator_acts": True}),
        ("intelligence.report.acknowledge", "JP", {"topic": "nk_missile", "level": 2}),
        (
            "intelligence.report.release",
            "JP",
            {
                "topic": "nk_missile",
                "level": 2,
                "purpose_stated": True,
                "marked": True,
                "released_to": "third_state",
                "need_to_know": True,
                "reader_clearance": 2,
            },
        ),
        ("intelligence.report.destroy", "JP", {"topic": "nk_missile", "level": 2}),
        ("intelligence.consent.ask", "JP", {"topic": "nk_missile", "level": 2, "purpose_stated": True}),
        (
            "intelligence.consent.give",
            "KR",
            {"topic": "nk_missile", "level": 2, "purpose_stated": True, "originator_acts": True},
        ),
        ("intelligence.addressee.assure", "JP", {"level": 2}),
        ("intelligence.facility.attest", "JP", {}),
        ("intelligence.register.extract", "JP", {"topic": "nk_missile", "level": 2}),
        ("intelligence.incident.find", "JP", {"topic": "nk_missile", "level": 2}),
        ("intelligence.incident.notify", "JP", {"topic": "nk_missile", "level": 2}),
        ("intelligence.incident.conclude", "JP", {}),
    ],
)
def test_what_does_not_arise_is_least_favourable(kind: str, author: str, arising: dict[str, Any]):
    assert stated(kind, author, about(kind), state=folded(SHARED)) == {**LEAST, **arising}


@pytest.mark.parametrize("kind", ON_A_REPORT)
def test_the_originator_is_the_party_that_first_shared_it(kind: str):
    state = folded(SHARED)
    assert stated(kind, "KR", about(kind), state=state)["originator_acts"] is True
    assert stated(kind, "JP", about(kind), state=state)["originator_acts"] is False


@pytest.mark.parametrize(
    ("author", "members", "state"),
    [
        ("JP", SHARE, EMPTY),
        ("JP", {**SHARE, "control": "JP-2031-000118", "originator": "JP"}, None),
    ],
)
def test_a_report_of_the_other_party_is_not_shared_as_ones_own(author: str, members: Any, state: State | None):
    if state is None:
        taken = applied(0, "intelligence.report.share", "KR", members)
        state = folded(taken)
    assert stated("intelligence.report.share", author, members, state=state)["originator_acts"] is False


def test_the_other_party_does_not_amend_a_report_as_its_own():
    assert stated("intelligence.report.amend", "JP", AMEND, state=folded(SHARED))["originator_acts"] is False


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"topic": "weather"}, {"topic": "other"}),
        ({"topic": "topic_in_scope"}, {"topic": "other"}),
        ({"topic": "nk_nuclear"}, {"topic": "nk_nuclear"}),
        ({"purpose": None}, {"purpose_stated": False, "marked": False}),
        ({"marks": {}}, {"marked": False}),
        ({"marks": {"KR": "KR-3", "JP": "JP-HI"}}, {"marked": False}),
        ({"level": 3, "marks": {"KR": "KR-1", "JP": "JP-KIMITSU"}}, {"level": 3}),
        ({"level": 0, "marks": {}}, {"level": 0}),
        ({"carrier": "open_network"}, {"carrier": "open_network"}),
        ({"carrier": "courier"}, {"carrier": "courier"}),
        ({"route": "relay_us"}, {"route": "relay_us"}),
        ({"route": "relay_us", "relay_asked": True}, {"route": "relay_us", "relay_asked": True}),
    ],
)
def test_what_a_report_says_of_itself(members: dict[str, Any], expected: dict[str, Any]):
    kind = "intelligence.report.share"
    plain = stated(kind, "KR", {**SHARE, "purpose": "assessment"})
    given = {name: value for name, value in {**SHARE, **members}.items() if value is not None}
    assert stated(kind, "KR", given) == {**plain, **expected}


def test_a_relay_that_the_author_asks_for_another_is_not_asked():
    members = {**SHARE, "route": "relay_us", "relay_asked": True}
    assert stated("intelligence.report.share", "JP", members)["relay_asked"] is False


@pytest.mark.parametrize(
    ("author", "members", "assured"),
    [
        ("JP", {"addressee": "jp-analysis-desk", "level": 1}, False),
        ("JP", {"addressee": "jp-warning-desk", "level": 3}, False),
        ("KR", {"addressee": "jp-analysis-desk", "level": 3}, False),
        ("JP", {"addressee": "jp-analysis-desk", "level": 2, "until": "2031-05-01"}, False),
        ("JP", {"addressee": "jp-analysis-desk", "level": 2, "until": "2031-05-02"}, True),
        ("JP", {"addressee": "jp-analysis-desk", "level": 2}, True),
        ("JP", {"addressee": "jp-analysis-desk", "level": 3}, True),
    ],
)
def test_an_addressee_is_assured_by_the_other_party_for_the_level(author: str, members: Any, assured: bool):
    state = folded(applied(0, "intelligence.addressee.assure", author, members))
    assert stated("intelligence.report.share", "KR", SHARE, state=state)["addressee_assured"] is assured


def test_one_addressee_without_assurance_spoils_it():
    state = folded(applied(0, "intelligence.addressee.assure", "JP"))
    members = {**SHARE, "addressees": ["jp-analysis-desk", "jp-warning-desk"]}
    assert stated("intelligence.report.share", "KR", members, state=state)["addressee_assured"] is False


def test_an_amendment_counts_for_what_is_done_next():
    amended = applied(1, "intelligence.report.amend", "KR", {**AMEND, "level": 1, "topic": "nk_nuclear"})
    line = stated("intelligence.report.release", "JP", RELEASE, state=folded(SHARED, amended))
    assert (line["level"], line["topic"]) == (1, "nk_nuclear")


@pytest.mark.parametrize(
    ("released", "given", "at", "consent"),
    [
        ({}, None, "2031-05-02T00:00:00Z", False),
        ({"body": "us-other"}, CONSENT, "2031-05-02T00:00:00Z", False),
        ({"purpose": "safety"}, CONSENT, "2031-05-02T00:00:00Z", False),
        ({"purpose": None}, CONSENT, "2031-05-02T00:00:00Z", False),
        ({}, replace(CONSENT, author="JP", other="KR"), "2031-05-02T00:00:00Z", False),
        ({}, CONSENT, "2031-06-30T15:00:00Z", False),
        ({}, CONSENT, "2031-06-30T14:59:59Z", True),
        ({}, CONSENT, "2031-05-02T00:00:00Z", True),
    ],
)
def test_leave_is_for_one_report_body_and_purpose_to_the_end_of_its_day(
    released: dict[str, Any], given: Any, at: str, consent: bool
):
    state = folded(SHARED) if given is None else folded(SHARED, given)
    sight = Sight(at=datetime.fromisoformat(at))
    members = {name: value for name, value in {**RELEASE, **released}.items() if value is not None}
    assert stated("intelligence.report.release", "JP", members, state=state, sight=sight)["consent"] is consent


def test_a_recall_ends_leave_when_it_is_received():
    state = folded(SHARED, CONSENT, RECALLED)
    kind = "intelligence.report.release"
    assert stated(kind, "JP", state=state)["consent"] is True
    received = Sight(received={RECALLED.act_id: START + timedelta(minutes=30)})
    assert stated(kind, "JP", state=state, sight=received)["consent"] is False


@pytest.mark.parametrize(
    ("members", "same"),
    [
        ({}, False),
        ({"same_purpose": True}, False),
        ({"same_purpose": True, "purpose": "assessment"}, True),
        ({"same_purpose": False, "purpose": "assessment"}, False),
        ({"same_purpose": True, "purpose": None}, True),
    ],
)
def test_a_claim_of_the_same_purpose_stands_where_the_purpose_is_the_same(members: dict[str, Any], same: bool):
    given = {name: value for name, value in {**RELEASE, **members}.items() if value is not None}
    assert stated("intelligence.report.release", "JP", given, state=folded(SHARED))["same_purpose"] is same


def test_an_outside_body_is_stated_in_the_word_it_was_given():
    line = stated("intelligence.report.release", "JP", {**RELEASE, "released_to": "ally"}, state=folded(SHARED))
    assert line["released_to"] == "ally"


@pytest.mark.parametrize(
    ("author", "attested", "named", "expected"),
    [
        ("JP", {}, None, (False, False, 99)),
        ("JP", {}, "jp-plant-4", (False, False, 99)),
        ("KR", {}, "jp-plant-3", (False, False, 99)),
        ("JP", {"inspected_on": None}, "jp-plant-3", (True, True, 99)),
        ("JP", {"inspected_on": "2031-05-03"}, "jp-plant-3", (True, True, 99)),
        ("JP", {"inspected_on": "1999-01-01"}, "jp-plant-3", (True, True, 99)),
        ("JP", {"cleared": False}, "jp-plant-3", (False, True, 11)),
        ("JP", {"binds": False}, "jp-plant-3", (True, False, 11)),
        ("JP", {"inspected_on": "2031-05-02"}, "jp-plant-3", (True, True, 0)),
        ("JP", {"inspected_on": "2029-05-02"}, "jp-plant-3", (True, True, 24)),
        ("JP", {"inspected_on": "2029-05-01"}, "jp-plant-3", (True, True, 25)),
    ],
)
def test_a_facility_is_what_the_author_attested_of_it(author: str, attested: Any, named: str | None, expected: Any):
    kind = "intelligence.facility.attest"
    members = {name: value for name, value in {**PAYLOAD[kind], **attested}.items() if value is not None}
    state = folded(SHARED, applied(1, kind, author, members))
    release = {**RELEASE, "released_to": "own_contractor"} | ({} if named is None else {"facility": named})
    line = stated("intelligence.report.release", "JP", release, state=state)
    assert (line["facility_cleared"], line["contract_binds"], line["inspected_months_ago"]) == expected


@pytest.mark.parametrize(
    ("officers", "count"),
    [
        (("jp/a",), 0),
        (("jp/a", "jp/a"), 0),
        (("jp/a", "jp/b"), 1),
        (("jp/a", "jp/b", "jp/b", "jp/a"), 1),
        (("jp/a", "jp/b", "jp/c"), 2),
    ],
)
def test_witnesses_are_other_officers_than_the_first(officers: tuple[str, ...], count: int):
    line = stated("intelligence.report.destroy", "JP", state=folded(SHARED), officers=officers)
    assert line["witnesses"] == count


def owed(**changes: Any) -> Duty:
    """Findings that Japan owes after its notice."""
    duty = Duty(
        agreement=AGREEMENT,
        paragraph="9.2",
        debtor="JP",
        does="intelligence.incident.conclude",
        started_by=NOTICE.act_id,
        started_at=NOTICE.recorded_at,
        due_at=NOTICE.recorded_at + timedelta(days=30),
        met_at=None,
        met_by=None,
        otherwise={},
    )
    return replace(duty, **changes)


AFTER_THE_TERM = NOTICE.recorded_at + timedelta(days=30, seconds=1)
LATE = {**PAYLOAD[NOTICE.kind], "found_at": "2031-05-01T16:00:59Z"}
IN_TIME = {**PAYLOAD[NOTICE.kind], "found_at": "2031-05-01T16:01:00Z"}


@pytest.mark.parametrize(
    ("notice", "duties", "at", "author", "overdue"),
    [
        (IN_TIME, (owed(),), AFTER_THE_TERM, "KR", True),
        (IN_TIME, (owed(),), AFTER_THE_TERM - timedelta(seconds=1), "KR", False),
        (IN_TIME, (owed(),), AFTER_THE_TERM, "JP", False),
        (IN_TIME, (owed(met_at=START),), AFTER_THE_TERM, "KR", False),
        (IN_TIME, (owed(does="intelligence.report.destroy"),), AFTER_THE_TERM, "KR", False),
        (IN_TIME, (), AFTER_THE_TERM, "KR", False),
        (LATE, (owed(),), START + timedelta(hours=1), "KR", True),
        (LATE, (owed(),), START + timedelta(hours=1), "JP", False),
        (LATE, (owed(met_at=START),), START + timedelta(hours=1), "KR", False),
        (LATE, (), START + timedelta(hours=1), "KR", False),
    ],
)
def test_findings_overdue_or_owed_after_a_late_notice(
    notice: Any, duties: Any, at: datetime, author: str, overdue: bool
):
    state = folded(SHARED, applied(1, NOTICE.kind, "JP", notice))
    line = stated("intelligence.report.amend", author, AMEND, state=state, sight=Sight(at=at, duties=duties))
    assert line["other_incident_overdue"] is overdue


def test_a_notice_is_late_by_the_time_the_agreement_gives():
    longer = replace(PACT, clauses=tuple(_with_twelve_hours(clause) for clause in PACT.clauses))
    silent = replace(PACT, clauses=())
    state = folded(SHARED, applied(1, NOTICE.kind, "JP", LATE))
    sight = Sight(duties=(owed(),))
    act = said("intelligence.report.share", "KR", {**SHARE, "control": "KR-2031-000042"})
    overdue = [facts(act, sight.view(state, text))[0]["other_incident_overdue"] for text in (PACT, longer, silent)]
    assert overdue == [True, False, True]


def _with_twelve_hours(clause: Any) -> Any:
    if getattr(clause, "does", None) == "intelligence.incident.notify":
        return replace(clause, within=replace(clause.within, seconds=12 * 3600))
    return clause


def test_a_decline_is_about_the_topic_of_its_request():
    asked = applied(0, "intelligence.report.request", "JP")
    line = stated("intelligence.report.decline", "KR", {"request": asked.act_id}, state=folded(asked))
    assert line == {**LEAST, "topic": "nk_missile"}


def test_findings_are_about_the_report_that_was_lost():
    line = stated(
        "intelligence.incident.conclude",
        "JP",
        {"incident": NOTICE.act_id, "findings": "a lock", "measures": "a new lock"},
        state=folded(SHARED, NOTICE),
    )
    assert line == {**LEAST, "topic": "nk_missile", "level": 2}


def test_the_day_is_that_of_the_agreement():
    late = datetime(2031, 5, 1, 15, 0, 0, tzinfo=UTC)
    state = folded(
        applied(
            0,
            "intelligence.addressee.assure",
            "JP",
            {**PAYLOAD["intelligence.addressee.assure"], "until": "2031-05-01"},
        )
    )
    before, after = (
        stated("intelligence.report.share", "KR", SHARE, state=state, sight=Sight(at=at))["addressee_assured"]
        for at in (late - timedelta(seconds=1), late)
    )
    assert (before, after) == (True, False)
