"""Desks of rescue: what stands in the way first, then what a draft says and names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from servanda.act.act import Draft
from servanda.act.content import write
from servanda.act.kind import kinds
from servanda.base import canon
from servanda.base.errors import MalformedError, UsageError
from servanda.domains.rescue import VERBS, desk
from servanda.domains.rescue.casebook import EMPTY
from tests.unit.rescue.test_rescue_acts import AREA, CORNERS, SAMPLES
from tests.unit.rescue.watch import AGREEMENT, GRID, HOUR, IN_J, IN_K, IN_Q, LATER, Watch

NOBODY = "f" * 64
CLOSE = {"outcome": "all_saved"}
SHORT = "35.6,129.4"


def says(draft: Draft) -> dict[str, Any]:
    """The members of a draft as they will be signed."""
    assert draft.payload is not None
    members = canon.decode(canon.encode(write(draft.payload)), bytes_max=65_536)
    assert isinstance(members, dict)
    return members


def stands(code: str, verb: Callable[..., Draft], watch: Watch, party: str = "KR", **members: Any) -> UsageError:
    with pytest.raises(UsageError) as caught:
        verb(watch.book, watch.seat(party), **members)
    assert caught.value.code == code
    assert caught.value.action
    return caught.value


OFFER = {"unit": "u", "sort": "ship", "weapons_safe": True}
AREAS = {"areas": [{"corners": CORNERS}]}
SEARCH = {"unit": "u", "began": HOUR, "track": [SHORT]}
ASK = {"unit": "u", "sort": "ship", "why": "rescue", "sole_purpose_rescue": True, "ends": LATER, "positions": [SHORT]}
GO = {"unit": "u", "sole_purpose_rescue": True, "weapons_safe": True, "positions": [SHORT]}


@pytest.mark.parametrize(
    ("verb", "members"),
    [
        (desk.offer, OFFER),
        (desk.propose, AREAS),
        (desk.report, SEARCH),
        (desk.request, ASK),
        (desk.begin, GO),
        (desk.pass_lead, {}),
        (desk.concur, {}),
        (desk.close, CLOSE),
    ],
)
def test_a_case_must_be_known_and_open(verb: Callable[..., Draft], members: dict[str, Any]) -> None:
    watch = Watch()
    stands("case_unknown", verb, watch, case=NOBODY, **members)
    case = watch.opened()
    watch.take("rescue.case.close", "KR", {"case": case, **CLOSE})
    error = stands("case_closed", verb, watch, case=case, **members)
    assert error.action == "open one that `reopens` it, if it goes on"


def test_what_is_out_of_order_is_not_drafted() -> None:
    watch = Watch()
    case = watch.opened()
    plan = watch.take("rescue.plan.propose", "KR", {"case": case, "areas": [AREA]})
    asked = watch.take("rescue.admission.request", "JP", {**SAMPLES["rescue.admission.request"], "case": case})
    stands("case_unknown", desk.open_case, watch, stage="alert", nature="fire", reopens=NOBODY)
    stands("case_open", desk.open_case, watch, stage="alert", nature="fire", reopens=case)
    stands("case_unknown", desk.lodge_sighting, watch, what="raft", case=NOBODY)
    stands("case_missing", desk.propose, watch, **AREAS)
    stands("case_missing", desk.report, watch, **SEARCH)
    stands("plan_unknown", desk.propose, watch, replaces=NOBODY, **AREAS)
    stands("plan_unknown", desk.report, watch, plan=NOBODY, **SEARCH)
    stands("plan_unknown", desk.agree, watch, plan=NOBODY)
    stands("plan_own", desk.agree, watch, plan=plan)
    error = stands("area_unknown", desk.report, watch, plan=plan, area=2, **SEARCH)
    assert error.action == "name one of 1"
    stands("request_unknown", desk.answer, watch, request=NOBODY, granted=True)
    stands("request_own", desk.answer, watch, "JP", request=asked, granted=True)
    stands("request_unknown", desk.begin, watch, request=NOBODY, **GO)
    stands("party_unknown", desk.pass_lead, watch, case=case, to="US")
    watch.take("rescue.lead.pass", "KR", {"subject": {"case": case, "to": "JP", "turn": 1}})
    stands("half_repeated", desk.pass_lead, watch, case=case)
    watch.take("rescue.case.concur", "KR", {"case": case})
    stands("already_concurred", desk.concur, watch, case=case)
    watch.take("rescue.plan.agree", "JP", {"plan": plan})
    stands("plan_agreed", desk.agree, watch, "JP", plan=plan)
    after = watch.take("rescue.plan.propose", "KR", {"case": case, "areas": [AREA], "replaces": plan})
    error = stands("plan_replaced", desk.agree, watch, "JP", plan=plan)
    assert error.action == f"name `{after[:16]}` instead"
    stands("plan_replaced", desk.propose, watch, replaces=plan, **AREAS)


def test_what_is_not_of_its_form_is_not_drafted() -> None:
    watch = Watch()
    for members in ({"source": "radio", "position": "Ulleungdo"}, {"source": "radio", "position": "37,"}):
        with pytest.raises(MalformedError):
            desk.receive_alert(watch.book, watch.seat("KR"), **members)


def test_an_alert_is_noted_with_the_hour_of_the_seat() -> None:
    draft = desk.receive_alert(EMPTY, Watch().seat("KR"), source="radio", position=SHORT, persons=7)
    assert (draft.kind, draft.agreement, draft.causes) == ("rescue.alert.receive", AGREEMENT, ())
    assert says(draft) == {"received_at": HOUR, "source": "radio", "position": IN_K, "persons": 7}
    draft = desk.receive_alert(EMPTY, Watch().seat("KR"), source="ais", received_at=LATER)
    assert says(draft) == {"received_at": LATER, "source": "ais"}


def test_a_case_takes_over_what_the_alert_says_and_leaves_its_note_at_home() -> None:
    watch = Watch()
    alert = watch.note(
        desk.receive_alert(EMPTY, watch.seat("KR"), source="phone", position=SHORT, persons=3, note="a whistle"), "KR"
    )
    seat = watch.seat("KR", "2031-03-01T09:10+09:00")
    draft = desk.open_case(watch.book, seat, stage="distress", nature="adrift", alert=alert)
    assert (draft.kind, draft.causes, draft.finding) == ("rescue.case.open", (), alert)
    assert says(draft) == {
        "received_at": HOUR,
        "stage": "distress",
        "nature": "adrift",
        "position": IN_K,
        "persons": 3,
        "source": "phone",
    }
    more = {"received_at": LATER, "position": GRID, "persons": 0, "source": "vessel", "note": "seen burning"}
    draft = desk.open_case(watch.book, seat, stage="alert", nature="fire", alert=alert, **more)
    assert says(draft) == {"stage": "alert", "nature": "fire", **more}


def test_a_case_is_drafted_whatever_the_item_was() -> None:
    seat = Watch().seat("KR")
    draft = desk.open_case(EMPTY, seat, stage="distress", nature="other", alert=NOBODY)
    assert (says(draft), draft.finding) == (
        {"received_at": HOUR, "stage": "distress", "nature": "other"},
        NOBODY,
    )
    draft = desk.open_case(EMPTY, Watch().seat("KR", agreement="none"), stage="distress", nature="other")
    assert (draft.agreement, draft.finding) == ("none", None)


def test_a_case_that_goes_on_names_the_one_before_and_how_it_ended() -> None:
    watch = Watch()
    case = watch.opened()
    ended = watch.take("rescue.case.close", "KR", {"case": case, **CLOSE})
    draft = desk.open_case(watch.book, watch.seat("JP"), stage="distress", nature="missing", reopens=case)
    assert (says(draft)["reopens"], draft.causes) == (case, (case, ended))


def test_a_sighting_of_a_closed_case_goes_out_all_the_same() -> None:
    watch = Watch()
    case = watch.opened()
    watch.take("rescue.case.close", "KR", {"case": case, **CLOSE})
    draft = desk.lodge_sighting(watch.book, watch.seat("JP"), what="person", case=case, position=SHORT)
    assert (says(draft), draft.causes) == ({"seen_at": HOUR, "what": "person", "case": case, "position": IN_K}, (case,))
    draft = desk.lodge_sighting(watch.book, watch.seat("JP"), what="light", seen_at=LATER)
    assert (says(draft), draft.causes) == ({"seen_at": LATER, "what": "light"}, ())


def test_an_offer_names_its_case() -> None:
    watch = Watch()
    case = watch.opened()
    draft = desk.offer(watch.book, watch.seat("JP"), case=case, sensors=["eye"], position=SHORT, **OFFER)
    assert (says(draft), draft.causes) == (
        {"case": case, **OFFER, "position": IN_K, "sensors": ["eye"]},
        (case,),
    )


def test_a_plan_numbers_its_areas_and_takes_the_case_of_the_one_it_replaces() -> None:
    watch = Watch()
    case = watch.opened()
    areas = [{"corners": [SHORT, "35.7,129.4", "35.7,129.6"]}, {"corners": CORNERS, "number": 7}]
    draft = desk.propose(watch.book, watch.seat("KR"), case=case, areas=areas)
    numbered = [{"number": 1, "corners": CORNERS}, {"number": 7, "corners": CORNERS}]
    assert (says(draft), draft.causes) == ({"case": case, "areas": numbered}, (case,))
    plan = watch.take("rescue.plan.propose", "KR", {"case": case, "areas": [AREA]})
    draft = desk.propose(watch.book, watch.seat("JP"), areas=areas, replaces=plan)
    assert (says(draft), draft.causes) == ({"case": case, "areas": numbered, "replaces": plan}, (case, plan))


def test_a_plan_is_agreed_to_and_searched_by() -> None:
    watch = Watch()
    case = watch.opened()
    plan = watch.take("rescue.plan.propose", "KR", {"case": case, "areas": [AREA]})
    draft = desk.agree(watch.book, watch.seat("JP"), plan=plan, numerics="0.1.0", difference_m="3")
    assert (says(draft), draft.causes) == ({"plan": plan, "numerics": "0.1.0", "difference_m": "3"}, (plan,))
    found = [{"what": "raft", "at": HOUR, "position": SHORT}]
    early = "2031-02-28T23:00:00Z"
    draft = desk.report(
        watch.book, watch.seat("JP"), plan=plan, area=1, unit="u", began=early, track=[SHORT, IN_Q], found=found
    )
    assert draft.causes == (case, plan)
    assert says(draft) == {
        "case": case,
        "unit": "u",
        "began": early,
        "ended": HOUR,
        "track": [IN_K, IN_Q],
        "plan": plan,
        "area": 1,
        "found": [{"what": "raft", "at": HOUR, "position": IN_K}],
    }
    draft = desk.report(watch.book, watch.seat("JP"), case=case, ended=LATER, **SEARCH)
    assert (says(draft), draft.causes) == (
        {"case": case, "unit": "u", "began": HOUR, "ended": LATER, "track": [IN_K]},
        (case,),
    )


def test_a_search_may_be_reported_by_a_plan_that_was_replaced_since() -> None:
    watch = Watch()
    case = watch.opened()
    plan = watch.take("rescue.plan.propose", "KR", {"case": case, "areas": [AREA]})
    watch.take("rescue.plan.propose", "KR", {"case": case, "areas": [AREA], "replaces": plan})
    assert says(desk.report(watch.book, watch.seat("JP"), plan=plan, **SEARCH))["plan"] == plan


def test_a_pass_of_the_lead_is_the_next_turn_and_meets_the_half_of_the_other() -> None:
    watch = Watch()
    case = watch.opened()
    draft = desk.pass_lead(watch.book, watch.seat("KR"), case=case)
    assert (says(draft), draft.causes) == ({"subject": {"case": case, "to": "JP", "turn": 1}}, (case,))
    half = watch.take("rescue.lead.pass", "KR", says(draft))
    for to in (None, "JP"):
        draft = desk.pass_lead(watch.book, watch.seat("JP"), case=case, to=to)
        assert (says(draft), draft.causes) == ({"subject": {"case": case, "to": "JP", "turn": 1}}, (case, half))
    other = desk.pass_lead(watch.book, watch.seat("JP"), case=case, to="KR")
    assert (says(other)["subject"]["to"], other.causes) == ("KR", (case,))
    watch.take("rescue.lead.pass", "JP", says(draft))
    draft = desk.pass_lead(watch.book, watch.seat("JP"), case=case)
    assert says(draft) == {"subject": {"case": case, "to": "KR", "turn": 2}}


def test_an_admission_is_asked_for_answered_and_begun() -> None:
    watch = Watch()
    case = watch.opened("JP", position=IN_J)
    draft = desk.request(watch.book, watch.seat("JP"), case=case, **ASK)
    assert (says(draft), draft.causes) == ({**ASK, "case": case, "begins": HOUR, "positions": [IN_K]}, (case,))
    asked = watch.take("rescue.admission.request", "JP", says(draft))
    before = desk.begin(watch.book, watch.seat("JP"), case=case, **GO)
    assert (says(before), before.causes) == ({**GO, "at": HOUR, "positions": [IN_K], "case": case}, (case,))
    draft = desk.answer(watch.book, watch.seat("KR"), request=asked, granted=True, until=LATER)
    assert (says(draft), draft.causes) == ({"request": asked, "granted": True, "until": LATER}, (asked,))
    answer = watch.take("rescue.admission.answer", "KR", says(draft))
    again = desk.answer(watch.book, watch.seat("KR"), request=asked, granted=False, reason="weather")
    assert says(again) == {"request": asked, "granted": False, "reason": "weather"}
    for named in ({}, {"case": case}, {"request": asked}):
        draft = desk.begin(watch.book, watch.seat("JP"), **GO, **named)
        assert draft.causes == (case, asked, answer)
        assert says(draft) == {**GO, "at": HOUR, "positions": [IN_K], "case": case, "request": asked}


def test_a_unit_goes_in_by_the_newest_grant_of_its_own_for_the_hour() -> None:
    watch = Watch()
    case, other = watch.opened("JP", position=IN_J), watch.opened("JP", position=IN_Q)
    asked = {**SAMPLES["rescue.admission.request"], "unit": "u"}
    granted = []
    for members in ({"case": case}, {"case": case}, {"case": other}, {"case": case, "unit": "v"}):
        act = watch.take(
            "rescue.admission.request", "JP", {**asked, **members}, at=f"2031-03-01T09:0{len(granted)}+09:00"
        )
        watch.take("rescue.admission.answer", "KR", {"request": act, "granted": True})
        granted.append(act)

    def by(**members: Any) -> str | None:
        return says(desk.begin(watch.book, watch.seat("JP"), **{**GO, **members})).get("request")

    assert by() == granted[2]
    assert by(case=case) == granted[1]
    assert by(unit="v") == granted[3]
    assert by(unit="w") is None
    assert by(at="2031-03-01T06:00:01Z") is None
    assert says(desk.begin(watch.book, watch.seat("KR"), **GO)).keys() == {*GO, "at"}
    watch.take("rescue.admission.answer", "KR", {"request": granted[2], "granted": False})
    assert by() == granted[1]


def test_a_case_is_concurred_and_closed() -> None:
    watch = Watch()
    case = watch.opened()
    draft = desk.concur(watch.book, watch.seat("JP"), case=case)
    assert (says(draft), draft.causes) == ({"case": case}, (case,))
    unheard = desk.close(watch.book, watch.seat("KR"), case=case, outcome="all_saved", saved=7)
    assert unheard.causes == (case,)
    heard = watch.take("rescue.case.concur", "JP", says(draft))
    draft = desk.close(watch.book, watch.seat("KR"), case=case, outcome="all_saved", saved=7, lost=0)
    assert draft.causes == (case, heard)
    assert says(draft) == {"case": case, "outcome": "all_saved", "saved": 7, "lost": 0}


def test_cases_are_listed_oldest_first_whatever_covers_them() -> None:
    watch = Watch()
    assert desk.cases(watch.book) == ()
    ids = [watch.opened(), watch.opened("JP"), watch.take("rescue.case.open", "JP", SAMPLES["rescue.case.open"])]
    early = watch.take(
        "rescue.case.open", "KR", SAMPLES["rescue.case.open"], at="2031-02-01T09:00+09:00", agreement="none"
    )
    watch.take("rescue.case.close", "KR", {"case": ids[0], **CLOSE})
    assert [case.id for case in desk.cases(watch.book)] == [early, *sorted(ids)]
    assert [case.id for case in desk.cases(watch.book, open_only=True)] == [early, *sorted(ids[1:])]


def test_every_kind_has_its_desk() -> None:
    assert list(VERBS) == [name for name, kind in kinds().items() if kind.domain == "rescue"]
    assert VERBS is desk.VERBS
