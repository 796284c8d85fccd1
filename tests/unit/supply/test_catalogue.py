"""Classes, stock numbers and codes."""

import pytest

from servanda.supply.catalogue import (
    Default,
    StockNumber,
    SupplyClass,
    classes,
    customs_code,
    in_class_1,
    stock_number,
    un_number,
)
from servanda.supply.words import find


@pytest.mark.parametrize(
    "text", ["", "130", "13055", "13O5", "1305 00", "1305-00-123-45678", "abcd", "1305-0a-123-4567"]
)
def test_what_is_no_stock_number(text: str) -> None:
    assert stock_number(text) is None


@pytest.mark.parametrize("text", ["12", "UN12", "un123456", "explosive"])
def test_what_is_no_un_number(text: str) -> None:
    assert un_number(text) is None


@pytest.mark.parametrize("text", ["93", "930", "9306.3", "93063000123", "ninety"])
def test_what_is_no_customs_code(text: str) -> None:
    assert customs_code(text) is None


def test_a_class_alone_and_a_stock_number() -> None:
    assert stock_number("9130") == StockNumber(supply_class="9130", bureau="", item="")
    assert stock_number("9130-30-123-4567") == StockNumber(supply_class="9130", bureau="30", item="301234567")
    assert stock_number("1305371234567") == StockNumber(supply_class="1305", bureau="37", item="371234567")


def test_codes_as_written_on_papers() -> None:
    assert un_number("UN 0012") == "0012"
    assert un_number("1203") == "1203"
    assert (in_class_1("0012"), in_class_1("1203")) == (True, False)
    assert customs_code("8906.10") == "890610"
    assert customs_code("9306 30 90") == "93063090"


def test_the_file_is_whole() -> None:
    defaults = [known.default for known in classes().values()]
    assert (len(defaults), defaults.count(Default.FORBID), defaults.count(Default.REVIEW)) == (675, 89, 82)


def test_one_class_in_full() -> None:
    assert classes()["9130"] == SupplyClass(
        code="9130",
        group="91",
        title="Liquid Propellants and Fuels, Petroleum Base",
        retired=False,
        default=Default.ALLOW,
        reason="",
        needs_end_item=False,
        categories=("fuel",),
    )


def test_categories_of_a_class_go_before_those_of_its_group() -> None:
    assert classes()["8960"].categories == ("food", "water")
    assert classes()["8970"].categories == ("food",)
    assert classes()["8975"].categories == ()


def test_a_forbidden_class_tells_no_category_of_support() -> None:
    assert [known.code for known in classes().values() if known.default is Default.FORBID and known.categories] == []


def test_titles_of_allowed_classes_hold_no_word_of_a_weapon() -> None:
    assert [known.code for known in classes().values() if known.default is Default.ALLOW and find(known.title)] == []
