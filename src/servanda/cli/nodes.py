"""A node: made, run, synced, audited, its clock set; key lists with their fingerprints.

Rules of this module:
- what is made here is an exercise; a real node's keys are made by its custodians;
- a running node stops when it is asked to, after the exchanges that run;
- what an audit finds ends the command with the place of the first thing that does not hold.
"""

from __future__ import annotations

import random
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from servanda.base import moment
from servanda.base.errors import MalformedError, UsageError
from servanda.cli.lazy import HouseGroup
from servanda.cli.render import hour, pairs, short, table
from servanda.cli.session import Session, answer, json_option

if TYPE_CHECKING:
    from servanda.assembly.stands import NodePage


@click.group(cls=HouseGroup)
def node() -> None:
    """Make, run, sync and audit a node."""


@node.command("init")
@click.option("--exercise", is_flag=True, required=True, help="Nothing of it is real, and its keys lie open.")
@click.option("--party", required=True, help="Code of the own Party, such as KR.")
@click.option("--peer", required=True, help="Code of the other Party.")
@click.option("--data", required=True, type=click.Path(path_type=Path), help="Folder of all that the node keeps.")
@click.option("--name", help="Name of the node, `exercise.<party>.node` where none is named.")
@click.option("--peer-name", help="Name of the peer's node, likewise.")
@click.option("--bind", metavar="HOST:PORT", help="Where it listens.")
@click.option("--peer-url", metavar="URL", help="Where the peer listens: https://host:port.")
@click.option("--bundles", type=click.Path(path_type=Path), help="Folder of bundle files.")
@click.option("--clock", metavar="TIME", help="Hour that the exercise begins with, such as 2031-04-01T08:00:00Z.")
@json_option
@click.pass_obj
def node_init(session: Session, /, exercise: bool, clock: str | None, as_json: bool, **plan: Any) -> None:
    """Make every key, the settings and the database of an exercise node.

    Hand its key list to the other nation, compare its fingerprint by voice, and put theirs where it is looked for.
    """
    from servanda.assembly.founding import Plan, found_exercise  # slow import

    del exercise
    founded = found_exercise(
        Plan(
            party=plan["party"],
            peer=plan["peer"],
            data=plan["data"],
            settings=session.settings,
            name=plan["name"],
            peer_name=plan["peer_name"],
            bind=plan["bind"],
            peer_url=plan["peer_url"],
            folder=plan["bundles"],
            begins_at=None if clock is None else _moment(clock),
        )
    )
    rows = [
        ("settings", founded.path),
        ("key list", founded.listed),
        ("fingerprint", founded.fingerprint),
        ("envoys", ", ".join(founded.envoys)),
        ("peer's key list", f"is looked for at {founded.peer_list}"),
    ]
    answer(founded, pairs(rows), json=as_json)


@node.command("run")
@click.pass_obj
def node_run(session: Session) -> None:
    """Listen for the peer, deliver what is said, keep the beat; until interrupted."""
    from servanda.assembly.running import Running  # slow import

    stopped = threading.Event()

    def tell(text: str) -> None:
        click.echo(f"{datetime.now(UTC):%H:%M:%S} {text}")

    with session.home() as home, _stopping(stopped):
        tell(f"{home.settings.node.party}, node {home.settings.node.name}, peer {home.settings.peer.party}")
        Running(home, tell=tell, draw=random.SystemRandom().random).run(stopped)


@node.command("sync")
@json_option
@click.pass_obj
def node_sync(session: Session, as_json: bool) -> None:
    """Exchange with the peer until nothing is left to say on either side."""
    with session.home() as home:
        exchanges = home.sync()
        stands = home.node.correspondence()
        done = {"exchanges": exchanges, "held": stands.held, "cosigned": stands.cosigned}
        told = (
            f"exchanged {exchanges} times; the peer holds {stands.held} entries, {stands.cosigned} of its are held here"
        )
        answer(done, [told], json=as_json)


@node.command("status")
@json_option
@click.pass_obj
def node_status(session: Session, as_json: bool) -> None:
    """How the node, its logs and its agreements stand."""
    from servanda.assembly.stands import node_page  # slow import

    with session.home() as home:
        page = node_page(home)
        answer(page, _status(page), json=as_json)


