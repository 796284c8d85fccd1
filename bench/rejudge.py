"""How fast the record is judged again by another text: a million acts in a database on disk, by the command's own code.

Limit: one minute for a million acts; `ratio` is how many times as fast as that it goes, by the clock on the wall, since
reading is part of the work. There is no tool of others that answers the question.

The database is written before, which takes longer than what is measured; `records.py` says what lies in it. Every
fifth act states facts that no other act states, the others share two thousand sets: a record in which no set came
twice would cost a judging for each act, and one of a single set next to none.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.harness import Clock, Figure
from bench.records import LOG, write_acts
from servanda.adapters.sqlite import SqliteStore
from servanda.agreement.instrument import Instrument, load
from servanda.assembly.accord.rejudging import judged_again
from tests.cases import pact, source

ACTS = 1_000_000
RECURRING, OWN = 2_000, 5
LIMIT_S = 60.0
RUNS = 3
PACT = "kr-jp-b"
AMENDED = ("at_most: 500000", "at_most: 250000")
"""The committee is asked above half of what it was: some orders in the record would have been refused."""


def run() -> Iterator[Figure]:
    """The figures of this bench."""
    amended = load(source(PACT).replace(*AMENDED), path="amended")
    with TemporaryDirectory(prefix="servanda-rejudge-") as folder:
        path = Path(folder) / "node.db"
        print("bench: rejudge, the record is written", file=sys.stderr, flush=True)
        _write(path)
        took_s = median(_took_s(path, amended) for _ in range(RUNS))
    yield Figure(
        figure=f"acts judged again, of {ACTS:,}",
        value=ACTS / took_s,
        unit="acts/s",
        peer="a million in one minute",
        ratio=LIMIT_S * ACTS / 1_000_000 / took_s,
    )


def _write(path: Path) -> None:
    store = SqliteStore(path)
    write_acts(store, pact(PACT), ACTS, recurring=RECURRING, own=OWN)
    store.close()


def _took_s(path: Path, amended: Instrument) -> float:
    """One reading of the whole record, the database opened anew [s]."""
    began_s = Clock.WALL.now_s()
    with judged_again(path, LOG, amended) as again:
        changes = sum(1 for _ in again.changes())
    took_s = Clock.WALL.now_s() - began_s
    if again.page.judged != ACTS or not 0 < changes < ACTS:
        raise ValueError(f"{again.page.judged} acts were judged again, and {changes} changed")
    return took_s
