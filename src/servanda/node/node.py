"""The node: the five stages composed, for what officers here say and for what the peer sends.

Rules of this module:
- every step is one transaction; what it wrote is on disk before anything of it leaves;
- memory follows the store, so that several processes may work on one node, one writer at a time;
- nothing is judged by what only this node knows.

Spec: record 5, 8.1, 10.5, 11.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from servanda.act import content
from servanda.act.act import Draft
from servanda.act.entry import Issued
from servanda.agreement.duties import Duty
from servanda.agreement.life import Status
from servanda.base import canon, limits, moment
from servanda.base.errors import PeerError, ServandaError, UsageError
from servanda.domain import Domain
from servanda.node import answers, clockwork, correspondence, intake
from servanda.node.audit import Audit, Report
from servanda.node.check import Checker
from servanda.node.clockwork import Baseline
from servanda.node.correspondence import Correspondence
from servanda.node.deliver import Brought, Deliverer, EquivocationError
from servanda.node.holding import Holding, LogCopy
from servanda.node.identity import Identity
from servanda.node.journal import Journal
from servanda.node.lists import Lists
from servanda.node.people import People
from servanda.node.ports import Clock, Courier, Keys, Mark, Space, Store, Vault
from servanda.node.project import Projector
from servanda.node.record import Recorder, reference_note
from servanda.node.scene import Scene
from servanda.node.stages import Intake, Judged, Place, Recorded
from servanda.seal.keys import SecretKey

BEAT = timedelta(minutes=15)
ROUNDS_MAX = 64


class Node:
    """One nation's node, facing one peer."""

    def __init__(
        self,
        *,
        identity: Identity,
        store: Store,
        vault: Vault,
        keys: Keys,
        clock: Clock,
        mark: Mark,
        domains: Mapping[str, Domain[Any]],
    ) -> None:
        self.identity = identity
        self.domains = domains
        self._store = store
        self._keys = keys
        self._clock = clock
        self._vault = vault
        self.holding = self._fresh_holding()
        self.people = People(store)
        self.lists = Lists(store=store, home=self.holding.home, people=self.people, identity=identity)
        self.projector = Projector(self.holding, domains)
        self.journal = Journal(store=store, log=f"{identity.log}/journal")
        self.recorder = Recorder(holding=self.holding, journal=self.journal)
        self.checker = Checker(
            holding=self.holding,
            projector=self.projector,
            people=self.people,
            domains=domains,
            exercise=identity.exercise,
        )
        self._deliverer = Deliverer(
            identity=identity,
            holding=self.holding,
            lists=self.lists,
            recorder=self.recorder,
            keys=keys,
            mark=mark,
        )
        self._baseline: Baseline | None = None
        self._clock_note: bytes | None = None
        self._taken_back = False

    def _fresh_holding(self) -> Holding:
        return Holding(
            store=self._store,
            vault=self._vault,
            identity=self._keys.seal,
            home=LogCopy(self.identity.log, self.identity.party),
            peer=LogCopy(self.identity.peer_log, self.identity.peer_party),
            payload_types={kind: kept for domain in self.domains.values() for kind, kept in domain.payloads.items()},
        )

    # -- steps -------------------------------------------------------------------------------------------------------

    @contextmanager
    def _step(self) -> Iterator[None]:
        """One transaction, entered with memory at the state of the store, taken back whole on any error."""
        try:
            with self._store.writing():
                self.catch_up()
                yield
        except BaseException:
            # Memory may be ahead of the store now; it is set right within the next step, which excludes all others.
            self._taken_back = True
            raise

    def catch_up(self) -> None:
        """Read what any process has written since, and forget what was taken back."""
        self.holding.catch_up()
        self.journal.catch_up()
        if self._taken_back:
            self.projector.forget()
            self._taken_back = False

    def begin(self, own_list: bytes, peer_list: bytes) -> None:
        """Open the own log under the own key list and accept the peer's first one; nothing where that is done.

        Raises:
            IntegrityError: a list does not verify, or is of another Party or sort.
        """
        identity = self.identity
        with self._step():
            if self.holding.home.size == 0:
                now = self._clock.now()
                own = self.lists.take_first(own_list, party=identity.party, name=identity.name)
                self.journal.open(identity.party, now)
                self.recorder.open_log(party=identity.party, epoch=identity.epoch, keys=own.digest, now=now)
            if not self.lists.has(identity.peer_party):
                now = self._clock.now()
                peer = self.lists.take_first(peer_list, party=identity.peer_party, name=identity.peer_name)
                self.recorder.keyed(party=peer.party, number=peer.number, keys=peer.digest, now=now)

    # -- what officers say -------------------------------------------------------------------------------------------

    def submit(
        self,
        draft: Draft,
        officers: Sequence[str],
        *,
        proving: Sequence[SecretKey] = (),
        reference: str | None = None,
    ) -> Recorded:
        """Say an act: sealed, signed, judged and recorded, in the log if it is permitted, else in the journal.

        Raises:
            UsageError: the act cannot be said by these officers from here.
            PeerError: `clock_unsure`, `behind_mark` or `backlog_full`.
        """
        with self._step():
            known = None if reference is None else self._said_before(draft, reference)
            if known is not None:
                return known
            return self.recorder.act(self._judge_draft(draft, officers, proving, reference))

    def preview(self, draft: Draft, officers: Sequence[str], *, proving: Sequence[SecretKey] = ()) -> Judged:
        """The ruling a draft would get here and now; nothing is recorded."""
        with self._step():
            return self._judge_draft(draft, officers, proving, None)

    def _judge_draft(
        self, draft: Draft, officers: Sequence[str], proving: Sequence[SecretKey], reference: str | None
    ) -> Judged:
        now = self.sure_now()
        self._deliverer.stand_by_mark()
        place = self.here(self.recorder.time(now))
        taken = intake.take_draft(
            draft,
            officers=officers,
            keys=self._keys,
            scene=self.checker.scene(place),
            peer_party=self.identity.peer_party,
            peer_seal=self.lists.peer_key("seal"),
            now=now,
            proving=proving,
            reference=reference,
        )
        return self.checker.check(taken, place, identity=self._keys.seal())

    def _said_before(self, draft: Draft, reference: str) -> Recorded | None:
        """The entry of an intention that was recorded before, so that a retry is the same act.

        Raises:
            UsageError: `reference_used`, where the reference was given to another act.

        Spec: record 3.1 (reference).
        """
        noted = self._store.get(Space.NOTE, reference_note(reference))
        entry = None if noted is None else self.holding.home.entry_issuing(noted.decode())
        if entry is None:
            return None
        held = self.holding.act(entry.act, entry.envelope)
        said = held.statement
        payload = None if draft.payload is None else canon.encode(content.write(draft.payload))
        opened = self.holding.opened(held)
        known = (said.kind, said.agreement, None if opened is None else opened.raw)
        if known != (draft.kind, draft.agreement, payload):
            raise UsageError(
                "reference_used", f"reference `{reference}` is that of act `{entry.act[:16]}`", action="draw another"
            )
        judged = Judged(
            intake=Intake(signed=held, sealed=None),
            place=Place(log=entry.log, index=entry.index, seen=entry.seen.size, at=entry.recorded_at),
            ruling=entry.ruling.ruling,
            facts=self.holding.facts(entry.act),
            facts_commit=entry.ruling.facts,
            repeated=True,
        )
        return Recorded(judged=judged, entry=entry, item=None)

    # -- the exchange ------------------------------------------------------------------------------------------------

    def make_bundle(self) -> bytes:
        """The next bundle for the peer: all that it has not cosigned, and what it asked for.

        Raises:
            PeerError: `clock_unsure` or `behind_mark`.
        """
        with self._step():
            raw, mark = self._deliverer.make(self.sure_now())
        self._deliverer.raise_mark(mark)
        return raw

    def take_bundle(self, raw: bytes, *, expanded_max: int = limits.STREAM_HTTP_BYTES_MAX) -> Brought:
        """What a bundle of the peer brings, held; then cosigned, judged and replied to.

        Raises:
            ServandaError: the bundle does not hold; nothing of it was applied.
        """
        try:
            with self._step():
                brought = self._deliverer.take(raw, self._clock.now(), expanded_max=expanded_max)
        except EquivocationError as found:
            self._freeze(found)
            raise
        self.settle()
        return brought

    def _freeze(self, found: EquivocationError) -> None:
        """Keep two heads that contradict each other, apply that log no longer, and raise the alarm.

        Spec: record 7.4.
        """
        with self._step():
            self._store.put(Space.EVIDENCE, found.log, found.evidence)
            correspondence.save(self._store, replace(self.correspondence(), frozen=found.code))
            self.journal.alarm(found.code, found.log, self._clock.now())

    def settle(self) -> int:
        """Cosign what is held and reply to every act of the peer that has no reply yet; how many replies."""
        with self._step():
            now = self.sure_now()
            self._deliverer.stand_by_mark()
            self._deliverer.cosign(now)
            replies = 0
            peer = self.holding.peer
            for index in peer.issued_between(self.holding.home.replied, peer.size):
                entry = peer.entries[index]
                if isinstance(entry, Issued):
                    self._reply(entry, now)
                    replies += 1
            return replies

    def _reply(self, entry: Issued, now: datetime) -> None:
        """Our ruling on one act of the peer; what cannot be read at all is ruled invalid and never stops the log."""
        try:
            signed = self.holding.act(entry.act, entry.envelope)
        except ServandaError as error:
            self.recorder.reply_unreadable(entry, error.code, now)
            return
        place = Place(log=entry.log, index=entry.index, seen=entry.seen.size, at=entry.recorded_at)
        taken = Intake(signed=signed, sealed=self.holding.sealed(signed))
        judged = self.checker.check(taken, place, identity=self._keys.seal(), reply_at=self.recorder.time(now))
        self.recorder.reply(judged, entry, now)

    def answer(self, raw: bytes) -> bytes:
        """The answer to a bundle of the peer, as the link asks for it."""
        self.take_bundle(raw)
        return self.make_bundle()

    def sync(self, courier: Courier) -> int:
        """Exchange bundles until nothing is left to say on either side; the number of exchanges.

        Raises:
            PeerError: the link is down, or the peer refuses; what was exchanged stays.
        """
        for done in range(1, ROUNDS_MAX + 1):
            told = self.correspondence().cosigned
            self.take_bundle(courier.exchange(self.make_bundle()))
            with self._step():
                correspondence.save(self._store, replace(self.correspondence(), told=told))
            if not self.has_news():
                return done
        raise PeerError("sync_unfinished", f"{ROUNDS_MAX} exchanges did not finish the sync", action="sync again")

    def has_news(self) -> bool:
        """Whether a bundle made now would tell the peer something it has not confirmed."""
        stands = self.correspondence()
        return (
            stands.held < self.holding.home.size
            or stands.told < stands.cosigned
            or bool(stands.wanted)
            or bool(stands.asked)
        )

    def correspondence(self) -> Correspondence:
        return correspondence.load(self._store)

    # -- time --------------------------------------------------------------------------------------------------------

    def now(self) -> datetime:
        return self._clock.now()

    def sure_now(self) -> datetime:
        """The clock, where it may be signed with.

        Raises:
            PeerError: `clock_unsure`.
        """
        now, elapsed_s = self._clock.now(), self._clock.elapsed_s()
        note = self._store.get(Space.NOTE, "clock")
        if self._baseline is None or note != self._clock_note:
            self._clock_note = note
            self._baseline = clockwork.started(
                now,
                elapsed_s,
                last_entry=self.holding.home.last_time,
                cosigned=self._deliverer.cosigned_at(),
                confirmed=None if note is None else moment.parse(note.decode()),
            )
        clockwork.still_sure(self._baseline, now, elapsed_s)
        return now

    def confirm_clock(self) -> datetime:
        """A person says that the clock is right; an item of the journal."""
        with self._step():
            now = self._clock.now()
            self.journal.clock_confirmed(now)
            self._store.put(Space.NOTE, "clock", moment.text(now).encode())
            return now

    def move_clock(self, to: datetime, move: Any) -> None:
        """Move an exercise node's clock forward; an item of the journal, and the confirmation of the new time.

        Args:
            move: sets the offset of the clock by that many seconds, within this step.

        Raises:
            UsageError: `clock_not_movable`.
        """
        with self._step():
            now = self._clock.now()
            seconds = clockwork.moved(now, to, exercise=self.identity.exercise)
            move(seconds)
            self.journal.clock_moved(now, to)
            self._store.put(Space.NOTE, "clock", moment.text(to).encode())

    def beat(self) -> bool:
        """Commit to the journal's head where a new quarter of an hour has begun; beats missed are not made up."""
        with self._step():
            now = self.sure_now()
            self._deliverer.stand_by_mark()
            since = self.holding.home.beat_at
            if since is None or _slot(now) <= _slot(since):
                return False
            self.recorder.withheld(now)
            return True

    def audit(self) -> Report:
        """Every signature, proof, ruling and fold again, from entry 0.

        Raises:
            IntegrityError: the first thing that does not hold, with its place.
        """
        holding, journal = self._fresh_holding(), Journal(store=self._store, log=self.journal.log)
        with self._store.writing():
            audit = Audit(
                holding=holding,
                journal=journal,
                domains=self.domains,
                identity=self._keys.seal(),
                exercise=self.identity.exercise,
                trust=self._deliverer.trust_of,
            )
            return audit.run()

    # -- reading -----------------------------------------------------------------------------------------------------

    def here(self, now: datetime) -> Place:
        """Where an act of this node would stand now."""
        return Place(log=self.holding.home.name, index=self.holding.home.size, seen=self.holding.peer.size, at=now)

    def scene(self) -> Scene:
        """What both logs say here and now."""
        return self.checker.scene(self.here(self._clock.now()))

    def duties(self, agreement: str) -> tuple[Duty, ...]:
        """Every duty under an agreement that has begun, with those that the own journal starts."""
        scene = self.scene()
        return scene.all_duties(agreement, answers.findings(self.holding, self.journal.items, scene.folded, agreement))

    def state(self, domain: str) -> Any:
        """The state of a domain, folded from both logs."""
        return self.scene().folded.domains[domain]

    def status(self, agreement: str) -> Status:
        """How an agreement stands now."""
        return self.scene().status(agreement)


def _slot(at: datetime) -> int:
    return int(at.timestamp() // BEAT.total_seconds())
