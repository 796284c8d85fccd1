"""What a guard of the life cycle is asked, and how it answers.

Rules of this module:
- a guard sees the life at the cut and the moment of the act, and nothing else;
- a refusal cites the paragraph of the `lasts` key that refuses, or the rule of the specification where no key does.

Spec: judging 8.9 (cites).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from servanda.act.ruling import Ground, Permit, Refusal
from servanda.agreement.instrument import Instrument
from servanda.agreement.rules import Rule
from servanda.agreement.state import Life, half_key
from servanda.agreement.timeline import Phase, Timeline, Version


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """An act of the life cycle, with the life at its cut and its moment.

    Args:
        payload: members as signed.
        keys: ids of the keys that signed it.
        exercise: whether the two nodes are on exercise.
        governed_elsewhere: domains that another agreement in force governs.
    """

    life: Life
    timeline: Timeline
    author: str
    other: str
    kind: str
    payload: Mapping[str, Any]
    keys: tuple[str, ...]
    at: datetime
    exercise: bool
    governed_elsewhere: frozenset[str]

    @property
    def version(self) -> Version | None:
        return self.timeline.version(self.at)

    @property
    def phase(self) -> Phase:
        return self.timeline.phase(self.at)

    def named(self, member: str) -> str:
        """A member that names an act, a digest, a paragraph or an officer; empty where it is not given."""
        value = self.payload.get(member)
        return "" if value is None else str(value)

    def subject_digest(self) -> str:
        """The digest of the version that a joint act is about; empty where it names none."""
        subject = self.payload.get("subject")
        return str(subject.get("digest", "")) if isinstance(subject, Mapping) else ""

    def waits(self) -> bool:
        """Whether the author's own half of this joint act waits for the other Party already."""
        key = half_key(self.kind, self.payload)
        half = None if key is None else self.life.halves.get(key)
        return half is not None and half.author == self.author


def permit(rule: Rule) -> Permit:
    """The act is permitted by a rule of the specification."""
    return Permit(cites=(rule.value,))


def refuse(rule: Rule) -> Refusal:
    """The act is refused by a rule of the specification."""
    return Refusal(ground=Ground.FORBIDDEN, cites=(rule.value,))


def refuse_by(text: Instrument | None, key: str, rule: Rule) -> Refusal:
    """The act is refused by the paragraph that says a key of `lasts`, or by a rule where the text does not know it."""
    paragraph = None if text is None else text.terms.paragraph(key)
    return refuse(rule) if paragraph is None else Refusal(ground=Ground.FORBIDDEN, cites=(paragraph,))


def not_now(ask: Ask) -> Refusal | None:
    """The refusal by time of an act that needs a text in force; None where one is."""
    version = ask.version
    if version is None:
        return refuse_by(ask.life.will.newest, "starts", Rule.FORCE)
    if ask.phase is Phase.ENDED:
        return refuse_by(version.instrument, "survives", Rule.ENDED)
    return None
