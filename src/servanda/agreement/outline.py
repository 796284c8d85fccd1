"""The outline of a text: head, title, numbered paragraphs with their clause blocks, annexes.

Rules of this module:
- the head stands between two lines `---`; then one title, articles and annexes, and no other heading;
- a number stands once, in its article; its words stand before its first clause;
- a clause belongs to the paragraph above it, and every paragraph has one;
- one block stands under the heading of an annex.

Spec: agreement 1 (document).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from servanda.agreement.blocks import Block, Table
from servanda.agreement.complaints import Complaints, Fault
from servanda.agreement.text import Fence, Heading, Words, read_block, read_lines, read_parts, single_spaced

_NUMBER = "([1-9][0-9]{0,2})"
_ARTICLE = re.compile(rf"Article {_NUMBER} · \S.*", re.ASCII)
# How the heading of an article is written in a language file. Source: treaty practice of each language.
_ARTICLE_IN_WORDS = re.compile(rf"(?:Article {_NUMBER}|제{_NUMBER}조|第{_NUMBER}条) · \S.*", re.ASCII)
_ANNEX = re.compile(r"Annex · ([a-z][a-z0-9-]*)", re.ASCII)
_NUMBERED = re.compile(r"\*\*(([1-9][0-9]{0,2})\.[1-9][0-9]{0,2})\*\*(?:[ \t]+|\n|$)", re.ASCII)
_NUMBER_WITHIN = re.compile(r"^\s*\*\*([0-9]+(?:\.[0-9]+)+)\*\*", re.ASCII | re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A numbered paragraph with the clause blocks beneath it."""

    number: str
    words: str
    line: int
    blocks: tuple[Table, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Annex:
    """Data that belongs to the agreement."""

    name: str
    body: Block


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """Everything a text holds, in its order.

    Args:
        title: the heading of the whole text, with its line; empty where there is none.
        annexes: those with a block that reads.
        annex_lines: line of the heading of each annex, whether its block reads or not.
    """

    head: Table
    title: str
    title_line: int
    passages: tuple[Passage, ...]
    annexes: tuple[Annex, ...]
    annex_lines: Mapping[str, int]


def read_outline(source: str, complaints: Complaints, *, words_only: bool = False) -> Outline | None:
    """The outline of a text, or None where not even its head can be found; faults go to `complaints`.

    Args:
        words_only: whether it is a language file, which has words and no block.
    """
    lines = read_lines(source, complaints)
    if lines is None:
        return None
    end = next((at for at, text in enumerate(lines) if at and text.rstrip() == "---"), None)
    if lines[0].rstrip() != "---" or end is None:
        message = "the text begins with a head between two lines `---`, and there is none"
        complaints.add(Fault.HEAD_MISSING, message, line=1)
        return None
    head = read_block("\n".join(lines[1:end]) + "\n", complaints, paragraph="", before=1)
    if isinstance(head, Table):
        return _Body(complaints, lines=lines, after=end + 1, words_only=words_only).outline(head)
    if head is not None:
        complaints.add(Fault.HEAD_MISSING, "the head is a table of names and values", line=2)
    return None


@dataclass(slots=True, kw_only=True)
class _Open:
    """A numbered paragraph while it is being read."""

    number: str
    line: int
    words_end: int
    blocks: list[Table] = field(default_factory=list)
    closed: bool = False


class _Body:
    """What follows the head: headings, paragraphs, blocks."""

    def __init__(self, complaints: Complaints, *, lines: Sequence[str], after: int, words_only: bool) -> None:
        self._complaints = complaints
        self._lines = lines
        self._after = after
        self._words_only = words_only
        self._title: Heading | None = None
        self._article: str | None = None
        self._articles: set[str] = set()
        self._annex: str | None = None
        self._annex_lines: dict[str, int] = {}
        self._annex_blocks: set[str] = set()
        self._lost = False
        self._open: _Open | None = None
        self._numbers: set[str] = set()
        self._passages: list[Passage] = []
        self._annexes: list[Annex] = []

    def outline(self, head: Table) -> Outline:
        for part in read_parts(self._lines, after=self._after):
            match part:
                case Heading():
                    self._heading(part)
                case Words():
                    self._words(part)
                case Fence():
                    self._fence(part)
        self._close()
        for name, line in self._annex_lines.items():
            if name not in self._annex_blocks:
                message = f"annex `{name}` has no `annex` block"
                self._complaints.add(Fault.ANNEX_MISSING, message, line=line, word=name)
        return Outline(
            head=head,
            title=self._title.words if self._title else "",
            title_line=self._title.line if self._title else self._after + 1,
            passages=tuple(self._passages),
            annexes=tuple(self._annexes),
            annex_lines=self._annex_lines,
        )

    def _number(self) -> str:
        return self._open.number if self._open else ""

    def _heading(self, heading: Heading) -> None:
        self._close()
        line, words = heading.line, heading.words
        article = (_ARTICLE_IN_WORDS if self._words_only else _ARTICLE).fullmatch(words)
        annex = None if self._words_only else _ANNEX.fullmatch(words)
        self._lost = False
        if heading.depth == 1 and self._title is None and self._article is None and self._annex is None:
            self._title = heading
        elif heading.depth == 2 and article is not None and self._annex is None:
            self._article = next(number for number in article.groups() if number)
            if self._article in self._articles:
                message = f"article {self._article} stands twice"
                self._complaints.add(Fault.ARTICLE_TWICE, message, line=line, word=self._article)
            self._articles.add(self._article)
        elif heading.depth == 2 and annex is not None:
            self._annex = annex.group(1)
            if self._annex in self._annex_lines:
                message = f"annex `{self._annex}` stands twice"
                self._complaints.add(Fault.ANNEX_TWICE, message, line=line, word=self._annex)
            self._annex_lines.setdefault(self._annex, line)
        else:
            # What is misspelt may be the heading of an article, so numbers below it are not said to be misplaced.
            self._lost = True
            then = "" if self._words_only else ", then `## Annex · name`"
            message = f"`{words}` is no heading of an agreement: one title, then `## Article N · title`{then}"
            self._complaints.add(Fault.HEADING_UNKNOWN, message, line=line, word=words)

    def _words(self, words: Words) -> None:
        line = words.line
        text = "\n".join(self._lines[line - 1 : words.end])
        numbered = _NUMBERED.match(text.lstrip()) if words.paragraph else None
        if numbered is not None:
            self._begin(numbered.group(1), numbered.group(2), words)
            text = text.lstrip()[numbered.end() :]
        elif self._open is not None and not self._open.closed:
            self._open.words_end = words.end
        elif self._annex is None and (self._article is not None or self._title is None):
            message = "these words stand under no number; words come between a number and its first clause"
            self._complaints.add(Fault.WORDS_MISPLACED, message, line=line, paragraph=self._number())
        within = _NUMBER_WITHIN.search(text)
        if within is not None:
            number = within.group(1)
            message = f"`{number}` stands inside the words of another paragraph; put an empty line before it"
            at = line + text.count("\n", 0, within.start(1))
            self._complaints.add(Fault.PARAGRAPH_JOINED, message, line=at, paragraph=number, word=number)

    def _begin(self, number: str, article: str, words: Words) -> None:
        self._close()
        line = words.line
        if number in self._numbers:
            message = f"paragraph {number} stands twice"
            self._complaints.add(Fault.PARAGRAPH_TWICE, message, line=line, paragraph=number, word=number)
        if not self._lost and (self._annex is not None or article != self._article):
            place = f"annex `{self._annex}`" if self._annex else f"article {self._article}"
            if self._annex is None and self._article is None:
                place = "no article"
            message = f"paragraph {number} belongs to article {article} and stands in {place}"
            self._complaints.add(Fault.PARAGRAPH_MISPLACED, message, line=line, paragraph=number, word=number)
        self._numbers.add(number)
        self._open = _Open(number=number, line=line, words_end=words.end)

    def _close(self) -> None:
        if self._open is None:
            return
        text = "\n".join(self._lines[self._open.line - 1 : self._open.words_end]).lstrip()
        numbered = _NUMBERED.match(text)
        words = single_spaced(text[numbered.end() :] if numbered else text).strip(" ")
        number, line = self._open.number, self._open.line
        if not words:
            message = f"paragraph {number} has no words"
            self._complaints.add(Fault.PARAGRAPH_EMPTY, message, line=line, paragraph=number, word=number)
        if not self._open.closed and not self._words_only:
            message = f"paragraph {number} has no clause; where there is nothing to carry out, say `text_only: reason`"
            self._complaints.add(Fault.PARAGRAPH_WITHOUT_CLAUSE, message, line=line, paragraph=number, word=number)
        self._passages.append(Passage(number=number, words=words, line=line, blocks=tuple(self._open.blocks)))
        self._open = None

    def _fence(self, fence: Fence) -> None:
        info, line = fence.info, fence.line
        if self._words_only:
            message = "a language file has words only; clauses and annexes stand in the text they belong to"
            self._complaints.add(Fault.BLOCK_MISPLACED, message, line=line, paragraph=self._number(), word=info)
            return
        if fence.nested:
            message = "a block inside a list is not read; begin it at the start of the line"
            self._complaints.add(Fault.BLOCK_MISPLACED, message, line=line, paragraph=self._number())
            return
        if not fence.closed:
            message = f"the block `{info}` is not closed"
            self._complaints.add(Fault.BLOCK_OPEN, message, line=line, paragraph=self._number(), word=info)
        if info not in {"clause", "annex"}:
            message = f"`{info}` is no block of an agreement: it has `clause` and `annex` blocks"
            self._complaints.add(Fault.BLOCK_UNKNOWN, message, line=line, paragraph=self._number(), word=info)
            return
        body = read_block(fence.content, self._complaints, paragraph=self._number(), before=line)
        if info == "clause":
            self._clause(body, line)
        else:
            self._annex_body(body, line)

    def _clause(self, body: Block | None, line: int) -> None:
        if self._open is None:
            message = "this clause stands under no paragraph; a clause belongs to the paragraph above it"
            self._complaints.add(Fault.BLOCK_MISPLACED, message, line=line, word="clause")
            return
        self._open.closed = True
        if isinstance(body, Table):
            self._open.blocks.append(body)
        elif body is not None:
            message = "a clause is a form with what it says: `allows:` and its kinds, or another of the eight"
            self._complaints.add(Fault.FORM_COUNT, message, line=line + 1, paragraph=self._open.number)

    def _annex_body(self, body: Block | None, line: int) -> None:
        if self._annex is None or self._annex in self._annex_blocks:
            message = "one annex block stands under each heading `## Annex · name`, and nowhere else"
            self._complaints.add(Fault.BLOCK_MISPLACED, message, line=line, paragraph=self._number(), word="annex")
            return
        self._annex_blocks.add(self._annex)
        if body is not None:
            self._annexes.append(Annex(name=self._annex, body=body))
