"""Before a text is initialled: it is checked as it was written, and what it promises is proved.

Rules of this module:
- a fault ends with 7, as does a promise that fails; warnings alone do not;
- what breaks a promise is shown in the words of the text.

Spec: agreement 7 (what is proved), 8 (complaints).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from servanda.cli.render import hanging
from servanda.cli.session import answer, json_option

if TYPE_CHECKING:
    from servanda.assembly.accord.proof import InvariantRow, ProofPage
    from servanda.base.errors import Complaint

AT_FAULT = 7


@click.command("check")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--prove", is_flag=True, help="Complain of promises that fail, too.")
@json_option
@click.pass_context
def agreement_check(ctx: click.Context, paths: tuple[Path, ...], prove: bool, as_json: bool) -> None:
    """Read texts that are to stand side by side, and complain with line, paragraph and word."""
    from servanda.assembly.accord.checking import checked  # slow import

    found = checked(paths, prove=prove)
    is_faulty = any(one.level == "fault" for one in found)
    lines = [_complained(one) for one in found]
    if not is_faulty:
        lines.append(f"{len(paths)} read" if len(paths) > 1 else "it reads")
    answer(found, lines, json=as_json)
    if is_faulty:
        ctx.exit(AT_FAULT)


@click.command("prove")
@click.argument("path", type=click.Path(path_type=Path))
@json_option
@click.pass_context
def agreement_prove(ctx: click.Context, path: Path, as_json: bool) -> None:
    """Prove what the text of PATH promises of all its clauses together, or show an act that breaks it."""
    from servanda.assembly.accord.proof import proof_page  # slow import
    from servanda.assembly.texts import Agreement  # slow import

    page = proof_page(Agreement.load(path).instrument)
    answer(page, _proved(page), json=as_json)
    if not page.proved:
        ctx.exit(AT_FAULT)


def _complained(one: Complaint) -> str:
    paragraph = f" {one.paragraph}" if one.paragraph else ""
    warning = " warning:" if one.level == "warning" else ""
    return f"{one.path}:{one.line}:{paragraph}{warning} {one.message} ({one.code})"


def _proved(page: ProofPage) -> Iterator[str]:
    for row in page.invariants:
        yield from _promised(row)
    broken = sum(not row.proved for row in page.invariants)
    count = len(page.invariants)
    told = "nothing is promised" if not count else f"{count - broken} of {count} hold"
    yield f"{page.id} version {page.version}: {told}, for every possible act; {page.seconds:.1f} s"


def _promised(row: InvariantRow) -> Iterator[str]:
    label = "holds" if row.proved else "FAILS"
    yield from hanging(f"{label}  {row.paragraph:<5}", row.words)
    room = " " * 12
    kinds = row.kinds[0] if len(row.kinds) == 1 else f"{len(row.kinds)} kinds"
    yield from hanging(f"{room}of {kinds}", row.promise)
    for breach in row.breaches:
        ruled = f" in {' and '.join(breach.phases)}" if breach.phases else ""
        yield from hanging(f"{room}but {breach.kind}{ruled}", breach.told)
