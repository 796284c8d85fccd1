"""Seeded bugs of the stages: each is noticed, by the simulator, by a faulty peer, or by the audit.

A bug is put into the real code for the time of one check. A check is a whole run with what must hold at its end:
without a bug it holds, with the bug it does not. A check that notices no bug has no place here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count

import pytest

from servanda.act.act import read_act
from servanda.act.entry import Issued, Received
from servanda.act.ruling import Ground, Permit, Refusal
from servanda.adapters.memory import MemoryStore
from servanda.agreement import acts as accord
from servanda.agreement.acts import VersionSubject
from servanda.base.errors import IntegrityError, PeerError, ServandaError
from servanda.domains.intelligence import desk as reports
from servanda.log.checkpoint import Checkpoint, sign_head
from servanda.node import answers, applying, check, correspondence, deliver, project, recovery
from servanda.node.check import Checker
from servanda.node.deliver import Deliverer
from servanda.node.holding import Holding, LogCopy
from servanda.node.journal import Journal
from servanda.node.node import Node
from servanda.node.ports import Space
from servanda.node.project import Cursor, Projector
from servanda.node.record import Recorder
from servanda.node.scene import Scene
from servanda.node.stages import Place, Standing
from servanda.node.stream import Record
from servanda.seal.keys import Alg, generate
from tests.simulation.hostile import run
from tests.simulation.world import DOMAINS, both_in_force, restarted
from tests.unit.node.actors import (
    COMMIT,
    PACT,
    DiskFullError,
    appoints,
    asks,
    closes,
    flipped,
    forked,
    full_disk,
    handmade,
    issue,
    known,
    officer,
    ready,
    releases,
    reply_of,
    rewrapped,
    says,
    seen_of,
    send,
    shares,
    taken,
    without,
)

SEEDS, AUDITED = range(6), range(2)

# -- checks: what must hold, whatever is done --------------------------------------------------------------------------


def a_hostile_link() -> None:
    """Two nodes between which bundles are lost, repeated and late, and steps fail."""
    for seed in SEEDS:
        run(both_in_force(), seed)


def an_audit_at_rest() -> None:
    """What both wrote under such a link is sound."""
    for seed in AUDITED:
        for side in run(both_in_force(), seed).pair.sides():
            side.node.audit()


def a_crossing() -> None:
    """JP asks; the suspension that KR proposes crosses it, and JP joins: the act is judged as it was said, before."""
    pair = ready()
    entry = says(pair.jp, asks(pair.jp))
    half = accord.ForceSuspend(subject=VersionSubject(digest=entry.ruling.agreement_digest))
    pair.kr.envoy_says(PACT, "agreement.force.suspend", half)
    send(pair.kr, pair.jp)
    pair.jp.envoy_says(PACT, "agreement.force.suspend", half)
    send(pair.jp, pair.kr)
    assert reply_of(pair.kr, entry.act) == entry.ruling.ruling
    pair.sync()
    assert [side.node.status(PACT).phase for side in pair.sides()] == ["suspended", "suspended"]
    assert [side.node.audit().disputes for side in pair.sides()] == [0, 0]


def a_faulty_ruling() -> None:
    """JP's node permits what KR's refuses: it has no effect with either, and both show the dispute."""
    pair = ready()
    shared = says(pair.kr, shares(pair.kr))
    pair.sync()
    entry = issue(pair.jp, taken(pair.jp, releases(pair.jp, shared)))
    pair.sync()
    assert reply_of(pair.kr, entry.act) == Refusal(ground=Ground.FORBIDDEN, cites=("6.1",))
    for side in pair.sides():
        folded = side.node.scene().folded
        assert entry.act not in folded.acts
        assert answers.standing(answers.find(side.node.holding, entry.act), folded) is Standing.DISPUTED
    pair.kr.node.audit()


def a_close_alone() -> None:
    """One side alone lets its act stand, twice."""
    pair = ready()
    shared = says(pair.kr, shares(pair.kr))
    pair.sync()
    entry = issue(pair.jp, taken(pair.jp, releases(pair.jp, shared)))
    pair.sync()
    for _ in range(2):
        closes(pair.jp, entry.act, "stands")
    pair.sync()
    assert [side.node.scene().folded.closed for side in pair.sides()] == [{}, {}]


def a_forged_signature() -> None:
    pair = ready()
    entry = issue(pair.jp, flipped(taken(pair.jp, asks(pair.jp))))
    pair.sync()
    assert reply_of(pair.kr, entry.act) == Refusal(ground=Ground.INVALID, code="signature_invalid")


def a_lost_payload() -> None:
    """The payload of an act is missing from a bundle: all that is cosigned is held, and in the end it is there."""
    pair = ready()
    entry = says(pair.jp, shares(pair.jp))
    pair.kr.node.take_bundle(rewrapped(pair.jp.node.make_bundle(), pair.jp, pair.kr, without("PAYLOAD")))
    holding = pair.kr.node.holding
    for index in holding.peer.issued_between(0, pair.kr.node.correspondence().cosigned):
        held = holding.peer.entries[index]
        assert isinstance(held, Issued)
        assert holding.sealed(holding.act(held.act, held.envelope)) is not None
    pair.sync()
    assert isinstance(reply_of(pair.kr, entry.act), Permit)


def a_false_view() -> None:
    """An act that states another root than ours for what it has seen; nothing of it is taken."""
    pair = ready()
    said = taken(pair.jp, asks(pair.jp))
    size = pair.kr.node.holding.home.size
    issue(pair.jp, said, seen=seen_of(pair, size, root=bytes(32)))
    with pytest.raises(IntegrityError):
        pair.kr.node.take_bundle(pair.jp.node.make_bundle())
    pair.kr.node.audit()


def an_old_view() -> None:
    """Nothing of KR's asked for a reply, yet JP has cosigned it; then JP acts as if it had not seen it."""
    pair = ready()
    pair.kr.clock.advance(3_600)
    pair.kr.node.beat()
    held = pair.kr.node.holding.home.size
    send(pair.kr, pair.jp)
    send(pair.jp, pair.kr)
    issue(pair.jp, taken(pair.jp, asks(pair.jp)), seen=seen_of(pair, held - 1))
    with pytest.raises(IntegrityError):
        pair.kr.node.take_bundle(pair.jp.node.make_bundle())


