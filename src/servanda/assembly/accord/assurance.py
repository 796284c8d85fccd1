"""The page for parliaments and the public: what an accord can never allow, what it allows, how it ends.

Rules of this module:
- nothing stands on the page as proved that was not proved just now of this text; one promise that fails ends it;
- a paragraph is quoted in its own words, in the language of the page, with every paragraph that it names;
- what was exchanged is counted by kind, and a count below three is not told from none: no act, day or officer shows;
- the same text, language, record and solver give the same page.

Spec: agreement 10.5 (assurance).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Final, assert_never

from servanda.act.kind import With, kinds
from servanda.agreement.clause import Allows, Always, Holds, Never, Requires, SameIn
from servanda.agreement.complaints import Complaints
from servanda.agreement.condition import OneOf
from servanda.agreement.instrument import Instrument
from servanda.agreement.layout import Part, layout, written
from servanda.agreement.timeline import NOTICE_WHERE_SILENT
from servanda.agreement.vocabulary import Answer, facts_of, phases
from servanda.assembly.accord.plain import PlainWords, rounded
from servanda.assembly.accord.proof import broken_promises
from servanda.assembly.texts import Agreement
from servanda.base.errors import AgreementError, UsageError
from servanda.node.stages import Standing

if TYPE_CHECKING:
    from servanda.assembly.opening import OpenNode

COUNT_SHOWN_MIN: Final = 3
"""A smaller count could point to one act or one person; none is then shown, not even that there was none."""
_BEFORE_FORCE: Final = "not_in_force"
_CITED = re.compile(r"(?<![0-9.])([1-9][0-9]{0,2}\.[1-9][0-9]{0,2})(?![0-9])(?!\.[0-9])", re.ASCII)
_IN_ORDER = (
    *("starts", "term", "extends", "notice", "notice_withdrawal", "notice_hold", "hold_resumes_with", "together"),
    *("suspends", "suspends_after", "questioned", "questioned_again", "never_waits", "changes", "survives"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """A paragraph in the language of the page."""

    number: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """One promise that was proved.

    Args:
        says: what was proved, as a sentence that the names of acts follow.
        clause: the promise as it is signed.
        acts: names of the kinds that it speaks of.
        possible: how many acts are told apart by author and facts, exactly.
        proof: how it was proved, before and after the count.
        count, power: `possible` as people read it; the power is empty where the count does not end in ten to one.
    """

    says: str
    clause: str
    acts: tuple[str, ...]
    possible: str
    proof: tuple[str, str]
    count: str
    power: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A paragraph with what was proved of it.

    Args:
        names: the paragraphs that its words name, each quoted once on the page.
    """

    paragraph: Quoted
    names: tuple[Quoted, ...]
    proved: tuple[Proved, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A paragraph that allows something."""

    paragraph: Quoted
    acts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence of how it ends, with the paragraph that says so; empty where the specification does."""

    paragraph: str
    says: str
    acts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Who may act."""

    paragraph: str
    acts: tuple[str, ...]
    offices: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How often acts of one kind were exchanged: a number, or that there were few or none."""

    act: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssurancePage:
    """The page.

    Args:
        exercise: what an exercise text says on every page; empty for others.
        counts: by domain; none where no node is named.
        until: month of the last act that is counted, empty where no number is shown.
        words: the headings and sentences of the page.
    """

    language: str
    id: str
    title: str
    version: int
    digest: str
    exercise: str
    solver: str
    never: tuple[Promise, ...]
    always: tuple[Promise, ...]
    same: tuple[Promise, ...]
    allows: Mapping[str, tuple[Opening, ...]]
    ends: tuple[Sentence, ...]
    offices: tuple[Office, ...]
    counts: Mapping[str, tuple[Count, ...]] | None
    until: str
    words: Mapping[str, str]


def assurance_page(agreement: Agreement, language: str, home: OpenNode | None = None) -> AssurancePage:
    """The page of a text, after every promise of it was proved.

    Args:
        home: the node whose record is counted; none where no node is named.

    Raises:
        AgreementError: `invariant_broken`, with every promise that fails.
        UsageError: `words_missing` or `extra_missing`.
        IntegrityError: `proof_undecided`.
    """
    text = agreement.instrument
    words = in_language(text, language)
    complaints = Complaints(str(agreement.path))
    broken_promises(text, complaints)
    if complaints:
        raise AgreementError(complaints.found())
    return _Page(text, words).page(home)


def in_language(text: Instrument, language: str) -> PlainWords:
    """The plain words of a language that a text has words in too.

    Raises:
        UsageError: `words_missing`.
    """
    if language != text.languages.main and language not in text.wordings:
        there = [text.languages.main, *text.wordings]
        raise UsageError(
            "words_missing",
            f"`{text.id}` was read without words in `{language}`",
            action=f"name its folder, or one of {', '.join(f'`{each}`' for each in there)}",
        )
    return PlainWords(language)


class _Page:
    """Makes the page of one text in one language."""

    def __init__(self, text: Instrument, words: PlainWords) -> None:
        self._text = text
        self._words = words
        self._laid = layout(text, words.language)

    def page(self, home: OpenNode | None) -> AssurancePage:
        text, say = self._text, self._words.say
        solver = version("z3-solver")
        counted, until = ({}, "") if home is None else _counted(home, text)
        return AssurancePage(
            language=self._words.language,
            id=text.id,
            title=self._laid.title,
            version=text.version,
            digest=text.digest,
            exercise=say("copy", "exercise_says") if text.status == "exercise" else "",
            solver=f"Z3 {solver}",
            never=self._promises(Never, solver),
            always=self._promises(Always, solver),
            same=self._promises(SameIn, solver),
            allows={article: tuple(openings) for article, openings in self._allows()},
            ends=tuple(self._ends()),
            offices=tuple(self._offices()),
            counts=None if home is None else self._counts(counted),
            until=say("assurance", "counts_until", month=until) if until else "",
            words=self._headings(),
        )

    def _headings(self) -> Mapping[str, str]:
        say = self._words.say
        keys = (
            *("name", "lead", "never", "always", "same", "reads", "proved", "none_promised", "allows"),
            *("allows_says", "acts", "ends", "decides", "decides_says", "paragraph", "offices", "unproved"),
            *("unproved_says", "counts", "number", "check", "check_says"),
        )
        return {
            **{key: say("assurance", key) for key in keys},
            "between": say("assurance", "between", parties=" · ".join(self._laid.parties.values())),
            "counts_says": say("assurance", "counts_says", few=COUNT_SHOWN_MIN),
            "version": say("copy", "version", n=self._text.version),
            "page": say("copy", "page"),
            "digest": say("copy", "digest"),
        }

    def _promises(self, form: type[Holds], solver: str) -> tuple[Promise, ...]:
        by_paragraph: dict[str, list[Proved]] = {}
        for clause in self._text.clauses:
            if isinstance(clause, form):
                by_paragraph.setdefault(clause.paragraph, []).append(self._proved(clause, solver))
        return tuple(
            Promise(
                paragraph=self._quoted(number),
                names=tuple(self._quoted(named) for named in self._named_by(number)),
                proved=tuple(proved),
            )
            for number, proved in by_paragraph.items()
        )

    def _proved(self, invariant: Holds, solver: str) -> Proved:
        say = self._words.say
        match invariant:
            case Never():
                says = say("assurance", "never_says")
            case Always():
                says = say("assurance", "always_says")
            case SameIn():
                named = (self._words.named("phases", phase) for phase in invariant.phases)
                says = say("assurance", "same_says", phases=say("copy", "comma").join(named))
            case _:
                assert_never(invariant)
        possible = possible_acts(invariant, self._text)
        count, power = rounded(possible)
        before, _, after = say("assurance", "proved_by", version=solver).partition("{count}")
        return Proved(
            says=says,
            clause=written(invariant.form.value, invariant.body),
            acts=self._acts(invariant.kinds),
            possible=str(possible),
            proof=(before, after),
            count=count,
            power=power,
        )

    def _quoted(self, number: str) -> Quoted:
        return Quoted(number=number, parts=self._laid.paragraph(number).parts)

    def _named_by(self, number: str) -> Iterator[str]:
        """The paragraphs that the words of one name, so that a reader needs no other paper."""
        for found in dict.fromkeys(_CITED.findall(_words_of(self._text, self._words.language, number))):
            if found in self._text.paragraphs and found != number:
                yield found

    def _allows(self) -> Iterator[tuple[str, list[Opening]]]:
        opened: dict[str, list[str]] = {}
        for clause in self._text.clauses:
            if isinstance(clause, Allows):
                opened.setdefault(clause.paragraph, []).extend(clause.kinds)
        for article in self._laid.articles:
            openings = [
                Opening(
                    paragraph=Quoted(number=paragraph.number, parts=paragraph.parts),
                    acts=self._acts(opened[paragraph.number]),
                )
                for paragraph in article.paragraphs
                if paragraph.number in opened
            ]
            if openings:
                yield f"{article.label} · {article.heading}", openings

    def _ends(self) -> Iterator[Sentence]:
        terms, words = self._text.terms, self._words
        for key in _IN_ORDER:
            if key == "together":
                yield from self._ends_unsaid()
            if key not in terms:
                continue
            span, said = terms.span(key), key
            if key == "starts" and "starts_after" in terms:
                said, span = "starts_after", terms.span("starts_after")
            elif key == "notice" and "term" not in terms:
                said = "notice_alone"
            elif key in ("notice_hold", "suspends"):
                said = f"{key}_{terms.word(key)}"
            elif key == "survives" and not terms.kinds(key):
                said = "survives_nothing"
            named = terms.kinds("suspendable" if key == "suspends" else key)
            yield Sentence(
                paragraph=terms.paragraph(key) or "",
                says=words.say("ends", said, span=words.span(span) if span else ""),
                acts=self._acts(named),
            )

    def _ends_unsaid(self) -> Iterator[Sentence]:
        """What is so of every text that does not say otherwise."""
        words = self._words
        if "notice" not in self._text.terms:
            says = words.say("ends", "notice_silent", span=words.span(NOTICE_WHERE_SILENT))
            yield Sentence(paragraph="", says=says)
        yield Sentence(paragraph="", says=words.say("ends", "together"))

    def _offices(self) -> Iterator[Office]:
        for clause in self._text.clauses:
            if not isinstance(clause, Requires):
                continue
            for test in clause.that:
                if isinstance(test, OneOf) and test.fact == "officer_role":
                    yield Office(
                        paragraph=clause.paragraph,
                        acts=self._acts(clause.kinds),
                        offices=tuple(self._words.named("offices", str(office)) for office in test.words),
                    )

    def _counts(self, counted: Mapping[str, int]) -> Mapping[str, tuple[Count, ...]]:
        few = self._words.say("assurance", "few", few=COUNT_SHOWN_MIN)
        return {
            self._words.named("domains", domain): tuple(
                Count(
                    act=self._words.named("kinds", kind),
                    number=f"{counted[kind]:,}" if counted.get(kind, 0) >= COUNT_SHOWN_MIN else few,
                )
                for kind in _exchanged(domain)
            )
            for domain in self._text.governs
        }

    def _acts(self, named: Iterable[str]) -> tuple[str, ...]:
        return tuple(self._words.named("kinds", kind) for kind in dict.fromkeys(named))


def possible_acts(invariant: Holds, text: Instrument) -> int:
    """How many acts a promise was proved for: authors and complete sets of facts, in the phases it names."""
    in_phases = {
        Never: len(phases()),
        Always: len(phases()) - phases().count(_BEFORE_FORCE),
        SameIn: len(getattr(invariant, "phases", ())),
    }[type(invariant)]
    return sum(_sets_of_facts(kind, text) * in_phases for kind in invariant.kinds)


def _sets_of_facts(kind: str, text: Instrument) -> int:
    """Authors and complete sets of facts of a kind, but for the phase."""
    count = len(text.parties)
    for name, fact in facts_of(kind).items():
        match fact.answer:
            case Answer.BOOL:
                count *= 2
            case Answer.INT:
                count *= fact.most - fact.least + 1
            case Answer.WORD:
                count *= 1 if name == "phase" else len(text.values(fact))
            case Answer.PARAGRAPHS:
                count *= 2 ** len(text.paragraphs)
            case _:
                assert_never(fact.answer)
    return count


def _words_of(text: Instrument, language: str, number: str) -> str:
    if language == text.languages.main:
        return text.paragraphs[number].text
    return text.wordings[language].paragraphs[number]


def _exchanged(domain: str) -> tuple[str, ...]:
    """Kinds of acts of a domain: what the two nodes exchange."""
    return tuple(name for name, kind in kinds().items() if kind.domain == domain and kind.recorded is With.ACT)


def _counted(home: OpenNode, text: Instrument) -> tuple[Counter[str], str]:
    """Acts under an agreement that both nodes permitted, by kind, and the month of the last whose number is shown."""
    from servanda.assembly.shown import acts  # slow import

    rows = [
        row
        for row in acts(home)
        if row.agreement == text.id
        and not row.kept_home
        and row.standing is Standing.AGREED
        and row.kind in kinds()
        and kinds()[row.kind].domain in text.governs
    ]
    counted = Counter(row.kind for row in rows)
    months = [row.recorded_at.astimezone(text.zone) for row in rows if counted[row.kind] >= COUNT_SHOWN_MIN]
    return counted, max(months).strftime("%Y-%m") if months else ""
