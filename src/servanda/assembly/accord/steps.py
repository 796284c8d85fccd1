"""The own way to consent: which steps of the checklist were taken, skipped or open, and what waits for them.

Rules of this module:
- a step is for one text: the one that its note names, else the one that was tabled last when it was noted;
- the last note of a step counts; a step that a later one has overtaken is skipped, with a reason or without.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from servanda.act.content import read
from servanda.act.journal import Noted
from servanda.agreement.acts import StepTake
from servanda.assembly.accord.checklist import MOMENTS, Checklist, Step, read_checklist
from servanda.base.errors import UsageError

if TYPE_CHECKING:
    from servanda.assembly.opening import OpenNode

STEP = "agreement.step.take"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    """One step, as it stands for one text.

    Args:
        title: language -> words.
        state: `done`, `open`, `skipped` or `not_applicable`.
        undecided: whether its condition waits for a decision.
        by: code of the officer who took, skipped or decided it; of the one who took a later step over it.
        why: the reason that one gave; None where none was given.
        act: the note of it in the journal; None for a step that is open, or that another was only taken over.
        out_of_turn: whether it was taken only after a later one.
    """

    id: str
    title: Mapping[str, str]
    who: str
    before: str | None
    when: str | None
    state: str
    undecided: bool
    by: str | None
    why: str | None
    act: str | None
    at: datetime | None
    out_of_turn: bool

    @property
    def is_unfinished(self) -> bool:
        """Whether what waits for it must wait: it is open, or was passed over and nobody has said why it may be."""
        return self.state == "open" or (self.state == "skipped" and self.act is None)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepsPage:
    """The steps for one text.

    Args:
        digest: of the text.
        waiting: `text.sign` and `completion.notify` -> ids of the steps that each still waits for.
    """

    agreement: str
    checklist: str
    exercise: bool
    digest: str
    version: int
    steps: tuple[StepRow, ...]
    waiting: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A note of a step in the journal.

    Args:
        number: of the item of the journal; two may be noted within one second.
    """

    number: int
    act: str
    at: datetime
    digest: str
    payload: StepTake


def steps_page(home: OpenNode, agreement: str, digest: str | None = None) -> StepsPage:
    """The steps for a text of an agreement.

    Args:
        digest: of the text; the one in the making where none is named, else the one in force.

    Raises:
        UsageError: `checklist_missing`, `agreement_missing`, `text_unknown`, or the list cannot be read.
    """
    with home.lock:
        checklist = checklist_of(home, agreement)
        if checklist is None:
            raise UsageError(
                "checklist_missing",
                f"no checklist is configured for `{agreement}`",
                action="name one under `[[checklist]]` in the settings",
            )
        digest = digest or _in_the_making(home, agreement)
        text = home.node.scene().life(agreement).will.texts.get(digest)
        if text is None:
            raise UsageError(
                "text_unknown", f"`{digest[:12]}` is no text tabled under `{agreement}`", action="name its digest"
            )
        rows = rows_of(checklist, notes(home, agreement, checklist, digest))
        return StepsPage(
            agreement=agreement,
            checklist=checklist.name,
            exercise=checklist.exercise,
            digest=digest,
            version=text.instrument.version,
            steps=rows,
            waiting={moment: tuple(row.id for row in unfinished(rows, moment)) for moment in MOMENTS},
        )


def checklist_of(home: OpenNode, agreement: str) -> Checklist | None:
    """The list for an agreement: its own, else the one for all; None where there is none.

    Raises:
        UsageError: `checklist_unreadable`, `checklist_wrong` or `exercise_mixed`.
    """
    named = {each.agreement: each.path for each in home.settings.checklists}
    path = named.get(agreement, named.get(None))
    if path is None:
        return None
    found = read_checklist(path)
    if found.exercise is not home.settings.node.exercise:
        raise UsageError(
            "exercise_mixed",
            f"`{path}` is {'an exercise' if found.exercise else 'no exercise'}, and this node is not so",
            action="set `exercise = true` in both, or in neither",
        )
    return found


