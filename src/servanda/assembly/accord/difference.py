"""What an amendment changes, for people and programs: words, acts newly allowed and refused, duties, terms, promises.

Rules of this module:
- texts of one agreement between the same Parties are compared, and no others;
- of every kind whose acts are ruled differently all are described, or the first of them and that there are more;
- one act stands beside each description, whole, so that either text can be asked about it.

Spec: agreement 11 (difference).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from servanda.agreement import instrument
from servanda.agreement.clause import Owes
from servanda.agreement.condition import say
from servanda.agreement.instrument import Instrument
from servanda.agreement.redline import redline
from servanda.assembly.extras import needed
from servanda.assembly.texts import agreement_files
from servanda.base.canon import Json
from servanda.base.errors import UsageError
from servanda.policy.facts import to_json
from servanda.policy.judge import judge
from servanda.policy.judging import members

if TYPE_CHECKING:
    from servanda.policy.compare import Change, Difference
    from servanda.policy.prove import Cube, Instance, Proof


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsChanged:
    """Words of a paragraph in one language, empty where it has none; the redline marks what fell away and what came."""

    language: str
    paragraph: str
    redline: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What stands in one place of either text: duties of a paragraph, or a key of `lasts`; empty where nothing does."""

    place: str
    old: tuple[str, ...]
    new: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """Acts of one kind that stand for a change.

    Args:
        change: the member of the page that it explains.
        paragraph: of the invariant that is broken; empty for what is newly allowed or refused.
        described: sets of acts, each by what they have in common; together they are all of them, unless there are more.
        more: whether there are more than are described.
        phases: where an invariant compares phases, those in which the act is ruled differently.
        act: one of them as `agreement judge` is asked about it, and how either text rules on it.
    """

    change: str
    paragraph: str
    described: tuple[Mapping[str, Json], ...]
    more: bool
    phases: tuple[str, ...]
    act: Mapping[str, Json]
    old: Mapping[str, Json]
    new: Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferencePage:
    """What a new text changes.

    Args:
        newly_allowed, newly_refused: kinds of which some act is so.
        own_invariants_broken: places of the new text whose invariant its clauses break.
        invariants_in_force_broken: places of the old text whose invariant, with its words, the new clauses break.
        duties_changed: places whose duties differ; duties_unmet: places of the new text with one that cannot be met.
        invariants_changed: places whose invariants differ.
        terms_changed: keys of `lasts`; annexes_changed, head_changed: names of annexes, keys of the head.
        behaviour_changed: whether any act is ruled on, or anything is owed or timed, otherwise.
        duties, terms: what stands in those places in either text.
        examples: kind -> acts that stand for each change.
    """

    newly_allowed: tuple[str, ...]
    newly_refused: tuple[str, ...]
    own_invariants_broken: tuple[str, ...]
    invariants_in_force_broken: tuple[str, ...]
    duties_changed: tuple[str, ...]
    duties_unmet: tuple[str, ...]
    words_changed: tuple[WordsChanged, ...]
    terms_changed: tuple[str, ...]
    invariants_changed: tuple[str, ...]
    annexes_changed: tuple[str, ...]
    head_changed: tuple[str, ...]
    behaviour_changed: bool
    duties: tuple[Said, ...]
    terms: tuple[Said, ...]
    examples: Mapping[str, tuple[Example, ...]]


def difference_page(old: Path, new: Path) -> DifferencePage:
    """What the text of one folder or file changes beside that of another.

    Raises:
        UsageError: `extra_missing`, `text_unreadable`, or `texts_unrelated` where they are not of one agreement.
        MalformedError: `text_encoding`.
        AgreementError: one of them does not read.
        IntegrityError: `proof_undecided`.
    """
    needed("prove", "z3")
    from servanda.policy.compare import compare  # slow import

    before, after = _read(old), _read(new)
    _related(before, after)
    return _page(compare(before, after), before, after)


def told(described: Mapping[str, Json]) -> str:
    """A description for people."""
    from servanda.policy.prove.words import in_words  # slow import

    return in_words(described)


def _read(path: Path) -> Instrument:
    files = agreement_files(path)
    return instrument.load(files.source, path=os.fspath(files.path), words=files.words, duties_can_be_met=False)


def _related(old: Instrument, new: Instrument) -> None:
    for what, before, after in (("id", old.id, new.id), ("Parties", _codes(old), _codes(new))):
        if before != after:
            raise UsageError(
                "texts_unrelated",
                f"the {what} of the old text: `{before}`, of the new one: `{after}`",
                action="name two texts of one agreement between the same Parties",
            )