def a_receipt_to_itself() -> None:
    """JP writes the reply to its own appointment into its own log."""
    pair = ready()
    stranger = generate(Alg.ED25519)
    draft = appoints(pair.jp, "mole-1", stranger)
    recorded = pair.jp.node.submit(draft, [pair.jp.envoy], proving=[stranger])
    assert recorded.entry is not None
    home, peer = pair.jp.node.holding.home, pair.jp.node.holding.peer
    entry = Received(
        log=home.name,
        index=home.size,
        recorded_at=pair.jp.node.now(),
        act=recorded.entry.act,
        envelope=recorded.entry.envelope,
        source=(home.name, recorded.entry.index),
        seen=pair.jp.node.recorder.seen(peer.size),
        ruling=recorded.entry.ruling,
        observed={},
    )
    with pair.jp.node._step():
        pair.jp.node.recorder._append(entry)
    with pytest.raises(IntegrityError):
        pair.kr.node.take_bundle(pair.jp.node.make_bundle())


def a_key_before_its_receipt() -> None:
    """A new officer signs before the other node has received the appointment."""
    pair = ready()
    key = generate(Alg.ED25519)
    pair.jp.node.submit(appoints(pair.jp, "information-9", key), [pair.jp.envoy], proving=[key])
    pair.jp.keys.sign_in("jp/information-9", [key])
    early = issue(pair.jp, taken(pair.jp, asks(pair.jp), ["jp/information-9"]))
    pair.sync()
    assert reply_of(pair.kr, early.act) == Refusal(ground=Ground.INVALID, code="key_unknown")


