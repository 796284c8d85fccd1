"""Repeated: what was recorded of an intention before, so that a retry is the same act.

Rules of this module:
- an officer who had no answer says it again under the same reference: the first act stands, in log or journal;
- a reference is that of one intention; another one under it is refused;
- what a desk filled in (a number, an hour, a new key) may be another the second time: what was said is compared.

Spec: record 3.1 (reference).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from servanda.act import content
from servanda.act.act import Draft, Signed
from servanda.act.content import Payload
from servanda.act.journal import Answered, Cut, Item, Noted, Refused, Released
from servanda.act.ruling import Permit
from servanda.base import canon
from servanda.base.errors import ServandaError, UsageError
from servanda.node.holding import Holding
from servanda.node.ports import Space
from servanda.node.record import reference_note
from servanda.node.stages import Intake, Judged, Place, Recorded


def recorded_under(holding: Holding, items: Sequence[Item], reference: str) -> Recorded | None:
    """What was recorded under a reference, in the log or in the journal."""
    noted = holding.store.get(Space.NOTE, reference_note(reference))
    if noted is None:
        return None
    act = noted.decode()
    entry = holding.home.entry_issuing(act)
    if entry is not None:
        answers = (item for item in items if isinstance(item, Answered) and item.act == act)
        place = Place(log=entry.log, index=entry.index, seen=entry.seen.size, at=entry.recorded_at)
        judged = Judged(
            intake=Intake(signed=holding.act(act, entry.envelope), sealed=None),
            place=place,
            ruling=entry.ruling.ruling,
            facts=holding.facts(act),
            facts_commit=entry.ruling.facts,
            repeated=True,
        )
        return Recorded(judged=judged, entry=entry, item=next(answers, None))
    for item in items:
        if isinstance(item, Refused | Noted | Released) and item.act == act:
            return _stayed(holding, item)
    return None


def _stayed(holding: Holding, item: Refused | Noted | Released) -> Recorded:
    """An act that stayed home, as it was recorded."""
    cut = Cut(own=holding.home.size, seen=holding.peer.size) if isinstance(item, Noted) else item.cut
    judged = Judged(
        intake=Intake(signed=holding.act(item.act, item.envelope), sealed=None),
        place=Place(log=holding.home.name, index=cut.own, seen=cut.seen, at=item.recorded_at),
        ruling=Permit(cites=()) if isinstance(item, Noted) else item.ruling.ruling,
        facts=holding.facts(item.act),
        facts_commit=None if isinstance(item, Noted) else item.ruling.facts,
        kept_home=not isinstance(item, Refused),
        repeated=True,
    )
    return Recorded(judged=judged, entry=None, item=item)


def said_before(holding: Holding, items: Sequence[Item], draft: Draft, reference: str) -> Recorded | None:
    """What was recorded of a draft that is said again.

    Raises:
        UsageError: `reference_used`, where the reference was given to another act.
    """
    recorded = recorded_under(holding, items, reference)
    if recorded is None:
        return None
    signed = recorded.judged.intake.signed
    meant = None if draft.payload is None else canon.encode(content.write(draft.payload))
    is_same = _is_kind(signed, draft.kind, draft.agreement) and (
        holding.destroyed(signed.act_id) or meant == _payload(holding, signed)
    )
    if not is_same:
        raise UsageError(
            "reference_used", f"reference `{reference}` is that of act `{signed.act_id[:16]}`", action="draw another"
        )
    return recorded


def says(
    holding: Holding,
    recorded: Recorded,
    *,
    kind: str,
    agreement: str | None,
    payload_type: type[Payload],
    members: Mapping[str, Any],
) -> bool:
    """Whether an act says what an officer says again, whatever a desk has added to it.

    Args:
        agreement: None where the officer names none.
        members: those that the officer gives.
    """
    signed = recorded.judged.intake.signed
    if not _is_kind(signed, kind, agreement or signed.statement.agreement):
        return False
    if holding.destroyed(signed.act_id):
        return True
    raw = _payload(holding, signed)
    if raw is None:
        return not members
    try:
        held = canon.decode_object(raw, bytes_max=len(raw))
        return raw == canon.encode(content.write(content.read(payload_type, {**held, **members})))
    except ServandaError:
        return False


def _is_kind(signed: Signed, kind: str, agreement: str) -> bool:
    return (signed.statement.kind, signed.statement.agreement) == (kind, agreement)


def _payload(holding: Holding, signed: Signed) -> bytes | None:
    opened = holding.opened(signed)
    return None if opened is None else opened.raw
