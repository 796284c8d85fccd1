"""The strictest witness decides."""

from collections.abc import Mapping
from typing import Any

import pytest

from servanda.supply.screening import Evidence, Goods, Lists, Screening, Verdict, lists_of, screen

CATEGORIES = [
    "food",
    "water",
    "lodging",
    "transport",
    "fuel",
    "clothing",
    "communications",
    "medical",
    "base_support",
    "storage",
    "facilities",
    "training",
    "spare_parts",
    "repair",
    "calibration",
    "port_services",
]
ANNEXES: Mapping[str, Any] = {
    "categories": dict.fromkeys(CATEGORIES, "as described"),
    "barred": {
        "weapon": {
            "groups": [10, 11, 14],
            "classes": [1510, 1520, 1905, 2350, 2355],
            "customs": ["9301", "9302", "8710", "8906.10"],
        },
        "ammunition": {"groups": [13], "un_numbers": "class_1", "customs": ["9306"]},
        "explosive": {"classes": [1375, 1376], "un_numbers": "class_1", "customs": ["3601", "3602", "3603"]},
        "weapon_part": {
            "groups": [12],
            "classes": [2845, 3690, 4470, 4921, 4923, 4925, 4927, 4931, 4933, 4935, 4970],
            "customs": ["9305"],
        },
        "weapon_software": {"made_for": ["weapon", "ammunition", "weapon_part"]},
        "in_doubt": {"classes": [1070, 1075, 1080, 1385, 1386], "and": "every class the joint list marks review"},
    },
}
LISTS = lists_of(ANNEXES)


def outcome(**said: Any) -> tuple[str, str, bool]:
    found = screen(Goods(**{"text": "item", **said}), LISTS)
    return (found.verdict.value, found.category, found.serves_weapon)


BARRED: list[tuple[dict[str, Any], str]] = [
    ({"supply_class": "1305"}, "ammunition"),
    ({"supply_class": "1305-37-123-4567", "category": "food"}, "ammunition"),
    ({"supply_class": "1376"}, "explosive"),
    ({"supply_class": "1005"}, "weapon"),
    ({"supply_class": "2350"}, "weapon"),
    ({"supply_class": "4933"}, "weapon_part"),
    ({"supply_class": "1240"}, "weapon_part"),
    ({"supply_class": "5340", "former_classes": ("1005",)}, "weapon"),
    ({"supply_class": "2530", "end_item": "K9 자주포"}, "weapon_part"),
    ({"supply_class": "5306", "end_item": "1005"}, "weapon_part"),
    ({"supply_class": "7030", "end_item": "guided missile"}, "weapon_software"),
    ({"text": "firmware", "end_item": "1230"}, "weapon_software"),
    ({"supply_class": "7650", "end_item": "155 mm howitzer"}, "weapon_part"),
    ({"supply_class": "8970", "un_number": "0012"}, "ammunition"),
    ({"supply_class": "8970", "un_number": "UN 0081"}, "ammunition"),
    ({"supply_class": "8970", "hazard": "1.4S"}, "ammunition"),
    ({"supply_class": "8970", "customs": "9306.30"}, "ammunition"),
    ({"supply_class": "8970", "customs": "930190"}, "weapon"),
    ({"supply_class": "8970", "customs": "3602.00"}, "explosive"),
    ({"supply_class": "8970", "customs": "9305.20"}, "weapon_part"),
    ({"supply_class": "8970", "text": "rations, and 10,000 rounds 5.56 mm"}, "ammunition"),
    ({"text": "소총탄", "category": "food"}, "ammunition"),
    ({"text": "小銃弾", "category": "spare_parts"}, "ammunition"),
    ({"supply_class": "6545", "components": (Goods(text="bandage"), Goods(text="pistol, signal"))}, "weapon"),
    ({"supply_class": "6545", "components": (Goods(text="kit", supply_class="1370"),)}, "ammunition"),
    ({"supply_class": "5340", "category": "weapon"}, "weapon"),
]
DOUBTFUL: list[tuple[dict[str, Any], str]] = [
    ({}, "other"),
    ({"category": "food"}, "food"),
    ({"category": "fuel", "text": "diesel"}, "fuel"),
    ({"supply_class": "0000", "category": "food"}, "food"),
    ({"supply_class": "not a class", "category": "food"}, "food"),
    ({"supply_class": "1080", "category": "base_support"}, "base_support"),
    ({"supply_class": "1385"}, "other"),
    ({"supply_class": "2530"}, "spare_parts"),
    ({"supply_class": "2530", "end_item": "bus"}, "spare_parts"),
    ({"supply_class": "8470", "category": "clothing"}, "clothing"),
    ({"supply_class": "2310", "category": "transport"}, "transport"),
    ({"supply_class": "8140", "text": "탄약통"}, "storage"),
    ({"supply_class": "8465", "text": "ammunition box carrier"}, "clothing"),
    ({"supply_class": "8465", "end_item": "K2"}, "clothing"),
    ({"supply_class": "6850", "un_number": "3379"}, "fuel"),
    ({"supply_class": "6850", "un_number": "none"}, "fuel"),
    ({"supply_class": "7810", "customs": "9304.00"}, "lodging"),
    ({"supply_class": "7810", "customs": "arms"}, "lodging"),
    ({"category": "repair", "text": "repair of a generator"}, "repair"),
    ({"category": "transport", "text": "two pallets to the port"}, "transport"),
    ({"category": "storage", "text": "cold room"}, "storage"),
]
CLEAR: list[tuple[dict[str, Any], str]] = [
    ({"supply_class": "9130", "text": "diesel fuel"}, "fuel"),
    ({"supply_class": "8960", "text": "탄산수"}, "food"),
    ({"supply_class": "8960", "category": "water", "text": "drinking water"}, "water"),
    ({"supply_class": "8970", "category": "medical", "text": "combat rations"}, "food"),
    ({"supply_class": "6510", "text": "弾性包帯"}, "medical"),
    ({"supply_class": "8915", "text": "총각김치"}, "food"),
    ({"supply_class": "7510", "text": "toner cartridge", "customs": "8443.99"}, "base_support"),
    ({"supply_class": "4930", "text": "grease gun"}, "repair"),
    ({"supply_class": "9130", "un_number": "1203", "hazard": "3", "text": "gasoline"}, "fuel"),
    ({"supply_class": "5340", "end_item": "2310", "text": "bracket"}, "spare_parts"),
    ({"category": "repair", "service_on": "diesel generator", "text": "overhaul"}, "repair"),
    ({"category": "transport", "carries": "drinking water", "text": "two lorries"}, "transport"),
    ({"category": "lodging", "text": "40 beds"}, "lodging"),
    ({"category": "medical", "text": "surgery for one person"}, "medical"),
]


