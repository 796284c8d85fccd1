"""Audit: every signature, proof, ruling and fold verified again from entry 0, or the first thing that does not hold.

Rules of this module:
- nothing in memory is trusted: key lists, logs, journal and state are read and folded anew;
- what was changed below a signed head is narrowed down by the roots that the other log has seen;
- our rulings must come out as recorded; where the peer ruled otherwise it is a dispute, counted, not a fault;
- what was destroyed is judged again by the facts kept with it.

Spec: record 3 to 8.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from servanda.act import frame
from servanda.act.act import Signed
from servanda.act.entry import Issued, Received, Withheld
from servanda.act.journal import Item, Noted, Refused, Released
from servanda.act.order import rank_after
from servanda.act.recorded import RecordedRuling
from servanda.act.ruling import Ground, Refusal, compared
from servanda.agreement import life
from servanda.base import canon, fields, limits
from servanda.base.errors import IntegrityError, ServandaError
from servanda.domain import Domain
from servanda.log.checkpoint import Trust, open_checkpoint
from servanda.log.tree import EMPTY_ROOT
from servanda.node.applying import is_source
from servanda.node.check import Checker, facts_commit
from servanda.node.holding import Holding, LogCopy, placed
from servanda.node.journal import Journal
from servanda.node.lists import ROOT
from servanda.node.people import People
from servanda.node.ports import Space
from servanda.node.project import Projector
from servanda.node.stages import Intake, Judged, Place
from servanda.policy.judge import judge
from servanda.seal.keylist import KeyList, open_list
from servanda.seal.keys import SecretKey
from servanda.seal.text import from_b64


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What an audit went through and found sound.

    Args:
        entries: entries of both logs; items: items of the journal.
        acts: acts judged again; destroyed: those of them judged by the facts kept.
        heads: signed heads and cosignatures that hold.
        disputes: acts on which the two rulings differ.
    """

    entries: int
    items: int
    acts: int
    destroyed: int
    heads: int
    disputes: int


