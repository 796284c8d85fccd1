"""A case from alert to close under the exercise agreement: refusals first, then the story as desks draft it."""

from __future__ import annotations

from typing import Any

import pytest

from servanda.act.content import write
from servanda.act.ruling import Ground, Permit, Refusal
from servanda.agreement.places import places_of
from servanda.base.geo import NAUTICAL_MILE_M, Point, along
from servanda.domains.rescue import desk
from servanda.domains.rescue.areas import leader
from servanda.domains.rescue.state import broken
from tests.unit.rescue.test_rescue_acts import AREA, SAMPLES
from tests.unit.rescue.watch import GRID, HOUR, IN_J, IN_K, IN_O, IN_Q, IN_S, LATER, OPEN, OUT, TOKYO, Watch

SILENT = Refusal(ground=Ground.SILENT)


def forbidden(*cites: str, line: int | None = None) -> Refusal:
    return Refusal(ground=Ground.FORBIDDEN, cites=cites, line=line)


def members(kind: str, **changes: Any) -> dict[str, Any]:
    return {name: value for name, value in {**SAMPLES[kind], **changes}.items() if value is not None}


def on_case(watch: Watch, kind: str, case: str, **changes: Any) -> dict[str, Any]:
    others = {"plan": None, "replaces": None, "area": None, "request": None} if kind != "rescue.plan.agree" else {}
    return members(kind, **{"case": case, **others, **changes})


@pytest.mark.parametrize("officer", ["information-1", "other-1"])
@pytest.mark.parametrize(
    "kind", ["rescue.asset.offer", "rescue.plan.propose", "rescue.search.report", "rescue.admission.request"]
)
def test_an_act_of_rescue_needs_an_officer_of_rescue(kind: str, officer: str) -> None:
    watch = Watch()
    ruling = watch.judged(kind, "KR", on_case(watch, kind, watch.opened()), officer)[0]
    assert ruling == forbidden("3.1", line=1 if kind == "rescue.admission.request" else None)


@pytest.mark.parametrize("officer", ["information-1", "other-1", "duty-1"])
def test_a_distress_and_a_sighting_may_come_from_any_officer(officer: str) -> None:
    watch = Watch()
    for position in (IN_K, IN_J, IN_Q, IN_S, OUT, GRID, TOKYO):
        assert watch.say("rescue.case.open", "JP", {**OPEN, "position": position}, officer) == Permit(cites=("3.2",))
        sighting = {"seen_at": HOUR, "what": "light", "position": position}
        assert watch.say("rescue.sighting.lodge", "JP", sighting, officer) == Permit(cites=("3.2",))


@pytest.mark.parametrize(
    ("kind", "changes", "line"),
    [
        ("rescue.plan.propose", {"areas": [{**AREA, "legs": [GRID]}]}, None),
        ("rescue.plan.propose", {"areas": [{**AREA, "corners": [IN_K, IN_Q, TOKYO]}]}, None),
        ("rescue.search.report", {"track": [IN_K, GRID]}, None),
        ("rescue.admission.request", {"positions": [IN_K, GRID]}, 2),
        ("rescue.admission.begin", {"positions": [IN_Q, TOKYO]}, 2),
    ],
)
def test_positions_are_given_in_numbers(kind: str, changes: dict[str, Any], line: int | None) -> None:
    watch = Watch()
    ruling = watch.judged(kind, "KR", on_case(watch, kind, watch.opened(), **changes))[0]
    cites = ("11.1", "12.2") if kind == "rescue.admission.begin" else ("12.2",)
    assert ruling == forbidden(*cites, line=line)


@pytest.mark.parametrize(
    ("kind", "place"),
    [
        ("rescue.plan.propose", {}),
        ("rescue.plan.propose", {"areas": [{**AREA, "label": "our island"}]}),
        ("rescue.search.report", {"track": [{**IN_K, "name": "our sea"}]}),
        ("rescue.admission.request", {}),
        ("rescue.admission.begin", {}),
        ("rescue.case.concur", {}),
        ("rescue.case.close", {}),
    ],
)
def test_an_act_that_may_assert_title_is_refused(kind: str, place: dict[str, Any]) -> None:
    watch = Watch()
    said = on_case(watch, kind, watch.opened(), **(place or {"remark": "waters of KR since ever"}))
    if kind.startswith("rescue.admission"):
        said["positions"] = [IN_K]
    assert "12.2" in watch.judged(kind, "KR", said)[0].cites


