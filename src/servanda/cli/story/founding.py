"""The founding: both agreements signed and notified, and officers appointed.

Rules of this module:
- both Parties do the same, each by its own envoy;
- a text is tabled, initialled, signed under powers shown, and told to be lawful at home, in that order.
"""

from __future__ import annotations

from datetime import date

from servanda.cli.story.scene import PACT_A, PACT_B, Scene, Step

ENVOY = "envoy-1"
PARTIES = ("KR", "JP")
OFFICERS = (
    (PACT_A, "information-1", "information_officer", None),
    (PACT_A, "rescue-1", "rescue_coordinator", None),
    (PACT_A, "duty-1", "duty_officer", None),
    (PACT_B, "ordering-1", "ordering_officer", 400_000),
    (PACT_B, "supply-1", "supply_officer", None),
    (PACT_B, "settling-1", "settling_officer", None),
    (PACT_B, "contingent-1", "contingent_commander", None),
)


def founding(today: date) -> tuple[Scene, ...]:
    """Both agreements signed and notified, and officers appointed."""
    tabled = tuple(
        Step(
            by=by,
            officer=ENVOY,
            words=("text", "table", "--text", f"@${pact}.folder"),
            ruling="permit life.6",
            told="put a text each on the table",
        )
        for by, pact in zip(PARTIES, (PACT_A, PACT_B), strict=True)
    )
    initialled = _both(("text", "initial"), ("--digest", "$digest"), "permit life.8", "initial both")
    powers = ("--may", "sign", "--issued-by", "head_of_government", "--date", today.isoformat())
    shown = _both(("powers", "show"), ("--officer", "$envoy", *powers), "permit life.11", "show their envoys' powers")
    signed = _both(("text", "sign"), ("--digest", "$digest"), "permit life.12", "sign both")
    notified = _both(
        ("completion", "notify"),
        ("--digest", "$digest", "--note", "EX-1", "--date", today.isoformat()),
        "permit life.14",
        "tell that their own law is satisfied",
    )
    return (
        Scene(steps=tabled, title="Two agreements are made"),
        Scene(steps=initialled),
        Scene(steps=(*shown, *signed)),
        Scene(steps=(*notified, *_appointments())),
    )


def _both(command: tuple[str, str], options: tuple[str, ...], ruling: str, told: str) -> tuple[Step, ...]:
    """One act by each Party under each agreement."""
    steps = []
    for pact in (PACT_A, PACT_B):
        for by in PARTIES:
            meant = {"$digest": f"${pact}", "$envoy": f"{by.lower()}/{ENVOY}"}
            words = (*command, *(meant.get(option, option) for option in options), "--agreement", pact)
            steps.append(Step(by=by, officer=ENVOY, words=words, ruling=ruling, told=told))
    return tuple(steps)


def _appointments() -> tuple[Step, ...]:
    return tuple(
        Step(
            by=by,
            officer=ENVOY,
            words=(
                *("officer", "appoint", "--officer", f"{by.lower()}/{name}", "--office", office, "--new-key"),
                *(() if limit is None else ("--limit-usd", str(limit))),
                *("--agreement", pact),
            ),
            ruling="permit life.25",
            told="appoint their officers",
        )
        for pact, name, office, limit in OFFICERS
        for by in PARTIES
    )