class Audit:
    """One audit of one node's store."""

    def __init__(
        self,
        *,
        holding: Holding,
        journal: Journal,
        people: People,
        domains: Mapping[str, Domain[Any]],
        identity: SecretKey,
        exercise: bool,
        trust: Callable[[str], list[Trust]],
    ) -> None:
        self._holding = holding
        self._journal = journal
        self._people = people
        self._domains = domains
        self._identity = identity
        self._trust = trust
        self._projector = Projector(holding, domains)
        self._checker = Checker(
            holding=holding,
            projector=self._projector,
            people=people,
            domains=domains,
            exercise=exercise,
        )
        self._destroyed = 0
        self._acts = 0
        self._disputes = 0

    def run(self) -> Report:
        """Go through everything.

        Raises:
            ServandaError: the first thing that does not hold, with its place.
        """
        self._journal.catch_up()
        self._holding.catch_up()
        self._lists()
        heads = self._heads()
        for copy in (self._holding.home, self._holding.peer):
            self._entries(copy)
        self._folds()
        # The cuts of the journal begin anew behind those of the log.
        self._projector.forget()
        for item in self._journal.items:
            with placed(f"item {item.index} of the journal"):
                self._stayed(item)
        return Report(
            entries=self._holding.home.size + self._holding.peer.size,
            items=len(self._journal.items),
            acts=self._acts,
            destroyed=self._destroyed,
            heads=heads,
            disputes=self._disputes,
        )

    def _lists(self) -> None:
        """The key lists that the own log names follow each other, and their roots have signed them.

        Spec: record 9.2.
        """
        accepted: dict[str, list[KeyList]] = {}
        for index, party, digest in self._holding.home.lists:
            with placed(f"the key list that entry {index} of `{self._holding.home.name}` names"):
                before = accepted.setdefault(party, [])
                listed = self._people.key_list(digest)
                roots = [key.public for key in (before[0] if before else listed).of_use(ROOT)]
                open_list(listed.raw, roots, before[-1].place if before else None)
                if listed.party != party:
                    raise IntegrityError("origin_wrong", f"it is of `{listed.party}`, not of `{party}`")
                before.append(listed)

    def _heads(self) -> int:
        """Every signed head kept here is the root of what is held, and the peer's log ends at one."""
        home, peer, store = self._holding.home, self._holding.peer, self._holding.store
        count = 0
        for copy, key in ((home, f"{home.name}/held"), (peer, peer.name), (peer, f"{peer.name}/cosigned")):
            note = store.get(Space.HEAD, key)
            if note is None and not (key == peer.name and peer.size):
                continue
            with placed(f"the head `{key}`"):
                head = open_checkpoint(note or b"", copy.name, self._trust(key)).checkpoint
                if head.size > copy.size or copy.tree.root(head.size) != head.root:
                    raise self._changed(copy, head.size)
                if key == peer.name and head.size != peer.size:
                    raise IntegrityError("consistency_invalid", f"`{peer.name}` goes on beyond its signed head")
                count += 1
        return count

    def _changed(self, copy: LogCopy, size: int) -> IntegrityError:
        """What was changed below a signed size, as near as the roots tell that the other log has seen."""
        sound, broken = 0, size
        for entry in self._holding.other(copy).entries:
            if isinstance(entry, Issued | Received) and entry.seen.size <= min(broken, copy.size):
                if copy.tree.root(entry.seen.size) == entry.seen.root:
                    sound = max(sound, entry.seen.size)
                else:
                    broken = entry.seen.size
        return IntegrityError(
            "consistency_invalid",
            f"the first {size} entries of `{copy.name}` are not those that were signed: "
            f"one of entries {sound} to {broken - 1} was changed",
        )

    def _entries(self, copy: LogCopy) -> None:
        """One log from its first entry to its last."""
        seen = replied = 0
        for entry in copy.entries:
            with placed(f"entry {entry.index} of `{entry.log}`"):
                if isinstance(entry, Issued | Received):
                    seen = self._seen(copy, entry, seen)
                if isinstance(entry, Issued):
                    self._issued(copy, entry)
                elif isinstance(entry, Received):
                    replied = self._received(copy, entry, replied)
                elif isinstance(entry, Withheld) and copy is self._holding.home:
                    self._withheld(entry)

    def _seen(self, copy: LogCopy, entry: Issued | Received, before: int) -> int:
        """What an entry says it had seen stood so, and never shrank."""
        other = self._holding.other(copy)
        size, root = entry.seen.size, entry.seen.root
        if entry.seen.log != other.name or size > other.size:
            raise IntegrityError("seen_impossible", f"it has seen {size} entries of `{entry.seen.log}`")
        if root != (other.tree.root(size) if size else EMPTY_ROOT):
            raise IntegrityError("seen_impossible", f"the first {size} entries of `{other.name}` are not those it saw")
        if size < before:
            raise IntegrityError("seen_shrank", f"it has seen {size} entries, an earlier one {before}")
        return size

    def _issued(self, copy: LogCopy, entry: Issued) -> None:
        """An act and its author's ruling; a peer's ruling that differs is a dispute."""
        due = rank_after(copy.rank_below(entry.index), self._holding.other(copy).rank_below(entry.seen.size))
        if entry.rank != due:
            raise IntegrityError("rank_wrong", f"its rank is {entry.rank}, by what it has seen it is {due}")
        if copy is self._holding.home:
            place = Place(log=copy.name, index=entry.index, seen=entry.seen.size, at=entry.recorded_at)
            self._rule(entry.act, entry.envelope, place, entry.ruling)

    def _received(self, copy: LogCopy, entry: Received, replied: int) -> int:
        """A reply is about an act of the other log, once, and comes out as recorded where it is ours.

        Returns:
            The size of the other log up to which there are replies.
        """
        other = self._holding.other(copy)
        log, index = entry.source
        source = other.entries[index] if replied <= index < entry.seen.size and is_source(other, entry) else None
        if not isinstance(source, Issued):
            raise IntegrityError("entry_misplaced", f"it replies to entry {index} of `{log}`, which is not that act")
        if compared(source.ruling.ruling) != compared(entry.ruling.ruling):
            self._disputes += 1
        if copy is self._holding.home:
            place = Place(log=other.name, index=index, seen=source.seen.size, at=source.recorded_at)
            self._rule(entry.act, entry.envelope, place, entry.ruling, reply=entry)
        return index + 1

    def _rule(
        self, act: str, envelope: str, place: Place, recorded: RecordedRuling, *, reply: Received | None = None
    ) -> None:
        """Judge an act again at its place and hold the outcome against what was recorded."""
        self._acts += 1
        if self._holding.destroyed(act):
            self._destroyed += 1
            self._by_facts(self._holding.act(act, envelope), place, recorded)
            return
        if isinstance(recorded.ruling, Refusal) and recorded.ruling.ground is Ground.INVALID:
            self._invalid(act, envelope, place, recorded.ruling, reply)
            return
        signed = self._holding.act(act, envelope)
        judged = self._checker.check(
            Intake(signed=signed, sealed=self._holding.sealed(signed)),
            place,
            identity=self._identity,
            reply_at=None if reply is None else reply.recorded_at,
        )
        self._same(judged, recorded)
        kept = self._holding.kept_facts(act)
        if judged.facts and (kept is None or kept[0] != judged.facts or kept[1] != judged.facts_salt):
            raise IntegrityError("facts_changed", "the facts kept with it are not those it was judged by")

    def _same(self, judged: Judged, recorded: RecordedRuling) -> None:
        if isinstance(judged.ruling, Refusal) and judged.ruling.ground is Ground.INVALID:
            raise IntegrityError(judged.ruling.code or "signature_invalid", "signature, key or payload does not hold")
        if judged.ruling != recorded.ruling or judged.facts_commit != recorded.facts:
            raise IntegrityError("ruling_changed", "judged again it comes out otherwise than recorded")

    def _invalid(self, act: str, envelope: str, place: Place, ruling: Refusal, reply: Received | None) -> None:
        """What was ruled invalid is so for the reason recorded."""
        try:
            signed = self._holding.act(act, envelope)
        except ServandaError as error:
            code: str | None = error.code
        else:
            judged = self._checker.check(
                Intake(signed=signed, sealed=self._holding.sealed(signed)),
                place,
                identity=self._identity,
                reply_at=None if reply is None else reply.recorded_at,
            )
            code = judged.ruling.code if isinstance(judged.ruling, Refusal) else None
        if code != ruling.code:
            raise IntegrityError("ruling_changed", f"it was ruled invalid for `{ruling.code}`, and is not so now")

    def _by_facts(self, signed: Signed, place: Place, recorded: RecordedRuling) -> None:
        """A destroyed payload's ruling, from the facts kept with it; the payload is gone, also from the vault.

        Spec: record 4.7.
        """
        if self._holding.sealed(signed) is not None:
            raise IntegrityError("payload_not_destroyed", "its payload was destroyed, and lies in the vault again")
        if recorded.facts is None:
            return
        kept = self._holding.kept_facts(signed.act_id)
        if kept is None or facts_commit(kept[1], kept[0]) != recorded.facts:
            raise IntegrityError("facts_changed", "the facts kept with it are not those committed to")
        said = signed.statement
        folded = self._projector.at(place.log, place.index, place.seen)
        instrument = life.instrument(folded.life(said.agreement), recorded.agreement_digest)
        if instrument is None or judge(instrument, said.kind, kept[0], author=said.author) != recorded.ruling:
            raise IntegrityError("ruling_changed", "judged again by its facts it comes out otherwise than recorded")

    def _withheld(self, entry: Withheld) -> None:
        """The journal's head committed to is still the head at that size."""
        kept = self._holding.store.get(Space.NOTE, f"withheld/{entry.index}")
        if kept is None or frame.withheld_commit(kept[:32], kept[32:]) != entry.commit:
            raise IntegrityError("facts_changed", "what it commits to was changed or is missing")
        members = canon.decode_object(kept[32:], bytes_max=limits.JOURNAL_ITEM_BYTES_MAX)
        size = fields.whole(members, "size")
        if size > self._journal.tree.size or self._journal.tree.root(size) != from_b64(fields.text(members, "root")):
            raise IntegrityError("consistency_invalid", f"the first {size} items of the journal were changed since")

    def _stayed(self, item: Item) -> None:
        """An act that stayed home: what was noted reads, what was ruled on is judged again at its cut."""
        if isinstance(item, Noted):
            self._holding.opened(self._holding.act(item.act, item.envelope))
        if not isinstance(item, Refused | Released):
            return
        place = Place(log=self._holding.home.name, index=item.cut.own, seen=item.cut.seen, at=item.recorded_at)
        self._rule(item.act, item.envelope, place, item.ruling)

    def _folds(self) -> None:
        """State folded step by step equals state folded at once."""
        home, peer = self._holding.home, self._holding.peer
        stepwise = self._projector.at(home.name, home.size, peer.size)
        whole = Projector(self._holding, self._domains).at(home.name, home.size, peer.size)
        if stepwise != whole:
            raise IntegrityError("state_changed", "state folded in parts differs from state folded whole")
