"""Reading `lasts`: each key once in a text, under the paragraph that says it.

Rules of this module:
- a key takes a word of its closed list, a span of time, or kinds; nothing else;
- each key stands once in the whole text, so that one paragraph is cited where time refuses;
- what needs another key does not stand without it, and every text says when it starts and what survives it.

Spec: agreement 4.7 (lasts).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from servanda.agreement.blocks import Block, shown
from servanda.agreement.clause import Term
from servanda.agreement.complaints import Complaints, Fault
from servanda.agreement.lexicon import Lexicon
from servanda.agreement.naming import read_kinds
from servanda.agreement.shape import Shape
from servanda.base.calendar import Span

_WORDS: Mapping[str, tuple[str, ...]] = {
    "starts": ("later_of_both_notifications",),
    "notice_withdrawal": ("until_effect",),
    "notice_hold": ("joint", "none"),
    "suspends": ("joint", "either"),
    "questioned_again": ("next_term",),
    "changes": ("joint",),
}
_SPANS = ("starts_after", "term", "extends", "notice", "hold_resumes_with", "suspends_after", "questioned")
_KINDS = ("suspendable", "survives", "never_waits")
_KEYS = (*_WORDS, *_SPANS, *_KINDS)

_ALWAYS = ("starts", "survives")
_NEEDS = {
    "starts_after": "starts",
    "extends": "term",
    "notice_withdrawal": "notice",
    "notice_hold": "notice",
    "hold_resumes_with": "notice_hold",
    "suspends": "suspendable",
    "suspends_after": "suspends",
    "suspendable": "suspends",
    "questioned_again": "questioned",
    "never_waits": "questioned",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Every key of `lasts` of one text, with its value and the paragraph that says it."""

    entries: Mapping[str, Term]

    def __contains__(self, key: str) -> bool:
        return key in self.entries

    def word(self, key: str) -> str | None:
        """The value as written: a word, or a span as `90 days`; None where the text does not know the key."""
        term = self.entries.get(key)
        return None if term is None else term.word

    def span(self, key: str) -> Span | None:
        """The span of time that a key names."""
        term = self.entries.get(key)
        return None if term is None else term.span

    def kinds(self, key: str) -> tuple[str, ...]:
        """The kinds that a key names; none where the text does not know the key."""
        term = self.entries.get(key)
        return () if term is None else term.kinds

    def paragraph(self, key: str) -> str | None:
        """The paragraph that says it, to be cited where time refuses."""
        term = self.entries.get(key)
        return None if term is None else term.paragraph


def read_terms(block: Block, shape: Shape, lexicon: Lexicon, earlier: Mapping[str, Term]) -> dict[str, Term]:
    """The keys of one `lasts` clause.

    Args:
        earlier: the keys that stand under paragraphs before, in this text.
    """
    table = shape.table(block, "`lasts`")
    if table is None:
        return {}
    shape.keys(table, "`lasts`", needed=(), allowed=_KEYS)
    found: dict[str, Term] = {}
    for key, value in table.entries.items():
        if key in earlier:
            message = f"`{key}` stands in {earlier[key].paragraph} already; each key of `lasts` stands once in a text"
            shape.complain(Fault.LASTS_TWICE, message, line=table.lines[key], word=key)
        elif key in _KEYS:
            term = _read_term(key, value, shape, lexicon)
            if term is not None:
                found[key] = term
    return found


def complete(terms: Terms, complaints: Complaints, *, line: int) -> None:
    """Complain of keys a text cannot do without, and of keys that stand without the one they need."""
    for key in _ALWAYS:
        if key not in terms:
            message = f"no paragraph says `{key}`; without it nothing can be cited where time refuses"
            complaints.add(Fault.LASTS_MISSING, message, line=line, word=key)
    for key, needed in _NEEDS.items():
        if key in terms and needed not in terms:
            message = f"`{key}` stands without `{needed}`"
            term = terms.entries[key]
            complaints.add(Fault.LASTS_MISSING, message, line=term.line, paragraph=term.paragraph, word=needed)


def _read_term(key: str, value: Block, shape: Shape, lexicon: Lexicon) -> Term | None:
    what = f"`{key}`"
    if key in _KINDS:
        named = read_kinds(value, what, shape, lexicon, none=True)
        return Term(key=key, paragraph=shape.paragraph, line=value.line, word=shown(value), kinds=named)
    if key in _SPANS:
        span = shape.span(value, what)
        return (
            None
            if span is None
            else Term(key=key, paragraph=shape.paragraph, line=value.line, word=shown(value), span=span)
        )
    word = shape.one_of(value, what, _WORDS[key])
    return None if word is None else Term(key=key, paragraph=shape.paragraph, line=value.line, word=word)
