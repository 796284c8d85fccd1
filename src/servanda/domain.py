"""What a domain must supply, and what it is given: the seam between domains and node.

Rules of this module:
- a domain states facts and folds state; it never judges, signs, stores or sends;
- everything is told for the author of the act, so both nodes state the same;
- a fold reads the residue of a payload only, so that it is the same before and after destruction;
- what counts on receipt is asked of the view (`received_at`), never folded.

Spec: record 4.4 (facts), 4.7 (residue), 5.4 (order of the fold); judging 3 (facts).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any, Final, Generic, TypeVar

from servanda.act.act import Applied, Draft
from servanda.act.content import Payload
from servanda.agreement.acts import PAYLOADS, joint_digest
from servanda.agreement.duties import Duty
from servanda.agreement.instrument import Instrument
from servanda.agreement.life import Appointment
from servanda.policy.facts import FactValue

__all__ = ["ACCORD", "OTHER", "Applied", "Domain", "Draft", "Said", "Seat", "View"]

S = TypeVar("S")

OTHER: Final = "other"
"""What a word counts as that the agreement does not list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An act as its facts are stated: who says what, with the whole payload.

    Args:
        act_id: hex; empty for a draft that is only previewed.
        raw: the payload's JSON members as signed, unknown ones too.
        content: the payload as its type, valid.
        recorded_at: time of the issuing entry.
    """

    act_id: str
    kind: str
    agreement: str
    author: str
    other: str
    officers: tuple[str, ...]
    causes: tuple[str, ...]
    raw: Mapping[str, Any]
    content: Payload
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class View(Generic[S]):
    """What both logs say at the cut and time of one act, for one agreement and one domain.

    Args:
        state: the domain's own state, folded at the cut.
        instrument: the version of the text the act is judged by.
        at: time of the issuing entry.
        received_at: act id -> the moment of the other Party's permitting reply in this cut, or None.
        applied: act id -> the act, where it has effect at this cut, of any domain and agreement.
        joint_at: (kind, joint digest) -> moment of the later half, or None while it is no joint act.
        officer: (party, officer) -> its appointment under this agreement that counts now, or None.
        duties: kind -> the duties under this agreement to do it that nobody has met at `at`, open or late.
    """

    state: S
    instrument: Instrument
    at: datetime
    received_at: Callable[[str], datetime | None]
    applied: Callable[[str], Applied | None]
    joint_at: Callable[[str, str], datetime | None]
    officer: Callable[[str, str], Appointment | None]
    duties: Callable[[str], tuple[Duty, ...]]

    def word(self, value: str, *lists: str) -> str:
        """A word that the agreement lists under one of these names, or `other`."""
        listed = (self.instrument.word(name) or () for name in lists)
        return value if any(value in values for values in listed) else OTHER

    def joined(self, kind: str, subject: Mapping[str, Any]) -> bool:
        """Whether both Parties have said a joint kind of exactly this subject, as its JSON members were signed."""
        digest = joint_digest(kind, {"subject": subject})
        return digest is not None and self.joint_at(kind, digest) is not None


def _nothing(_item: str) -> None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Where an officer sits: the agreement it acts under, its Party and the other, the hour.

    Args:
        agreement: its id, `none` where no agreement covers what is said.
        zone, annexes: of the text; nothing is annexed where there is none.
        noted: act id of an item of the own journal -> what it noted at home, or None.
    """

    agreement: str
    party: str
    other: str
    at: datetime
    zone: tzinfo
    annexes: Mapping[str, Any] = field(default_factory=dict)
    noted: Callable[[str], Payload | None] = field(default=_nothing, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain(Generic[S]):
    """One domain, as `assembly` hands it to the node.

    Args:
        name: first part of its kinds.
        payloads: payload type of every kind that is an act or a journal item.
        facts: the domain's own facts of an act (without the common ones), one mapping a line.
        empty: the state before any act.
        fold: state and one more act with effect -> state.
        journal_only: whether this act is kept in the journal and never sent (release to own people).
    """

    name: str
    payloads: Mapping[str, type[Payload]]
    facts: Callable[[Said, View[S]], tuple[Mapping[str, FactValue], ...]]
    empty: S
    fold: Callable[[S, Applied], S]
    journal_only: Callable[[str, Payload], bool]


def _no_facts(_said: Said, _view: View[None]) -> tuple[Mapping[str, FactValue], ...]:
    return ({},)


def _no_state(_state: None, _applied: Applied) -> None:
    return None


def _sent(_kind: str, _payload: Payload) -> bool:
    return False


ACCORD: Domain[None] = Domain(
    name="agreement", payloads=PAYLOADS, facts=_no_facts, empty=None, fold=_no_state, journal_only=_sent
)
"""The zeroth domain: its life is folded and judged for all agreements alike; it states no facts but the common ones."""
