"""What an amendment changes, beside its redline; and what it would have changed of what was said.

Rules of this module:
- words come first, then behaviour, then what binds: duties, terms, invariants;
- where only one of words and behaviour changed, that is said;
- a list that was cut short says so; programs are given all of it.

Spec: agreement 11 (difference).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from servanda.cli.render import hanging
from servanda.cli.session import answer, json_option

if TYPE_CHECKING:
    from servanda.assembly.accord.difference import DifferencePage, Example, Said


@click.command("diff")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@json_option
def agreement_diff(old: Path, new: Path, as_json: bool) -> None:
    """What the text of NEW changes beside that of OLD: words, acts newly allowed and refused, duties, invariants."""
    from servanda.assembly.accord.difference import difference_page  # slow import

    page = difference_page(old, new)
    answer(page, _told(page), json=as_json)


def _told(page: DifferencePage) -> Iterator[str]:
    if not (page.words_changed or page.head_changed or page.invariants_changed or page.behaviour_changed):
        yield "nothing changes"
    for words in page.words_changed:
        yield from hanging(f"{words.language} {words.paragraph}", words.redline)
    yield from _names("head", page.head_changed)
    if page.words_changed and not page.behaviour_changed:
        yield "the words change, and nothing that is carried out"
    if page.behaviour_changed and not page.words_changed:
        yield "the words stay as they are, and what is carried out changes"
    yield from _kinds("newly allowed", "newly_allowed", page.newly_allowed, page.examples)
    yield from _kinds("newly refused", "newly_refused", page.newly_refused, page.examples)
    yield from _both("duty", page.duties)
    yield from _both("term", page.terms)
    yield from _names("invariants changed", page.invariants_changed)
    yield from _names("annexes changed, and what is computed from them", page.annexes_changed)
    for told, member, places in (
        ("invariant of the new text broken", "own_invariants_broken", page.own_invariants_broken),
        ("invariant in force broken", "invariants_in_force_broken", page.invariants_in_force_broken),
    ):
        for place in places:
            broken = [(kind, each) for kind, each in _of(member, page.examples) if each.paragraph == place]
            yield f"{told}  {place}"
            yield from _names("  by acts of", tuple(dict.fromkeys(kind for kind, _ in broken)))
            kind, example = broken[0]
            between = f" (ruled differently in {', '.join(example.phases)})" if example.phases else ""
            yield from hanging("  for instance", f"{kind}{between}: {_in_words(example.described[0])}")
    yield from _names("duties that a debtor cannot meet", page.duties_unmet)


def _kinds(told: str, member: str, kinds: Sequence[str], examples: Mapping[str, tuple[Example, ...]]) -> Iterator[str]:
    for kind, example in _of(member, examples):
        if kind not in kinds:
            continue
        common, rest = _apart(example.described)
        yield f"{told}  {kind}"
        yield from hanging("  where", _in_words(common))
        for told_apart in rest:
            yield from hanging("  and either" if len(rest) > 1 else "  and", _in_words(told_apart))
        if example.more:
            yield f"  and more: only the first {len(example.described)} descriptions are shown"


def _apart(
    described: Sequence[Mapping[str, Any]],
) -> tuple[Mapping[str, Any], tuple[Mapping[str, Any], ...]]:
    """What every description says, and what each says besides."""
    first, *others = described
    common = {name: value for name, value in first.items() if all(each.get(name) == value for each in others)}
    rest = tuple({name: value for name, value in each.items() if name not in common} for each in described)
    return common, rest if others else ()


def _of(member: str, examples: Mapping[str, tuple[Example, ...]]) -> Iterator[tuple[str, Example]]:
    return ((kind, each) for kind, listed in examples.items() for each in listed if each.change == member)


def _both(told: str, places: Iterable[Said]) -> Iterator[str]:
    for said in places:
        for sign, lines in (("-", said.old), ("+", said.new)):
            for line in lines:
                if line not in (said.new if sign == "-" else said.old):
                    yield from hanging(f"{told} {said.place}  {sign}", line)


def _names(told: str, names: Sequence[str]) -> Iterator[str]:
    if names:
        yield f"{told}  {', '.join(names)}"


def _in_words(said: Mapping[str, Any]) -> str:
    from servanda.assembly.accord.difference import told  # slow import

    return told(said)
