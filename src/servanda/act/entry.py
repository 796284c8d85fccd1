"""Entries: what stands at one place of a log, as the node that owns it wrote it.

Rules of this module:
- an entry names its log and index, so that it means nothing at another place;
- index 0 opens the log, and nothing else does;
- times in a log never fall;
- members that are not known here stay in the bytes, are hashed, and mean nothing.

Spec: record 5.1, 5.2.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import assert_never

from servanda.act import recorded
from servanda.act.recorded import RecordedRuling
from servanda.base import canon, fields, moment
from servanda.base.canon import Json
from servanda.base.errors import IntegrityError, MalformedError
from servanda.base.fields import Members
from servanda.base.limits import ENTRY_BYTES_MAX, JSON_INTEGER_MAX, LOG_ENTRIES_MAX
from servanda.seal.text import b64, from_b64

__all__ = [
    "Destroyed",
    "Entry",
    "Issued",
    "Keyed",
    "Opened",
    "Reason",
    "Received",
    "RecordedRuling",
    "Seen",
    "Withheld",
    "decode",
    "encode",
]

VERSION = 1
ROOT_BYTES = 32


class Reason(StrEnum):
    """Why a log, or a new epoch of it, was opened."""

    FIRST = "first"
    RESTORED = "restored"
    EQUIVOCATION = "equivocation"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The checkpoint of a log that was held: its name, size and root."""

    log: str
    size: int
    root: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placed:
    """What every entry has: its place and its time."""

    log: str
    index: int
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened(_Placed):
    """The log begins.

    Args:
        epoch: last part of the log's name, from 1.
        previous: the highest checkpoint known of the epoch before, None for the first.
        reason: None where the entry gives none, as the first logs did not.
        keys: hex SHA-256 of the own key list's body; empty where the entry names none.
    """

    party: str
    epoch: int
    previous: Seen | None
    reason: Reason | None
    keys: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued(_Placed):
    """An act of this log's own Party, with its own ruling.

    Args:
        envelope: hex SHA-256 of the envelope's bytes.
        seen: the peer's checkpoint held then; the cut reads the peer's log below it.
        rank: its place in the order of both logs.
    """

    act: str
    envelope: str
    seen: Seen
    rank: int
    ruling: RecordedRuling
    observed: Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Received(_Placed):
    """The reply: this node's ruling on an act of the other Party.

    Args:
        source: log and index of the entry that issued the act.
        observed: what was seen of its way here; it decides nothing.
    """

    act: str
    envelope: str
    source: tuple[str, int]
    seen: Seen
    ruling: RecordedRuling
    observed: Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld(_Placed):
    """The head of the journal, committed to without showing it."""

    commit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Destroyed(_Placed):
    """A payload is destroyed here; its residue outlives it."""

    act: str
    commit: str
    residue: Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyed(_Placed):
    """A key list accepted here: of which Party, its number, and the hex SHA-256 of its body."""

    party: str
    number: int
    keys: str


Entry = Opened | Issued | Received | Withheld | Destroyed | Keyed


def encode(entry: Entry) -> bytes:
    """The canonical bytes of an entry.

    Raises:
        MalformedError: `too_large`, or `field_type` for what no reader would take.
        IntegrityError: `entry_misplaced`, for an entry that can stand nowhere.
    """
    name, members = _written(entry)
    data = canon.encode(
        {
            "version": VERSION,
            "log": entry.log,
            "index": entry.index,
            "type": name,
            "recorded_at": moment.text(entry.recorded_at),
            **members,
        }
    )
    if len(data) > ENTRY_BYTES_MAX:
        raise MalformedError(
            "too_large", f"an entry of {len(data)} bytes, at most {ENTRY_BYTES_MAX} fit", action="shorten what it holds"
        )
    decode(data, log=entry.log, index=entry.index)
    return data


def decode(data: bytes, *, log: str, index: int, not_before: datetime | None = None) -> Entry:
    """The entry that some bytes hold at a place of a log.

    Args:
        not_before: time of the entry before it, where that is at hand.

    Raises:
        MalformedError: `too_large`, `json_*`, `version_unknown`, `field_missing`, `field_type` or `ruling_malformed`.
        IntegrityError: `json_not_canonical`, `entry_misplaced` or `base64_invalid`.
    """
    members = canon.decode_object(data, bytes_max=ENTRY_BYTES_MAX)
    if fields.whole(members, "version") != VERSION:
        raise MalformedError(
            "version_unknown", f"an entry of version {members['version']}", action="take up a newer release"
        )
    name, recorded_at = fields.text(members, "type"), fields.time(members, "recorded_at")
    stated = (fields.text(members, "log"), fields.whole(members, "index", most=LOG_ENTRIES_MAX))
    if stated != (log, index):
        raise _misplaced(f"an entry for index {stated[1]} of `{stated[0]}` stands at index {index} of `{log}`")
    if name not in _READERS:
        raise fields.wrong("type", f"one of {', '.join(_READERS)}")
    if (name == "opened") is not (index == 0):
        raise _misplaced(f"an entry `{name}` stands at index {index} of `{log}`")
    if not_before is not None and recorded_at < not_before:
        raise _misplaced(f"entry {index} of `{log}` is older than the one before it")
    return _READERS[name](members, log, index, recorded_at)


