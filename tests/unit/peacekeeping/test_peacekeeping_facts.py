"""Facts of peacekeeping: each kind states a complete and typed set, and says least where it knows nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from servanda.act.kind import vocabulary
from servanda.policy.facts import FactValue, wrong
from tests.unit.peacekeeping.operation import (
    BREAD,
    JOIN,
    MANDATE,
    MISSION,
    OFFER,
    REQUEST,
    ROUNDS,
    WATER,
    Operation,
    joined,
)
from tests.unit.peacekeeping.test_peacekeeping_acts import LEAST, SAMPLES, A

UNKNOWN: Mapping[str, FactValue] = {
    row["name"]: row["least_favourable"] for row in vocabulary()["domains"]["peacekeeping"]["facts"]
}
"""Every fact of the domain at its least favourable value."""
COMMON = {"phase": "in_force", "officer_role": "other", "questioned": frozenset[str]()}
IN_FORCE: Mapping[str, FactValue] = {**UNKNOWN, "mandated": True, "same_mission": True}
"""What an operation that both joined says of itself, where nothing is given."""
GIVEN: Mapping[str, FactValue] = {
    "category": "water",
    "mandated": True,
    "same_mission": True,
    "serves_weapon": False,
    "screening": "clear",
    "for_combat": False,
    "route": "between_contingents",
    "mission_told": False,
    "life_in_danger": False,
    "paid_by_un": False,
    "place": "third_territory",
}
"""What support of water says of itself, the mission's support office not being told."""
NEEDED: Mapping[str, FactValue] = {**GIVEN, "route": "none", "paid_by_un": True}
VEST = {**WATER, "item": {"text": "vest", "supply_class": "8470", "category": "clothing"}}


def fulfilling(offer: str, *portions: tuple[int, str], **members: Any) -> dict[str, Any]:
    furnished = [{"line": number, "quantity": quantity} for number, quantity in portions]
    return {"offer": offer, **({"furnished": furnished} if furnished else {}), **members}


@pytest.mark.parametrize("author", ["KR", "JP"])
@pytest.mark.parametrize("kind", SAMPLES)
@pytest.mark.parametrize("samples", [SAMPLES, LEAST])
def test_every_kind_states_complete_and_typed_facts(
    samples: Mapping[str, Mapping[str, Any]], kind: str, author: str
) -> None:
    operation = joined()
    offer = operation.accepted()
    members = {name: offer if name == "offer" else value for name, value in samples[kind].items()}
    for record in (operation, Operation()):
        lines = record.facts(kind.removeprefix("peacekeeping."), author, members)
        assert lines
        for line in lines:
            assert wrong(kind, {**COMMON, **line}, operation.instrument) == ()


def test_joining_states_its_own_mandate_and_its_place() -> None:
    assert Operation().facts("mission.join", "KR", JOIN) == ({**UNKNOWN, "mandated": True, "place": "third_territory"},)
    assert joined().facts("mission.join", "KR", {**JOIN, "mission": "MINUSMA", "place": "the_camp"}) == (
        {**UNKNOWN, "mandated": True},
    )
    assert joined().facts("mission.join", "KR", JOIN) == ({**IN_FORCE, "place": "third_territory"},)


@pytest.mark.parametrize("kind", ["mission.update", "mission.end"])
def test_word_of_a_mission_says_of_the_operation_and_of_no_goods(kind: str) -> None:
    members = {"mission": MISSION, **({"day": "2031-03-01"} if kind == "mission.end" else {})}
    assert joined().facts(kind, "KR", members) == (IN_FORCE,)
    assert joined().facts(kind, "KR", {**members, "mission": "MINUSMA"}) == (UNKNOWN,)
    assert Operation().facts(kind, "KR", members) == (UNKNOWN,)


