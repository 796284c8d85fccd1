"""Talks and the own way to consent: what the two sides have agreed on, and which steps at home are still open.

Rules of this module:
- what is agreed is counted, what is not is shown with the words of both sides;
- a step that was left out is told in words as well as in red, so that no reader depends on the colour.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from servanda.cli.render import hanging, hour, pairs, red, short, table
from servanda.cli.session import Session, answer, json_option

if TYPE_CHECKING:
    from servanda.assembly.accord.steps import StepRow, StepsPage
    from servanda.assembly.accord.talks import ParagraphRow, RoundRow, TalksPage, TextRow


@click.command("talks")
@click.argument("agreement", metavar="ID")
@click.option("--all", "is_all", is_flag=True, help="The words of agreed paragraphs too.")
@json_option
@click.pass_obj
def agreement_talks(session: Session, agreement: str, is_all: bool, as_json: bool) -> None:
    """Rounds of talks with their dates, and where both sides stand on every paragraph."""
    from servanda.assembly.accord.talks import talks  # slow import

    with session.home() as home:
        page = talks(home, agreement)
        own, other = home.settings.node.party, home.settings.peer.party
        answer(page, _talks(page, own, other, is_all=is_all), json=as_json)


@click.command("steps")
@click.argument("agreement", metavar="ID")
@click.option("--text", "digest", metavar="DIGEST", help="For this text, not for the one in the making.")
@json_option
@click.pass_obj
def agreement_steps(session: Session, agreement: str, digest: str | None, as_json: bool) -> None:
    """The own steps to consent, in order: taken, open, skipped, decided not to apply. Nothing of it is ever sent."""
    from servanda.assembly.accord.steps import steps_page  # slow import
    from servanda.assembly.naming import known_id  # slow import

    with session.home() as home:
        page = steps_page(home, agreement, None if digest is None else known_id(home, digest))
        answer(page, _steps(page), json=as_json)


def _talks(page: TalksPage, own: str, other: str, *, is_all: bool) -> Iterator[str]:
    yield from pairs(
        [
            ("agreement", page.id),
            ("about", "a first text" if page.base is None else f"version {page.base}, in force"),
            (own, _text(page.texts.home)),
            (other, _text(page.texts.peer)),
            ("agreed", f"{page.agreed} of {page.of} paragraphs"),
            ("by minutes", f"{page.settled} settled, {page.open} open"),
            *([("differs beside", ", ".join(page.beside))] if page.beside else []),
        ]
    )
    for each in page.rounds:
        yield ""
        yield from _round(each, own, other)
    shown = [row for row in page.paragraphs if is_all or row.state != "agreed" or row.minuted is not None]
    if shown:
        yield ""
        yield from table(
            ("paragraph", "state", "moved last", "by minute"),
            [(row.number, _state(row), row.moved_last or "-", _minuted(row)) for row in shown],
        )
    for row in shown:
        if is_all or row.state != "agreed":
            yield from _words(row, own, other)


def _text(row: TextRow | None) -> str:
    if row is None:
        return "has put nothing"
    how = {"tabled": "as it tabled it", "initialled": "as it initialled it", "in_force": "the text in force"}[row.by]
    return f"{short(row.digest)}, version {row.version}, {how}"


def _round(row: RoundRow, own: str, other: str) -> Iterator[str]:
    days = f"{row.opens}" if row.closes == row.opens else f"{row.opens} to {row.closes}"
    waits = f", waits for {row.waits_for}" if row.waits_for is not None else ""
    rows: list[tuple[str, object]] = [
        (f"round {row.number}", f"{days}, {row.place}"),
        ("stands", f"{row.stage.replace('_', ' ')}{waits}; proposed by {row.proposed_by}, act {short(row.proposal)}"),
        ("agenda", "; ".join(row.agenda)),
        *([("paragraphs", ", ".join(row.paragraphs))] if row.paragraphs else []),
    ]
    for party, officers in ((own, row.attends.home), (other, row.attends.peer)):
        rows += [(f"for {party}", ", ".join(officers))] if officers else []
    for minute in row.minutes:
        by = "both" if minute.is_whole else f"{minute.by[0]} alone"
        text = f" in text {short(minute.text)}" if minute.text is not None else ""
        settled, left = ", ".join(minute.settled) or "nothing", ", ".join(minute.open) or "nothing"
        rows.append((f"minute of {by}", f"held {minute.held}; settled{text}: {settled}; open: {left}"))
    yield from pairs(rows)


def _state(row: ParagraphRow) -> str:
    """How both stand on a paragraph, in words."""
    match row.state:
        case "differs":
            return f"differs: {', '.join(row.differs)}"
        case "added" | "dropped":
            return f"{row.state} by {row.by}"
        case "gone":
            return "dropped by both"
    return row.state


def _minuted(row: ParagraphRow) -> str:
    if row.minuted is None:
        return "-"
    return f"{row.minuted.says}, moved since" if row.minuted.moved_since else row.minuted.says


def _words(row: ParagraphRow, own: str, other: str) -> Iterator[str]:
    """The words of both sides; once where they are the same."""
    yield ""
    mine, theirs = row.words.home, row.words.peer
    if mine == theirs:
        yield from hanging(f"{row.number}  both", mine or "-")
        return
    yield from hanging(f"{row.number}  {own}", mine or "-")
    yield from hanging(f"{' ' * len(row.number)}  {other}", theirs or "-")


def _steps(page: StepsPage) -> Iterator[str]:
    yield from pairs(
        [
            ("agreement", page.agreement),
            ("text", f"{short(page.digest)}, version {page.version}"),
            ("checklist", f"{page.checklist}{', an exercise' if page.exercise else ''}"),
            *((f"{moment} waits for", ", ".join(left) or "nothing") for moment, left in page.waiting.items()),
        ]
    )
    yield ""
    lines = table(
        ("state", "step", "before", "what", "who"),
        [(_step(row), row.id, row.before or "-", next(iter(row.title.values())), row.who) for row in page.steps],
    )
    yield next(lines)
    for row, line in zip(page.steps, lines, strict=True):
        yield red(line) if row.state == "skipped" else line
        yield from (red(told) if row.state == "skipped" else told for told in _noted(row))


def _step(row: StepRow) -> str:
    return {"done": "done", "open": "open", "skipped": "SKIPPED", "not_applicable": "does not apply"}[row.state]


def _noted(row: StepRow) -> Iterator[str]:
    """Who took, skipped or decided a step, when and why."""
    when = f"{hour(row.at)} by {row.by}"
    if row.state == "skipped" and row.act is None:
        yield from hanging(f"  passed over {when}", row.why or "no reason is noted")
    elif row.state in ("skipped", "not_applicable"):
        yield from hanging(f"  {when}", row.why or "-")
    elif row.state == "done":
        yield from hanging(f"  {when}{', after a later step' if row.out_of_turn else ''}", row.why or "")
    if row.undecided:
        yield f"  whether `{row.when}` applies is not decided"
