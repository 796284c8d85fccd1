"""Record: a judged act into the log or the journal, with all that belongs to it, in one transaction.

Rules of this module:
- only a judged act is recorded; sealed payload, entry, facts and outbox are written together or not at all;
- permitted acts and life-first ones are issued; any other home refusal, journal kinds and releases to the own people
  stay in the journal, and nobody else learns of them;
- an act of the peer is always recorded, with our ruling: the reply.

Spec: record 5.2, 5.4, 11.2; 4.7 (destruction).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from servanda.act import frame
from servanda.act.entry import (
    Destroyed,
    Entry,
    Issued,
    Keyed,
    Opened,
    Reason,
    Received,
    Seen,
    Withheld,
    encode,
)
from servanda.act.kind import kinds
from servanda.act.recorded import RecordedRuling
from servanda.act.ruling import Ground, Permit, Refusal
from servanda.base import limits
from servanda.base.errors import PeerError
from servanda.node.correspondence import load
from servanda.node.holding import Holding
from servanda.node.journal import Journal
from servanda.node.ports import Space
from servanda.node.stages import Judged, Recorded, ruled
from servanda.seal import draw


class Recorder:
    """Writes the own log, the journal and what lies beside them."""

    def __init__(self, *, holding: Holding, journal: Journal) -> None:
        self._holding = holding
        self._journal = journal

    @property
    def last_time(self) -> datetime | None:
        """`recorded_at` of what was recorded last, in log or journal."""
        return max((at for at in (self._holding.home.last_time, self._journal.last_time) if at), default=None)

    def time(self, now: datetime) -> datetime:
        """`recorded_at` of the next entry or item: it never falls.

        Spec: record 11.2.
        """
        return max(now, self.last_time or now)

    def seen(self, size: int) -> Seen:
        """The peer's log as it is held here, up to a size."""
        peer = self._holding.peer
        return Seen(log=peer.name, size=size, root=peer.tree.root(size))

    def act(self, judged: Judged) -> Recorded:
        """An act of this node, into the log if it is permitted, else into the journal."""
        signed = judged.intake.signed
        kind = kinds().get(signed.statement.kind)
        life_first = kind is not None and kind.life_first
        issued = isinstance(judged.ruling, Permit) or life_first
        self._lay(judged)
        self._note_reference(judged)
        if judged.kept_home or not issued:
            return Recorded(judged=judged, entry=None, item=self._journal.act(judged))
        copy = self._holding.home
        if not life_first and copy.acts_from(load(self._holding.store).held) >= limits.OUTBOX_ACTS_MAX:
            raise PeerError(
                "backlog_full", "too many acts wait for the peer", action="restore the link or carry a bundle"
            )
        rank = 1 + max(copy.rank_below(copy.size), self._holding.peer.rank_below(judged.place.seen))
        entry = Issued(
            log=copy.name,
            index=judged.place.index,
            recorded_at=judged.place.at,
            act=signed.act_id,
            envelope=signed.envelope_digest,
            seen=self.seen(judged.place.seen),
            rank=rank,
            ruling=ruled(judged),
            observed={},
        )
        self._holding.store.put(Space.OUTBOX, signed.act_id, b"")
        self._append(entry)
        item = None
        if judged.intake.finding is not None:
            item = self._journal.answered(judged.intake.finding, signed.act_id, judged.place.at)
        return Recorded(judged=judged, entry=entry, item=item)

    def reply(self, judged: Judged, source: Issued, now: datetime) -> Received:
        """Our ruling on an act of the peer, which is held already."""
        if judged.facts:
            self._holding.keep_facts(judged.intake.signed.act_id, judged.facts, judged.facts_salt)
        return self._reply(source, ruled(judged), now)

    def reply_unreadable(self, source: Issued, code: str, now: datetime) -> Received:
        """Our ruling on an act of the peer that cannot be read at all: invalid, and the log goes on."""
        invalid = RecordedRuling(
            ruling=Refusal(ground=Ground.INVALID, code=code),
            agreement_digest=source.ruling.agreement_digest,
            facts=None,
        )
        return self._reply(source, invalid, now)

    def _reply(self, source: Issued, ruling: RecordedRuling, now: datetime) -> Received:
        copy = self._holding.home
        entry = Received(
            log=copy.name,
            index=copy.size,
            recorded_at=self.time(now),
            act=source.act,
            envelope=source.envelope,
            source=(source.log, source.index),
            seen=self.seen(self._holding.peer.size),
            ruling=ruling,
            observed={},
        )
        self._append(entry)
        return entry

    def open_log(self, *, party: str, epoch: int, keys: str, now: datetime) -> None:
        """Entry 0 of the own log."""
        copy = self._holding.home
        self._append(
            Opened(
                log=copy.name,
                index=0,
                recorded_at=now,
                party=party,
                epoch=epoch,
                previous=None,
                reason=Reason.FIRST,
                keys=keys,
            )
        )

    def keyed(self, *, party: str, number: int, keys: str, now: datetime) -> None:
        """A key list accepted here."""
        copy = self._holding.home
        self._append(
            Keyed(
                log=copy.name,
                index=copy.size,
                recorded_at=self.time(now),
                party=party,
                number=number,
                keys=keys,
            )
        )

    def withheld(self, now: datetime) -> None:
        """The head of the journal, committed to without showing it.

        Spec: record 5.2 (withheld).
        """
        copy = self._holding.home
        salt = draw.salt()
        hidden = self._journal.head()
        self._append(
            Withheld(
                log=copy.name,
                index=copy.size,
                recorded_at=self.time(now),
                commit=frame.withheld_commit(salt, hidden),
            )
        )
        self._holding.store.put(Space.NOTE, f"withheld/{copy.size - 1}", salt + hidden)

    def destroyed(self, act_id: str, residue: Mapping[str, Any], commit: str, now: datetime) -> Destroyed:
        """The payload of an act is destroyed here; what outlives it stands in the entry.

        Spec: record 4.7.
        """
        copy = self._holding.home
        entry = Destroyed(
            log=copy.name,
            index=copy.size,
            recorded_at=self.time(now),
            act=act_id,
            commit=commit,
            residue=residue,
        )
        self._append(entry)
        self._holding.vault.destroy(commit)
        return entry

    def _lay(self, judged: Judged) -> None:
        signed = judged.intake.signed
        self._holding.store.put(Space.ENVELOPE, signed.envelope_digest, signed.raw)
        if judged.intake.sealed is not None and signed.statement.payload_commit is not None:
            self._holding.vault.lay(signed.statement.payload_commit, judged.intake.sealed)
        if judged.facts:
            self._holding.keep_facts(signed.act_id, judged.facts, judged.facts_salt)

    def _note_reference(self, judged: Judged) -> None:
        """The act of an intention, and what the officer gave for it, by its reference."""
        taken = judged.intake
        words = (taken.signed.act_id,) if taken.asked is None else (taken.signed.act_id, taken.asked)
        self._holding.store.put(Space.NOTE, reference_note(taken.signed.statement.reference), " ".join(words).encode())

    def _append(self, entry: Entry) -> None:
        raw = encode(entry)
        self._holding.store.append(entry.log, entry.index, raw)
        self._holding.add(self._holding.home, raw, entry)


def reference_note(reference: str) -> str:
    """Where the act of an intention is noted, by its reference; behind it the commitment to what its officer gave."""
    return f"reference/{reference}"
