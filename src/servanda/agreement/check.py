"""Checking texts side by side: each by itself, and that no two agreements govern one domain.

Rules of this module:
- two agreements never govern one domain; versions of one agreement are one agreement;
- every complaint of every text is shown at once, faults and warnings in the order of the lines;
- a word is used where a test names it, or where a fact that clauses may test takes its values from it.

Spec: agreement 8 (complaints).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from servanda.agreement import instrument
from servanda.agreement.blocks import Plain
from servanda.agreement.clause import Clause, Defines, Never, Owes, Ruled
from servanda.agreement.complaints import Complaints, Doubt, Fault
from servanda.agreement.instrument import Instrument
from servanda.agreement.outline import read_outline
from servanda.agreement.vocabulary import facts_of
from servanda.agreement.wording import LanguageFile
from servanda.base.errors import AgreementError, Complaint

Further = Callable[[Instrument, Complaints], None]
"""What else is asked of a text that reads; it adds what it finds."""

_TESTS = ("when", "that", "unless")


def complaints(
    texts: Iterable[tuple[str, str, Iterable[LanguageFile]]], further: Iterable[Further] = ()
) -> tuple[Complaint, ...]:
    """Every complaint about texts that are to stand side by side.

    Args:
        texts: path and source of each, and its language files.

    Returns:
        The complaints in the order of the texts and of their lines; no faults where all can be initialled.
    """
    found: list[Complaint] = []
    governing: dict[str, tuple[str, str]] = {}
    asked = (_unused_words, *further)
    for path, source, words in texts:
        gathered = Complaints(path)
        try:
            read = instrument.load(source, path=path, words=words)
        except AgreementError as error:
            found.extend(error.complaints)
            continue
        _clashes(read, path, governing, gathered)
        for ask in asked:
            ask(read, gathered)
        found.extend(gathered.found())
    return tuple(found)


def _clashes(read: Instrument, path: str, governing: dict[str, tuple[str, str]], gathered: Complaints) -> None:
    for domain in read.governs:
        identifier, where = governing.setdefault(domain, (read.id, path))
        if identifier != read.id:
            outline = read_outline(read.source, Complaints(path))
            line = outline.head.lines["governs"] if outline else 1
            message = f"`{domain}` is governed by `{identifier}` ({where}) already; no two agreements govern one domain"
            gathered.add(Fault.DOMAIN_TWICE, message, line=line, word=domain)


def _unused_words(read: Instrument, gathered: Complaints) -> None:
    """Warn of words that are defined and never used."""
    used = set(_taken(read)).union(*(_named(clause) for clause in read.clauses))
    for clause in read.clauses:
        if not isinstance(clause, Defines):
            continue
        for name, line in clause.lines.items():
            if name not in used:
                message = f"`{name}` is defined and never used: no test names it, and no fact takes its values from it"
                gathered.add(Doubt.WORD_UNUSED, message, line=line, paragraph=clause.paragraph, word=name)


def _taken(read: Instrument) -> Iterator[str]:
    """Words and scales that facts of the governed domains take their values from."""
    for kind in read.lexicon.judged():
        for fact in facts_of(kind).values():
            yield from fact.words_from
            if fact.scale is not None:
                yield fact.scale


def _named(clause: Clause) -> Iterator[str]:
    """Words by which the tests of a clause name a list."""
    body = clause.body
    if isinstance(clause, Never) and isinstance(body, Mapping):
        body = body["never"]
    if isinstance(clause, Ruled | Owes | Never) and isinstance(body, Mapping):
        for key in _TESTS:
            asked = body.get(key)
            if isinstance(asked, Mapping):
                yield from _lists(asked.values())


def _lists(values: Iterable[Plain]) -> Iterator[str]:
    for value in values:
        named = value.get("not_in") if isinstance(value, Mapping) else value
        if isinstance(named, str):
            yield named
