"""The desk: what is out of order is an error with what to do next; what is left out follows from the board."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from servanda.act.act import Draft
from servanda.act.content import write
from servanda.base import canon
from servanda.base.errors import MalformedError, UsageError
from servanda.domains.peacekeeping import desk
from servanda.domains.peacekeeping.acts import Mandate
from servanda.domains.peacekeeping.lines import Portion, portion_of
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
SERVES: dict[str, Any] = {"contingent": "engineer unit", "strength": 280, "place": "third_territory"}
Verb = Callable[[Operation, str], Draft]


def members(draft: Draft) -> Any:
    assert draft.payload is not None
    return canon.decode(canon.encode(write(draft.payload)), bytes_max=100_000)


def kr(operation: Operation) -> tuple[Any, Any]:
    return operation.state, operation.seat("KR")


def jp(operation: Operation) -> tuple[Any, Any]:
    return operation.state, operation.seat("JP")


ERRORS: list[tuple[str, Verb]] = [
    ("already_joined", lambda o, _: desk.join(*kr(o), mission=MISSION, **SERVES)),
    ("mission_misspelt", lambda o, _: desk.join(*kr(o), mission="unmiss", **SERVES)),
    ("mandate_missing", lambda o, _: desk.join(*kr(o), mission="MINUSMA", **SERVES)),
    ("mission_unknown", lambda o, _: desk.update(*kr(o), mission="MINUSMA", strength=1)),
    ("support_unknown", lambda o, _: desk.update(*kr(o), told=[UNKNOWN])),
    ("nothing_left", lambda o, _: desk.update(*kr(o))),
    ("nothing_left", lambda o, _: desk.update(*kr(o), told_at="2031-03-01T00:00:00Z")),
    ("mission_unknown", lambda o, _: desk.end(*kr(o), mission="MINUSMA")),
    ("mission_unknown", lambda o, _: desk.request(*kr(o), mission="MINUSMA", lines=[WATER])),
    ("class_unknown", lambda o, _: desk.request(*kr(o), lines=[("0000", ("1", "EA"))])),
    ("lines_missing", lambda o, _: desk.offer(*jp(o), paid_by_un=False)),
    ("request_unknown", lambda o, _: desk.offer(*jp(o), request=UNKNOWN, paid_by_un=False)),
    ("request_unknown", lambda o, offer: desk.offer(*jp(o), request=offer, paid_by_un=False)),
    ("offer_unknown", lambda o, _: desk.accept(*kr(o), offer=UNKNOWN)),
    ("offer_own", lambda o, offer: desk.accept(*jp(o), offer=offer)),
    ("offer_unknown", lambda o, _: desk.fulfil(*jp(o), offer=UNKNOWN)),
    ("offer_of_other", lambda o, offer: desk.fulfil(*kr(o), offer=offer)),
    ("offer_open", lambda o, offer: desk.fulfil(*jp(o), offer=offer)),
    ("line_unknown", lambda o, offer: desk.fulfil(*jp(o), offer=offer, life_in_danger=True, furnished=[part(2, "1")])),
    (
        "beyond_offer",
        lambda o, offer: desk.fulfil(*jp(o), offer=offer, life_in_danger=True, furnished=[part(1, "5000.1")]),
    ),
]


def part(line: int, quantity: str) -> Portion:
    return Portion(line=line, quantity=quantity)


@pytest.mark.parametrize(("code", "verb"), ERRORS)
def test_what_is_out_of_order_is_an_error(code: str, verb: Verb) -> None:
    operation = joined()
    offer = operation.offered()
    with pytest.raises(UsageError) as caught:
        verb(operation, offer)
    assert (caught.value.code, bool(caught.value.action)) == (code, True)


@pytest.mark.parametrize(
    ("code", "verb"),
    [
        ("mission_unclear", lambda o: desk.update(*jp(o), strength=1)),
        ("mission_unclear", lambda o: desk.end(*jp(o))),
        ("mission_unclear", lambda o: desk.request(*jp(o), lines=[WATER])),
        ("mission_unclear", lambda o: desk.offer(*jp(o), lines=[WATER], paid_by_un=False)),
        ("not_joined", lambda o: desk.update(*jp(o), mission=MISSION, strength=1)),
        ("not_joined", lambda o: desk.end(*jp(o), mission=MISSION)),
        ("not_joined", lambda o: desk.request(*jp(o), mission=MISSION, lines=[WATER])),
        ("not_joined", lambda o: desk.offer(*jp(o), mission=MISSION, lines=[WATER], paid_by_un=False)),
    ],
)
def test_who_is_in_no_operation_joins_one_first(code: str, verb: Callable[[Operation], Draft]) -> None:
    operation = Operation()
    operation.take("mission.join", "KR", JOIN)
    with pytest.raises(UsageError) as caught:
        verb(operation)
    assert (caught.value.code, "mission join" in caught.value.action) == (code, True)


def test_of_two_operations_one_is_named() -> None:
    operation = joined()
    operation.take("mission.join", "KR", {**JOIN, "mission": "MINUSMA"})
    with pytest.raises(UsageError, match="`MINUSMA`, `UNMISS`"):
        desk.request(*kr(operation), lines=[WATER])
    operation.take("mission.end", "KR", {"mission": MISSION, "day": "2031-03-01"})
    assert members(desk.request(*kr(operation), lines=[WATER]))["mission"] == "MINUSMA"


def test_what_was_done_is_not_done_again() -> None:
    operation = joined()
    offer = operation.accepted()
    with pytest.raises(UsageError, match="was accepted before"):
        desk.accept(*kr(operation), offer=offer)
    operation.take("support.fulfil", "JP", {"offer": offer, "furnished": [{"line": 1, "quantity": "4000"}]})
    with pytest.raises(UsageError, match="`1000` left of it") as caught:
        desk.fulfil(*jp(operation), offer=offer, furnished=[part(1, "1000.5")])
    assert caught.value.code == "beyond_offer"
    operation.take("support.fulfil", "JP", {"offer": offer})
    with pytest.raises(UsageError, match="was given"):
        desk.fulfil(*jp(operation), offer=offer)
    operation.take("mission.end", "KR", {"mission": MISSION, "day": "2031-03-10"})
    with pytest.raises(UsageError, match="on 2031-03-10") as caught:
        desk.end(*kr(operation), mission=MISSION, day="2031-03-10")
    assert caught.value.code == "already_left"


def test_an_own_request_is_answered_by_the_other_party() -> None:
    operation = joined()
    request = operation.take("support.request", "JP", REQUEST)
    with pytest.raises(UsageError) as caught:
        desk.offer(*jp(operation), request=request, paid_by_un=False)
    assert caught.value.code == "request_own"
    asked = operation.take("support.request", "KR", REQUEST)
    operation.take("mission.join", "JP", {**JOIN, "mission": "MINUSMA"})
    with pytest.raises(UsageError) as caught:
        desk.offer(*jp(operation), request=asked, mission="MINUSMA", paid_by_un=False)
    assert caught.value.code == "request_unknown"


def test_a_wrong_member_is_an_error_of_form() -> None:
    operation = joined()
    offer = operation.accepted()
    with pytest.raises(MalformedError):
        desk.request(*kr(operation), lines=[{**WATER, "quantity": "much"}])
    with pytest.raises(MalformedError):
        desk.fulfil(*jp(operation), offer=offer, furnished=[{"line": 1, "quantity": "0"}])
    with pytest.raises(MalformedError):
        desk.end(*kr(operation), day="soon")


def test_joining_takes_over_the_mandate_of_the_other_contingent() -> None:
    operation = Operation()
    first = desk.join(*kr(operation), mission=MISSION, mandate=MANDATE, **SERVES)
    assert (members(first), first.causes) == (JOIN, ())
    operation.take("mission.join", "KR", JOIN)
    site = {"code": "CAMP-N", "place": "third_territory"}
    second = desk.join(*jp(operation), mission=MISSION, sites=[site], **SERVES)
    assert members(second) == {**JOIN, "sites": [site]}
    assert second.agreement == AGREEMENT
    own = Mandate(resolution="9002", from_day=date(2030, 7, 1))
    third = desk.join(*jp(operation), mission=MISSION, mandate=own, **SERVES)
    assert members(third)["mandate"] == {"resolution": "9002", "from_day": "2030-07-01"}


def test_a_contingent_joins_again_once_it_said_that_it_leaves() -> None:
    operation = joined()
    operation.take("mission.end", "KR", {"mission": MISSION, "day": "2031-06-30"})
    assert members(desk.join(*kr(operation), mission=MISSION, **SERVES)) == JOIN


def test_leaving_is_of_today_and_rests_on_the_joining() -> None:
    operation = joined()
    join = operation.board.missions[MISSION].parts["KR"].stay.joined_by
    late = operation.seat("KR", "2031-03-01T15:00+00:00")
    leaving = desk.end(operation.state, late)
    assert (members(leaving), leaving.causes) == ({"mission": MISSION, "day": "2031-03-02"}, (join,))
    later = desk.end(*kr(operation), day="2031-06-30", note="rotation")
    assert members(later) == {"mission": MISSION, "day": "2031-06-30", "note": "rotation"}


def test_a_need_is_of_the_operation_and_the_place_of_the_contingent() -> None:
    operation = joined()
    needing = desk.request(*kr(operation), lines=[WATER, ("8920", ("400", "KGM"))], priority=1, until_day="2031-03-20")
    bread = {
        "item": {"text": "Bakery and Cereal Products", "supply_class": "8920"},
        "quantity": "400",
        "unit": "KGM",
        "serves_weapon": False,
    }
    assert members(needing) == {
        **REQUEST,
        "lines": [WATER, bread],
        "priority": 1,
        "until_day": "2031-03-20",
    }
    assert needing.causes == ()


def test_an_offer_takes_over_what_was_asked_for() -> None:
    operation = joined()
    asked = {**REQUEST, "lines": [WATER, BREAD], "place": "high_seas", "life_in_danger": True, "priority": 1}
    request = operation.take("support.request", "KR", asked)
    offering = desk.offer(*jp(operation), request=request, route="through_mission", paid_by_un=False)
    assert members(offering) == {
        **OFFER,
        "lines": [WATER, BREAD],
        "place": "high_seas",
        "life_in_danger": True,
        "route": "through_mission",
        "request": request,
    }
    assert offering.causes == (request,)
    other = desk.offer(
        *jp(operation),
        request=request,
        lines=[BREAD],
        place="third_territory",
        life_in_danger=False,
        paid_by_un=True,
        note="bread only",
    )
    assert members(other) == {
        **{name: value for name, value in OFFER.items() if name != "route"},
        "lines": [BREAD],
        "paid_by_un": True,
        "request": request,
        "note": "bread only",
    }


def test_an_offer_that_nobody_asked_for_is_of_the_own_operation() -> None:
    operation = joined()
    line = desk.line("8960", ("5000", "LTR"), text="drinking water", category="water")
    offering = desk.offer(*jp(operation), lines=[line], route="between_contingents", paid_by_un=False)
    assert (members(offering), offering.causes) == (OFFER, ())


def test_giving_gives_what_is_left_and_rests_on_offer_acceptance_and_word() -> None:
    operation = joined()
    offer = operation.accepted(lines=[WATER, BREAD])
    accepted = operation.last
    giving = desk.fulfil(*jp(operation), offer=offer)
    whole = [{"line": 1, "quantity": "5000"}, {"line": 2, "quantity": "400"}]
    assert (members(giving), giving.causes) == ({"offer": offer, "furnished": whole}, (offer, accepted))
    told = operation.told(offer)
    operation.take("support.fulfil", "JP", {"offer": offer, "furnished": [{"line": 1, "quantity": "4999.5"}]})
    rest = desk.fulfil(*jp(operation), offer=offer, furnished=[], note="the rest")
    assert members(rest)["furnished"] == [{"line": 1, "quantity": "0.5"}, {"line": 2, "quantity": "400"}]
    assert rest.causes == (offer, accepted, told)
    operation.told(offer, by="KR")
    assert desk.fulfil(*jp(operation), offer=offer).causes == (offer, accepted, told)
    sudden = operation.offered()
    urgent = desk.fulfil(*jp(operation), offer=sudden, life_in_danger=True)
    assert (members(urgent)["life_in_danger"], urgent.causes) == (True, (sudden,))


def test_accepting_rests_on_the_offer() -> None:
    operation = joined()
    offer = operation.offered()
    accepting = desk.accept(*kr(operation), offer=offer, note="at the camp")
    assert (members(accepting), accepting.causes) == ({"offer": offer, "note": "at the camp"}, (offer,))


def test_word_is_of_all_that_was_not_told_yet() -> None:
    operation = joined()
    accepted, urgent = operation.accepted(), operation.offered()
    gave = operation.take("support.fulfil", "JP", {"offer": urgent, "life_in_danger": True})
    telling = desk.update(*jp(operation))
    assert (members(telling), set(telling.causes)) == (
        {"mission": MISSION, "told": list(telling.causes)},
        {accepted, gave},
    )
    hour = "2031-03-01T00:00:00Z"
    assert members(desk.update(*kr(operation), told_at=hour)) == {
        "mission": MISSION,
        "told": [accepted],
        "told_at": hour,
    }
    operation.told(accepted, gave)
    with pytest.raises(UsageError, match="told of all support"):
        desk.update(*jp(operation))


def test_word_of_an_offer_is_word_of_what_was_given_on_it_untold() -> None:
    operation = joined()
    offer = operation.accepted()
    gave = operation.take(
        "support.fulfil", "JP", {"offer": offer, "furnished": [{"line": 1, "quantity": "1"}], "life_in_danger": True}
    )
    telling = desk.update(*jp(operation), told=[offer])
    assert (members(telling)["told"], telling.causes) == ([offer, gave], (offer, gave))
    other = desk.update(*kr(operation), told=[offer])
    assert other.causes == (offer,)


def test_a_change_tells_of_no_support() -> None:
    operation = joined()
    operation.accepted()
    join = operation.board.missions[MISSION].parts["JP"].stay.joined_by
    changes: tuple[dict[str, Any], ...] = (
        {"strength": 260},
        {"mandate": MANDATE},
        {"reference": "DOS-44"},
        {"note": "moved"},
    )
    for change in changes:
        update = desk.update(*jp(operation), **change)
        assert (members(update), update.causes) == ({"mission": MISSION, **change}, (join,))


def test_a_contingent_that_left_may_still_tell() -> None:
    operation = joined()
    offer = operation.accepted()
    operation.take("mission.end", "JP", {"mission": MISSION, "day": "2031-02-01"})
    assert desk.update(*jp(operation), mission=MISSION, told=[offer]).causes == (offer,)


@pytest.mark.parametrize(
    ("field", "verb"),
    [
        ("lines", lambda o, _: desk.request(*kr(o), lines=["8960"])),
        ("lines", lambda o, _: desk.request(*kr(o), lines=["8960:1:LTR:water:cold"])),
        ("quantity", lambda o, _: desk.request(*kr(o), lines=["8960:much:LTR"])),
        ("unit", lambda o, _: desk.request(*kr(o), lines=["8960:1:QQ"])),
        ("category", lambda o, _: desk.request(*kr(o), lines=["8960:1:LTR:cold water"])),
        ("furnished", lambda o, offer: desk.fulfil(*jp(o), offer=offer, furnished=["1"])),
        ("furnished", lambda o, offer: desk.fulfil(*jp(o), offer=offer, furnished=["one:1"])),
        ("furnished", lambda o, offer: desk.fulfil(*jp(o), offer=offer, furnished=["-1:1"])),
        ("furnished", lambda o, offer: desk.fulfil(*jp(o), offer=offer, furnished=["1000:1"])),
        ("line", lambda o, offer: desk.fulfil(*jp(o), offer=offer, furnished=["0:1"])),
        ("quantity", lambda o, offer: desk.fulfil(*jp(o), offer=offer, furnished=["1:"])),
        ("mandate", lambda o, _: desk.update(*kr(o), mandate="9001")),
        ("mandate", lambda o, _: desk.update(*kr(o), mandate="2031-01-01")),
        ("mandate.from_day", lambda o, _: desk.update(*kr(o), mandate="soon,9001")),
        ("mandate.resolution", lambda o, _: desk.update(*kr(o), mandate="2031-01-01, ")),
        ("mandate.until_day", lambda o, _: desk.update(*kr(o), mandate="2031-01-01/soon,9001")),
        ("until_day", lambda o, _: desk.update(*kr(o), mandate="2031-01-01/2030-01-01,9001")),
    ],
)
def test_what_is_written_in_short_is_of_its_form(field: str, verb: Verb) -> None:
    operation = joined()
    offer = operation.accepted()
    with pytest.raises(MalformedError) as caught:
        verb(operation, offer)
    assert f"{field}`" in caught.value.message


def test_lines_portions_and_mandates_are_written_in_short() -> None:
    operation = joined()
    needing = desk.request(*kr(operation), lines=[" 8960 : 5000 : LTR : water ", "8920:400:KGM"])
    assert members(needing)["lines"] == [
        {**WATER, "item": {"text": "Beverages, Nonalcoholic", "supply_class": "8960", "category": "water"}},
        {**BREAD, "item": {"text": "Bakery and Cereal Products", "supply_class": "8920"}},
    ]
    offer = operation.accepted(lines=[WATER, BREAD])
    giving = desk.fulfil(*jp(operation), offer=offer, furnished=["2:40", "1: 0.5"])
    assert members(giving)["furnished"] == [{"line": 2, "quantity": "40"}, {"line": 1, "quantity": "0.5"}]
    assert portion_of("200:1") == Portion(line=200, quantity="1")
    for written, mandate in (
        ("2030-07-01/2031-12-31, exercise resolution 9001 (2030)", MANDATE),
        ("2031-01-01,9002, renewed", {"resolution": "9002, renewed", "from_day": "2031-01-01"}),
    ):
        assert members(desk.update(*kr(operation), mandate=written)) == {"mission": MISSION, "mandate": mandate}
