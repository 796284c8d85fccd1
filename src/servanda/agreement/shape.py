"""Reading a value as what it must be: a word, a number, a list of words, a table with its keys.

Rules of this module:
- what is not what it must be is complained of, with its line, and read as None;
- every key of a table is known and every needed one is there.

Spec: agreement 2 (blocks).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from servanda.agreement.blocks import Block, Listing, Scalar, Table, shown
from servanda.agreement.complaints import Complaints, Fault, listed
from servanda.base.calendar import Span, span
from servanda.base.errors import MalformedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Reads the values of one paragraph, or of the head where the paragraph is empty."""

    complaints: Complaints
    paragraph: str

    def complain(self, fault: Fault, message: str, *, line: int, word: str = "") -> None:
        """One more fault in this paragraph."""
        self.complaints.add(fault, message, line=line, paragraph=self.paragraph, word=word)

    def word(self, block: Block, what: str) -> str | None:
        """A word, as written."""
        if isinstance(block, Scalar) and isinstance(block.value, str) and block.value:
            return block.value
        self._not(block, what, "a word")
        return None

    def whole(self, block: Block, what: str) -> int | None:
        """A whole number."""
        if isinstance(block, Scalar) and isinstance(block.value, int) and not isinstance(block.value, bool):
            return block.value
        self._not(block, what, "a whole number")
        return None

    def table(self, block: Block, what: str) -> Table | None:
        """A table with at least one entry."""
        if isinstance(block, Table) and block.entries:
            return block
        self._not(block, what, "a table of names and values")
        return None

    def words(self, block: Block, what: str) -> tuple[tuple[str, int], ...] | None:
        """A list of different words, each with its line."""
        if not isinstance(block, Listing):
            self._not(block, what, "a list of words")
            return None
        found: dict[str, int] = {}
        for item in block.items:
            word = self.word(item, f"each of {what}")
            if word is not None and word in found:
                self.complain(Fault.WORD_TWICE, f"`{word}` stands twice in {what}", line=item.line, word=word)
            elif word is not None:
                found[word] = item.line
        return tuple(found.items())

    def span(self, block: Block, what: str) -> Span | None:
        """A span of time, as `90 days`."""
        try:
            return span(shown(block))
        except MalformedError:
            self._not(block, what, "a span of time as `90 days`")
            return None

    def one_of(self, block: Block, what: str, known: Iterable[str]) -> str | None:
        """A word of a closed list."""
        word = self.word(block, what)
        if word is None or self.known(word, what, known, line=block.line):
            return word
        return None

    def known(self, word: str, what: str, known: Iterable[str], *, line: int) -> bool:
        """Whether a word is one of a closed list."""
        words = tuple(known)
        if word in words:
            return True
        message = f"`{word}` is no word of {what}, which knows {listed(words)}{self.complaints.nearly(word, words)}"
        self.complain(Fault.WORD_UNKNOWN, message, line=line, word=word)
        return False

    def keys(self, table: Table, what: str, *, needed: Iterable[str], allowed: Iterable[str] = ()) -> bool:
        """Whether a table has the keys it needs; unknown ones are complained of and passed over."""
        required = tuple(needed)
        known = (*required, *allowed)
        for name in table.entries:
            if name not in known:
                message = (
                    f"`{name}` is no key of {what}, which knows {listed(known)}{self.complaints.nearly(name, known)}"
                )
                self.complain(Fault.KEY_UNKNOWN, message, line=table.lines[name], word=name)
        missing = [name for name in required if name not in table.entries]
        for name in missing:
            self.complain(Fault.KEY_MISSING, f"{what} needs `{name}`", line=table.line, word=name)
        return not missing

    def _not(self, block: Block, what: str, wanted: str) -> None:
        text = shown(block)
        quoted = text if len(text) <= 60 else f"{text[:57]}..."
        self.complain(Fault.VALUE_MALFORMED, f"{what} is {wanted}, not `{quoted}`", line=block.line, word=quoted)