def _codes(text: Instrument) -> str:
    return ", ".join(sorted(text.parties))


def _page(found: Difference, old: Instrument, new: Instrument) -> DifferencePage:
    return DifferencePage(
        newly_allowed=_sorted_kinds(found.allowed),
        newly_refused=_sorted_kinds(found.refused),
        own_invariants_broken=_broken(found.own, new),
        invariants_in_force_broken=_broken(found.in_force, old),
        duties_changed=_places(found.duties, new),
        duties_unmet=_places(found.unmet, new),
        words_changed=tuple(
            WordsChanged(
                language=words.language,
                paragraph=words.paragraph,
                redline=redline(words.old or "", words.new or ""),
                old=words.old or "",
                new=words.new or "",
            )
            for words in found.words
        ),
        terms_changed=found.terms,
        invariants_changed=_places(found.promises, new),
        annexes_changed=found.annexes,
        head_changed=found.head,
        behaviour_changed=found.changes_behaviour,
        duties=tuple(Said(place=place, old=_owed(old, place), new=_owed(new, place)) for place in found.duties),
        terms=tuple(Said(place=key, old=_term(old, key), new=_term(new, key)) for key in found.terms),
        examples=_examples(found, old, new),
    )


def _sorted_kinds(changes: Iterable[Change]) -> tuple[str, ...]:
    return tuple(sorted(change.kind for change in changes))


def _places(paragraphs: Iterable[str], text: Instrument) -> tuple[str, ...]:
    return tuple(f"{text.id}/{paragraph}" for paragraph in paragraphs)


def _broken(proofs: Iterable[Proof], text: Instrument) -> tuple[str, ...]:
    """Places of broken invariants, each once, however many of a paragraph are."""
    return tuple(dict.fromkeys(_places((proof.paragraph for proof in proofs), text)))


def _owed(text: Instrument, paragraph: str) -> tuple[str, ...]:
    """The duties of a paragraph, each in a line."""
    return tuple(
        f"after {duty.after}{_where(duty)}: {duty.who} does {duty.does} within {duty.within}{_otherwise(duty)}"
        for duty in text.clauses
        if isinstance(duty, Owes) and duty.paragraph == paragraph
    )


def _where(duty: Owes) -> str:
    return f" where {' and '.join(map(say, duty.when))}" if duty.when else ""


def _otherwise(duty: Owes) -> str:
    return f", else {', '.join(f'{key} {value}' for key, value in duty.otherwise.items())}" if duty.otherwise else ""


def _term(text: Instrument, key: str) -> tuple[str, ...]:
    term = text.terms.entries.get(key)
    return () if term is None else (f"{term.word or '[]'} ({term.paragraph})",)


def _examples(found: Difference, old: Instrument, new: Instrument) -> dict[str, tuple[Example, ...]]:
    by_kind: dict[str, list[Example]] = {}
    for kind, example in _explained(found, old, new):
        by_kind.setdefault(kind, []).append(example)
    return {kind: tuple(by_kind[kind]) for kind in sorted(by_kind)}


def _explained(found: Difference, old: Instrument, new: Instrument) -> Iterator[tuple[str, Example]]:
    from servanda.policy.prove.words import cube_words  # slow import

    def stands_for(member: str, act: Instance, cubes: Iterable[Cube], text: Instrument, **rest: Any) -> Example:
        return Example(
            change=member,
            described=tuple(cube_words(cube, text) for cube in cubes),
            act={"kind": act.kind, "author": act.author, "facts": to_json(act.facts)},
            old=_ruled(old, act),
            new=_ruled(new, act),
            **rest,
        )

    for member, changes, text in (("newly_allowed", found.allowed, new), ("newly_refused", found.refused, old)):
        for change in changes:
            act = change.cubes[0].example
            yield (
                change.kind,
                stands_for(member, act, change.cubes, text, paragraph="", more=change.more, phases=()),
            )
    for member, proofs, text in (
        ("own_invariants_broken", found.own, new),
        ("invariants_in_force_broken", found.in_force, old),
    ):
        for proof in proofs:
            place = f"{text.id}/{proof.paragraph}"
            for one in proof.broken:
                cubes = (one.described,)
                yield (
                    one.act.kind,
                    stands_for(member, one.act, cubes, text, paragraph=place, more=True, phases=one.phases),
                )


def _ruled(text: Instrument, act: Instance) -> dict[str, Json]:
    return members(judge(text, act.kind, [act.facts], author=act.author))
