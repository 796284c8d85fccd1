"""Recovery: the high-water mark, by which a node notices that its database is an older copy.

Rules of this module:
- the mark lies apart from the database and never goes back;
- it is written before anything of its size leaves, so no signed head is ever forgotten unnoticed;
- a log behind its mark, or contradicting it, signs nothing.

Spec: record 8.1.
"""

from __future__ import annotations

from servanda.base.errors import PeerError
from servanda.log.checkpoint import Checkpoint, read_text
from servanda.node.holding import LogCopy
from servanda.node.ports import Mark


def stand_by(mark: Mark, home: LogCopy) -> None:
    """The own log is not behind its mark and does not contradict it.

    Raises:
        PeerError: `behind_mark`.
    """
    raw = mark.read()
    if raw is None:
        return
    known = read_text(raw.decode())
    if known.size > home.size or known.root != home.tree.root(known.size):
        raise PeerError(
            "behind_mark",
            f"the mark knows {known.size} entries of `{home.name}`, the database has {home.size}, or others",
            action="the database is an older copy: fetch the missing entries from the peer before signing",
        )


def raise_to(mark: Mark, head: Checkpoint) -> None:
    """Write the mark, before anything of that size leaves."""
    raw = mark.read()
    if raw is None or read_text(raw.decode()).size < head.size:
        mark.write(head.text.encode())