def a_self_appointment() -> None:
    """The first to sign an appointment is the very key it names."""
    pair = ready()
    stranger = generate(Alg.ED25519)
    pair.jp.keys.sign_in("jp/mole-1", [stranger])
    draft = appoints(pair.jp, "mole-1", stranger, office="envoy")
    entry = issue(pair.jp, taken(pair.jp, draft, ["jp/mole-1"]), ruling=Permit(cites=("life.25",)))
    pair.sync()
    assert reply_of(pair.kr, entry.act) == Refusal(ground=Ground.INVALID, code="key_unknown")


def a_restored_database() -> None:
    pair = ready()
    copy = pair.kr.store.copy()
    says(pair.kr, asks(pair.kr))
    pair.sync()
    pair.kr.store = copy
    restarted(pair.kr)
    with pytest.raises(PeerError):
        pair.kr.node.make_bundle()


def a_second_history() -> None:
    pair = ready()
    raw = forked(pair)
    with pytest.raises(IntegrityError):
        pair.kr.node.take_bundle(raw)
    assert pair.kr.store.count(Space.EVIDENCE) == 1
    assert pair.kr.node.correspondence().frozen is not None


def a_strangers_head() -> None:
    pair = ready()
    says(pair.jp, asks(pair.jp))
    home = pair.jp.node.holding.home
    head = Checkpoint(log=home.name, size=home.size, root=home.tree.root(home.size))
    note = sign_head(head, [generate(Alg.ED25519)], pair.jp.node.now())
    raw = rewrapped(
        pair.jp.node.make_bundle(), pair.jp, pair.kr, lambda rs: [Record(type="HEAD", body=note), *without("HEAD")(rs)]
    )
    with pytest.raises(IntegrityError):
        pair.kr.node.take_bundle(raw)


def a_clock_set_back() -> None:
    pair = ready()
    says(pair.kr, asks(pair.kr, "first"))
    pair.kr.clock.step_to(pair.kr.node.now() - timedelta(seconds=100))
    says(pair.kr, asks(pair.kr, "second"))
    pair.sync()


def a_destruction() -> None:
    """State and rulings stand as before, and the record is sound."""
    pair = ready()
    entry = says(pair.kr, shares(pair.kr, title="a title that is gone"))
    pair.sync()
    place = pair.kr.node.scene().place
    cut = (place.log, place.index, place.seen)
    before = Projector(pair.kr.node.holding, DOMAINS).at(*cut)
    pair.kr.node.destroy(entry.act)
    assert Projector(pair.kr.node.holding, DOMAINS).at(*cut) == before
    assert not any(b"a title that is gone" in raw for raw in pair.kr.store.entries(entry.log, 0, 1 << 40))
    pair.kr.node.audit()
    restarted(pair.kr)
    assert Projector(pair.kr.node.holding, DOMAINS).at(*cut) == before


def a_backlog_in_parts() -> None:
    """Both sides have more to bring than one bundle takes."""
    pair = ready()
    acts = [says(side, asks(side, question)) for side in pair.sides() for question in ("one", "two", "three")]
    with pytest.MonkeyPatch.context() as small:
        small.setattr(deliver, "ENTRIES_PER_BUNDLE", 2)
        for _ in range(16):
            send(pair.kr, pair.jp)
            send(pair.jp, pair.kr)
    for side in pair.sides():
        assert all(act.act in side.node.scene().folded.acts for act in acts)
        assert side.node.correspondence().held == side.node.holding.home.size


def a_full_disk() -> None:
    """Whichever write fails, the step is not there: neither in the store nor in memory."""
    for after in (*range(8), COMMIT):
        pair = ready()
        draft, before = shares(pair.kr), known(pair.kr)
        with full_disk(pair.kr, after):
            try:
                pair.kr.node.submit(draft, [officer(pair.kr)])
            except DiskFullError:
                assert known(pair.kr) == before


