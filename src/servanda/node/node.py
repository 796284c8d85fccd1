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
from datetime import UTC, datetime, timedelta
from typing import Any

from servanda.act.act import Draft
from servanda.act.entry import Destroyed, Issued
from servanda.act.kind import kinds
from servanda.agreement.duties import Duty
from servanda.agreement.life import Status
from servanda.base import limits
from servanda.base.errors import IntegrityError, MalformedError, PeerError, ServandaError
from servanda.domain import Domain, Seat
from servanda.node import alarms, answers, clockwork, correspondence, intake, recovery, repeated, trust
from servanda.node.audit import Audit, Report
from servanda.node.check import Checker
from servanda.node.correspondence import Correspondence
from servanda.node.deliver import Brought, Deliverer, EquivocationError
from servanda.node.holding import Holding, LogCopy
from servanda.node.identity import Identity
from servanda.node.journal import Journal
from servanda.node.lists import Lists
from servanda.node.people import People
from servanda.node.ports import Clock, Courier, Keys, Mark, Space, Store, Vault
from servanda.node.project import Projector
from servanda.node.record import Recorder
from servanda.node.scene import Scene
from servanda.node.stages import Intake, Judged, Place, Recorded
from servanda.node.watch import Watch
from servanda.seal.keys import SecretKey

