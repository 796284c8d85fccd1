"""Facts of rescue: what cannot be established first, then whole sets for each kind, told for its author."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from servanda.act.kind import vocabulary
from servanda.agreement.vocabulary import facts_of
from servanda.policy.facts import FactValue, wrong
from tests.unit.agreement.lives import edited
from tests.unit.rescue.test_rescue_acts import AREA, INPUTS, SAMPLES
from tests.unit.rescue.watch import (
    GRID,
    HOUR,
    IN_J,
    IN_K,
    IN_O,
    IN_Q,
    IN_S,
    IN_U,
    LATER,
    OPEN,
    OUT,
    TOKYO,
    Watch,
)

LEAST: Mapping[str, FactValue] = {
    "place": "other_waters",
    "sole_purpose_rescue": False,
    "admission_granted": False,
    "weapons_safe": False,
    "position_in_numbers": False,
    "asserts_title": False,
    "proposed_by_other": False,
    "author_leads": False,
    "other_heard": False,
}
"""What an act states of which nothing arises; that it holds nothing outside its form is always computed."""
UNLED = {name: value for name, value in LEAST.items() if name != "author_leads"}
NOBODY = "f" * 64


def least(**arising: FactValue) -> dict[str, FactValue]:
    return {**LEAST, **arising}


def request(case: str, *positions: Mapping[str, str], **changes: Any) -> dict[str, Any]:
    return {**SAMPLES["rescue.admission.request"], "case": case, "positions": list(positions) or [IN_K], **changes}


def begin(*positions: Mapping[str, str], **changes: Any) -> dict[str, Any]:
    members = {
        **SAMPLES["rescue.admission.begin"],
        "positions": list(positions) or [IN_K],
        "case": None,
        "request": None,
    }
    return {name: value for name, value in {**members, **changes}.items() if value is not None}


def test_what_is_least_favourable_is_that_of_the_vocabulary() -> None:
    rows = {row["name"]: row["least_favourable"] for row in vocabulary()["domains"]["rescue"]["facts"]}
    assert rows == {**LEAST, "asserts_title": True, "author_leads": None}
    assert set(LEAST) < set(facts_of("rescue.case.open"))


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("rescue.case.concur", {}),
        ("rescue.case.close", {}),
        ("rescue.asset.offer", {}),
        ("rescue.plan.propose", {}),
        ("rescue.plan.agree", {}),
        ("rescue.search.report", {}),
        ("rescue.lead.pass", {}),
        ("rescue.admission.request", {}),
        ("rescue.admission.answer", {}),
        ("rescue.admission.begin", {}),
        ("rescue.admission.begin", {"case": None}),
    ],
)
def test_who_leads_a_case_that_the_record_does_not_hold_is_left_out(kind: str, changes: Any) -> None:
    watch = Watch()
    members = {name: value for name, value in {**SAMPLES[kind], **changes}.items() if value is not None}
    for stated in watch.facts(kind, "KR", members):
        assert "author_leads" not in stated
        assert set(stated) == set(UNLED)
        whole = {"phase": "in_force", "officer_role": "duty_officer", "questioned": frozenset(), **stated}
        assert wrong(kind, whole, watch.instrument) == ("author_leads",)


def test_an_act_that_names_no_case_leads_none() -> None:
    (stated,) = Watch().facts("rescue.admission.begin", "KR", begin(OUT))
    assert stated == least(place="beyond", position_in_numbers=True, sole_purpose_rescue=True, weapons_safe=True)
    (stated,) = Watch().facts("rescue.sighting.lodge", "KR", {"seen_at": HOUR, "what": "light", "case": NOBODY})
    assert stated == LEAST


def test_an_alert_states_nothing() -> None:
    assert Watch().facts("rescue.alert.receive", "KR", SAMPLES["rescue.alert.receive"]) == (LEAST,)


PLACES = [
    (IN_K, "author_waters", "other_waters", "KR"),
    (IN_U, "author_waters", "other_waters", "KR"),
    (IN_J, "other_waters", "author_waters", "JP"),
    (IN_O, "other_waters", "author_waters", "JP"),
    (IN_Q, "area_q", "area_q", None),
    (IN_S, "shared_area", "shared_area", None),
    (OUT, "beyond", "beyond", None),
]


@pytest.mark.parametrize(("position", "for_kr", "for_jp", "waters_of"), PLACES)
def test_a_place_is_told_for_the_author_and_waters_lead(
    position: Mapping[str, str], for_kr: str, for_jp: str, waters_of: str | None
) -> None:
    watch = Watch()
    for author, place in (("KR", for_kr), ("JP", for_jp)):
        leads = author == (waters_of or author)
        assert watch.facts("rescue.case.open", author, {**OPEN, "position": position}) == (
            least(place=place, position_in_numbers=True, author_leads=leads),
        )
        case = watch.opened(author, position=position)
        for other in ("KR", "JP"):
            (stated,) = watch.facts("rescue.case.concur", other, {"case": case})
            assert stated["author_leads"] is (other == (waters_of or author))


@pytest.mark.parametrize("position", [GRID, TOKYO, {**IN_K, "datum": "other"}, None])
def test_a_position_that_is_not_in_numbers_has_no_place_and_the_opener_leads(
    position: Mapping[str, str] | None,
) -> None:
    watch = Watch()
    members = {name: value for name, value in {**OPEN, "position": position}.items() if value is not None}
    assert watch.facts("rescue.case.open", "JP", members) == (least(author_leads=True),)
    case = watch.opened("JP", position=position)
    assert watch.facts("rescue.case.concur", "JP", {"case": case}) == (least(author_leads=True),)
    assert watch.facts("rescue.case.concur", "KR", {"case": case}) == (LEAST,)


def test_the_lead_does_not_drift_with_the_case_and_passes_by_both() -> None:
    watch = Watch()
    case = watch.opened("JP", position=IN_K)
    watch.take("rescue.sighting.lodge", "JP", {"seen_at": HOUR, "what": "raft", "case": case, "position": IN_J})
    (stated,) = watch.facts("rescue.case.concur", "JP", {"case": case})
    assert stated["author_leads"] is False
    subject = {"case": case, "to": "JP", "turn": 1}
    assert watch.facts("rescue.lead.pass", "KR", {"subject": subject}) == (least(author_leads=True),)
    for half, leads in (("KR", False), ("JP", True)):
        watch.take("rescue.lead.pass", half, {"subject": subject})
        (stated,) = watch.facts("rescue.case.concur", "JP", {"case": case})
        assert stated["author_leads"] is leads
    assert watch.facts("rescue.lead.pass", "KR", {"subject": {**subject, "turn": 2}}) == (LEAST,)


def test_an_agreement_without_areas_knows_no_waters() -> None:
    text = edited("kr-jp-a", ("annexes: [rescue-areas]\n", "annexes: []\n"))
    watch = Watch(text.split("## Annex")[0])
    assert watch.facts("rescue.case.open", "KR", OPEN) == (least(position_in_numbers=True, author_leads=True),)


def test_a_sighting_belongs_to_its_case() -> None:
    watch = Watch()
    case = watch.opened("JP", position=IN_J)
    members = {"seen_at": HOUR, "what": "raft", "case": case, "position": IN_Q}
    leads = least(place="area_q", position_in_numbers=True, author_leads=True)
    assert watch.facts("rescue.sighting.lodge", "JP", members) == (leads,)
    assert watch.facts("rescue.sighting.lodge", "KR", {"seen_at": HOUR, "what": "raft"}) == (LEAST,)


def test_an_offer_says_whether_weapons_are_safe() -> None:
    watch = Watch()
    members = {**SAMPLES["rescue.asset.offer"], "case": watch.opened()}
    assert watch.facts("rescue.asset.offer", "KR", members) == (
        least(place="author_waters", position_in_numbers=True, author_leads=True, weapons_safe=True),
    )
    loaded = {"case": members["case"], "unit": "u", "sort": "ship", "weapons_safe": False}
    assert watch.facts("rescue.asset.offer", "JP", loaded) == (LEAST,)


@pytest.mark.parametrize(
    ("legs", "place", "numbers"),
    [
        ([], "author_waters", True),
        ([OUT], "beyond", True),
        ([OUT, IN_S], "shared_area", True),
        ([IN_S, IN_Q, OUT], "area_q", True),
        ([IN_S, IN_Q, IN_J], "other_waters", True),
        ([GRID], "other_waters", False),
        ([TOKYO], "other_waters", False),
    ],
)
def test_a_plan_lies_where_it_asks_most(legs: list[Any], place: str, numbers: bool) -> None:
    watch = Watch()
    members = {"case": watch.opened(), "areas": [{**AREA, "legs": []}, {**AREA, "number": 2, "legs": legs}]}
    stated = least(place=place, position_in_numbers=numbers, author_leads=True)
    assert watch.facts("rescue.plan.propose", "KR", members) == (stated,)
    plan = watch.take("rescue.plan.propose", "KR", members)
    # Its corners lie in waters of KR, which are those of the other for JP.
    for_jp = least(place="other_waters", position_in_numbers=numbers, proposed_by_other=True)
    assert watch.facts("rescue.plan.agree", "JP", {"plan": plan}) == (for_jp,)
    own = watch.facts("rescue.plan.agree", "KR", {"plan": plan})
    assert own == ({**stated, "proposed_by_other": False},)


def test_where_the_drift_begins_is_a_position_of_the_plan() -> None:
    watch = Watch()
    members = {"case": watch.opened(), "areas": [{**AREA, "legs": []}], "inputs": INPUTS}
    (stated,) = watch.facts("rescue.plan.propose", "KR", members)
    assert stated["position_in_numbers"] is True
    for datum in (GRID, IN_J):
        (stated,) = watch.facts("rescue.plan.propose", "KR", {**members, "inputs": {**INPUTS, "datum": datum}})
        assert (stated["place"], stated["position_in_numbers"]) == ("other_waters", datum is IN_J)


def test_a_search_lies_where_it_asks_most_with_what_it_found() -> None:
    watch = Watch()
    found = {"what": "person", "at": HOUR, "position": IN_Q}
    members = {"case": watch.opened(), "unit": "u", "began": HOUR, "ended": LATER, "track": [IN_K, OUT]}
    stated = least(place="beyond", position_in_numbers=True, author_leads=True)
    assert watch.facts("rescue.search.report", "KR", members) == (stated,)
    assert watch.facts("rescue.search.report", "KR", {**members, "found": [found]}) == ({**stated, "place": "area_q"},)
    grid = {**members, "found": [{**found, "position": GRID}]}
    assert watch.facts("rescue.search.report", "KR", grid) == (
        {**stated, "place": "other_waters", "position_in_numbers": False},
    )


def test_an_admission_has_a_line_for_each_position_and_its_answer_likewise() -> None:
    watch = Watch()
    members = request(watch.opened("JP", position=IN_J), IN_K, OUT, GRID)
    claimed = least(sole_purpose_rescue=True, author_leads=True)
    assert watch.facts("rescue.admission.request", "JP", members) == (
        {**claimed, "position_in_numbers": True},
        {**claimed, "place": "beyond", "position_in_numbers": True},
        claimed,
    )
    asked = watch.take("rescue.admission.request", "JP", members)
    answered = least(sole_purpose_rescue=True)
    assert watch.facts("rescue.admission.answer", "KR", {"request": asked, "granted": False}) == (
        {**answered, "place": "author_waters", "position_in_numbers": True},
        {**answered, "place": "beyond", "position_in_numbers": True},
        answered,
    )
    other = watch.take("rescue.admission.request", "JP", {**members, "sole_purpose_rescue": False, "positions": [IN_K]})
    assert watch.facts("rescue.admission.answer", "KR", {"request": other, "granted": True}) == (
        least(place="author_waters", position_in_numbers=True),
    )


def granted(watch: Watch, *answers: Mapping[str, Any], **changes: Any) -> str:
    """A request of JP for area K, as KR answered it."""
    asked = watch.take("rescue.admission.request", "JP", request(watch.opened("JP", position=IN_J), **changes))
    for answer in answers:
        watch.take("rescue.admission.answer", "KR", {"request": asked, **answer})
    return asked


YES, NO = {"granted": True}, {"granted": False, "reason": "weather"}
EARLIER, NOON, MIDNIGHT = "2031-02-28T23:59:59Z", "2031-03-01T03:00:00Z", HOUR


@pytest.mark.parametrize(
    ("answers", "at", "expected"),
    [
        ([], NOON, False),
        ([NO], NOON, False),
        ([YES], NOON, True),
        ([NO, YES], NOON, True),
        ([YES, NO], NOON, False),
        ([YES], EARLIER, False),
        ([YES], MIDNIGHT, True),
        ([YES], LATER, True),
        ([YES], "2031-03-01T06:00:01Z", False),
        ([{**YES, "until": NOON}], NOON, True),
        ([{**YES, "until": NOON}], "2031-03-01T03:00:01Z", False),
        ([{**YES, "until": "2031-03-01T09:00:00Z"}], "2031-03-01T06:00:01Z", False),
        ([{**YES, "until": NOON}, YES], LATER, True),
    ],
)
def test_a_grant_counts_as_last_answered_and_while_it_lasts(answers: list[Any], at: str, expected: bool) -> None:
    watch = Watch()
    asked = granted(watch, *answers)
    (stated,) = watch.facts("rescue.admission.begin", "JP", begin(IN_K, request=asked, at=at))
    assert stated == least(
        position_in_numbers=True,
        sole_purpose_rescue=True,
        weapons_safe=True,
        author_leads=True,
        admission_granted=expected,
    )


def test_a_grant_counts_for_the_areas_that_were_asked_for_line_by_line() -> None:
    watch = Watch()
    asked = granted(watch, YES, positions=[IN_K, OUT, GRID])
    lines = watch.facts("rescue.admission.begin", "JP", begin(IN_K, IN_U, OUT, GRID, IN_Q, request=asked, at=NOON))
    assert [(line["place"], line["admission_granted"]) for line in lines] == [
        ("other_waters", True),
        ("other_waters", False),
        ("beyond", False),
        ("other_waters", False),
        ("area_q", False),
    ]


@pytest.mark.parametrize(
    ("author", "changes"),
    [("KR", {}), ("JP", {"unit": "jp-aircraft-3"}), ("JP", {"request": None}), ("JP", {"request": NOBODY})],
)
def test_a_grant_counts_for_the_own_unit_by_the_request_named(author: str, changes: Any) -> None:
    watch = Watch()
    asked = granted(watch, YES)
    lines = watch.facts("rescue.admission.begin", author, begin(IN_K, **{"request": asked, "at": NOON, **changes}))
    assert [line["admission_granted"] for line in lines] == [False]


def test_a_grant_counts_for_its_case() -> None:
    watch = Watch()
    asked = granted(watch, YES)
    case, other = watch.book.admissions[asked].content.case, watch.opened("JP")
    for named, expected in ((case, True), (other, False), (None, True)):
        (stated,) = watch.facts("rescue.admission.begin", "JP", begin(IN_K, request=asked, at=NOON, case=named))
        assert stated["admission_granted"] is expected


def test_the_other_party_is_heard_by_its_own_act() -> None:
    watch = Watch()
    case = watch.opened()
    close = {"case": case, "outcome": "none_found"}
    assert watch.facts("rescue.case.close", "KR", close) == (least(author_leads=True),)
    watch.take("rescue.case.concur", "KR", {"case": case})
    assert watch.facts("rescue.case.close", "KR", close) == (least(author_leads=True),)
    watch.take("rescue.case.concur", "JP", {"case": case})
    assert watch.facts("rescue.case.close", "KR", close) == (least(author_leads=True, other_heard=True),)
    assert watch.facts("rescue.case.close", "JP", close) == (least(other_heard=True),)


@pytest.mark.parametrize("kind", SAMPLES)
def test_a_member_outside_the_form_may_assert_title(kind: str) -> None:
    watch = Watch()
    assert {line["asserts_title"] for line in watch.facts(kind, "KR", SAMPLES[kind])} == {False}
    claims = {**SAMPLES[kind], "remark": "our island"}
    assert {line["asserts_title"] for line in watch.facts(kind, "KR", claims)} == {True}


def test_a_case_opened_under_no_agreement_is_known_under_the_next() -> None:
    watch = Watch()
    case = watch.take("rescue.case.open", "JP", {**OPEN, "position": IN_K}, agreement="none")
    (stated,) = watch.facts("rescue.asset.offer", "KR", {**SAMPLES["rescue.asset.offer"], "case": case})
    assert stated["author_leads"] is True
