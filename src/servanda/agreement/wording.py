"""Words of an agreement in another of its languages: the same numbers, words only.

Rules of this module:
- a language file says of which text it is; clauses and annexes stand in the text with the clauses, once;
- its paragraphs are those of that text, each with its number, in the same order;
- the names of the Parties are written in its own language, under the same codes.

Spec: agreement 1.10 (language files), 3.5 (their digest).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from servanda.agreement.blocks import Table
from servanda.agreement.complaints import Complaints, Fault, listed
from servanda.agreement.head import Head, Languages
from servanda.agreement.outline import Outline, Passage, read_outline
from servanda.agreement.shape import Shape
from servanda.agreement.text import single_spaced
from servanda.base import canon

FORMAT = "servanda-words/1"
_KEYS = ("format", "id", "version", "language", "title", "parties")


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageFile:
    """A language file as it came.

    Args:
        language: what it is laid down as: its name without ending, or the member of an act.
        path: how complaints name it.
    """

    language: str
    source: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The words of an agreement in one language.

    Args:
        parties: code of each Party -> its name.
        paragraphs: number -> words, as they are signed.
        digest: hex SHA-256 of what is signed of it.
        source: the language file as it came.
    """

    language: str
    title: str
    parties: Mapping[str, str]
    paragraphs: Mapping[str, str]
    digest: str
    source: str


def read_wordings(
    files: Sequence[LanguageFile], head: Head, passages: Sequence[Passage], complaints: Complaints
) -> tuple[Wording, ...]:
    """The words in every other authentic language, in the order of their codes; faults go to `complaints`.

    Args:
        files: none where only the text with the clauses is read.
        head, passages: of the text with the clauses.
    """
    if not files:
        return ()
    found: dict[str, Wording] = {}
    for file in files:
        gathered = Complaints(file.path)
        wording = _Reader(file, head, passages, gathered).wording()
        if file.language in found:
            gathered.add(Fault.LANGUAGE_TWICE, f"`{file.language}` has words already", line=1, word=file.language)
        complaints.take(gathered.found())
        if wording is not None:
            found[file.language] = wording
    _every_language(found, files, head, complaints)
    return tuple(found[language] for language in sorted(found))


def _every_language(
    found: Mapping[str, Wording], files: Sequence[LanguageFile], head: Head, complaints: Complaints
) -> None:
    missing_languages(head.languages, complaints, there={*found, *(file.language for file in files)})


def missing_languages(languages: Languages, complaints: Complaints, *, there: Iterable[str] = ()) -> None:
    """Complain of languages in which a text is authentic and has no words.

    Args:
        there: languages whose files are there, well read or not.
    """
    known = set(there)
    for language in languages.others:
        if language not in known:
            message = f"the words in `{language}` are missing; a text is authentic in {listed(languages.authentic)}"
            complaints.add(Fault.LANGUAGE_MISSING, message, line=1, word=language)