BEAT = timedelta(minutes=15)
ROUNDS_MAX = 64
LIFE_FIRST = frozenset(name for name, kind in kinds().items() if kind.life_first)


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
        self._mark = mark
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
        self.watch = Watch(
            store=store,
            clock=clock,
            recorder=self.recorder,
            last_entry=lambda: self.holding.home.last_time,
            cosigned=self._deliverer.cosigned_at,
        )

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
        before: tuple[int, int, int] | None = None
        try:
            with self._store.writing():
                self.catch_up()
                before = self._sizes()
                yield
        except BaseException:
            # By sizes, never by the store: another process may have written in the places of what was taken back.
            if before is not None and before != self._sizes():
                self.holding.take_back(*before[:2])
                self.journal.take_back(before[2])
                self.projector.forget()
            raise

    def _sizes(self) -> tuple[int, int, int]:
        return self.holding.home.size, self.holding.peer.size, len(self.journal.items)

    def catch_up(self) -> None:
        """Read what any process has written since."""
        self.holding.catch_up()
        self.journal.catch_up()

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

        Args:
            proving: keys that an appointment or a rotation names, which sign to prove possession.
            reference: 16 bytes in hex, given again for a retry of the same intention.

        Raises:
            UsageError: the act cannot be said by these officers from here.
            PeerError: `clock_unsure`, `behind_mark` or `backlog_full`.
        """
        with self._step():
            known = None if reference is None else self._said_before(draft, reference)
            if known is not None:
                return known
            recovery.stand_by(self._mark, self.holding.home)
            now = self._time_to_say(draft)
            if self.watch.is_sure:
                self._reply_waiting(now)
            return self.recorder.act(self._judge_draft(draft, officers, proving, reference, now))

    def _said_before(self, draft: Draft, reference: str) -> Recorded | None:
        return repeated.said_before(self.holding, self.journal.items, draft, reference)

    def recorded_under(self, reference: str) -> Recorded | None:
        """What was recorded under a reference, in the log or in the journal."""
        return repeated.recorded_under(self.holding, self.journal.items, reference)

    def preview(self, draft: Draft, officers: Sequence[str], *, proving: Sequence[SecretKey] = ()) -> Judged:
        """The ruling a draft would get here and now; nothing is recorded."""
        with self._step():
            return self._judge_draft(draft, officers, proving, None, self._time_to_say(draft))

    def _time_to_say(self, draft: Draft) -> datetime:
        """The time of an act to be said; a life-first one goes out whatever the clock."""
        return self.watch.sure_unless(lambda: draft.kind in LIFE_FIRST)

    def _judge_draft(
        self,
        draft: Draft,
        officers: Sequence[str],
        proving: Sequence[SecretKey],
        reference: str | None,
        now: datetime,
    ) -> Judged:
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

    def destroy(self, act_id: str) -> Destroyed:
        """Destroy the payload of an act here; its facts, its rulings and the residue its domain names stay.

        Raises:
            UsageError: `act_unknown`, `act_ambiguous`, `payload_none`, `payload_destroyed`, or `act_undecided` while
                one side still has to judge it.
            PeerError: `clock_unsure` or `behind_mark`.

        Spec: record 4.7.
        """
        with self._step():
            now = self.watch.sure()
            recovery.stand_by(self._mark, self.holding.home)
            found, commit = answers.to_destroy(self.holding, act_id)
            return self.recorder.destroyed(found.entry.act, answers.residue(self.holding, found), commit, now)

    # -- the exchange ------------------------------------------------------------------------------------------------

    def make_bundle(self) -> bytes:
        """The next bundle for the peer: all that it has not cosigned, and what it asked for.

        Raises:
            PeerError: `behind_mark`, or `clock_unsure` while no life-first act waits.
        """
        with self._step():
            raw, head = self._deliverer.make(self.watch.sure_unless(self.life_waits))
        with self._store.writing():  # one process at a time, so that the mark never goes back
            recovery.raise_to(self._mark, head)
        return raw

    def life_waits(self) -> bool:
        """Whether a life-first act of this node is not held by the peer yet."""
        home = self.holding.home
        waiting = (home.entries[index] for index in home.issued_between(self.correspondence().held, home.size))
        acts = (self.holding.readable(entry) for entry in waiting if isinstance(entry, Issued))
        return any(signed is not None and signed.statement.kind in LIFE_FIRST for signed in acts)

    def take_bundle(self, raw: bytes, *, expanded_max: int = limits.STREAM_HTTP_BYTES_MAX) -> Brought:
        """What a bundle of the peer brings, held; then cosigned, judged and replied to.

        Raises:
            ServandaError: the bundle does not hold; nothing of it was applied, and an alarm says so.
        """
        try:
            with self._step():
                now = self.watch.sure_unless(_always)
                brought = self._deliverer.take(raw, now, expanded_max=expanded_max)
                alarms.taken(self._store)
                if brought.accused:
                    alarms.raised(self.journal, "equivocation", self.identity.log, now)
        except EquivocationError as found:
            self._freeze(found)
            raise
        except (IntegrityError, MalformedError) as error:
            with self._step():
                alarms.refused(self._store, self.journal, error, self.watch.sure_unless(_always))
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
            self.journal.alarm(found.code, found.log, self.watch.sure_unless(_always))

    def settle(self) -> int:
        """Cosign what is held and reply to every act of the peer that has no reply yet; how many replies."""
        with self._step():
            now = self.watch.sure()
            recovery.stand_by(self._mark, self.holding.home)
            self._deliverer.cosign(now)
            return self._reply_waiting(now)

    def _waiting(self) -> list[int]:
        """Indices of the peer's acts that have no reply here yet."""
        return self.holding.peer.issued_between(self.holding.home.replied, self.holding.peer.size)

    def _reply_waiting(self, now: datetime) -> int:
        """Reply to every act of the peer that has no reply yet, in their order; how many."""
        waiting = self._waiting()
        for index in waiting:
            entry = self.holding.peer.entries[index]
            if isinstance(entry, Issued):
                self._reply(entry, now)
        return len(waiting)

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
        """The answer to a bundle of the peer, as the link asks for it.

        Raises:
            ServandaError: as `take_bundle` and `make_bundle`; a clock that is not sure holds back no life-first act.
        """
        try:
            self.take_bundle(raw)
        except PeerError as error:
            if error.code != "clock_unsure" or not self.life_waits():
                raise
        return self.make_bundle()

    def sync(self, courier: Courier) -> int:
        """Exchange bundles until nothing is left to say on either side; the number of exchanges.

        Raises:
            PeerError: the link is down, or the peer refuses; what was exchanged stays.
            IntegrityError: `equivocation`, once all is said, where the peer's log is no longer applied.
        """
        for done in range(1, ROUNDS_MAX + 1):
            told = self.correspondence().cosigned
            self.take_bundle(courier.exchange(self.make_bundle()))
            with self._step():
                correspondence.save(self._store, replace(self.correspondence(), told=told))
            if not self.has_news():
                self._stand_by_peer()
                return done
        raise PeerError("sync_unfinished", f"{ROUNDS_MAX} exchanges did not finish the sync", action="sync again")

    def _stand_by_peer(self) -> None:
        frozen = self.correspondence().frozen
        if frozen is not None:
            raise IntegrityError(
                frozen,
                f"`{self.identity.peer_log}` contradicted itself and is no longer applied",
                action="look at the evidence with the other nation; go on in a new epoch",
            )

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

    def confirm_clock(self) -> datetime:
        """A person says that the clock is right; an item of the journal."""
        with self._step():
            now = self._clock.now()
            self.journal.clock_confirmed(now)
            self.watch.confirm(now)
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
            self.watch.confirm(to)

    def beat(self) -> bool:
        """Commit to the journal's head where a new quarter of an hour has begun; beats missed are not made up."""
        with self._step():
            now = self.watch.sure()
            recovery.stand_by(self._mark, self.holding.home)
            since = self.holding.home.beat_at
            if since is None or _slot(now) <= _slot(since):
                return False
            self.recorder.withheld(now)
            return True

    def audit(self) -> Report:
        """Every signature, proof, ruling and fold again, from entry 0.

        Raises:
            IntegrityError: the first thing that does not hold, with its place.
            PeerError: `behind_mark`, where the database is an older copy.
        """
        holding, journal = self._fresh_holding(), Journal(store=self._store, log=self.journal.log)
        people = People(self._store)
        lists = Lists(store=self._store, home=holding.home, people=people, identity=self.identity)
        with self._store.writing():
            audit = Audit(
                holding=holding,
                journal=journal,
                people=people,
                domains=self.domains,
                identity=self._keys.seal(),
                exercise=self.identity.exercise,
                trust=lambda key: trust.of_kept(key, lists, self.identity),
            )
            report = audit.run()
            recovery.stand_by(self._mark, holding.home)
            return report

    # -- reading -----------------------------------------------------------------------------------------------------

    def here(self, now: datetime) -> Place:
        """Where an act of this node would stand now; it has seen no act that has no reply here yet.

        So nothing is judged here by an act whose own ruling and facts are still to come.
        """
        waiting = self._waiting()
        seen = waiting[0] if waiting else self.holding.peer.size
        return Place(log=self.holding.home.name, index=self.holding.home.size, seen=seen, at=now)

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

    def seat(self, agreement: str) -> Seat:
        """Where an officer of this node sits now, as desks ask for it."""
        instrument = self.scene().instrument(agreement)
        return Seat(
            agreement=agreement,
            party=self.identity.party,
            other=self.identity.peer_party,
            at=self._clock.now(),
            zone=UTC if instrument is None else instrument.zone,
            annexes={} if instrument is None else instrument.annexes,
            noted=lambda item: answers.noted(self.holding, self.journal.items, item, self.domains),
        )

    def status(self, agreement: str) -> Status:
        """How an agreement stands now."""
        return self.scene().status(agreement)


def _always() -> bool:
    return True


def _slot(at: datetime) -> int:
    return int(at.timestamp() // BEAT.total_seconds())
