"""The stage types: what each of the five stages takes and gives.

Draft | bytes --intake--> Intake --check--> Judged --record--> Recorded --deliver--> Receipt
                                                    `--project--> Folded

Rules of this module:
- only the stage named builds the next value, so an act cannot be recorded that was not judged;
- a cut says how far each log is read: entries of the author's log below `own`, of the other's below `seen`.

Spec: record 5.3 (cut), 7.1 (the four states of delivery).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from servanda.act.act import Signed
from servanda.act.entry import Entry
from servanda.act.journal import Item
from servanda.act.recorded import RecordedRuling
from servanda.act.ruling import Ruling
from servanda.policy.facts import FactValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an act stands, or would stand: its author's log, its index, and what that log has seen.

    Args:
        log: name of the author's log.
        index: its index there; the cut reads that log below it.
        seen: size of the other log that was seen; the cut reads that log below it.
        at: `recorded_at` of the issuing entry, the time the act is judged at.
    """

    log: str
    index: int
    seen: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """A signed act with its sealed payload, from an officer here or from the peer's log.

    Args:
        sealed: the sealed payload, None where the act has none or it was destroyed.
        finding: journal item it answers, for acts of this node.
        asked: commitment to what the officer gave, where a desk made the payload of it.
    """

    signed: Signed
    sealed: bytes | None
    finding: str | None = None
    asked: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """An act with the ruling of this node, judged at its place.

    Args:
        facts: the facts it was judged by, one mapping a line; empty where the life cycle judged, or for `invalid`.
        facts_commit, facts_salt: commitment to them and its derived salt, None and empty where there are none.
        kept_home: whether it belongs into the journal whatever the ruling (journal kinds, release to own people).
        repeated: whether this very act is in the own log already.
    """

    intake: Intake
    place: Place
    ruling: Ruling
    facts: tuple[Mapping[str, FactValue], ...] = ()
    facts_commit: str | None = None
    facts_salt: bytes = b""
    kept_home: bool = False
    repeated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What became of an act here: an entry of the log, or an item of the journal."""

    judged: Judged
    entry: Entry | None
    item: Item | None


class Standing(StrEnum):
    """Of an act, once both have or have not ruled on it."""

    PENDING = "pending"
    AGREED = "agreed"
    REFUSED = "refused"
    DISPUTED = "disputed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The four states of delivery of an act of this node.

    Args:
        recorded: index of the issuing entry.
        carried: number of the last bundle that took it along, None before.
        held: size of the own log that the peer has cosigned and that covers it, None before.
        decided: index of the peer's reply in the peer's log, None before.
    """

    recorded: int
    carried: int | None
    held: int | None
    decided: int | None


def ruled(judged: Judged) -> RecordedRuling:
    """The ruling as an entry states it."""
    return RecordedRuling(
        ruling=judged.ruling,
        agreement_digest=judged.intake.signed.statement.agreement_digest,
        facts=judged.facts_commit,
    )