class _Reader:
    """Reads one language file against the text it belongs to."""

    def __init__(self, file: LanguageFile, head: Head, passages: Sequence[Passage], complaints: Complaints) -> None:
        self._file = file
        self._head = head
        self._passages = passages
        self._complaints = complaints

    def wording(self) -> Wording | None:
        outline = read_outline(self._file.source, self._complaints, words_only=True)
        if outline is None or not self._belongs(outline.head):
            return None
        title = self._title(outline)
        parties = self._parties(outline.head)
        self._same_numbers(outline)
        if title is None or parties is None or self._complaints:
            return None
        paragraphs = {passage.number: passage.words for passage in outline.passages}
        return Wording(
            language=self._file.language,
            title=title,
            parties=MappingProxyType(parties),
            paragraphs=MappingProxyType(paragraphs),
            digest=self._digest(title, parties, outline.passages),
            source=self._file.source,
        )

    def _belongs(self, table: Table) -> bool:
        """Whether the file is one of this text, in one of its other languages."""
        shape = Shape(complaints=self._complaints, paragraph="")
        if not shape.keys(table, "the head", needed=_KEYS):
            return False
        entries, lines = table.entries, table.lines
        shape.one_of(entries["format"], "`format`", (FORMAT,))
        said = {
            "id": (shape.word(entries["id"], "`id`"), self._head.id),
            "version": (shape.whole(entries["version"], "`version`"), self._head.version),
            "language": (shape.word(entries["language"], "`language`"), self._file.language),
        }
        for key, (value, due) in said.items():
            if value is not None and value != due:
                message = f"`{key}` is `{value}`, and the words are those of `{due}`"
                self._complaints.add(Fault.WORDS_DIFFER, message, line=lines[key], word=str(value))
        if self._file.language not in self._head.languages.others:
            others = listed(self._head.languages.others) or "no other language"
            message = f"`{self._file.language}` is none of the languages that need words of their own: {others}"
            self._complaints.add(Fault.LANGUAGE_UNKNOWN, message, line=lines["language"], word=self._file.language)
        return True

    def _title(self, outline: Outline) -> str | None:
        shape = Shape(complaints=self._complaints, paragraph="")
        title = shape.word(outline.head.entries["title"], "`title`")
        if title is not None and single_spaced(outline.title) != title:
            message = f"the heading is `{outline.title}`, and the head says `{title}`"
            self._complaints.add(Fault.TITLE_DIFFERS, message, line=outline.title_line, word=outline.title)
        return title

    def _parties(self, table: Table) -> dict[str, str] | None:
        shape = Shape(complaints=self._complaints, paragraph="")
        named = shape.table(table.entries["parties"], "`parties`")
        if named is None:
            return None
        if set(named.entries) != set(self._head.parties):
            message = f"the Parties are {listed(sorted(self._head.parties))}, not {listed(sorted(named.entries))}"
            self._complaints.add(Fault.WORDS_DIFFER, message, line=named.line, word="parties")
        names = {code: shape.word(block, f"the name of Party `{code}`") for code, block in named.entries.items()}
        return {code: name for code, name in names.items() if name is not None}

    def _same_numbers(self, outline: Outline) -> None:
        """Complain where a paragraph is missing, too many, or elsewhere."""
        due = [passage.number for passage in self._passages]
        there = {passage.number: passage.line for passage in outline.passages}
        missing = [number for number in due if number not in there]
        for number in missing:
            line = self._line_after(number, due, there) or outline.title_line
            message = f"paragraph {number} has no words in `{self._file.language}`"
            self._complaints.add(Fault.WORDS_DIFFER, message, line=line, paragraph=number, word=number)
        for number, line in there.items():
            if number not in due:
                message = f"paragraph {number} stands in `{self._file.language}` only"
                self._complaints.add(Fault.WORDS_DIFFER, message, line=line, paragraph=number, word=number)
        kept = [number for number in due if number in there]
        ordered = [number for number in there if number in due]
        for number, instead in zip(ordered, kept, strict=True):
            if number != instead:
                message = f"paragraph {number} stands where {instead} is due"
                self._complaints.add(Fault.WORDS_DIFFER, message, line=there[number], paragraph=number, word=number)
                return

    @staticmethod
    def _line_after(number: str, due: Sequence[str], there: Mapping[str, int]) -> int | None:
        """Line of the paragraph after which a missing one is due."""
        before: Iterable[str] = reversed(due[: due.index(number)])
        return next((there[each] for each in before if each in there), None)

    def _digest(self, title: str, parties: Mapping[str, str], passages: Sequence[Passage]) -> str:
        """The digest of what is signed of a language file.

        Spec: agreement 3.5.
        """
        signed = {
            "format": FORMAT,
            "id": self._head.id,
            "version": self._head.version,
            "language": self._file.language,
            "title": title,
            "parties": [[code, parties[code]] for code in sorted(parties)],
            "paragraphs": [[passage.number, passage.words] for passage in passages],
        }
        return hashlib.sha256(canon.encode(signed)).hexdigest()
