"""Project: the acts that have effect at a cut, folded into state, the same on both sides.

Rules of this module:
- the cut decides what is folded, (rank, log, index) decides the order; arrival decides nothing;
- folded are acts their author permitted and the other did not refuse within the cut, acts that a joint close lets
  stand, and life-first acts whatever the rulings; never acts a joint close makes void, nor acts found invalid here;
- the cuts of one log only grow, so one cursor a log moves forward; a late act refolds from the state before it.

Spec: record 5.3, 5.4, 7.3.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from rpds import HashTrieMap

from servanda.act.act import Applied
from servanda.act.entry import Issued, Received
from servanda.act.kind import kinds
from servanda.act.ruling import Ground, Permit, Refusal
from servanda.agreement import duties, life
from servanda.agreement.acts import joint_digest
from servanda.agreement.duties import DutyBook
from servanda.agreement.life import Life
from servanda.domain import Domain
from servanda.node.holding import Holding, LogCopy

CLOSE = "agreement.consultation.close"
SNAPSHOTS_RECENT = 512
SNAPSHOT_EVERY = 256

Key = tuple[int, str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """State at a cut: acts with effect, joint acts, lives, duties, and the state of each domain.

    `closed`: act id -> what a joint close within the cut made of a dispute, `stands` or `void`.
    """

    acts: HashTrieMap[str, Applied]
    joints: HashTrieMap[tuple[str, str, str], tuple[Applied, ...]]
    lives: HashTrieMap[str, Life]
    books: HashTrieMap[str, DutyBook]
    domains: HashTrieMap[str, Any]
    closed: Mapping[str, str] = field(default_factory=dict)

    def life(self, agreement: str) -> Life:
        return self.lives.get(agreement) or life.new(agreement)

    def joint_at(self, agreement: str, kind: str, digest: str) -> datetime | None:
        """Moment of the later half, in the order of the fold; None while it is a half."""
        halves = self.joints.get((agreement, kind, digest), ())
        seen: set[str] = set()
        for half in halves:
            if half.author not in seen and seen:
                return half.recorded_at
            seen.add(half.author)
        return None


def empty(domains: Mapping[str, Domain[Any]]) -> Folded:
    """The state before any act."""
    return Folded(
        acts=HashTrieMap(),
        joints=HashTrieMap(),
        lives=HashTrieMap(),
        books=HashTrieMap(),
        domains=HashTrieMap({name: domain.empty for name, domain in domains.items()}),
    )


def fold(folded: Folded, applied: Applied, domains: Mapping[str, Domain[Any]]) -> Folded:
    """State and one more act with effect."""
    kind = kinds().get(applied.kind)
    if kind is None:
        return folded
    joints = folded.joints
    digest = joint_digest(applied.kind, applied.payload)
    if digest is not None:
        key = (applied.agreement, applied.kind, digest)
        joints = joints.insert(key, (*joints.get(key, ()), applied))
    lives = folded.lives
    if kind.domain == "agreement":
        lives = lives.insert(applied.agreement, life.fold(folded.life(applied.agreement), applied))
    books = folded.books
    instrument = life.instrument(lives.get(applied.agreement) or life.new(applied.agreement), applied.digest)
    if instrument is not None:
        book = books.get(applied.agreement) or duties.empty(applied.agreement)
        books = books.insert(applied.agreement, duties.fold(book, applied, instrument))
    states = folded.domains
    domain = domains.get(kind.domain)
    if domain is not None:
        states = states.insert(kind.domain, domain.fold(states[kind.domain], applied))
    return replace(
        folded,
        acts=folded.acts.insert(applied.act_id, applied),
        joints=joints,
        lives=lives,
        books=books,
        domains=states,
    )


class Cursor:
    """State along the growing cuts of one log, its own entries below `own` and the other's below `seen`."""

    def __init__(self, holding: Holding, domains: Mapping[str, Domain[Any]], own: LogCopy) -> None:
        self._holding = holding
        self._domains = domains
        self._own = own
        self._other = holding.other(own)
        self.cut = (0, 0)
        self._keys: list[Key] = []
        self._states: dict[int, Folded] = {0: empty(domains)}
        self._folded = 0
        self._closing: list[str] = []
        self._closed: dict[str, str] = {}

    def advance(self, own: int, seen: int) -> Folded:
        """State at a cut that is not behind the last one."""
        before = self.cut
        self.cut = (own, seen)
        touched: set[str] = set()
        for copy, start, end in ((self._own, before[0], own), (self._other, before[1], seen)):
            for entry in copy.entries[start:end]:
                if isinstance(entry, Issued):
                    touched.add(entry.act)
                    if self._kind(entry) == CLOSE:
                        self._closing.append(entry.act)
                elif isinstance(entry, Received) and isinstance(entry.ruling.ruling, Refusal):
                    touched.add(entry.act)
        if not touched.isdisjoint(self._closing):
            touched |= self._close()
        position = len(self._keys)
        for act_id in touched:
            position = min(position, self._place(act_id))
        return self._fold_from(position)

    def _kind(self, entry: Issued) -> str | None:
        """Kind of an act; None for one that cannot be read, which was ruled invalid."""
        signed = self._holding.readable(entry)
        return None if signed is None else signed.statement.kind

    def _limit(self, copy: LogCopy) -> int:
        return self.cut[0] if copy is self._own else self.cut[1]

    def _issuing(self, act_id: str) -> tuple[LogCopy, Issued] | None:
        """The entry that issued an act within the cut, in the log of its own author."""
        for copy in (self._own, self._other):
            entry = copy.entry_issuing(act_id)
            if entry is not None and entry.index < self._limit(copy):
                signed = self._holding.readable(entry)
                if signed is not None and signed.statement.author == copy.party:
                    return copy, entry
        return None

    def _has_effect(self, copy: LogCopy, entry: Issued, closes: Mapping[str, str]) -> bool:
        other = self._holding.other(copy)
        reply = other.reply(entry.act, self._limit(other))
        ruled_home = other.reply(entry.act, other.size) if other is self._holding.home else reply
        for ruling in (entry.ruling.ruling, ruled_home.ruling.ruling if ruled_home else None):
            if isinstance(ruling, Refusal) and ruling.ground is Ground.INVALID:
                return False
        kind = kinds().get(self._kind(entry) or "")
        if kind is None:
            return False
        if kind.life_first:
            return True
        closed = closes.get(entry.act)
        if closed is not None:
            return closed == "stands"
        return isinstance(entry.ruling.ruling, Permit) and (reply is None or isinstance(reply.ruling.ruling, Permit))

    def _close(self) -> set[str]:
        """Read the joint closes within the cut again, in the order of the fold; the acts whose outcome they changed.

        A half waits for one of the other Party, and the two are spent together: nobody closes again alone.
        """
        found = [issuing for act_id in self._closing if (issuing := self._issuing(act_id)) is not None]
        waiting: dict[tuple[str, str], str] = {}
        closed: dict[str, str] = {}
        for copy, entry in sorted(found, key=lambda issuing: _key(*issuing)):
            if not self._has_effect(copy, entry, closed):
                continue
            applied = self._holding.applied(entry)
            digest = joint_digest(CLOSE, applied.payload)
            subject = applied.payload.get("subject")
            if digest is None or not isinstance(subject, Mapping):
                continue
            half = (applied.agreement, digest)
            if waiting.setdefault(half, applied.author) != applied.author:
                del waiting[half]
                closed[str(subject.get("act"))] = str(subject.get("outcome"))
        changed = {
            act_id for act_id in closed.keys() | self._closed.keys() if closed.get(act_id) != self._closed.get(act_id)
        }
        self._closed = closed
        return changed

    def _place(self, act_id: str) -> int:
        """Put an act into the order or take it out; the position from which to fold again."""
        found = self._issuing(act_id)
        if found is None:
            return len(self._keys)
        copy, entry = found
        key = _key(copy, entry)
        position = bisect_left(self._keys, key)
        present = position < len(self._keys) and self._keys[position] == key
        effect = self._has_effect(copy, entry, self._closed)
        if effect == present:
            return len(self._keys)
        if effect:
            insort(self._keys, key)
        else:
            del self._keys[position]
        return position

    def _fold_from(self, position: int) -> Folded:
        for place in range(position + 1, self._folded + 1):
            self._states.pop(place, None)
        start = min(position, self._folded)
        while start not in self._states:
            start -= 1
        folded = self._states[start]
        for place in range(start, len(self._keys)):
            _, log, index = self._keys[place]
            entry = self._holding.copy_of(log).entries[index]
            if isinstance(entry, Issued):
                folded = fold(folded, self._holding.applied(entry), self._domains)
            self._states[place + 1] = folded
        self._folded = len(self._keys)
        self._thin()
        return replace(folded, closed=self._closed) if self._closed else folded

    def _thin(self) -> None:
        """Keep the recent states and every so many of the older ones: a late act is seldom very late."""
        if len(self._states) > 2 * SNAPSHOTS_RECENT:
            recent = len(self._keys) - SNAPSHOTS_RECENT
            self._states = {p: s for p, s in self._states.items() if p >= recent or p % SNAPSHOT_EVERY == 0}


def _key(copy: LogCopy, entry: Issued) -> Key:
    """The place of an act in the order of both logs.

    Spec: record 5.4.
    """
    return (entry.rank, copy.name, entry.index)


class Projector:
    """One cursor for each log; a cut behind its cursor is folded anew."""

    def __init__(self, holding: Holding, domains: Mapping[str, Domain[Any]]) -> None:
        self._holding = holding
        self._domains = domains
        self._cursors: dict[str, Cursor] = {}

    def at(self, log: str, own: int, seen: int) -> Folded:
        """State at the cut of an entry of `log` at index `own` that has seen `seen` of the other log."""
        cursor = self._cursors.get(log)
        if cursor is None or own < cursor.cut[0] or seen < cursor.cut[1]:
            fresh = Cursor(self._holding, self._domains, self._holding.copy_of(log))
            if cursor is None:
                self._cursors[log] = fresh
            cursor = fresh
        return cursor.advance(own, seen)

    def forget(self) -> None:
        """Start anew, after a step was rolled back."""
        self._cursors.clear()
