"""Logs: their entries and heads, receipts of replies, whole logs exported, and files of these verified.

Rules of this module:
- the spoken form of a head is what two people compare;
- each item of a file that is verified is told in one line; the first of a log that does not hold ends the reading.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from servanda.base.errors import UsageError
from servanda.cli.lazy import HouseGroup
from servanda.cli.render import as_json as to_json
from servanda.cli.render import hour, pairs, short, table
from servanda.cli.session import Session, answer, json_option

INTEGRITY = 4

whose_option = click.option(
    "--log", "side", type=click.Choice(["home", "peer"]), default="home", help="The own log, or the copy of the peer's."
)


@click.group(cls=HouseGroup)
def log() -> None:
    """Show, prove, verify and export logs."""


@log.command("show")
@whose_option
@click.option("--last", type=click.IntRange(min=0), default=20, show_default=True, help="So many entries; 0 for none.")
@click.option("--size", type=click.IntRange(min=0), help="The head at this size, not the newest.")
@json_option
@click.pass_obj
def log_show(session: Session, side: str, last: int, size: int | None, as_json: bool) -> None:
    """The head of a log, and its last entries."""
    from servanda.assembly.proving import Side, head_of  # slow import
    from servanda.assembly.stands import entries  # slow import

    with session.home() as home:
        head = head_of(home, Side(side), size)
        rows = entries(home, Side(side), max(0, head.size - last))[: last if head.size else 0]
        rows = tuple(row for row in rows if row.index < head.size)
        told = [
            (
                row.index,
                hour(row.recorded_at),
                row.type,
                row.kind or "-",
                "-" if row.ruling is None else " ".join((row.ruling, *row.cites)),
                short(row.about),
            )
            for row in rows
        ]
        lines = [
            *pairs([("log", head.log), ("size", head.size), ("root", head.root), ("spoken", head.spoken)]),
            *table(("index", "recorded", "type", "kind", "ruling", "about"), told),
        ]
        answer({"head": head, "entries": rows}, lines, json=as_json)


@log.command("prove")
@click.argument("act_id", metavar="ACT")
@click.option("--to", type=click.Path(path_type=Path), help="File of the receipt; it is printed where none is named.")
@json_option
@click.pass_obj
def log_prove(session: Session, act_id: str, to: Path | None, as_json: bool) -> None:
    """The receipt that proves the peer's reply to an own act to anybody, verified."""
    from servanda.assembly.proving import prove  # slow import

    with session.home() as home:
        proved = prove(home, act_id)
        receipt = proved.raw.decode()
        if to is not None:
            _write(to, proved.raw)
        value = {"act": proved.act, "outcome": proved.outcome, "log": proved.log, "index": proved.index}
        lines = receipt.rstrip("\n").split("\n") if to is None else [f"wrote {to}: {_proves(value)}"]
        answer({**value, "receipt": receipt}, lines, json=as_json)


@log.command("verify")
@click.argument("file", type=click.Path(path_type=Path))
@json_option
@click.pass_context
def log_verify(ctx: click.Context, file: Path, as_json: bool) -> None:
    """Verify a file of vectors, an exported log or a receipt, item by item."""
    from servanda.assembly.proving import Sort, file_of, items  # slow import

    sort, raw = file_of(file)
    home = ctx.with_resource(ctx.obj.home()) if sort is Sort.RECEIPT else None
    count = wrong = 0
    for item in items(sort, raw, home):
        count += 1
        wrong += not item.expected
        if as_json:
            value = {"name": item.name, "ok": item.ok}
            click.echo(to_json(value if item.error is None else {**value, "error": item.error}))
        elif not item.expected or sort is not Sort.VECTORS:
            click.echo(f"{'holds ' if item.ok else 'FAILS '} {item.name}" + (f" ({item.error})" if item.error else ""))
    if not as_json:
        click.echo(f"{count} items, {wrong} not as they should be")
    if wrong:
        ctx.exit(INTEGRITY)


@log.command("export")
@whose_option
@click.option("--to", type=click.Path(path_type=Path), help="File to write; standard output where none is named.")
@json_option
@click.pass_obj
def log_export(session: Session, side: str, to: Path | None, as_json: bool) -> None:
    """One log as far as both nodes have signed it, in one file that can be verified without a node."""
    from servanda.assembly.proving import Side, export  # slow import

    if to is None and as_json:
        raise UsageError("usage", "a log is no JSON", action="name a file with `--to FILE`")
    with session.home() as home:
        raw = export(home, Side(side))
    if to is None:
        sys.stdout.buffer.write(raw)
        return
    _write(to, raw)
    answer({"file": to, "bytes": len(raw)}, [f"wrote {to}, {len(raw)} bytes"], json=as_json)


def _proves(value: dict[str, object]) -> str:
    return f"{value['outcome']} for act {short(str(value['act']))}, entry {value['index']} of {value['log']}"


def _write(to: Path, raw: bytes) -> None:
    try:
        to.write_bytes(raw)
    except OSError as error:
        raise UsageError(
            "file_unwritable", f"`{to}` cannot be written: {error.strerror}", action="name another file"
        ) from error
