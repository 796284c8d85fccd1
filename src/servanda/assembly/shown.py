"""Shown: acts, disputes and what stayed home, as people and programs are shown them.

Rules of this module:
- a row is a plain value whose members are those of its JSON, so that both readers are told the same;
- the four states of delivery stand apart: recorded, carried, held, decided;
- payloads are opened when somebody asks for one act, never for a list.

Spec: record 7.1 to 7.3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, assert_never

from servanda.act.act import Signed
from servanda.act.entry import Issued, Received
from servanda.act.journal import (
    Alarm,
    Answered,
    ClockConfirmed,
    ClockMoved,
    Item,
    JournalOpened,
    Noted,
    Refused,
    Released,
)
from servanda.act.kind import kinds
from servanda.act.recorded import RecordedRuling
from servanda.act.ruling import Ground, Permit, Ruling
from servanda.agreement.instrument import Instrument
from servanda.assembly.dated import remarks
from servanda.assembly.opening import OpenNode, Ruled, text_for
from servanda.assembly.words import Near, near_to, ruling_json, worded, words_of
from servanda.base import moment
from servanda.base.canon import Json
from servanda.base.errors import ServandaError
from servanda.node import answers
from servanda.node.answers import Found
from servanda.node.holding import LogCopy
from servanda.node.stages import Delivery, Standing
from servanda.policy import facts as facts_of_policy
from servanda.policy.facts import FactValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A ruling, with the words of what it cites.

    Args:
        words: paragraph -> its words.
    """

    ruling: str
    ground: str | None
    cites: tuple[str, ...]
    line: int | None
    missing: tuple[str, ...]
    code: str | None
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActRow:
    """An act in one line.

    Args:
        log, index: where it was issued; the journal, where it stayed home.
        reply: the other Party's ruling, None while it has not decided or was not asked.
        delivery: None for an act of the peer, or one that stayed home.
        life_first: whether it has effect whatever the rulings.
        kept_home: whether it stays in the own journal by what it is: noted, or released to the own people.
    """

    act: str
    kind: str
    agreement: str
    author: str
    recorded_at: datetime
    log: str
    index: int
    decision: Decision
    reply: Decision | None
    standing: Standing
    delivery: Delivery | None
    life_first: bool = False
    kept_home: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ActPage:
    """An act with all that it says; of one that cannot be read, all that its entry says.

    Args:
        addressee: empty, as all that follows, for an act that cannot be read; `claimed_at` is None then.
        payload: its members; what outlives it, where it was destroyed; None where it has none or does not open.
        is_destroyed: whether the payload was destroyed here.
        remarks: what it says of its time that the logs do not bear out.
    """

    row: ActRow
    addressee: str
    agreement_digest: str
    officers: tuple[str, ...]
    causes: tuple[str, ...]
    claimed_at: datetime | None
    reference: str
    envelope: str
    payload: Mapping[str, Json] | None
    is_destroyed: bool
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Why an act was ruled on as it was.

    Args:
        facts: what it was judged by, one set a line; empty where the life cycle judged.
        near: the clauses nearest to allowing it, where it was refused as silent.
    """

    row: ActRow
    facts: tuple[Mapping[str, Json], ...]
    near: tuple[Near, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """An act as it was judged.

    Args:
        ruling: of this node, or of its author where this node has not ruled.
        facts: what it was judged by, one set a line; empty where the life cycle judged.
        text: the text it was judged by; None where none was tabled, or the act cannot be read.
    """

    row: ActRow
    ruling: Ruling
    facts: tuple[Mapping[str, FactValue], ...]
    text: Instrument | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidPage:
    """An act that was said just now.

    Args:
        recorded: `log`, `journal`, or `nowhere` for a preview.
        index: its place in the log; item: its place in the journal.
        life_first: whether it goes out and has effect whatever the ruling.
    """

    act: str
    kind: str
    agreement: str
    at: datetime
    recorded: str
    index: int | None
    item: int | None
    decision: Decision
    near: tuple[Near, ...]
    life_first: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRow:
    """An item of the journal.

    Args:
        type: refused, noted, released, answered, opened, clock, confirmed, alarm.
        about: the act, log or code it is about; the new hour of a clock that was moved.
    """

    index: int
    recorded_at: datetime
    type: str
    about: str
    kind: str | None
    decision: Decision | None


def acts(home: OpenNode) -> tuple[ActRow, ...]:
    """Every act of both logs, in the order of the fold."""
    with home.lock:
        look = _Look(home)
        issued = [
            (entry.rank, entry.log, entry.index, copy, entry)
            for copy in (look.holding.home, look.holding.peer)
            for entry in copy.entries
            if isinstance(entry, Issued)
        ]
        return tuple(look.issued(copy, entry) for *_, copy, entry in sorted(issued, key=lambda found: found[:3]))


def disputes(home: OpenNode) -> tuple[ActRow, ...]:
    """The acts on which the two rulings differ and nothing has resolved it."""
    return tuple(row for row in acts(home) if row.standing is Standing.DISPUTED)


def page(home: OpenNode, act: str) -> ActPage:
    """One act of the logs or the journal, by its id or the beginning of it.

    Raises:
        UsageError: `act_unknown` or `act_ambiguous`.
    """
    with home.lock:
        look = _Look(home)
        row, envelope = look.one(act)
        signed, is_destroyed = look.signed(row, envelope), look.holding.destroyed(row.act)
        if signed is None:
            return _unreadable(row, envelope)
        said = signed.statement
        payload: Mapping[str, Any] | None = None
        try:
            opened = None if is_destroyed else look.holding.opened(signed)
            payload = look.holding.residue(signed) if is_destroyed else None if opened is None else opened.members
        except ServandaError:  # it was ruled invalid for this, and its row says so
            payload = None
        return ActPage(
            row=row,
            addressee=said.addressee,
            agreement_digest=said.agreement_digest,
            officers=tuple(dict.fromkeys(officer for officer, _ in said.signed_by)),
            causes=said.causes,
            claimed_at=said.claimed_at,
            reference=said.reference,
            envelope=envelope,
            payload=payload,
            is_destroyed=is_destroyed,
            remarks=look.remarks(row, signed),
        )


def why(home: OpenNode, act: str) -> Why:
    """The grounds of one act's ruling.

    Raises:
        UsageError: `act_unknown` or `act_ambiguous`.
    """
    found = judged(home, act)
    return Why(
        row=found.row,
        facts=tuple(facts_of_policy.to_json(line) for line in found.facts),
        near=near_to(found.ruling, found.row.kind, found.facts, found.row.author, found.text),
    )


def judged(home: OpenNode, act: str) -> Judged:
    """One act as it was judged.

    Raises:
        UsageError: `act_unknown` or `act_ambiguous`.
    """
    with home.lock:
        look = _Look(home)
        row, envelope = look.one(act)
        signed = look.signed(row, envelope)
        if signed is None:
            return Judged(row=row, ruling=look.ruling(row.act), facts=(), text=None)
        return Judged(
            row=row,
            ruling=look.ruling(row.act),
            facts=look.holding.facts(row.act),
            text=text_for(look.scene, row.agreement, row.kind, signed.statement.agreement_digest),
        )


def items(home: OpenNode) -> tuple[ItemRow, ...]:
    """Every item of the journal."""
    with home.lock:
        look = _Look(home)
        return tuple(look.item(item) for item in home.node.journal.items)


def said_page(ruled: Ruled) -> SaidPage:
    """What became of an act that was said just now."""
    return SaidPage(
        act=ruled.act,
        kind=ruled.kind,
        agreement=ruled.agreement,
        at=ruled.at,
        recorded="log" if ruled.index is not None else "journal" if ruled.item is not None else "nowhere",
        index=ruled.index,
        item=ruled.item,
        decision=_decision(ruled.ruling, words_of(ruled.ruling)),
        near=ruled.near,
        life_first=_is_life_first(ruled.kind, ruled.ruling),
    )


def _unreadable(row: ActRow, envelope: str) -> ActPage:
    """The page of an act that was ruled invalid because nobody can read it."""
    return ActPage(
        row=row,
        addressee="",
        agreement_digest="",
        officers=(),
        causes=(),
        claimed_at=None,
        reference="",
        envelope=envelope,
        payload=None,
        is_destroyed=False,
    )


def _is_life_first(kind: str, *rulings: Ruling) -> bool:
    """Whether an act has effect whatever the rulings: by its kind, unless one of them found it invalid.

    Spec: record 7.3.
    """
    known = kinds().get(kind)
    valid = all(isinstance(each, Permit) or each.ground is not Ground.INVALID for each in rulings)
    return known is not None and known.life_first and valid


def _decision(ruling: Ruling, words: Mapping[str, str]) -> Decision:
    members: dict[str, Any] = ruling_json(ruling)
    return Decision(
        ruling=members["ruling"],
        ground=members["ground"],
        cites=tuple(str(cite) for cite in ruling.cites),
        line=members["line"],
        missing=tuple(members["missing"]),
        code=members["code"],
        words=words,
    )


class _Look:
    """One look at a node: what both logs say now, asked for once."""

    def __init__(self, home: OpenNode) -> None:
        self.holding = home.node.holding
        self.scene = home.node.scene()
        self.stayed: Mapping[str, Refused | Released | Noted] = {
            item.act: item for item in home.node.journal.items if isinstance(item, Refused | Released | Noted)
        }
        self._journal = home.node.journal.log
        self._stands = home.node.correspondence()

    def one(self, act: str) -> tuple[ActRow, str]:
        """Row and envelope of an act of the logs, else of the journal."""
        issued = any(known.startswith(act) for copy in (self.holding.home, self.holding.peer) for known in copy.issued)
        stayed = [item for known, item in self.stayed.items() if act and known.startswith(act)]
        if len(stayed) == 1 and not issued:
            return self._kept_home(stayed[0]), stayed[0].envelope
        found = answers.find(self.holding, act)
        return self._row(found), found.entry.envelope

    def signed(self, row: ActRow, envelope: str) -> Signed | None:
        """An act as signed; None for one of the peer that cannot be read, and was ruled invalid for it."""
        try:
            return self.holding.act(row.act, envelope)
        except ServandaError:
            if row.log != self.holding.peer.name:
                raise
            return None

    def remarks(self, row: ActRow, signed: Signed) -> tuple[str, ...]:
        """What an act of the logs says of its time that they do not bear out."""
        if row.log == self._journal:
            return ()
        copy = self.holding.copy_of(row.log)
        entry = copy.entries[row.index]
        other = self.holding.other(copy)
        return tuple(remarks(entry, signed.statement.claimed_at, other)) if isinstance(entry, Issued) else ()

    def issued(self, copy: LogCopy, entry: Issued) -> ActRow:
        """Row of an act of the logs."""
        reply = self._reply(copy, entry)
        return self._row(Found(signed=self.holding.readable(entry), author=copy, entry=entry, reply=reply))

    def _reply(self, copy: LogCopy, entry: Issued) -> Received | None:
        """The other's reply to this very entry: an act that was issued again has one of its own."""
        other = self.holding.other(copy)
        if copy.issued.get(entry.act) == entry.index:
            return other.reply(entry.act, other.size)
        source = (entry.log, entry.index)
        replies = (each for each in other.entries if isinstance(each, Received) and each.source == source)
        return next(replies, None)

    def ruling(self, act: str) -> Ruling:
        """This node's ruling on an act, or its author's where this node has not ruled."""
        item = self.stayed.get(act)
        if isinstance(item, Refused | Released):
            return item.ruling.ruling
        if isinstance(item, Noted):
            return Permit(cites=())
        found = answers.find(self.holding, act)
        is_ours = found.author is self.holding.home or found.reply is None
        return found.entry.ruling.ruling if is_ours or found.reply is None else found.reply.ruling.ruling

    def item(self, item: Item) -> ItemRow:
        """Row of an item of the journal."""
        kind: str | None = None
        ruled: Decision | None = None
        match item:
            case Refused() | Released():
                type_, about = type(item).__name__.lower(), item.act
                row = self._kept_home(item)
                kind, ruled = row.kind, row.decision
            case Noted():
                type_, about, kind = "noted", item.act, item.kind
            case JournalOpened():
                type_, about = "opened", item.log
            case Answered():
                type_, about, kind = "answered", item.act, self._kind(item.act)
            case ClockMoved():
                type_, about = "clock", moment.text(item.moved_to)
            case ClockConfirmed():
                type_, about = "confirmed", moment.text(item.clock)
            case Alarm():
                type_, about = "alarm", f"{item.code} {item.about}"
            case _:
                assert_never(item)
        return ItemRow(
            index=item.index, recorded_at=item.recorded_at, type=type_, about=about, kind=kind, decision=ruled
        )

    def _kind(self, act: str) -> str | None:
        """Kind of an act of the own log."""
        entry = self.holding.home.entry_issuing(act)
        signed = None if entry is None else self.holding.readable(entry)
        return None if signed is None else signed.statement.kind

    def _row(self, found: Found) -> ActRow:
        entry, reply, signed = found.entry, found.reply, found.signed
        kind = "unreadable" if signed is None else signed.statement.kind
        agreement = "" if signed is None else signed.statement.agreement
        is_own = found.author is self.holding.home
        return ActRow(
            act=entry.act,
            kind=kind,
            agreement=agreement,
            author=found.author.party,
            recorded_at=entry.recorded_at,
            log=entry.log,
            index=entry.index,
            decision=self._recorded(entry.ruling, kind, agreement),
            reply=None if reply is None else self._recorded(reply.ruling, kind, agreement),
            standing=answers.standing(found, self.scene.folded),
            delivery=answers.delivery(self.holding, found, self._stands) if is_own else None,
            life_first=_is_life_first(kind, *(each.ruling.ruling for each in (entry, reply) if each is not None)),
        )

    def _kept_home(self, item: Refused | Released | Noted) -> ActRow:
        said = self.holding.act(item.act, item.envelope).statement
        return ActRow(
            act=item.act,
            kind=said.kind,
            agreement=said.agreement,
            author=said.author,
            recorded_at=item.recorded_at,
            log=self._journal,
            index=item.index,
            decision=_decision(Permit(cites=()), {})
            if isinstance(item, Noted)
            else self._recorded(item.ruling, said.kind, said.agreement),
            reply=None,
            standing=Standing.REFUSED if isinstance(item, Refused) else Standing.AGREED,
            delivery=None,
            kept_home=not isinstance(item, Refused),
        )

    def _recorded(self, recorded: RecordedRuling, kind: str, agreement: str) -> Decision:
        text = text_for(self.scene, agreement, kind, recorded.agreement_digest)
        return _decision(recorded.ruling, words_of(worded(recorded.ruling, text)))
