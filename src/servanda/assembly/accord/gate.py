"""What waits for the own steps: no signature and no note of completion from home while one of them is unfinished.

Rules of this module:
- a signature and a note of completion wait until every step before them is taken, decided not to apply, or skipped with
  a reason; a reason that is given with the act is noted for each step that is left, before the act is said;
- list, notes and reasons stay in the own journal: of what waits nothing is sent, and nothing of it stands in the act;
- a note that names no step of the list is no note: a slip of the pen must not leave a step open unseen;
- without a list nothing is asked; a list that cannot be read stops signature, note and steps, and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from servanda.act.act import Draft
from servanda.act.statement import NO_AGREEMENT
from servanda.agreement.acts import StepTake
from servanda.assembly.accord.checklist import MOMENTS, Checklist
from servanda.assembly.accord.steps import STEP, StepRow, checklist_of, notes, rows_of, unfinished
from servanda.base.errors import UsageError

if TYPE_CHECKING:
    from servanda.assembly.opening import OpenNode

WAITS = {f"agreement.{moment}": moment for moment in MOMENTS}
"""Kind -> the moment before which steps are to be taken."""


def stand_by(home: OpenNode, draft: Draft, officers: Sequence[str], reason: str | None) -> tuple[Draft, ...]:
    """Whether an act may be said as far as the own steps go; the notes that go before it where a reason is given.

    Args:
        officers: who signs; the first answers for the reason.
        reason: why it is said with steps unfinished.

    Raises:
        UsageError: `steps_unfinished`, `step_unknown`, `step_wrong`, or the list cannot be read.
    """
    if draft.kind == STEP:
        _belongs(home, draft)
        return ()
    moment = WAITS.get(draft.kind)
    checklist = None if moment is None else checklist_of(home, draft.agreement)
    digest = getattr(draft.payload, "digest", None)
    if moment is None or checklist is None or digest is None or not officers:
        return ()
    home.refresh()  # another process may have noted a step
    left = unfinished(rows_of(checklist, notes(home, draft.agreement, checklist, digest)), moment)
    if left and (reason is None or not reason.strip()):
        raise UsageError("steps_unfinished", _told(moment, checklist, left), action=_to_do(checklist, left[0]))
    return tuple(
        Draft(
            kind=STEP,
            agreement=draft.agreement,
            payload=StepTake(
                checklist=checklist.name,
                step=row.id,
                skipped=True,
                why=reason,
                by=officers[0],
                digest=digest,
            ),
        )
        for row in left
    )


def _belongs(home: OpenNode, draft: Draft) -> None:
    """Whether a note names a step of the list there is, and a text that was tabled."""
    payload = draft.payload
    if not home.settings.checklists or not isinstance(payload, StepTake):
        return
    if draft.agreement == NO_AGREEMENT:
        raise UsageError(
            "agreement_missing",
            f"`{payload.step}` is noted under no agreement",
            action=f"name one with `--agreement`: {', '.join(home.agreements()) or 'none is tabled yet'}",
        )
    checklist = checklist_of(home, draft.agreement)
    if checklist is None:
        return
    if payload.checklist != checklist.name or payload.step not in checklist.names():
        raise UsageError(
            "step_unknown",
            f"`{payload.step}` is no step of `{payload.checklist}` for `{draft.agreement}`",
            action=f"name one of `{checklist.name}`: {', '.join(checklist.names())}",
        )
    if checklist.condition(payload.step) is not None and payload.decided is None:
        raise UsageError(
            "step_wrong",
            f"`{payload.step}` is a condition, which is decided",
            action="say `--decided applies` or `--decided does_not_apply`, and why",
        )
    if checklist.condition(payload.step) is None and payload.decided is not None:
        raise UsageError(
            "step_wrong",
            f"`{payload.step}` is a step, which is taken or skipped",
            action="leave out `--decided`, or name the condition",
        )
    texts = home.node.scene().life(draft.agreement).will.texts
    if not texts or payload.digest not in (None, *texts):
        raise UsageError(
            "text_unknown",
            f"no such text was tabled under `{draft.agreement}`",
            action="note the step once the text is tabled, or name its digest",
        )


def _told(moment: str, checklist: Checklist, left: Sequence[StepRow]) -> str:
    named = "; ".join(
        f"`{row.id}` ({row.title['en']}, {row.who})" + (f", `{row.when}` undecided" if row.undecided else "")
        for row in left
    )
    many = "step is" if len(left) == 1 else "steps are"
    return f"`{moment}` waits: {len(left)} {many} unfinished in `{checklist.name}`: {named}"


def _to_do(checklist: Checklist, first: StepRow) -> str:
    step = f"servanda step take --checklist '{checklist.name}' --step {first.id}"
    if first.undecided:
        step = f"{step.removesuffix(first.id)}{first.when} --decided applies|does_not_apply --why ..."
    return (
        f"note each, first with `{step}`; skip one with `--skipped --why`, or say `--unfinished REASON`: "
        "the reason stays in the own journal"
    )
