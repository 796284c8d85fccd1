"""The story of a report under the exercise agreement: from what the record holds to the ruling, refusals first."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from servanda.act.ruling import Ground, Permit, Refusal, Ruling
from servanda.agreement.duties import Duty
from servanda.domains.intelligence.facts import facts
from servanda.domains.intelligence.registry import EMPTY, State
from servanda.policy.judge import judge
from tests.unit.intelligence.reports import (
    AGREEMENT,
    AMEND,
    PAYLOAD,
    RELEASE,
    SHARE,
    Sight,
    applied,
    folded,
    pact,
    said,
)

PACT = pact()
COMMON = {"phase": "in_force", "officer_role": "information_officer", "questioned": frozenset()}
ASSURED = applied(0, "intelligence.addressee.assure", "JP")
SHARED = applied(1, "intelligence.report.share", "KR")
CONSENT = applied(2, "intelligence.consent.give", "KR")
ATTESTED = applied(3, "intelligence.facility.attest", "JP")
NOTICE = applied(4, "intelligence.incident.notify", "JP")
OPEN = folded(ASSURED)
HELD = folded(ASSURED, SHARED)
CONTRACTOR = {
    **RELEASE,
    "released_to": "own_contractor",
    "body": "jp-plant",
    "purpose": "assessment",
    "same_purpose": True,
    "facility": "jp-plant-3",
}
OWN_READER = {**CONTRACTOR, "released_to": "own_government", "body": "jp-warning-desk"}
LOW = {"level": 1, "marks": {"KR": "KR-3", "JP": "JP-HI"}}
OVERDUE = Duty(
    agreement=AGREEMENT,
    paragraph="9.2",
    debtor="JP",
    does="intelligence.incident.conclude",
    started_by=NOTICE.act_id,
    started_at=NOTICE.recorded_at - timedelta(days=31),
    due_at=NOTICE.recorded_at - timedelta(days=1),
    met_at=None,
    met_by=None,
    otherwise={},
)


def ruled(
    kind: str,
    author: str,
    state: State,
    members: Any = None,
    *,
    officers: tuple[str, ...] = (),
    sight: Sight | None = None,
    role: str = "information_officer",
) -> Ruling:
    act = said(kind, author, members, officers=officers)
    lines = [{**COMMON, "officer_role": role, **line} for line in facts(act, (sight or Sight()).view(state, PACT))]
    return judge(PACT, kind, lines, author=author)


def forbidden(*cites: str) -> Refusal:
    return Refusal(ground=Ground.FORBIDDEN, cites=cites)


SILENT = Refusal(ground=Ground.SILENT)
UNKNOWN = Refusal(ground=Ground.UNJUDGEABLE, missing=("originator_acts",))


@pytest.mark.parametrize(
    ("changed", "state", "expected"),
    [
        ({}, EMPTY, forbidden("5.4")),
        ({"addressees": ["jp-warning-desk"]}, OPEN, forbidden("5.4")),
        ({"level": 3, "marks": {"KR": "KR-1", "JP": "JP-KIMITSU"}}, OPEN, forbidden("4.3", "5.4")),
        ({"marks": {}}, OPEN, forbidden("5.1")),
        ({"marks": {"KR": "KR-2", "JP": "JP-HI"}}, OPEN, forbidden("5.1")),
        ({"purpose": None}, OPEN, forbidden("5.1")),
        ({"carrier": "open_network"}, OPEN, forbidden("5.2")),
        ({"route": "relay_us"}, OPEN, forbidden("4.5")),
        ({"route": "relay_other", "relay_asked": True}, OPEN, forbidden("4.5")),
        ({"topic": "weather"}, OPEN, SILENT),
        ({"level": 0, "marks": {}, "addressees": ["press"]}, EMPTY, Permit(cites=("4.2",))),
        ({"route": "relay_us", "relay_asked": True}, OPEN, Permit(cites=("4.2",))),
        (LOW, OPEN, Permit(cites=("4.2",))),
        ({}, OPEN, Permit(cites=("4.2",))),
    ],
)
def test_a_report_shared(changed: Any, state: State, expected: Ruling):
    members = {name: value for name, value in {**SHARE, **changed}.items() if value is not None}
    assert ruled("intelligence.report.share", "KR", state, members) == expected


def test_a_report_is_shared_by_its_originator_through_an_information_officer():
    share = "intelligence.report.share"
    assert ruled(share, "KR", OPEN, role="duty_officer") == forbidden("3.1")
    own = folded(applied(0, "intelligence.addressee.assure", "KR"))
    assert ruled(share, "JP", own, SHARE) == SILENT


def test_nothing_classified_is_shared_while_findings_are_overdue():
    sight = Sight(duties=(OVERDUE,))
    state = folded(ASSURED, NOTICE)
    assert ruled("intelligence.report.share", "KR", state, sight=sight) == forbidden("9.3")
    open_notice = {**SHARE, "level": 0, "marks": {}}
    assert ruled("intelligence.report.share", "KR", state, open_notice, sight=sight) == Permit(cites=("4.2",))


@pytest.mark.parametrize(
    ("members", "state", "expected"),
    [
        (RELEASE, HELD, forbidden("6.1", "6.2")),
        ({**RELEASE, "purpose": "assessment", "same_purpose": True}, HELD, forbidden("6.1")),
        ({**RELEASE, "same_purpose": True}, HELD, forbidden("6.1", "6.2")),
        ({**RELEASE, "marked": False}, folded(SHARED, CONSENT), forbidden("8.1")),
        ({**RELEASE, "body": "us-other"}, folded(SHARED, CONSENT), forbidden("6.1", "6.2")),
        ({**RELEASE, "released_to": "ally"}, HELD, Refusal(ground=Ground.UNJUDGEABLE, missing=("released_to",))),
        (RELEASE, EMPTY, UNKNOWN),
        ({**OWN_READER, "reader_clearance": 1}, HELD, forbidden("6.3")),
        ({**OWN_READER, "need_to_know": False}, HELD, forbidden("6.3")),
        ({**OWN_READER, "purpose": "safety"}, HELD, forbidden("6.2")),
        (CONTRACTOR, HELD, forbidden("7.1")),
        (OWN_READER, HELD, Permit(cites=("6.1",))),
        (CONTRACTOR, folded(SHARED, ATTESTED), Permit(cites=("6.1",))),
        (RELEASE, folded(SHARED, CONSENT), Permit(cites=("6.1",))),
    ],
)
def test_a_report_passed_on(members: Any, state: State, expected: Ruling):
    assert ruled("intelligence.report.release", "JP", state, members) == expected


@pytest.mark.parametrize(
    ("kind", "author", "state", "expected"),
    [
        ("intelligence.report.amend", "KR", EMPTY, UNKNOWN),
        ("intelligence.report.amend", "JP", HELD, SILENT),
        ("intelligence.report.amend", "KR", HELD, Permit(cites=("4.2",))),
        ("intelligence.report.recall", "JP", EMPTY, UNKNOWN),
        ("intelligence.report.recall", "JP", HELD, SILENT),
        ("intelligence.report.recall", "KR", HELD, Permit(cites=("4.4",))),
        ("intelligence.report.destroy", "KR", HELD, forbidden("8.2")),
        ("intelligence.consent.ask", "KR", HELD, SILENT),
        ("intelligence.consent.ask", "JP", HELD, Permit(cites=("6.1",))),
        ("intelligence.consent.give", "JP", HELD, SILENT),
        ("intelligence.consent.give", "KR", HELD, Permit(cites=("6.1",))),
        ("intelligence.report.request", "JP", EMPTY, Permit(cites=("4.1",))),
        ("intelligence.report.decline", "KR", EMPTY, Permit(cites=("4.1",))),
        ("intelligence.addressee.assure", "JP", EMPTY, Permit(cites=("5.4",))),
        ("intelligence.facility.attest", "JP", EMPTY, Permit(cites=("7.1",))),
        ("intelligence.register.extract", "JP", HELD, Permit(cites=("6.4",))),
        ("intelligence.register.extract", "JP", EMPTY, UNKNOWN),
        ("intelligence.incident.notify", "JP", EMPTY, Permit(cites=("9.1",))),
        ("intelligence.incident.notify", "JP", HELD, Permit(cites=("9.1",))),
        ("intelligence.incident.conclude", "JP", EMPTY, Permit(cites=("9.1",))),
    ],
)
def test_what_is_done_with_a_report(kind: str, author: str, state: State, expected: Ruling):
    assert ruled(kind, author, state, AMEND if kind == "intelligence.report.amend" else None) == expected


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"topic": "weather", "question": "Rain?", "purpose": "safety"}, SILENT),
        ({"topic": "nk_missile", "question": "How many?"}, SILENT),
    ],
)
def test_a_question_out_of_scope_or_without_purpose(members: Any, expected: Ruling):
    assert ruled("intelligence.report.request", "JP", EMPTY, members) == expected


def test_a_report_is_acknowledged_by_its_recipient():
    kind = "intelligence.report.acknowledge"
    assert ruled(kind, "JP", EMPTY) == UNKNOWN
    assert ruled(kind, "KR", HELD, {"about": SHARED.act_id}) == SILENT
    assert ruled(kind, "JP", HELD, {"about": SHARED.act_id}) == Permit(cites=("4.4",))


@pytest.mark.parametrize(
    ("officers", "expected"),
    [
        (("jp/a",), forbidden("8.2")),
        (("jp/a", "jp/b"), forbidden("8.2")),
        (("jp/a", "jp/b", "jp/b"), forbidden("8.2")),
        (("jp/a", "jp/b", "jp/c"), Permit(cites=("8.2",))),
    ],
)
def test_a_report_is_destroyed_before_two_witnesses(officers: tuple[str, ...], expected: Ruling):
    assert ruled("intelligence.report.destroy", "JP", HELD, officers=officers) == expected


def test_an_amendment_to_top_secret_without_marks():
    members = {**AMEND, "level": 3, "marks": {}}
    assert ruled("intelligence.report.amend", "KR", HELD, members) == forbidden("4.3", "5.1")


def test_every_kind_of_the_agreement_is_in_the_story():
    told = set(PAYLOAD) - {"intelligence.incident.find"}
    allowed = {kind for clause in PACT.clauses for kind in getattr(clause, "kinds", ())}
    assert told == {kind for kind in allowed if kind.startswith("intelligence.")} - {"intelligence.incident.find"}
