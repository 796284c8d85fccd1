"""Texts as files: found, read, checked and judged by, without a node.

Rules of this module:
- a path only finds a text to check or to table; which one is in force the record says;
- a folder stands for the text in it: `en.md`, or the only Markdown file there is;
- every complaint of every text is shown at once.

Spec: agreement 8 (complaints), 9 (judging line by line).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from servanda.agreement import check, instrument
from servanda.agreement.instrument import Instrument
from servanda.base.canon import Json
from servanda.base.errors import Complaint, MalformedError, UsageError
from servanda.policy import judging

TEXT_BYTES_MAX = 1_048_576
PREVAILING = "en.md"


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
        file = text_file(Path(path))
        return cls(path=file, instrument=instrument.load(read_text(file), path=os.fspath(file)))

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


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPage:
    """What a text is, at one look.

    Args:
        clauses: number of them.
        paragraphs: number -> words.
    """

    id: str
    title: str
    version: int
    status: str
    parties: Mapping[str, str]
    governs: tuple[str, ...]
    digest: str
    clauses: int
    paragraphs: Mapping[str, str]


def text_page(agreement: Agreement) -> TextPage:
    """A text at one look."""
    text = agreement.instrument
    return TextPage(
        id=text.id,
        title=text.title,
        version=text.version,
        status=text.status,
        parties=dict(text.parties),
        governs=text.governs,
        digest=text.digest,
        clauses=len(text.clauses),
        paragraphs={number: paragraph.text for number, paragraph in text.paragraphs.items()},
    )


def text_file(path: Path) -> Path:
    """The file of a text: itself, or that of a folder.

    Raises:
        UsageError: `text_unreadable`.
    """
    if not path.is_dir():
        return path
    found = [path / PREVAILING] if (path / PREVAILING).is_file() else sorted(path.glob("*.md"))
    if len(found) != 1:
        raise UsageError(
            "text_unreadable", f"`{path}` holds {len(found)} texts, and no `{PREVAILING}`", action="name the file"
        )
    return found[0]


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


def complaints(paths: Iterable[Path]) -> tuple[Complaint, ...]:
    """Every complaint about texts that are to stand side by side, in their order.

    Raises:
        UsageError: `text_unreadable`.
        MalformedError: `text_encoding`.
    """
    files = [text_file(path) for path in paths]
    return check.complaints((os.fspath(file), read_text(file)) for file in files)
