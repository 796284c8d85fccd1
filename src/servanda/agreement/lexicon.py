"""The words of one agreement: what it defines, what its annexes name, and so the words each fact knows.

Rules of this module:
- a defined word is a list of values or a scale whose steps are whole numbers; it is defined once, in any paragraph;
- words of a fact come from the specification, from words the agreement defines, or from an annex; never from elsewhere;
- a defined list bears no name that is itself a word of a fact, so that a test reads one way only.

Spec: agreement 4.1 (defines), vocabulary.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from servanda.act.kind import JudgedBy, kinds
from servanda.agreement.blocks import Block, Plain, Table
from servanda.agreement.complaints import Fault
from servanda.agreement.shape import Shape
from servanda.agreement.vocabulary import FactType, facts_of

_AGREEMENT = "agreement"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lexicon:
    """The words of one agreement.

    Args:
        parties: codes of the Parties.
        governs: its domains.
        words: defined lists; scales: defined scales.
        annexes: bodies of the annexes by name.
    """

    parties: tuple[str, ...]
    governs: tuple[str, ...]
    words: Mapping[str, tuple[str, ...]]
    scales: Mapping[str, Mapping[str, int]]
    annexes: Mapping[str, Plain]

    def values(self, fact: FactType) -> tuple[str, ...]:
        """The words that a fact knows under this agreement, each once."""
        found = [word for source in fact.words_from for word in self._from(source)]
        return tuple(dict.fromkeys((*found, *fact.code_words)))

    def known(self, fact: FactType) -> frozenset[str]:
        """The same words, to ask for one of them."""
        return _values(self, fact)

    def governed(self, kind: str) -> bool:
        """Whether a kind is of a domain this agreement governs, or of the agreement's own life."""
        known = kinds().get(kind)
        return known is not None and known.domain in (*self.governs, _AGREEMENT)

    def judged(self) -> tuple[str, ...]:
        """Every kind that the clauses of this agreement rule on, in the order of the vocabulary."""
        return tuple(
            name for name, kind in kinds().items() if kind.judged_by is JudgedBy.CLAUSES and self.governed(name)
        )

    def _from(self, source: str) -> tuple[str, ...]:
        if not source.startswith("annex "):
            return self.words.get(source, ())
        _, annex, part = source.split(" ")
        body = self.annexes.get(annex)
        listed = body.get(part) if isinstance(body, dict) else None
        return tuple(word for word in listed.values() if isinstance(word, str)) if isinstance(listed, dict) else ()


@lru_cache(maxsize=1024)
def _values(lexicon: Lexicon, fact: FactType) -> frozenset[str]:
    return frozenset(lexicon.values(fact))


@dataclass(frozen=True, slots=True, kw_only=True)
class Definitions:
    """What one `defines` clause defines."""

    words: Mapping[str, tuple[str, ...]]
    scales: Mapping[str, Mapping[str, int]]
    lines: Mapping[str, int]


def read_definitions(block: Block, shape: Shape, known: Iterable[str]) -> Definitions | None:
    """The words that a `defines` clause defines.

    Args:
        known: words defined before, in this text.
    """
    table = shape.table(block, "`defines`")
    if table is None:
        return None
    earlier = set(known)
    words: dict[str, tuple[str, ...]] = {}
    scales: dict[str, Mapping[str, int]] = {}
    for name, value in table.entries.items():
        if name in earlier:
            message = f"`{name}` is defined twice"
            shape.complain(Fault.WORD_TWICE, message, line=table.lines[name], word=name)
        if isinstance(value, Table):
            scale = _scale(value, name, shape)
            if scale is not None:
                scales[name] = scale
            continue
        listed = shape.words(value, f"`{name}`")
        if listed:
            words[name] = tuple(word for word, _ in listed)
        elif listed is not None:
            shape.complain(Fault.VALUE_MALFORMED, f"`{name}` lists no word", line=value.line, word=name)
    return Definitions(words=MappingProxyType(words), scales=MappingProxyType(scales), lines=table.lines)


def ambiguous(definitions: Definitions, lexicon: Lexicon, shape: Shape) -> None:
    """Complain of defined lists that bear the name of a word some fact knows."""
    facts = {fact for kind in lexicon.judged() for fact in facts_of(kind).values()}
    values = {word for fact in facts for word in lexicon.values(fact)}
    for name in definitions.words:
        if name in values:
            message = f"`{name}` is itself a word of a fact; give the list another name"
            shape.complain(Fault.WORD_AMBIGUOUS, message, line=definitions.lines[name], word=name)


def _scale(table: Table, name: str, shape: Shape) -> Mapping[str, int] | None:
    steps: dict[str, int] = {}
    taken: set[int] = set()
    for word, value in table.entries.items():
        step = shape.whole(value, f"the step `{word}` of `{name}`")
        if step is None:
            continue
        if step in taken:
            shape.complain(Fault.WORD_TWICE, f"two steps of `{name}` are {step}", line=value.line, word=word)
        steps[word] = step
        taken.add(step)
    if not table.entries:
        shape.complain(Fault.VALUE_MALFORMED, f"the scale `{name}` has no step", line=table.line, word=name)
    return MappingProxyType(steps) if steps else None
