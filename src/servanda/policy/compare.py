"""What changes between two texts: words, acts newly allowed and newly refused, duties, terms, invariants.

Rules of this module:
- behaviour is compared for every possible act, in the same phase and with the same facts under both texts;
- an act with a word that only one of the texts knows cannot be judged, and so is not permitted, under the other;
- a paragraph that only one of them has is not questioned in what is compared;
- invariants in force are held against the new text with the words in force, since a word may have been hollowed out;
- a language is compared where both texts were read in it, or where one of them is not authentic in it;
- what facts are computed from (annexes, zone) and what the head says is compared as it is written.

Spec: agreement 7 (what is proved), 11 (difference).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from servanda.act.ruling import in_order
from servanda.agreement.clause import Owes
from servanda.agreement.feasible import unmet
from servanda.agreement.instrument import Instrument
from servanda.base import canon
from servanda.policy.prove import CUBES_MAX, Cube, Describer, Proof, Symbols, invariants, prove, telling
from servanda.policy.rules import rules_of

_WORDS_OF_HEAD: Final = frozenset({"title", "parties"})
"""Keys of the head that are words alone: two texts that are compared have Parties of the same codes."""


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
        promises: paragraphs whose invariants differ.
        annexes: names of annexes that differ.
        head: keys of the head that differ, but for the version.
        unmet: paragraphs of the new text with a duty that a debtor cannot meet.
        own: invariants of the new text that its clauses break.
        in_force: invariants of the old text, with its words, that the clauses of the new one break.
    """

    words: tuple[WordsChange, ...]
    allowed: tuple[Change, ...]
    refused: tuple[Change, ...]
    duties: tuple[str, ...]
    terms: tuple[str, ...]
    promises: tuple[str, ...]
    annexes: tuple[str, ...]
    head: tuple[str, ...]
    unmet: tuple[str, ...]
    own: tuple[Proof, ...]
    in_force: tuple[Proof, ...]

    @property
    def changes_behaviour(self) -> bool:
        """Whether any act is ruled on, or anything is owed or timed, otherwise; invariants carry nothing out."""
        beside = [key for key in self.head if key not in _WORDS_OF_HEAD]
        return any((self.allowed, self.refused, self.duties, self.terms, self.annexes, beside))


def compare(old: Instrument, new: Instrument, *, cubes_max: int = CUBES_MAX) -> Difference:
    """What the new text changes.

    Args:
        cubes_max: how many descriptions there are of a kind at most.

    Raises:
        IntegrityError: `proof_undecided`.
    """
    kinds = tuple(dict.fromkeys((*old.lexicon.judged(), *new.lexicon.judged())))
    return Difference(
        words=tuple(_words(old, new)),
        allowed=_changes(old, new, kinds, cubes_max),
        refused=_changes(new, old, kinds, cubes_max),
        duties=_differing(_owed(old), _owed(new)),
        terms=_terms(old, new),
        promises=_differing(_promised(old), _promised(new)),
        annexes=tuple(sorted(_unlike(old.annexes, new.annexes))),
        head=tuple(sorted(_unlike(_head(old), _head(new)))),
        unmet=in_order(duty.paragraph for duty in unmet(new.clauses, tuple(new.parties))),
        own=tuple(proof for proof in prove(new) if not proof.proved),
        in_force=tuple(proof for proof in prove(new, of=old) if not proof.proved),
    )


def _changes(before: Instrument, after: Instrument, kinds: tuple[str, ...], cubes_max: int) -> tuple[Change, ...]:
    """Acts that `after` permits and `before` does not."""
    found = []
    for kind in kinds:
        if rules_of(before, kind) == rules_of(after, kind) and _same_words(before, after, kind):
            continue
        symbols = Symbols(kind, (before, after), before.paragraphs.keys() & after.paragraphs.keys())
        tests = (*telling(rules_of(before, kind)), *telling(rules_of(after, kind)))
        differs = symbols.permitted_by_one(after, before)
        cubes, more = Describer(symbols, tests).cubes(differs, most=cubes_max)
        if cubes:
            found.append(Change(kind=kind, cubes=cubes, more=more))
    return tuple(found)


def _same_words(before: Instrument, after: Instrument, kind: str) -> bool:
    facts = Symbols(kind, (before,)).facts.values()
    return all(set(before.values(fact)) == set(after.values(fact)) for fact in facts)


def _words(old: Instrument, new: Instrument) -> Iterator[WordsChange]:
    for language in dict.fromkeys((old.languages.main, new.languages.main, *old.wordings, *new.wordings)):
        before, after = _words_in(old, language), _words_in(new, language)
        if before is None or after is None:
            continue
        for number in in_order((*before, *after)):
            if before.get(number) != after.get(number):
                yield WordsChange(language=language, paragraph=number, old=before.get(number), new=after.get(number))


def _words_in(text: Instrument, language: str) -> Mapping[str, str] | None:
    """Words of the paragraphs; none where the text is not authentic in a language, None where they were not read."""
    if language == text.languages.main:
        return {number: paragraph.text for number, paragraph in text.paragraphs.items()}
    wording = text.wordings.get(language)
    if wording is not None:
        return wording.paragraphs
    return None if language in text.languages.others else {}


def _differing(before: Mapping[str, frozenset[object]], after: Mapping[str, frozenset[object]]) -> tuple[str, ...]:
    return in_order(_unlike(before, after))


def _unlike(before: Mapping[str, object], after: Mapping[str, object]) -> Iterator[str]:
    return (name for name in {**before, **after} if before.get(name) != after.get(name))


def _owed(text: Instrument) -> Mapping[str, frozenset[object]]:
    """Paragraph -> the duties that stand in it."""
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


def _promised(text: Instrument) -> Mapping[str, frozenset[object]]:
    """Paragraph -> what its invariants say, word for word."""
    found: dict[str, set[object]] = {}
    for clause in invariants(text):
        found.setdefault(clause.paragraph, set()).add(canon.encode(clause.body))
    return {number: frozenset(said) for number, said in found.items()}


def _terms(old: Instrument, new: Instrument) -> tuple[str, ...]:
    before = {key: (term.word, term.paragraph) for key, term in old.terms.entries.items()}
    after = {key: (term.word, term.paragraph) for key, term in new.terms.entries.items()}
    return tuple(sorted(_unlike(before, after)))


def _head(text: Instrument) -> Mapping[str, object]:
    return {
        "title": text.title,
        "status": text.status,
        "parties": dict(text.parties),
        "governs": frozenset(text.governs),
        "languages": text.languages,
        "time_zone": text.time_zone,
    }
