"""A text as people read it: its words in one of its languages, its clauses as they are signed, what each phase closes.

Rules of this module:
- words are those that are signed, in the language that is asked for; clauses stand once, whatever the language;
- what carries nothing out is told with its reason, so that nobody takes words for a rule;
- what a phase closes is read from the same rules as every ruling.

Spec: agreement 1 (document), 4 (forms), 6.3 (phases).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from servanda.act.kind import kinds
from servanda.agreement.clause import Form, TextOnly
from servanda.agreement.condition import OneOf
from servanda.agreement.instrument import Instrument
from servanda.agreement.layout import layout, written
from servanda.agreement.vocabulary import phases
from servanda.assembly.opening import OpenNode
from servanda.assembly.texts import Agreement
from servanda.base.errors import UsageError
from servanda.policy.rules import rules

__all__ = ["PhaseRow", "TextPage", "text_of", "text_page"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseRow:
    """What a phase closes, whatever the facts.

    Args:
        paragraph: the one that says so; None where the phase closes nothing.
        closes: kinds, in the order of the vocabulary.
        leaves: number of kinds that clauses still rule on.
    """

    phase: str
    paragraph: str | None
    closes: tuple[str, ...]
    leaves: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPage:
    """What a text is, at one look.

    Args:
        language: the one in which title, Parties, headings and paragraphs are shown.
        authentic: every language in which it is authentic; prevailing: the one that prevails, None where none does.
        clauses: number of them.
        paragraphs: number -> words.
        headings: number of each article -> its heading.
        written: paragraph -> its clauses as they are signed, each in several lines.
        text_only: paragraph -> why there is nothing to carry out.
        phases: strictest first.
    """

    id: str
    title: str
    version: int
    status: str
    parties: Mapping[str, str]
    governs: tuple[str, ...]
    digest: str
    language: str
    authentic: tuple[str, ...]
    prevailing: str | None
    clauses: int
    paragraphs: Mapping[str, str]
    headings: Mapping[str, str]
    written: Mapping[str, tuple[str, ...]]
    text_only: Mapping[str, str]
    phases: tuple[PhaseRow, ...]


def text_page(agreement: Agreement, language: str | None = None) -> TextPage:
    """A text at one look.

    Args:
        language: in which it is read; that of the text with the clauses where none is named.

    Raises:
        UsageError: `language_unknown`.
    """
    return _page(agreement.instrument, language)


def text_of(home: OpenNode, agreement: str, language: str | None = None) -> TextPage:
    """The text that an agreement of the record goes by, at one look.

    Raises:
        UsageError: `agreement_missing` or `language_unknown`.
    """
    with home.lock:
        text = home.node.scene().instrument(agreement)
    if text is None:
        known = ", ".join(home.agreements()) or "none yet"
        raise UsageError("agreement_missing", f"no text was tabled under `{agreement}`", action=f"name one of {known}")
    return _page(text, language)


def _page(text: Instrument, language: str | None) -> TextPage:
    read_in = language or text.languages.main
    laid = layout(text, _known(text, read_in))
    words = text.wordings.get(read_in)
    own = {number: paragraph.text for number, paragraph in text.paragraphs.items()}
    carried: dict[str, tuple[str, ...]] = {}
    for clause in text.clauses:
        carried[clause.paragraph] = (*carried.get(clause.paragraph, ()), written(clause.form.value, clause.body))
    return TextPage(
        id=text.id,
        title=laid.title,
        version=text.version,
        status=text.status,
        parties=laid.parties,
        governs=text.governs,
        digest=text.digest,
        language=read_in,
        authentic=text.languages.authentic,
        prevailing=text.languages.prevailing,
        clauses=len(text.clauses),
        paragraphs=own if words is None else words.paragraphs,
        headings={article.number: f"{article.label} · {article.heading}" for article in laid.articles},
        written=carried,
        text_only={clause.paragraph: clause.reason for clause in text.clauses if isinstance(clause, TextOnly)},
        phases=tuple(_phases(text)),
    )


def _known(text: Instrument, language: str) -> str:
    """A language that a text has words in here.

    Raises:
        UsageError: `language_unknown`.
    """
    there = (text.languages.main, *text.wordings)
    if language in there:
        return language
    listed = ", ".join(f"`{each}`" for each in there)
    raise UsageError(
        "language_unknown",
        f"the words of `{text.id}` in `{language}` are not here",
        action="name the folder of the agreement, which has them"
        if language in text.languages.authentic
        else f"name one of {listed}",
    )


def _phases(text: Instrument) -> Iterator[PhaseRow]:
    """What each phase closes, from the rules of time."""
    judged = text.lexicon.judged()
    closing = {
        test.words[0]: rule
        for rule in rules(text)
        if rule.form is Form.LASTS
        for test in rule.when
        if isinstance(test, OneOf) and test.fact == "phase"
    }
    for phase in phases():
        rule = closing.get(phase)
        closes = () if rule is None else tuple(kind for kind in kinds() if kind in rule.kinds)
        yield PhaseRow(
            phase=phase,
            paragraph=None if rule is None else rule.paragraph,
            closes=closes,
            leaves=len(judged) - len(closes),
        )
