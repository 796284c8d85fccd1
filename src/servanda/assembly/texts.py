"""Texts as files: found, read, checked and judged by, without a node.

Rules of this module:
- a path only finds a text to check or to table; which one is in force the record says;
- a folder stands for the agreement in it: the one text with clauses, and its words in each other language;
- every complaint of every text is shown at once.

Spec: agreement 8 (complaints), 9 (judging line by line).
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from servanda.agreement import instrument
from servanda.agreement.instrument import Instrument
from servanda.agreement.wording import LanguageFile
from servanda.base.canon import Json
from servanda.base.errors import MalformedError, UsageError
from servanda.policy import judging

TEXT_BYTES_MAX = 1_048_576
# The head of a language file names its format, however little else of it reads.
_FORMAT_OF_WORDS = re.compile(r"---\s*?\n(?:(?!---).*\n)*?format:[ \t]*servanda-words/").match


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """A text with its clauses, as it was read.

    Args:
        path: the file it was read from.
        instrument: what it says.
    """

    path: Path
    instrument: Instrument

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """The text of a file, or of the folder of an agreement.

        Raises:
            UsageError: `text_unreadable`.
            MalformedError: `text_encoding`.
            AgreementError: with every complaint and its place.
        """
        files = agreement_files(Path(path))
        text = instrument.load(files.source, path=os.fspath(files.path), words=files.words)
        return cls(path=files.path, instrument=text)

    @property
    def id(self) -> str:
        return self.instrument.id

    @property
    def title(self) -> str:
        return self.instrument.title

    @property
    def digest(self) -> str:
        """Hex SHA-256 of what is signed."""
        return self.instrument.digest

    def words(self, paragraph: str) -> str:
        """The words of a paragraph.

        Raises:
            UsageError: `paragraph_unknown`.
        """
        found = self.instrument.paragraphs.get(paragraph)
        if found is None:
            raise UsageError(
                "paragraph_unknown", f"`{self.id}` has no paragraph `{paragraph}`", action="name one such as `3.2`"
            )
        return found.text

    def judge(self, line: str) -> dict[str, Json]:
        """The ruling on one line of JSON: kind, author and complete facts.

        Raises:
            MalformedError: the line cannot be read.
        """
        return judging.judge_text(self.instrument, line)

    def judge_case(self, members: Mapping[str, Any]) -> dict[str, Json]:
        """The ruling on the members of one line: kind, author and complete facts.

        Raises:
            MalformedError: a member is missing or not of its form.
        """
        return judging.judge_line(self.instrument, members)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementFiles:
    """The files of an agreement: the text with its clauses, and its words in the other languages.

    Args:
        path: the file of the text.
        words: none where a file was named alone.
    """

    path: Path
    source: str
    words: tuple[LanguageFile, ...] = ()


def agreement_files(path: Path) -> AgreementFiles:
    """The files of an agreement: the text alone where a file is named, with its language files for a folder.

    Raises:
        UsageError: `text_unreadable`.
        MalformedError: `text_encoding`.
    """
    if not path.is_dir():
        return AgreementFiles(path=path, source=read_text(path))
    texts: dict[Path, str] = {}
    words: list[LanguageFile] = []
    for file in sorted(path.glob("*.md")):
        source = read_text(file)
        if _FORMAT_OF_WORDS(source):
            words.append(LanguageFile(language=file.stem, source=source, path=os.fspath(file)))
        elif source.startswith("---"):
            texts[file] = source
    if len(texts) != 1:
        raise UsageError(
            "text_unreadable", f"`{path}` holds {len(texts)} texts with clauses", action="name the file that is meant"
        )
    ((file, source),) = texts.items()
    return AgreementFiles(path=file, source=source, words=tuple(words))


def read_text(file: Path, *, bytes_max: int = TEXT_BYTES_MAX) -> str:
    """The words of a file.

    Args:
        bytes_max: longest file that is read.

    Raises:
        UsageError: `text_unreadable`.
        MalformedError: `text_encoding`.
    """
    try:
        with file.open("rb") as stream:
            raw = stream.read(bytes_max + 1)
    except OSError as error:
        raise UsageError(
            "text_unreadable", f"`{file}` cannot be read: {error.strerror}", action="name a text that is there"
        ) from error
    if len(raw) > bytes_max:
        raise UsageError(
            "text_unreadable", f"`{file}` has more than {bytes_max} bytes", action="name the file that is meant"
        )
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise MalformedError("text_encoding", f"`{file}` is not UTF-8", action="write the text in UTF-8") from error


def members_of(written: str, named: str | None = None) -> dict[str, Any]:
    """The members of one JSON object, each once.

    Args:
        named: what the object was given as, where it is no line of cases: `--facts`.

    Raises:
        MalformedError: `json_syntax`, `json_duplicate` or `field_type`.
    """
    try:
        return judging.read_line(written)
    except MalformedError as error:
        if named is None:
            raise
        message = "is no JSON object" if error.code == "field_type" else f"does not read: {error.message}"
        raise MalformedError(error.code, f"`{named}` {message}", action="write one JSON object") from error
