"""What changes between two texts: words, acts newly allowed and newly refused, duties, terms, invariants.

Rules of this module:
- behaviour is compared for every possible act, in the same phase and with the same facts under both texts;
- an act with a word that only one of the texts knows cannot be judged, and so is not permitted, under the other;
- invariants in force are held against the new text with the words in force, since a word may have been hollowed out;
- words that changed and change nothing are said to, and so is the other way round.

Spec: agreement 7 (what is proved), 10 (difference).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from servanda.act.ruling import in_order
from servanda.agreement.clause import Owes
from servanda.agreement.feasible import unmet
from servanda.agreement.instrument import Instrument
from servanda.policy.prove import Cube, Describer, Proof, Symbols, prove, telling
from servanda.policy.rules import rules_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Acts of one kind that the new text rules differently.

    Args:
        cubes: descriptions that together are all of them, or the first of them.
        more: whether there are more than are described.
    """

    kind: str
    cubes: tuple[Cube, ...]
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsChange:
    """Words of a paragraph in one language; None where it has none in that text."""

    language: str
    paragraph: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What a new text changes.

    Args:
        words: paragraphs whose words differ, in the order of the text and by language.
        allowed, refused: acts newly so, by kind.
        duties: paragraphs whose duties differ.
        terms: keys of `lasts` that differ.
        unmet: paragraphs of the new text with a duty that a debtor cannot meet.
        own: invariants of the new text that its clauses break.
        in_force: invariants of the old text, with its words, that the clauses of the new one break.
    """

    words: tuple[WordsChange, ...]
    allowed: tuple[Change, ...]
    refused: tuple[Change, ...]
    duties: tuple[str, ...]
    terms: tuple[str, ...]
    unmet: tuple[str, ...]
    own: tuple[Proof, ...]
    in_force: tuple[Proof, ...]

    @property
    def changes_behaviour(self) -> bool:
        """Whether anything but words differs."""
        return bool(self.allowed or self.refused or self.duties or self.terms)


def compare(old: Instrument, new: Instrument) -> Difference:
    """What the new text changes.

    Raises:
        IntegrityError: `proof_undecided`.
    """
    kinds = tuple(dict.fromkeys((*old.lexicon.judged(), *new.lexicon.judged())))
    return Difference(
        words=tuple(_words(old, new)),
        allowed=_changes(old, new, kinds),
        refused=_changes(new, old, kinds),
        duties=_duties(old, new),
        terms=_terms(old, new),
        unmet=in_order(duty.paragraph for duty in unmet(new.clauses, tuple(new.parties))),
        own=tuple(proof for proof in prove(new) if not proof.proved),
        in_force=tuple(proof for proof in prove(new, of=old) if not proof.proved),
    )


def _changes(before: Instrument, after: Instrument, kinds: tuple[str, ...]) -> tuple[Change, ...]:
    """Acts that `after` permits and `before` does not."""
    found = []
    for kind in kinds:
        if rules_of(before, kind) == rules_of(after, kind) and _same_words(before, after, kind):
            continue
        symbols = Symbols(kind, (before, after))
        tests = (*telling(rules_of(before, kind)), *telling(rules_of(after, kind)))
        differs = symbols.permitted_by_one(after, before)
        cubes, more = Describer(symbols, tests).cubes(differs)
        if cubes:
            found.append(Change(kind=kind, cubes=cubes, more=more))
    return tuple(found)


def _same_words(before: Instrument, after: Instrument, kind: str) -> bool:
    facts = Symbols(kind, (before,)).facts.values()
    return all(set(before.values(fact)) == set(after.values(fact)) for fact in facts)


def _words(old: Instrument, new: Instrument) -> Iterator[WordsChange]:
    said: dict[str, tuple[Mapping[str, str], Mapping[str, str]]] = {}
    for language in dict.fromkeys((old.languages.main, *old.wordings, *new.wordings)):
        said[language] = (_words_in(old, language), _words_in(new, language))
    for language, (before, after) in said.items():
        for number in in_order((*before, *after)):
            if before.get(number) != after.get(number):
                yield WordsChange(language=language, paragraph=number, old=before.get(number), new=after.get(number))


def _words_in(text: Instrument, language: str) -> Mapping[str, str]:
    if language == text.languages.main:
        return {number: paragraph.text for number, paragraph in text.paragraphs.items()}
    wording = text.wordings.get(language)
    return {} if wording is None else wording.paragraphs


def _duties(old: Instrument, new: Instrument) -> tuple[str, ...]:
    """Paragraphs whose duties are not the same in both texts."""
    before, after = _owed(old), _owed(new)
    return in_order(number for number in (*before, *after) if before.get(number) != after.get(number))


def _owed(text: Instrument) -> Mapping[str, frozenset[object]]:
    found: dict[str, set[object]] = {}
    for clause in text.clauses:
        if isinstance(clause, Owes):
            terms = (
                clause.after,
                clause.when,
                clause.who,
                clause.does,
                clause.within,
                tuple(sorted(clause.otherwise.items())),
            )
            found.setdefault(clause.paragraph, set()).add(terms)
    return {number: frozenset(duties) for number, duties in found.items()}


def _terms(old: Instrument, new: Instrument) -> tuple[str, ...]:
    before = {key: (term.word, term.paragraph) for key, term in old.terms.entries.items()}
    after = {key: (term.word, term.paragraph) for key, term in new.terms.entries.items()}
    return tuple(sorted(key for key in {*before, *after} if before.get(key) != after.get(key)))
