"""The text of an agreement as it is written: head, numbered paragraphs, blocks, annexes, each with its line.

Rules of this module:
- Markdown gives the places and a small part of YAML the values; nothing else of either is read;
- a block has tables, lists, words, whole numbers, `true` and `false`; no anchor, tag, merge key or key twice;
- `on`, `yes`, `012`, `1:30`, decimals and dates are words as written;
- a number stands once, in its article; a clause belongs to the paragraph above it; words stand before its clauses;
- a text has no control character and none that turns the direction of writing: what is signed is what is seen.

Spec: agreement 1 (document), 2 (blocks).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from servanda.agreement.blocks import Block, Listing, Scalar, Table
from servanda.agreement.complaints import Complaints, Fault

TEXT_CHARACTERS_MAX = 1_000_000
BLOCK_DEPTH_MAX = 8
NUMBER_MAX = 2**53 - 1

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}", re.ASCII)
_INTEGER = re.compile(r"0|-?[1-9][0-9]*", re.ASCII)
_ARTICLE = re.compile(r"Article ([1-9][0-9]{0,2}) · (\S.*)", re.ASCII)
_ANNEX = re.compile(r"Annex · ([a-z][a-z0-9-]*)", re.ASCII)
_NUMBERED = re.compile(r"\*\*(([1-9][0-9]{0,2})\.[1-9][0-9]{0,2})\*\*(?:[ \t]+|\n|$)", re.ASCII)
_NUMBER_WITHIN = re.compile(r"^\s*\*\*([0-9]+(?:\.[0-9]+)+)\*\*", re.ASCII | re.MULTILINE)
_SPACES = re.compile("[ \t\n\r]+")
# Source: Unicode Standard Annex 9, explicit directional formatting; line separators, byte order mark, controls.
_BARRED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_WORDS = frozenset({"paragraph_open", "table_open", "bullet_list_open", "ordered_list_open", "code_block"})


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


def single_spaced(words: str) -> str:
    """Words as they are signed: NFC, runs of space, tab and line ends made one space.

    Spec: agreement 3.
    """
    return _SPACES.sub(" ", unicodedata.normalize("NFC", words))


def read_outline(source: str, complaints: Complaints) -> Outline | None:
    """The outline of a text, or None where not even its head can be found; faults go to `complaints`."""
    if len(source) > TEXT_CHARACTERS_MAX:
        message = f"the text has {len(source)} characters, at most {TEXT_CHARACTERS_MAX} are read"
        complaints.add(Fault.TEXT_TOO_LARGE, message, line=1)
        return None
    barred = _BARRED.search(source)
    if barred is not None:
        line = source.count("\n", 0, barred.start()) + 1
        name = f"U+{ord(barred.group()):04X}"
        message = f"the text holds the character {name}, which is not seen but changes what is read"
        complaints.add(Fault.CHARACTER_BARRED, message, line=line, word=name)
        return None
    lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    end = next((at for at, text in enumerate(lines) if at and text.rstrip() == "---"), None)
    if lines[0].rstrip() != "---" or end is None:
        message = "the text begins with a head between two lines `---`, and there is none"
        complaints.add(Fault.HEAD_MISSING, message, line=1)
        return None
    head = _BlockReader(complaints, paragraph="", before=1).read("\n".join(lines[1:end]) + "\n")
    if not isinstance(head, Table):
        if head is not None:
            complaints.add(Fault.HEAD_MISSING, "the head is a table of names and values", line=2)
        return None
    return _Body(complaints, lines=lines, after=end + 1, head=head).outline()


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

    def __init__(self, complaints: Complaints, *, lines: list[str], after: int, head: Table) -> None:
        self._complaints = complaints
        self._lines = lines
        self._after = after
        self._head = head
        self._title = ""
        self._title_line = after + 1
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

    def outline(self) -> Outline:
        markdown = MarkdownIt("zero").enable(["fence", "heading", "table", "list", "code"])
        tokens = markdown.parse("\n".join(self._lines[self._after :]))
        for at, token in enumerate(tokens):
            if token.map is None:
                continue
            line = self._after + token.map[0] + 1
            if token.level:
                self._nested(token, line)
            elif token.type == "heading_open":
                self._heading(tokens[at + 1].content.strip(), token.tag, line)
            elif token.type == "fence":
                self._fence(token, line)
            elif token.type in _WORDS:
                self._words(token, line)
        self._close()
        for name, line in self._annex_lines.items():
            if name not in self._annex_blocks:
                message = f"annex `{name}` has no `annex` block"
                self._complaints.add(Fault.ANNEX_MISSING, message, line=line, word=name)
        return Outline(
            head=self._head,
            title=self._title,
            title_line=self._title_line,
            passages=tuple(self._passages),
            annexes=tuple(self._annexes),
            annex_lines=self._annex_lines,
        )

    def _number(self) -> str:
        return self._open.number if self._open else ""

    def _nested(self, token: Token, line: int) -> None:
        if token.type in {"fence", "heading_open"}:
            message = "a block or heading inside a list is not read; begin it at the start of the line"
            self._complaints.add(Fault.BLOCK_MISPLACED, message, line=line, paragraph=self._number())

    def _heading(self, words: str, tag: str, line: int) -> None:
        self._close()
        article, annex = _ARTICLE.fullmatch(words), _ANNEX.fullmatch(words)
        self._lost = False
        if tag == "h1" and not self._title and self._article is None and self._annex is None:
            self._title, self._title_line = words, line
        elif tag == "h2" and article is not None and self._annex is None:
            self._article = article.group(1)
            if self._article in self._articles:
                message = f"article {self._article} stands twice"
                self._complaints.add(Fault.ARTICLE_TWICE, message, line=line, word=self._article)
            self._articles.add(self._article)
        elif tag == "h2" and annex is not None:
            self._annex = annex.group(1)
            if self._annex in self._annex_lines:
                message = f"annex `{self._annex}` stands twice"
                self._complaints.add(Fault.ANNEX_TWICE, message, line=line, word=self._annex)
            self._annex_lines.setdefault(self._annex, line)
        else:
            # What is misspelt may be the heading of an article, so numbers below it are not said to be misplaced.
            self._lost = True
            message = (
                f"`{words}` is no heading of an agreement: one title, then `## Article N · title`, "
                "then `## Annex · name`"
            )
            self._complaints.add(Fault.HEADING_UNKNOWN, message, line=line, word=words)

    def _words(self, token: Token, line: int) -> None:
        start, end = self._span(token)
        text = "\n".join(self._lines[start:end])
        numbered = _NUMBERED.match(text.lstrip()) if token.type == "paragraph_open" else None
        if numbered is not None:
            self._begin(numbered.group(1), numbered.group(2), line, end)
            text = text.lstrip()[numbered.end() :]
        elif self._open is not None and not self._open.closed:
            self._open.words_end = end
        elif self._annex is None and (self._article is not None or not self._title):
            message = "these words stand under no number; words come between a number and its first clause"
            self._complaints.add(Fault.WORDS_MISPLACED, message, line=line, paragraph=self._number())
        within = _NUMBER_WITHIN.search(text)
        if within is not None:
            number = within.group(1)
            message = f"`{number}` stands inside the words of another paragraph; put an empty line before it"
            at = line + text.count("\n", 0, within.start(1))
            self._complaints.add(Fault.PARAGRAPH_JOINED, message, line=at, paragraph=number, word=number)

    def _begin(self, number: str, article: str, line: int, end: int) -> None:
        self._close()
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
        self._open = _Open(number=number, line=line, words_end=end)

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
        if not self._open.closed:
            message = f"paragraph {number} has no clause; where there is nothing to carry out, say `text_only: reason`"
            self._complaints.add(Fault.PARAGRAPH_WITHOUT_CLAUSE, message, line=line, paragraph=number, word=number)
        self._passages.append(Passage(number=number, words=words, line=line, blocks=tuple(self._open.blocks)))
        self._open = None

    def _fence(self, token: Token, line: int) -> None:
        info = token.info.strip()
        start, end = self._span(token)
        if end - start != token.content.count("\n") + 2:
            message = f"the block `{info}` is not closed"
            self._complaints.add(Fault.BLOCK_OPEN, message, line=line, paragraph=self._number(), word=info)
        if info not in {"clause", "annex"}:
            message = f"`{info}` is no block of an agreement: it has `clause` and `annex` blocks"
            self._complaints.add(Fault.BLOCK_UNKNOWN, message, line=line, paragraph=self._number(), word=info)
            return
        body = _BlockReader(self._complaints, paragraph=self._number(), before=line).read(token.content)
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

    def _span(self, token: Token) -> tuple[int, int]:
        start, end = token.map or [0, 0]
        return self._after + start, self._after + end


class _TooDeepError(Exception):
    """A block that is too deep to be read on; never leaves this module."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line