def test_a_need_says_line_by_line_what_is_needed() -> None:
    lines = joined().facts("support.request", "KR", {**REQUEST, "lines": [WATER, BREAD, ROUNDS, VEST]})
    assert lines == (
        NEEDED,
        {**NEEDED, "category": "food"},
        {**NEEDED, "category": "ammunition", "screening": "barred"},
        {**NEEDED, "category": "clothing", "screening": "in_doubt"},
    )


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({}, {}),
        ({"for_combat": True}, {"for_combat": True}),
        ({"paid_by_un": True}, {"paid_by_un": True}),
        ({"route": None}, {"route": "none"}),
        ({"route": "letter_of_assist"}, {"route": "letter_of_assist"}),
        ({"life_in_danger": True}, {"life_in_danger": True}),
        ({"place": "jp_territory"}, {"place": "jp_territory"}),
        ({"place": "high_seas"}, {"place": "high_seas"}),
        ({"place": "somewhere"}, {"place": "other"}),
        ({"mission": "MINUSMA"}, {"mandated": False, "same_mission": False}),
        ({"lines": [{**WATER, "serves_weapon": True}]}, {"serves_weapon": True}),
        ({"request": A}, {}),
    ],
)
def test_an_offer_says_what_is_offered(change: Mapping[str, Any], told: Mapping[str, FactValue]) -> None:
    members = {name: value for name, value in {**OFFER, **change}.items() if value is not None}
    assert joined().facts("support.offer", "JP", members) == ({**GIVEN, **told},)


def test_a_service_on_a_weapon_serves_it_whatever_is_claimed() -> None:
    howitzer = {**WATER, "item": {"text": "repair", "category": "repair", "service_on": "155 mm howitzer"}}
    [line] = joined().facts("support.offer", "JP", {**OFFER, "lines": [howitzer]})
    assert (line["serves_weapon"], line["screening"]) == (True, "barred")


def test_an_acceptance_says_what_the_offer_says_line_by_line() -> None:
    operation = joined()
    offer = operation.offered(lines=[WATER, BREAD], route="through_mission", life_in_danger=True)
    common = {**GIVEN, "route": "through_mission", "life_in_danger": True}
    lines = operation.facts("support.accept", "KR", {"offer": offer})
    assert lines == (common, {**common, "category": "food"})
    operation.told(offer)
    told = tuple({**line, "mission_told": True} for line in lines)
    assert operation.facts("support.accept", "KR", {"offer": offer}) == told


@pytest.mark.parametrize(("kind", "author"), [("support.accept", "JP"), ("support.fulfil", "KR")])
def test_an_offer_is_accepted_by_the_other_party_and_given_by_its_own(kind: str, author: str) -> None:
    operation = joined()
    assert operation.facts(kind, author, {"offer": operation.accepted()}) == (UNKNOWN,)


@pytest.mark.parametrize("kind", ["support.accept", "support.fulfil"])
def test_an_offer_that_nobody_made_says_nothing(kind: str) -> None:
    assert joined().facts(kind, "KR", {"offer": A}) == (UNKNOWN,)


def test_giving_says_of_each_line_it_gives() -> None:
    operation = joined()
    offer = operation.accepted(lines=[WATER, BREAD])
    food = {**GIVEN, "category": "food"}
    assert operation.facts("support.fulfil", "JP", fulfilling(offer)) == (GIVEN, food)
    assert operation.facts("support.fulfil", "JP", fulfilling(offer, (2, "1"), (1, "1"))) == (food, GIVEN)
    operation.take("support.fulfil", "JP", fulfilling(offer, (1, "5000")))
    assert operation.facts("support.fulfil", "JP", fulfilling(offer)) == (food,)
    operation.take("support.fulfil", "JP", fulfilling(offer))
    assert operation.facts("support.fulfil", "JP", fulfilling(offer)) == (GIVEN, food)


def test_a_line_that_the_offer_does_not_have_is_of_no_category() -> None:
    operation = joined()
    offer = operation.accepted()
    lines = operation.facts("support.fulfil", "JP", fulfilling(offer, (1, "1"), (2, "1")))
    nothing = {name: UNKNOWN[name] for name in ("category", "screening", "serves_weapon")}
    assert lines == (GIVEN, {**GIVEN, **nothing})


