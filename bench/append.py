"""How fast a node records acts, one a commit, on a real disk.

Floor: commits of one row of an entry's length into a file written the same way (write-ahead log, `synchronous=FULL`),
on the same disk, in turn. It is fair because no record can be on disk sooner than a row is; all above it is what the
node does besides: draft, seal, sign, judge, hash, and write envelope, facts and sealed payload in one transaction.

A head is signed when a bundle is made, not with each act, so it is measured apart, beside its bare signatures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import apsw

from bench.harness import Clock, Figure, beside
from bench.nodes import START, on_disk, two_nodes
from servanda.log.checkpoint import Checkpoint, sign_head
from servanda.log.tree import EMPTY_ROOT
from servanda.seal.keys import Alg, SecretKey, generate

ACTS = 60
ENTRY_BYTES = 800
HEADS = 200


def run() -> Iterator[Figure]:
    """The figures of this bench."""
    with TemporaryDirectory(prefix="servanda-append-") as folder:
        yield appends(Path(folder))
    ed25519, ml_dsa_44 = generate(Alg.ED25519), generate(Alg.ML_DSA_44)
    yield heads("heads signed, Ed25519", [ed25519])
    yield heads("heads signed, Ed25519 and ML-DSA-44", [ed25519, ml_dsa_44])


def appends(folder: Path) -> Figure:
    """Reports of an officer, each drafted, judged and on disk before the next is said."""
    home, _ = two_nodes(folder / "nodes", on_disk)
    rows = _rows(folder / "rows.db")
    numbers = iter(range(1, 1_000_000))

    def ours() -> int:
        return len([home.report(control=f"KR-2031-{next(numbers):06}") for _ in range(ACTS)])

    def floor() -> int:
        return len([rows.execute("INSERT INTO rows (data) VALUES (?)", (bytes(ENTRY_BYTES),)) for _ in range(ACTS)])

    return beside(
        "acts recorded, one a commit", ours, floor, of="acts", named="commits of one row, fsynced", clock=Clock.WALL
    )


def heads(figure: str, keys: Sequence[SecretKey]) -> Figure:
    """Heads of a log as signed notes."""
    head = Checkpoint(log="exercise.kr.node.example/jp/1", size=100_000, root=EMPTY_ROOT)
    message = head.text.encode()

    def ours() -> int:
        return len([sign_head(head, keys, START) for _ in range(HEADS)])

    def floor() -> int:
        return len([[key.sign(message) for key in keys] for _ in range(HEADS)])

    return beside(figure, ours, floor, of="heads", named="bare signatures")


def _rows(path: Path) -> apsw.Connection:
    """A file with one table, written as the store writes its own."""
    connection = apsw.Connection(str(path))
    for sql in ("PRAGMA journal_mode = wal", "PRAGMA synchronous = FULL", "CREATE TABLE rows (data BLOB NOT NULL)"):
        connection.execute(sql)
    return connection