def a_long_way() -> None:
    """A desk is assured for a day; a report to it is said in time, and carried for three."""
    pair = ready()
    draft = reports.assure(
        pair.jp.node.state("intelligence"), pair.jp.node.seat(PACT), addressee="jp-2", level=3, until="2031-05-03"
    )
    says(pair.jp, draft)
    pair.sync()
    entry = says(pair.kr, shares(pair.kr, to="jp-2"))
    pair.advance(3 * 86_400)
    pair.sync()
    reply = pair.jp.node.holding.home.reply(entry.act, 1 << 30)
    assert reply is not None
    assert reply.ruling == entry.ruling
    pair.jp.node.audit()


def a_draft_kept_home() -> None:
    """Digest and commitment of a refused draft are known to the peer, which asks for them."""
    pair = ready()
    shared = says(pair.kr, shares(pair.kr))
    pair.sync()
    home = pair.jp.node.submit(releases(pair.jp, shared), [officer(pair.jp)]).judged.intake.signed
    raw = handmade(pair.jp, pair.kr)
    assert home.raw not in raw
    pair.sync()
    assert pair.kr.store.get(Space.ENVELOPE, home.envelope_digest) is None
    assert not any(isinstance(e, Issued) and e.act == home.act_id for e in pair.kr.node.holding.peer.entries)


CHECKS: list[Callable[[], None]] = [
    a_hostile_link,
    an_audit_at_rest,
    a_crossing,
    a_faulty_ruling,
    a_close_alone,
    a_forged_signature,
    a_lost_payload,
    a_false_view,
    an_old_view,
    a_receipt_to_itself,
    a_key_before_its_receipt,
    a_self_appointment,
    a_restored_database,
    a_second_history,
    a_strangers_head,
    a_clock_set_back,
    a_destruction,
    a_backlog_in_parts,
    a_full_disk,
    a_long_way,
    a_draft_kept_home,
]


# -- bugs --------------------------------------------------------------------------------------------------------------

Patch = pytest.MonkeyPatch


def judged_at_what_is_known_now(patch: Patch) -> None:
    """The receiver judges on its own latest state, not at the cut of the act."""
    scene = Checker.scene

    def now(self: Checker, place: Place) -> Scene:
        found = scene(self, place)
        if found.copy is self._holding.peer:
            found.folded = scene(self, replace(place, index=found.copy.size, seen=self._holding.home.size)).folded
        return found

    patch.setattr(Checker, "scene", now)


def judged_at_the_time_of_arrival(patch: Patch) -> None:
    """The receiver judges at its own hour, not at that of the issuing entry."""
    reply = Node._reply
    patch.setattr(Node, "_reply", lambda self, entry, now: reply(self, replace(entry, recorded_at=now), now))


def folded_as_they_arrived(patch: Patch) -> None:
    """Each node folds the acts in the order in which it got them."""
    arrivals, add = count(), LogCopy.add

    def arrived(self: LogCopy, raw: bytes, entry: object) -> None:
        vars(self).setdefault("_arrived", {})[self.size] = next(arrivals)
        add(self, raw, entry)

    patch.setattr(LogCopy, "add", arrived)
    patch.setattr(project, "_key", lambda copy, entry: (copy._arrived[entry.index], copy.name, entry.index))


def a_late_act_not_folded_again(patch: Patch) -> None:
    """An act that belongs between others is put at the end of what is folded already."""
    fold_from = Cursor._fold_from
    patch.setattr(Cursor, "_fold_from", lambda self, position: fold_from(self, max(position, self._folded)))


