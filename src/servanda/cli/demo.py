"""The demo: two nodes on this machine sign two agreements, bring them into force and play a story.

Rules of this module:
- nothing is feigned: two processes, mutual TLS on loopback, every act said by the commands a person would type;
- it plays in a folder of its own, and leaves both nodes running there, or clears it away.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from servanda.assembly.texts import Agreement
from servanda.base.errors import UsageError
from servanda.cli import story
from servanda.cli.play import Play
from servanda.cli.render import pairs
from servanda.cli.stage import Stage, stage

BACK = timedelta(days=40)
FOLDER = Path(".demo")


@click.command()
@click.option("--once", is_flag=True, help="Play in a folder that is cleared away, and end.")
@click.option("--folder", type=click.Path(path_type=Path), help="Where to play; `.demo` where none is named.")
@click.option("--agreements", type=click.Path(path_type=Path), help="Folder of the agreements' texts.")
def demo(once: bool, folder: Path | None, agreements: Path | None) -> None:
    """Play a story between two nodes on this machine, with every ruling shown.

    Both nodes stay running at the end, until Ctrl-C; with `--once` they are stopped and cleared away.
    """
    texts = _texts(agreements)
    begins_at = datetime.now(UTC).replace(microsecond=0) - BACK
    if once and folder is None:
        with TemporaryDirectory(prefix="servanda-demo-") as made, stage(Path(made) / "demo", begins_at) as scene:
            Play(scene, texts).all()
        return
    with stage(folder or FOLDER, begins_at) as scene:
        Play(scene, texts).all()
        if not once:
            _stay(scene)


def _stay(on: Stage) -> None:
    """Both nodes go on until somebody interrupts."""
    program = os.path.relpath(sys.argv[0]) if sys.argv[0].endswith("servanda") else "servanda"
    click.echo("\nBoth nodes are running. What to try next, in another terminal:\n")
    click.echo(f"  export SERVANDA_NODE={on.kr.settings}\n")
    rows = [
        (f"{program} node status", "how node, logs and agreements stand"),
        (f"{program} act list", "every act, both rulings, how far it was delivered"),
        (f"{program} duty list", "what is owed, by whom, until when"),
        (f"{program} journal list", "what stayed home, the refused rounds among it"),
        (f"{program} agreement show kr-jp-a --paragraph 3.2", "the words that both signed"),
        (f"{program} case open --help", "what can be said of people in danger"),
    ]
    for line in pairs(rows):
        click.echo(f"  {line}")
    click.echo("\nCtrl-C stops both nodes.")
    try:
        while all(side.is_running for side in on.sides()):
            time.sleep(1)
    except KeyboardInterrupt:
        click.echo("\nstopping both nodes")


def _texts(folder: Path | None) -> Mapping[str, Agreement]:
    """The texts of both agreements, in the folder named, here, or beside the source.

    Raises:
        UsageError: `texts_missing`.
    """
    beside = Path(__file__).parents[3] / "agreements"
    for each in (Path("agreements"), beside) if folder is None else (folder,):
        if all((each / name).exists() for name in (story.PACT_A, story.PACT_B)):
            return {name: Agreement.load(each / name) for name in (story.PACT_A, story.PACT_B)}
    raise UsageError(
        "texts_missing", "the texts of the agreements are not found", action="name their folder with `--agreements`"
    )
