"""An operation under the exercise agreement: each paragraph's refusal first, then the story as desks draft it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from servanda.act.ruling import Ground, Permit, Refusal, Ruling
from servanda.agreement.duties import DutyState
from servanda.domains.peacekeeping import desk
from servanda.domains.peacekeeping.board import OutOfOrder
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
    ROLES,
    ROUNDS,
    WATER,
    Operation,
    joined,
    moment,
)

SILENT = Refusal(ground=Ground.SILENT)
GIVING = ("support.request", "support.offer", "support.accept", "support.fulfil")
KINDS = ("mission.join", "mission.update", "mission.end", *GIVING)
VEST = {**WATER, "item": {"text": "vest", "supply_class": "8470", "category": "clothing"}}
HOWITZER = {**WATER, "item": {"text": "repair", "category": "repair", "service_on": "155 mm howitzer"}}
RIFLES_CARRIED = {**WATER, "item": {"text": "transport to Bor", "category": "transport", "carries": "탄약과 소총탄"}}
CIGARETTES = {**WATER, "item": {"text": "cigarettes", "supply_class": "8975"}}


def forbidden(*cites: str, line: int | None = None) -> Refusal:
    return Refusal(ground=Ground.FORBIDDEN, cites=cites, line=line)


def permitted(*cites: str) -> Permit:
    return Permit(cites=cites)


def act_of(kind: str, operation: Operation, **change: Any) -> tuple[str, Mapping[str, Any]]:
    """An act of a kind that is permitted in an operation, and its author; support holds what is named.

    The offer that is accepted or given stands in the record whatever would be ruled on it.
    """
    if kind == "mission.join":
        return "KR", {**JOIN, **change}
    if kind == "mission.update":
        return "KR", {"mission": MISSION, **change}
    if kind == "mission.end":
        return "KR", {"mission": MISSION, "day": "2031-03-01", **change}
    if kind == "support.request":
        return "KR", {**REQUEST, **change}
    if kind == "support.offer":
        return "JP", {**OFFER, **change}
    offer = operation.offered(**change)
    if kind == "support.accept":
        return "KR", {"offer": offer}
    operation.take("support.accept", "KR", {"offer": offer})
    operation.told(offer)
    return "JP", {"offer": offer}


def ruled(kind: str, operation: Operation | None = None, **change: Any) -> Ruling:
    at = operation or joined()
    author, members = act_of(kind, at, **change)
    return at.judged(kind, author, members)[0]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_permitted_by_8_1(kind: str) -> None:
    assert ruled(kind) == permitted("8.1")


# Article 3: what is never given.


@pytest.mark.parametrize("kind", GIVING)
def test_barred_goods_are_not_even_asked_for(kind: str) -> None:
    cites = ("3.2",) if kind == "support.request" else ("3.2", "3.5")
    assert ruled(kind, lines=[ROUNDS]) == forbidden(*cites)
    assert ruled(kind, lines=[WATER, ROUNDS]) == forbidden(*cites, line=2)
    assert ruled(kind, lines=[ROUNDS], life_in_danger=True) == forbidden(*cites)


@pytest.mark.parametrize("kind", GIVING)
@pytest.mark.parametrize("service", [HOWITZER, RIFLES_CARRIED])
def test_a_service_on_a_weapon_is_refused_whatever_is_claimed(kind: str, service: Mapping[str, Any]) -> None:
    cites = ("3.2", "3.3") if kind == "support.request" else ("3.2", "3.3", "3.5")
    assert ruled(kind, lines=[service]) == forbidden(*cites)
    assert ruled(kind, lines=[{**WATER, "serves_weapon": True}]) == forbidden("3.3")


def test_an_item_in_doubt_may_be_asked_for_and_is_given_once_both_passed_it() -> None:
    operation = joined()
    assert ruled("support.request", operation, lines=[VEST]) == permitted("8.1")
    for kind in GIVING[1:]:
        assert ruled(kind, operation, lines=[VEST]) == forbidden("3.5")
    for party in ("KR", "JP"):
        operation.take("logistics.item.pass", party, {"subject": VEST["item"], "why": "no plates"})
    for kind in GIVING:
        assert ruled(kind, operation, lines=[VEST]) == permitted("8.1")


@pytest.mark.parametrize("kind", GIVING)
def test_what_is_of_no_category_is_not_given(kind: str) -> None:
    assert ruled(kind, lines=[CIGARETTES]) == (SILENT if kind == "support.request" else forbidden("3.5"))


# 4.1: who says it.


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("officer", ROLES)
def test_peacekeeping_is_for_the_officers_named_for_it(kind: str, officer: str) -> None:
    operation = joined()
    author, members = act_of(kind, operation)
    named = ROLES[officer] in ("contingent_commander", "supply_officer", "joint_staff")
    ruling = operation.judged(kind, author, members, officer=officer)[0]
    assert ruling == (permitted("8.1") if named else forbidden("4.1"))


# 5.1, 8.1, 8.2, 9.2: what for, where, by which route.


@pytest.mark.parametrize("kind", GIVING)
def test_nothing_is_given_for_combat(kind: str) -> None:
    assert ruled(kind, for_combat=True) == forbidden("5.1")


@pytest.mark.parametrize("kind", GIVING)
@pytest.mark.parametrize("place", ["kr_territory", "jp_territory", "somewhere"])
def test_support_is_given_outside_the_territory_of_both(kind: str, place: str) -> None:
    assert ruled(kind, place=place) == forbidden("9.2")


@pytest.mark.parametrize("kind", GIVING)
def test_support_is_given_abroad_and_at_sea(kind: str) -> None:
    assert ruled(kind, place="high_seas") == permitted("8.1")


@pytest.mark.parametrize("kind", GIVING[1:])
def test_support_names_its_route(kind: str) -> None:
    operation = joined()
    if kind == "support.offer":
        nameless = {name: value for name, value in OFFER.items() if name != "route"}
        assert operation.judged(kind, "JP", nameless)[0] == forbidden("8.2")
        return
    offer = operation.take("support.offer", "JP", {name: OFFER[name] for name in OFFER if name != "route"})
    operation.told(offer)
    author = "KR" if kind == "support.accept" else "JP"
    assert operation.judged(kind, author, {"offer": offer})[0] == forbidden("8.2")


@pytest.mark.parametrize("route", ["between_contingents", "through_mission", "memorandum_change", "letter_of_assist"])
@pytest.mark.parametrize("kind", GIVING[1:])
def test_each_route_will_do(kind: str, route: str) -> None:
    assert ruled(kind, route=route) == permitted("8.1")


@pytest.mark.parametrize("kind", GIVING)
def test_no_support_without_a_mandate_or_outside_the_same_operation(kind: str) -> None:
    ran_out = joined()
    ran_out.take("mission.update", "JP", {"mission": MISSION, "mandate": {**MANDATE, "until_day": "2031-02-28"}})
    assert ruled(kind, ran_out) == SILENT
    left = joined()
    left.take("mission.end", "KR", {"mission": MISSION, "day": "2031-03-01"})
    assert ruled(kind, left) == SILENT
    alone = Operation()
    alone.take("mission.join", "KR", JOIN)
    assert ruled(kind, alone) == SILENT
    assert ruled(kind, Operation()) == SILENT


def test_a_contingent_joins_under_a_mandate_and_leaves_without_one() -> None:
    operation = Operation()
    at = "2032-01-01T09:00+09:00"
    assert operation.say("mission.join", "KR", JOIN, at) == SILENT
    operation.join_both()
    for kind in ("mission.update", "mission.end"):
        author, members = act_of(kind, operation)
        assert operation.judged(kind, author, members, at)[0] == permitted("8.1")


@pytest.mark.parametrize("kind", ["support.accept", "support.fulfil"])
def test_support_that_nobody_offered_is_refused(kind: str) -> None:
    ruling = joined().judged(kind, "JP", {"offer": "a" * 64})[0]
    assert isinstance(ruling, Refusal)
    assert ruling.ground is Ground.FORBIDDEN
    assert {"3.3", "3.5", "5.1", "8.2", "9.2"} <= set(ruling.cites)


# 8.3: who is told, and when.


@pytest.mark.parametrize("by", ["KR", "JP"])
def test_the_office_is_told_before_support_is_given(by: str) -> None:
    operation = joined()
    offer = operation.accepted()
    assert operation.judged("support.fulfil", "JP", {"offer": offer})[0] == forbidden("8.3")
    operation.told(offer, by=by)
    assert operation.say("support.fulfil", "JP", {"offer": offer}) == permitted("8.1")
    assert operation.owed() == ()


def test_where_a_life_is_in_danger_it_is_told_within_72_hours() -> None:
    operation = joined()
    offer = operation.accepted()
    jp = operation.seat("JP")
    assert operation.send(desk.fulfil(operation.state, jp, offer=offer), "JP") == forbidden("8.3")
    urgent = desk.fulfil(operation.state, jp, offer=offer, life_in_danger=True)
    assert operation.send(urgent, "JP") == permitted("8.1")
    gave = operation.last
    [duty] = operation.owed("2031-03-04T09:00+09:00")
    assert (duty.paragraph, duty.debtor, duty.does, duty.started_by) == (
        "8.3",
        "JP",
        "peacekeeping.mission.update",
        gave,
    )
    assert (duty.due_at, duty.state) == (moment("2031-03-04T09:00+09:00"), DutyState.OPEN)
    assert operation.owed("2031-03-04T09:01+09:00")[0].state is DutyState.LATE
    assert operation.send(desk.update(operation.state, jp, told_at="2031-03-01T01:00:00Z"), "JP") == permitted("8.1")
    [duty] = operation.owed()
    assert (duty.state, duty.met_by) == (DutyState.MET, operation.last)


@pytest.mark.parametrize("named", ["offer", "acceptance", "given"])
def test_word_of_the_support_meets_the_duty_however_it_is_named(named: str) -> None:
    operation = joined()
    offer = operation.accepted()
    ids = {"offer": offer, "acceptance": operation.last}
    jp = operation.seat("JP")
    operation.send(desk.fulfil(operation.state, jp, offer=offer, life_in_danger=True), "JP")
    ids["given"] = operation.last
    assert operation.send(desk.update(operation.state, jp, told=[ids[named]]), "JP") == permitted("8.1")
    assert [duty.state for duty in operation.owed()] == [DutyState.MET]


def test_a_change_and_the_word_of_the_receiver_meet_no_duty_of_the_giver() -> None:
    operation = joined()
    offer = operation.accepted()
    jp, kr = operation.seat("JP"), operation.seat("KR")
    operation.send(desk.fulfil(operation.state, jp, offer=offer, life_in_danger=True), "JP")
    gave = operation.last
    operation.send(desk.update(operation.state, jp, strength=260), "JP")
    operation.send(desk.update(operation.state, kr, told=[gave]), "KR")
    assert [duty.state for duty in operation.owed()] == [DutyState.OPEN]
    operation.send(desk.update(operation.state, jp), "JP")
    assert [duty.state for duty in operation.owed()] == [DutyState.MET]


def test_two_gifts_in_danger_are_two_duties_met_by_one_word() -> None:
    operation = joined()
    offer = operation.accepted()
    for quantity in ("1000", "4000"):
        portion = [{"line": 1, "quantity": quantity}]
        giving = desk.fulfil(operation.state, operation.seat("JP"), offer=offer, furnished=portion, life_in_danger=True)
        assert operation.send(giving, "JP") == permitted("8.1")
    assert [duty.state for duty in operation.owed()] == [DutyState.OPEN, DutyState.OPEN]
    operation.send(desk.update(operation.state, operation.seat("JP")), "JP")
    assert [duty.state for duty in operation.owed()] == [DutyState.MET, DutyState.MET]


# 8.4: what the United Nations pays for.


@pytest.mark.parametrize("life_in_danger", [True, False])
def test_what_the_united_nations_pays_for_is_not_given_on_the_account_of_the_parties(life_in_danger: bool) -> None:
    operation = joined()
    offer = operation.accepted(paid_by_un=True)
    operation.told(offer)
    members = {"offer": offer, "life_in_danger": life_in_danger}
    assert operation.say("support.fulfil", "JP", members) == forbidden("8.4")
    other = operation.accepted()
    operation.told(other)
    assert operation.say("support.fulfil", "JP", {**members, "offer": other, "paid_by_un": True}) == forbidden("8.4")
    assert operation.say("support.fulfil", "JP", {**members, "offer": other}) == permitted("8.1")


def test_what_was_said_to_be_paid_is_not_given_a_second_time() -> None:
    """Such a gift has effect only under a text without 8.4, before a text with it."""
    operation = joined()
    offer = operation.accepted()
    operation.told(offer)
    operation.take("support.fulfil", "JP", {"offer": offer, "paid_by_un": True})
    again = {"offer": offer, "furnished": [{"line": 1, "quantity": "1"}]}
    assert operation.say("support.fulfil", "JP", again) == forbidden("8.4")


# 13.3, 13.4, 13.6: time.


def test_a_stop_holds_up_new_support_and_lets_what_was_accepted_be_given() -> None:
    operation = joined()
    acts = {kind: act_of(kind, operation) for kind in KINDS}
    operation.story.must(operation.story.say("KR", "force.suspend", "2031-03-01T09:00+09:00"))
    at = "2031-03-09T09:00+09:00"
    stopped = {"support.request", "support.offer", "support.accept"}
    for kind, (author, members) in acts.items():
        expected = forbidden("13.3") if kind in stopped else permitted("8.1")
        assert operation.judged(kind, author, members, at)[0] == expected, kind


def test_after_the_end_only_word_of_a_change_or_of_leaving_survives() -> None:
    operation = Operation()
    for party in ("KR", "JP"):
        operation.take("mission.join", party, {**JOIN, "mandate": {"resolution": "9001", "from_day": "2030-07-01"}})
    acts = {kind: act_of(kind, operation) for kind in KINDS}
    acts["mission.end"] = ("KR", {"mission": MISSION, "day": "2040-04-01"})
    acts["mission.join"] = ("KR", {**JOIN, "mandate": {"resolution": "9002", "from_day": "2030-07-01"}})
    operation.story.must(operation.story.say("KR", "notice.give", "2039-06-01T09:00+09:00", note="1"))
    for at, survives in (("2040-03-01T09:00+09:00", KINDS), ("2040-04-01T09:00+09:00", KINDS[1:3])):
        for kind, (author, members) in acts.items():
            expected = permitted("8.1") if kind in survives else forbidden("13.4")
            assert operation.judged(kind, author, members, at)[0] == expected, (kind, at)


def test_while_8_1_is_questioned_what_it_allows_waits_but_word_of_a_mission_does_not() -> None:
    operation = joined()
    for kind in KINDS:
        author, members = act_of(kind, operation)
        waits = permitted("8.1") if kind in ("mission.update", "mission.end") else forbidden("13.6")
        assert operation.judged(kind, author, members, questioned=frozenset({"8.1"}))[0] == waits, kind


def test_two_contingents_from_joining_to_leaving_as_the_desks_draft_it() -> None:
    operation = Operation()

    def send(draft: Any, author: str, at: str = "2031-03-01T09:00+09:00") -> str:
        assert operation.send(draft, author, at) == permitted("8.1")
        return operation.last

    kr, jp = operation.seat("KR"), operation.seat("JP")
    serves: dict[str, Any] = {"strength": 280, "place": "third_territory"}
    send(desk.join(operation.state, kr, mission=MISSION, contingent="KR unit", mandate=MANDATE, **serves), "KR")
    send(desk.join(operation.state, jp, mission=MISSION, contingent="JP unit", **serves), "JP")
    request = send(desk.request(operation.state, kr, lines=[WATER, BREAD], priority=1), "KR")
    offering = desk.offer(operation.state, jp, request=request, route="between_contingents", paid_by_un=False)
    offer = send(offering, "JP")
    send(desk.accept(operation.state, kr, offer=offer), "KR")
    half = desk.fulfil(operation.state, jp, offer=offer, furnished=[{"line": 1, "quantity": "2500"}])
    assert operation.send(half, "JP") == forbidden("8.3")
    send(desk.update(operation.state, jp, reference="DOS-44", told=[offer]), "JP")
    send(half, "JP")
    send(desk.fulfil(operation.state, jp, offer=offer), "JP")
    [need] = desk.needs(operation.state, AGREEMENT)
    assert (need.request.id, need.step, need.next) == (request, Step.GIVEN, "")
    assert operation.board.offers[offer].left() == ()
    send(desk.end(operation.state, kr, day="2031-03-02"), "KR")
    late = "2031-03-02T09:00+09:00"
    needing = desk.request(operation.state, operation.seat("KR", late), mission=MISSION, lines=[WATER])
    assert operation.send(needing, "KR", late) == SILENT
    assert (operation.owed(late), broken(operation.board), dict(operation.board.out_of_order)) == ((), (), {})


def test_a_faulty_peer_that_gives_twice_changes_no_sum() -> None:
    operation = joined()
    offer = operation.accepted()
    operation.told(offer)
    assert operation.say("support.fulfil", "JP", {"offer": offer}) == permitted("8.1")
    twice = {"offer": offer, "furnished": [{"line": 1, "quantity": "5000"}]}
    assert operation.say("support.fulfil", "JP", twice) == permitted("8.1")
    assert dict(operation.board.out_of_order) == {operation.last: OutOfOrder.BEYOND_OFFER}
    assert operation.board.offers[offer].given(1) == 5000