def the_others_refusal_overlooked(patch: Patch) -> None:
    """What the author permitted has effect, whatever the other has ruled within the cut."""
    reply = LogCopy.reply
    has_effect = Cursor._has_effect

    def blind(self: Cursor, copy: LogCopy, entry: Issued, closes: object) -> bool:
        with pytest.MonkeyPatch.context() as no_reply:
            no_reply.setattr(LogCopy, "reply", lambda *_: None)
            return has_effect(self, copy, entry, closes)

    assert reply is LogCopy.reply
    patch.setattr(Cursor, "_has_effect", blind)


def receipts_beyond_the_cut(patch: Patch) -> None:
    """A reply counts as soon as it is here, also above the cut of the act."""

    def anywhere(self: Scene, act_id: str) -> object:
        for copy in (self.copy, self._holding.other(self.copy)):
            reply = copy.reply(act_id, copy.size)
            if reply is not None and isinstance(reply.ruling.ruling, Permit):
                return reply.recorded_at
        return None

    patch.setattr(Scene, "received_at", anywhere)


def half_a_close_is_enough(patch: Patch) -> None:
    """The second half may be of the same Party."""

    close = Cursor._close

    def alone(self: Cursor) -> set[str]:
        changed = close(self)
        for act_id in self._closing:
            found = self._issuing(act_id)
            if found is not None:
                subject = self._holding.applied(found[1]).payload["subject"]
                self._closed = {**self._closed, subject["act"]: subject["outcome"]}
                changed.add(subject["act"])
        return changed

    patch.setattr(Cursor, "_close", alone)


def signatures_not_verified(patch: Patch) -> None:
    patch.setattr(check, "open_act", lambda raw, _appointed: read_act(raw))


def a_key_names_itself(patch: Patch) -> None:
    """The key that an appointment names counts for its first signature too."""
    appointed = Scene.appointed

    def look_up_for(self: Scene, opened: object):
        look_up = appointed(self, opened)
        return lambda statement, officer, key_id, position: look_up(statement, officer, key_id, position + 1)

    patch.setattr(Scene, "appointed", look_up_for)


def held_without_its_payload(patch: Patch) -> None:
    """Entries are applied, and cosigned, whatever of theirs is missing."""
    patch.setattr(applying, "missing", lambda *_: ())


def what_was_seen_not_computed_again(patch: Patch) -> None:
    patch.setattr(applying, "_stand", lambda *_: None)


def cosignatures_not_remembered(patch: Patch) -> None:
    """What the peer has cosigned says nothing of what its acts have seen."""
    patch.setattr(correspondence.Correspondence, "floor", lambda *_: 0)


def replies_of_anybody_taken(patch: Patch) -> None:
    """A reply is taken whatever stands at its source."""
    stand = applying._stand
    patch.setattr(
        applying,
        "_stand",
        lambda holding, entry, at: None if isinstance(entry, Received) else stand(holding, entry, at),
    )


def a_rank_off_by_one(patch: Patch) -> None:
    append = Recorder._append

    def off(self: Recorder, entry: object) -> None:
        append(self, replace(entry, rank=entry.rank + 1) if isinstance(entry, Issued) else entry)

    patch.setattr(Recorder, "_append", off)


def an_older_view_stated(patch: Patch) -> None:
    """An entry states one entry less than it has seen."""
    seen = Recorder.seen
    patch.setattr(Recorder, "seen", lambda self, size: seen(self, max(0, size - 1)))


def replied_to_again(patch: Patch) -> None:
    """Every act of the peer is replied to with every bundle."""

    def all_of_them(self: Node, now: object) -> int:
        for index in self.holding.peer.issued_between(0, self.holding.peer.size):
            self._reply(self.holding.peer.entries[index], now)
        return self.holding.peer.size

    patch.setattr(Node, "_reply_waiting", all_of_them)


def never_replied_to(patch: Patch) -> None:
    patch.setattr(Node, "_waiting", lambda self: [])


