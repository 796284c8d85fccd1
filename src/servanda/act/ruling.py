"""A ruling: permit or refusal, with its ground and the paragraphs that decided.

Rules of this module:
- a refusal is a value; it cites paragraphs, or names what is missing, or says that nothing permits;
- cites stand in the order of article and paragraph as numbers (9.2 before 13.6), each once;
- rulings are compared on outcome, ground and cites only.

Spec: record 5.2 (ruling), 7.3 (comparison).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Ground(StrEnum):
    """Why an act is refused."""

    FORBIDDEN = "forbidden"
    SILENT = "silent"
    UNJUDGEABLE = "unjudgeable"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Permit:
    """The act is permitted; cites are the paragraphs that allow it."""

    cites: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """The act is refused.

    Args:
        cites: every paragraph that forbids; empty for silent, unjudgeable and invalid.
        missing: names of the facts that made it unjudgeable.
        line: the refused line, first is 1, where the act has several.
        code: the failure, for invalid.
    """

    ground: Ground
    cites: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    line: int | None = None
    code: str | None = None


Ruling = Permit | Refusal


def paragraph_order(paragraph: str) -> tuple[int, int, str]:
    """Sort key of a cite: article and paragraph as numbers; rules of the specification come first."""
    article, _, number = paragraph.partition(".")
    if article.isdigit() and number.isdigit():
        return (int(article), int(number), "")
    return (0, int(number) if number.isdigit() else 0, article)


def in_order(cites: Iterable[str]) -> tuple[str, ...]:
    """Cites in the order of the text, each once."""
    return tuple(sorted(set(cites), key=paragraph_order))


def compared(ruling: Ruling) -> tuple[str, str | None, tuple[str, ...]]:
    """What two rulings are compared on: outcome, ground, cites.

    Spec: record 7.3.
    """
    if isinstance(ruling, Permit):
        return ("permit", None, ruling.cites)
    return ("refusal", ruling.ground.value, ruling.cites)