def _status(page: NodePage) -> Iterator[str]:
    rows: list[tuple[str, object]] = [
        ("node", f"{page.party}, {page.name}" + (" (exercise)" if page.exercise else "")),
        ("peer", f"{page.peer}, {page.peer_name}"),
        ("clock", f"{hour(page.now)}, {page.clock}"),
    ]
    for label, head in (("own log", page.home_log), ("peer's log", page.peer_log)):
        if head is not None:
            rows.append((label, f"{head.log}  {head.size} entries  {head.spoken}"))
    if page.begun:
        rows += [
            ("delivery", f"the peer holds {page.held} entries of ours, we hold {page.cosigned} of theirs"),
            ("undecided", f"{page.undecided} own acts; {page.waiting} of them not held by the peer"),
            ("open", f"{page.late} duties late, {page.disputes} disputes, {page.journal} items in the journal"),
        ]
    yield from pairs([*rows, *_alarms(page)])
    if page.agreements:
        yield ""
        yield from table(
            ("agreement", "phase", "version", "since", "digest"),
            [(a.id, a.phase, a.version or "-", hour(a.since), short(a.digest)) for a in page.agreements],
        )


def _alarms(page: NodePage) -> Iterator[tuple[str, str]]:
    """What a person must look at, each with what to do."""
    if page.frozen is not None:
        told = f"the peer's log is frozen here: {page.frozen}. Nothing of it is applied or cosigned any more; our own "
        told += "log goes out, and receipts are taken"
        do = "`servanda log export --log peer --to FILE` holds the evidence; "
        yield "alarm", f"{told}\nnext: {do}speak with {page.peer}, and go on in a new epoch"
    if page.accused:
        told = f"{page.peer} holds a head signed with our log's keys that never stood here"
        do = "run `servanda node audit`, find out which database signed it, and speak with the other nation"
        yield "alarm", f"{told}\nnext: {do}"
    if page.refused is not None:
        told = f"what {page.peer} sent at {hour(page.refused.at)}: {page.refused.code}, {page.refused.message}"
        yield "refused", f"{told}\nnext: {page.refused.action or 'speak with the other nation'}"
    if page.missing:
        told = f"{page.missing} acts or payloads that the peer's log names and has not sent; it is held up to entry "
        yield "missing", f"{told}{page.cosigned}, and they are asked for with every bundle"


@node.command("audit")
@json_option
@click.pass_obj
def node_audit(session: Session, as_json: bool) -> None:
    """Verify every signature, proof, ruling and fold again, from entry 0."""
    with session.home() as home:
        report = home.audit()
        rows = [
            ("entries", f"{report.entries} of both logs"),
            ("journal", f"{report.items} items"),
            ("acts", f"{report.acts} judged again, {report.destroyed} of them by the facts kept"),
            ("heads", f"{report.heads} signed heads and cosignatures"),
            ("disputes", report.disputes),
        ]
        answer(report, ["everything holds", *pairs(rows)], json=as_json)


@node.command("clock")
@click.option("--to", metavar="TIME", help="Move the clock of an exercise forward: 2031-04-01T08:00:00Z, or now.")
@click.option("--confirm", is_flag=True, help="Say that the clock is right.")
@json_option
@click.pass_obj
def node_clock(session: Session, to: str | None, confirm: bool, as_json: bool) -> None:
    """Show the clock; confirm it, or move that of an exercise."""
    from servanda.assembly.stands import clock_of  # slow import

    if to is not None and confirm:
        raise UsageError("usage", "a clock is moved or confirmed", action="give one of `--to` and `--confirm`")
    with session.home() as home:
        if to is not None:
            home.move_clock(datetime.now(UTC).replace(microsecond=0) if to == "now" else _moment(to))
        elif confirm:
            home.confirm_clock()
        now, stands = home.node.now(), clock_of(home)
        answer({"now": now, "clock": stands}, [f"{hour(now)}, {stands}"], json=as_json)


@click.command("print")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@json_option
@click.pass_obj
def key_print(session: Session, file: Path | None, as_json: bool) -> None:
    """Print the own key list, or that of FILE, with the fingerprint that is read aloud."""
    from servanda.assembly.founding import key_list, own_key_list  # slow import

    page = own_key_list(session.named_settings) if file is None else key_list(file)
    rows = [("party", page.party), ("number", page.number), ("issued", hour(page.issued_at))]
    keys = table(("use", "alg", "key", "name"), [(key.use, key.alg, short(key.key), key.name) for key in page.keys])
    answer(page, [*pairs([*rows, ("fingerprint", page.fingerprint)]), "", *keys], json=as_json)


@contextmanager
def _stopping(stopped: threading.Event) -> Iterator[None]:
    """While it runs, a signal to end sets `stopped`."""
    before = {number: signal.signal(number, lambda *_: stopped.set()) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _moment(text: str) -> datetime:
    """A moment as a person writes it, with `Z` or with an offset.

    Raises:
        MalformedError: `field_type`.
    """
    try:
        return moment.parse(text)
    except MalformedError:
        return moment.parse_offset(text).astimezone(UTC)
