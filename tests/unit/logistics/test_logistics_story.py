"""An order from need to settlement under the exercise agreement: refusals first, then the story as desks draft it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from servanda.act.content import write
from servanda.act.ruling import Ground, Permit, Refusal
from servanda.base import canon
from servanda.domains.logistics import desk
from servanda.domains.logistics.book import Step, step_of
from servanda.domains.logistics.state import broken
from tests.unit.logistics.trade import FUEL, ORDER, SUPPLIERS, WHOLE, Trade

PLACE = "logistics.order.place"


def line(**members: Any) -> dict[str, Any]:
    item = {"text": members.pop("text", "item"), **members}
    return {**FUEL, "item": item}


def forbidden(*cites: str, line: int | None = None) -> Refusal:
    return Refusal(ground=Ground.FORBIDDEN, cites=cites, line=line)


ROUNDS = [
    line(text="10,000 rounds 5.56 mm", supply_class="1305"),
    line(text="10,000 rounds 5.56 mm", category="food"),
    line(text="emergency rations", supply_class="8970", un_number="0012"),
    line(text="emergency rations", supply_class="8970", customs="9306.30"),
    line(text="소총탄 1만 발", category="medical"),
    line(text="小銃弾 1万発", supply_class="8970"),
    line(text="spare part", supply_class="5340", former_classes=["1005"]),
    line(
        text="first aid kit", supply_class="6545", components=[{"text": "bandage"}, {"text": "flare"}, {"text": "弾薬"}]
    ),
    line(text="field kit", supply_class="2590", end_item="1010"),
]


@pytest.mark.parametrize("rounds", ROUNDS)
def test_ammunition_is_refused_in_any_disguise_and_in_any_emergency(rounds: Mapping[str, Any]) -> None:
    order = {**ORDER, "lines": [rounds], "life_in_danger": True}
    assert Trade().say(PLACE, "JP", order, "order-1") == forbidden("3.2", "3.5")


@pytest.mark.parametrize(
    "service",
    [
        line(text="repair", category="repair", service_on="155 mm howitzer"),
        line(text="transport to Bor", category="transport", carries="탄약과 소총탄"),
    ],
)
def test_a_service_on_a_weapon_is_refused_whatever_is_claimed(service: Mapping[str, Any]) -> None:
    assert Trade().say(PLACE, "JP", {**ORDER, "lines": [service]}, "order-1") == forbidden("3.2", "3.3", "3.5")


def test_goods_that_are_barred_are_neither_issued_received_nor_passed_on() -> None:
    trade = Trade()
    order = trade.take(PLACE, "JP", {**ORDER, "lines": [ROUNDS[0]], "place": "high_seas"}, "order-1")
    trade.take("logistics.order.accept", "KR", {"order": order, "elements": SUPPLIERS}, "order-1")
    portion = [{"line": 1, "quantity": "10"}]
    issue = trade.judged("logistics.goods.issue", "KR", {"order": order, "furnished": portion}, "supply-1")[0]
    assert issue == forbidden("3.2", "3.5")
    receive = {"order": order, "received": portion}
    assert trade.judged("logistics.goods.receive", "JP", receive, "supply-1")[0] == forbidden("3.2", "4.3")
    passed = {"order": order, "passed": portion, "to": "mission"}
    assert trade.judged("logistics.goods.transfer", "JP", passed, "supply-1")[0] == forbidden("3.2", "5.2")
    trade.take("logistics.goods.receive", "JP", receive, "supply-1")
    back = {"order": order, "returned": portion}
    assert trade.judged("logistics.goods.return", "JP", back, "supply-1")[0] == Permit(cites=("6.1",))
    more = {"order": order, "returned": [{"line": 1, "quantity": "11"}]}
    assert trade.judged("logistics.goods.return", "JP", more, "supply-1")[0] == forbidden("3.2")
    other = {"order": order, "returned": [{"line": 1, "quantity": "10", "item": {"text": "grenades"}}]}
    assert trade.judged("logistics.goods.return", "JP", other, "supply-1")[0] == forbidden("3.2")


@pytest.mark.parametrize(
    ("change", "officer", "ruling"),
    [
        ({"for_combat": True}, "order-1", forbidden("5.1")),
        ({"place": "kr_territory"}, "order-1", forbidden("9.1")),
        ({"place": "somewhere"}, "order-1", forbidden("9.1")),
        ({"activity": "parade"}, "order-1", Refusal(ground=Ground.SILENT)),
        ({"settlement": None}, "order-1", forbidden("6.1")),
        ({"supplier": "JP"}, "order-1", Refusal(ground=Ground.SILENT)),
        ({"supplier": "US"}, "order-1", Refusal(ground=Ground.UNJUDGEABLE, missing=("supplier_acts",))),
        ({"lines": [{**FUEL, "serves_weapon": True}]}, "order-1", forbidden("3.3")),
        ({"lines": [line(text="vest", supply_class="8470", category="clothing")]}, "order-1", forbidden("3.5")),
        ({"lines": [line(text="cigarettes", supply_class="8975")]}, "order-1", forbidden("3.5")),
        ({"lines": [{**FUEL, "unit_price": "12.6"}]}, "order-1", forbidden("4.4")),
        ({"lines": [{**FUEL, "unit_price": "1.26"}]}, "order-2", forbidden("4.4")),
        ({}, "supply-1", forbidden("4.1", "4.4")),
        ({"lines": [FUEL, FUEL, ROUNDS[0]]}, "order-1", forbidden("3.2", "3.5", line=3)),
    ],
)
def test_an_order_is_refused(change: Mapping[str, Any], officer: str, ruling: Refusal) -> None:
    members = {name: value for name, value in {**ORDER, **change}.items() if value is not None}
    assert Trade().say(PLACE, "JP", members, officer) == ruling


def test_fuel_from_need_to_settlement_as_the_desks_draft_it() -> None:
    trade = Trade()
    kr, jp = trade.seat("KR"), trade.seat("JP")
    fuel = desk.line("9130", ("40000", "LTR"), unit_price="1.05")
    terms: dict[str, Any] = {"activity": "un_peacekeeping", "place": "third_territory", "settlement": "cash"}
    placed = desk.order(trade.state, jp, **terms, lines=[fuel], elements=WHOLE)
    assert trade.send(placed, "JP", "order-1") == Permit(cites=("3.1",))
    order = trade.last
    assert trade.send(desk.accept(trade.state, kr, order=order, elements=SUPPLIERS), "KR", "order-1") == Permit(
        cites=("3.1",)
    )
    part = desk.issue(trade.state, kr, order=order, furnished=[{"line": 1, "quantity": "15000", "lot": "A-1"}])
    assert trade.send(part, "KR", "supply-1") == Permit(cites=("3.1",))
    assert trade.send(desk.receive(trade.state, jp, order=order), "JP", "supply-1") == Permit(cites=("3.1",))
    assert step_of(trade.book.orders[order], trade.book) is Step.PART_RECEIVED
    assert trade.send(desk.issue(trade.state, kr, order=order), "KR", "supply-1") == Permit(cites=("3.1",))
    assert trade.send(desk.receive(trade.state, jp, order=order), "JP", "supply-1") == Permit(cites=("3.1",))
    asked = desk.invoice(trade.state, kr, order=order, price_basis="own_forces", paid_by_un=False)
    assert trade.send(asked, "KR", "money-1") == Permit(cites=("6.1",))
    paid = desk.settle(trade.state, jp, invoices=[trade.last])
    assert trade.send(paid, "JP", "money-1") == Permit(cites=("6.1",))
    assert paid.payload is not None
    assert write(paid.payload) == {
        "mode": "cash",
        "invoices": paid.causes,
        "currency": "USD",
        "amount": "42000.00",
    }
    [listed] = desk.orders(trade.state, "kr-jp-b")
    assert (listed.step, listed.next, listed.missing) == (Step.SETTLED, "", ())
    assert broken(trade.book) == ()
    assert not trade.book.out_of_order
    late = "2032-12-01T09:00+09:00"
    assert {duty.does for duty in trade.duties(late) if duty.met_at is None} == {
        "logistics.statement.sign",
        "agreement.registration.lodge",
    }


def test_food_may_go_first_when_a_life_is_in_danger() -> None:
    trade = Trade()
    kr, jp = trade.seat("KR"), trade.seat("JP")
    food = {**FUEL, "item": {"text": "전투식량", "supply_class": "8970", "category": "food"}, "unit": "EA"}
    content = {**ORDER, "lines": [food]}
    del content["elements"]
    calm = desk.issue(trade.state, kr, content=content)
    assert trade.send(calm, "KR", "supply-1") == forbidden("4.2")
    fuel_first = desk.issue(trade.state, kr, content=ORDER, life_in_danger=True)
    assert trade.send(fuel_first, "KR", "supply-1") == forbidden("4.2")
    first = desk.issue(trade.state, kr, content=content, life_in_danger=True)
    assert trade.send(first, "KR", "supply-1") == Permit(cites=("3.1",))
    order = trade.last
    [owed] = [duty for duty in trade.duties() if duty.started_by == order]
    assert (owed.debtor, owed.does, owed.paragraph) == ("JP", "logistics.goods.receive", "4.3")
    bare = desk.receive(trade.state, jp, order=order)
    assert trade.send(bare, "JP", "supply-1") == forbidden("4.3")
    signed = desk.receive(trade.state, jp, order=order, elements={**WHOLE, **SUPPLIERS})
    assert trade.send(signed, "JP", "supply-1") == Permit(cites=("3.1",))
    assert trade.book.orders[order].both_signed
    assert [duty.met_by for duty in trade.duties() if duty.started_by == order] == [trade.last]
    assert broken(trade.book) == ()


def test_an_item_in_doubt_is_ordered_once_both_have_passed_exactly_it() -> None:
    trade = Trade()
    vest = {"text": "body armour, female", "supply_class": "8470", "category": "clothing"}
    order = {**ORDER, "lines": [{**FUEL, "item": vest, "unit": "EA", "quantity": "4"}]}
    assert trade.say(PLACE, "JP", order, "order-1") == forbidden("3.5")
    for party in ("KR", "JP"):
        assert trade.say(PLACE, "JP", order, "order-1") == forbidden("3.5")
        passing = desk.pass_item(trade.state, trade.seat(party), subject=vest, why="protective, worn by medics")
        assert trade.send(passing, party, "review-1") == Permit(cites=("3.5",))
    assert trade.say(PLACE, "JP", order, "order-1") == Permit(cites=("3.1",))
    other = {**vest, "text": "body armour, male"}
    assert trade.say(PLACE, "JP", {**order, "lines": [{**FUEL, "item": other}]}, "order-1") == forbidden("3.5")
    again = desk.pass_item(trade.state, trade.seat("KR"), subject=vest, why="once more")
    assert trade.send(again, "KR", "review-1") == Refusal(ground=Ground.SILENT)
    for barred in (ROUNDS[0]["item"], ROUNDS[1]["item"]):
        passing = desk.pass_item(trade.state, trade.seat("KR"), subject=barred, why="asked for by the mission")
        assert trade.send(passing, "KR", "review-1") == Refusal(ground=Ground.SILENT)


def test_a_great_order_is_placed_once_both_members_have_cleared_exactly_it() -> None:
    trade = Trade()
    great = {**ORDER, "lines": [{**FUEL, "unit_price": "20"}]}
    for party in ("JP", "KR"):
        assert trade.say(PLACE, "JP", great, "order-2") == forbidden("4.4")
        clearing = desk.clear_order(trade.state, trade.seat(party), subject=great)
        assert trade.send(clearing, party, "member-1") == Permit(cites=("4.4",))
    greater = {**ORDER, "lines": [{**FUEL, "unit_price": "20.01"}]}
    assert trade.say(PLACE, "JP", greater, "order-2") == forbidden("4.4")
    assert trade.say(PLACE, "JP", great, "order-2") == Permit(cites=("3.1",))
    taken = desk.accept(trade.state, trade.seat("KR"), order=trade.last, elements=SUPPLIERS)
    assert trade.send(taken, "KR", "order-2") == Permit(cites=("3.1",))


def test_support_on_the_soil_of_a_party_needs_its_invitation_for_that_activity_and_day() -> None:
    trade = Trade()
    there = {**ORDER, "place": "kr_territory", "activity": "disaster_relief"}
    stranger = desk.invite(trade.state, trade.seat("JP"), activity="disaster_relief", place="kr_territory")
    assert trade.send(stranger, "JP", "envoy-1") == Refusal(ground=Ground.SILENT)
    days: dict[str, Any] = {"from_day": "2031-03-02", "until_day": "2031-03-31"}
    hosting = desk.invite(trade.state, trade.seat("KR"), activity="disaster_relief", **days)
    assert trade.send(hosting, "KR", "envoy-1") == Permit(cites=("9.1",))
    assert trade.say(PLACE, "JP", there, "order-1") == forbidden("9.1")
    assert trade.say(PLACE, "JP", there, "order-1", "2031-04-01T00:00+09:00") == forbidden("9.1")
    assert trade.say(
        PLACE, "JP", {**there, "activity": "evacuation"}, "order-1", "2031-03-02T00:00+09:00"
    ) == forbidden("9.1")
    assert trade.say(PLACE, "JP", there, "order-1", "2031-03-31T23:59+09:00") == Permit(cites=("3.1",))


def received_in_kind(trade: Trade, quantity: str = "40000") -> str:
    """An order in kind, all steps to the receipt."""
    elements = {**WHOLE, "return_day": "2032-02-01", "return_place": "Juba airfield"}
    assert isinstance(
        trade.say(PLACE, "JP", {**ORDER, "settlement": "in_kind", "elements": elements}, "order-1"), Permit
    )
    order = trade.last
    kr, jp = trade.seat("KR"), trade.seat("JP")
    portion = [{"line": 1, "quantity": quantity, "lot": "A-1"}]
    assert isinstance(
        trade.send(desk.accept(trade.state, kr, order=order, elements=SUPPLIERS), "KR", "order-1"), Permit
    )
    assert isinstance(trade.send(desk.issue(trade.state, kr, order=order, furnished=portion), "KR", "supply-1"), Permit)
    assert isinstance(trade.send(desk.receive(trade.state, jp, order=order), "JP", "supply-1"), Permit)
    return order


def test_an_exchange_needs_the_day_and_place_of_giving_back() -> None:
    trade = Trade()
    assert isinstance(trade.say(PLACE, "JP", {**ORDER, "settlement": "in_kind"}, "order-1"), Permit)
    [listed] = desk.orders(trade.state, "kr-jp-b")
    assert (
        listed.missing == ("payee", "payment_address", "issuing_organisation", "transfer")
        or "transfer" in listed.missing
    )
    order = trade.last
    trade.send(desk.accept(trade.state, trade.seat("KR"), order=order, elements=SUPPLIERS), "KR", "order-1")
    assert trade.send(desk.issue(trade.state, trade.seat("KR"), order=order), "KR", "supply-1") == forbidden("4.2")


def test_goods_in_kind_go_back_and_then_nothing_is_owed() -> None:
    trade = Trade()
    order = received_in_kind(trade)
    assert desk.orders(trade.state, "kr-jp-b")[0].next == "JP gives back"
    back = desk.return_goods(trade.state, trade.seat("JP"), order=order)
    assert trade.send(back, "JP", "supply-1") == Permit(cites=("6.1",))
    assert step_of(trade.book.orders[order], trade.book) is Step.SETTLED
    assert [duty.met_by for duty in trade.duties() if duty.does == "logistics.goods.return"] == [trade.last]


def test_a_receiver_long_late_gets_nothing_but_food_water_and_medical_help() -> None:
    trade = Trade()
    received_in_kind(trade)
    food = {**ORDER, "lines": [{**FUEL, "item": {"text": "bread", "supply_class": "8920"}, "unit": "KGM"}]}
    orders = []
    for wanted in (ORDER, food):
        trade.say(PLACE, "JP", wanted, "order-1")
        orders.append(trade.last)
    accept = "logistics.order.accept"
    in_time, late = "2032-05-29T09:00+09:00", "2032-05-29T09:01+09:00"
    for order, at, ruling in (
        (orders[0], in_time, Permit(cites=("3.1",))),
        (orders[0], late, forbidden("6.4")),
        (orders[1], late, Permit(cites=("3.1",))),
    ):
        assert trade.judged(accept, "KR", {"order": order}, "order-1", at)[0] == ruling
    [line] = trade.facts(accept, "KR", {"order": orders[0]}, "order-1", late)
    assert line["receiver_overdue_days"] == 91


def test_a_debt_that_became_money_ends_with_the_paid_invoice() -> None:
    trade = Trade()
    order = received_in_kind(trade)
    trade.say(PLACE, "JP", ORDER, "order-1")
    waiting = trade.last
    late = "2033-01-10T09:00+09:00"
    accept = ("logistics.order.accept", "KR", {"order": waiting}, "order-1", late)
    assert trade.judged(*accept)[0] == forbidden("6.4")
    own_word = {"mode": "in_kind", "orders": [order]}
    trade.take("logistics.settlement.agree", "JP", own_word, "money-1", late)
    assert trade.judged(*accept)[0] == forbidden("6.4")
    trade.send(
        desk.invoice(trade.state, trade.seat("KR"), order=order, price_basis="own_forces", paid_by_un=False),
        "KR",
        "money-1",
        late,
    )
    trade.send(desk.settle(trade.state, trade.seat("JP"), invoices=[trade.last]), "JP", "money-1", late)
    assert trade.judged(*accept)[0] == Permit(cites=("3.1",))


def test_three_people_order_receive_and_settle() -> None:
    trade = Trade()
    assert isinstance(trade.say(PLACE, "JP", ORDER, "all-1"), Permit)
    order = trade.last
    trade.send(desk.accept(trade.state, trade.seat("KR"), order=order, elements=SUPPLIERS), "KR", "order-1")
    trade.send(desk.issue(trade.state, trade.seat("KR"), order=order), "KR", "supply-1")
    receipt = desk.receive(trade.state, trade.seat("JP"), order=order)
    assert trade.send(receipt, "JP", "all-1") == forbidden("4.5")
    assert trade.send(receipt, "JP", "supply-1") == Permit(cites=("3.1",))


def test_leave_to_pass_goods_on_holds_for_what_was_asked() -> None:
    trade = Trade()
    order = received_in_kind(trade)
    passed = [{"line": 1, "quantity": "100"}]
    mission = desk.transfer(trade.state, trade.seat("JP"), order=order, passed=passed, to="mission")
    assert trade.send(mission, "JP", "supply-1") == forbidden("5.2")
    own = desk.give_consent
    asking = desk.ask_consent(trade.state, trade.seat("JP"), order=order, to="mission")
    assert trade.send(asking, "JP", "supply-1") == Permit(cites=("5.2",))
    ask = trade.last
    assert trade.send(own(trade.state, trade.seat("JP"), ask=ask), "JP", "supply-1") == Refusal(ground=Ground.SILENT)
    assert trade.send(own(trade.state, trade.seat("KR"), ask=ask), "KR", "supply-1") == Permit(cites=("5.2",))
    leave = trade.last
    mission = desk.transfer(trade.state, trade.seat("JP"), order=order, passed=passed, to="mission")
    assert mission.causes == (order, leave)
    assert trade.send(mission, "JP", "supply-1") == Permit(cites=("5.2",))
    third = desk.transfer(trade.state, trade.seat("JP"), order=order, passed=passed, to="third state")
    assert trade.send(third, "JP", "supply-1") == forbidden("5.2")


@pytest.mark.parametrize(
    ("change", "cites"),
    [
        ({"surcharges": [{"name": "handling", "amount": "10"}]}, ("7.1",)),
        ({"lines": [{"line": 1, "quantity": "40000", "unit_price": "1.06"}]}, ("7.1",)),
        ({"currency": "KRW"}, ("7.1",)),
        ({"price_basis": "other"}, ("7.1",)),
        ({"taxes": [{"name": "fuel tax", "amount": "10"}]}, ("7.2",)),
        ({"paid_by_un": True}, ("8.4",)),
    ],
)
def test_an_invoice_is_refused(change: Mapping[str, Any], cites: tuple[str, ...]) -> None:
    trade = Trade()
    order = received_in_kind(trade)
    invoice = {
        "order": order,
        "currency": "USD",
        "lines": [{"line": 1, "quantity": "40000", "unit_price": "1.05"}],
        "price_basis": "own_forces",
        "paid_by_un": False,
    }
    assert trade.judged("logistics.invoice.raise", "KR", invoice, "money-1")[0] == Permit(cites=("6.1",))
    assert trade.judged("logistics.invoice.raise", "JP", invoice, "money-1")[0] == Refusal(ground=Ground.SILENT)
    assert trade.judged("logistics.invoice.raise", "KR", {**invoice, **change}, "money-1")[0] == forbidden(*cites)


def test_a_tax_named_in_the_order_may_be_invoiced() -> None:
    trade = Trade()
    order = trade.take(PLACE, "JP", {**ORDER, "taxes": ["fuel tax"]}, "order-1")
    invoice = {
        "order": order,
        "currency": "USD",
        "lines": [{"line": 1, "quantity": "1", "unit_price": "1.05"}],
        "taxes": [{"name": "fuel tax", "amount": "0.1"}],
        "price_basis": "own_forces",
        "paid_by_un": False,
    }
    assert trade.judged("logistics.invoice.raise", "KR", invoice, "money-1")[0] == Permit(cites=("6.1",))


def test_a_receipt_cannot_change_how_an_order_is_settled() -> None:
    trade = Trade()
    trade.say(PLACE, "JP", ORDER, "order-1")
    order = trade.last
    trade.send(desk.accept(trade.state, trade.seat("KR"), order=order, elements=SUPPLIERS), "KR", "order-1")
    trade.send(desk.issue(trade.state, trade.seat("KR"), order=order), "KR", "supply-1")
    changed = desk.receive(trade.state, trade.seat("JP"), order=order, settlement="in_kind")
    assert trade.send(changed, "JP", "supply-1") == forbidden("6.1")


@pytest.mark.parametrize(
    ("reason", "ruling"),
    [
        ("none_given", forbidden("4.6")),
        ("outside_difference", forbidden("4.6")),
        ("own_need", Permit(cites=("4.6",))),
    ],
)
def test_an_order_is_withdrawn_for_a_reason_of_the_agreement(reason: str, ruling: Refusal | Permit) -> None:
    trade = Trade()
    trade.say(PLACE, "JP", ORDER, "order-1")
    order = trade.last
    trade.send(desk.accept(trade.state, trade.seat("KR"), order=order, elements=SUPPLIERS), "KR", "order-1")
    withdrawing = desk.withdraw(trade.state, trade.seat("KR"), order=order, reason=reason)
    assert trade.send(withdrawing, "KR", "order-1") == ruling
    issue = {"order": order, "furnished": [{"line": 1, "quantity": "1"}]}
    stands = isinstance(ruling, Refusal)
    assert trade.judged("logistics.goods.issue", "KR", issue, "supply-1")[0] == (
        Permit(cites=("3.1",)) if stands else forbidden("4.2")
    )


def test_an_order_is_declined_by_the_party_that_would_supply_alone() -> None:
    trade = Trade()
    trade.say(PLACE, "JP", ORDER, "order-1")
    order = trade.last
    own = trade.judged("logistics.order.decline", "JP", {"order": order}, "order-1")[0]
    assert own == Refusal(ground=Ground.SILENT)
    declined = desk.decline(trade.state, trade.seat("KR"), order=order)
    assert trade.send(declined, "KR", "order-1") == Permit(cites=("3.1",))
    assert desk.orders(trade.state, "kr-jp-b")[0].step is Step.DECLINED


def test_both_sign_one_statement_of_the_year() -> None:
    trade = Trade()
    order = received_in_kind(trade)
    at = "2032-01-05T09:00+09:00"
    drafts = [desk.sign_statement(trade.state, trade.seat(party, at), year=2031) for party in ("KR", "JP")]
    payloads = [write(draft.payload) for draft in drafts if draft.payload is not None]
    row = {
        "order": order,
        "supplier": "KR",
        "settlement": "in_kind",
        "currency": "USD",
        "total": "42000.00",
        "invoiced": "0.00",
        "settled": False,
    }
    assert [canon.encode(each) for each in payloads] == [canon.encode({"subject": {"year": 2031, "rows": [row]}})] * 2
    for party, draft in zip(("KR", "JP"), drafts, strict=True):
        assert trade.send(draft, party, "money-1", at) == Permit(cites=("11.1",))
    [halves] = [value for (kind, _), value in trade.book.halves.items() if kind == "logistics.statement.sign"]
    assert [half.author for half in halves] == ["KR", "JP"]
    turned = [duty for duty in trade.duties(at) if duty.does == "logistics.statement.sign" and duty.met_at is not None]
    assert [duty.debtor for duty in turned] == ["KR", "JP"]


@pytest.mark.parametrize(
    ("kind", "author", "members", "officer"),
    [
        ("logistics.order.accept", "KR", {"order": "a" * 64}, "order-1"),
        ("logistics.order.decline", "KR", {"order": "a" * 64}, "order-1"),
        ("logistics.order.withdraw", "KR", {"order": "a" * 64, "reason": "law"}, "order-1"),
        ("logistics.goods.issue", "KR", {"order": "a" * 64, "furnished": [{"line": 1, "quantity": "1"}]}, "supply-1"),
        ("logistics.goods.receive", "JP", {"order": "a" * 64, "received": [{"line": 1, "quantity": "1"}]}, "supply-1"),
        ("logistics.goods.return", "JP", {"order": "a" * 64, "returned": [{"line": 1, "quantity": "1"}]}, "supply-1"),
        ("logistics.consent.give", "KR", {"ask": "a" * 64}, "supply-1"),
        ("logistics.settlement.agree", "JP", {"mode": "in_kind", "invoices": ["a" * 64]}, "money-1"),
    ],
)
def test_an_act_on_an_order_that_nobody_placed_is_unjudgeable(
    kind: str, author: str, members: Mapping[str, Any], officer: str
) -> None:
    assert Trade().say(kind, author, members, officer) == Refusal(ground=Ground.UNJUDGEABLE, missing=("supplier_acts",))
