"""The instrument: an agreement as it was read, and its digest.

Rules of this module:
- the digest covers what the Parties sign: head, words of every paragraph, clauses and annexes;
- layout, headings, comments and the order of the Parties stay out of it;
- where a name may be any text it is listed beside its value, since it could be no member name;
- a text with a fault is no instrument: loading it raises with every complaint;
- two instruments are the same when digest and source are.

Spec: agreement 3 (digest), record 1.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from servanda.agreement import places
from servanda.agreement.blocks import Plain, plain
from servanda.agreement.clause import Clause
from servanda.agreement.complaints import Complaints, Fault
from servanda.agreement.feasible import unmet_duties
from servanda.agreement.head import FORMAT, Head, Languages, read_head
from servanda.agreement.lexicon import Lexicon
from servanda.agreement.outline import Outline, read_outline
from servanda.agreement.reading import read_clauses
from servanda.agreement.terms import Terms, complete
from servanda.agreement.text import single_spaced
from servanda.agreement.vocabulary import FactType
from servanda.agreement.wording import LanguageFile, Wording, read_wordings
from servanda.base import canon
from servanda.base.errors import AgreementError, Complaint


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A numbered place in the text.

    Args:
        text: its words as they are signed: NFC, single-spaced, tables included.
        line: line of the file on which it begins.
    """

    number: str
    text: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Instrument:
    """One version of an agreement, as both nations sign it.

    Args:
        status: `exercise` for a text that no government has agreed to.
        parties: name of each Party by its code.
        governs: its domains.
        paragraphs: every numbered paragraph, in the order of the text.
        annexes: bodies of the annexes; decimals in them are text as written.
        wordings: its words in the other languages, by language; none where only the text with the clauses was read.
        digest: hex SHA-256 of what is signed.
        source: the text with the clauses as it came.
    """

    id: str
    title: str
    version: int
    status: str
    parties: Mapping[str, str]
    governs: tuple[str, ...]
    languages: Languages
    time_zone: str
    zone: tzinfo
    paragraphs: Mapping[str, Paragraph]
    clauses: tuple[Clause, ...]
    annexes: Mapping[str, Plain]
    terms: Terms
    lexicon: Lexicon
    wordings: Mapping[str, Wording]
    digest: str
    source: str

    @property
    def in_every_language(self) -> bool:
        """Whether its words are there in every language in which they are authentic."""
        return set(self.wordings) == set(self.languages.others)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Instrument):
            return NotImplemented
        return self.digest == other.digest and self.source == other.source

    def __hash__(self) -> int:
        return hash(self.digest)

    def word(self, name: str) -> tuple[str, ...] | None:
        """The values of a list the agreement defines."""
        return self.lexicon.words.get(name)

    def scale(self, name: str) -> Mapping[str, int] | None:
        """The steps of a scale the agreement defines."""
        return self.lexicon.scales.get(name)

    def values(self, fact: FactType) -> tuple[str, ...]:
        """The words that a fact knows under this agreement."""
        return self.lexicon.values(fact)


def load(source: str, *, path: str, words: Iterable[LanguageFile] = (), duties_can_be_met: bool = True) -> Instrument:
    """An agreement from its text.

    Args:
        path: how complaints name the text.
        words: its language files, all of them or none.
        duties_can_be_met: whether a duty that its debtor cannot meet is a fault; not while texts are only compared.

    Raises:
        AgreementError: with every complaint and its place.
    """
    return _loaded(source, path, tuple(words), duties_can_be_met)


def tabled(members: Mapping[str, Any], *, path: str) -> Instrument:
    """An agreement from the members of the act that puts it on the table.

    Args:
        path: how complaints name the text; those about its words in a language name that too.

    Raises:
        AgreementError: with every complaint and its place.
    """
    words = members.get("words") or {}
    return load(
        str(members.get("text", "")),
        path=path,
        words=(
            LanguageFile(language=language, source=words[language], path=f"{path}/{language}")
            for language in sorted(words)
        ),
    )