@pytest.mark.parametrize("claim", [True, False])
def test_that_a_life_is_in_danger_is_said_when_it_is_given(claim: bool) -> None:
    operation = joined()
    offer = operation.accepted(life_in_danger=not claim)
    assert operation.facts("support.fulfil", "JP", fulfilling(offer, life_in_danger=claim)) == (
        {**GIVEN, "life_in_danger": claim},
    )


# `mandated`: on the day of the act, in the zone of the agreement, by what each Party stated last.
DAYS = (
    ("2031-12-31T23:59+09:00", True),
    ("2031-12-31T15:00+00:00", False),
    ("2032-01-01T00:00+09:00", False),
    ("2031-12-31T14:59+00:00", True),
)


@pytest.mark.parametrize(("at", "mandated"), DAYS)
def test_the_last_day_of_a_mandate_counts_in_the_zone_of_the_agreement(at: str, mandated: bool) -> None:
    [line] = joined().facts("support.offer", "JP", OFFER, at)
    assert line == {**GIVEN, "mandated": mandated}
    [line] = Operation().facts("mission.join", "KR", JOIN, at)
    assert line["mandated"] is mandated


@pytest.mark.parametrize(("from_day", "mandated"), [("2031-03-01", True), ("2031-03-02", False)])
def test_a_mandate_counts_from_its_first_day(from_day: str, mandated: bool) -> None:
    mandate = {**MANDATE, "from_day": from_day}
    [line] = Operation().facts("mission.join", "KR", {**JOIN, "mandate": mandate})
    assert line["mandated"] is mandated
    operation = Operation()
    for party in ("KR", "JP"):
        operation.take("mission.join", party, {**JOIN, "mandate": mandate})
    [line] = operation.facts("support.request", "KR", REQUEST)
    assert line["mandated"] is mandated


def test_a_mandate_without_a_last_day_does_not_run_out() -> None:
    operation = Operation()
    for party in ("KR", "JP"):
        operation.take("mission.join", party, {**JOIN, "mandate": {"resolution": "9001", "from_day": "2030-07-01"}})
    [line] = operation.facts("support.request", "KR", REQUEST, "2040-01-01T00:00+09:00")
    assert line["mandated"] is True


@pytest.mark.parametrize("author", ["KR", "JP"])
def test_the_stricter_mandate_of_what_the_parties_stated_counts(author: str) -> None:
    operation = joined()
    shorter = {**MANDATE, "until_day": "2031-02-28"}
    operation.take("mission.update", author, {"mission": MISSION, "mandate": shorter})
    for party in ("KR", "JP"):
        assert operation.facts("support.request", party, REQUEST) == ({**NEEDED, "mandated": False},)
    [line] = operation.facts("mission.join", "KR", JOIN)
    assert line["mandated"] is True


def test_a_longer_mandate_needs_the_word_of_both() -> None:
    operation, at = joined(), "2032-02-01T09:00+09:00"
    longer = {"mission": MISSION, "mandate": {**MANDATE, "from_day": "2032-01-01", "until_day": "2032-12-31"}}
    for party, mandated in (("KR", False), ("JP", True)):
        operation.take("mission.update", party, longer)
        [line] = operation.facts("support.request", "KR", REQUEST, at)
        assert line["mandated"] is mandated


def test_a_mandate_that_is_to_come_does_not_end_the_one_that_runs() -> None:
    operation = joined()
    for party in ("KR", "JP"):
        to_come = {**MANDATE, "from_day": "2032-01-01", "until_day": "2032-12-31"}
        operation.take("mission.update", party, {"mission": MISSION, "mandate": to_come})
    for at in ("2031-12-31T09:00+09:00", "2032-01-01T09:00+09:00", "2032-12-31T09:00+09:00"):
        [line] = operation.facts("support.request", "KR", REQUEST, at)
        assert line["mandated"] is True
    [line] = operation.facts("support.request", "KR", REQUEST, "2033-01-01T09:00+09:00")
    assert line["mandated"] is False


