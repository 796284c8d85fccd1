"""Acts of the intelligence domain for tests: valid payloads, acts with effect, acts as they are judged."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from servanda.act.act import Applied
from servanda.act.content import read, residue, write
from servanda.agreement.duties import Duty
from servanda.agreement.instrument import Instrument, load
from servanda.domain import Said, View
from servanda.domains.intelligence.acts import PAYLOADS
from servanda.domains.intelligence.registry import EMPTY, State
from servanda.domains.intelligence.state import fold

AGREEMENT = "kr-jp-a"
START = datetime(2031, 5, 1, 22, 0, 0, tzinfo=UTC)
OTHER = {"KR": "JP", "JP": "KR"}
CANARY = "the height was taken from a single record"

HEAD: Mapping[str, Any] = {
    "control": "KR-2031-000041",
    "revision": 1,
    "originator": "KR",
    "topic": "nk_missile",
    "level": 2,
    "marks": {"KR": "KR-2", "JP": "JP-TOKUTEI"},
    "purpose": "assessment",
    "reported_at": "2031-05-01T22:11:05Z",
    "precedence": "immediate",
    "addressees": ["jp-analysis-desk"],
}
SHARE: Mapping[str, Any] = {**HEAD, "title": f"title: {CANARY}", "text": f"text: {CANARY}"}
AMEND: Mapping[str, Any] = {**SHARE, "revision": 2, "amends": {"revision": 1, "changes": ["text"]}}
RELEASE: Mapping[str, Any] = {
    "report": "KR-2031-000041",
    "released_to": "third_state",
    "body": "us-liaison",
    "purpose": "warning",
    "reader_clearance": 2,
    "need_to_know": True,
    "marked": True,
}
PAYLOAD: Mapping[str, Mapping[str, Any]] = {
    "intelligence.report.request": {"topic": "nk_missile", "purpose": "warning", "question": CANARY},
    "intelligence.report.decline": {"request": "a" * 64},
    "intelligence.report.share": SHARE,
    "intelligence.report.amend": AMEND,
    "intelligence.report.recall": {"report": "KR-2031-000041", "reason": CANARY},
    "intelligence.report.acknowledge": {"about": "a" * 64, "desk": "jp-registry", "marked_as": "JP-GOKUHI"},
    "intelligence.report.release": RELEASE,
    "intelligence.report.destroy": {"report": "KR-2031-000041", "method": "burned", "certificate": "JP-C-0007"},
    "intelligence.consent.ask": {"report": "KR-2031-000041", "body": "us-liaison", "purpose": "warning"},
    "intelligence.consent.give": {
        "report": "KR-2031-000041",
        "body": "us-liaison",
        "purpose": "warning",
        "until": "2031-06-30",
    },
    "intelligence.addressee.assure": {"addressee": "jp-analysis-desk", "level": 2},
    "intelligence.facility.attest": {
        "facility": "jp-plant-3",
        "cleared": True,
        "binds": True,
        "inspected_on": "2030-06-15",
    },
    "intelligence.register.extract": {"report": "KR-2031-000041", "copies": 2, "readers": 5, "root": "b" * 64},
    "intelligence.incident.find": {"found_at": "2031-05-01T20:00:00Z", "report": "KR-2031-000041", "account": CANARY},
    "intelligence.incident.notify": {
        "found_at": "2031-05-01T20:00:00Z",
        "report": "KR-2031-000041",
        "nature": "lost",
        "account": CANARY,
    },
    "intelligence.incident.conclude": {"incident": "a" * 64, "findings": CANARY, "measures": CANARY},
}


def act_id(index: int) -> str:
    """The id of the act at a place of the order."""
    return hashlib.sha256(f"act {index}".encode()).hexdigest()


def applied(
    index: int,
    kind: str,
    author: str,
    members: Mapping[str, Any] | None = None,
    *,
    causes: tuple[str, ...] = (),
    officers: tuple[str, ...] = (),
    at: datetime | None = None,
    agreement: str = AGREEMENT,
) -> Applied:
    """An act with effect, as the fold sees it: only what outlives destruction."""
    payload = read(PAYLOADS[kind], PAYLOAD[kind] if members is None else members)
    return Applied(
        act_id=act_id(index),
        kind=kind,
        agreement=agreement,
        digest="0" * 64,
        author=author,
        other=OTHER[author],
        officers=officers or (f"{author.lower()}/info-1",),
        causes=causes,
        payload=residue(PAYLOADS[kind], write(payload)),
        recorded_at=at or START + timedelta(minutes=index),
        rank=index + 1,
        log=f"exercise.{author.lower()}.example/{OTHER[author].lower()}/1",
        index=index,
    )


def folded(*acts: Applied) -> State:
    """The state that follows from acts in their order."""
    state = EMPTY
    for act in acts:
        state = fold(state, act)
    return state


def pact() -> Instrument:
    """The exercise agreement on information."""
    path = Path(__file__).parents[3] / "agreements" / "kr-jp-a" / "en.md"
    return load(path.read_text(encoding="utf-8"), path=path.name)


def said(
    kind: str,
    author: str,
    members: Mapping[str, Any] | None = None,
    *,
    officers: tuple[str, ...] = (),
    at: datetime | None = None,
) -> Said:
    """An act as its facts are stated, an hour after the first acts of a test."""
    payload = read(PAYLOADS[kind], PAYLOAD[kind] if members is None else members)
    return Said(
        act_id="c" * 64,
        kind=kind,
        agreement=AGREEMENT,
        author=author,
        other=OTHER[author],
        officers=officers or (f"{author.lower()}/info-1",),
        causes=(),
        raw=write(payload),
        content=payload,
        recorded_at=at or START + timedelta(hours=1),
    )


@dataclass(frozen=True)
class Sight:
    """What a test says both logs hold beside the state."""

    at: datetime = START + timedelta(hours=1)
    received: Mapping[str, datetime] = field(default_factory=dict)
    duties: tuple[Duty, ...] = ()

    def view(self, state: State, instrument: Instrument) -> View[State]:
        return View(
            state=state,
            instrument=instrument,
            at=self.at,
            received_at=self.received.get,
            applied=lambda act: None,
            joint_at=lambda kind, digest: None,
            officer=lambda party, officer: None,
            duties=lambda does: tuple(d for d in self.duties if d.does == does and d.met_at is None),
        )
