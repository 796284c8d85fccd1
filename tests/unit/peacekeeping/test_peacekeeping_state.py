"""The board: what follows from acts in a row, and what does not follow, kept and shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from rpds import HashTrieMap

from servanda.domains.peacekeeping import desk
from servanda.domains.peacekeeping.board import OutOfOrder, Telling
from servanda.domains.peacekeeping.lines import Portion
from servanda.domains.peacekeeping.listing import Step
from servanda.domains.peacekeeping.state import broken
from tests.unit.peacekeeping.operation import (
    AGREEMENT,
    BREAD,
    JOIN,
    MANDATE,
    MISSION,
    OFFER,
    REQUEST,
    WATER,
    Operation,
    joined,
)

UNKNOWN = "a" * 64
End = Mapping[str, Any]


def ending(day: str) -> End:
    return {"mission": MISSION, "day": day}


def given(operation: Operation, offer: str, *portions: tuple[int, str], by: str = "JP", **members: Any) -> str:
    furnished = [{"line": number, "quantity": quantity} for number, quantity in portions]
    return operation.take("support.fulfil", by, {"offer": offer, "furnished": furnished, **members})


OUT: list[tuple[OutOfOrder, Callable[[Operation, str], str]]] = [
    (OutOfOrder.MISSION_UNKNOWN, lambda o, _: o.take("mission.update", "KR", {"mission": "MINUSMA", "strength": 1})),
    (OutOfOrder.MISSION_UNKNOWN, lambda o, _: o.take("mission.end", "KR", {**ending("2031-03-01"), "mission": "X"})),
    (OutOfOrder.ALREADY_JOINED, lambda o, _: o.take("mission.join", "KR", JOIN)),
    (OutOfOrder.SUPPORT_UNKNOWN, lambda o, _: o.told(UNKNOWN)),
    (OutOfOrder.REQUEST_UNKNOWN, lambda o, _: o.offered(request=UNKNOWN)),
    (OutOfOrder.OFFER_UNKNOWN, lambda o, _: o.take("support.accept", "KR", {"offer": UNKNOWN})),
    (OutOfOrder.OFFER_OWN, lambda o, offer: o.take("support.accept", "JP", {"offer": offer})),
    (OutOfOrder.OFFER_UNKNOWN, lambda o, _: given(o, UNKNOWN)),
    (OutOfOrder.OFFER_OF_OTHER, lambda o, offer: given(o, offer, by="KR")),
    (OutOfOrder.OFFER_OPEN, lambda o, offer: given(o, offer)),
    (OutOfOrder.LINE_UNKNOWN, lambda o, offer: given(o, offer, (2, "1"))),
    (OutOfOrder.BEYOND_OFFER, lambda o, offer: given(o, offer, (1, "5000.000001"))),
    (OutOfOrder.UNREADABLE, lambda o, _: o.take("support.offer", "JP", {})),
]


@pytest.mark.parametrize(("why", "act"), OUT)
def test_what_does_not_follow_is_kept_as_out_of_order(why: OutOfOrder, act: Callable[[Operation, str], str]) -> None:
    operation = joined()
    offer = operation.offered()
    act_id = act(operation, offer)
    assert dict(operation.board.out_of_order) == {act_id: why}
    assert broken(operation.board) == ()


def test_a_kind_of_another_domain_leaves_the_board_alone() -> None:
    operation = joined()
    before = operation.state
    operation.take("logistics.item.pass", "KR", {"subject": WATER["item"], "why": "water"})
    assert operation.state is before


def test_a_contingent_that_never_joined_is_not_in() -> None:
    operation = Operation()
    operation.take("mission.join", "KR", JOIN)
    update = operation.take("mission.update", "JP", {"mission": MISSION, "mandate": MANDATE, "strength": 1})
    end = operation.take("mission.end", "JP", ending("2031-03-01"))
    assert dict(operation.board.out_of_order) == {update: OutOfOrder.NOT_JOINED, end: OutOfOrder.NOT_JOINED}
    assert set(operation.board.missions[MISSION].parts) == {"KR"}


def test_a_participation_keeps_what_was_stated_and_shows_what_stands() -> None:
    operation = joined()
    join = operation.board.missions[MISSION].parts["KR"].stay.joined_by
    mandate = {**MANDATE, "until_day": "2032-12-31"}
    update = operation.take("mission.update", "KR", {"mission": MISSION, "mandate": mandate, "strength": 260})
    mission = operation.board.missions[MISSION]
    part = mission.parts["KR"]
    assert [stated.act_id for stated in part.mandates] == [join, update]
    assert part.mandate_on(date(2031, 3, 1)) == part.mandates[1].mandate
    assert (part.strength, part.stay.content.strength, part.stay.content.contingent) == (260, 280, "engineer unit")
    assert (mission.updates, mission.parts["JP"].strength) == ((update,), 280)
    operation.take("mission.update", "KR", {"mission": MISSION, "note": "all is well"})
    assert operation.board.missions[MISSION].parts["KR"] == part


def test_joining_twice_states_the_mandate_again_and_nothing_else() -> None:
    operation = joined()
    shorter = {**MANDATE, "until_day": "2031-02-28"}
    again = operation.take("mission.join", "KR", {**JOIN, "mandate": shorter, "strength": 1})
    part = operation.board.missions[MISSION].parts["KR"]
    assert operation.board.out_of_order[again] is OutOfOrder.ALREADY_JOINED
    assert (len(part.stays), part.strength, part.mandates[-1].act_id) == (1, 280, again)
    assert operation.board.missions[MISSION].mandated(date(2031, 3, 1)) is False


def test_a_day_of_leaving_is_brought_forward_and_never_put_off() -> None:
    operation = joined()
    part, said = operation.board.missions[MISSION].parts, []
    for day, left in (("2031-06-30", "2031-06-30"), ("2031-07-01", "2031-06-30"), ("2031-05-31", "2031-05-31")):
        said.append(operation.take("mission.end", "KR", ending(day)))
        part = operation.board.missions[MISSION].parts
        assert str(part["KR"].stay.left_day) == left
    assert list(operation.board.out_of_order.values()) == [OutOfOrder.ALREADY_LEFT]
    assert part["KR"].stay.ended_by == (said[0], said[2])
    assert part["JP"].stay.left_day is None


def test_a_contingent_that_left_and_joined_again_has_two_stays() -> None:
    operation = joined()
    end = operation.take("mission.end", "KR", ending("2031-02-01"))
    again = operation.take("mission.join", "KR", {**JOIN, "strength": 90})
    part = operation.board.missions[MISSION].parts["KR"]
    assert [(stay.ended_by, stay.left_day) for stay in part.stays] == [((end,), date(2031, 2, 1)), ((), None)]
    assert (part.stay.joined_by, part.strength) == (again, 90)
    assert operation.board.missions[MISSION].joined("KR", date(2031, 1, 31))
    last = operation.take("mission.end", "KR", ending("2031-09-01"))
    part = operation.board.missions[MISSION].parts["KR"]
    assert [(stay.ended_by, stay.left_day) for stay in part.stays] == [
        ((end,), date(2031, 2, 1)),
        ((last,), date(2031, 9, 1)),
    ]
    assert dict(operation.board.out_of_order) == {}


def test_an_offer_answers_a_request_of_the_other_party_in_its_operation() -> None:
    operation = joined()
    request = operation.take("support.request", "KR", REQUEST)
    own = operation.take("support.offer", "KR", {**OFFER, "request": request})
    elsewhere = operation.offered(request=request, mission="MINUSMA")
    offer = operation.offered(request=request)
    assert dict(operation.board.out_of_order) == {
        own: OutOfOrder.REQUEST_OWN,
        elsewhere: OutOfOrder.REQUEST_UNKNOWN,
    }
    assert operation.board.requests[request].offers == (offer,)
    assert (operation.board.offers[offer].author, operation.board.offers[offer].to) == ("JP", "KR")
    assert {own, elsewhere, offer} == set(operation.board.offers)


def test_the_first_acceptance_counts() -> None:
    operation = joined()
    offer = operation.accepted()
    first = operation.last
    again = operation.take("support.accept", "KR", {"offer": offer})
    assert operation.board.offers[offer].accepted_by == first
    assert dict(operation.board.out_of_order) == {again: OutOfOrder.OFFER_ACCEPTED}


def test_what_is_given_sums_up_and_never_beyond_what_was_offered() -> None:
    operation = joined()
    offer = operation.accepted(lines=[WATER, BREAD])
    given(operation, offer, (1, "1999.5"), (2, "400"))
    assert operation.board.offers[offer].left() == (Portion(line=1, quantity="3000.5"),)
    for portions in ([(1, "3000.500001")], [(1, "1"), (2, "0.000001")], [(2, "1")]):
        beyond = given(operation, offer, *portions)
        assert operation.board.out_of_order[beyond] is OutOfOrder.BEYOND_OFFER
    rest = given(operation, offer)
    known = operation.board.offers[offer]
    assert [portion for each in known.fulfilments[1:] for portion in each.portions] == [
        Portion(line=1, quantity="3000.5")
    ]
    assert (known.left(), known.given(1), known.given(2)) == ((), 5000, 400)
    nothing = given(operation, offer)
    assert operation.board.out_of_order[nothing] is OutOfOrder.BEYOND_OFFER
    assert [each.act_id for each in operation.board.offers[offer].fulfilments][-1] == rest


def test_what_is_given_before_it_was_accepted_counts_and_follows_where_a_life_is_in_danger() -> None:
    operation = joined()
    offer = operation.offered()
    urgent = given(operation, offer, (1, "10"), life_in_danger=True)
    early = given(operation, offer, (1, "10"))
    assert dict(operation.board.out_of_order) == {early: OutOfOrder.OFFER_OPEN}
    assert [each.act_id for each in operation.board.offers[offer].fulfilments] == [urgent, early]
    assert operation.board.offers[offer].given(1) == 20


def test_word_of_support_is_kept_by_operation_with_who_told_and_when() -> None:
    operation = joined()
    offer = operation.accepted()
    accepted, told_at = operation.last, "2031-03-01T00:00:00Z"
    members = {"mission": MISSION, "told": [offer], "told_at": told_at}
    first = operation.take("mission.update", "KR", members)
    second = operation.told(accepted, by="JP")
    board = operation.board
    assert board.told_of(board.offers[offer]) == (
        Telling(act_id=first, author="KR", told_at=told_at),
        Telling(act_id=second, author="JP", told_at=None),
    )
    assert board.told("MINUSMA", offer) == ()


def test_word_of_support_in_another_operation_is_out_of_order() -> None:
    operation = joined()
    operation.take("mission.join", "KR", {**JOIN, "mission": "MINUSMA"})
    offer = operation.accepted()
    update = operation.take("mission.update", "KR", {"mission": "MINUSMA", "told": [offer]})
    assert dict(operation.board.out_of_order) == {update: OutOfOrder.SUPPORT_UNKNOWN}


def test_what_is_given_keeps_whether_the_mission_was_told_before() -> None:
    operation = joined()
    offer = operation.accepted()
    given(operation, offer, (1, "10"), life_in_danger=True)
    operation.told(offer)
    given(operation, offer, (1, "10"), paid_by_un=True)
    first, second = operation.board.offers[offer].fulfilments
    assert [(each.told_before, each.paid_by_un) for each in (first, second)] == [(False, False), (True, True)]


def test_the_listing_says_how_far_support_has_come_and_who_is_next() -> None:
    operation = joined()
    request = operation.take("support.request", "KR", {**REQUEST, "priority": 2})

    def shown() -> tuple[Step, str]:
        [need] = desk.needs(operation.state, AGREEMENT)
        return need.step, need.next

    assert shown() == (Step.ASKED, "JP offers, or not")
    offer = operation.offered(request=request)
    assert shown() == (Step.OFFERED, "KR accepts, or not")
    operation.take("support.accept", "KR", {"offer": offer})
    assert shown() == (Step.ACCEPTED, "JP or KR tells the mission's support office")
    operation.told(offer)
    assert shown() == (Step.ACCEPTED, "JP gives")
    given(operation, offer, (1, "10"))
    assert shown() == (Step.PART_GIVEN, "JP gives")
    given(operation, offer)
    assert shown() == (Step.GIVEN, "")
    [listed] = desk.offers(operation.state, AGREEMENT)
    assert (listed.offer.id, listed.step, listed.left, listed.is_told) == (offer, Step.GIVEN, (), True)


def test_needs_stand_by_danger_then_urgency_then_age() -> None:
    operation = joined()
    asked = [
        operation.take("support.request", "KR", {**REQUEST, **members})
        for members in ({}, {"priority": 3}, {"priority": 1}, {"life_in_danger": True, "priority": 3}, {"priority": 1})
    ]
    found = [need.request.id for need in desk.needs(operation.state, AGREEMENT)]
    assert found[:1] == asked[3:4]
    assert set(found[1:3]) == {asked[2], asked[4]}
    assert found[3:] == [asked[1], asked[0]]


def test_a_mission_lists_the_support_of_which_nobody_was_told() -> None:
    operation = joined()
    accepted, urgent, told = operation.accepted(), operation.offered(), operation.accepted()
    operation.told(told)
    gave = given(operation, urgent, (1, "10"), life_in_danger=True)
    operation.offered()
    operation.take("mission.join", "KR", {**JOIN, "mission": "MINUSMA"})
    elsewhere = operation.accepted(mission="MINUSMA")
    other, listed = desk.missions(operation.state, AGREEMENT)
    assert (listed.mission.code, set(listed.untold)) == (MISSION, {accepted, gave})
    assert (other.mission.code, other.untold) == ("MINUSMA", (elsewhere,))
    assert desk.missions(operation.state, "kr-jp-c") == ()


BROKEN: list[tuple[str, Callable[[Any], Any]]] = [
    ("does not stand on it", lambda board: replace(board, offers=HashTrieMap())),
    (
        "more was given",
        lambda board: replace(
            board,
            offers=HashTrieMap(
                {key: replace(offer, fulfilments=offer.fulfilments * 2) for key, offer in board.offers.items()}
            ),
        ),
    ),
    ("no offer of the other Party", lambda board: replace(board, offers=HashTrieMap(), offer_of=HashTrieMap())),
    (
        "joined `UNMISS` twice",
        lambda board: replace(
            board,
            missions=HashTrieMap(
                {
                    code: replace(
                        mission,
                        parts=HashTrieMap(
                            {party: replace(part, stays=part.stays * 2) for party, part in mission.parts.items()}
                        ),
                    )
                    for code, mission in board.missions.items()
                }
            ),
        ),
    ),
]


@pytest.mark.parametrize(("words", "damage"), BROKEN)
def test_a_board_that_does_not_hold_is_found(words: str, damage: Callable[[Any], Any]) -> None:
    operation = joined()
    request = operation.take("support.request", "KR", REQUEST)
    offer = operation.accepted(request=request)
    given(operation, offer)
    assert broken(operation.board) == ()
    assert any(words in why for why in broken(damage(operation.board)))
