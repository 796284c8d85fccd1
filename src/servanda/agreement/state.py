"""The life of one agreement as both logs tell it, and where it stands at a moment.

Rules of this module:
- acts are folded one by one in the order of both logs; folding in parts equals folding the whole;
- two halves that name one digest make a joint act at the later one, in whatever order they come;
- what stands at a moment is computed from the fold, the receipts within the cut and that moment, and from nothing else.

Spec: judging 8 (life), 10 (joint acts); record 5.4.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType

from rpds import HashTrieMap

from servanda.act.act import Applied
from servanda.agreement import officers, will
from servanda.agreement.acts import joint_digest
from servanda.agreement.course import Step, course
from servanda.agreement.instrument import Instrument
from servanda.agreement.officers import Register
from servanda.agreement.timeline import Notice, ReceivedAt, Suspension, Timeline, Version
from servanda.agreement.will import Will

CORRECT = "agreement.clause.correct"
PROPOSE = "agreement.meeting.propose"
TALKS = frozenset({PROPOSE, "agreement.meeting.answer"})
MINUTE = "agreement.meeting.minute"
LODGE = "agreement.registration.lodge"
OPEN = "agreement.consultation.open"
CLOSE = "agreement.consultation.close"
_PAIRED = frozenset(
    {
        MINUTE,
        "agreement.notice.hold",
        "agreement.force.suspend",
        "agreement.force.resume",
        "agreement.termination.agree",
        CLOSE,
        CORRECT,
    }
)
_MOVES = frozenset(
    {
        "agreement.notice.give",
        "agreement.notice.withdraw",
        "agreement.notice.hold",
        "agreement.notice.resume",
        "agreement.force.suspend",
        "agreement.force.resume",
        "agreement.termination.agree",
        "agreement.clause.question",
        CORRECT,
    }
)

HalfKey = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """The life of one agreement.

    Args:
        steps: acts that move it through time, in the order of the fold; joint ones once whole.
        halves: acts that wait for the other Party to join.
        talks: proposals of rounds and answers to them, by act id.
        minutes: what both set down of a round, in the order of the fold.
        lodged: acts that lodged it for registration.
        consultations: acts that opened one that both have not closed yet, by act id.
    """

    agreement: str
    will: Will = field(default_factory=Will)
    steps: tuple[Step, ...] = ()
    halves: HashTrieMap[HalfKey, Applied] = field(default_factory=HashTrieMap)
    register: Register = field(default_factory=Register)
    talks: HashTrieMap[str, Applied] = field(default_factory=HashTrieMap)
    minutes: tuple[Step, ...] = ()
    lodged: tuple[str, ...] = ()
    consultations: HashTrieMap[str, Applied] = field(default_factory=HashTrieMap)


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Where an agreement stands at a moment.

    Args:
        phase: the word that clauses test.
        version: the version in force, after the end the last one; None before force.
        tabled: the text tabled last, None before any.
        initialled: digests both Parties have initialled and nobody withdrew.
        signed_by: digest -> Parties that signed it, of the texts signed and not yet in force.
        effect: when the last notice that runs takes effect; None where none runs, or it is held.
        halves: acts that are one half of a joint act, accepted and without effect.
        consultations: acts that opened a consultation which both have not closed yet.
    """

    phase: str
    version: Version | None
    tabled: Instrument | None
    initialled: tuple[str, ...]
    signed_by: Mapping[str, frozenset[str]]
    effect: datetime | None
    questioned: frozenset[str]
    halves: tuple[str, ...]
    lodged: tuple[str, ...]
    consultations: tuple[str, ...]
    timeline: Timeline

    @property
    def instrument(self) -> Instrument | None:
        """The text in force, after the end the last one; None before force."""
        return None if self.version is None else self.version.instrument

    @property
    def in_force_from(self) -> datetime | None:
        return self.timeline.in_force_from

    @property
    def ended_at(self) -> datetime | None:
        return self.timeline.ended_at

    @property
    def versions(self) -> tuple[Version, ...]:
        return self.timeline.versions

    @property
    def notices(self) -> tuple[Notice, ...]:
        return self.timeline.notices

    @property
    def suspensions(self) -> tuple[Suspension, ...]:
        return self.timeline.suspensions


def new(agreement: str) -> Life:
    """The life of an agreement before any act."""
    return Life(agreement=agreement)


