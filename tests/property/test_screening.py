"""Screening: more witnesses never make it milder, and no text stops it."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from servanda.supply.catalogue import classes
from servanda.supply.screening import Goods, Verdict, lists_of, screen

LISTS = lists_of(
    {
        "categories": {"food": "", "fuel": "", "repair": "", "spare_parts": ""},
        "barred": {
            "weapon": {"groups": [10, 11, 14], "customs": ["9301"]},
            "ammunition": {"groups": [13], "un_numbers": "class_1", "customs": ["9306"]},
        },
    }
)
STRICTNESS = {Verdict.CLEAR: 0, Verdict.IN_DOUBT: 1, Verdict.BARRED: 2}
texts = st.text(max_size=60) | st.sampled_from(["소총탄", "小銃弾", "bread", "rifle", "diesel", "ammo can"])
codes = st.sampled_from(sorted(classes())) | st.text("0123456789-", max_size=14)
goods = st.builds(
    Goods,
    text=texts,
    supply_class=st.none() | codes,
    former_classes=st.lists(codes, max_size=2).map(tuple),
    end_item=st.none() | texts,
    un_number=st.none() | st.text("0123456789", max_size=5),
    hazard=st.none() | st.sampled_from(["1.4S", "3", ""]),
    customs=st.none() | st.text("0123456789.", max_size=8),
    service_on=st.none() | texts,
    carries=st.none() | texts,
    category=st.none() | st.sampled_from(["food", "fuel", "repair", "ammunition", "nonsense"]),
)


@given(goods)
def test_screening_always_answers_with_a_category_of_the_lists(item: Goods) -> None:
    found = screen(item, LISTS)
    assert found.category in LISTS.support | LISTS.barred | {"other"}
    assert (found.category in LISTS.barred) == (found.verdict is Verdict.BARRED)


@given(
    goods,
    st.sampled_from(
        [
            {"un_number": "0012"},
            {"customs": "9306.30"},
            {"hazard": "1.1D"},
            {"former_classes": ("1305",)},
            {"end_item": "rifle"},
            {"carries": "grenades"},
            {"components": (Goods(text="소총탄"),)},
        ]
    ),
)
def test_a_barring_witness_bars_whatever_the_others_say(item: Goods, more: dict[str, Any]) -> None:
    told = {name: getattr(item, name) for name in item.__dataclass_fields__}
    assert screen(Goods(**{**told, **more}), LISTS).verdict is Verdict.BARRED


@given(goods, texts)
def test_words_raise_and_never_lower(item: Goods, text: str) -> None:
    told = {name: getattr(item, name) for name in item.__dataclass_fields__}
    bare = screen(Goods(**{**told, "text": ""}), LISTS)
    said = screen(Goods(**{**told, "text": text}), LISTS)
    assert STRICTNESS[said.verdict] >= STRICTNESS[bare.verdict]
