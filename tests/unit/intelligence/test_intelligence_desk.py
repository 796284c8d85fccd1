"""The verbs of a registry: what is out of order first, then the drafts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date
from typing import Any

import pytest

from servanda.act.act import Draft
from servanda.act.content import read
from servanda.base.errors import MalformedError, UsageError
from servanda.domain import Seat
from servanda.domains.intelligence import DOMAIN, acts, desk, journal_only
from servanda.domains.intelligence.desk import VERBS
from servanda.domains.intelligence.registry import EMPTY, State
from servanda.domains.intelligence.seat import next_control
from tests.unit.intelligence.reports import AGREEMENT, AMEND, PAYLOAD, SHARE, START, act_id, applied, folded

CONTROL = "KR-2031-000041"
KR = Seat(agreement=AGREEMENT, party="KR", other="JP", at=START, zone=UTC)
JP = Seat(agreement=AGREEMENT, party="JP", other="KR", at=START, zone=UTC)
SHARED = applied(0, "intelligence.report.share", "KR")
RECALLED = applied(1, "intelligence.report.recall", "KR")
GONE = applied(2, "intelligence.report.destroy", "JP")
TAKEN = applied(3, "intelligence.report.acknowledge", "JP", {"about": SHARED.act_id})
ASKED = applied(4, "intelligence.report.request", "JP")
DECLINED = applied(5, "intelligence.report.decline", "KR", {"request": ASKED.act_id})
NOTICE = applied(6, "intelligence.incident.notify", "JP")
FOUND = applied(
    7, "intelligence.incident.conclude", "JP", {"incident": NOTICE.act_id, "findings": "f", "measures": "m"}
)
NEW: dict[str, Any] = {
    "topic": "nk_missile",
    "level": 1,
    "addressees": ("jp-analysis-desk",),
    "marks": {"KR": "KR-3", "JP": "JP-HI"},
    "purpose": "warning",
    "title": "Launch",
    "text": "One object.",
}
RELEASED: dict[str, Any] = {"report": CONTROL, "released_to": "third_state", "body": "us-liaison", "purpose": "warning"}
GIVEN: dict[str, Any] = {"report": CONTROL, "body": "us-liaison", "purpose": "warning"}


@pytest.mark.parametrize(
    ("kind", "state", "members", "code"),
    [
        ("intelligence.report.share", folded(SHARED), {**NEW, "control": CONTROL}, "control_used"),
        ("intelligence.report.share", folded(ASKED), {**NEW, "answers": act_id(99)}, "request_unknown"),
        ("intelligence.report.share", folded(ASKED, DECLINED), {**NEW, "answers": ASKED.act_id}, "request_closed"),
        ("intelligence.report.share", EMPTY, {**NEW, "purpos": "warning"}, "member_unknown"),
        ("intelligence.report.decline", EMPTY, {"request": ASKED.act_id}, "request_unknown"),
        ("intelligence.report.decline", folded(ASKED, DECLINED), {"request": ASKED.act_id}, "request_closed"),
        ("intelligence.report.amend", EMPTY, {"control": CONTROL, "title": "t", "text": "x"}, "report_unknown"),
        (
            "intelligence.report.amend",
            folded(SHARED, RECALLED),
            {"control": CONTROL, "title": "t", "text": "x"},
            "report_recalled",
        ),
        (
            "intelligence.report.amend",
            folded(SHARED),
            {"control": CONTROL, "title": "t", "text": "x", "level": 1},
            "marks_missing",
        ),
        ("intelligence.report.recall", EMPTY, {"report": CONTROL}, "report_unknown"),
        ("intelligence.report.recall", folded(SHARED, RECALLED), {"report": CONTROL}, "report_recalled"),
        ("intelligence.report.acknowledge", EMPTY, {"about": SHARED.act_id}, "report_unknown"),
        ("intelligence.report.acknowledge", folded(SHARED, TAKEN), {"about": SHARED.act_id}, "already_acknowledged"),
        ("intelligence.report.release", EMPTY, RELEASED, "report_unknown"),
        ("intelligence.report.release", folded(SHARED, RECALLED), RELEASED, "report_recalled"),
        ("intelligence.report.release", folded(SHARED, GONE), RELEASED, "report_destroyed"),
        (
            "intelligence.report.destroy",
            EMPTY,
            {"report": CONTROL, "method": "burned", "certificate": "C-1"},
            "report_unknown",
        ),
        (
            "intelligence.report.destroy",
            folded(SHARED, GONE),
            {"report": CONTROL, "method": "burned", "certificate": "C-1"},
            "report_destroyed",
        ),
        ("intelligence.register.extract", EMPTY, PAYLOAD["intelligence.register.extract"], "report_unknown"),
        ("intelligence.consent.ask", EMPTY, GIVEN, "report_unknown"),
        ("intelligence.consent.ask", folded(SHARED, RECALLED), GIVEN, "report_recalled"),
        ("intelligence.consent.give", EMPTY, {**GIVEN, "until": "2031-06-30"}, "report_unknown"),
        ("intelligence.consent.give", folded(SHARED, RECALLED), {**GIVEN, "until": "2031-06-30"}, "report_recalled"),
        (
            "intelligence.incident.conclude",
            EMPTY,
            {"incident": NOTICE.act_id, "findings": "f", "measures": "m"},
            "incident_unknown",
        ),
        (
            "intelligence.incident.conclude",
            folded(SHARED, NOTICE, FOUND),
            {"incident": NOTICE.act_id, "findings": "f", "measures": "m"},
            "incident_concluded",
        ),
    ],
)
def test_what_is_out_of_order_is_an_error_at_home(kind: str, state: State, members: dict[str, Any], code: str):
    with pytest.raises(UsageError) as caught:
        VERBS[kind](state, JP, **members)
    assert (caught.value.code, bool(caught.value.action)) == (code, True)


def test_the_findings_of_the_other_party_are_not_ours_to_report():
    with pytest.raises(UsageError) as caught:
        desk.conclude(folded(NOTICE), KR, incident=NOTICE.act_id, findings="f", measures="m")
    assert caught.value.code == "incident_of_other"


def test_a_caveat_bars_a_contractor():
    state = folded(applied(0, "intelligence.report.share", "KR", {**SHARE, "caveats": ["no_contractor"]}))
    with pytest.raises(UsageError, match="bears `no_contractor`") as caught:
        desk.release(state, JP, report=CONTROL, released_to="own_contractor", body="jp-plant-3")
    assert caught.value.code == "caveat_bars"


def test_a_member_of_the_wrong_form_is_named():
    with pytest.raises(MalformedError, match=r"expected `int` <= 3 - at `\$\.level`"):
        desk.assure(EMPTY, JP, addressee="jp-desk", level=4)


def test_the_last_control_number_of_a_year_is_the_last():
    state = folded(applied(0, "intelligence.report.share", "KR", {**SHARE, "control": "KR-2031-999999"}))
    with pytest.raises(UsageError) as caught:
        next_control(state, KR)
    assert caught.value.code == "control_exhausted"


def test_a_number_under_the_other_partys_code_uses_up_none_of_its_own():
    borrowed = applied(0, "intelligence.report.share", "JP", {**SHARE, "control": "KR-2031-999999"})
    assert next_control(folded(borrowed), KR) == "KR-2031-000001"


def test_control_numbers_run_by_party_and_year():
    state = folded(SHARED)
    assert next_control(state, KR) == "KR-2031-000042"
    assert next_control(state, JP) == "JP-2031-000001"
    assert next_control(state, replace(KR, at=START.replace(year=2032))) == "KR-2032-000001"
    assert next_control(state, replace(KR, agreement="kr-jp-c")) == "KR-2031-000001"


def test_a_report_takes_number_revision_originator_and_date():
    draft = desk.share(folded(SHARED, ASKED), KR, answers=ASKED.act_id, **NEW)
    assert draft == Draft(
        kind="intelligence.report.share",
        agreement=AGREEMENT,
        payload=read(
            acts.Share,
            {
                **NEW,
                "control": "KR-2031-000042",
                "revision": 1,
                "originator": "KR",
                "reported_at": "2031-05-01T22:00:00Z",
            },
        ),
        causes=(ASKED.act_id,),
    )


def test_an_amendment_keeps_what_it_does_not_change():
    draft = desk.amend(folded(SHARED), KR, control=CONTROL, title="t", text="x", changes=("text",), purpose="warning")
    expected = {
        **AMEND,
        "purpose": "warning",
        "reported_at": "2031-05-01T22:00:00Z",
        "title": "t",
        "text": "x",
    }
    assert draft == Draft(
        kind="intelligence.report.amend",
        agreement=AGREEMENT,
        payload=read(acts.Amend, expected),
        causes=(SHARED.act_id,),
    )


@pytest.mark.parametrize(
    ("kind", "seat", "state", "members", "payload", "causes"),
    [
        (
            "intelligence.report.request",
            JP,
            EMPTY,
            {"topic": "nk_missile", "question": "How many?", "purpose": "warning"},
            acts.Request(topic="nk_missile", question="How many?", purpose="warning"),
            (),
        ),
        (
            "intelligence.report.decline",
            KR,
            folded(ASKED),
            {"request": ASKED.act_id},
            acts.Decline(request=ASKED.act_id),
            (ASKED.act_id,),
        ),
        (
            "intelligence.report.recall",
            KR,
            folded(SHARED),
            {"report": CONTROL},
            acts.Recall(report=CONTROL),
            (SHARED.act_id,),
        ),
        (
            "intelligence.report.acknowledge",
            JP,
            folded(SHARED, RECALLED),
            {"about": RECALLED.act_id, "desk": "jp-registry"},
            acts.Acknowledge(about=RECALLED.act_id, desk="jp-registry"),
            (RECALLED.act_id,),
        ),
        (
            "intelligence.report.release",
            JP,
            folded(SHARED, applied(8, "intelligence.consent.give", "KR")),
            RELEASED,
            acts.Release(**RELEASED),
            (SHARED.act_id, act_id(8)),
        ),
        (
            "intelligence.report.release",
            JP,
            folded(SHARED),
            RELEASED,
            acts.Release(**RELEASED),
            (SHARED.act_id,),
        ),
        (
            "intelligence.report.destroy",
            JP,
            folded(SHARED, RECALLED),
            {"report": CONTROL, "method": "returned", "certificate": "C-1"},
            acts.Destroy(report=CONTROL, method="returned", certificate="C-1"),
            (RECALLED.act_id, SHARED.act_id),
        ),
        (
            "intelligence.report.destroy",
            JP,
            folded(SHARED),
            {"report": CONTROL, "method": "burned", "certificate": "C-1"},
            acts.Destroy(report=CONTROL, method="burned", certificate="C-1"),
            (SHARED.act_id,),
        ),
        (
            "intelligence.register.extract",
            JP,
            folded(SHARED),
            {"report": CONTROL, "copies": 1, "readers": 2, "root": "b" * 64},
            acts.Extract(report=CONTROL, copies=1, readers=2, root="b" * 64),
            (SHARED.act_id,),
        ),
        ("intelligence.consent.ask", JP, folded(SHARED), GIVEN, acts.AskConsent(**GIVEN), (SHARED.act_id,)),
        (
            "intelligence.consent.give",
            KR,
            folded(SHARED, applied(8, "intelligence.consent.ask", "JP")),
            {**GIVEN, "until": date(2031, 6, 30)},
            acts.GiveConsent(**GIVEN, until=date(2031, 6, 30)),
            (act_id(8), SHARED.act_id),
        ),
        (
            "intelligence.consent.give",
            KR,
            folded(SHARED),
            {**GIVEN, "until": "2031-06-30"},
            acts.GiveConsent(**GIVEN, until=date(2031, 6, 30)),
            (SHARED.act_id,),
        ),
        (
            "intelligence.addressee.assure",
            JP,
            EMPTY,
            {"addressee": "jp-desk", "level": 2},
            acts.Assure(addressee="jp-desk", level=2),
            (),
        ),
        (
            "intelligence.facility.attest",
            JP,
            EMPTY,
            {"facility": "jp-plant-3", "cleared": True, "binds": True},
            acts.Attest(facility="jp-plant-3", cleared=True, binds=True),
            (),
        ),
        (
            "intelligence.incident.find",
            JP,
            EMPTY,
            {"report": CONTROL},
            acts.Find(found_at="2031-05-01T22:00:00Z", report=CONTROL),
            (),
        ),
        (
            "intelligence.incident.notify",
            JP,
            folded(SHARED),
            {"found_at": "2031-05-01T21:00:00Z", "report": CONTROL, "nature": "lost"},
            acts.Notify(found_at="2031-05-01T21:00:00Z", report=CONTROL, nature="lost"),
            (SHARED.act_id,),
        ),
        (
            "intelligence.incident.notify",
            JP,
            EMPTY,
            {"found_at": "2031-05-01T21:00:00Z"},
            acts.Notify(found_at="2031-05-01T21:00:00Z"),
            (),
        ),
        (
            "intelligence.incident.conclude",
            JP,
            folded(NOTICE),
            {"incident": NOTICE.act_id, "findings": "f", "measures": "m"},
            acts.Conclude(incident=NOTICE.act_id, findings="f", measures="m"),
            (NOTICE.act_id,),
        ),
    ],
)
def test_a_draft_holds_what_follows_from_the_record(
    kind: str, seat: Seat, state: State, members: dict[str, Any], payload: Any, causes: tuple[str, ...]
):
    expected = Draft(kind=kind, agreement=AGREEMENT, payload=payload, causes=causes)
    assert VERBS[kind](state, seat, **members) == expected


def test_a_notice_names_the_finding_at_home():
    draft = desk.notify(EMPTY, JP, found_at="2031-05-01T21:00:00Z", finding="f" * 64)
    assert (draft.finding, draft.causes) == ("f" * 64, ())


def test_reports_stand_in_the_order_of_their_numbers():
    later = applied(1, "intelligence.report.share", "KR", {**SHARE, "control": "KR-2031-000007"})
    assert [report.control for report in desk.reports(folded(SHARED, later), AGREEMENT)] == ["KR-2031-000007", CONTROL]
    assert desk.reports(folded(SHARED), "kr-jp-c") == ()


@pytest.mark.parametrize(
    ("released_to", "at_home"),
    [
        ("own_government", True),
        ("own_contractor", True),
        ("third_state", False),
        ("international_body", False),
        ("private_person", False),
        ("public", False),
        ("ally", False),
    ],
)
def test_a_release_to_the_own_people_stays_at_home(released_to: str, at_home: bool):
    payload = acts.Release(report=CONTROL, released_to=released_to, body="x")
    assert journal_only("intelligence.report.release", payload) is at_home


def test_nothing_else_stays_at_home():
    for kind, members in PAYLOAD.items():
        if kind != "intelligence.report.release":
            assert not journal_only(kind, read(acts.PAYLOADS[kind], members))


def test_every_kind_has_a_verb():
    assert VERBS.keys() == DOMAIN.payloads.keys()
