"""Items of the journal: what stays home, in an order that cannot be changed later.

Rules of this module:
- the journal is a tree of its own; its head is committed to by the log's `withheld` entries;
- an own draft that was refused, a journal kind, and a release to the own people are items and are never sent;
- what a person did to the clock, what answered a finding, and every alarm are items too.

Spec: record 5.2 (withheld), 11.6; house (journal).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import TypeVar, assert_never

from servanda.act import recorded
from servanda.act.recorded import RecordedRuling
from servanda.base import canon, fields, moment
from servanda.base.errors import IntegrityError, MalformedError
from servanda.base.fields import Members
from servanda.base.limits import JOURNAL_ITEM_BYTES_MAX, LOG_ENTRIES_MAX

__all__ = [
    "Alarm",
    "Answered",
    "ClockConfirmed",
    "ClockMoved",
    "Cut",
    "Item",
    "JournalOpened",
    "Noted",
    "RecordedRuling",
    "Refused",
    "Released",
    "decode",
    "encode",
]

VERSION = 1
ABOUT_CHARACTERS_MAX = 1_024


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """How far each log was read: own entries below `own`, the peer's below `seen`."""

    own: int
    seen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placed:
    """What every item has: its place and its time."""

    index: int
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalOpened(_Placed):
    """The journal begins.

    Args:
        log: its name, beside that of the log that commits to it.
    """

    log: str
    party: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused(_Placed):
    """An own act that was refused at home; nobody else learns that it was asked."""

    act: str
    envelope: str
    cut: Cut
    ruling: RecordedRuling


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted(_Placed):
    """An act of a journal kind: a finding, an alert, a step of the own procedure."""

    act: str
    envelope: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Released(_Placed):
    """A release to the own people: a line in the register of readers."""

    act: str
    envelope: str
    cut: Cut
    ruling: RecordedRuling


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered(_Placed):
    """An act that answers what was noted.

    Args:
        item: act id of the noted item.
        act: id of the act that answers it.
    """

    item: str
    act: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockMoved(_Placed):
    """A person moved the clock of an exercise node forward."""

    moved_from: datetime
    moved_to: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockConfirmed(_Placed):
    """A person confirmed that the clock is right."""

    clock: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm(_Placed):
    """Something that a person must look at.

    Args:
        code: the failure, as errors name it.
        about: log, act or file that it is about.
    """

    code: str
    about: str


Item = JournalOpened | Refused | Noted | Released | Answered | ClockMoved | ClockConfirmed | Alarm


def encode(item: Item) -> bytes:
    """The canonical bytes of an item.

    Raises:
        MalformedError: `too_large`, or `field_type` for what no reader would take.
        IntegrityError: `entry_misplaced`, for an item that can stand nowhere.
    """
    name, members = _written(item)
    data = canon.encode(
        {
            "version": VERSION,
            "index": item.index,
            "recorded_at": moment.text(item.recorded_at),
            "type": name,
            **members,
        }
    )
    if len(data) > JOURNAL_ITEM_BYTES_MAX:
        raise MalformedError(
            "too_large",
            f"an item of {len(data)} bytes, at most {JOURNAL_ITEM_BYTES_MAX} fit",
            action="shorten what it holds",
        )
    decode(data, index=item.index)
    return data


def decode(data: bytes, *, index: int, not_before: datetime | None = None) -> Item:
    """The item that some bytes hold at a place of the journal.

    Args:
        not_before: time of the item before it, where that is at hand.

    Raises:
        MalformedError: `too_large`, `json_*`, `version_unknown`, `field_missing`, `field_type` or `ruling_malformed`.
        IntegrityError: `json_not_canonical` or `entry_misplaced`.
    """
    members = canon.decode_object(data, bytes_max=JOURNAL_ITEM_BYTES_MAX)
    if fields.whole(members, "version") != VERSION:
        raise MalformedError(
            "version_unknown", f"an item of version {members['version']}", action="take up a newer release"
        )
    name, recorded_at = fields.text(members, "type"), fields.time(members, "recorded_at")
    if name not in _READERS:
        raise fields.wrong("type", f"one of {', '.join(_READERS)}")
    stated = fields.whole(members, "index", most=LOG_ENTRIES_MAX)
    if stated != index or (name == "opened") is not (index == 0):
        raise _misplaced(f"an item `{name}` for index {stated} stands at index {index} of the journal")
    if not_before is not None and recorded_at < not_before:
        raise _misplaced(f"item {index} of the journal is older than the one before it")
    return _READERS[name](members, index, recorded_at)


