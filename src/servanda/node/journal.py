"""The journal: what stays home, in a tree of its own whose head the log commits to.

Rules of this module:
- refused drafts, journal kinds and releases to the own people are items; nothing of them is sent;
- the next `withheld` entry commits to the head, so that no item can be rewritten later.

Spec: record 5.2 (withheld).
"""

from __future__ import annotations

from datetime import datetime

from servanda.act.journal import (
    Alarm,
    Answered,
    ClockConfirmed,
    ClockMoved,
    Cut,
    Item,
    JournalOpened,
    Noted,
    Refused,
    Released,
    decode,
    encode,
)
from servanda.act.ruling import Permit
from servanda.base import canon
from servanda.base.errors import UsageError
from servanda.log.tree import Tree, leaf_hash
from servanda.node.holding import placed
from servanda.node.ports import Store
from servanda.node.stages import Judged, ruled
from servanda.seal.text import b64


class Journal:
    """The items of one journal, as the store has them."""

    def __init__(self, *, store: Store, log: str) -> None:
        self.log = log
        self.items: list[Item] = []
        self.tree = Tree()
        self._store = store

    @property
    def last_time(self) -> datetime | None:
        return self.items[-1].recorded_at if self.items else None

    def catch_up(self) -> None:
        """Read what any process has written since.

        Raises:
            IntegrityError: an item does not read, with its place.
        """
        for raw in self._store.entries(self.log, len(self.items), self._store.size(self.log)):
            with placed(f"item {len(self.items)} of the journal"):
                item = decode(raw, index=len(self.items), not_before=self.last_time)
            self._take(raw, item)

    def take_back(self, size: int) -> None:
        """Forget what a step added that was not written, down to the size before it."""
        del self.items[size:]
        self.tree.truncate(size)

    def open(self, party: str, now: datetime) -> None:
        """Item 0."""
        self._append(JournalOpened(index=0, recorded_at=now, log=self.log, party=party))

    def act(self, judged: Judged) -> Item:
        """An own act that stays home: noted, released to the own people, or refused."""
        signed, place = judged.intake.signed, judged.place
        index, at = len(self.items), self._time(place.at)
        act, envelope = signed.act_id, signed.envelope_digest
        cut = Cut(own=place.index, seen=place.seen)
        if not isinstance(judged.ruling, Permit):
            return self._append(
                Refused(index=index, recorded_at=at, act=act, envelope=envelope, cut=cut, ruling=ruled(judged))
            )
        if not judged.ruling.cites:
            kind = signed.statement.kind
            return self._append(Noted(index=index, recorded_at=at, act=act, envelope=envelope, kind=kind))
        return self._append(
            Released(index=index, recorded_at=at, act=act, envelope=envelope, cut=cut, ruling=ruled(judged))
        )

    def answered(self, finding: str, act: str, now: datetime) -> Item:
        """An act of the log answers what was noted.

        Args:
            finding: act id of the noted item.

        Raises:
            UsageError: `finding_unknown`.
        """
        if not any(isinstance(item, Noted) and item.act == finding for item in self.items):
            raise UsageError(
                "finding_unknown", f"`{finding[:16]}` was not noted here", action="name the act id of a noted item"
            )
        return self._append(Answered(index=len(self.items), recorded_at=self._time(now), item=finding, act=act))

    def clock_moved(self, now: datetime, to: datetime) -> Item:
        """A person moved the exercise clock."""
        at = self._time(now)
        return self._append(ClockMoved(index=len(self.items), recorded_at=at, moved_from=now, moved_to=to))

    def clock_confirmed(self, now: datetime) -> Item:
        """A person confirmed the clock."""
        return self._append(ClockConfirmed(index=len(self.items), recorded_at=self._time(now), clock=now))

    def alarm(self, code: str, about: str, now: datetime) -> Item:
        """Something a person must look at."""
        return self._append(Alarm(index=len(self.items), recorded_at=self._time(now), code=code, about=about))

    def head(self) -> bytes:
        """The hidden JSON of a `withheld` entry: root and size.

        Spec: record 5.2 (withheld).
        """
        size = len(self.items)
        return canon.encode({"root": b64(self.tree.root(size)), "size": size})

    def _time(self, now: datetime) -> datetime:
        return now if not self.items else max(now, self.items[-1].recorded_at)

    def _append(self, item: Item) -> Item:
        raw = encode(item)
        self._store.append(self.log, item.index, raw)
        self._take(raw, item)
        return item

    def _take(self, raw: bytes, item: Item) -> None:
        self.tree.append(leaf_hash(raw))
        self.items.append(item)
