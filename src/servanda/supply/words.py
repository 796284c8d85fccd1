"""Words of weapons in a text: found through width, spacing and script, past their innocent twins.

Rules of this module:
- the words stand in data/weapon_words.toml; nothing here names one;
- a text is read twice: folded, and with the spaces inside Korean, Japanese and spelled-out words closed;
- innocent twins are taken out before anything is looked for; of a word inside a longer one
  the longer speaks;
- letters of two scripts in one word, or a text that is nothing but a calibre, are in doubt;
- words are the weakest witness: they raise a verdict and never lower it.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

_LETTER = r"[a-z\u0400-\u052f]"
_CUT = "\N{BROKEN BAR}"
_CJK = r"\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff"
_CJK_GAP = re.compile(rf"(?<=[{_CJK}])[\s\W_]+(?=[{_CJK}])")
_SPELLED = re.compile(r"(?<![^\W_])(?:[a-z][\s.\-_*]+){2,}[a-z](?![^\W_])")
_OTHER_SCRIPT = r"[\u0370-\u03bb\u03bd-\u03c8\u0400-\u052f]"  # Greek and Cyrillic, without the signs of micro and ohm
_MIXED = re.compile(rf"[a-z]{_OTHER_SCRIPT}|{_OTHER_SCRIPT}[a-z]")
_CALIBRE_ALONE = re.compile(r"[\d\s.,x×/()\-]*\d+(?:\.\d+)? ?(?:mm|cal)[\d\s.,x×/()\-]*")
_SOFTWARE = re.compile(r"software|firmware|소프트웨어|펌웨어|ソフトウェア|ファームウェア")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A word that was found.

    Args:
        word: as it stands in the folded text.
        category: the barred category of a strong word; None for a weak one.
        language: of the list it stands in; `any` for the rules of this module.
    """

    word: str
    category: str | None
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Language:
    name: str
    innocent: re.Pattern[str] | None
    strong: tuple[tuple[str, re.Pattern[str]], ...]
    weak: re.Pattern[str]


def _one(patterns: list[str], *, bounded: bool) -> re.Pattern[str]:
    joined = "|".join(patterns)
    return re.compile(rf"(?<!{_LETTER})(?<![\d.,](?=\d))(?:{joined})(?!{_LETTER})" if bounded else joined)


@cache
def _languages() -> tuple[_Language, ...]:
    text = resources.files("servanda").joinpath("data/weapon_words.toml").read_text(encoding="utf-8")
    lists: Mapping[str, Any] = tomllib.loads(text)
    return tuple(
        _Language(
            name=name,
            innocent=_one(words["innocent"], bounded=words["bounded"]) if words["innocent"] else None,
            strong=tuple(
                (category, _one(patterns, bounded=words["bounded"]))
                for category, patterns in words["strong"].items()
                if patterns
            ),
            weak=_one(words["weak"], bounded=words["bounded"]),
        )
        for name, words in lists.items()
    )


def fold(text: str) -> str:
    """A text as words are looked for in it: NFKC, nothing invisible, no Latin accents, lower case, single spaces."""
    whole = unicodedata.normalize("NFKC", text).casefold()
    spread = unicodedata.normalize("NFD", whole)
    kept: list[str] = []
    latin = False
    for sign in spread:
        kind = unicodedata.category(sign)
        if kind == "Cf" or (kind == "Mn" and latin):
            continue
        latin = "a" <= sign <= "z"
        kept.append(" " if kind == "Cc" else sign)
    return " ".join(unicodedata.normalize("NFKC", "".join(kept)).split())


def _readings(text: str) -> Iterator[str]:
    folded = fold(text)
    yield folded
    spelled = _SPELLED.sub(lambda found: re.sub(r"[^a-z]", "", found[0]), folded)
    closed = _CJK_GAP.sub("", spelled)
    if closed != folded:
        yield closed


def _in_reading(text: str) -> Iterator[Hit]:
    """What one reading holds; of a word inside a longer one (`ammunition` in `ammunition box`) the longer speaks."""
    for language in _languages():
        rest = text if language.innocent is None else language.innocent.sub(_CUT, text)
        spans = [
            (found.span(), category)
            for category, pattern in (*language.strong, (None, language.weak))
            for found in pattern.finditer(rest)
        ]
        for (start, end), category in spans:
            if not any(first <= start and end <= last and end - start < last - first for (first, last), _ in spans):
                yield Hit(word=rest[start:end], category=category, language=language.name)


def find(text: str) -> tuple[Hit, ...]:
    """Every word of a weapon in a text, strong ones first, each once."""
    hits: dict[Hit, None] = {}
    for reading in _readings(text):
        hits.update(dict.fromkeys(_in_reading(reading)))
    folded = fold(text)
    for rule in (_MIXED, _CALIBRE_ALONE):
        found = rule.search(folded) if rule is _MIXED else rule.fullmatch(folded)
        if found is not None:
            hits[Hit(word=found[0], category=None, language="any")] = None
    return tuple(sorted(hits, key=lambda hit: hit.category is None))


def is_software(text: str) -> bool:
    """Whether a text speaks of software."""
    return _SOFTWARE.search(fold(text)) is not None
