"""Judging again: what another text would have said of acts on the facts kept with them.

Rules of this module:
- the facts are those an act was judged by, phase and questions included; nothing is computed anew;
- one set of facts is judged once for a kind and an author, however many acts state it;
- what is remembered is bounded, so that a long record needs no more room than a short one.

Spec: agreement 12 (judging again), record 4.7 (facts kept).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final

import msgspec

from servanda.act.ruling import Ruling, compared
from servanda.agreement.instrument import Instrument
from servanda.policy.facts import from_json
from servanda.policy.judge import judge

REMEMBERED_MAX: Final = 100_000
"""Sets of facts whose rulings are remembered at once."""

_lines = msgspec.json.Decoder(list[dict[str, Any]]).decode


class Changed(StrEnum):
    """How a ruling on an act changes."""

    NEWLY_REFUSED = "newly_refused"
    NEWLY_PERMITTED = "newly_permitted"
    CITED_OTHERWISE = "cited_otherwise"


class Rejudge:
    """Acts of one agreement judged by a text of it."""

    def __init__(self, text: Instrument, *, remembered_max: int = REMEMBERED_MAX) -> None:
        self.text = text
        self._remembered_max = remembered_max
        self._known: dict[tuple[str, str, bytes], Ruling] = {}

    def ruling(self, kind: str, author: str, lines: bytes) -> Ruling:
        """The ruling of the text on an act.

        Args:
            lines: the facts it was judged by, a JSON list with one set for each line.
        """
        asked = (kind, author, lines)
        known = self._known.get(asked)
        if known is None:
            facts = [from_json(line) for line in _lines(lines)]
            known = judge(self.text, kind, facts, author=author)
            if len(self._known) >= self._remembered_max:
                self._known.clear()
            self._known[asked] = known
        return known


def changed(old: Ruling, new: Ruling) -> Changed | None:
    """How a ruling changed; None where outcome, ground and cites are the same."""
    before, after = compared(old), compared(new)
    if before == after:
        return None
    match before[0], after[0]:
        case "permit", "refusal":
            return Changed.NEWLY_REFUSED
        case "refusal", "permit":
            return Changed.NEWLY_PERMITTED
    return Changed.CITED_OTHERWISE
