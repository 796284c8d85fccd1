"""Repeated: what was recorded of an intention before, so that a retry is the same act.

Rules of this module:
- an officer who had no answer says it again under the same reference: the first act stands, in log or journal;
- a reference is that of one intention; another one under it is refused;
- what a desk filled in (a number, an hour, a new key) may be another the second time: what was said is compared.

Spec: record 3.1 (reference).
"""

from __future__ import annotations

from collections.abc import Sequence

from servanda.act import content, frame
from servanda.act.act import Draft
from servanda.act.journal import Answered, Cut, Item, Noted, Refused, Released
from servanda.act.ruling import Permit
from servanda.base import canon
from servanda.base.errors import UsageError
from servanda.node.holding import Holding
from servanda.node.ports import Space
from servanda.node.record import reference_note
from servanda.node.stages import Intake, Judged, Place, Recorded


def recorded_under(holding: Holding, items: Sequence[Item], reference: str) -> Recorded | None:
    """What was recorded under a reference, in the log or in the journal."""
    noted = holding.store.get(Space.NOTE, reference_note(reference))
    if noted is None:
        return None
    act, asked = (*noted.decode().split(" "), None)[:2]
    entry = holding.home.entry_issuing(act or "")
    if entry is not None:
        answers = (item for item in items if isinstance(item, Answered) and item.act == entry.act)
        judged = Judged(
            intake=Intake(signed=holding.act(entry.act, entry.envelope), sealed=None, asked=asked),
            place=Place(log=entry.log, index=entry.index, seen=entry.seen.size, at=entry.recorded_at),
            ruling=entry.ruling.ruling,
            facts=holding.facts(entry.act),
            facts_commit=entry.ruling.facts,
            repeated=True,
        )
        return Recorded(judged=judged, entry=entry, item=next(answers, None))
    for item in items:
        if isinstance(item, Refused | Noted | Released) and item.act == act:
            return _stayed(holding, item, asked)
    return None


def _stayed(holding: Holding, item: Refused | Noted | Released, asked: str | None) -> Recorded:
    """An act that stayed home, as it was recorded."""
    cut = Cut(own=holding.home.size, seen=holding.peer.size) if isinstance(item, Noted) else item.cut
    judged = Judged(
        intake=Intake(signed=holding.act(item.act, item.envelope), sealed=None, asked=asked),
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
    meant = None if draft.payload is None else canon.encode(content.write(draft.payload))
    signed = recorded.judged.intake.signed
    opened = None if holding.destroyed(signed.act_id) else holding.opened(signed)
    is_said = meant == (None if opened is None else opened.raw) or holding.destroyed(signed.act_id)
    is_same = (signed.statement.kind, signed.statement.agreement) == (draft.kind, draft.agreement) and is_said
    if not is_same and (draft.asked is None or not is_asked(holding, recorded, draft.kind, draft.asked)):
        raise UsageError(
            "reference_used", f"reference `{reference}` is that of act `{signed.act_id[:16]}`", action="draw another"
        )
    return recorded


def is_asked(holding: Holding, recorded: Recorded, kind: str, asked: bytes) -> bool:
    """Whether an act was made of what an officer gives again; of a destroyed payload the kind is all there is."""
    taken = recorded.judged.intake
    if taken.signed.statement.kind != kind:
        return False
    if holding.destroyed(taken.signed.act_id):
        return True
    opened = holding.opened(taken.signed)
    return taken.asked == frame.asked_commit(b"" if opened is None else opened.salt, asked)
