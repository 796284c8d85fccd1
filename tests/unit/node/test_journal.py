"""The journal: what stays home, what becomes an item, and that the log commits to it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from servanda.act import frame
from servanda.act.act import Draft
from servanda.act.entry import Issued, Withheld
from servanda.act.journal import Answered, ClockConfirmed, JournalOpened, Noted, Refused, Released, encode
from servanda.act.recorded import RecordedRuling
from servanda.act.ruling import Ground, Permit, Refusal
from servanda.agreement import acts as accord
from servanda.base import canon
from servanda.base.errors import IntegrityError
from servanda.domains.intelligence import desk as reports
from servanda.node.journal import Journal
from servanda.node.ports import Space
from servanda.seal.text import b64
from tests.simulation.world import Pair, Side, restarted
from tests.unit.node.actors import PACT, asks, officer, releases, says, shares


def finds(side: Side) -> Draft:
    return reports.find(side.node.state("intelligence"), side.node.seat(PACT), nature="suspected")


def noted(side: Side) -> Noted:
    item = side.node.submit(finds(side), [officer(side)]).item
    assert isinstance(item, Noted)
    return item


def test_a_refused_draft_stays_home(pair: Pair) -> None:
    """Nothing of it is sent, and the peer's copy does not grow by it."""
    shared = says(pair.kr, shares(pair.kr))
    pair.sync()
    before = (pair.jp.node.holding.home.size, pair.jp.node.has_news(), pair.kr.node.has_news())
    recorded = pair.jp.node.submit(releases(pair.jp, shared), [officer(pair.jp)])

    signed = recorded.judged.intake.signed
    ruling = Refusal(ground=Ground.FORBIDDEN, cites=("6.1",))
    assert recorded.entry is None
    assert recorded.item == Refused(
        index=len(pair.jp.node.journal.items) - 1,
        recorded_at=pair.jp.node.now(),
        act=signed.act_id,
        envelope=signed.envelope_digest,
        cut=recorded.item.cut,
        ruling=RecordedRuling(
            ruling=ruling,
            agreement_digest=signed.statement.agreement_digest,
            facts=recorded.judged.facts_commit,
        ),
    )
    assert (recorded.item.cut.own, recorded.item.cut.seen) == (before[0], pair.jp.node.holding.peer.size)
    assert (pair.jp.node.holding.home.size, pair.jp.node.has_news(), pair.kr.node.has_news()) == before
    assert signed.raw not in pair.jp.node.make_bundle()
    assert pair.jp.store.get(Space.OUTBOX, signed.act_id) is None


def test_a_release_to_the_own_people_is_a_line_in_the_register_of_readers(pair: Pair) -> None:
    shared = says(pair.kr, shares(pair.kr))
    pair.sync()
    recorded = pair.jp.node.submit(releases(pair.jp, shared, to="own_government"), [officer(pair.jp)])

    assert (recorded.entry, recorded.judged.kept_home) == (None, True)
    assert isinstance(recorded.judged.ruling, Permit)
    assert isinstance(recorded.item, Released)
    assert recorded.item.ruling.ruling == recorded.judged.ruling
    pair.jp.node.audit()


def test_a_journal_kind_is_noted_and_no_fold_sees_it(pair: Pair) -> None:
    before = pair.kr.node.scene().folded
    item = noted(pair.kr)
    assert item.kind == "intelligence.incident.find"
    assert pair.kr.node.scene().folded == before
    assert not pair.kr.node.has_news()


def test_an_act_answers_what_was_noted_and_the_peer_never_learns_of_the_note(pair: Pair) -> None:
    item = noted(pair.kr)
    draft = reports.notify(
        pair.kr.node.state("intelligence"),
        pair.kr.node.seat(PACT),
        found_at="2031-05-02T00:00:00Z",
        finding=item.act,
    )
    recorded = pair.kr.node.submit(draft, [officer(pair.kr)])
    assert isinstance(recorded.entry, Issued)
    assert recorded.item == Answered(
        index=item.index + 1, recorded_at=pair.kr.node.now(), item=item.act, act=recorded.entry.act
    )
    raw = b"".join(pair.kr.store.entries(recorded.entry.log, recorded.entry.index, recorded.entry.index + 1))
    assert item.act.encode() not in raw


def test_a_step_of_the_own_checklist_is_noted(pair: Pair) -> None:
    payload = accord.StepTake(checklist="exercise", step="one", by="kr/envoy-1")
    draft = Draft(kind="agreement.step.take", agreement=PACT, payload=payload)
    recorded = pair.kr.node.submit(draft, [pair.kr.envoy])
    assert recorded.judged.ruling == Permit(cites=())
    assert isinstance(recorded.item, Noted)


def test_a_journal_begins_with_its_log_and_goes_on_with_what_persons_did(pair: Pair) -> None:
    journal = pair.kr.node.journal
    assert [type(item) for item in journal.items] == [JournalOpened, ClockConfirmed]
    assert journal.items[0] == JournalOpened(
        index=0,
        recorded_at=journal.items[0].recorded_at,
        log="exercise.kr.node.example/jp/1/journal",
        party="KR",
    )


def test_times_never_fall(pair: Pair) -> None:
    journal = pair.kr.node.journal
    early = journal.items[-1].recorded_at - timedelta(days=3)
    item = journal.alarm("equivocation", "somebody's log", early)
    assert item.recorded_at == journal.items[-2].recorded_at


def test_what_does_not_read_is_named_by_its_place(pair: Pair) -> None:
    journal = pair.kr.node.journal
    pair.kr.store.append(journal.log, len(journal.items), encode(journal.items[-1]))
    with pytest.raises(IntegrityError, match="item 2 of the journal: ") as caught:
        journal.catch_up()
    assert caught.value.code == "entry_misplaced"


def test_a_beat_commits_to_the_head_without_showing_it(pair: Pair) -> None:
    node = pair.kr.node
    noted(pair.kr)
    size = len(node.journal.items)
    assert node.beat() is True
    entry = node.holding.home.entries[-1]
    assert isinstance(entry, Withheld)
    kept = pair.kr.store.get(Space.NOTE, f"withheld/{entry.index}") or b""
    hidden = canon.encode({"root": b64(node.journal.tree.root(size)), "size": size})
    assert (kept[32:], frame.withheld_commit(kept[:32], hidden)) == (hidden, entry.commit)


def test_another_process_reads_what_one_wrote(pair: Pair) -> None:
    other = Journal(store=pair.kr.store, log=pair.kr.node.journal.log)
    noted(pair.kr)
    other.catch_up()
    assert (other.items, other.tree.root(len(other.items))) == (
        pair.kr.node.journal.items,
        pair.kr.node.journal.tree.root(len(pair.kr.node.journal.items)),
    )
    restarted(pair.kr)
    assert pair.kr.node.journal.items == other.items


def test_what_was_not_written_is_forgotten(pair: Pair) -> None:
    journal = pair.kr.node.journal
    before, root = list(journal.items), journal.tree.root(len(journal.items))
    noted(pair.kr)
    journal.take_back(len(before))
    assert (journal.items, journal.tree.root(len(before)), journal.tree.size) == (before, root, len(before))


def test_an_own_act_asks_nobody(pair: Pair) -> None:
    """What is permitted here goes into the log, and no item is made of it."""
    before = len(pair.kr.node.journal.items)
    assert pair.kr.node.submit(asks(pair.kr), [officer(pair.kr)]).item is None
    assert len(pair.kr.node.journal.items) == before
