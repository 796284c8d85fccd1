"""Duties: when they begin, who owes them, what meets them, when they are late."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest

from servanda.act.act import Applied
from servanda.agreement import duties
from servanda.agreement.duties import Duty, DutyBook, DutyState, Finding
from servanda.agreement.instrument import Instrument, load
from servanda.agreement.life import Status
from tests.unit.agreement.lives import OTHER, Story, edited, moment, pact_of
from tests.wordings import loaded

RECALL = "intelligence.report.recall"
ACKNOWLEDGE = "intelligence.report.acknowledge"
DESTROY = "intelligence.report.destroy"
LODGE = "agreement.registration.lodge"
STATEMENT = "logistics.statement.sign"
AT = "2030-06-10T23:30+09:00"


@dataclass
class Desk:
    """A book of one agreement in force, and the acts put into it."""

    agreement: str = "kr-jp-a"
    text: str | None = None
    book: DutyBook = field(init=False)
    story: Story = field(init=False)
    instrument: Instrument = field(init=False)
    receipts: dict[str, datetime] = field(default_factory=dict)
    acts: int = 0

    def __post_init__(self) -> None:
        self.book = duties.empty(self.agreement)
        self.story = Story(self.agreement)
        digest = self.story.begin(self.text)
        self.instrument = self.story.life.will.texts[digest].instrument

    def say(
        self,
        author: str,
        kind: str,
        at: str,
        *,
        causes: Sequence[str] = (),
        received: str | None = None,
        facts: Sequence[Mapping[str, Any]] = (),
        payload: Mapping[str, Any] | None = None,
    ) -> str:
        self.acts += 1
        act_id = hashlib.sha256(f"{author}/{kind}/{self.acts}".encode()).hexdigest()
        act = Applied(
            act_id=act_id,
            kind=kind,
            agreement=self.agreement,
            digest=self.instrument.digest,
            author=author,
            other=OTHER[author],
            officers=(),
            causes=tuple(causes),
            payload=payload or {},
            recorded_at=moment(at),
            rank=self.acts,
            log=author,
            index=self.acts,
            facts=tuple(facts),
        )
        self.book = duties.fold(self.book, act, self.instrument)
        if received is not None:
            self.receipts[act_id] = moment(received)
        return act_id

    def status(self, at: str) -> Status:
        return self.story.status(at)

    def owed(self, at: str, *, after: str, findings: Sequence[Finding] = ()) -> list[Duty]:
        found = duties.duties(self.book, moment(at), self.receipts.get, self.status(at), findings)
        return [duty for duty in found if duty.after == after]

    def states(self, at: str, *, after: str) -> list[tuple[str, str, DutyState, int]]:
        return [(duty.paragraph, duty.debtor, duty.state, duty.days_late) for duty in self.owed(at, after=after)]


def test_the_others_duty_begins_with_its_own_reply() -> None:
    desk = Desk()
    recall = desk.say("JP", RECALL, AT)
    assert desk.owed("2031-01-01T00:00+09:00", after=RECALL) == []
    desk.receipts[recall] = moment("2030-06-12T08:00+09:00")
    assert desk.owed("2030-06-12T08:00+09:00", after=RECALL) == [
        Duty(
            agreement="kr-jp-a",
            paragraph="5.5",
            debtor="KR",
            does=ACKNOWLEDGE,
            started_by=recall,
            started_at=moment("2030-06-12T08:00+09:00"),
            due_at=moment("2030-06-13T08:00+09:00"),
            after=RECALL,
        ),
        Duty(
            agreement="kr-jp-a",
            paragraph="6.6",
            debtor="KR",
            does=DESTROY,
            started_by=recall,
            started_at=moment("2030-06-12T08:00+09:00"),
            due_at=moment("2030-07-12T08:00+09:00"),
            after=RECALL,
        ),
    ]


def test_the_authors_duty_runs_from_its_own_entry() -> None:
    desk = Desk()
    desk.say("KR", "intelligence.incident.notify", AT)
    assert [(duty.debtor, duty.due_at) for duty in desk.owed(AT, after="intelligence.incident.notify")] == [
        ("KR", moment("2030-07-10T23:30+09:00"))
    ]


def test_a_duty_is_late_after_its_due_moment_and_not_at_it() -> None:
    desk = Desk()
    desk.say("JP", RECALL, AT, received=AT)
    late = [
        desk.states(at, after=RECALL)[0]
        for at in (
            "2030-06-11T23:30+09:00",
            "2030-06-11T23:31+09:00",
            "2030-06-12T23:30+09:00",
            "2030-06-12T23:31+09:00",
        )
    ]
    assert late == [
        ("5.5", "KR", DutyState.OPEN, 0),
        ("5.5", "KR", DutyState.LATE, 1),
        ("5.5", "KR", DutyState.LATE, 1),
        ("5.5", "KR", DutyState.LATE, 2),
    ]


def test_a_duty_is_met_by_the_first_act_of_its_debtor_that_names_the_cause() -> None:
    desk = Desk()
    recall = desk.say("JP", RECALL, AT, received=AT)
    desk.say("KR", ACKNOWLEDGE, "2030-06-11T01:00+09:00")
    desk.say("JP", ACKNOWLEDGE, "2030-06-11T02:00+09:00", causes=[recall])
    desk.say("KR", DESTROY, "2030-06-11T03:00+09:00", causes=["0" * 64])
    assert desk.states("2030-06-11T04:00+09:00", after=RECALL) == [
        ("5.5", "KR", DutyState.OPEN, 0),
        ("6.6", "KR", DutyState.OPEN, 0),
    ]
    first = desk.say("KR", ACKNOWLEDGE, "2030-06-13T00:00+09:00", causes=[recall])
    desk.say("KR", ACKNOWLEDGE, "2030-06-14T00:00+09:00", causes=[recall])
    met, running = desk.owed("2030-06-20T00:00+09:00", after=RECALL)
    assert (met.state, met.met_by, met.met_at, met.days_late) == (
        DutyState.MET,
        first,
        moment("2030-06-13T00:00+09:00"),
        2,
    )
    assert running.state is DutyState.OPEN
    for does, paragraphs in ((ACKNOWLEDGE, []), ("intelligence.report.destroy", ["6.6"])):
        unmet = duties.unmet(desk.book, does, moment(AT), desk.receipts.get, desk.status(AT))
        assert [duty.paragraph for duty in unmet if duty.after == RECALL] == paragraphs


@pytest.mark.parametrize(
    ("lines", "begun"),
    [
        ([{"both_signed": True}], 0),
        ([{"both_signed": True}, {"both_signed": False}], 1),
        ([{"both_signed": False}, {"both_signed": False}], 1),
        ([{}], 0),
        ([], 0),
    ],
)
def test_the_facts_of_any_line_start_a_duty_once(lines: list[dict[str, Any]], begun: int) -> None:
    desk = Desk("kr-jp-b")
    desk.say("KR", "logistics.goods.issue", AT, received=AT, facts=lines)
    assert len(desk.owed(AT, after="logistics.goods.issue")) == begun


@pytest.mark.parametrize(("who", "debtors"), [("both", ["JP", "KR"]), ("either", ["either"])])
def test_both_and_either_name_the_parties_after_an_act_too(who: str, debtors: list[str]) -> None:
    invoice, settle = "logistics.invoice.raise", "logistics.settlement.agree"
    text = edited("kr-jp-b", (f"  after: {invoice}\n  who: other", f"  after: {invoice}\n  who: {who}"))
    desk = Desk("kr-jp-b", text)
    act = desk.say("JP", invoice, AT)
    assert [duty.debtor for duty in desk.owed(AT, after=invoice)] == debtors[:1]
    desk.receipts[act] = moment("2030-06-11T08:00+09:00")
    assert [duty.debtor for duty in desk.owed(AT, after=invoice)] == debtors
    met = desk.say("KR", settle, "2030-06-11T09:00+09:00", causes=[act])
    found = desk.owed("2030-06-12T08:00+09:00", after=invoice)
    assert [duty.met_by for duty in found] == [None, met][-len(debtors) :]


def test_what_a_late_debt_becomes_stands_in_the_duty() -> None:
    desk = Desk("kr-jp-b")
    desk.say("JP", "logistics.goods.receive", AT, facts=[{"settlement": "in_kind"}])
    (duty,) = desk.owed(AT, after="logistics.goods.receive")
    assert (duty.paragraph, duty.debtor, duty.due_at) == ("6.2", "JP", moment("2031-06-10T23:30+09:00"))
    assert dict(duty.otherwise) == {"becomes": "cash", "priced_on": "due_date"}


def test_either_party_registers_within_ninety_days_of_force() -> None:
    desk = Desk()
    desk.say("JP", LODGE, "2030-01-20T09:00+09:00")
    begin = "agreement.force.begin"
    assert desk.owed("2030-01-31T00:00+09:00", after=begin) == []
    (duty,) = desk.owed("2030-02-10T00:00+09:00", after=begin)
    assert (duty.paragraph, duty.debtor, duty.started_by) == ("16.7", "either", begin)
    assert (duty.started_at, duty.due_at) == (moment("2030-02-01T00:00+09:00"), moment("2030-05-02T00:00+09:00"))
    assert (duty.state, duty.met_by) == (DutyState.OPEN, None)
    first = desk.say("JP", LODGE, "2030-02-20T09:00+09:00")
    desk.say("KR", LODGE, "2030-02-21T09:00+09:00")
    (duty,) = desk.owed("2030-03-01T00:00+09:00", after=begin)
    assert (duty.state, duty.met_by, duty.days_late) == (DutyState.MET, first, 0)


def test_a_text_on_the_table_takes_no_duty_from_the_one_in_force() -> None:
    desk = Desk()
    desk.say("KR", "rescue.asset.offer", "2030-02-02T09:00+09:00")
    desk.instrument = load(
        edited("kr-jp-a", ("  does: agreement.registration.lodge", "  does: agreement.consultation.open")),
        path="kr-jp-a",
    )
    lodged = desk.say("JP", LODGE, "2030-02-20T09:00+09:00")
    (duty,) = desk.owed("2030-03-01T00:00+09:00", after="agreement.force.begin")
    assert duty.met_by == lodged


def test_both_parties_sign_a_statement_for_the_year_that_ran_out() -> None:
    desk = Desk("kr-jp-b")
    turn = "agreement.year.turn"
    assert desk.owed("2030-12-31T23:59+09:00", after=turn) == []
    desk.say("JP", STATEMENT, "2030-12-30T09:00+09:00", payload={"subject": {"year": 2030}})
    desk.say("KR", STATEMENT, "2031-01-03T09:00+09:00", payload={"subject": {"year": 2031}})
    assert desk.states("2031-01-05T00:00+09:00", after=turn) == [
        ("11.1", "KR", DutyState.OPEN, 0),
        ("11.1", "JP", DutyState.OPEN, 0),
    ]
    desk.say("KR", STATEMENT, "2031-01-20T09:00+09:00", payload={"subject": {"year": 2030}})
    assert desk.states("2031-02-01T00:01+09:00", after=turn) == [
        ("11.1", "KR", DutyState.MET, 0),
        ("11.1", "JP", DutyState.LATE, 1),
    ]
    assert [duty.started_at for duty in desk.owed("2032-01-01T00:00+09:00", after=turn)] == [
        moment("2031-01-01T00:00+09:00"),
        moment("2031-01-01T00:00+09:00"),
        moment("2032-01-01T00:00+09:00"),
        moment("2032-01-01T00:00+09:00"),
    ]


def test_the_year_of_the_end_turns_once_more_where_the_statement_survives() -> None:
    desk = Desk("kr-jp-b")
    desk.story.must(desk.story.say("KR", "notice.give", "2039-06-01T09:00+09:00", note="1"))
    assert desk.status("2040-03-03T00:00+09:00").phase == "ended"
    turns = {duty.started_at for duty in desk.owed("2045-01-01T00:00+09:00", after="agreement.year.turn")}
    assert max(turns) == moment("2041-01-01T00:00+09:00")
    text = edited(
        "kr-jp-b",
        (
            "logistics.settlement.agree, logistics.statement.sign,\n             pe",
            "logistics.settlement.agree,\n             pe",
        ),
    )
    gone = Desk("kr-jp-b", text)
    gone.story.must(gone.story.say("KR", "notice.give", "2039-06-01T09:00+09:00", note="1"))
    turns = {duty.started_at for duty in gone.owed("2045-01-01T00:00+09:00", after="agreement.year.turn")}
    assert max(turns) == moment("2040-01-01T00:00+09:00")


def test_what_is_owed_after_the_end_begins_with_it() -> None:
    text = edited(
        "kr-jp-a",
        (
            "  after: agreement.force.begin\n  who: either\n  does: agreement.registration.lodge",
            "  after: agreement.force.end\n  who: both\n  does: agreement.consultation.open",
        ),
    )
    desk = Desk("kr-jp-a", text)
    desk.story.must(desk.story.say("KR", "notice.give", "2030-10-01T09:00+09:00", note="1"))
    assert desk.owed("2031-01-31T00:00+09:00", after="agreement.force.end") == []
    opened = desk.say("JP", "agreement.consultation.open", "2031-02-02T09:00+09:00")
    found = desk.owed("2031-02-03T00:00+09:00", after="agreement.force.end")
    assert [(duty.debtor, duty.met_by) for duty in found] == [("KR", None), ("JP", opened)]


def test_a_version_begins_its_own_force_and_a_correction_does_not() -> None:
    desk = Desk()
    digest = desk.instrument.digest
    second = edited("kr-jp-a", ("version: 1", "version: 2"), ("  within: 90 days", "  within: 60 days"))
    desk.story.table(second, base=digest, at="2030-03-01T09:00+09:00")
    digest_2 = loaded(second, "kr-jp-a").digest
    desk.story.agree(digest_2, "2030-03-01T09:00+09:00")
    desk.story.sign(digest_2, "2030-03-01T09:00+09:00")
    desk.story.notify(digest_2, "2030-04-10T09:00+09:00")
    begun = [
        (duty.started_at, duty.due_at) for duty in desk.owed("2030-04-10T09:00+09:00", after="agreement.force.begin")
    ]
    assert begun == [
        (moment("2030-02-01T00:00+09:00"), moment("2030-05-02T00:00+09:00")),
        (moment("2030-04-10T00:00+09:00"), moment("2030-06-09T00:00+09:00")),
    ]


def test_a_journal_item_starts_a_duty_at_home_that_the_journal_says_is_met() -> None:
    desk = Desk()
    alert = "rescue.alert.receive"
    item = Finding(item="i" * 64, kind=alert, party="JP", at=moment("2030-06-01T03:00+09:00"))
    (duty,) = desk.owed("2030-06-01T03:15+09:00", after=alert, findings=[item])
    assert (duty.paragraph, duty.debtor, duty.started_by, duty.state) == ("10.1", "JP", "i" * 64, DutyState.OPEN)
    assert duty.due_at == moment("2030-06-01T03:15+09:00")
    act = desk.story.act("JP", "text.withdraw", "2030-06-01T03:10+09:00", {})
    opened = desk.story.act("JP", "case.open", "2030-06-01T03:20+09:00", {})
    answered = Finding(
        item=item.item,
        kind=alert,
        party="JP",
        at=item.at,
        answers=(
            act,
            Applied(**{**{name: getattr(opened, name) for name in opened.__slots__}, "kind": "rescue.case.open"}),
        ),
    )
    (duty,) = desk.owed("2030-06-02T00:00+09:00", after=alert, findings=[answered])
    assert (duty.state, duty.met_by, duty.days_late) == (DutyState.MET, opened.act_id, 1)
    assert desk.owed("2030-06-01T02:00+09:00", after=alert, findings=[item]) == []
    early = Finding(item=item.item, kind=alert, party="JP", at=moment("2030-01-01T03:00+09:00"))
    assert desk.owed("2030-06-02T00:00+09:00", after=alert, findings=[early]) == []


def test_an_act_that_starts_and_meets_nothing_leaves_the_book_as_it_is() -> None:
    desk = Desk()
    desk.say("KR", "rescue.asset.offer", AT)
    before = desk.book
    desk.say("KR", "rescue.asset.offer", AT)
    assert desk.book is before
    assert pact_of("kr-jp-a") == desk.instrument
