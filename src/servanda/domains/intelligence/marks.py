"""Marks: the words of both Parties for each level, by code.

Rules of this module:
- the words are those of the table in the text itself, so an amended table changes what counts as marked;
- a level does not determine the word: Japan has two on level 2, so marks are codes and never computed from the level;
- words are compared in NFC; the numeral in the words of the Republic of Korea does not survive NFKC;
- at level 0 a report may go without marks, where the table has words of both Parties for it.

Clause: kr-jp-a 2.1, 5.1.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from servanda.agreement.instrument import Instrument

CODES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "KR-1": ("KR", "군사Ⅰ급비밀"),
        "KR-2": ("KR", "군사Ⅱ급비밀"),
        "KR-3": ("KR", "군사Ⅲ급비밀"),
        "KR-0": ("KR", "평문"),
        "JP-KIMITSU": ("JP", "機密"),
        "JP-GOKUHI": ("JP", "極秘"),
        "JP-TOKUTEI": ("JP", "特定秘密"),
        "JP-HI": ("JP", "秘"),
        "JP-0": ("JP", "秘密区分なし"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One word that a Party puts on what it keeps at a level."""

    code: str
    party: str
    word: str
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkTable:
    """The marks that count under one version of a text, by code."""

    parties: frozenset[str]
    marks: Mapping[str, Mark]

    def of(self, party: str, level: int) -> tuple[Mark, ...]:
        """The marks of a Party at a level, in the order of their codes."""
        found = (mark for mark in self.marks.values() if (mark.party, mark.level) == (party, level))
        return tuple(sorted(found, key=lambda mark: mark.code))

    def bears(self, marks: Mapping[str, str], level: int) -> bool:
        """Whether marks, by Party, are words of both Parties for this level.

        Clause: kr-jp-a 5.1.
        """
        if not all(self.of(party, level) for party in self.parties):
            return False
        if not marks and level == 0:
            return True
        return marks.keys() == self.parties and all(
            code in {mark.code for mark in self.of(party, level)} for party, code in marks.items()
        )


def table(instrument: Instrument) -> MarkTable:
    """The marks that count under a text: known codes whose word stands in its table of levels."""
    texts = tuple(paragraph.text for paragraph in instrument.paragraphs.values() if "|" in paragraph.text)
    return _table(texts, tuple(instrument.parties.items()))


@lru_cache(maxsize=64)
def _table(texts: tuple[str, ...], parties: tuple[tuple[str, str], ...]) -> MarkTable:
    level_of: dict[tuple[str, str], int] = {}
    for text in texts:
        for row in _rows(text):
            for party, name in parties:
                for word in row.get(_nfc(name), "").split(","):
                    level_of.setdefault((party, word.strip()), int(row["level"]))
    marks = {
        code: Mark(code=code, party=party, word=word, level=level_of[party, _nfc(word)])
        for code, (party, word) in CODES.items()
        if (party, _nfc(word)) in level_of
    }
    return MarkTable(parties=frozenset(party for party, _ in parties), marks=MappingProxyType(marks))


def _rows(text: str) -> tuple[dict[str, str], ...]:
    """Rows of a pipe table that begins with a column `level`, whether its lines are kept or run together."""
    cells = [_nfc(cell).strip() for cell in text.split("|")]
    if "level" not in cells:
        return ()
    first = cells.index("level")
    width = 0
    while first + width < len(cells) and cells[first + width]:
        width += 1
    names = cells[first : first + width]
    rows = []
    start = first + 2 * (width + 1)
    while start + width <= len(cells) and cells[start].isdecimal():
        rows.append(dict(zip(names, cells[start : start + width], strict=True)))
        start += width + 1
    return tuple(rows)


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)
