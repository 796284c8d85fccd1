"""The story of the demo: what is said, by whom, and the ruling that must come out.

Rules of this module:
- a scene is said as it stands here, then both nodes deliver it; the next one rests on it;
- `$name` stands for the act of an earlier step, or for the digest of a text;
- every ruling is expected to the paragraph: another one ends the demo as a failure.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

PACT_A, PACT_B = "kr-jp-a", "kr-jp-b"
TERMS = ("--activity", "un_peacekeeping", "--place", "third_territory", "--settlement", "cash")
OFFICERS = (
    (PACT_A, "information-1", "information_officer", None),
    (PACT_B, "ordering-1", "ordering_officer", 400_000),
    (PACT_B, "supply-1", "supply_officer", None),
    (PACT_B, "settling-1", "settling_officer", None),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One act that somebody says.

    Args:
        by: code of the Party.
        officer: who signs, without the code of the Party.
        words: the command and its options.
        ruling: as it must come out: `permit 4.2`, `forbidden 3.2 3.5`.
        told: what it is, in few words.
        name: by which later steps name the act.
    """

    by: str
    officer: str
    words: tuple[str, ...]
    ruling: str
    told: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Steps that are said together; then both nodes come to rest.

    Args:
        title: heading, empty where the scene goes on under the last one.
    """

    steps: tuple[Step, ...]
    title: str = ""


def founding(today: date) -> tuple[Scene, ...]:
    """Both agreements signed and notified, and officers appointed."""
    envoy = "envoy-1"

    def both(*words: str, ruling: str, told: str, pacts: tuple[str, ...] = (PACT_A, PACT_B)) -> tuple[Step, ...]:
        return tuple(
            Step(
                by=by,
                officer=envoy,
                words=(
                    *words[:2],
                    *(f"${pact}" if word == "$digest" else word for word in words[2:]),
                    "--agreement",
                    pact,
                ),
                ruling=ruling,
                told=f"{told} {pact}",
            )
            for pact in pacts
            for by in ("KR", "JP")
        )

    tabled = tuple(
        Step(
            by=by,
            officer=envoy,
            words=("text", "table", "--text", f"@${pact}.path"),
            ruling="permit life.6",
            told=f"puts {pact} on the table",
        )
        for by, pact in (("KR", PACT_A), ("JP", PACT_B))
    )
    initialled = both("text", "initial", "--digest", "$digest", ruling="permit life.8", told="initials")
    shown = tuple(
        Step(
            by=by,
            officer=envoy,
            words=(
                *("powers", "show", "--officer", f"{by.lower()}/{envoy}", "--may", "sign"),
                *("--issued-by", "head_of_government", "--date", today.isoformat(), "--agreement", pact),
            ),
            ruling="permit life.11",
            told=f"shows its envoy's powers for {pact}",
        )
        for pact in (PACT_A, PACT_B)
        for by in ("KR", "JP")
    )
    signed = both("text", "sign", "--digest", "$digest", ruling="permit life.12", told="signs")
    notified = both(
        *("completion", "notify", "--digest", "$digest", "--note", "EX-1", "--date", today.isoformat()),
        ruling="permit life.14",
        told="tells that its law is satisfied for",
    )
    return (
        Scene(steps=tabled, title="Two agreements are made"),
        Scene(steps=initialled),
        Scene(steps=(*shown, *signed)),
        Scene(steps=(*notified, *_appointments(envoy))),
    )


def _appointments(envoy: str) -> tuple[Step, ...]:
    return tuple(
        Step(
            by=by,
            officer=envoy,
            words=(
                *("officer", "appoint", "--officer", f"{by.lower()}/{name}", "--office", office, "--new-key"),
                *(() if limit is None else ("--limit-usd", str(limit))),
                *("--agreement", pact),
            ),
            ruling="permit life.25",
            told=f"appoints {by.lower()}/{name}",
        )
        for pact, name, office, limit in OFFICERS
        for by in ("KR", "JP")
    )


def report() -> tuple[Scene, ...]:
    """A secret report shared and acknowledged; its release to a third state refused."""
    share = (
        *("report", "share", "--topic", "nk_missile", "--level", "2", "--addressees", "jp-desk"),
        *("--marks", _json({"KR": "KR-2", "JP": "JP-GOKUHI"}), "--purpose", "warning"),
        *("--title", "Exercise: two launches", "--text", "Exercise. Nothing of this is real."),
    )
    release = (
        *("report", "release", "--report", "$share.control", "--released-to", "third_state", "--body", "third-state-1"),
        *("--purpose", "warning", "--reader-clearance", "2", "--need-to-know", "--same-purpose", "--marked"),
    )
    desk = "information-1"
    return (
        Scene(
            title="A secret report",
            steps=(
                Step(
                    by="JP",
                    officer=desk,
                    words=("addressee", "assure", "--addressee", "jp-desk", "--level", "2"),
                    ruling="permit 5.4",
                    told="assures that its desk is cleared to secret",
                ),
            ),
        ),
        Scene(
            steps=(
                Step(
                    by="KR", officer=desk, words=share, ruling="permit 4.2", told="shares a secret report", name="share"
                ),
            )
        ),
        Scene(
            steps=(
                Step(
                    by="JP",
                    officer=desk,
                    words=("report", "acknowledge", "--about", "$share"),
                    ruling="permit 4.4",
                    told="acknowledges it",
                ),
                Step(
                    by="JP",
                    officer=desk,
                    words=release,
                    ruling="forbidden 6.1",
                    told="would pass it to a third state",
                    name="release",
                ),
            )
        ),
    )


def fuel(today: date) -> tuple[Scene, ...]:
    """Fuel ordered, accepted, issued, received, invoiced, settled."""
    order = ("order", "place", *TERMS, "--lines", _json([FUEL]), "--elements", _json(elements("JP", today)))
    steps = (
        Step(
            by="JP",
            officer="ordering-1",
            words=order,
            ruling="permit 3.1",
            told="orders 40,000 litres of fuel",
            name="order",
        ),
        Step(
            by="KR",
            officer="ordering-1",
            words=("order", "accept", "--order", "$order", "--elements", _json(SUPPLIERS)),
            ruling="permit 3.1",
            told="accepts the order",
        ),
        Step(
            by="KR",
            officer="supply-1",
            words=("goods", "issue", "--order", "$order"),
            ruling="permit 3.1",
            told="hands the fuel over",
        ),
        Step(
            by="JP",
            officer="supply-1",
            words=("goods", "receive", "--order", "$order", "--settlement", "cash"),
            ruling="permit 3.1",
            told="signs for it",
        ),
        Step(
            by="KR",
            officer="settling-1",
            words=(
                *("invoice", "raise", "--order", "$order"),
                *("--price-basis", "own_forces", "--no-paid-by-un", "--number", "EX-1"),
            ),
            ruling="permit 6.1",
            told="asks for 42,000 dollars",
            name="invoice",
        ),
        Step(
            by="JP",
            officer="settling-1",
            words=("settlement", "agree", "--invoices", "$invoice"),
            ruling="permit 6.1",
            told="settles the invoice",
        ),
    )
    return tuple(
        Scene(steps=(step,), title="" if place else "Fuel for peacekeepers") for place, step in enumerate(steps)
    )


def rounds(today: date) -> tuple[Scene, ...]:
    """Ammunition ordered in an emergency, and refused."""
    words = ("order", "place", *TERMS, "--lines", _json([ROUNDS]), "--elements", _json(elements("KR", today)))
    refused = Step(
        by="KR",
        officer="ordering-1",
        words=(*words, "--life-in-danger"),
        ruling="forbidden 3.2 3.5",
        told="orders 10,000 rounds of 5.56 mm, a life being in danger",
        name="rounds",
    )
    return (Scene(steps=(refused,), title="Ammunition in an emergency"),)


def apart(today: date) -> tuple[Step, ...]:
    """What both say while the link is cut."""
    return (
        Step(
            by="KR",
            officer="information-1",
            words=(
                *("report", "share", "--topic", "nk_nuclear", "--level", "1", "--addressees", "jp-desk"),
                *("--marks", _json({"KR": "KR-3", "JP": "JP-HI"}), "--purpose", "warning"),
                *("--title", "Exercise: a second report", "--text", "Exercise. Nothing of this is real."),
            ),
            ruling="permit 4.2",
            told="shares a second report",
            name="second",
        ),
        Step(
            by="JP",
            officer="ordering-1",
            words=(
                *("order", "place", "--activity", "disaster_relief", "--place", "high_seas", "--settlement", "cash"),
                *("--lines", _json([WATER]), "--elements", _json(elements("JP", today))),
            ),
            ruling="permit 3.1",
            told="orders drinking water",
            name="water",
        ),
    )


def elements(party: str, today: date) -> dict[str, Any]:
    """The elements that an order gives."""
    return {
        "billed_party": f"{party} ministry of defence, exercise",
        "receiving_organisation": f"{party} engineer unit",
        "funds": "certified, exercise",
        "transfer_day": today.isoformat(),
        "transfer_place": "exercise airfield",
        "special_requirements": {"not_applicable": "none"},
        "limit_of_liability": {"not_applicable": "final price"},
    }


FUEL: Mapping[str, Any] = MappingProxyType(
    {
        "item": {"text": "diesel fuel", "supply_class": "9130"},
        "quantity": "40000",
        "unit": "LTR",
        "unit_price": "1.05",
        "serves_weapon": False,
    }
)
WATER: Mapping[str, Any] = MappingProxyType(
    {
        "item": {"text": "drinking water", "supply_class": "8960", "category": "water"},
        "quantity": "5000",
        "unit": "LTR",
        "unit_price": "0.40",
        "serves_weapon": False,
    }
)
ROUNDS: Mapping[str, Any] = MappingProxyType(
    {
        "item": {"text": "rounds, 5.56 mm", "supply_class": "1305"},
        "quantity": "10000",
        "unit": "EA",
        "unit_price": "0.45",
        "serves_weapon": False,
    }
)
SUPPLIERS: Mapping[str, Any] = MappingProxyType(
    {
        "payee": "KR ministry of national defence, exercise",
        "payment_address": "exercise account",
        "issuing_organisation": "KR engineer unit",
    }
)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=dict)
