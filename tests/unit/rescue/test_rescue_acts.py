"""Payloads of rescue: what is wrong is named, what is right reads and writes the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from servanda.act.content import Payload, read, write
from servanda.act.kind import kinds
from servanda.base import canon
from servanda.base.errors import MalformedError
from servanda.base.geo import Point
from servanda.domains.rescue import acts
from servanda.domains.rescue.forms import Position, in_full, outside
from servanda.domains.rescue.parts import Found, LeadSubject, PlanInputs, SearchArea
from tests.unit.rescue.watch import GRID, HOUR, IN_J, IN_K, IN_Q, LATER, OPEN, TOKYO

A, B = "a" * 64, "b" * 64
CORNERS = [IN_K, {"lat": "35.7", "lon": "129.4"}, {"lat": "35.7", "lon": "129.6"}]
AREA: Mapping[str, Any] = {
    "number": 1,
    "corners": CORNERS,
    "unit": "kr-ship-3001",
    "pattern": "parallel",
    "spacing_nm": "0.5",
    "altitude_ft": 500,
    "speed_kn": "90",
    "begins": HOUR,
    "ends": LATER,
    "legs": [IN_K, IN_Q],
}
INPUTS: Mapping[str, Any] = {
    "datum": IN_K,
    "datum_at": HOUR,
    "object": "PIW-1",
    "seed": 7,
    "particles": 5000,
    "step_s": 600,
    "numerics": "0.1.0",
    "forcing": [{"name": "wind-20310301", "sha256": A}],
    "tolerance_m": "50",
}
SAMPLES: Mapping[str, Mapping[str, Any]] = {
    "rescue.alert.receive": {"received_at": HOUR, "source": "radio", "position": IN_K, "persons": 7, "note": "garbled"},
    "rescue.case.open": {
        **OPEN,
        "position_at": HOUR,
        "uncertainty_nm": "2.5",
        "object": "PIW-1",
        "craft": "exercise boat",
        "source": "satellite_beacon",
        "reference": "2031-17",
        "reopens": A,
        "note": "taking water",
    },
    "rescue.case.concur": {"case": A},
    "rescue.case.close": {"case": A, "outcome": "some_saved", "saved": 6, "lost": 1},
    "rescue.sighting.lodge": {
        "seen_at": HOUR,
        "what": "raft",
        "case": A,
        "position": IN_Q,
        "uncertainty_nm": "0.1",
        "persons": 2,
        "unit": "jp-aircraft-2",
        "note": "orange",
    },
    "rescue.asset.offer": {
        "case": A,
        "unit": "kr-ship-3001",
        "sort": "ship",
        "weapons_safe": True,
        "position": IN_K,
        "available_from": HOUR,
        "available_until": LATER,
        "speed_kn": "18",
        "endurance_h": "48",
        "sensors": ["eye", "radar"],
        "note": "doctor on board",
    },
    "rescue.plan.propose": {"case": A, "areas": [AREA, {**AREA, "number": 2}], "inputs": INPUTS, "replaces": B},
    "rescue.plan.agree": {"plan": A, "numerics": "0.1.0", "difference_m": "12.5"},
    "rescue.search.report": {
        "case": A,
        "unit": "kr-ship-3001",
        "began": HOUR,
        "ended": LATER,
        "track": [IN_K, IN_Q],
        "plan": B,
        "area": 1,
        "sweep_width_nm": "0.6",
        "visibility_nm": "10",
        "wind_kn": "15",
        "wave_m": "1.5",
        "found": [{"what": "person", "at": HOUR, "position": IN_K, "persons": 1}],
    },
    "rescue.lead.pass": {"subject": {"case": A, "to": "JP", "turn": 1}},
    "rescue.admission.request": {
        "case": A,
        "unit": "jp-aircraft-2",
        "sort": "aeroplane",
        "why": "search",
        "sole_purpose_rescue": True,
        "begins": HOUR,
        "ends": LATER,
        "positions": [IN_K, IN_Q],
    },
    "rescue.admission.answer": {"request": A, "granted": True, "until": LATER, "reason": "weather"},
    "rescue.admission.begin": {
        "unit": "jp-aircraft-2",
        "at": HOUR,
        "positions": [IN_K],
        "sole_purpose_rescue": True,
        "weapons_safe": True,
        "case": A,
        "request": B,
    },
}


def fault(kind: str, **changes: Any) -> MalformedError:
    members = {name: value for name, value in {**SAMPLES[kind], **changes}.items() if value is not None}
    with pytest.raises(MalformedError) as caught:
        read(acts.PAYLOADS[kind], members)
    return caught.value


def written(content: Payload) -> Any:
    """A payload as its signed bytes have it."""
    return canon.decode(canon.encode(write(content)), bytes_max=65_536)


@pytest.mark.parametrize("kind", SAMPLES)
def test_every_needed_member_is_asked_for_and_no_other(kind: str) -> None:
    needed = {name: SAMPLES[kind][name] for name in NEEDED[kind]}
    read(acts.PAYLOADS[kind], needed)
    for name in needed:
        error = fault(kind, **(dict.fromkeys(SAMPLES[kind]) | needed | {name: None}))
        assert (error.code, f"`{name}`" in error.message) == ("field_missing", True)


NEEDED: Mapping[str, set[str]] = {
    "rescue.alert.receive": {"received_at", "source"},
    "rescue.case.open": {"received_at", "stage", "nature"},
    "rescue.case.concur": {"case"},
    "rescue.case.close": {"case", "outcome"},
    "rescue.sighting.lodge": {"seen_at", "what"},
    "rescue.asset.offer": {"case", "unit", "sort", "weapons_safe"},
    "rescue.plan.propose": {"case", "areas"},
    "rescue.plan.agree": {"plan"},
    "rescue.search.report": {"case", "unit", "began", "ended", "track"},
    "rescue.lead.pass": {"subject"},
    "rescue.admission.request": {
        "case",
        "unit",
        "sort",
        "why",
        "sole_purpose_rescue",
        "begins",
        "ends",
        "positions",
    },
    "rescue.admission.answer": {"request", "granted"},
    "rescue.admission.begin": {"unit", "at", "positions", "sole_purpose_rescue", "weapons_safe"},
}


FAULTS = [
    ("rescue.alert.receive", "received_at", "2031-03-01 00:00", "received_at"),
    ("rescue.alert.receive", "received_at", "2031-02-30T00:00:00Z", "received_at"),
    ("rescue.alert.receive", "source", "pigeon", "source"),
    ("rescue.alert.receive", "persons", -1, "persons"),
    ("rescue.alert.receive", "persons", True, "persons"),
    ("rescue.alert.receive", "note", " ", "note"),
    ("rescue.case.open", "stage", "calm", "stage"),
    ("rescue.case.open", "nature", "bored", "nature"),
    ("rescue.case.open", "position_at", "2031-03-01T25:00:00Z", "position_at"),
    ("rescue.case.open", "uncertainty_nm", "1e3", "uncertainty_nm"),
    ("rescue.case.open", "uncertainty_nm", 2.5, "uncertainty_nm"),
    ("rescue.case.open", "persons", 100_001, "persons"),
    ("rescue.case.open", "object", "a person", "object"),
    ("rescue.case.open", "craft", "", "craft"),
    ("rescue.case.open", "reopens", "a" * 63, "reopens"),
    ("rescue.sighting.lodge", "seen_at", "yesterday", "seen_at"),
    ("rescue.sighting.lodge", "what", "whale", "what"),
    ("rescue.sighting.lodge", "unit", "the big ship", "unit"),
    ("rescue.asset.offer", "sort", "submarine", "sort"),
    ("rescue.asset.offer", "weapons_safe", "yes", "weapons_safe"),
    ("rescue.asset.offer", "available_until", "2031-02-28T23:59:59Z", "available_until"),
    ("rescue.asset.offer", "available_from", "2031-03-41T00:00:00Z", "available_from"),
    ("rescue.asset.offer", "sensors", ["eye", "eye"], "sensors[1]"),
    ("rescue.asset.offer", "sensors", ["nose"], "sensors[0]"),
    ("rescue.asset.offer", "speed_kn", "-1", "speed_kn"),
    ("rescue.plan.propose", "areas", [], "areas"),
    ("rescue.plan.propose", "areas", [AREA, AREA], "areas[1]"),
    ("rescue.plan.propose", "areas", [{**AREA, "number": n} for n in range(1, 52)], "areas"),
    ("rescue.plan.propose", "areas", [{**AREA, "number": 0}], "areas[0].number"),
    ("rescue.plan.propose", "areas", [{**AREA, "number": 51}], "areas[0].number"),
    ("rescue.plan.propose", "areas", [{**AREA, "corners": CORNERS[:2]}], "areas[0].corners"),
    ("rescue.plan.propose", "areas", [{**AREA, "corners": CORNERS * 34}], "areas[0].corners"),
    ("rescue.plan.propose", "areas", [{**AREA, "pattern": "spiral"}], "areas[0].pattern"),
    ("rescue.plan.propose", "areas", [{**AREA, "ends": "2031-02-28T00:00:00Z"}], "ends"),
    ("rescue.plan.propose", "areas", [{**AREA, "altitude_ft": -1}], "areas[0].altitude_ft"),
    ("rescue.plan.propose", "inputs", {**INPUTS, "seed": -1}, "inputs.seed"),
    ("rescue.plan.propose", "inputs", {**INPUTS, "seed": 2**53}, "inputs.seed"),
    ("rescue.plan.propose", "inputs", {**INPUTS, "particles": 0}, "inputs.particles"),
    ("rescue.plan.propose", "inputs", {**INPUTS, "step_s": 0}, "inputs.step_s"),
    ("rescue.plan.propose", "inputs", {**INPUTS, "datum_at": "2031-13-01T00:00:00Z"}, "datum_at"),
    (
        "rescue.plan.propose",
        "inputs",
        {**INPUTS, "forcing": [{"name": "w", "sha256": "A"}]},
        "inputs.forcing[0].sha256",
    ),
    ("rescue.plan.propose", "inputs", {**INPUTS, "forcing": [{"name": "w", "sha256": A}] * 2}, "forcing[1]"),
    ("rescue.plan.propose", "replaces", "", "replaces"),
    ("rescue.plan.agree", "difference_m", "-0.5", "difference_m"),
    ("rescue.search.report", "ended", "2031-02-28T23:00:00Z", "ended"),
    ("rescue.search.report", "began", "2031-03-01T00:61:00Z", "began"),
    ("rescue.search.report", "track", [], "track"),
    ("rescue.search.report", "track", [IN_K] * 2001, "track"),
    ("rescue.search.report", "plan", None, "plan"),
    ("rescue.search.report", "found", [{"what": "person", "at": "now", "position": IN_K}], "found[0].at"),
    ("rescue.search.report", "found", [{"what": "person", "at": "2031-00-01T00:00:00Z", "position": IN_K}], "at"),
    ("rescue.lead.pass", "subject", {"case": A, "to": "JP", "turn": 0}, "subject.turn"),
    ("rescue.lead.pass", "subject", {"case": A, "to": "jp", "turn": 1}, "subject.to"),
    ("rescue.lead.pass", "subject", {"case": A, "to": "JP"}, "subject"),
    ("rescue.admission.request", "why", "tourism", "why"),
    ("rescue.admission.request", "ends", "2031-02-28T23:00:00Z", "ends"),
    ("rescue.admission.request", "positions", [], "positions"),
    ("rescue.admission.request", "positions", [IN_K] * 51, "positions"),
    ("rescue.admission.answer", "granted", False, "until"),
    ("rescue.admission.answer", "reason", "none", "reason"),
    ("rescue.admission.answer", "until", "2031-03-01T24:00:00Z", "until"),
    ("rescue.admission.begin", "at", "soon", "at"),
    ("rescue.admission.begin", "at", "2031-03-01T99:00:00Z", "at"),
    ("rescue.admission.begin", "positions", [IN_K] * 51, "positions"),
    ("rescue.case.close", "outcome", "won", "outcome"),
    ("rescue.case.close", "saved", -1, "saved"),
]


@pytest.mark.parametrize(("kind", "member", "value", "field"), FAULTS)
def test_a_fault_names_its_member(kind: str, member: str, value: Any, field: str) -> None:
    error = fault(kind, **{member: value})
    assert error.code in ("field_type", "field_missing", "field_value")
    assert f"`{field}`" in error.message or f"$.{field}" in error.message


POSITIONS = [
    ({}, "lat"),
    ({"lat": "35"}, "lon"),
    ({"lon": "129"}, "lat"),
    ({**IN_K, **GRID}, "lat"),
    ({**GRID, "datum": "tokyo"}, "datum"),
    ({"lat": "90.000001", "lon": "0"}, "lat"),
    ({"lat": "-91", "lon": "0"}, "lat"),
    ({"lat": "0", "lon": "180.5"}, "lon"),
    ({"lat": "0", "lon": "-181"}, "lon"),
    ({"lat": "35.1234567", "lon": "0"}, "lat"),
    ({"lat": "035", "lon": "0"}, "lat"),
    ({"lat": "+35", "lon": "0"}, "lat"),
    ({"lat": "-0", "lon": "0"}, "lat"),
    ({"lat": "-0.0", "lon": "0"}, "lat"),
    ({"lat": "35", "lon": "-0.000000"}, "lon"),
    ({"lat": "35.", "lon": "0"}, "lat"),
    ({"lat": 35, "lon": "0"}, "lat"),
    ({"lat": "35°N", "lon": "0"}, "lat"),
    ({"lat": "35", "lon": "0", "datum": "bessel"}, "datum"),
    ({"grid": "Dokdo"}, "grid"),
    ({"grid": "52SIG12345678"}, "grid"),
    ({"grid": "61SFG1234"}, "grid"),
    ({"grid": "52SFG123"}, "grid"),
    ({"grid": "52sfg1234"}, "grid"),
]


@pytest.mark.parametrize(("members", "field"), POSITIONS)
def test_what_is_no_position_is_refused_wherever_it_stands(members: Mapping[str, Any], field: str) -> None:
    for kind, member, value in (
        ("rescue.case.open", "position", members),
        ("rescue.search.report", "track", [IN_K, members]),
        ("rescue.plan.propose", "areas", [{**AREA, "legs": [members]}]),
        ("rescue.plan.propose", "inputs", {**INPUTS, "datum": members}),
    ):
        error = fault(kind, **{member: value})
        assert f"`{field}`" in error.message or f".{field}`" in error.message, error.message


@pytest.mark.parametrize(
    ("members", "point"),
    [
        (IN_K, Point(35.6, 129.4)),
        ({"lat": "-90", "lon": "-180"}, Point(-90, -180)),
        ({"lat": "0", "lon": "180"}, Point(0, 180)),
        ({"lat": "0.000001", "lon": "-0.5", "datum": "wgs84"}, Point(0.000001, -0.5)),
        (TOKYO, None),
        ({"lat": "1", "lon": "2", "datum": "other"}, None),
        (GRID, None),
        ({"grid": "52SFG"}, None),
        ({"grid": "4QFJ1234567890"}, None),
        ({"grid": "ZAH1234"}, None),
    ],
)
def test_positions_read(members: Mapping[str, Any], point: Point | None) -> None:
    position = Position(**members)
    assert position.point == point
    assert position.in_numbers is (point is not None)


def test_positions_may_be_given_in_short_anywhere() -> None:
    short = {
        "position": "35.6,129.4",
        "positions": ["35.6, 129.4", "52SFG12345678", IN_Q],
        "areas": [{"corners": ["35.6,129.4"], "legs": [IN_J], "unit": "a,b"}],
        "inputs": {"datum": "35.6,129.4", "object": "PIW-1"},
        "found": ({"position": " 35.6 ,129.4", "what": "person"},),
        "track": ("35.6,129.4",),
        "craft": "37.24,131.87",
        "case": {"position": TOKYO},
    }
    assert in_full(short) == {
        "position": IN_K,
        "positions": [IN_K, GRID, IN_Q],
        "areas": [{"corners": [IN_K], "legs": [IN_J], "unit": "a,b"}],
        "inputs": {"datum": IN_K, "object": "PIW-1"},
        "found": [{"position": IN_K, "what": "person"}],
        "track": [IN_K],
        "craft": "37.24,131.87",
        "case": {"position": TOKYO},
    }


@pytest.mark.parametrize("text", ["off the cape", "35.6N,129.4E", "35.6", "+1,2", ""])
def test_a_text_that_is_no_position_is_named(text: str) -> None:
    with pytest.raises(MalformedError, match=r"`position`: expected degrees as in `37.24,131.87`, or a grid") as caught:
        in_full({"areas": [{"corners": [text]}]})
    assert (caught.value.code, f"got `{text}`" in str(caught.value)) == ("field_value", True)


def test_every_kind_of_the_vocabulary_has_its_payload_and_a_sample() -> None:
    names = {name for name, kind in kinds().items() if kind.domain == "rescue"}
    assert set(acts.PAYLOADS) == set(SAMPLES) == set(NEEDED) == names


@pytest.mark.parametrize("kind", SAMPLES)
def test_a_payload_reads_and_writes_the_same(kind: str) -> None:
    content = read(acts.PAYLOADS[kind], SAMPLES[kind])
    assert written(content) == SAMPLES[kind]
    assert set(SAMPLES[kind]) == set(content.__struct_fields__)
    assert read(acts.PAYLOADS[kind], written(content)) == content
    assert not outside(content, SAMPLES[kind])


@pytest.mark.parametrize("kind", SAMPLES)
def test_what_nobody_said_stays_out(kind: str) -> None:
    needed = {name: SAMPLES[kind][name] for name in NEEDED[kind]}
    assert written(read(acts.PAYLOADS[kind], needed)) == needed


@pytest.mark.parametrize("kind", SAMPLES)
def test_a_value_built_by_hand_is_as_valid_as_one_that_was_read(kind: str) -> None:
    payload_type = acts.PAYLOADS[kind]
    content = read(payload_type, SAMPLES[kind])
    members = {name: getattr(content, name) for name in content.__struct_fields__}
    assert payload_type(**members) == content
    first = next(iter(NEEDED[kind]))
    with pytest.raises(MalformedError) as caught:
        payload_type(**{**members, first: object()})
    assert (caught.value.code, f"`{first}`" in caught.value.message) == ("field_type", True)


@pytest.mark.parametrize("kind", SAMPLES)
def test_a_member_outside_the_form_is_seen_at_any_depth(kind: str) -> None:
    def grown(value: Any) -> list[Any]:
        """The value with a member too many, in each place where it has members."""
        if isinstance(value, Mapping):
            deeper = [{**value, name: each} for name in value for each in grown(value[name])]
            return [{**value, "title_to": "the islands"}, *deeper]
        if isinstance(value, list):
            return [
                [*value[:place], each, *value[place + 1 :]]
                for place in range(len(value))
                for each in grown(value[place])
            ]
        return []

    for raw in grown(SAMPLES[kind]):
        assert outside(read(acts.PAYLOADS[kind], raw), raw), raw


def test_parts_are_values() -> None:
    area = SearchArea(number=1, corners=tuple(Position(**each) for each in CORNERS))
    assert (area.unit, area.legs, area.pattern) == (None, (), None)
    assert Found(what="raft", at=HOUR, position=Position(**IN_K)).persons is None
    assert LeadSubject(case=A, to="JP", turn=2) != LeadSubject(case=A, to="JP", turn=1)
    assert read(PlanInputs, INPUTS).forcing[0].name == "wind-20310301"  # type: ignore[type-var]  # a part, no payload