def fold(life: Life, applied: Applied) -> Life:
    """The life and one more act with effect."""
    kind = applied.kind
    if kind in TALKS:
        return replace(life, talks=life.talks.insert(applied.act_id, applied))
    if kind == LODGE:
        return replace(life, lodged=(*life.lodged, applied.act_id))
    if kind == OPEN:
        return replace(life, consultations=life.consultations.insert(applied.act_id, applied))
    if kind in officers.KINDS:
        return replace(life, register=officers.fold(life.register, applied))
    key = half_key(kind, applied.payload)
    if key is not None:
        return _pair(life, key, applied)
    if kind in _MOVES:
        return replace(life, steps=(*life.steps, Step(act=applied)))
    return replace(life, will=will.fold(life.will, applied))


def half_key(kind: str, payload: Mapping[str, object]) -> HalfKey | None:
    """What two halves must have in common; a correction has its paragraph besides. None for what is no half.

    Spec: judging 10.
    """
    digest = joint_digest(kind, payload) if kind in _PAIRED else None
    if digest is None:
        return None
    return (kind, digest, str(payload.get("paragraph")) if kind == CORRECT else "")


def timeline(life: Life, received_at: ReceivedAt) -> Timeline:
    """The whole course of an agreement, as far as both logs tell it."""
    return course(life.will, life.steps, received_at)


def status(life: Life, at: datetime, received_at: ReceivedAt) -> Status:
    """Where an agreement stands at a moment, by what lies within the cut.

    Args:
        received_at: act id -> the moment of the other Party's permitting entry within the cut, or None.
    """
    whole = timeline(life, received_at)
    texts = life.will.texts
    return Status(
        phase=whole.phase(at).value,
        version=whole.version(at),
        tabled=life.will.newest,
        initialled=tuple(name for name in life.will.order if texts[name].agreed and not texts[name].withdrawn),
        signed_by=in_signature(life.will, whole, at),
        effect=whole.effect(at),
        questioned=whole.questioned(at),
        halves=(*life.will.halves(), *_in_order(life.halves.values())),
        lodged=life.lodged,
        consultations=_in_order(life.consultations.values()),
        timeline=whole,
    )


def instrument(life: Life, digest: str) -> Instrument | None:
    """A text tabled under this agreement, by its digest."""
    text = life.will.texts.get(digest)
    return None if text is None else text.instrument


def in_signature(wills: Will, whole: Timeline, at: datetime) -> Mapping[str, frozenset[str]]:
    """Texts that a Party has signed and that are not yet in force, with those who signed.

    A text that was given up, or whose base is no longer in force, is in signature no more.
    """
    version = whole.version(at)
    begun = {version.digest for version in whole.versions if version.since <= at}
    base = None if version is None else version.digest
    found = {
        name: frozenset(wills.texts[name].signatures)
        for name in wills.order
        if wills.texts[name].signatures
        and wills.texts[name].base == base
        and name not in begun
        and name not in whole.given_up
    }
    return MappingProxyType({} if whole.ended(at) else found)


def _pair(life: Life, key: HalfKey, applied: Applied) -> Life:
    """A half that waits, or the joint act that it makes whole."""
    waiting = life.halves.get(key)
    if waiting is None:
        return replace(life, halves=life.halves.insert(key, applied))
    if waiting.author == applied.author:
        return life
    made, halves = Step(act=applied, first=waiting), life.halves.remove(key)
    if applied.kind == MINUTE:
        return replace(life, halves=halves, minutes=(*life.minutes, made))
    whole = replace(life, halves=halves, steps=(*life.steps, made) if applied.kind in _MOVES else life.steps)
    return _closed(whole, applied) if applied.kind == CLOSE else whole


def _closed(life: Life, close: Applied) -> Life:
    """The life without the consultations about an act of which both have said what becomes of it."""
    subject = close.payload.get("subject")
    about = subject.get("act") if isinstance(subject, Mapping) else None
    if about is None:
        return life
    settled = [opened for opened, act in life.consultations.items() if about in (opened, act.payload.get("about"))]
    consultations = life.consultations
    for opened in settled:
        consultations = consultations.remove(opened)
    return replace(life, consultations=consultations)


def _in_order(acts: Iterable[Applied]) -> tuple[str, ...]:
    """Acts in the order of the fold, by their ids."""
    return tuple(act.act_id for act in sorted(acts, key=lambda act: (act.rank, act.log, act.index)))