def the_last_never_replied_to(patch: Patch) -> None:
    waiting = Node._waiting
    patch.setattr(Node, "_waiting", lambda self: waiting(self)[:-1])


def an_outbox_beside_the_step(patch: Patch) -> None:
    """The outbox is written at once, whether the step is or not."""
    put = MemoryStore.put

    def at_once(self: MemoryStore, space: Space, key: str, value: bytes) -> None:
        if space is Space.OUTBOX:
            self._keyed[space][key] = value
        else:
            put(self, space, key, value)

    patch.setattr(MemoryStore, "put", at_once)


def carried_taken_for_held(patch: Patch) -> None:
    """What went into a bundle is not sent again."""
    make = Deliverer.make

    def once(self: Deliverer, now: object) -> object:
        raw, head = make(self, now)
        stands = correspondence.load(self._store)
        correspondence.save(self._store, replace(stands, held=head.size))
        return raw, head

    patch.setattr(Deliverer, "make", once)


def memory_not_taken_back(patch: Patch) -> None:
    """What a failed step had added stays in memory."""
    patch.setattr(Holding, "take_back", lambda *_: None)
    patch.setattr(Journal, "take_back", lambda *_: None)


def facts_not_kept(patch: Patch) -> None:
    """The facts of a ruling are kept in memory only."""
    patch.setattr(Holding, "keep_facts", lambda self, act_id, facts, salt: self._facts.__setitem__(act_id, facts))


def a_ruling_not_as_it_was(patch: Patch) -> None:
    """The entry of an own act cites another paragraph than the one it was judged by."""
    append = Recorder._append

    def another(self: Recorder, entry: object) -> None:
        if isinstance(entry, Issued) and isinstance(entry.ruling.ruling, Permit):
            ruling = replace(entry.ruling, ruling=Permit(cites=("99.1",)))
            entry = replace(entry, ruling=ruling)
        append(self, entry)

    patch.setattr(Recorder, "_append", another)


def a_beat_that_commits_to_nothing(patch: Patch) -> None:
    """What a beat commits to is not kept."""
    withheld = Recorder.withheld

    def forgotten(self: Recorder, now: object) -> None:
        withheld(self, now)
        home = self._holding.home
        self._holding.store.remove(Space.NOTE, f"withheld/{home.size - 1}")

    patch.setattr(Recorder, "withheld", forgotten)


def time_that_falls(patch: Patch) -> None:
    patch.setattr(Recorder, "time", lambda self, now: now)


def the_mark_forgotten(patch: Patch) -> None:
    patch.setattr(recovery, "stand_by", lambda *_: None)


def any_history_taken(patch: Patch) -> None:
    """A head is not held against what is held."""
    patch.setattr(Deliverer, "_hold_against", lambda *_: None)


def any_head_taken(patch: Patch) -> None:
    """The lines of a head are not asked for."""
    opened = deliver.heads.open_checkpoint
    patch.setattr(deliver.heads, "open_checkpoint", lambda raw, origin, _trust: opened(raw, origin, []))


def more_than_the_residue_folded(patch: Patch) -> None:
    """The fold reads the whole payload while it is there."""
    residue = Holding.residue

    def whole(self: Holding, signed: object) -> object:
        sealed = self.sealed(signed)
        opened = None if sealed is None else self.opened(signed)
        return residue(self, signed) if opened is None else opened.members

    patch.setattr(Holding, "residue", whole)


def a_payload_left_behind(patch: Patch) -> None:
    """Destruction writes its entry and leaves the payload where it lies."""
    patch.setattr(MemoryStore, "destroy", lambda *_: None)


def a_receipt_beside_an_old_head(patch: Patch) -> None:
    """What is held is told with every part of a backlog, as if the entries behind it had seen that much."""
    patch.setattr(deliver, "Record", Record)
    receipt = Deliverer._receipt
    acts = Deliverer._acts

    def with_receipt(self: Deliverer, start: int) -> tuple[int, list[Record]]:
        end, records = acts(self, start)
        return end, [*records, *(receipt(self) if end < self._holding.home.size else ())]

    patch.setattr(Deliverer, "_acts", with_receipt)


