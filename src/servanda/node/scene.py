"""The scene of an act: what both logs say at its cut and time, in one place to ask.

Rules of this module:
- nothing here looks beyond the cut: a reply counts where it lies below the size read of its log;
- an envoy of the key list holds the office of envoy under every agreement;
- a distress may come from any officer: for life-first kinds an appointment under any agreement counts;
- a kind judged by clauses names the version in force, after the end the last; before force, and for the life cycle,
  the newest text tabled.

Spec: record 3.1 (agreement digest), 3.3 (keys), 5.3 (cut), 11.3 (receipt).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from types import MappingProxyType
from typing import Any

from servanda.act import content
from servanda.act.act import Statement
from servanda.act.content import Payload
from servanda.act.kind import JudgedBy, Kind, With, kinds
from servanda.act.ruling import Permit
from servanda.act.statement import NO_AGREEMENT
from servanda.agreement import duties, life
from servanda.agreement.acts import PAYLOADS
from servanda.agreement.duties import Duty, Finding
from servanda.agreement.instrument import Instrument
from servanda.agreement.life import Appointment, Life, Status
from servanda.base.errors import IntegrityError, MalformedError, PeerError
from servanda.domain import Said, View
from servanda.node.holding import Holding, LogCopy, Opened
from servanda.node.people import APPOINT, ROTATE, People
from servanda.node.project import Folded
from servanda.node.stages import Place
from servanda.policy.facts import FactValue
from servanda.seal.keys import PublicKey

NO_DIGEST = "0" * 64
_NAMES_KEYS: Mapping[str, type[Payload]] = MappingProxyType({kind: PAYLOADS[kind] for kind in (APPOINT, ROTATE)})


class Scene:
    """Both logs at one place."""

    def __init__(self, *, holding: Holding, people: People, folded: Folded, copy: LogCopy, place: Place) -> None:
        self.copy = copy
        self.place = place
        self.folded = folded
        self._holding = holding
        self._people = people
        self._statuses: dict[str, Status] = {}

    def received_at(self, act_id: str) -> datetime | None:
        """Moment of the other Party's permitting reply within the cut."""
        for copy, size in ((self.copy, self.place.index), (self._holding.other(self.copy), self.place.seen)):
            reply = copy.reply(act_id, size)
            if reply is not None and isinstance(reply.ruling.ruling, Permit):
                return reply.recorded_at
        return None

    def life(self, agreement: str) -> Life:
        return self.folded.life(agreement)

    def status(self, agreement: str) -> Status:
        known = self._statuses.get(agreement)
        if known is None:
            known = self._statuses[agreement] = life.status(self.life(agreement), self.place.at, self.received_at)
        return known

    def instrument(self, agreement: str) -> Instrument | None:
        """The text an act judged by clauses is judged by."""
        status = self.status(agreement)
        return status.instrument if status.instrument is not None else status.tabled

    def agreement_digest(self, agreement: str, kind: Kind) -> str:
        """The digest a statement of this kind must name here.

        Raises:
            PeerError: `agreement_unknown`.
        """
        if agreement == NO_AGREEMENT:
            if kind.recorded is With.ACT and not kind.life_first:
                raise PeerError("agreement_unknown", f"`{kind.name}` is said under an agreement only")
            return NO_DIGEST
        status = self.status(agreement)
        tabled = NO_DIGEST if status.tabled is None else status.tabled.digest
        if kind.judged_by is not JudgedBy.CLAUSES:
            return tabled
        if status.instrument is not None:
            return status.instrument.digest
        if status.tabled is None:
            raise PeerError("agreement_unknown", f"no text was tabled under `{agreement}`")
        return tabled

    def name_agreement(self, statement: Statement, kind: Kind) -> None:
        """The statement names the digest that holds at its cut.

        Raises:
            PeerError: `agreement_unknown` or `agreement_not_in_force`.
        """
        due = self.agreement_digest(statement.agreement, kind)
        if statement.agreement_digest != due:
            raise PeerError(
                "agreement_not_in_force",
                f"`{statement.agreement}` stands at `{due[:16]}`, the act names `{statement.agreement_digest[:16]}`",
            )

    def governed_elsewhere(self, agreement: str) -> frozenset[str]:
        """Domains that another agreement in force governs."""
        found: set[str] = set()
        for name in self.folded.lives:
            if name != agreement:
                status = self.status(name)
                if status.instrument is not None and status.phase != "ended":
                    found.update(status.instrument.governs)
        return frozenset(found)

    def officer(self, agreement: str, party: str, officer: str) -> Appointment | None:
        """The appointment of an officer that counts here; envoys of the key list hold theirs without an act."""
        copy = self.copy if party == self.copy.party else self._holding.other(self.copy)
        below = self.place.index if copy is self.copy else self.place.seen
        listed = self._people.envoys(copy, below).get(officer, ())
        return life.appointment(self.life(agreement), party, officer, self.received_at, listed=listed)

    def role(self, said: Said) -> str:
        """Office of the first who signed, for this agreement."""
        appointment = self.officer(said.agreement, said.author, said.officers[0])
        return "other" if appointment is None else appointment.role

    def appointed(self, opened: Opened | None) -> Callable[[Statement, str, str, int], PublicKey]:
        """Who may sign here: the look-up that opening an act asks for each key."""
        listed = self._people.envoys(self.copy, self.place.index)

        def counting(agreement: str, statement: Statement, officer: str, key_id: str, position: int) -> PublicKey:
            # A key cannot name itself: the first signature is always by a key that counted before.
            naming = None if position == 0 else _naming(statement, opened)
            return life.appointed_key(
                self.life(agreement),
                party=statement.author,
                officer=officer,
                key_id=key_id,
                received_at=self.received_at,
                listed=listed,
                naming=naming,
            )

        def look_up(statement: Statement, officer: str, key_id: str, position: int) -> PublicKey:
            try:
                return counting(statement.agreement, statement, officer, key_id, position)
            except IntegrityError as unknown:
                for agreement in self._elsewhere(statement, unknown):
                    with suppress(IntegrityError):
                        return counting(agreement, statement, officer, key_id, position)
                raise

        return look_up

    def _elsewhere(self, statement: Statement, why: IntegrityError) -> tuple[str, ...]:
        """Agreements whose officers may sign too: for life first, where the one that is named does not know the key."""
        kind = kinds().get(statement.kind)
        if kind is None or not kind.life_first or why.code != "key_unknown":
            return ()
        return tuple(sorted(agreement for agreement in self.folded.lives if agreement != statement.agreement))

    def common_facts(self, said: Said) -> Mapping[str, FactValue]:
        """Phase, office and questions, which every kind is judged by."""
        status = self.status(said.agreement)
        return {"phase": status.phase, "officer_role": self.role(said), "questioned": status.questioned}

    def duties(self, agreement: str, does: str) -> tuple[Duty, ...]:
        """The duties under an agreement to do one kind that nobody has met, the first due first."""
        book = self.folded.books.get(agreement)
        if book is None:
            return ()
        return duties.unmet(book, does, self.place.at, self.received_at, self.status(agreement))

    def all_duties(self, agreement: str, findings: Sequence[Finding]) -> tuple[Duty, ...]:
        """Every duty under an agreement that has begun, open, met or late, the first due first."""
        book = self.folded.books.get(agreement) or duties.empty(agreement)
        return duties.duties(book, self.place.at, self.received_at, self.status(agreement), findings)

    def view(self, said: Said, domain: str, instrument: Instrument) -> View[Any]:
        """What a domain may ask to state the facts of an act."""
        return View(
            state=self.folded.domains[domain],
            instrument=instrument,
            at=self.place.at,
            received_at=self.received_at,
            applied=self.folded.acts.get,
            joint_at=lambda kind, digest: self.folded.joint_at(said.agreement, kind, digest),
            officer=lambda party, officer: self.officer(said.agreement, party, officer),
            duties=lambda does: self.duties(said.agreement, does),
        )


def _naming(statement: Statement, opened: Opened | None) -> Mapping[str, Any] | None:
    """The payload of an appointment or a rotation, whose new keys count for it; None where it is not of its form."""
    payload_type = _NAMES_KEYS.get(statement.kind)
    if payload_type is None or opened is None:
        return None
    try:
        content.read(payload_type, opened.members)
    except MalformedError:
        return None
    return opened.members
