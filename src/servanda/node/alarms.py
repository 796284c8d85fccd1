"""Alarms: what comes as the peer's and does not hold, kept where a person finds it.

Rules of this module:
- of a bundle that does not hold nothing stays but an alarm, and why it was refused until the next one is taken;
- a peer that repeats itself fills no journal: an alarm of one code is raised once an hour;
- what is told of foreign bytes is cut short and bears nothing that could move a screen;
- two heads that cannot both be true are evidence for both nations: it is sent to whoever signed them.

Spec: record 5.6 (alarm), 7.4.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from servanda.act.journal import ABOUT_CHARACTERS_MAX, Alarm
from servanda.base import canon, fields, limits, moment
from servanda.base.errors import IntegrityError, MalformedError, ServandaError
from servanda.log import checkpoint as heads
from servanda.node import stream, trust
from servanda.node.holding import LogCopy
from servanda.node.identity import Identity
from servanda.node.journal import Journal
from servanda.node.lists import Lists
from servanda.node.ports import Space, Store
from servanda.node.stream import Record, RecordType, Stream

NOTE = "bundle_refused"
AGAIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedBundle:
    """Why the last bundle that came as the peer's was refused.

    Args:
        at: when it came.
        message: what does not hold.
        action: what to do next.
    """

    at: datetime
    code: str
    message: str
    action: str


def raised(journal: Journal, code: str, about: str, now: datetime) -> None:
    """An alarm in the journal, unless one of this code was raised within the hour."""
    recent = takewhile(lambda item: now - item.recorded_at < AGAIN, reversed(journal.items))
    if not any(isinstance(item, Alarm) and item.code == code for item in recent):
        journal.alarm(code, _plain(about), now)


def refused(store: Store, journal: Journal, error: IntegrityError | MalformedError, now: datetime) -> None:
    """A bundle does not hold: an alarm, and a note of why until the next one is taken."""
    raised(journal, error.code, f"a bundle was refused: {error.message}", now)
    value = {
        "action": _plain(error.action),
        "at": moment.text(now),
        "code": error.code,
        "message": _plain(error.message),
    }
    store.put(Space.NOTE, NOTE, canon.encode(value))


def refused_last(store: Store) -> RefusedBundle | None:
    """Why the last bundle was refused; None where it was taken."""
    raw = store.get(Space.NOTE, NOTE)
    if raw is None:
        return None
    members = canon.decode_object(raw, bytes_max=limits.RECORD_BYTES_MAX)
    return RefusedBundle(
        at=fields.time(members, "at"),
        code=str(members["code"]),
        message=str(members["message"]),
        action=str(members["action"]),
    )


def taken(store: Store) -> None:
    """A bundle of the peer was taken: what was refused before it is past."""
    if store.get(Space.NOTE, NOTE) is not None:
        store.remove(Space.NOTE, NOTE)


def evidence(store: Store, log: str) -> Iterator[Record]:
    """What is kept against a log, to be sent to the node that signed it."""
    kept = store.get(Space.EVIDENCE, log)
    if kept is not None:
        yield Record(type=RecordType.EVIDENCE, body=kept)


def against(contents: Stream, home: LogCopy, lists: Lists, identity: Identity) -> bytes | None:
    """Evidence that a bundle brings against the own log: a head signed with its keys that never stood here.

    What does not prove that is no evidence, and passed over.

    Raises:
        MalformedError: `stream_malformed`.
    """
    for body in contents.of(RecordType.EVIDENCE):
        for note in stream.read_evidence(body):
            try:
                head = heads.open_checkpoint(note, home.name, trust.of_log(home.name, lists, identity)).checkpoint
            except ServandaError:
                continue
            if head.size > home.size or head.root != home.tree.root(head.size):
                return body
    return None


def _plain(text: str) -> str:
    return "".join(character for character in text if character.isprintable())[:ABOUT_CHARACTERS_MAX]
