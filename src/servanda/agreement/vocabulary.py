"""What a clause may ask: every fact of the vocabulary with its type.

Rules of this module:
- names, types and bounds stand in data/vocabulary.json; only what that file cannot say stands here;
- a complete set for a kind is every fact of its domain and the common ones, and no other;
- a fact that is true of one Party exactly when it is false of the other says which role the author has.

Spec: vocabulary 2 to 5.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Any

from servanda.act.kind import kinds, vocabulary

COMMON = "common"
OTHER = "+other"

# Source: data/vocabulary.json, how_to_read. `values` of these two facts mixes the words of the specification with
# those of the example texts, and does not say which are which.
_CODE_WORDS = {
    ("intelligence", "released_to"): ("own_government", "own_contractor"),
    ("rescue", "place"): ("author_waters", "other_waters", "beyond"),
}


class Answer(StrEnum):
    """What sort of answer a fact is."""

    BOOL = "bool"
    INT = "int"
    WORD = "word"
    PARAGRAPHS = "paragraphs"


@dataclass(frozen=True, slots=True, kw_only=True)
class FactType:
    """One fact: what it answers, and within what bounds.

    Args:
        code_words: words of the specification; empty for a fact that is no word.
        words_from: where other words come from: a word the agreement defines, or an annex.
        unit: what a number counts; numbers of different units are never compared.
        scale: the scale of the agreement whose steps the number is, where it is one.
        least_favourable: the value stated when the fact could not be established; None where there is none.
    """

    name: str
    domain: str
    answer: Answer
    code_words: tuple[str, ...]
    words_from: tuple[str, ...]
    least: int
    most: int
    unit: str
    scale: str | None
    least_favourable: bool | int | str | None
    stands_on: str
    meaning: str

    @property
    def role(self) -> bool:
        """Whether it says which of two roles the author has, so that the other Party has the other one."""
        return self.answer is Answer.BOOL and self.least_favourable is None


@cache
def facts_of(kind: str) -> Mapping[str, FactType]:
    """The facts of a complete set for a kind, by name: those of its domain and the common ones.

    Raises:
        KeyError: the kind is not in the vocabulary.
    """
    domain = kinds()[kind].domain
    rows = [*vocabulary()["domains"][domain]["facts"], *vocabulary()["common"]]
    return MappingProxyType({row["name"]: _fact(row) for row in rows})


@cache
def domains() -> tuple[str, ...]:
    """The domains that an agreement may govern: all but the zeroth."""
    return tuple(name for name in vocabulary()["domains"] if name != "agreement")


@cache
def phases() -> tuple[str, ...]:
    """The phases of an agreement, strictest first."""
    return tuple(vocabulary()["phases"])


def _fact(row: Mapping[str, Any]) -> FactType:
    sources = tuple(row.get("words_from", ()))
    values = tuple(row.get("values", ()))
    unit = row.get("unit", "")
    return FactType(
        name=row["name"],
        domain=row["domain"],
        answer=Answer(row["type"]),
        code_words=_code_words(row["domain"], row["name"], sources, values),
        words_from=tuple(source for source in sources if source not in {"code", OTHER}),
        least=row.get("min", 0),
        most=row.get("max", 0),
        unit=unit,
        scale=unit.split("`")[1] if unit.startswith("step of the scale `") else None,
        least_favourable=row["least_favourable"],
        stands_on=row["stands_on"],
        meaning=row["meaning"],
    )


def _code_words(domain: str, name: str, sources: tuple[str, ...], values: tuple[str, ...]) -> tuple[str, ...]:
    code = (values if sources == ("code",) else _CODE_WORDS[(domain, name)]) if "code" in sources else ()
    return (*code, "other") if OTHER in sources else code
