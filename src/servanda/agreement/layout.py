"""A text as it is laid out for readers, in one of its languages: articles, and paragraphs with their tables and lists.

Rules of this module:
- what is read here was read before: the text is an instrument, and its words are those that are signed;
- the parts of a paragraph hold its words in their order; only the signs that lay out a table or a list are left out;
- headings are laid out too, though they are not signed; words without number are not.

Spec: agreement 1 (document), 10 (other readers).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import assert_never

from servanda.agreement.blocks import Plain
from servanda.agreement.complaints import Complaints
from servanda.agreement.instrument import Instrument
from servanda.agreement.text import Fence, Heading, Words, read_lines, read_parts, single_spaced

_NUMBERED = re.compile(r"\*\*([1-9][0-9]{0,2}\.[1-9][0-9]{0,2})\*\*(?:[ \t]+|\n|$)", re.ASCII)
_ARTICLE = re.compile(r"(\D*([1-9][0-9]{0,2})\D*?) · (\S.*)", re.ASCII)
_DELIMITERS = re.compile(r"\s*\|?(?:\s*:?-+:?\s*\|)*\s*:?-+:?\s*\|?\s*", re.ASCII)
# A word that reads as itself without quotes, wherever it stands in a block.
_PLAIN_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_.*/ -]*(?<! )|-?[0-9]+\.[0-9]+|[0-9]+ [a-z]+", re.ASCII)
_CELL_END = re.compile(r"(?<!\\)\|")
_ITEM = re.compile(r"\s*(?:([-*+])|([0-9]{1,9}[.)]))[ \t]+(\S.*)", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """Words that run on."""

    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """A list.

    Args:
        items: sign before each, as written, and its words.
    """

    items: tuple[tuple[str, str], ...]


Part = Prose | Grid | Items


@dataclass(frozen=True, slots=True, kw_only=True)
class LaidParagraph:
    """A numbered paragraph with its parts."""

    number: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LaidArticle:
    """An article.

    Args:
        label: its number as the language writes it: `Article 3`, `제3조`.
    """

    number: str
    label: str
    heading: str
    paragraphs: tuple[LaidParagraph, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A text in one language.

    Args:
        parties: name of each Party by its code, in the order of the text with the clauses.
    """

    language: str
    title: str
    parties: dict[str, str]
    articles: tuple[LaidArticle, ...]

    def paragraph(self, number: str) -> LaidParagraph:
        """One paragraph."""
        return next(each for article in self.articles for each in article.paragraphs if each.number == number)


def layout(text: Instrument, language: str) -> Layout:
    """The layout of a text in a language that it has words in."""
    if language == text.languages.main:
        source, title, named = text.source, text.title, text.parties
    else:
        wording = text.wordings[language]
        source, title, named = wording.source, wording.title, wording.parties
    return Layout(
        language=language,
        title=title,
        parties={code: named[code] for code in text.parties},
        articles=tuple(_articles(source)),
    )


def _articles(source: str) -> Iterator[LaidArticle]:
    lines = read_lines(source, Complaints("text")) or []
    after = next((at for at, line in enumerate(lines) if at and line.rstrip() == "---"), 0) + 1
    heading: re.Match[str] | None = None
    paragraphs: list[LaidParagraph] = []
    number, parts = "", list[Part]()

    def close() -> None:
        if number:
            paragraphs.append(LaidParagraph(number=number, parts=tuple(parts)))

    for part in read_parts(lines, after=after):
        if isinstance(part, Words):
            raw = lines[part.line - 1 : part.end]
            written = "\n".join(raw).lstrip()
            begins = _NUMBERED.match(written) if part.paragraph else None
            if begins is not None and heading is not None:
                close()
                number, parts = begins.group(1), [Prose(words=single_spaced(written[begins.end() :]).strip())]
            elif number:
                parts.append(_part(raw, paragraph=part.paragraph))
            continue
        if isinstance(part, Fence) and not parts:
            continue
        close()
        number, parts = "", []
        if isinstance(part, Heading):
            if heading is not None:
                yield _article(heading, paragraphs)
            heading = _ARTICLE.fullmatch(part.words) if part.depth > 1 else None
            paragraphs = []
    close()
    if heading is not None:
        yield _article(heading, paragraphs)


def _article(heading: re.Match[str], paragraphs: Sequence[LaidParagraph]) -> LaidArticle:
    label, number, words = heading.groups()
    return LaidArticle(number=number, label=label, heading=words.strip(), paragraphs=tuple(paragraphs))


def _part(lines: Sequence[str], *, paragraph: bool) -> Part:
    """One part of a paragraph after its first words."""
    if not paragraph and len(lines) > 1 and "|" in lines[0] and _DELIMITERS.fullmatch(lines[1]):
        return Grid(head=_cells(lines[0]), rows=tuple(_cells(line) for line in lines[2:] if line.strip()))
    if not paragraph and _ITEM.match(lines[0]):
        return Items(items=tuple(_items(lines)))
    return Prose(words=single_spaced("\n".join(lines)).strip())


def _cells(line: str) -> tuple[str, ...]:
    inner = line.strip().removeprefix("|")
    cells = [single_spaced(cell.replace("\\|", "|")).strip() for cell in _CELL_END.split(inner)]
    return tuple(cells[:-1] if not cells[-1] else cells)


def _items(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    sign, words = "", ""
    for line in lines:
        begins = _ITEM.match(line)
        if begins is None:
            words = f"{words} {line}"
            continue
        if sign:
            yield sign, single_spaced(words).strip()
        sign, words = begins.group(1) or begins.group(2), begins.group(3)
    yield sign, single_spaced(words).strip()


def written(form: str, body: Plain) -> str:
    """A clause as it is signed: its form and what it says, one key a line, without the comments of the drafter."""
    if not isinstance(body, dict):
        return f"{form}: {body if isinstance(body, str) else flow(body)}"
    return "\n".join([f"{form}:", *(f"  {key}: {flow(value)}" for key, value in body.items())])


def flow(value: Plain) -> str:
    """A value on one line, as a block of a text writes it."""
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str():
            return (
                value
                if _PLAIN_WORD.fullmatch(value) and value not in {"true", "false"}
                else json.dumps(value, ensure_ascii=False)
            )
        case list():
            return f"[{', '.join(flow(each) for each in value)}]"
        case dict():
            return f"{{{', '.join(f'{key}: {flow(each)}' for key, each in value.items())}}}"
    assert_never(value)
