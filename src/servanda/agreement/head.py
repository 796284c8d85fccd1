"""The head of a text: what the agreement is called, between whom, over what.

Rules of this module:
- every key of the head stands once and none is missing; there are no others;
- there are two Parties; each has a code, by which clauses and acts name it;
- an agreement governs at least one domain, and never the zeroth.

Spec: agreement 1 (document).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from types import MappingProxyType

from servanda.act.statement import NO_AGREEMENT
from servanda.agreement.blocks import Table
from servanda.agreement.complaints import Complaints, Fault
from servanda.agreement.shape import Shape
from servanda.agreement.vocabulary import domains
from servanda.base import moment
from servanda.base.errors import MalformedError

FORMAT = "servanda-agreement/1"
NAME_CHARACTERS_MAX = 64

_KEYS = ("format", "id", "title", "version", "status", "parties", "governs", "languages", "time_zone", "annexes")
_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*", re.ASCII)
_PARTY = re.compile(r"[A-Z]{2}", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}", re.ASCII)
_ANNEX = re.compile(r"[a-z][a-z0-9-]*", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Languages:
    """The languages in which the words are authentic, and the one that prevails where there is one."""

    authentic: tuple[str, ...]
    prevailing: str | None

    @property
    def main(self) -> str:
        """The language of the text with the clauses: the one that prevails, else the first."""
        return self.prevailing or self.authentic[0]

    @property
    def others(self) -> tuple[str, ...]:
        """The languages whose words stand in files of their own."""
        return tuple(language for language in self.authentic if language != self.main)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The head of a text, as read."""

    id: str
    title: str
    version: int
    status: str
    parties: Mapping[str, str]
    governs: tuple[str, ...]
    languages: Languages
    time_zone: str
    zone: tzinfo
    annexes: tuple[str, ...]


def read_head(table: Table, complaints: Complaints) -> Head | None:
    """The head, or None with its complaints."""
    shape = Shape(complaints=complaints, paragraph="")
    if not shape.keys(table, "the head", needed=_KEYS):
        return None
    entries = table.entries
    shape.one_of(entries["format"], "`format`", (FORMAT,))
    identifier = _matching(shape, table, "id", _ID, "small letters, digits and `-`")
    title = shape.word(entries["title"], "`title`")
    version = _version(shape, table)
    status = shape.word(entries["status"], "`status`")
    parties = _parties(shape, table)
    governs = _governs(shape, table)
    languages = _languages(shape, table)
    zone = _zone(shape, table)
    annexes = _names(shape, table, "annexes", _ANNEX)
    if (
        identifier is None
        or title is None
        or version is None
        or status is None
        or parties is None
        or governs is None
        or languages is None
        or zone is None
        or annexes is None
    ):
        return None
    return Head(
        id=identifier,
        title=title,
        version=version,
        status=status,
        parties=parties,
        governs=governs,
        languages=languages,
        time_zone=zone[0],
        zone=zone[1],
        annexes=annexes,
    )


def _matching(shape: Shape, table: Table, key: str, pattern: re.Pattern[str], rule: str) -> str | None:
    word = shape.word(table.entries[key], f"`{key}`")
    if word is None:
        return None
    if pattern.fullmatch(word) is None or len(word) > NAME_CHARACTERS_MAX or word == NO_AGREEMENT:
        message = f"`{word}` is no `{key}`: {rule}, at most {NAME_CHARACTERS_MAX} characters, and not `{NO_AGREEMENT}`"
        shape.complain(Fault.NAME_MALFORMED, message, line=table.entries[key].line, word=word)
        return None
    return word


def _version(shape: Shape, table: Table) -> int | None:
    version = shape.whole(table.entries["version"], "`version`")
    if version is not None and version < 1:
        message = f"`version` is 1 or more, not {version}"
        shape.complain(Fault.NUMBER_OUT_OF_RANGE, message, line=table.entries["version"].line, word=str(version))
        return None
    return version


def _parties(shape: Shape, table: Table) -> Mapping[str, str] | None:
    parties = shape.table(table.entries["parties"], "`parties`")
    if parties is None:
        return None
    found: dict[str, str] = {}
    for code, block in parties.entries.items():
        name = shape.word(block, f"the name of Party `{code}`")
        if _PARTY.fullmatch(code) is None:
            message = f"`{code}` is no code of a Party: two capital letters"
            shape.complain(Fault.NAME_MALFORMED, message, line=parties.lines[code], word=code)
        elif name is not None:
            found[code] = name
    if len(parties.entries) != 2:
        message = f"an agreement has two Parties, not {len(parties.entries)}"
        shape.complain(Fault.VALUE_MALFORMED, message, line=parties.line, word="parties")
    return MappingProxyType(found) if len(found) == 2 else None


def _governs(shape: Shape, table: Table) -> tuple[str, ...] | None:
    block = table.entries["governs"]
    words = shape.words(block, "`governs`")
    if words is None:
        return None
    if not words:
        shape.complain(
            Fault.VALUE_MALFORMED, "an agreement governs at least one domain", line=block.line, word="governs"
        )
        return None
    known = [word for word, line in words if shape.known(word, "`governs`", domains(), line=line)]
    return tuple(known) if len(known) == len(words) else None


def _languages(shape: Shape, table: Table) -> Languages | None:
    languages = shape.table(table.entries["languages"], "`languages`")
    if languages is None:
        return None
    if not shape.keys(languages, "`languages`", needed=("authentic",), allowed=("prevailing",)):
        return None
    authentic = _names(shape, languages, "authentic", _LANGUAGE)
    if not authentic:
        if authentic is not None:
            message = "words are authentic in at least one language"
            shape.complain(Fault.VALUE_MALFORMED, message, line=languages.line, word="authentic")
        return None
    if "prevailing" not in languages.entries:
        return Languages(authentic=authentic, prevailing=None)
    prevailing = shape.one_of(languages.entries["prevailing"], "`authentic`", authentic)
    return None if prevailing is None else Languages(authentic=authentic, prevailing=prevailing)


def _zone(shape: Shape, table: Table) -> tuple[str, tzinfo] | None:
    block = table.entries["time_zone"]
    word = shape.word(block, "`time_zone`")
    if word is None:
        return None
    try:
        return word, moment.zone(word)
    except MalformedError:
        message = f"`{word}` is no time zone: write its distance from universal time as `+09:00`"
        shape.complain(Fault.VALUE_MALFORMED, message, line=block.line, word=word)
        return None


def _names(shape: Shape, table: Table, key: str, pattern: re.Pattern[str]) -> tuple[str, ...] | None:
    words = shape.words(table.entries[key], f"`{key}`")
    if words is None:
        return None
    found = [word for word, _ in words if pattern.fullmatch(word)]
    for word, line in words:
        if pattern.fullmatch(word) is None:
            shape.complain(Fault.NAME_MALFORMED, f"`{word}` is no name for `{key}`", line=line, word=word)
    return tuple(found) if len(found) == len(words) else None
