"""A process that writes until it is killed: entry, outbox and sealed payload in one step, then the mark.

Run with a data folder as its argument; it tells the number of each entry once that is on disk.
"""

from __future__ import annotations

import sys
from pathlib import Path

from servanda.adapters.mark import FileMark
from servanda.adapters.sqlite import SqliteStore
from servanda.node.ports import Space

LOG = "exercise.kr.node/jp/1"


def entry(index: int) -> bytes:
    """The entry at an index: of uneven length, so that pages fill and overflow."""
    return b"entry %d " % index * (1 + index * 37 % 400)


def commit(index: int) -> str:
    """The name of the sealed payload of an entry."""
    return f"{index:064x}"


def write(folder: Path) -> None:
    """Write on from where the log ends."""
    store = SqliteStore(folder / "node.db")
    mark = FileMark(folder / "mark")
    index = store.size(LOG)
    while True:
        with store.writing():
            store.append(LOG, index, entry(index))
            store.put(Space.OUTBOX, commit(index), b"")
            store.lay(commit(index), entry(index))
            if index >= 3:
                store.destroy(commit(index - 3))
                store.remove(Space.OUTBOX, commit(index - 3))
        mark.write(b"%d" % index)
        sys.stdout.write(f"{index}\n")
        sys.stdout.flush()
        index += 1


if __name__ == "__main__":
    write(Path(sys.argv[1]))