def check(source: str, *, path: str, words: Iterable[LanguageFile] = ()) -> tuple[Complaint, ...]:
    """Every complaint about a text and its language files, in the order of their lines; none where it loads."""
    try:
        load(source, path=path, words=words)
    except AgreementError as error:
        return error.complaints
    return ()


@lru_cache(maxsize=64)
def _loaded(source: str, path: str, words: tuple[LanguageFile, ...], duties_can_be_met: bool) -> Instrument:
    complaints = Complaints(path)
    instrument = _read(source, words, complaints)
    if instrument is not None and duties_can_be_met:
        unmet_duties(instrument.clauses, tuple(instrument.parties), complaints)
    if instrument is None or complaints:
        raise AgreementError(complaints.found())
    return instrument


def _read(source: str, words: tuple[LanguageFile, ...], complaints: Complaints) -> Instrument | None:
    outline = read_outline(source, complaints)
    head = None if outline is None else read_head(outline.head, complaints)
    if outline is None or head is None:
        return None
    _whole(outline, head, complaints)
    wordings = read_wordings(words, head, outline.passages, complaints)
    read = read_clauses(outline, head, complaints)
    if complaints:
        return None
    complete(read.terms, complaints, line=outline.title_line)
    for annex in outline.annexes:
        if annex.name == places.RESCUE_AREAS:
            places.stand(annex.body, tuple(head.parties), complaints)
    paragraphs = {
        passage.number: Paragraph(number=passage.number, text=passage.words, line=passage.line)
        for passage in outline.passages
    }
    return Instrument(
        id=head.id,
        title=head.title,
        version=head.version,
        status=head.status,
        parties=head.parties,
        governs=head.governs,
        languages=head.languages,
        time_zone=head.time_zone,
        zone=head.zone,
        paragraphs=MappingProxyType(paragraphs),
        clauses=read.clauses,
        annexes=read.lexicon.annexes,
        terms=read.terms,
        lexicon=read.lexicon,
        wordings=MappingProxyType({wording.language: wording for wording in wordings}),
        digest=_digest(head, outline, read.clauses, wordings),
        source=source,
    )


def _whole(outline: Outline, head: Head, complaints: Complaints) -> None:
    """Complain where head and body do not belong together."""
    if single_spaced(outline.title) != head.title:
        message = f"the heading is `{outline.title}`, and the head says `{head.title}`"
        complaints.add(Fault.TITLE_DIFFERS, message, line=outline.title_line, word=outline.title)
    if not outline.passages:
        complaints.add(Fault.PARAGRAPH_EMPTY, "the text has no numbered paragraph", line=outline.title_line)
    there = outline.annex_lines
    for name in head.annexes:
        if name not in there:
            message = f"the head names annex `{name}`, and the text has none of that name"
            complaints.add(Fault.ANNEX_MISSING, message, line=outline.head.lines["annexes"], word=name)
    for name, line in there.items():
        if name not in head.annexes:
            message = f"the head does not name annex `{name}`"
            complaints.add(Fault.ANNEX_UNKNOWN, message, line=line, word=name)


def _digest(head: Head, outline: Outline, clauses: tuple[Clause, ...], wordings: tuple[Wording, ...]) -> str:
    """The digest of what is signed.

    Spec: agreement 3.
    """
    languages: dict[str, Plain] = {"authentic": list(head.languages.authentic)}
    if head.languages.prevailing is not None:
        languages["prevailing"] = head.languages.prevailing
    signed: dict[str, object] = {
        "format": FORMAT,
        "id": head.id,
        "title": head.title,
        "version": head.version,
        "status": head.status,
        "parties": [[code, head.parties[code]] for code in sorted(head.parties)],
        "governs": sorted(head.governs),
        "languages": languages,
        "time_zone": head.time_zone,
        "paragraphs": [[passage.number, passage.words] for passage in outline.passages],
        "clauses": [[clause.paragraph, clause.form.value, clause.body] for clause in clauses],
        "annexes": [[annex.name, plain(annex.body)] for annex in outline.annexes],
        "texts": [[wording.language, wording.digest] for wording in wordings],
    }
    return hashlib.sha256(canon.encode(signed)).hexdigest()