class _BlockReader:
    """One block of the small part of YAML that a text may use.

    Args:
        before: lines of the file before the block.
    """

    def __init__(self, complaints: Complaints, *, paragraph: str, before: int) -> None:
        self._complaints = complaints
        self._paragraph = paragraph
        self._before = before
        self._events: Iterator[yaml.Event] = iter(())

    def read(self, text: str) -> Block | None:
        """The value of the block, or None where it has no readable value."""
        # The pure reader, never the compiled one: what was signed must not hang on which of the two is installed.
        self._events = iter(yaml.parse(text, Loader=yaml.SafeLoader))
        try:
            next(self._events)
            start = next(self._events)
            if not isinstance(start, yaml.DocumentStartEvent):
                self._complain(Fault.VALUE_MISSING, "the block is empty", start)
                return None
            if start.explicit:
                self._complain(Fault.BLOCK_MALFORMED, "a block begins with its first key: no `---`, no `%`", start)
                return None
            value = self._value(next(self._events), 0)
            next(self._events)
            more = next(self._events)
            if not isinstance(more, yaml.StreamEndEvent):
                self._complain(Fault.BLOCK_MALFORMED, "a block holds one value", more)
        except _TooDeepError as error:
            message = f"the block is deeper than {BLOCK_DEPTH_MAX} lists and tables"
            self._complaints.add(Fault.BLOCK_MALFORMED, message, line=error.line, paragraph=self._paragraph)
            return None
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = self._before + (mark.line if mark else 0) + 1
            message = f"the block cannot be read here: {error.problem}"
            self._complaints.add(Fault.BLOCK_MALFORMED, message, line=line, paragraph=self._paragraph)
            return None
        return value

    def _line(self, event: yaml.Event) -> int:
        mark = event.start_mark
        return self._before + (mark.line if mark else 0) + 1

    def _complain(self, fault: Fault, message: str, event: yaml.Event, word: str = "") -> None:
        self._complaints.add(fault, message, line=self._line(event), paragraph=self._paragraph, word=word)

    def _value(self, event: yaml.Event, depth: int) -> Block | None:
        if isinstance(event, yaml.AliasEvent):
            self._complain(
                Fault.ANCHOR, f"`*{event.anchor}`: a value stands where it is meant", event, str(event.anchor)
            )
            return None
        if not isinstance(event, yaml.NodeEvent):
            self._complain(Fault.BLOCK_MALFORMED, "a value is expected here", event)
            return None
        if event.anchor is not None:
            self._complain(
                Fault.ANCHOR, f"`&{event.anchor}`: a value stands where it is meant", event, str(event.anchor)
            )
        tag = getattr(event, "tag", None)
        if tag is not None:
            self._complain(Fault.TAG, f"`{tag}`: values have no tags", event, str(tag))
        if depth > BLOCK_DEPTH_MAX:
            raise _TooDeepError(self._line(event))
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._listing(event, depth)
        return self._table(event, depth)

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar | None:
        word = single_spaced(event.value)
        if event.style in {"|", ">"}:
            message = f"`{event.style}` is not read; write the words on, or quote them"
            self._complain(Fault.BLOCK_MALFORMED, message, event)
        if event.style is not None:
            return Scalar(value=word, line=self._line(event))
        if not word:
            self._complain(Fault.VALUE_MISSING, "a value is missing here", event)
            return None
        if word in {"true", "false"}:
            return Scalar(value=word == "true", line=self._line(event))
        if _INTEGER.fullmatch(word) is None:
            return Scalar(value=word, line=self._line(event))
        if len(word) > len(str(NUMBER_MAX)) or abs(int(word)) > NUMBER_MAX:
            message = f"`{word}` is beyond the whole numbers that are read"
            self._complain(Fault.NUMBER_OUT_OF_RANGE, message, event, word)
            return None
        return Scalar(value=int(word), line=self._line(event))

    def _listing(self, event: yaml.SequenceStartEvent, depth: int) -> Listing:
        items: list[Block] = []
        while not isinstance(inner := next(self._events), yaml.SequenceEndEvent):
            item = self._value(inner, depth + 1)
            if item is not None:
                items.append(item)
        return Listing(items=tuple(items), line=self._line(event))

    def _table(self, event: yaml.Event, depth: int) -> Table:
        entries: dict[str, Block] = {}
        lines: dict[str, int] = {}
        seen: set[str] = set()
        while not isinstance(inner := next(self._events), yaml.MappingEndEvent):
            name = self._name(inner, depth, seen)
            value = self._value(next(self._events), depth + 1)
            if name is not None and value is not None:
                entries[name], lines[name] = value, self._line(inner)
        return Table(entries=entries, lines=lines, line=self._line(event))

    def _name(self, event: yaml.Event, depth: int, seen: set[str]) -> str | None:
        if not isinstance(event, yaml.ScalarEvent):
            self._value(event, depth + 1)
            self._complain(Fault.NAME_MALFORMED, "a name is one word", event)
            return None
        if event.anchor is not None or event.tag is not None:
            self._value(event, depth + 1)
        name = unicodedata.normalize("NFC", event.value)
        if name == "<<":
            self._complain(Fault.MERGE_KEY, "`<<`: tables are not merged; write the entries out", event, name)
            return None
        if NAME.fullmatch(name) is None:
            message = f"`{name}` is no name: begin with a letter; letters, digits and `_.-` may follow"
            self._complain(Fault.NAME_MALFORMED, message, event, name)
            return None
        if name in seen:
            self._complain(Fault.KEY_TWICE, f"`{name}` stands twice in one table", event, name)
            return None
        seen.add(name)
        return name
