"""What an amendment changes, beside its redline; and what it would have changed of what was said.

Rules of this module:
- words come first, then behaviour, then what binds: duties, terms, invariants;
- where only one of words and behaviour changed, that is said;
- a list that was cut short says so; programs are given all of it.

Spec: agreement 11 (difference), 12 (judging again).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from servanda.cli.render import as_json as written
from servanda.cli.render import hanging, short, table
from servanda.cli.session import Session, answer, json_option

if TYPE_CHECKING:
    from servanda.assembly.accord.difference import DifferencePage, Example, Said
    from servanda.assembly.accord.rejudging import Rejudging
    from servanda.assembly.accord.rereading import ActChanged

ACTS_SHOWN = 40


@click.command("diff")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@json_option
def agreement_diff(old: Path, new: Path, as_json: bool) -> None:
    """What the text of NEW changes beside that of OLD: words, acts newly allowed and refused, duties, invariants."""
    from servanda.assembly.accord.difference import difference_page  # slow import

    page = difference_page(old, new)
    answer(page, _told(page), json=as_json)


@click.command("rejudge")
@click.argument("new", type=click.Path(path_type=Path))
@json_option
@click.pass_obj
def agreement_rejudge(session: Session, new: Path, as_json: bool) -> None:
    """Judge every act of the log again by the text of NEW, on the facts kept with it."""
    from servanda.assembly.accord.rejudging import rejudging  # slow import

    with rejudging(session.named_settings, new) as again:
        for part in _as_one_json(again) if as_json else _again(again):
            click.echo(part, nl=not as_json)


def _as_one_json(again: Rejudging) -> Iterator[str]:
    """One JSON value, written as it is found out: what changes first, then what was counted."""
    yield '{"changes": ['
    for place, change in enumerate(again.changes()):
        yield f"{', ' if place else ''}{written(change)}"
    yield f"], {written(again.page).removeprefix('{')}\n"


def _again(again: Rejudging) -> Iterator[str]:
    shown: list[ActChanged] = []
    for change in again.changes():
        if len(shown) < ACTS_SHOWN:
            shown.append(change)
    page = again.page
    yield (
        f"of {page.judged:,} acts {page.newly_refused:,} would have been refused and {page.newly_permitted:,} "
        f"permitted ({page.agreement}, version {page.version})"
    )
    yield from _names("cited otherwise, or refused on another ground", _some(page.cited_otherwise))
    yield from _names(
        "not judged again: life cycle, invalid, or of no or another agreement", _some(page.acts - page.judged)
    )
    counts = [(each.change.replace("_", " "), each.kind, each.paragraph, f"{each.acts:,}") for each in page.counts]
    yield from table(("change", "kind", "refused under", "acts"), counts)
    rows = [(short(each.act), each.kind, each.author, _ruling(each.old), _ruling(each.new)) for each in shown]
    yield from table(("act", "kind", "author", "was", "would be"), rows)
    if len(shown) < page.newly_refused + page.newly_permitted:
        yield f"these are the first {len(shown)}; `--json` gives all"


def _some(count: int) -> tuple[str, ...]:
    return (f"{count:,}",) if count else ()


def _ruling(members: Mapping[str, Any]) -> str:
    return " ".join((members["ground"] or members["ruling"], *members["cites"], *members["missing"]))


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
