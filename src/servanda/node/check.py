"""Check: an act judged at its place, by the facts that both nodes state the same.

Rules of this module:
- an act is judged at its cut and time, never at what this node has learnt since;
- what is wrong with a signature, a key, the agreement named or the payload makes the act `invalid`: recorded, never
  fatal;
- facts are complete before any clause is read; the common ones are stated here, the others by the domain;
- `agreement.*` is judged by the life cycle, save the kinds that the vocabulary gives to the clauses.

Spec: record 3.1, 3.3, 4.2, 4.4, 5.3, 5.5, 11.7; judging.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from servanda.act import content, frame
from servanda.act.act import Signed, open_act
from servanda.act.kind import JudgedBy, Kind, With, kinds
from servanda.act.ruling import Ground, Permit, Refusal, Ruling
from servanda.agreement import life
from servanda.base import canon
from servanda.base.errors import IntegrityError, PeerError, ServandaError
from servanda.domain import Domain, Said
from servanda.node.holding import Holding, Opened, open_payload
from servanda.node.people import People
from servanda.node.project import Projector
from servanda.node.scene import Scene
from servanda.node.stages import Intake, Judged, Place
from servanda.policy import facts as facts_of_policy
from servanda.policy.facts import FactValue
from servanda.policy.judge import judge
from servanda.seal.keys import SecretKey

CLOCK_AHEAD_MAX = timedelta(seconds=120)


class Checker:
    """Judges acts of both Parties at their places."""

    def __init__(
        self,
        *,
        holding: Holding,
        projector: Projector,
        people: People,
        domains: Mapping[str, Domain[Any]],
        exercise: bool,
    ) -> None:
        self._holding = holding
        self._projector = projector
        self._people = people
        self._domains = domains
        self._exercise = exercise

    def scene(self, place: Place) -> Scene:
        """What both logs say at a place."""
        copy = self._holding.copy_of(place.log)
        folded = self._projector.at(place.log, place.index, place.seen)
        return Scene(holding=self._holding, people=self._people, folded=folded, copy=copy, place=place)

    def check(self, intake: Intake, place: Place, *, identity: SecretKey, reply_at: datetime | None = None) -> Judged:
        """An act with the ruling of this node.

        Args:
            identity: the own seal key, which opens the payload.
            reply_at: time of the reply, for an act of the peer: none may lie ahead of it.
        """
        scene = self.scene(place)
        try:
            self._stand(intake.signed, scene, reply_at)
            opened = self._opened(intake, scene, identity)
        except ServandaError as error:
            return self._invalid(intake, place, error)
        kind = kinds().get(intake.signed.statement.kind)
        if kind is None or (kind.recorded is not With.ACT and reply_at is not None):
            return Judged(intake=intake, place=place, ruling=Refusal(ground=Ground.SILENT))
        try:
            said = self._said(intake.signed, opened, place)
            scene.name_agreement(intake.signed.statement, kind)
        except ServandaError as error:
            return self._invalid(intake, place, error)
        if said is None:
            return Judged(intake=intake, place=place, ruling=Refusal(ground=Ground.SILENT))
        return self._judge(intake, place, kind, said, opened, scene)

    def _invalid(self, intake: Intake, place: Place, error: ServandaError) -> Judged:
        return Judged(intake=intake, place=place, ruling=Refusal(ground=Ground.INVALID, code=error.code))

    def _stand(self, signed: Signed, scene: Scene, reply_at: datetime | None) -> None:
        """The act is its log's Party's own, for the other one, once, and not ahead of the clock."""
        statement, place = signed.statement, scene.place
        copy, other = scene.copy, self._holding.other(scene.copy)
        is_own = statement.author == copy.party
        # What the other log says of it counts where it was seen, and never against an act's own author.
        before = copy.issued.get(signed.act_id, place.index)
        elsewhere = place.seen if is_own else other.issued.get(signed.act_id, place.seen)
        if before < place.index or elsewhere < place.seen:
            raise PeerError("act_repeated", f"act `{signed.act_id}` was issued before")
        if not is_own or statement.addressee != other.party:
            raise PeerError(
                "addressee_wrong",
                f"act `{signed.act_id}` goes from `{statement.author}` to `{statement.addressee}`, "
                f"and stands in the log of `{copy.party}`",
            )
        if reply_at is not None and place.at > reply_at + CLOCK_AHEAD_MAX:
            raise PeerError("clock_ahead", f"act `{signed.act_id}` is more than 120 s ahead of this node's clock")

    def _opened(self, intake: Intake, scene: Scene, identity: SecretKey) -> Opened | None:
        """The payload of an act whose signatures hold; they are verified first, and may rest on the keys it names.

        Raises:
            ServandaError: what does not hold of the signatures, then of the payload.

        Spec: record 3.3, 4.2.
        """
        try:
            opened = open_payload(intake.signed, intake.sealed, identity)
        except ServandaError:
            open_act(intake.signed.raw, scene.appointed(None))
            raise
        open_act(intake.signed.raw, scene.appointed(opened))
        self._holding.know(intake.signed, opened)
        return opened

    def _said(self, signed: Signed, opened: Opened | None, place: Place) -> Said | None:
        """The act with its payload as the type of its kind; None where no domain here knows the kind."""
        statement = signed.statement
        domain = self._domains.get(statement.domain)
        payload_type = None if domain is None else domain.payloads.get(statement.kind)
        if payload_type is None:
            return None
        if statement.payload_form is not None and statement.payload_form != f"{statement.kind}/1":
            raise IntegrityError(
                "form_unknown", f"payload form `{statement.payload_form}` is not known for `{statement.kind}`"
            )
        raw = {} if opened is None else opened.members
        return Said(
            act_id=signed.act_id,
            kind=statement.kind,
            agreement=statement.agreement,
            author=statement.author,
            other=statement.addressee,
            officers=tuple(dict.fromkeys(officer for officer, _ in statement.signed_by)),
            causes=statement.causes,
            raw=raw,
            content=content.read(payload_type, raw),
            recorded_at=place.at,
        )

    def _judge(
        self, intake: Intake, place: Place, kind: Kind, said: Said, opened: Opened | None, scene: Scene
    ) -> Judged:
        if kind.judged_by is JudgedBy.NONE:
            return Judged(intake=intake, place=place, ruling=Permit(cites=()), kept_home=True)
        if kind.judged_by is JudgedBy.LIFE:
            keys = [key for _, key in intake.signed.statement.signed_by]
            return Judged(intake=intake, place=place, ruling=self._life(said, keys, scene))
        instrument = scene.instrument(said.agreement)
        if instrument is None:
            return Judged(intake=intake, place=place, ruling=Refusal(ground=Ground.SILENT))
        domain = self._domains[kind.domain]
        common = scene.common_facts(said)
        lines = tuple({**line, **common} for line in domain.facts(said, scene.view(said, kind.domain, instrument)))
        salt = facts_salt(intake.signed, opened)
        return Judged(
            intake=intake,
            place=place,
            ruling=judge(instrument, kind.name, lines, author=said.author),
            facts=lines,
            facts_commit=facts_commit(salt, lines),
            facts_salt=salt,
            kept_home=place.log == self._holding.home.name and domain.journal_only(kind.name, said.content),
        )

    def _life(self, said: Said, keys: Sequence[str], scene: Scene) -> Ruling:
        return life.guard(
            scene.life(said.agreement),
            author=said.author,
            other=said.other,
            kind=said.kind,
            payload=said.raw,
            role=scene.role(said),
            keys=keys,
            at=scene.place.at,
            received_at=scene.received_at,
            exercise=self._exercise,
            governed_elsewhere=scene.governed_elsewhere(said.agreement),
        )


def facts_salt(signed: Signed, opened: Opened | None) -> bytes:
    """The salt of an act's facts, from its payload's or, without payload, from its reference.

    Spec: record 4.5.
    """
    return frame.facts_salt(bytes.fromhex(signed.statement.reference) if opened is None else opened.salt)


def facts_commit(salt: bytes, lines: tuple[Mapping[str, FactValue], ...]) -> str:
    """Commitment to the facts an act was judged by; those of several lines are committed to as one list.

    Spec: record 4.5.
    """
    values = [facts_of_policy.to_json(line) for line in lines]
    return frame.facts_commit(salt, canon.encode(values if len(values) != 1 else values[0]))
