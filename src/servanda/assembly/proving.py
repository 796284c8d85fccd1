"""Proving: logs exported whole, receipts of the peer's replies, and files of either verified by anybody.

Rules of this module:
- what is handed out was verified here as its reader will verify it;
- a file says itself what it is: vectors, an exported log, or a receipt.

Spec: record 7.2, 10.3; vectors/record.json.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from servanda.act.ruling import Permit
from servanda.assembly.opening import OpenNode
from servanda.base import canon, fields, limits
from servanda.base.errors import MalformedError, ServandaError, UsageError
from servanda.log import receipt
from servanda.log.checkpoint import Checkpoint, spoken_form
from servanda.node import answers, exported, trust
from servanda.node.holding import LogCopy
from servanda.node.ports import Space
from servanda.node.receipt import Decided, decided
from servanda.node.vectors import Outcome, run_vectors
from servanda.seal.keylist import KeyList
from servanda.seal.text import b64

__all__ = ["Outcome", "Proved", "Side", "Sort", "export", "file_of", "head_of", "items", "log_of", "prove"]

FILE_BYTES_MAX = limits.STREAM_FILE_BYTES_MAX
_RECEIPT = b"c2sp.org/tlog-proof@v1\n"


class Side(StrEnum):
    """Whose log."""

    HOME = "home"
    PEER = "peer"


class Sort(StrEnum):
    """What a file to be verified is."""

    VECTORS = "vectors"
    LOG = "log"
    RECEIPT = "receipt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The newest head of a log as this node computes it.

    Args:
        root: base64.
        spoken: as it is read aloud, to compare two copies.
    """

    log: str
    size: int
    root: str
    spoken: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """A receipt, verified.

    Args:
        raw: the file.
        outcome: permit or refusal, as the peer ruled.
        log, index: the peer's entry that rules so.
    """

    raw: bytes
    act: str
    outcome: str
    log: str
    index: int


def log_of(home: OpenNode, side: Side) -> LogCopy:
    """The own log, or the copy of the peer's."""
    return home.node.holding.home if side is Side.HOME else home.node.holding.peer


def head_of(home: OpenNode, side: Side, size: int | None = None) -> Head:
    """The head of a log at a size, the newest where none is named.

    Raises:
        UsageError: `size_unknown`.
    """
    copy = log_of(home, side)
    if size is not None and not 0 <= size <= copy.size:
        raise UsageError("size_unknown", f"`{copy.name}` has {copy.size} entries here", action="name a smaller size")
    at = copy.size if size is None else size
    root = copy.tree.root(at)
    return Head(
        log=copy.name, size=at, root=b64(root), spoken=spoken_form(Checkpoint(log=copy.name, size=at, root=root))
    )


def export(home: OpenNode, side: Side) -> bytes:
    """A log as far as both nodes have signed it, in one file.

    Raises:
        UsageError: `log_not_cosigned`.
    """
    with home.lock:
        copy = log_of(home, side)
        key = f"{copy.name}/held" if side is Side.HOME else f"{copy.name}/cosigned"
        note = home.node.holding.store.get(Space.HEAD, key)
        if note is None:
            raise UsageError(
                "log_not_cosigned", f"no head of `{copy.name}` is signed by both nodes", action="sync, and export again"
            )
        lists = home.node.lists
        return exported.export(
            home.node.holding, copy, note, [*_since_first(home, lists.own), *_since_first(home, lists.peer)]
        )


def prove(home: OpenNode, act: str) -> Proved:
    """The receipt that proves the peer's reply to an act, verified.

    Args:
        act: id of the act, or its beginning.

    Raises:
        UsageError: `act_unknown`, `act_ambiguous` or `receipt_not_yet`.
        IntegrityError: it does not hold.
    """
    with home.lock:
        found = answers.find(home.node.holding, act)
        raw = answers.receipt_of(home.node.holding, found)
        reply = _decided(home, raw, found.entry.act).reply
        return Proved(
            raw=raw,
            act=reply.act,
            outcome="permit" if isinstance(reply.ruling.ruling, Permit) else "refusal",
            log=reply.log,
            index=reply.index,
        )


def file_of(path: Path) -> tuple[Sort, bytes]:
    """A file to be verified, and what it is.

    Raises:
        UsageError: `file_unreadable`.
        MalformedError: `too_large`.
    """
    try:
        with path.open("rb") as stream:
            raw = stream.read(FILE_BYTES_MAX + 1)
    except OSError as error:
        raise UsageError(
            "file_unreadable", f"`{path}` cannot be read: {error.strerror}", action="name a file that is there"
        ) from error
    if len(raw) > FILE_BYTES_MAX:
        raise MalformedError("too_large", f"`{path}` has more than {FILE_BYTES_MAX} bytes", action="export it anew")
    if raw.startswith(_RECEIPT):
        return Sort.RECEIPT, raw
    return (Sort.VECTORS if raw.lstrip()[:1] == b"{" else Sort.LOG), raw


def items(sort: Sort, raw: bytes, home: OpenNode | None) -> Iterator[Outcome]:
    """What comes out of each item of a file.

    Args:
        home: whose key lists a receipt is held against.

    Raises:
        UsageError: `node_missing`, for a receipt without a node.
        MalformedError, IntegrityError, PeerError: the file itself does not read.
    """
    match sort:
        case Sort.VECTORS:
            yield from run_vectors(_document(raw))
        case Sort.LOG:
            yield from exported.verify(raw)
        case Sort.RECEIPT:
            yield _receipt(raw, home)


def _receipt(raw: bytes, home: OpenNode | None) -> Outcome:
    if home is None:
        raise UsageError(
            "node_missing",
            "a receipt is held against the key lists of a node",
            action="name its settings with `--node`",
        )
    name = "receipt"
    try:
        act = fields.hex_text(canon.decode_object(receipt.read(raw).entry, bytes_max=limits.ENTRY_BYTES_MAX), "act")
        name = f"receipt {act}"
        _decided(home, raw, act)
    except ServandaError as error:
        return Outcome(name=name, ok=False, error=error.code, expected=False)
    return Outcome(name=name, ok=True, error=None, expected=True)


def _decided(home: OpenNode, raw: bytes, act: str) -> Decided:
    log = home.node.identity.peer_log
    return decided(raw, act, log, trust.of_kept(f"{log}/cosigned", home.node.lists, home.node.identity))


def _since_first(home: OpenNode, newest: KeyList) -> list[bytes]:
    """The key lists of a Party from its first one on."""
    chain = [newest]
    while chain[-1].previous is not None:
        chain.append(home.node.lists.by_digest(chain[-1].previous))
    return [listed.raw for listed in reversed(chain)]


def _document(raw: bytes) -> dict[str, Any]:
    try:
        document = json.loads(raw)
    except ValueError as error:
        raise MalformedError("json_syntax", f"no JSON: {error}", action="name a file of vectors") from error
    if not isinstance(document, dict):
        raise MalformedError("field_type", "a file of vectors is one JSON object", action="name a file of vectors")
    return document