def test_a_title_in_a_distress_stops_no_distress() -> None:
    assert Watch().say("rescue.case.open", "KR", {**OPEN, "remark": "in our sea"}) == Permit(cites=("3.2",))


def test_the_lead_and_the_plan_of_the_own_party_are_not_agreed_with_oneself() -> None:
    watch = Watch()
    plan = watch.take("rescue.plan.propose", "KR", on_case(watch, "rescue.plan.propose", watch.opened()))
    assert watch.say("rescue.plan.agree", "KR", {"plan": plan}) == SILENT
    assert watch.say("rescue.plan.agree", "JP", {"plan": plan}) == Permit(cites=("10.2",))
    unknown = Refusal(ground=Ground.UNJUDGEABLE, missing=("author_leads",))
    assert watch.say("rescue.plan.agree", "JP", {"plan": "f" * 64}) == unknown


@pytest.mark.parametrize(
    ("opener", "position", "leads"),
    [
        ("KR", IN_K, "KR"),
        ("JP", IN_K, "KR"),
        ("KR", IN_J, "JP"),
        ("KR", IN_O, "JP"),
        ("KR", IN_Q, "KR"),
        ("JP", IN_Q, "JP"),
        ("JP", IN_S, "JP"),
        ("JP", OUT, "JP"),
        ("JP", None, "JP"),
        ("JP", GRID, "JP"),
    ],
)
def test_the_leading_party_closes_after_hearing_the_other(opener: str, position: Any, leads: str) -> None:
    watch = Watch()
    case = watch.opened(opener, position=position)
    other = {"KR": "JP", "JP": "KR"}[leads]
    assert leader(watch.case(case), places_of(watch.instrument.annexes)) == leads
    close = {"case": case, "outcome": "none_found"}
    assert watch.say("rescue.case.close", leads, close) == SILENT
    assert watch.say("rescue.case.concur", leads, {"case": case}) == SILENT
    assert watch.say("rescue.case.concur", other, {"case": case}) == Permit(cites=("10.3",))
    assert watch.say("rescue.case.close", other, close) == SILENT
    assert watch.say("rescue.case.close", leads, close) == Permit(cites=("10.3",))


def begin(*positions: Any, **changes: Any) -> dict[str, Any]:
    return members("rescue.admission.begin", positions=list(positions), case=None, request=None, **changes)


@pytest.mark.parametrize(
    ("position", "ruling"),
    [
        (IN_K, forbidden("11.1")),
        (IN_Q, Permit(cites=("11.1",))),
        (IN_S, Permit(cites=("11.1",))),
        (OUT, Permit(cites=("11.1",))),
        (IN_J, Permit(cites=("11.1",))),
    ],
)
def test_a_unit_of_jp_goes_ungranted_where_no_waters_of_kr_are(position: Any, ruling: Any) -> None:
    assert Watch().say("rescue.admission.begin", "JP", begin(position)) == ruling


def test_a_unit_goes_in_for_rescue_alone_with_weapons_safe() -> None:
    watch = Watch()
    assert watch.say("rescue.admission.begin", "JP", begin(IN_Q, sole_purpose_rescue=False)) == SILENT
    assert watch.say("rescue.admission.begin", "JP", begin(IN_Q, weapons_safe=False)) == forbidden("11.4")
    case = watch.opened("JP")
    ask = on_case(watch, "rescue.admission.request", case, sole_purpose_rescue=False, positions=[IN_K])
    assert watch.say("rescue.admission.request", "JP", ask) == SILENT
    asked = watch.take("rescue.admission.request", "JP", ask)
    assert watch.say("rescue.admission.answer", "KR", {"request": asked, "granted": True}) == SILENT
    loaded = on_case(watch, "rescue.asset.offer", case, weapons_safe=False)
    assert watch.say("rescue.asset.offer", "JP", loaded) == forbidden("11.4")


def test_the_edge_of_the_waters_is_where_a_grant_begins_to_be_needed() -> None:
    watch = Watch()
    centre, edge_m = Point(37.5, 130.87), 18 * NAUTICAL_MILE_M
    for metres, expected in ((-2, forbidden("11.1")), (0, forbidden("11.1")), (2, Permit(cites=("11.1",)))):
        found = along(centre, 90, edge_m + metres)
        position = {"lat": f"{found.lat_deg:.6f}", "lon": f"{found.lon_deg:.6f}"}
        assert watch.say("rescue.admission.begin", "JP", begin(position)) == expected


