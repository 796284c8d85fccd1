"""Nouns and verbs of the command line, from the vocabulary of kinds.

Rules of this module:
- a kind `domain.noun.verb` is the command `noun verb`; where two domains share a noun the domain goes first;
- what is not loaded cannot be said, and occasions are said by nobody;
- listing asks the vocabulary only: payload types are imported for the one command that needs them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from servanda.act.kind import Kind, With, kinds
from servanda.assembly.loaded import LOADED

Verbs = Mapping[str, Kind]


@cache
def said() -> tuple[Kind, ...]:
    """The kinds that people say here, in the order of the vocabulary."""
    return tuple(kind for kind in kinds().values() if kind.domain in LOADED and kind.recorded is not With.OCCASION)


@cache
def shared() -> frozenset[str]:
    """Nouns of more than one domain."""
    homes: dict[str, set[str]] = {}
    for kind in said():
        homes.setdefault(kind.noun, set()).add(kind.domain)
    return frozenset(noun for noun, domains in homes.items() if len(domains) > 1)


@cache
def nouns() -> Mapping[str, Verbs]:
    """Noun -> verb -> kind, of the nouns that one domain alone has."""
    found: dict[str, dict[str, Kind]] = {}
    for kind in said():
        if kind.noun not in shared():
            found.setdefault(kind.noun, {})[kind.verb] = kind
    return found


@cache
def by_domain() -> Mapping[str, Mapping[str, Verbs]]:
    """Domain -> noun -> verb -> kind, of the nouns that several domains have."""
    found: dict[str, dict[str, dict[str, Kind]]] = {}
    for kind in said():
        if kind.noun in shared():
            found.setdefault(kind.domain, {}).setdefault(kind.noun, {})[kind.verb] = kind
    return found


def command_of(kind: Kind) -> str:
    """How a kind is said on the command line."""
    domain = f"{kind.domain} " if kind.noun in shared() else ""
    return f"{domain}{kind.noun} {kind.verb}"