def _written(entry: Entry) -> tuple[str, dict[str, object]]:
    match entry:
        case Opened():
            if entry.reason is None or not entry.keys:
                raise ValueError("an opened entry gives its reason and its key list")
            return "opened", {
                "party": entry.party,
                "epoch": entry.epoch,
                "previous": None if entry.previous is None else _seen_json(entry.previous),
                "reason": entry.reason,
                "keys": entry.keys,
            }
        case Issued():
            return "issued", {
                "act": entry.act,
                "envelope": entry.envelope,
                "seen": _seen_json(entry.seen),
                "rank": entry.rank,
                "ruling": recorded.to_json(entry.ruling),
                "observed": dict(entry.observed),
            }
        case Received():
            return "received", {
                "act": entry.act,
                "envelope": entry.envelope,
                "source": {"log": entry.source[0], "index": entry.source[1]},
                "seen": _seen_json(entry.seen),
                "ruling": recorded.to_json(entry.ruling),
                "observed": dict(entry.observed),
            }
        case Withheld():
            return "withheld", {"commit": entry.commit}
        case Destroyed():
            return "destroyed", {"act": entry.act, "commit": entry.commit, "residue": dict(entry.residue)}
        case Keyed():
            return "keyed", {"party": entry.party, "number": entry.number, "keys": entry.keys}
        case _:
            assert_never(entry)


def _opened(members: Members, log: str, index: int, recorded_at: datetime) -> Opened:
    reason = members.get("reason")
    if reason is not None and (not isinstance(reason, str) or reason not in tuple(Reason)):
        raise fields.wrong("reason", f"one of {', '.join(Reason)}")
    return Opened(
        log=log,
        index=index,
        recorded_at=recorded_at,
        party=fields.text(members, "party"),
        epoch=fields.whole(members, "epoch", least=1),
        previous=None if fields.member(members, "previous") is None else _seen(fields.nested(members, "previous")),
        reason=None if reason is None else Reason(reason),
        keys=fields.hex_text(members, "keys") if "keys" in members else "",
    )


def _issued(members: Members, log: str, index: int, recorded_at: datetime) -> Issued:
    return Issued(
        log=log,
        index=index,
        recorded_at=recorded_at,
        act=fields.hex_text(members, "act"),
        envelope=fields.hex_text(members, "envelope"),
        seen=_seen(fields.nested(members, "seen")),
        rank=fields.whole(members, "rank", least=1),
        ruling=recorded.from_json(fields.member(members, "ruling")),
        observed=fields.nested(members, "observed"),
    )


def _received(members: Members, log: str, index: int, recorded_at: datetime) -> Received:
    source = fields.nested(members, "source")
    return Received(
        log=log,
        index=index,
        recorded_at=recorded_at,
        act=fields.hex_text(members, "act"),
        envelope=fields.hex_text(members, "envelope"),
        source=(fields.text(source, "log"), fields.whole(source, "index", most=LOG_ENTRIES_MAX)),
        seen=_seen(fields.nested(members, "seen")),
        ruling=recorded.from_json(fields.member(members, "ruling")),
        observed=fields.nested(members, "observed"),
    )


def _withheld(members: Members, log: str, index: int, recorded_at: datetime) -> Withheld:
    return Withheld(log=log, index=index, recorded_at=recorded_at, commit=fields.hex_text(members, "commit"))


def _destroyed(members: Members, log: str, index: int, recorded_at: datetime) -> Destroyed:
    return Destroyed(
        log=log,
        index=index,
        recorded_at=recorded_at,
        act=fields.hex_text(members, "act"),
        commit=fields.hex_text(members, "commit"),
        residue=fields.nested(members, "residue"),
    )


def _keyed(members: Members, log: str, index: int, recorded_at: datetime) -> Keyed:
    return Keyed(
        log=log,
        index=index,
        recorded_at=recorded_at,
        party=fields.text(members, "party"),
        number=fields.whole(members, "number", least=1, most=JSON_INTEGER_MAX),
        keys=fields.hex_text(members, "keys"),
    )


_READERS: Mapping[str, Callable[[Members, str, int, datetime], Entry]] = MappingProxyType(
    {
        "opened": _opened,
        "issued": _issued,
        "received": _received,
        "withheld": _withheld,
        "destroyed": _destroyed,
        "keyed": _keyed,
    }
)


def _seen(members: Members) -> Seen:
    root = from_b64(fields.text(members, "root"))
    if len(root) != ROOT_BYTES:
        raise fields.wrong("root", f"base64 of {ROOT_BYTES} bytes")
    return Seen(log=fields.text(members, "log"), size=fields.whole(members, "size", most=LOG_ENTRIES_MAX), root=root)


def _seen_json(seen: Seen) -> dict[str, Json]:
    return {"log": seen.log, "size": seen.size, "root": b64(seen.root)}


def _misplaced(message: str) -> IntegrityError:
    return IntegrityError("entry_misplaced", message, action="ask the node that keeps this log for the entry")
