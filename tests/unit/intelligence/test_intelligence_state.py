"""What follows from the acts so far: what is out of order first, then reports from share to destruction."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from rpds import HashTrieMap

from servanda.act.content import read
from servanda.domains.intelligence import acts
from servanda.domains.intelligence.registry import (
    EMPTY,
    Assurance,
    Consent,
    Destroyed,
    Extracted,
    Facility,
    Incident,
    OutOfOrder,
    Question,
    Recalled,
    Released,
    Report,
    Revision,
)
from servanda.domains.intelligence.state import fold
from tests.unit.intelligence.reports import AGREEMENT, AMEND, PAYLOAD, SHARE, START, act_id, applied, folded

CONTROL = "KR-2031-000041"
SHARED = applied(0, "intelligence.report.share", "KR")
AMENDED = applied(1, "intelligence.report.amend", "KR")
RECALLED = applied(2, "intelligence.report.recall", "KR")
FIRST = Revision(act_id=SHARED.act_id, recorded_at=START, head=read(acts.ReportHead, SHARED.payload))
SECOND = Revision(
    act_id=AMENDED.act_id, recorded_at=START + timedelta(minutes=1), head=read(acts.AmendHead, AMENDED.payload)
)


def report_of(*said) -> Report:
    return folded(*said).under(AGREEMENT).reports[CONTROL]


@pytest.mark.parametrize(
    "kind",
    [
        "intelligence.report.amend",
        "intelligence.report.recall",
        "intelligence.report.acknowledge",
        "intelligence.report.release",
        "intelligence.report.destroy",
        "intelligence.register.extract",
    ],
)
def test_an_act_on_a_report_nobody_shared_is_shown_and_changes_nothing(kind: str):
    registry = folded(applied(0, kind, "KR")).under(AGREEMENT)
    expected = replace(EMPTY.under(AGREEMENT), out_of_order=HashTrieMap({act_id(0): OutOfOrder.REPORT_UNKNOWN}))
    assert registry == expected


def test_a_control_number_used_twice_adds_a_revision_and_is_shown():
    again = applied(1, "intelligence.report.share", "KR", {**SHARE, "level": 0, "marks": {}})
    registry = folded(SHARED, again).under(AGREEMENT)
    assert [revision.head.level for revision in registry.reports[CONTROL].revisions] == [2, 0]
    assert registry.out_of_order == HashTrieMap({again.act_id: OutOfOrder.CONTROL_USED})
    assert registry.report_about(again.act_id) == registry.reports[CONTROL]


def test_the_other_party_cannot_write_over_a_report_under_its_number():
    again = applied(1, "intelligence.report.share", "JP", {**SHARE, "level": 0, "marks": {}})
    registry = folded(SHARED, again).under(AGREEMENT)
    assert registry.reports[CONTROL] == Report(control=CONTROL, originator="KR", revisions=(FIRST,))
    assert registry.out_of_order == HashTrieMap({again.act_id: OutOfOrder.CONTROL_USED})


def test_an_amendment_of_another_revision_is_shown_and_counts():
    skipping = applied(1, "intelligence.report.amend", "KR", {**AMEND, "revision": 3, "amends": {"revision": 2}})
    registry = folded(SHARED, skipping).under(AGREEMENT)
    assert registry.reports[CONTROL].newest.act_id == skipping.act_id
    assert registry.out_of_order == HashTrieMap({skipping.act_id: OutOfOrder.REVISION_SKIPPED})


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("intelligence.report.amend", OutOfOrder.REPORT_RECALLED),
        ("intelligence.report.recall", OutOfOrder.REPORT_RECALLED),
        ("intelligence.report.release", OutOfOrder.REPORT_RECALLED),
    ],
)
def test_what_is_done_with_a_recalled_report_is_shown(kind: str, why: OutOfOrder):
    late = applied(3, kind, "KR")
    registry = folded(SHARED, RECALLED, late).under(AGREEMENT)
    assert registry.out_of_order == HashTrieMap({late.act_id: why})
    assert registry.reports[CONTROL].recalled == Recalled(
        act_id=RECALLED.act_id, recorded_at=START + timedelta(minutes=2)
    )


def test_the_first_certificate_of_a_party_stands():
    first = applied(1, "intelligence.report.destroy", "JP", officers=("jp/a", "jp/b"))
    second = applied(2, "intelligence.report.destroy", "JP", {**PAYLOAD[first.kind], "certificate": "JP-C-0008"})
    registry = folded(SHARED, first, second).under(AGREEMENT)
    assert registry.reports[CONTROL].destroyed["JP"].certificate == "JP-C-0007"
    assert registry.out_of_order == HashTrieMap({second.act_id: OutOfOrder.REPORT_DESTROYED})


def test_the_first_acknowledgement_stands():
    first = applied(1, "intelligence.report.acknowledge", "JP", {"about": SHARED.act_id})
    second = applied(2, "intelligence.report.acknowledge", "JP", {"about": SHARED.act_id})
    registry = folded(SHARED, first, second).under(AGREEMENT)
    assert registry.reports[CONTROL].acknowledged == HashTrieMap({SHARED.act_id: first.act_id})
    assert registry.out_of_order == HashTrieMap({second.act_id: OutOfOrder.ALREADY_ACKNOWLEDGED})


def test_a_request_is_answered_once():
    asked = applied(0, "intelligence.report.request", "JP")
    no = applied(1, "intelligence.report.decline", "KR", {"request": asked.act_id})
    again = applied(2, "intelligence.report.decline", "KR", {"request": asked.act_id})
    stray = applied(3, "intelligence.report.decline", "KR", {"request": act_id(99)})
    registry = folded(asked, no, again, stray).under(AGREEMENT)
    assert registry.out_of_order == HashTrieMap(
        {again.act_id: OutOfOrder.REQUEST_CLOSED, stray.act_id: OutOfOrder.REQUEST_UNKNOWN}
    )
    assert registry.questions[asked.act_id] == Question(
        act_id=asked.act_id,
        author="JP",
        topic="nk_missile",
        purpose="warning",
        recorded_at=START,
        declined_by=no.act_id,
    )
    assert not registry.questions[asked.act_id].open


def test_an_incident_is_concluded_once():
    notice = applied(0, "intelligence.incident.notify", "JP")
    findings = {"incident": notice.act_id, "findings": "a lock", "measures": "a new lock"}
    end = applied(1, "intelligence.incident.conclude", "JP", findings)
    again = replace(end, act_id=act_id(2), index=2)
    stray = applied(3, "intelligence.incident.conclude", "JP")
    foreign = applied(4, "intelligence.incident.conclude", "KR", findings)
    registry = folded(notice, foreign, end, again, stray).under(AGREEMENT)
    assert registry.out_of_order == HashTrieMap(
        {
            foreign.act_id: OutOfOrder.INCIDENT_OF_OTHER,
            again.act_id: OutOfOrder.INCIDENT_CONCLUDED,
            stray.act_id: OutOfOrder.INCIDENT_UNKNOWN,
        }
    )
    assert registry.incidents == HashTrieMap(
        {
            notice.act_id: Incident(
                act_id=notice.act_id,
                author="JP",
                control=CONTROL,
                nature="lost",
                found_at=datetime(2031, 5, 1, 20, tzinfo=UTC),
                recorded_at=START,
                concluded_by=end.act_id,
            )
        }
    )


def test_a_kind_of_another_domain_changes_nothing():
    assert fold(EMPTY, replace(SHARED, kind="logistics.order.place")) is EMPTY


def test_what_was_shared_under_one_agreement_is_unknown_under_another():
    state = folded(SHARED, replace(RECALLED, agreement="kr-jp-c"))
    assert state.under(AGREEMENT).reports[CONTROL] == Report(control=CONTROL, originator="KR", revisions=(FIRST,))
    assert state.under("kr-jp-c").out_of_order == HashTrieMap({RECALLED.act_id: OutOfOrder.REPORT_UNKNOWN})


def test_a_report_from_share_to_destruction():
    taken = applied(3, "intelligence.report.acknowledge", "JP", {"about": AMENDED.act_id})
    told = applied(4, "intelligence.register.extract", "JP")
    passed = applied(5, "intelligence.report.release", "JP")
    gone = applied(6, "intelligence.report.destroy", "JP", officers=("jp/a", "jp/b", "jp/c"))
    report = report_of(SHARED, AMENDED, taken, told, passed, replace(RECALLED, index=6), gone)
    assert report == Report(
        control=CONTROL,
        originator="KR",
        revisions=(FIRST, SECOND),
        recalled=Recalled(act_id=RECALLED.act_id, recorded_at=RECALLED.recorded_at),
        acknowledged=HashTrieMap({AMENDED.act_id: taken.act_id}),
        extracts=HashTrieMap({"JP": Extracted(act_id=told.act_id, copies=2, readers=5, root="b" * 64)}),
        releases=(
            Released(
                act_id=passed.act_id, author="JP", released_to="third_state", body="us-liaison", purpose="warning"
            ),
        ),
        destroyed=HashTrieMap(
            {
                "JP": Destroyed(
                    act_id=gone.act_id,
                    recorded_at=gone.recorded_at,
                    method="burned",
                    certificate="JP-C-0007",
                    witnesses=("jp/b", "jp/c"),
                )
            }
        ),
    )
    assert report.unacknowledged == (SHARED.act_id, RECALLED.act_id)


def test_what_arrived_and_was_not_acknowledged():
    taken = applied(3, "intelligence.report.acknowledge", "JP", {"about": SHARED.act_id})
    assert report_of(SHARED, AMENDED).unacknowledged == (SHARED.act_id, AMENDED.act_id)
    assert report_of(SHARED, taken).unacknowledged == ()


def test_the_newest_revision_leads():
    lowered = applied(1, "intelligence.report.amend", "KR", {**AMEND, "level": 1, "topic": "nk_nuclear"})
    report = report_of(SHARED, lowered)
    assert (report.level, report.topic, report.purpose, report.newest.act_id) == (
        1,
        "nk_nuclear",
        "assessment",
        lowered.act_id,
    )


def test_a_share_that_names_a_request_answers_it():
    asked = applied(0, "intelligence.report.request", "JP")
    answer = applied(1, "intelligence.report.share", "KR", causes=(act_id(77), asked.act_id))
    question = folded(asked, answer).under(AGREEMENT).questions[asked.act_id]
    assert (question.answered_by, question.open) == ((answer.act_id,), False)


def test_nobody_answers_a_request_of_its_own():
    asked = applied(0, "intelligence.report.request", "KR")
    shared = applied(1, "intelligence.report.share", "KR", causes=(asked.act_id,))
    assert folded(asked, shared).under(AGREEMENT).questions[asked.act_id].open


def test_the_newest_word_of_a_party_counts():
    low = applied(0, "intelligence.addressee.assure", "JP", {"addressee": "jp-desk", "level": 1, "until": "2031-12-31"})
    high = applied(1, "intelligence.addressee.assure", "JP", {"addressee": "jp-desk", "level": 2})
    attested = applied(2, "intelligence.facility.attest", "JP")
    registry = folded(high, low, attested).under(AGREEMENT)
    assert registry.assurances == HashTrieMap(
        {
            ("JP", "jp-desk"): Assurance(
                act_id=low.act_id, author="JP", addressee="jp-desk", level=1, until=date(2031, 12, 31)
            )
        }
    )
    assert registry.facilities == HashTrieMap(
        {
            ("JP", "jp-plant-3"): Facility(
                act_id=attested.act_id,
                author="JP",
                facility="jp-plant-3",
                cleared=True,
                binds=True,
                inspected_on=date(2030, 6, 15),
            )
        }
    )


def test_leave_is_kept_by_who_gave_it():
    asked = applied(0, "intelligence.consent.ask", "JP")
    given = applied(1, "intelligence.consent.give", "KR")
    pretended = applied(2, "intelligence.consent.give", "JP", {**PAYLOAD[given.kind], "until": "2099-12-31"})
    registry = folded(asked, given, pretended).under(AGREEMENT)
    key = (CONTROL, "us-liaison", "warning")
    assert registry.asked == HashTrieMap({key: asked.act_id})
    assert registry.consents["KR", *key] == Consent(
        act_id=given.act_id,
        author="KR",
        control=CONTROL,
        body="us-liaison",
        purpose="warning",
        until=date(2031, 6, 30),
    )
    assert registry.consents["JP", *key].until == date(2099, 12, 31)


@pytest.mark.parametrize(
    ("officers", "expected"),
    [
        ((), ()),
        (("jp/a",), ()),
        (("jp/a", "jp/a"), ()),
        (("jp/a", "jp/b", "jp/b"), ("jp/b",)),
        (("jp/a", "jp/b", "jp/a", "jp/c"), ("jp/b", "jp/c")),
    ],
)
def test_a_witness_counts_once_and_never_beside_itself(officers: tuple[str, ...], expected: tuple[str, ...]):
    assert acts.witnesses(officers) == expected
