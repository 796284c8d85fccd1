"""The eight forms in which a clause may speak, and the note that a paragraph is words only.

Rules of this module:
- a clause belongs to the paragraph above it and carries the place where it stands;
- patterns of kinds and words of the agreement are read out into kinds and values; `body` keeps what was written;
- a clause is valid once built: `reading` builds it or complains, and nothing else does.

Spec: agreement 4 (forms).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from servanda.agreement.blocks import Plain
from servanda.agreement.condition import Test
from servanda.base.calendar import Span


class Form(StrEnum):
    """The ways a clause may speak."""

    DEFINES = "defines"
    ALLOWS = "allows"
    EXCLUDES = "excludes"
    REQUIRES = "requires"
    LIMITS = "limits"
    OWES = "owes"
    LASTS = "lasts"
    HOLDS = "holds"
    TEXT_ONLY = "text_only"


class Debtor(StrEnum):
    """Who owes: author and other are those of the act that starts the duty; both and either name the Parties."""

    AUTHOR = "author"
    OTHER = "other"
    BOTH = "both"
    EITHER = "either"


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One key of `lasts` with its value, as one of three: a word, a span of time, or kinds.

    Args:
        word: the value as written; for kinds the patterns, joined by one space.
        span: the span it names, where the key takes one.
        kinds: the kinds it names, where the key takes kinds.
    """

    key: str
    paragraph: str
    line: int
    word: str
    span: Span | None = None
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a clause stands, and what was written.

    Args:
        paragraph: number of the paragraph it carries out.
        ordinal: its place among the clauses of that paragraph, first is 1.
        line: line of the file on which it begins.
        body: the clause as written, without its form.
    """

    paragraph: str
    ordinal: int
    line: int
    body: Plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """What every clause has: its place in the text."""

    form: ClassVar[Form]

    place: Place

    @property
    def paragraph(self) -> str:
        return self.place.paragraph

    @property
    def ordinal(self) -> int:
        return self.place.ordinal

    @property
    def line(self) -> int:
        return self.place.line

    @property
    def body(self) -> Plain:
        return self.place.body


@dataclass(frozen=True, slots=True, kw_only=True)
class Defines(Bound):
    """Words of this agreement: lists of values, and scales whose steps are numbers.

    Args:
        lines: name -> line of the file on which it is defined.
    """

    form: ClassVar[Form] = Form.DEFINES

    words: Mapping[str, tuple[str, ...]]
    scales: Mapping[str, Mapping[str, int]]
    lines: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Allows(Bound):
    """Opens: an act of these kinds is permitted when every test holds."""

    form: ClassVar[Form] = Form.ALLOWS

    kinds: tuple[str, ...]
    when: tuple[Test, ...]
    by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Excludes(Bound):
    """Closes: an act of these kinds is forbidden when every test holds, whatever else allows it."""

    form: ClassVar[Form] = Form.EXCLUDES

    kinds: tuple[str, ...]
    when: tuple[Test, ...]
    by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Requires(Bound):
    """Sets a condition: when `when` holds, the act is forbidden where `that` does not, unless `unless` holds."""

    form: ClassVar[Form] = Form.REQUIRES

    kinds: tuple[str, ...]
    when: tuple[Test, ...]
    that: tuple[Test, ...]
    unless: tuple[Test, ...]
    by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits(Bound):
    """A ceiling: the act is forbidden where the amount is above it, unless `unless` holds."""

    form: ClassVar[Form] = Form.LIMITS

    kinds: tuple[str, ...]
    ceiling: Test
    unless: tuple[Test, ...]
    by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Owes(Bound):
    """A duty with a clock: after an act or occasion somebody does something within a span."""

    form: ClassVar[Form] = Form.OWES

    after: str
    when: tuple[Test, ...]
    who: Debtor
    does: str
    within: Span
    otherwise: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lasts(Bound):
    """Time: when force begins and ends, what may be suspended and what survives, how long a question waits."""

    form: ClassVar[Form] = Form.LASTS

    entries: Mapping[str, Term]


@dataclass(frozen=True, slots=True, kw_only=True)
class Never(Bound):
    """What no permitted act may be, in all clauses together."""

    form: ClassVar[Form] = Form.HOLDS

    kinds: tuple[str, ...]
    when: tuple[Test, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Always(Bound):
    """What every clause together must permit, in every phase but not_in_force; no question touches it."""

    form: ClassVar[Form] = Form.HOLDS

    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SameIn(Bound):
    """Kinds that are ruled on alike in each of these phases."""

    form: ClassVar[Form] = Form.HOLDS

    phases: tuple[str, ...]
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextOnly(Bound):
    """Nothing to carry out, with the reason."""

    form: ClassVar[Form] = Form.TEXT_ONLY

    reason: str


Holds = Never | Always | SameIn
Ruled = Allows | Excludes | Requires | Limits
Clause = Defines | Ruled | Owes | Lasts | Holds | TextOnly