@pytest.mark.parametrize(("said", "category"), BARRED)
def test_what_is_barred(said: dict[str, Any], category: str) -> None:
    assert outcome(**said)[:2] == ("barred", category)


@pytest.mark.parametrize(("said", "category"), DOUBTFUL)
def test_what_is_in_doubt(said: dict[str, Any], category: str) -> None:
    assert outcome(**said) == ("in_doubt", category, False)


@pytest.mark.parametrize(("said", "category"), CLEAR)
def test_what_is_clear(said: dict[str, Any], category: str) -> None:
    assert outcome(**said) == ("clear", category, False)


@pytest.mark.parametrize(
    "said",
    [
        {"category": "repair", "service_on": "155 mm howitzer"},
        {"category": "repair", "service_on": "1015"},
        {"category": "transport", "carries": "탄약 20 상자와 소총탄"},
        {"category": "training", "text": "training with the machine gun"},
        {"category": "storage", "carries": "1305"},
    ],
)
def test_a_service_on_a_weapon_serves_it(said: dict[str, Any]) -> None:
    verdict, _, serves = outcome(**said)
    assert (verdict, serves) == ("barred", True)


def test_every_witness_is_named_with_its_source() -> None:
    goods = Goods(text="bullets", supply_class="8970", un_number="0012", hazard="1.4S", customs="9306.30")
    assert screen(goods, LISTS) == Screening(
        category="ammunition",
        verdict=Verdict.BARRED,
        serves_weapon=False,
        evidence=(
            Evidence(witness="class", verdict=Verdict.CLEAR, category="food", rule="class 8970", source="class file"),
            Evidence(
                witness="un_number", verdict=Verdict.BARRED, category="ammunition", rule="UN 0012", source="annex"
            ),
            Evidence(
                witness="hazard", verdict=Verdict.BARRED, category="ammunition", rule="class 1.4S", source="annex"
            ),
            Evidence(
                witness="customs",
                verdict=Verdict.BARRED,
                category="ammunition",
                rule="customs code 9306.30",
                source="annex",
            ),
            Evidence(
                witness="words", verdict=Verdict.BARRED, category="ammunition", rule="`bullets`", source="words, en"
            ),
        ),
    )


def test_an_agreement_that_lists_nothing_lets_nothing_fit() -> None:
    empty = lists_of({})
    assert empty == Lists(
        support=frozenset(),
        barred=frozenset(),
        groups={},
        classes={},
        customs={},
        class_1=None,
        made_for={},
        doubtful=frozenset(),
    )
    for goods in (Goods(text="rations", supply_class="8970"), Goods(text="rounds 5.56 mm", supply_class="1305")):
        found = screen(goods, empty)
        assert (found.verdict, found.category) == (Verdict.IN_DOUBT, "other")


def test_what_is_a_weapon_is_said_by_the_agreement_and_not_by_the_house() -> None:
    barred = {name: body for name, body in ANNEXES["barred"].items() if name not in ("ammunition", "explosive")}
    categories = {**ANNEXES["categories"], "cartridges": "for small arms"}
    lists = lists_of({"categories": categories, "barred": barred})
    found = screen(Goods(text="ammunition", supply_class="1305", un_number="0012", category="cartridges"), lists)
    assert (found.verdict, found.category) == (Verdict.IN_DOUBT, "cartridges")


@pytest.mark.parametrize("annexes", [{"barred": "none"}, {"barred": {"weapon": "all"}}, {"categories": ["food"]}])
def test_an_annex_of_another_shape_lists_nothing(annexes: dict[str, Any]) -> None:
    assert lists_of(annexes).barred == frozenset()
    assert lists_of(annexes).support == frozenset()
