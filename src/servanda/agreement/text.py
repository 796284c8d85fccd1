"""The text of an agreement as it is written: its parts by line, and the values of its blocks.

Rules of this module:
- Markdown gives the places and a small part of YAML the values; nothing else of either is read;
- a block has tables, lists, words, whole numbers, `true` and `false`; no anchor, tag, merge key or key twice;
- `on`, `yes`, `012`, `1:30`, decimals and dates are words as written;
- a text has no control character and none that turns the direction of writing: what is signed is what is seen.

Spec: agreement 1 (document), 2 (blocks).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import yaml
from markdown_it import MarkdownIt

from servanda.agreement.blocks import Block, Listing, Scalar, Table
from servanda.agreement.complaints import Complaints, Fault

TEXT_CHARACTERS_MAX = 1_000_000
BLOCK_DEPTH_MAX = 8
NUMBER_MAX = 2**53 - 1

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}", re.ASCII)
_INTEGER = re.compile(r"0|-?[1-9][0-9]*", re.ASCII)
_SPACES = re.compile("[ \t\n\r]+")
# Source: Unicode Standard Annex 9, explicit directional formatting; line separators, byte order mark, controls.
_BARRED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_WORDS = frozenset({"paragraph_open", "table_open", "bullet_list_open", "ordered_list_open", "code_block"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading, with its depth: 1 is that of the whole text."""

    line: int
    depth: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Words that stand together: a paragraph, a list or a table, as written.

    Args:
        paragraph: whether they are a paragraph, which may begin with a number.
        end: the last line.
    """

    line: int
    end: int
    paragraph: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Fence:
    """A fenced block; nested where it stands inside a list and so is no block of the text."""

    line: int
    info: str
    content: str
    closed: bool
    nested: bool


Part = Heading | Words | Fence


def single_spaced(words: str) -> str:
    """Words as they are signed: NFC, runs of space, tab and line ends made one space.

    Spec: agreement 3.
    """
    return _SPACES.sub(" ", unicodedata.normalize("NFC", words))


def read_lines(source: str, complaints: Complaints) -> list[str] | None:
    """The lines of a text, or None where it is too large or holds a character that is not seen."""
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
    return source.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def read_parts(lines: Sequence[str], *, after: int) -> Iterator[Part]:
    """The parts of a text in its order.

    Args:
        after: how many lines, those of the head, stand before them.
    """
    markdown = MarkdownIt("zero").enable(["fence", "heading", "table", "list", "code"])
    tokens = markdown.parse("\n".join(lines[after:]))
    for at, token in enumerate(tokens):
        if token.map is None:
            continue
        line, end = after + token.map[0] + 1, after + token.map[1]
        if token.type == "fence":
            closed = end - line + 1 == token.content.count("\n") + 2
            yield Fence(
                line=line, info=token.info.strip(), content=token.content, closed=closed, nested=token.level > 0
            )
        elif token.type == "heading_open":
            # A heading inside a list is as deep as none can be, so that it is complained of like any other.
            depth = len(token.markup) if token.level == 0 else 0
            yield Heading(line=line, depth=depth, words=tokens[at + 1].content.strip())
        elif token.type in _WORDS and token.level == 0:
            yield Words(line=line, end=end, paragraph=token.type == "paragraph_open")


def read_block(content: str, complaints: Complaints, *, paragraph: str, before: int) -> Block | None:
    """The value of a block, or None where it has no readable value.

    Args:
        paragraph: where it stands, for complaints.
        before: lines of the file before its content.
    """
    return _BlockReader(complaints, paragraph=paragraph, before=before).read(content)


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
        if len(word.removeprefix("-")) > len(str(NUMBER_MAX)) or abs(int(word)) > NUMBER_MAX:
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
