"""Answers: what this node can say of one act, from both logs.

Rules of this module:
- both rulings are compared on outcome, ground and cites; where they differ the act is disputed until a later act
  resolves it;
- recorded, carried, held and decided are four different things, each with its own proof.

Spec: record 7.1 to 7.3.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from servanda.act import content
from servanda.act.act import Applied, Signed
from servanda.act.content import Payload
from servanda.act.entry import Issued, Received
from servanda.act.journal import Answered, Item, Noted
from servanda.act.ruling import Ground, Refusal, compared
from servanda.agreement.duties import Finding
from servanda.base.errors import UsageError
from servanda.domain import Domain
from servanda.log import receipt
from servanda.log.checkpoint import read_text
from servanda.log.note import parse
from servanda.node.correspondence import Correspondence, carried_note
from servanda.node.holding import Holding, LogCopy
from servanda.node.ports import Space
from servanda.node.project import Folded
from servanda.node.stages import Delivery, Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An act in the logs, with the ruling of its author and the reply of the other.

    Args:
        reply: None while the other has not decided.
    """

    signed: Signed | None
    author: LogCopy
    entry: Issued
    reply: Received | None


def find(holding: Holding, act_id: str) -> Found:
    """An act by its id, or by the beginning of it where that is enough.

    Raises:
        UsageError: `act_unknown` or `act_ambiguous`.
    """
    ids = [known for copy in (holding.home, holding.peer) for known in copy.issued if known.startswith(act_id)]
    if len(set(ids)) != 1 or not act_id:
        code = "act_ambiguous" if ids and act_id else "act_unknown"
        raise UsageError(code, f"`{act_id}` names {len(set(ids))} acts", action="see `servanda act list` for the ids")
    copy = holding.author_copy(ids[0])
    entry = None if copy is None else copy.entry_issuing(ids[0])
    if copy is None or entry is None:
        raise UsageError("act_unknown", f"no log has issued `{act_id}`", action="see `servanda act list`")
    other = holding.other(copy)
    return Found(signed=holding.readable(entry), author=copy, entry=entry, reply=other.reply(entry.act, other.size))


def standing(found: Found, folded: Folded) -> Standing:
    """How an act stands between the two.

    Spec: record 7.3.
    """
    if found.reply is None:
        return Standing.PENDING
    home, other = found.entry.ruling.ruling, found.reply.ruling.ruling
    if compared(home) != compared(other):
        outcome = folded.closed.get(found.entry.act)
        if outcome is None:
            return Standing.DISPUTED
        return Standing.AGREED if outcome == "stands" else Standing.REFUSED
    return Standing.REFUSED if isinstance(home, Refusal) else Standing.AGREED


def delivery(holding: Holding, found: Found, stands: Correspondence) -> Delivery:
    """The four states of delivery of an act of this node.

    Spec: record 7.1.
    """
    index, store = found.entry.index, holding.store
    number = store.get(Space.OUTBOX, found.entry.act) or store.get(Space.NOTE, carried_note(found.entry.act))
    return Delivery(
        recorded=index,
        carried=int(number) if number else None,
        held=stands.held if stands.held > index else None,
        decided=None if found.reply is None else found.reply.index,
    )


def findings(holding: Holding, items: Sequence[Item], folded: Folded, agreement: str) -> tuple[Finding, ...]:
    """What the own journal notes under an agreement, each with the acts that answer it."""
    answered: dict[str, list[Applied]] = {}
    for item in items:
        if isinstance(item, Answered):
            act = folded.acts.get(item.act)
            answered.setdefault(item.item, []).extend(() if act is None else (act,))
    return tuple(
        Finding(
            item=item.act,
            kind=item.kind,
            party=holding.home.party,
            at=item.recorded_at,
            answers=tuple(answered.get(item.act, ())),
        )
        for item in items
        if isinstance(item, Noted) and holding.act(item.act, item.envelope).statement.agreement == agreement
    )


def noted(holding: Holding, items: Sequence[Item], act_id: str, domains: Mapping[str, Domain[Any]]) -> Payload | None:
    """What an item of the own journal noted at home; None where nothing was noted under this id."""
    item = next((item for item in items if isinstance(item, Noted) and item.act == act_id), None)
    opened = None if item is None else holding.opened(holding.act(item.act, item.envelope))
    if item is None or opened is None:
        return None
    return content.read(domains[item.kind.partition(".")[0]].payloads[item.kind], opened.members)


def to_destroy(holding: Holding, act_id: str) -> tuple[Found, str]:
    """An act whose payload may be destroyed here, and its commitment: both sides have judged it.

    Raises:
        UsageError: `act_unknown`, `act_ambiguous`, `payload_none`, `payload_destroyed` or `act_undecided`.
    """
    found = find(holding, act_id)
    name = f"`{found.entry.act[:16]}`"
    commit = None if found.signed is None else found.signed.statement.payload_commit
    if commit is None:
        raise UsageError("payload_none", f"act {name} has no payload", action="name an act that has one")
    if holding.destroyed(found.entry.act):
        raise UsageError("payload_destroyed", f"the payload of act {name} is destroyed here", action="nothing is left")
    if found.reply is None:
        raise UsageError(
            "act_undecided", f"act {name} is not decided by both sides", action="sync until it is, then destroy it"
        )
    return found, commit


def residue(holding: Holding, found: Found) -> Mapping[str, Any]:
    """What outlives the payload of an act; nothing where it was ruled invalid here, since it never had effect.

    Spec: record 4.7.
    """
    own = found.entry if found.author is holding.home or found.reply is None else found.reply
    ruling = own.ruling.ruling
    if found.signed is None or (isinstance(ruling, Refusal) and ruling.ground is Ground.INVALID):
        return {}
    return holding.residue(found.signed)


def receipt_of(holding: Holding, found: Found) -> bytes:
    """The receipt that proves the other's reply to anybody, with a cosignature of its author.

    Raises:
        UsageError: `receipt_not_yet`.

    Spec: record 7.2.
    """
    reply, peer = found.reply, holding.peer
    note = holding.store.get(Space.HEAD, f"{peer.name}/cosigned")
    if reply is None or reply.log != peer.name or note is None:
        raise UsageError("receipt_not_yet", "the other Party has not decided this act", action="sync, and ask again")
    size = read_text(parse(note).text).size
    if reply.index >= size:
        raise UsageError("receipt_not_yet", "the reply is not under a cosigned head", action="sync, and ask again")
    (raw,) = holding.store.entries(peer.name, reply.index, reply.index + 1)
    return receipt.make(raw, reply.index, peer.tree.inclusion(reply.index, size), note)
