"""Publishing: an agreement for other people's tools, for paper, and for parliaments and the public.

Rules of this module:
- a text is exported without a node; only what was exchanged is counted from a record, where a node is named;
- what was written is said, with its size; nothing is written where anything of it fails.

Spec: agreement 10 (exchange with other tools).
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from servanda.cli.session import Session, answer, json_option

if TYPE_CHECKING:
    from servanda.assembly.accord.exporting import Copy

_OUT = click.option("--out", metavar="FILE", required=True, type=click.Path(path_type=Path), help="The file to write.")


@click.command("export")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--to", "form", required=True, type=click.Choice(("akn", "pdf", "cedar")), help="What it becomes.")
@_OUT
@click.option("--language", metavar="CODE", help="Language of the words; that of the text with the clauses at first.")
@click.option("--holder", metavar="PARTY", help="Which Party holds the printed copy; it is named first in it.")
@click.option("--signed", metavar="DAY", type=click.DateTime(("%Y-%m-%d",)), help="Day of signature, for akn.")
@json_option
def agreement_export(
    path: Path,
    form: Any,
    out: Path,
    language: str | None,
    holder: str | None,
    signed: datetime | None,
    as_json: bool,
) -> None:
    """The text of PATH as Akoma Ntoso, as a printed copy, or as policies and schema of Cedar."""
    from servanda.assembly.accord.exporting import exported  # slow import
    from servanda.assembly.texts import Agreement  # slow import

    day = None if signed is None else signed.date()
    written = exported(Agreement.load(path), form, out, language=language, holder=holder, signed=day)
    _told(written, as_json=as_json)


@click.command("assurance")
@click.argument("path", type=click.Path(path_type=Path))
@_OUT
@click.option(
    "--to", "form", type=click.Choice(("html", "pdf")), default="html", help="What it becomes; html at first."
)
@click.option("--language", metavar="CODE", help="en, ja or ko; that of the text with the clauses at first.")
@json_option
@click.pass_obj
def agreement_assurance(
    session: Session, path: Path, out: Path, form: Any, language: str | None, as_json: bool
) -> None:
    """What the text of PATH can never allow, proved; what it allows; how it ends. With a node, what was exchanged."""
    from servanda.assembly.accord.assurance import assurance_page  # slow import
    from servanda.assembly.accord.exporting import published  # slow import
    from servanda.assembly.texts import Agreement  # slow import

    agreement = Agreement.load(path)
    spoken = language or agreement.instrument.languages.main
    if session.settings is None:
        page = assurance_page(agreement, spoken)
    else:
        with session.home() as home:
            page = assurance_page(agreement, spoken, home)
    _told(published(page, form, out), as_json=as_json)


def _told(written: Copy, *, as_json: bool) -> None:
    lines = [f"wrote {file}, {size} bytes" for file, size in written.files.items()]
    answer(written, [*lines, f"digest {written.digest}"], json=as_json)