def _written(item: Item) -> tuple[str, dict[str, object]]:
    match item:
        case JournalOpened():
            return "opened", {"log": item.log, "party": item.party}
        case Refused():
            return "refused", _judged_json(item)
        case Noted():
            return "noted", {"act": item.act, "envelope": item.envelope, "kind": item.kind}
        case Released():
            return "released", _judged_json(item)
        case Answered():
            return "answered", {"item": item.item, "act": item.act}
        case ClockMoved():
            return "clock", {"from": moment.text(item.moved_from), "to": moment.text(item.moved_to)}
        case ClockConfirmed():
            return "confirmed", {"clock": moment.text(item.clock)}
        case Alarm():
            return "alarm", {"code": item.code, "about": item.about}
        case _:
            assert_never(item)


def _judged_json(item: Refused | Released) -> dict[str, object]:
    return {
        "act": item.act,
        "envelope": item.envelope,
        "cut": {"own": item.cut.own, "seen": item.cut.seen},
        "ruling": recorded.to_json(item.ruling),
    }


def _opened(members: Members, index: int, recorded_at: datetime) -> JournalOpened:
    return JournalOpened(
        index=index, recorded_at=recorded_at, log=fields.text(members, "log"), party=fields.text(members, "party")
    )


_Judged = TypeVar("_Judged", Refused, Released)


def _judged(item: type[_Judged]) -> Callable[[Members, int, datetime], _Judged]:
    """Reads an act that was judged here and stayed home."""

    def read(members: Members, index: int, recorded_at: datetime) -> _Judged:
        return item(
            index=index,
            recorded_at=recorded_at,
            act=fields.hex_text(members, "act"),
            envelope=fields.hex_text(members, "envelope"),
            cut=_cut(members),
            ruling=recorded.from_json(fields.member(members, "ruling")),
        )

    return read


def _noted(members: Members, index: int, recorded_at: datetime) -> Noted:
    return Noted(
        index=index,
        recorded_at=recorded_at,
        act=fields.hex_text(members, "act"),
        envelope=fields.hex_text(members, "envelope"),
        kind=fields.text(members, "kind"),
    )


def _answered(members: Members, index: int, recorded_at: datetime) -> Answered:
    return Answered(
        index=index, recorded_at=recorded_at, item=fields.hex_text(members, "item"), act=fields.hex_text(members, "act")
    )


def _moved(members: Members, index: int, recorded_at: datetime) -> ClockMoved:
    return ClockMoved(
        index=index,
        recorded_at=recorded_at,
        moved_from=fields.time(members, "from"),
        moved_to=fields.time(members, "to"),
    )


def _confirmed(members: Members, index: int, recorded_at: datetime) -> ClockConfirmed:
    return ClockConfirmed(index=index, recorded_at=recorded_at, clock=fields.time(members, "clock"))


def _alarm(members: Members, index: int, recorded_at: datetime) -> Alarm:
    return Alarm(
        index=index,
        recorded_at=recorded_at,
        code=fields.text(members, "code"),
        about=fields.text(members, "about", characters_max=ABOUT_CHARACTERS_MAX),
    )


_READERS: Mapping[str, Callable[[Members, int, datetime], Item]] = MappingProxyType(
    {
        "opened": _opened,
        "refused": _judged(Refused),
        "noted": _noted,
        "released": _judged(Released),
        "answered": _answered,
        "clock": _moved,
        "confirmed": _confirmed,
        "alarm": _alarm,
    }
)


def _cut(members: Members) -> Cut:
    cut = fields.nested(members, "cut")
    return Cut(own=fields.whole(cut, "own", most=LOG_ENTRIES_MAX), seen=fields.whole(cut, "seen", most=LOG_ENTRIES_MAX))


def _misplaced(message: str) -> IntegrityError:
    return IntegrityError("entry_misplaced", message, action="restore the journal from a copy and audit it")
