"""Looking: acts, what is owed, disputes, and what stayed home.

Rules of this module:
- a list shows each act in one line, with both rulings and how far it was delivered;
- why an act was ruled so is said with the words that were signed and the facts that were judged.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click

from servanda.cli.lazy import HouseGroup
from servanda.cli.render import hanging, hour, pairs, short, table
from servanda.cli.session import Session, answer, json_option

if TYPE_CHECKING:
    from servanda.assembly.shown import ActPage, ActRow, Decision, Why
    from servanda.node.stages import Delivery

NOT_JUDGED = "-"


@click.group(cls=HouseGroup)
def act() -> None:
    """List acts, show one, say why it was ruled so."""


@act.command("list")
@click.option("--agreement", metavar="ID", help="Of this agreement only.")
@click.option("--kind", metavar="KIND", help="Whose kind begins so: `logistics`, `intelligence.report`.")
@json_option
@click.pass_obj
def act_list(session: Session, agreement: str | None, kind: str | None, as_json: bool) -> None:
    """Every act of both logs, in the order of the fold."""
    from servanda.assembly.shown import acts  # slow import

    with session.home() as home:
        rows = [
            row
            for row in acts(home)
            if agreement in (None, row.agreement) and (kind is None or f"{row.kind}.".startswith(f"{kind}."))
        ]
        answer(rows, _acts(rows), json=as_json)


@act.command("show")
@click.argument("act_id", metavar="ACT")
@json_option
@click.pass_obj
def act_show(session: Session, act_id: str, as_json: bool) -> None:
    """One act with all that it says. ACT is its id or the beginning of it."""
    from servanda.assembly.shown import page  # slow import

    with session.home() as home:
        shown = page(home, act_id)
        answer(shown, _page(shown), json=as_json)


@act.command("why")
@click.argument("act_id", metavar="ACT")
@json_option
@click.pass_obj
def act_why(session: Session, act_id: str, as_json: bool) -> None:
    """Why an act was ruled so: paragraphs, facts, and what came nearest."""
    from servanda.assembly.shown import why  # slow import

    with session.home() as home:
        shown = why(home, act_id)
        other = home.settings.peer.party if shown.row.delivery is not None else home.settings.node.party
        answer(shown, _why(shown, other), json=as_json)


@click.group(cls=HouseGroup)
def dispute() -> None:
    """List acts on which the two rulings differ."""


@dispute.command("list")
@json_option
@click.pass_obj
def dispute_list(session: Session, as_json: bool) -> None:
    """Acts on which the two rulings differ and nothing has resolved it."""
    from servanda.assembly.shown import disputes  # slow import

    with session.home() as home:
        rows = disputes(home)
        answer(rows, _acts(rows) if rows else ["no disputes"], json=as_json)


@click.group(cls=HouseGroup)
def duty() -> None:
    """List what is owed."""


@duty.command("list")
@click.option("--all", "is_all", is_flag=True, help="Those that were met too.")
@json_option
@click.pass_obj
def duty_list(session: Session, is_all: bool, as_json: bool) -> None:
    """What is owed under every agreement, the first due first."""
    from servanda.assembly.stands import duties  # slow import

    with session.home() as home:
        rows = duties(home, met=is_all)
        head = ("state", "debtor", "does", "due", "paragraph", "since", "met by")
        told = [
            (
                row.state.value if not row.days_late else f"{row.state.value} {row.days_late} d",
                row.debtor,
                row.does,
                hour(row.due_at),
                f"{row.agreement} {row.paragraph}",
                short(row.started_by),
                short(row.met_by),
            )
            for row in rows
        ]
        answer(rows, table(head, told) if rows else ["nothing is owed"], json=as_json)


@click.group(cls=HouseGroup)
def journal() -> None:
    """List what stayed home."""


@journal.command("list")
@json_option
@click.pass_obj
def journal_list(session: Session, as_json: bool) -> None:
    """Refused drafts, own steps, releases to own people, moves of the clock, alarms."""
    from servanda.assembly.shown import items  # slow import

    with session.home() as home:
        rows = items(home)
        told = [
            (row.index, hour(row.recorded_at), row.type, row.kind or "-", _ruling(row.decision), short(row.about))
            for row in rows
        ]
        answer(rows, table(("item", "recorded", "type", "kind", "ruling", "about"), told), json=as_json)


def _acts(rows: Iterable[ActRow]) -> Iterator[str]:
    told = [
        (
            short(row.act),
            hour(row.recorded_at),
            row.author,
            row.kind,
            _both(row),
            _standing(row),
            _delivery(row.delivery),
        )
        for row in rows
    ]
    return table(("act", "recorded", "by", "kind", "ruling", "standing", "delivery"), told)


def _page(shown: ActPage) -> Iterator[str]:
    row = shown.row
    yield from pairs(
        [
            ("act", row.act),
            ("kind", row.kind),
            ("agreement", _agreement(shown)),
            ("from, to", f"{row.author}, {shown.addressee}"),
            ("officers", ", ".join(shown.officers)),
            ("claimed", hour(shown.claimed_at)),
            ("recorded", f"{hour(row.recorded_at)}, {row.log} {row.index}"),
            ("causes", ", ".join(map(short, shown.causes)) or "-"),
            ("ruling", _ruling(row.decision)),
            ("reply", _ruling(row.reply)),
            ("standing", _stands(row)),
            ("delivery", _delivery(row.delivery)),
            *(("remark", told) for told in shown.remarks),
        ]
    )
    if shown.is_destroyed:
        yield "payload destroyed; what outlives it:"
    if shown.payload is not None:
        yield from json.dumps(shown.payload, ensure_ascii=False, indent=2).split("\n")


def _why(shown: Why, other: str) -> Iterator[str]:
    row = shown.row
    yield f"{row.kind} of {row.author}, act {short(row.act)}, recorded {hour(row.recorded_at)}"
    if row.reply == row.decision:
        yield from _decided(f"{row.author} and {other}", row.decision)
    else:
        yield from _decided(row.author, row.decision)
        if row.reply is not None:
            yield from _decided(other, row.reply)
    if row.decision.ground == "silent" and not shown.facts:
        yield "  no agreement covers it"
    yield f"standing: {_stands(row)}"
    for near in shown.near:
        yield from hanging(f"nearest {near.paragraph} asks that", "; ".join(near.failed))
    for number, facts in enumerate(shown.facts, start=1):
        yield f"facts of line {number}:" if len(shown.facts) > 1 else "facts:"
        yield from (f"  {line}" for line in pairs((name, _fact(value)) for name, value in sorted(facts.items())))


def _agreement(shown: ActPage) -> str:
    from servanda.act.statement import NO_AGREEMENT  # slow import

    if shown.row.agreement == NO_AGREEMENT:
        return "none covers it"
    return f"{shown.row.agreement} {short(shown.agreement_digest)}"


def _standing(row: ActRow) -> str:
    """How an act stands, in a word or two."""
    if row.kept_home:
        return "kept at home"
    return "life first" if row.life_first and row.standing.value == "refused" else row.standing.value


def _stands(row: ActRow) -> str:
    """How an act stands, with what a life-first one is in spite of it."""
    effect = "life first: delivered, and in effect whatever the rulings"
    if not row.life_first or row.standing.value not in ("refused", "disputed"):
        return _standing(row)
    return effect if row.standing.value == "refused" else f"disputed; {effect}"


def _decided(whose: str, decision: Decision) -> Iterator[str]:
    if _ruling(decision) == NOT_JUDGED:
        yield "noted for the own record; nobody judges it"
        return
    yield f"{whose} ruled: {_ruling(decision)}"
    for cite in decision.cites:
        if cite in decision.words:
            yield from hanging(f"  {cite}", decision.words[cite])
    if decision.missing:
        yield f"  facts missing or wrong: {', '.join(decision.missing)}"


def _both(row: ActRow) -> str:
    """Both rulings in few words, the reply only where it says something else."""
    told, reply = _ruling(row.decision), _ruling(row.reply)
    return told if row.reply is None or reply == told else f"{told}, reply {reply}"


def _ruling(decision: Decision | None) -> str:
    """A ruling in few words: `permit 3.1`, `forbidden 3.2 3.5`, `silent`."""
    if decision is None or (decision.ruling == "permit" and not decision.cites):
        return NOT_JUDGED
    word = decision.ground or decision.ruling
    line = () if decision.line is None else (f"line {decision.line}",)
    code = () if decision.code is None else (decision.code,)
    return " ".join((word, *decision.cites, *line, *code))


def _delivery(delivery: Delivery | None) -> str:
    """How far an own act went: the last of the four states it reached."""
    if delivery is None:
        return "-"
    if delivery.decided is not None:
        return "decided"
    if delivery.held is not None:
        return "held"
    return "recorded" if delivery.carried is None else f"carried by {delivery.carried}"


def _fact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