def test_a_case_from_alert_to_close() -> None:
    watch = Watch()
    ten = "2031-03-01T09:10+09:00"
    alert = watch.note(desk.receive_alert(watch.book, watch.seat("JP"), source="radio", position="35.6,129.4"), "JP")
    assert watch.owed(ten) == [("10.1", "JP", "open")]
    assert watch.owed("2031-03-01T09:16+09:00") == [("10.1", "JP", "late")]
    opened = desk.open_case(watch.book, watch.seat("JP", ten), stage="distress", nature="sinking", alert=alert)
    assert watch.send(opened, "JP", "other-1", ten) == Permit(cites=("3.2",))
    assert watch.owed(ten) == []
    case = watch.last

    def send(draft: Any, author: str, at: str = ten) -> Any:
        return watch.send(draft, author, "duty-1", at)

    def seat(party: str, at: str = ten) -> Any:
        return watch.seat(party, at)

    safe = {"sole_purpose_rescue": True, "weapons_safe": True}
    offer = desk.offer(watch.book, seat("JP"), case=case, unit="jp-1", sort="helicopter", weapons_safe=True)
    assert send(offer, "JP") == Permit(cites=("10.2",))
    go = {"unit": "jp-1", "positions": ["35.6,129.4", "37.24,131.87"], **safe}
    assert send(desk.begin(watch.book, seat("JP"), case=case, **go), "JP") == forbidden("11.1", line=1)
    ask = desk.request(
        watch.book,
        seat("JP"),
        case=case,
        unit="jp-1",
        sort="helicopter",
        why="rescue",
        sole_purpose_rescue=True,
        ends=LATER,
        positions=["35.6,129.4"],
    )
    assert send(ask, "JP") == Permit(cites=("11.1",))
    asked = watch.last
    assert watch.owed(ten) == [("11.2", "KR", "open")]
    assert watch.owed("2031-03-01T09:40+09:00") == [("11.2", "KR", "open")]
    assert watch.owed("2031-03-01T09:41+09:00") == [("11.2", "KR", "late")]
    assert send(desk.answer(watch.book, seat("KR"), request=asked, granted=True), "KR") == Permit(cites=("11.1",))
    assert watch.owed(ten) == []
    assert send(desk.begin(watch.book, seat("JP"), **go), "JP") == Permit(cites=("11.1",))

    plan = desk.propose(
        watch.book, seat("KR"), case=case, areas=[{"corners": ["35.5,129.3", "35.5,129.5", "35.7,129.4"]}]
    )
    assert send(plan, "KR") == Permit(cites=("10.2",))
    proposed = watch.last
    assert send(desk.agree(watch.book, seat("JP"), plan=proposed), "JP") == Permit(cites=("10.2",))
    found = [{"what": "raft", "at": HOUR, "position": "35.62,129.44", "persons": 7}]
    report = desk.report(
        watch.book, seat("JP"), plan=proposed, area=1, unit="jp-1", began=HOUR, track=["35.5,129.3"], found=found
    )
    assert send(report, "JP") == Permit(cites=("10.2",))

    # The lead, KR's by its waters, passes to JP and back; then JP was heard, and KR closes.
    for turn, (to, halves) in enumerate((("JP", ("KR", "JP")), ("KR", ("KR", "JP"))), start=1):
        for author in halves:
            draft = desk.pass_lead(watch.book, seat(author), case=case, to=to)
            assert draft.payload is not None
            assert write(draft.payload)["subject"] == {"case": case, "to": to, "turn": turn}
            assert send(draft, author) == Permit(cites=("10.3",))
        assert watch.case(case).lead == to
    close = {"case": case, "outcome": "all_saved", "saved": 7}
    assert send(desk.close(watch.book, seat("JP"), **close), "JP") == SILENT
    assert send(desk.close(watch.book, seat("KR"), **close), "KR") == SILENT
    assert send(desk.concur(watch.book, seat("JP"), case=case), "JP") == Permit(cites=("10.3",))
    assert send(desk.close(watch.book, seat("KR"), **close), "KR") == Permit(cites=("10.3",))
    assert (watch.case(case).open, watch.owed(ten), dict(watch.book.out_of_order)) == (False, [], {})
    assert broken(watch.book) == ()