def rows_of(checklist: Checklist, noted: Sequence[Note]) -> tuple[StepRow, ...]:
    """The steps of a list in their order, as the notes for one text leave them."""
    order = {step.id: place for place, step in enumerate(checklist.steps)}
    last = {note.payload.step: note for note in noted}
    taken = [note for note in noted if note.payload.step in order and not note.payload.skipped]
    return tuple(
        _row(step, last, [note for note in taken if order[note.payload.step] > order[step.id]])
        for step in checklist.steps
    )


def unfinished(rows: Sequence[StepRow], moment: str) -> tuple[StepRow, ...]:
    """The steps that an act still waits for: those before it, and those before what comes before it."""
    moments = MOMENTS[: MOMENTS.index(moment) + 1]
    return tuple(row for row in rows if row.before in moments and row.is_unfinished)


def notes(home: OpenNode, agreement: str, checklist: Checklist, digest: str) -> tuple[Note, ...]:
    """What the journal notes of the steps of a list for one text, in the order of the journal."""
    return tuple(
        note for note in _notes(home, agreement) if note.payload.checklist == checklist.name and note.digest == digest
    )


def _row(step: Step, last: Mapping[str, Note], over: Sequence[Note]) -> StepRow:
    """One step, as the last note of it, of its condition, and those of later steps leave it."""
    note, decision = last.get(step.id), None if step.when is None else last.get(step.when)
    undecided = step.when is not None and (decision is None or decision.payload.decided is None)
    does_not_apply = decision is not None and decision.payload.decided == "does_not_apply"
    state, said = "open", note
    if note is not None:
        state = "skipped" if note.payload.skipped else "done"
    elif does_not_apply:
        state, said = "not_applicable", decision
    elif over:
        state, said = "skipped", over[0]
    of_its_own = said is not None and (note is not None or does_not_apply)
    return StepRow(
        id=step.id,
        title=step.title,
        who=step.who,
        before=step.before,
        when=step.when,
        state=state,
        undecided=undecided and state in ("open", "skipped"),
        by=None if said is None else said.payload.by,
        why=None if said is None else said.payload.why,
        act=said.act if said is not None and of_its_own else None,
        at=None if said is None else said.at,
        out_of_turn=state == "done" and note is not None and any(other.number < note.number for other in over),
    )


def _notes(home: OpenNode, agreement: str) -> Iterator[Note]:
    holding = home.node.holding
    for number, item in enumerate(home.node.journal.items):
        if not isinstance(item, Noted) or item.kind != STEP:
            continue
        signed = holding.act(item.act, item.envelope)
        if signed.statement.agreement != agreement:
            continue
        opened = holding.opened(signed)
        if opened is not None:
            payload = read(StepTake, opened.members)
            digest = payload.digest or signed.statement.agreement_digest
            yield Note(number=number, act=item.act, at=item.recorded_at, digest=digest, payload=payload)


def _in_the_making(home: OpenNode, agreement: str) -> str:
    """The text that the steps are for now: one both have initialled, else the one tabled last, else the one in force.

    Raises:
        UsageError: `agreement_missing`.
    """
    scene = home.node.scene()
    status, will = scene.status(agreement), scene.life(agreement).will
    version = status.version
    base = None if version is None else version.digest
    given_up = status.timeline.given_up
    making = [name for name in will.order if will.texts[name].base == base and not will.texts[name].withdrawn]
    making = [name for name in making if name not in given_up]
    agreed = [name for name in making if will.texts[name].agreed]
    for found in (agreed, making, () if base is None else (base,)):
        if found:
            return found[-1]
    raise UsageError(
        "agreement_missing",
        f"no text lies on the table under `{agreement}`",
        action=f"name one of {', '.join(home.agreements()) or 'none yet'}",
    )
