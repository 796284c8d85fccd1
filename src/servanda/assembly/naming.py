"""Naming: acts and texts by the beginning of their ids, and the agreement that a named one belongs to.

Rules of this module:
- a beginning is enough where it names one act or text known here, and never where it could name two.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from servanda.act.journal import Noted, Refused, Released
from servanda.assembly.opening import OpenNode, acts_named
from servanda.base.errors import UsageError

ID_CHARACTERS_MIN = 6


def known_id(home: OpenNode, beginning: str) -> str:
    """The one act or tabled text whose id begins so.

    Raises:
        UsageError: `id_unknown` or `id_ambiguous`.
    """
    with home.lock:
        holding = home.node.holding
        noted = [item.act for item in home.node.journal.items if isinstance(item, Refused | Noted | Released)]
        known = {*holding.home.issued, *holding.peer.issued, *noted, *(digest for digest, _ in _texts(home))}
    found = [each for each in known if each.startswith(beginning)]
    if len(found) != 1 or len(beginning) < ID_CHARACTERS_MIN:
        raise UsageError(
            "id_ambiguous" if found else "id_unknown",
            f"`{beginning}` is the beginning of {len(found)} acts and texts",
            action=f"name {ID_CHARACTERS_MIN} characters or more of one id, from `servanda act list`",
        )
    return found[0]


def agreement_named(home: OpenNode, members: Mapping[str, Any]) -> str | None:
    """The agreement of the text or act that a payload names; None where it names none that is known here."""
    with home.lock:
        holding, texts = home.node.holding, dict(_texts(home))
        for named in acts_named(members):
            if named in texts:
                return texts[named]
            copy = holding.author_copy(named)
            entry = None if copy is None else copy.entry_issuing(named)
            signed = None if entry is None else holding.readable(entry)
            if signed is not None:
                return signed.statement.agreement
    return None


def _texts(home: OpenNode) -> Iterator[tuple[str, str]]:
    """Every text that was tabled: its digest, and its agreement."""
    lives = home.node.scene().folded.lives
    return ((digest, agreement) for agreement, life in lives.items() for digest in life.will.texts)