def test_a_party_whose_mandate_has_not_begun_is_the_stricter() -> None:
    operation = Operation()
    operation.take("mission.join", "KR", JOIN)
    operation.take("mission.join", "JP", {**JOIN, "mandate": {**MANDATE, "from_day": "2031-06-01"}})
    [line] = operation.facts("support.request", "KR", REQUEST)
    assert line["mandated"] is False


# `same_mission`: both joined it, and on the day of the act neither has left.
def test_one_contingent_alone_is_in_no_operation_with_another() -> None:
    operation = Operation()
    operation.take("mission.join", "KR", JOIN)
    operation.take("mission.join", "JP", {**JOIN, "mission": "MINUSMA"})
    for party in ("KR", "JP"):
        assert operation.facts("support.request", party, REQUEST) == ({**NEEDED, "same_mission": False},)


@pytest.mark.parametrize("author", ["KR", "JP"])
def test_a_contingent_has_left_from_the_day_it_states(author: str) -> None:
    operation = joined()
    operation.take("mission.end", author, {"mission": MISSION, "day": "2031-03-10"})
    for at, both in (("2031-03-09T23:59+09:00", True), ("2031-03-09T15:00+00:00", False)):
        [line] = operation.facts("support.request", "KR", REQUEST, at)
        assert line == {**NEEDED, "same_mission": both}


def test_a_contingent_that_left_may_join_again() -> None:
    operation = joined()
    operation.take("mission.end", "KR", {"mission": MISSION, "day": "2031-02-01"})
    [line] = operation.facts("support.offer", "JP", OFFER)
    assert line["same_mission"] is False
    operation.take("mission.join", "KR", JOIN)
    assert operation.facts("support.offer", "JP", OFFER) == (GIVEN,)


def test_what_is_joined_under_another_agreement_is_not_joined_here() -> None:
    operation = joined()
    operation.state = type(operation.state)(boards=operation.state.boards.insert("kr-jp-c", operation.board))
    operation.state = type(operation.state)(boards=operation.state.boards.remove("kr-jp-b"))
    [line] = operation.facts("support.request", "KR", REQUEST)
    assert line == {**NEEDED, "mandated": False, "same_mission": False}


# `mission_told`: word of either Party that names the offer or its acceptance, for the operation it is given in.
@pytest.mark.parametrize("by", ["KR", "JP"])
@pytest.mark.parametrize("named", ["offer", "acceptance"])
def test_word_of_either_party_that_the_mission_was_told_counts(by: str, named: str) -> None:
    operation = joined()
    offer = operation.accepted()
    operation.told(offer if named == "offer" else operation.last, by=by)
    assert operation.facts("support.fulfil", "JP", fulfilling(offer)) == ({**GIVEN, "mission_told": True},)


def test_word_of_another_offer_or_another_operation_does_not() -> None:
    operation = joined()
    other = operation.accepted()
    offer = operation.accepted()
    operation.told(other)
    operation.take("mission.update", "JP", {"mission": "MINUSMA", "told": [offer]})
    assert operation.facts("support.fulfil", "JP", fulfilling(offer)) == (GIVEN,)


def test_word_of_what_was_given_does_not_cover_what_is_given_next() -> None:
    operation = joined()
    offer = operation.accepted()
    given = operation.take("support.fulfil", "JP", fulfilling(offer, (1, "10"), life_in_danger=True))
    operation.told(given)
    assert operation.facts("support.fulfil", "JP", fulfilling(offer, (1, "10"))) == (GIVEN,)


# `paid_by_un`: claimed by the act or its offer, or paid once before.
@pytest.mark.parametrize(("offered", "given"), [(True, False), (False, True), (True, True)])
def test_that_the_united_nations_pays_is_claimed_by_the_offer_or_when_it_is_given(offered: bool, given: bool) -> None:
    operation = joined()
    offer = operation.accepted(paid_by_un=offered)
    [line] = operation.facts("support.accept", "KR", {"offer": offer})
    assert line["paid_by_un"] is offered
    assert operation.facts("support.fulfil", "JP", fulfilling(offer, paid_by_un=given)) == (
        {**GIVEN, "paid_by_un": True},
    )


