"""Plain words in three languages for what the vocabulary names, and for the pages and copies that are made of texts.

Rules of this module:
- every kind, office, phase and domain of the vocabulary has words in every language in which pages are made;
- what is put into a sentence is put in as it is: a sentence is no template language.

Source: `data/kind_words.toml`, `data/page_words.toml`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any, Final, Literal

from servanda.base.calendar import Span
from servanda.base.errors import UsageError

LANGUAGES: Final = ("en", "ja", "ko")
_MINUTE_S, _HOUR_S = 60, 3_600

Named = Literal["domains", "phases", "offices", "kinds"]


class PlainWords:
    """The plain words of one language.

    Raises:
        UsageError: `words_missing`.
    """

    def __init__(self, language: str) -> None:
        if language not in LANGUAGES:
            raise UsageError(
                "words_missing",
                f"pages and copies are not made in `{language}`",
                action=f"name one of {', '.join(f'`{each}`' for each in LANGUAGES)}",
            )
        self.language = language

    def named(self, what: Named, name: str) -> str:
        """What a kind, office, phase or domain is called."""
        return str(_data("kind_words.toml")[what][name][self.language])

    def say(self, table: str, key: str, **put_in: object) -> str:
        """A sentence, with what belongs into it."""
        said = str(_data("page_words.toml")[table][key][self.language])
        for name, value in put_in.items():
            said = said.replace(f"{{{name}}}", str(value))
        return said

    def knows(self, table: str, key: str) -> bool:
        """Whether there is such a sentence."""
        return key in _data("page_words.toml")[table]

    def language_name(self, language: str) -> str:
        """What a language is called; its code, where it has no name here."""
        return self.say("languages", language) if self.knows("languages", language) else language

    def listed(self, names: Iterable[str]) -> str:
        """Names in a row, the last behind a word for `and`."""
        *first, last = names
        return f"{self.say('copy', 'comma').join(first)}{self.say('copy', 'last_and')}{last}" if first else last

    def span(self, span: Span) -> str:
        """A length of time."""
        unit, seconds = next(
            (name, size)
            for name, size in (("hour", _HOUR_S), ("minute", _MINUTE_S), ("second", 1))
            if span.seconds % size == 0
        )
        counted = [("year", span.years), ("month", span.months), ("day", span.days), (unit, span.seconds // seconds)]
        return " ".join(self._counted(name, count) for name, count in counted if count)

    def _counted(self, unit: str, count: int) -> str:
        said = _data("page_words.toml")["units"][unit][self.language]
        form = said if isinstance(said, str) else said[0 if count == 1 else 1]
        return form.replace("{n}", str(count))


def rounded(number: int) -> tuple[str, str]:
    """A count as people can take it in, and the power where it ends in ten to one.

    It is exact up to a million, then its first two digits.
    """
    if number < 1_000_000:
        return f"{number:,}", ""
    digits = len(str(number)) - 1
    tenths = (number * 10 + 10**digits // 2) // 10**digits
    if tenths == 100:
        tenths, digits = 10, digits + 1
    return f"{tenths // 10}.{tenths % 10} × 10", str(digits)


@cache
def _data(name: str) -> Mapping[str, Any]:
    return tomllib.loads(resources.files("servanda").joinpath("data", name).read_text(encoding="utf-8"))
