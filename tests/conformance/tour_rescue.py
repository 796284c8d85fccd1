"""A rescue said act by act: people in danger, a search, the lead, admissions, and what no agreement covers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from tests.conformance.walking import Row, Step

A, NONE = "kr-jp-a", "none"

kr = partial(Row, party="KR", by="rescue-1", under=A)
jp = partial(Row, party="JP", by="rescue-1", under=A)
sighting = partial(kr, kind="rescue.sighting.lodge")
request = partial(kr, kind="rescue.admission.request")
begin = partial(kr, kind="rescue.admission.begin")
CASE: Mapping[str, Any] = {"case": "@case"}
PLACES = (("36.50", "129.50"), ("35.20", "132.20"), ("36.95", "131.40"), ("37.24", "131.87"), ("30.00", "140.00"))
"""One position in each place of the annex: the own waters, those of the other, the shared area, area Q, beyond."""
SUBJECT: Mapping[str, Any] = {"case": "@case", "to": "KR", "turn": 1}


def at(lat: str, lon: str) -> Mapping[str, Any]:
    return {"lat": lat, "lon": lon}


UNCOVERED: tuple[Step, ...] = (
    jp(kind="rescue.case.open", by="envoy-1", under=NONE, ruling="silent", named="uncovered"),
    kr(kind="rescue.sighting.lodge", by="envoy-1", under=NONE, says={"case": "@uncovered"}, ruling="silent"),
)

TOLD: tuple[Step, ...] = (
    jp(kind="rescue.alert.receive", by="duty-1", named="alert"),
    jp(kind="rescue.case.open", by="duty-1", says={"alert": "@alert"}, named="case"),
    *(sighting(says={**CASE, "position": at(*place)}) for place in PLACES),
    sighting(says={"case": None, "position": {"grid": "52SEF1234567890"}}),
)

SEARCHED: tuple[Step, ...] = (
    kr(kind="rescue.asset.offer", says={**CASE, "weapons_safe": False}, ruling="forbidden 11.4"),
    kr(kind="rescue.asset.offer", says=CASE),
    jp(kind="rescue.plan.propose", says={**CASE, "replaces": None}, named="first plan"),
    jp(kind="rescue.plan.propose", says={**CASE, "replaces": "@first plan"}, named="plan"),
    jp(
        kind="rescue.plan.propose",
        says={**CASE, "replaces": "@plan"},
        beside={"claim": "exercise: these are our waters"},
        ruling="forbidden 12.2",
    ),
    jp(kind="rescue.plan.agree", says={"plan": "@plan"}, payload=True, ruling="silent"),
    kr(kind="rescue.plan.agree", says={"plan": "@plan"}),
    kr(
        kind="rescue.search.report",
        says={**CASE, "plan": "@plan", "track": [{"grid": "52SEF1234567890"}]},
        ruling="forbidden 12.2",
    ),
    kr(kind="rescue.search.report", says={**CASE, "plan": "@plan"}),
)

LED: tuple[Step, ...] = (
    jp(kind="rescue.lead.pass", example=0, says={"case": "@case", "to": "KR"}),
    kr(kind="rescue.lead.pass", says={"subject": SUBJECT}, payload=True),
)

ADMITTED: tuple[Step, ...] = (
    request(says={**CASE, "sole_purpose_rescue": False}, ruling="silent"),
    request(says=CASE, named="asked in"),
    begin(says={**CASE, "request": "@asked in"}, ruling="forbidden 11.1"),
    jp(kind="rescue.admission.answer", says={"request": "@asked in"}),
    begin(says={**CASE, "request": "@asked in"}),
    begin(says={**CASE, "request": "@asked in", "positions": [at(*place) for place in PLACES]}),
    begin(says={**CASE, "request": "@asked in", "weapons_safe": False}, ruling="forbidden 11.4"),
    request(says=CASE, named="asked again"),
    jp(kind="rescue.admission.answer", example=2, says={"request": "@asked again"}),
)

CLOSED: tuple[Step, ...] = (
    kr(kind="rescue.case.concur", says=CASE, ruling="silent"),
    kr(kind="rescue.case.close", says=CASE, ruling="silent"),
    jp(kind="rescue.case.concur", says=CASE),
    kr(kind="rescue.case.close", says=CASE),
    jp(kind="rescue.case.open", by="duty-1", example=2, says={"reopens": "@case"}),
)
