"""Reports said act by act: asked for, shared, marked, passed on, taken back, lost."""

from __future__ import annotations

from functools import partial

from tests.conformance.walking import DAYS, HOURS, Row, Step, Wait

A = "kr-jp-a"
KR_REPORT, COURIER, NUCLEAR, OPEN = (f"KR-2031-{number:06}" for number in (41, 42, 43, 44))

kr = partial(Row, party="KR", by="information-1", under=A)
jp = partial(Row, party="JP", by="information-1", under=A)
share = partial(kr, kind="intelligence.report.share")
release = partial(jp, kind="intelligence.report.release")
FREE = {"caveats": None}

ASKED: tuple[Step, ...] = (
    jp(kind="intelligence.report.request", named="asked"),
    kr(kind="intelligence.report.decline", says={"request": "@asked"}),
    jp(kind="intelligence.report.request", named="asked again"),
    jp(kind="intelligence.report.request", says={"topic": "fishing"}, ruling="silent"),
    jp(kind="intelligence.report.request", says={"purpose": None}, ruling="silent"),
)

SHARED: tuple[Step, ...] = (
    share(ruling="forbidden 5.4"),
    jp(kind="intelligence.addressee.assure"),
    share(says={"answers": "@asked again"}, named="report"),
    jp(kind="intelligence.report.acknowledge", says={"about": "@report"}),
    share(example=2, says={"control": COURIER}),
    share(
        says={
            "control": NUCLEAR,
            "topic": "nk_nuclear",
            "level": 1,
            "marks": {"KR": "KR-3", "JP": "JP-HI"},
            "carrier": "liaison_officer",
            **FREE,
        }
    ),
    share(says={"control": OPEN, "level": 0, "marks": None, **FREE}),
    share(says={"control": None, "topic": "weather"}, ruling="silent"),
    share(says={"control": None, "level": 3, "marks": {"KR": "KR-1", "JP": "JP-KIMITSU"}}, ruling="forbidden 4.3 5.4"),
    share(says={"control": None, "purpose": None}, ruling="forbidden 5.1"),
    share(says={"control": None, "carrier": "open_network"}, ruling="forbidden 5.2"),
    share(says={"control": None, "route": "relay_other"}, ruling="forbidden 4.5"),
    share(says={"control": None, "route": "relay_us"}, ruling="forbidden 4.5"),
    share(by="rescue-1", says={"control": None}, ruling="forbidden 3.1"),
    kr(kind="intelligence.report.amend", says={"control": KR_REPORT}),
)

PASSED_ON: tuple[Step, ...] = (
    release(says={"report": KR_REPORT}, ruling="forbidden 6.1"),
    jp(kind="intelligence.consent.ask"),
    kr(kind="intelligence.consent.give"),
    release(says={"report": KR_REPORT}, named="passed on"),
    *(
        release(says={"report": KR_REPORT, "released_to": body}, ruling=ruling)
        for body, ruling in (("international_body", "permit"), ("private_person", "permit"), ("public", "permit"))
    ),
    release(says={"report": KR_REPORT, "released_to": "own_government", "body": "exercise-office"}),
    release(says={"report": KR_REPORT, "released_to": "own_government", "need_to_know": False}, ruling="forbidden 6.3"),
    release(says={"report": KR_REPORT, "released_to": "own_government", "reader_clearance": 0}, ruling="forbidden 6.3"),
    release(says={"report": KR_REPORT, "released_to": "own_government", "marked": False}, ruling="forbidden 8.1"),
    release(
        says={"report": KR_REPORT, "released_to": "own_government", "same_purpose": False, "body": "other-office"},
        ruling="forbidden 6.2",
    ),
    release(example=2, says={"report": NUCLEAR}, ruling="forbidden 7.1"),
    jp(kind="intelligence.facility.attest"),
    release(example=2, says={"report": NUCLEAR}),
    jp(kind="intelligence.register.extract"),
)

TAKEN_BACK: tuple[Step, ...] = (
    kr(kind="intelligence.report.recall", named="recall"),
    jp(kind="intelligence.report.recall", says={"report": NUCLEAR}, ruling="silent"),
    jp(kind="intelligence.report.acknowledge", says={"about": "@recall", "marked_as": None}),
    jp(kind="intelligence.report.destroy", ruling="forbidden 8.2"),
    jp(kind="intelligence.report.destroy", also=("information-2", "duty-1")),
)

LOST: tuple[Step, ...] = (
    jp(kind="intelligence.incident.find", says={"report": NUCLEAR}, named="finding"),
    Wait(seconds=9 * HOURS),
    jp(kind="intelligence.incident.notify", says={"report": NUCLEAR, "finding": "@finding"}, named="notice of loss"),
    share(says={"control": None}, ruling="forbidden 9.3"),
    jp(kind="intelligence.incident.conclude", says={"incident": "@notice of loss"}),
    share(says={"control": None}),
    Wait(seconds=1 * DAYS),
)