@pytest.mark.parametrize(
    ("before", "quantity", "paid"),
    [
        ("2000", "3000", False),
        ("2000", "3000.000001", True),
        ("2000", "5000", True),
        ("0.5", "4999.5", False),
        ("0.5", "5000", True),
        ("5000", "0.000001", True),
        ("5000", "5000", True),
    ],
)
def test_what_the_united_nations_paid_for_is_not_paid_for_again(before: str, quantity: str, paid: bool) -> None:
    operation = joined()
    offer = operation.accepted(lines=[WATER, BREAD])
    operation.take("support.fulfil", "JP", fulfilling(offer, (1, before), paid_by_un=True))
    lines = operation.facts("support.fulfil", "JP", fulfilling(offer, (1, quantity), (2, "400")))
    assert [line["paid_by_un"] for line in lines] == [paid, False]


def test_what_is_given_again_with_nothing_left_is_paid_for_again() -> None:
    operation = joined()
    offer = operation.accepted(lines=[WATER, BREAD])
    operation.take("support.fulfil", "JP", fulfilling(offer, (1, "0.5"), paid_by_un=True))
    operation.take("support.fulfil", "JP", fulfilling(offer))
    assert operation.board.offers[offer].left() == ()
    lines = operation.facts("support.fulfil", "JP", fulfilling(offer))
    assert [line["paid_by_un"] for line in lines] == [True, False]


def test_what_was_given_unpaid_is_no_payment() -> None:
    operation = joined()
    offer = operation.accepted()
    operation.take("support.fulfil", "JP", fulfilling(offer))
    assert operation.facts("support.fulfil", "JP", fulfilling(offer, (1, "5000"))) == (GIVEN,)


# `screening`: an item in doubt moves once a reviewer of each Party has passed exactly it.
def test_an_item_in_doubt_is_passed_by_both_or_not_at_all() -> None:
    operation = joined()
    offer = operation.accepted(lines=[VEST])
    for party, screening in (("KR", "in_doubt"), ("JP", "passed_by_both")):
        operation.take("logistics.item.pass", party, {"subject": VEST["item"], "why": "no plates"})
        for kind, author, members in (
            ("support.offer", "JP", {**OFFER, "lines": [VEST]}),
            ("support.accept", "KR", {"offer": offer}),
            ("support.fulfil", "JP", fulfilling(offer)),
        ):
            [line] = operation.facts(kind, author, members)
            assert line["screening"] == screening


def test_each_line_is_held_against_its_own_item() -> None:
    operation = joined()
    for party in ("KR", "JP"):
        operation.take("logistics.item.pass", party, {"subject": VEST["item"], "why": "no plates"})
    lines = operation.facts("support.offer", "JP", {**OFFER, "lines": [VEST, WATER, VEST]})
    assert [line["screening"] for line in lines] == ["passed_by_both", "clear", "passed_by_both"]


def test_another_item_is_not_passed_with_it() -> None:
    operation = joined()
    for party in ("KR", "JP"):
        operation.take("logistics.item.pass", party, {"subject": VEST["item"], "why": "no plates"})
    other = {**VEST, "item": {**VEST["item"], "end_item": "plates"}}
    [line] = operation.facts("support.offer", "JP", {**OFFER, "lines": [other]})
    assert line["screening"] == "in_doubt"


def test_what_is_barred_is_not_passed() -> None:
    operation = joined()
    for party in ("KR", "JP"):
        operation.take("logistics.item.pass", party, {"subject": ROUNDS["item"], "why": "in need"})
    [line] = operation.facts("support.offer", "JP", {**OFFER, "lines": [ROUNDS]})
    assert line["screening"] == "barred"
