"""Bundles as files: made for the peer, and the peer's taken.

Rules of this module:
- each file is taken by itself: what one brings stays, whatever becomes of the next.
"""

from __future__ import annotations

from pathlib import Path

import click

from servanda.cli.lazy import HouseGroup
from servanda.cli.session import Session, answer, json_option


@click.group(cls=HouseGroup)
def bundle() -> None:
    """Make bundle files for the peer, and take the peer's."""


@bundle.command("make")
@click.option("--to", type=click.Path(path_type=Path), help="Folder; that of the settings where none is named.")
@json_option
@click.pass_obj
def bundle_make(session: Session, to: Path | None, as_json: bool) -> None:
    """The next bundle for the peer: all that it has not cosigned."""
    with session.home() as home:
        file = home.link.make_bundle(to)
        answer({"file": file, "bytes": file.stat().st_size}, [f"wrote {file}"], json=as_json)


@bundle.command("take")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@json_option
@click.pass_obj
def bundle_take(session: Session, files: tuple[Path, ...], as_json: bool) -> None:
    """What bundle files of the peer bring; a folder stands for all that lie in it for this node."""
    with session.home() as home:
        for given in files:
            for file, brought in home.link.take_bundles(given):
                told = (
                    f"took {file}: number {brought.number}, {brought.entries} new entries; "
                    f"the peer holds {brought.held} of ours"
                )
                if brought.wanted:
                    told += f"; {len(brought.wanted)} pieces are asked for with the next bundle"
                answer({"file": file, "brought": brought}, [told], json=as_json)
