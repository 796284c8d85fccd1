"""Reading the clauses of a text: each block as one of the eight forms, or as a note that it is words only.

Rules of this module:
- a block holds one form; every key of a form is known, and every needed one is there;
- all words are defined before any test is read, wherever in the text their definition stands;
- a paragraph that is words only has no other clause.

Spec: agreement 4 (forms).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from servanda.agreement.asking import Asking
from servanda.agreement.blocks import Block, Table, plain
from servanda.agreement.clause import (
    Allows,
    Always,
    Clause,
    Defines,
    Excludes,
    Form,
    Holds,
    Lasts,
    Limits,
    Never,
    Owes,
    Place,
    Requires,
    SameIn,
    Term,
    TextOnly,
)
from servanda.agreement.complaints import Complaints, Fault, listed
from servanda.agreement.condition import AtMost, AtMostFact, Test
from servanda.agreement.head import Head
from servanda.agreement.lexicon import Definitions, Lexicon, ambiguous, read_definitions
from servanda.agreement.naming import read_kinds
from servanda.agreement.outline import Outline
from servanda.agreement.owing import read_duty
from servanda.agreement.shape import Shape
from servanda.agreement.terms import Terms, read_terms
from servanda.agreement.vocabulary import Answer, phases


@dataclass(frozen=True, slots=True, kw_only=True)
class Clauses:
    """The clauses of a text in its order, with the words and the terms they set."""

    clauses: tuple[Clause, ...]
    lexicon: Lexicon
    terms: Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """One clause block with its place, before its form is read."""

    form: Form
    says: Block
    ordinal: int
    line: int
    shape: Shape

    @property
    def place(self) -> Place:
        return Place(paragraph=self.shape.paragraph, ordinal=self.ordinal, line=self.line, body=plain(self.says))


def read_clauses(outline: Outline, head: Head, complaints: Complaints) -> Clauses:
    """Every clause of a text that can be read; the others are complained of."""
    written = _written(outline, complaints)
    definitions, lexicon = _define(written, outline, head)
    terms: dict[str, Term] = {}
    found: list[Clause] = []
    for at, block in enumerate(written):
        if at in definitions:
            ambiguous(definitions[at], lexicon, block.shape)
        clause = _Reader(written=block, lexicon=lexicon, terms=terms).clause(definitions.get(at))
        if isinstance(clause, Lasts):
            terms |= clause.entries
        if clause is not None:
            found.append(clause)
    return Clauses(clauses=tuple(found), lexicon=lexicon, terms=Terms(entries=MappingProxyType(terms)))


def _written(outline: Outline, complaints: Complaints) -> list[_Written]:
    found: list[_Written] = []
    for passage in outline.passages:
        shape = Shape(complaints=complaints, paragraph=passage.number)
        here: list[_Written] = []
        for ordinal, block in enumerate(passage.blocks, start=1):
            form = _form(block, shape)
            if form is not None:
                says = block.entries[form.value]
                here.append(_Written(form=form, says=says, ordinal=ordinal, line=block.line, shape=shape))
        notes = [block for block in here if block.form is Form.TEXT_ONLY]
        if notes and len(passage.blocks) > 1:
            message = f"paragraph {passage.number} is words only and has another clause"
            shape.complain(Fault.TEXT_ONLY_WITH_CLAUSE, message, line=notes[-1].line, word=Form.TEXT_ONLY.value)
        found.extend(here)
    return found


def _form(block: Table, shape: Shape) -> Form | None:
    names = tuple(block.entries)
    if len(names) != 1:
        message = f"a block holds one form, not {listed(names) or 'none'}"
        shape.complain(Fault.FORM_COUNT, message, line=block.line, word=names[1] if names else "")
        return None
    forms = tuple(form.value for form in Form)
    if names[0] not in forms:
        message = f"`{names[0]}` is none of the forms {listed(forms)}{shape.complaints.nearly(names[0], forms)}"
        shape.complain(Fault.FORM_UNKNOWN, message, line=block.line, word=names[0])
        return None
    return Form(names[0])


def _define(written: Sequence[_Written], outline: Outline, head: Head) -> tuple[Mapping[int, Definitions], Lexicon]:
    found: dict[int, Definitions] = {}
    words: dict[str, tuple[str, ...]] = {}
    scales: dict[str, Mapping[str, int]] = {}
    for at, block in enumerate(written):
        if block.form is Form.DEFINES:
            read = read_definitions(block.says, block.shape, (*words, *scales))
            if read is not None:
                found[at] = read
                words = {**read.words, **words}
                scales = {**read.scales, **scales}
    lexicon = Lexicon(
        parties=tuple(head.parties),
        governs=head.governs,
        words=MappingProxyType(words),
        scales=MappingProxyType(scales),
        annexes=MappingProxyType({annex.name: plain(annex.body) for annex in outline.annexes}),
    )
    return found, lexicon


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reader:
    """Reads one clause.

    Args:
        terms: the keys of `lasts` that stand before, in this text.
    """

    written: _Written
    lexicon: Lexicon
    terms: Mapping[str, Term]

    def clause(self, definitions: Definitions | None) -> Clause | None:
        match self.written.form:
            case Form.DEFINES:
                return self._defines(definitions)
            case Form.ALLOWS:
                return self._allows()
            case Form.EXCLUDES:
                return self._excludes()
            case Form.REQUIRES:
                return self._requires()
            case Form.LIMITS:
                return self._limits()
            case Form.OWES:
                return self._owes()
            case Form.LASTS:
                return self._lasts()
            case Form.HOLDS:
                return self._holds()
            case Form.TEXT_ONLY:
                return self._text_only()

    def _defines(self, definitions: Definitions | None) -> Defines | None:
        if definitions is None:
            return None
        return Defines(
            place=self.written.place, words=definitions.words, scales=definitions.scales, lines=definitions.lines
        )

    def _allows(self) -> Allows | None:
        table = self._table(needed=("kinds",), allowed=("when", "by"))
        if table is None:
            return None
        named, asking = self._kinds(table)
        when = self._tests(asking, table, "when")
        return Allows(place=self.written.place, kinds=named, when=when, by=self._by(table))

    def _excludes(self) -> Excludes | None:
        table = self._table(needed=("kinds", "when"), allowed=("by",))
        if table is None:
            return None
        named, asking = self._kinds(table)
        when = self._tests(asking, table, "when")
        return Excludes(place=self.written.place, kinds=named, when=when, by=self._by(table))

    def _requires(self) -> Requires | None:
        table = self._table(needed=("kinds", "that"), allowed=("when", "unless", "by"))
        if table is None:
            return None
        named, asking = self._kinds(table)
        return Requires(
            place=self.written.place,
            kinds=named,
            when=self._tests(asking, table, "when"),
            that=self._tests(asking, table, "that"),
            unless=self._tests(asking, table, "unless"),
            by=self._by(table),
        )

    def _limits(self) -> Limits | None:
        table = self._table(needed=("kinds", "amount"), allowed=("at_most", "at_most_fact", "unless", "by"))
        if table is None:
            return None
        named, asking = self._kinds(table)
        unless = self._tests(asking, table, "unless")
        by = self._by(table)
        ceiling = self._ceiling(asking, table)
        if ceiling is None:
            return None
        return Limits(place=self.written.place, kinds=named, ceiling=ceiling, unless=unless, by=by)

    def _ceiling(self, asking: Asking, table: Table) -> Test | None:
        shape = self.written.shape
        name = shape.word(table.entries["amount"], "`amount`")
        facts = asking.facts(name, line=table.lines["amount"]) if name is not None else ()
        if not facts:
            return None
        fact = facts[0]
        if fact.answer is not Answer.INT:
            message = f"`{fact.name}` is no number, so there is no ceiling to it"
            shape.complain(Fault.TEST_MALFORMED, message, line=table.lines["amount"], word=fact.name)
            return None
        at_most, at_most_fact = table.entries.get("at_most"), table.entries.get("at_most_fact")
        if (at_most is None) is (at_most_fact is None):
            message = "`limits` needs one of `at_most` and `at_most_fact`"
            shape.complain(Fault.KEY_MISSING, message, line=table.line, word="at_most")
            return None
        if at_most is not None:
            number = asking.number(at_most, fact)
            return None if number is None else AtMost(fact=fact.name, number=number)
        other = asking.comparable(table.entries["at_most_fact"], fact)
        return None if other is None else AtMostFact(fact=fact.name, other=other)

    def _owes(self) -> Owes | None:
        table = self._table(needed=("after", "who", "does", "within"), allowed=("when", "else"))
        return None if table is None else read_duty(table, self.written.place, self.written.shape, self.lexicon)

    def _lasts(self) -> Lasts:
        entries = read_terms(self.written.says, self.written.shape, self.lexicon, self.terms)
        return Lasts(place=self.written.place, entries=MappingProxyType(entries))

    def _holds(self) -> Holds | None:
        shape = self.written.shape
        table = self._table(needed=(), allowed=("never", "always", "same_in"))
        if table is None:
            return None
        names = tuple(table.entries)
        if len(names) != 1:
            message = f"`holds` promises one thing, not {listed(names)}"
            shape.complain(Fault.FORM_COUNT, message, line=table.line, word=names[1])
            return None
        says = shape.table(table.entries[names[0]], f"`{names[0]}`")
        match names[0]:
            case "never" if says and shape.keys(says, "`never`", needed=("kinds",), allowed=("when",)):
                named, asking = self._kinds(says)
                return Never(place=self.written.place, kinds=named, when=self._tests(asking, says, "when"))
            case "always" if says and shape.keys(says, "`always`", needed=("kinds",)):
                return Always(place=self.written.place, kinds=self._kinds(says)[0])
            case "same_in" if says and shape.keys(says, "`same_in`", needed=("phases", "kinds")):
                return SameIn(place=self.written.place, phases=self._phases(says), kinds=self._kinds(says)[0])
            case _:
                return None

    def _phases(self, table: Table) -> tuple[str, ...]:
        shape, block = self.written.shape, table.entries["phases"]
        words = shape.words(block, "`phases`") or ()
        if len(words) == 1:
            message = f"`same_in` compares phases, and `{words[0][0]}` is one alone"
            shape.complain(Fault.VALUE_MALFORMED, message, line=block.line, word=words[0][0])
        return tuple(word for word, line in words if shape.known(word, "`phases`", phases(), line=line))

    def _text_only(self) -> TextOnly | None:
        reason = self.written.shape.word(self.written.says, "`text_only`")
        return None if reason is None else TextOnly(place=self.written.place, reason=reason)

    def _table(self, *, needed: tuple[str, ...], allowed: tuple[str, ...]) -> Table | None:
        what = f"`{self.written.form.value}`"
        table = self.written.shape.table(self.written.says, what)
        if table is None or not self.written.shape.keys(table, what, needed=needed, allowed=allowed):
            return None
        return table

    def _kinds(self, table: Table) -> tuple[tuple[str, ...], Asking]:
        named = read_kinds(table.entries["kinds"], "`kinds`", self.written.shape, self.lexicon)
        return named, Asking(shape=self.written.shape, lexicon=self.lexicon, kinds=named)

    def _tests(self, asking: Asking, table: Table, key: str) -> tuple[Test, ...]:
        return asking.tests(table.entries[key], f"`{key}`") if key in table.entries and asking.kinds else ()

    def _by(self, table: Table) -> str | None:
        block = table.entries.get("by")
        word = None if block is None else self.written.shape.word(block, "`by`")
        if block is None or word is None or word in self.lexicon.parties:
            return word
        message = f"`{word}` is no Party of this agreement; its Parties are {listed(self.lexicon.parties)}"
        self.written.shape.complain(Fault.PARTY_UNKNOWN, message, line=block.line, word=word)
        return None
