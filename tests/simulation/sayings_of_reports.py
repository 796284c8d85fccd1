"""What the registries of two simulated nodes say to each other: reports from request to destruction."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

from servanda.act.act import Draft
from servanda.domains.intelligence import desk as reports
from servanda.domains.intelligence.registry import Report
from tests.simulation.saying import PACT_A, Desk, Saying, at_desk, by_weight, in_order
from tests.simulation.world import Side

MARKS = {"KR": ("KR-0", "KR-3", "KR-2", "KR-1"), "JP": ("JP-0", "JP-HI", "JP-GOKUHI", "JP-KIMITSU")}
BODIES = (("own_government", "desk-2"), ("third_state", "desk-9"), ("own_contractor", "works-1"))


def a_report(side: Side, chance: random.Random) -> Saying:
    """An act of information, permitted or not."""
    desk = at_desk(side, "intelligence", PACT_A, chance)
    others, own = _reports(desk, own=False), _reports(desk, own=True)
    asked = [act for act, question in desk.book.questions.items() if question.open and question.author != side.party]
    losses = [
        act for act, notice in desk.book.incidents.items() if notice.author == side.party and not notice.concluded_by
    ]
    weights: dict[Callable[[Desk], Draft], int] = {_request: 3, _assure: 4, _share: 8, _attest: 1, _find: 1, _notify: 1}
    weights |= dict.fromkeys((_acknowledge, _destroy, _release, _ask, _extract), 2) if others else {}
    weights |= dict.fromkeys((_recall, _amend, _give), 2) if own else {}
    weights |= {_decline: 2} if asked else {}
    weights |= {_conclude: 12} if losses else {}
    draft = by_weight(chance, weights)(desk)
    witnesses = ("information-2", "rescue-1") if draft.kind == "intelligence.report.destroy" else ()
    return Saying(draft, chance.choice(["information-1", "information-1", "information-2"]), also=witnesses)


def _reports(desk: Desk, *, own: bool) -> list[Report]:
    known = desk.book.reports
    return [known[control] for control in sorted(known) if (known[control].originator == desk.side.party) is own]


def _theirs(desk: Desk) -> Report:
    return desk.chance.choice(_reports(desk, own=False)[-3:])


def _ours(desk: Desk) -> Report:
    return desk.chance.choice(_reports(desk, own=True)[-3:])


def _marks(level: int) -> dict[str, str]:
    return {party: marks[level] for party, marks in MARKS.items()} if level else {}


def _day(desk: Desk, days: int) -> str:
    return (desk.seat.at + timedelta(days=days)).date().isoformat()


def _request(desk: Desk) -> Draft:
    return reports.request(desk.state, desk.seat, topic="nk_missile", question="exercise", purpose="warning")


def _decline(desk: Desk) -> Draft:
    questions = desk.book.questions
    asked = [act for act in questions if questions[act].open and questions[act].author != desk.side.party]
    return reports.decline(desk.state, desk.seat, request=desk.some(asked))


def _assure(desk: Desk) -> Draft:
    until = desk.chance.choice([None, None, _day(desk, 2), _day(desk, 40)])
    own = f"{desk.side.party.lower()}-desk"
    return reports.assure(desk.state, desk.seat, addressee=own, level=desk.chance.choice([1, 2, 3]), until=until)


def _share(desk: Desk) -> Draft:
    level = desk.chance.choice([0, 0, 1, 1, 2, 3])
    questions = desk.book.questions
    asked = [act for act in questions if questions[act].open and questions[act].author != desk.side.party]
    return reports.share(
        desk.state,
        desk.seat,
        topic=desk.chance.choice(["nk_missile", "nk_missile", "nk_nuclear", "other"]),
        level=level,
        addressees=(f"{desk.seat.other.lower()}-desk",),
        title="exercise",
        text="exercise",
        answers=desk.some(asked) if asked else None,
        marks=_marks(level),
        purpose="warning",
    )


def _amend(desk: Desk) -> Draft:
    level = desk.chance.choice([0, 1, 2])
    control = _ours(desk).control
    return reports.amend(
        desk.state, desk.seat, control=control, title="exercise", text="exercise", level=level, marks=_marks(level)
    )


def _recall(desk: Desk) -> Draft:
    return reports.recall(desk.state, desk.seat, report=_ours(desk).control)


def _acknowledge(desk: Desk) -> Draft:
    report = _theirs(desk)
    waiting = in_order(desk.side, report.unacknowledged) or [report.newest.act_id]
    return reports.acknowledge(desk.state, desk.seat, about=desk.chance.choice(waiting))


def _destroy(desk: Desk) -> Draft:
    recalled = [report for report in _reports(desk, own=False) if report.recalled is not None]
    report = desk.chance.choice(recalled) if recalled else _theirs(desk)
    return reports.destroy(desk.state, desk.seat, report=report.control, method="shredded", certificate="EX-1")


def _release(desk: Desk) -> Draft:
    released_to, body = desk.chance.choice(BODIES)
    return reports.release(
        desk.state,
        desk.seat,
        report=_theirs(desk).control,
        released_to=released_to,
        body=body,
        purpose="warning",
        reader_clearance=3,
        need_to_know=True,
        same_purpose=True,
        marked=True,
        facility="works-1" if released_to == "own_contractor" else None,
    )


def _ask(desk: Desk) -> Draft:
    return reports.ask_consent(desk.state, desk.seat, report=_theirs(desk).control, body="desk-9", purpose="warning")


def _give(desk: Desk) -> Draft:
    until = _day(desk, desk.chance.choice([5, 60]))
    return reports.give_consent(
        desk.state, desk.seat, report=_ours(desk).control, body="desk-9", purpose="warning", until=until
    )


def _attest(desk: Desk) -> Draft:
    return reports.attest(
        desk.state, desk.seat, facility="works-1", cleared=True, binds=True, inspected_on=_day(desk, -100)
    )


def _extract(desk: Desk) -> Draft:
    return reports.extract(desk.state, desk.seat, report=_theirs(desk).control, copies=2, readers=3, root="ab" * 32)


def _find(desk: Desk) -> Draft:
    return reports.find(desk.state, desk.seat, nature="suspected")


def _notify(desk: Desk) -> Draft:
    """A notice of loss, in time or not, which may answer what was noted at home."""
    hours = desk.chance.choice([0, 0, 3, 20])
    found_at = (desk.seat.at - timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")
    noted = [
        item.act for item in desk.side.node.journal.items if getattr(item, "kind", "") == "intelligence.incident.find"
    ]
    finding = noted[-1] if noted and desk.chance.random() < 0.7 else None
    return reports.notify(desk.state, desk.seat, found_at=found_at, finding=finding)


def _conclude(desk: Desk) -> Draft:
    incidents = desk.book.incidents
    own = [act for act in incidents if incidents[act].author == desk.side.party and not incidents[act].concluded_by]
    return reports.conclude(desk.state, desk.seat, incident=desk.some(own), findings="exercise", measures="exercise")
