"""The register of kinds: what may be said, and by what it is judged.

Rules of this module:
- the names both nodes share stand in one file, data/vocabulary.json; nothing here repeats them;
- an unknown kind is kept, counted, shown raw and refused as silent.

Spec: judging section 2 (kinds).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any


class With(StrEnum):
    """How a kind is recorded: sent, kept at home, or computed by both nodes."""

    ACT = "act"
    JOURNAL = "journal"
    OCCASION = "occasion"


class JudgedBy(StrEnum):
    """What rules on a kind."""

    CLAUSES = "clauses"
    LIFE = "life"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One thing that may be said: `domain.noun.verb`."""

    name: str
    domain: str
    recorded: With
    judged_by: JudgedBy
    meaning: str
    joint: bool
    life_first: bool

    @property
    def noun(self) -> str:
        return self.name.split(".")[1]

    @property
    def verb(self) -> str:
        return self.name.split(".")[2]


@cache
def vocabulary() -> Mapping[str, Any]:
    """The vocabulary file as read: kinds, facts, offices, phases."""
    text = resources.files("servanda").joinpath("data/vocabulary.json").read_text(encoding="utf-8")
    return MappingProxyType(json.loads(text))


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind of the vocabulary by its name."""
    found: dict[str, Kind] = {}
    for domain, body in vocabulary()["domains"].items():
        for row in body["kinds"]:
            found[row["kind"]] = Kind(
                name=row["kind"],
                domain=domain,
                recorded=With(row["with"]),
                judged_by=JudgedBy(row["judged_by"]),
                meaning=row["meaning"],
                joint=row.get("joint", False),
                life_first=row.get("life_first", False),
            )
    return MappingProxyType(found)


def matching(pattern: str) -> tuple[str, ...]:
    """The kinds that a pattern of a clause names: a kind, or `domain.*`, `domain.noun.*`.

    Returns:
        The names in the order of the vocabulary; empty where nothing matches.
    """
    if not pattern.endswith(".*"):
        return (pattern,) if pattern in kinds() else ()
    prefix = pattern[:-1]
    return tuple(name for name in kinds() if name.startswith(prefix))


@cache
def offices() -> frozenset[str]:
    """The offices an officer may hold."""
    return frozenset(row["name"] for row in vocabulary()["offices"])
