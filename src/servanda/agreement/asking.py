"""Reading the tests of a clause: what it asks of facts, against the facts and words there are.

Rules of this module:
- a test asks a fact that every kind of its clause has; it speaks in words that this fact knows under this agreement;
- a word by itself is a list the agreement defines, or one word of the fact; within a list stand words of the fact;
- numbers lie within the bounds of the fact, and two facts are compared only where they count the same thing.

Spec: agreement 5 (tests).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from servanda.agreement.blocks import Block, Listing, Scalar, Table, shown
from servanda.agreement.complaints import Fault
from servanda.agreement.condition import AtLeast, AtLeastFact, AtMost, AtMostFact, Is, NotIn, OneOf, Test
from servanda.agreement.lexicon import Lexicon
from servanda.agreement.shape import Shape
from servanda.agreement.vocabulary import Answer, FactType, facts_of

_OPERATORS = ("not_in", "at_least", "at_most", "at_least_fact", "at_most_fact")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Reads the tests of one clause.

    Args:
        kinds: the kinds it is about; each has every fact that is asked.
    """

    shape: Shape
    lexicon: Lexicon
    kinds: tuple[str, ...]

    def tests(self, block: Block, what: str) -> tuple[Test, ...]:
        """The tests of a table of facts; those that cannot be read are complained of and left out."""
        table = self.shape.table(block, what)
        if table is None:
            return ()
        found: list[Test] = []
        for name, value in table.entries.items():
            facts = self.facts(name, line=table.lines[name])
            if facts:
                found.extend(self._asked(facts, value))
        return tuple(found)

    def facts(self, name: str, *, line: int) -> tuple[FactType, ...]:
        """A fact by its name, once for each domain of the kinds; empty, with a complaint, where a kind lacks it."""
        found: dict[str, FactType] = {}
        for kind in self.kinds:
            known = facts_of(kind)
            if name not in known:
                message = f"`{name}` is no fact of `{kind}`{self.shape.complaints.nearly(name, known)}"
                self.shape.complain(Fault.FACT_UNKNOWN, message, line=line, word=name)
                return ()
            found.setdefault(known[name].domain, known[name])
        return tuple(found.values())

    def number(self, block: Block, fact: FactType) -> int | None:
        """A number within the bounds of a fact, or the step of its scale that a word names."""
        if fact.scale is not None and isinstance(block, Scalar) and isinstance(block.value, str):
            return self._step(block.value, fact, line=block.line)
        number = self.shape.whole(block, f"what `{fact.name}` is compared with")
        if number is None or fact.least <= number <= fact.most:
            return number
        message = f"`{fact.name}` lies between {fact.least} and {fact.most}; {number} does not"
        self.shape.complain(Fault.NUMBER_OUT_OF_RANGE, message, line=block.line, word=str(number))
        return None

    def comparable(self, block: Block, fact: FactType) -> str | None:
        """The name of another fact that counts the same thing."""
        name = self.shape.word(block, f"what `{fact.name}` is compared with")
        if name is None:
            return None
        for other in self.facts(name, line=block.line):
            if other.answer is not Answer.INT or other.unit != fact.unit or name == fact.name:
                message = f"`{fact.name}` and `{name}` cannot be compared: they do not count the same thing"
                self.shape.complain(Fault.TEST_MALFORMED, message, line=block.line, word=name)
                return None
            return name
        return None

    def _asked(self, facts: Sequence[FactType], block: Block) -> list[Test]:
        """The tests put to one fact; `facts` is that fact as each domain knows it."""
        fact = facts[0]
        if fact.answer is Answer.PARAGRAPHS or any(other.answer is not fact.answer for other in facts):
            self._malformed(fact, block, "no clause asks it")
            return []
        if fact.answer is Answer.BOOL:
            return self._truth(fact, block)
        if isinstance(block, Table):
            return self._compared(facts, block)
        words = self._words(facts, block)
        return [OneOf(fact=fact.name, words=words)] if words else []

    def _truth(self, fact: FactType, block: Block) -> list[Test]:
        if isinstance(block, Scalar) and isinstance(block.value, bool):
            return [Is(fact=fact.name, truth=block.value)]
        self._malformed(fact, block, "it is `true` or `false`")
        return []

    def _compared(self, facts: Sequence[FactType], table: Table) -> list[Test]:
        fact = facts[0]
        if not table.entries:
            self._malformed(fact, table, "nothing is asked of it")
            return []
        self.shape.keys(table, f"a test of `{fact.name}`", needed=(), allowed=_OPERATORS)
        found: list[Test] = []
        for name, value in table.entries.items():
            if name == "not_in":
                words = self._words(facts, value)
                if words:
                    found.append(NotIn(fact=fact.name, words=words))
            elif name in _OPERATORS and fact.answer is not Answer.INT:
                self._malformed(fact, value, f"it is a word, and `{name}` compares numbers")
            elif name in {"at_least", "at_most"}:
                number = self.number(value, fact)
                if number is not None:
                    kind = AtLeast if name == "at_least" else AtMost
                    found.append(kind(fact=fact.name, number=number))
            elif name in _OPERATORS:
                other = self.comparable(value, fact)
                if other is not None:
                    against = AtLeastFact if name == "at_least_fact" else AtMostFact
                    found.append(against(fact=fact.name, other=other))
        return found

    def _words(self, facts: Sequence[FactType], block: Block) -> tuple[str | int, ...]:
        fact = facts[0]
        if isinstance(block, Scalar) and isinstance(block.value, str) and fact.answer is Answer.WORD:
            return self._named(facts, block.value, line=block.line)
        items = block.items if isinstance(block, Listing) else (block,)
        if not items:
            self._malformed(fact, block, "the list is empty")
        found: dict[str | int, None] = {}
        for item in items:
            word = self._item(facts, item)
            if word is not None and word in found:
                message = f"`{shown(item)}` stands twice in one list"
                self.shape.complain(Fault.WORD_TWICE, message, line=item.line, word=shown(item))
            elif word is not None:
                found[word] = None
        return tuple(found)

    def _item(self, facts: Sequence[FactType], item: Block) -> str | int | None:
        fact = facts[0]
        if fact.answer is Answer.INT:
            return self.number(item, fact)
        if isinstance(item, Scalar) and isinstance(item.value, str):
            return item.value if self._known(facts, item.value, line=item.line) else None
        self._malformed(fact, item, "it is a word")
        return None

    def _named(self, facts: Sequence[FactType], name: str, *, line: int) -> tuple[str, ...]:
        """The words of a list the agreement defines, or the one word of the fact that is meant."""
        defined = self.lexicon.words.get(name)
        if defined is None:
            return (name,) if self._known(facts, name, line=line) else ()
        strange = [word for fact in facts for word in defined if word not in self.lexicon.known(fact)]
        if strange:
            message = f"`{name}` holds `{strange[0]}`, which the fact `{facts[0].name}` does not know"
            self.shape.complain(Fault.WORD_UNKNOWN, message, line=line, word=name)
            return ()
        return defined

    def _known(self, facts: Sequence[FactType], word: str, *, line: int) -> bool:
        for fact in facts:
            known = self.lexicon.known(fact)
            if word not in known:
                near = self.shape.complaints.nearly(word, chain(known, self.lexicon.words))
                message = f"`{word}` is no word that the fact `{fact.name}` knows, nor one this agreement defines{near}"
                self.shape.complain(Fault.WORD_UNKNOWN, message, line=line, word=word)
                return False
        return True

    def _step(self, word: str, fact: FactType, *, line: int) -> int | None:
        steps = self.lexicon.scales.get(fact.scale or "", {})
        if word not in steps:
            near = self.shape.complaints.nearly(word, steps)
            message = f"`{word}` is no step of the scale `{fact.scale}` that this agreement defines{near}"
            self.shape.complain(Fault.WORD_UNKNOWN, message, line=line, word=word)
            return None
        step = steps[word]
        if fact.least <= step <= fact.most:
            return step
        message = f"`{fact.name}` lies between {fact.least} and {fact.most}; `{word}` is {step}"
        self.shape.complain(Fault.NUMBER_OUT_OF_RANGE, message, line=line, word=word)
        return None

    def _malformed(self, fact: FactType, block: Block, why: str) -> None:
        message = f"`{shown(block)}` is no test of the fact `{fact.name}`: {why}"
        self.shape.complain(Fault.TEST_MALFORMED, message, line=block.line, word=shown(block))