def refused_drafts_sent(patch: Patch) -> None:
    """What is refused at home goes into the log all the same."""
    act = Recorder.act

    def sent(self: Recorder, judged: object) -> object:
        if isinstance(judged.ruling, Refusal):
            judged = replace(judged, ruling=Permit(cites=("5.1",)), facts_commit=judged.facts_commit or "0" * 64)
        return act(self, judged)

    patch.setattr(Recorder, "act", sent)


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """A bug, and the check that notices it."""

    bug: Callable[[Patch], None]
    check: Callable[[], None] = a_hostile_link


MUTANTS = [
    Mutant(bug=judged_at_what_is_known_now, check=a_crossing),
    Mutant(bug=judged_at_the_time_of_arrival, check=a_long_way),
    Mutant(bug=folded_as_they_arrived),
    Mutant(bug=a_late_act_not_folded_again),
    Mutant(bug=the_others_refusal_overlooked, check=a_faulty_ruling),
    Mutant(bug=receipts_beyond_the_cut, check=a_key_before_its_receipt),
    Mutant(bug=half_a_close_is_enough, check=a_close_alone),
    Mutant(bug=signatures_not_verified, check=a_forged_signature),
    Mutant(bug=a_key_names_itself, check=a_self_appointment),
    Mutant(bug=held_without_its_payload, check=a_lost_payload),
    Mutant(bug=what_was_seen_not_computed_again, check=a_false_view),
    Mutant(bug=cosignatures_not_remembered, check=an_old_view),
    Mutant(bug=replies_of_anybody_taken, check=a_receipt_to_itself),
    Mutant(bug=a_rank_off_by_one),
    Mutant(bug=an_older_view_stated),
    Mutant(bug=replied_to_again),
    Mutant(bug=never_replied_to),
    Mutant(bug=the_last_never_replied_to),
    Mutant(bug=an_outbox_beside_the_step, check=a_full_disk),
    Mutant(bug=carried_taken_for_held),
    Mutant(bug=memory_not_taken_back, check=a_full_disk),
    Mutant(bug=facts_not_kept, check=an_audit_at_rest),
    Mutant(bug=a_ruling_not_as_it_was),
    Mutant(bug=a_beat_that_commits_to_nothing, check=an_audit_at_rest),
    Mutant(bug=time_that_falls, check=a_clock_set_back),
    Mutant(bug=the_mark_forgotten, check=a_restored_database),
    Mutant(bug=any_history_taken, check=a_second_history),
    Mutant(bug=any_head_taken, check=a_strangers_head),
    Mutant(bug=more_than_the_residue_folded, check=a_destruction),
    Mutant(bug=a_payload_left_behind, check=a_destruction),
    Mutant(bug=a_receipt_beside_an_old_head, check=a_backlog_in_parts),
    Mutant(bug=refused_drafts_sent, check=a_draft_kept_home),
]


def named(value: object) -> str:
    return value.bug.__name__ if isinstance(value, Mutant) else getattr(value, "__name__", str(value))


@pytest.mark.parametrize("holds", CHECKS, ids=named)
def test_without_a_bug_nothing_is_noticed(holds: Callable[[], None]) -> None:
    holds()


@pytest.mark.parametrize("mutant", MUTANTS, ids=named)
def test_a_bug_is_noticed(mutant: Mutant, monkeypatch: Patch) -> None:
    both_in_force()
    ready()
    mutant.bug(monkeypatch)
    with pytest.raises((AssertionError, ServandaError, pytest.fail.Exception)):
        mutant.check()


def test_every_check_notices_a_bug() -> None:
    assert {mutant.check for mutant in MUTANTS} == set(CHECKS)
