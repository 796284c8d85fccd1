"""Amounts: one spelling, exact products, rounding once, units that are not confused."""

from __future__ import annotations

from decimal import Decimal

import pytest

from servanda.base import amount
from servanda.base.amount import Measure, Unit
from servanda.base.errors import MalformedError


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        ".5",
        "5.",
        "05",
        "00",
        "+1",
        "-0",
        "-0.00",
        "1e3",
        "1E3",
        "1,000",
        "1_000",
        " 1",
        "1 ",
        "1\n",
        "NaN",
        "Infinity",
        "0x10",
        "٣",
        "1" * 19,
        "0." + "1" * 18,
    ],
)
def test_another_spelling_is_refused(text):
    with pytest.raises(MalformedError) as refused:
        amount.parse(text)
    assert refused.value.code == "field_type"


def test_the_message_shows_how_an_amount_is_written():
    with pytest.raises(MalformedError) as refused:
        amount.parse("1e3")
    assert str(refused.value) == (
        "`1e3` is no amount of at most 18 digits; write it in plain digits with a point, as in `40000` or `1.50`"
    )


@pytest.mark.parametrize("wrong", [Decimal("NaN"), Decimal("Infinity"), Decimal("1e30"), Decimal("1e-30")])
def test_what_signed_text_cannot_hold_is_not_written(wrong):
    with pytest.raises(ValueError, match="no amount of at most 18 digits"):
        amount.text(wrong)


@pytest.mark.parametrize("code", ["", "usd", "US", "XXX", "XAU", "ZZZ", "USDX"])
def test_a_currency_not_listed_is_refused(code):
    with pytest.raises(MalformedError) as refused:
        amount.minor_digits(code)
    assert refused.value.code == "field_type"


@pytest.mark.parametrize("code", ["", "ltr", "GAL", "L"])
def test_a_unit_not_listed_is_refused(code):
    with pytest.raises(MalformedError) as refused:
        amount.unit(code)
    assert refused.value.code == "field_type"


@pytest.mark.parametrize("text", ["0", "0.00", "-1.50", "40000", "999999999999999999", "0.10000000000000000"])
def test_digits_stay_as_given(text):
    assert amount.text(amount.parse(text)) == text


def test_computed_amounts_are_written_plain():
    assert [amount.text(Decimal(value)) for value in ("1e3", "-0", "-0.0", "1e-3")] == ["1000", "0", "0.0", "0.001"]


def test_products_and_sums_are_exact():
    big = amount.parse("9" * 18)
    assert amount.times(amount.times(big, big), big) == int("9" * 18) ** 3
    tiny = amount.parse("0." + "0" * 16 + "1")
    assert amount.text(amount.total([Decimal("0.1")] * 3)) == "0.3"
    assert str(amount.total([big, tiny])) == "9" * 18 + "." + "0" * 16 + "1"
    assert amount.total([]) == 0


@pytest.mark.parametrize(
    ("value", "whole"),
    [("0", 0), ("0.01", 1), ("1", 1), ("1.00", 1), ("499999.001", 500_000), ("-0.5", 0), ("-1.5", -1)],
)
def test_whole_units_are_rounded_up(value, whole):
    assert amount.whole_up(Decimal(value)) == whole


def test_money_is_rounded_half_up_to_its_minor_unit():
    cases = {("1234.5", "KRW"), ("1234.4", "JPY"), ("1.005", "USD"), ("-1.005", "EUR"), ("2.0005", "KWD"), ("7", "USD")}
    assert {case: amount.text(amount.rounded(Decimal(case[0]), case[1])) for case in cases} == {
        ("1234.5", "KRW"): "1235",
        ("1234.4", "JPY"): "1234",
        ("1.005", "USD"): "1.01",
        ("-1.005", "EUR"): "-1.01",
        ("2.0005", "KWD"): "2.001",
        ("7", "USD"): "7.00",
    }


def test_money_rounds_however_long():
    product = amount.times(amount.parse("9" * 18), amount.parse("9" * 18))
    assert amount.rounded(product, "KRW") == product


def test_each_currency_stands_once():
    assert (len(amount.MINOR_DIGITS), {d: list(amount.MINOR_DIGITS.values()).count(d) for d in (0, 2, 3)}) == (
        155,
        {0: 16, 2: 132, 3: 7},
    )


def test_two_gallons_are_two_units():
    gallons = [amount.unit(code) for code in ("GLL", "GLI")]
    assert gallons == [
        Unit(code="GLL", name="gallon (US)", measure=Measure.VOLUME, factor=Decimal("3.785411784")),
        Unit(code="GLI", name="gallon (imperial)", measure=Measure.VOLUME, factor=Decimal("4.54609")),
    ]
    assert [amount.in_base(Decimal(1000), gallon) for gallon in gallons] == [Decimal("3785.411784"), Decimal("4546.09")]


def test_a_barrel_is_forty_two_gallons():
    assert amount.in_base(Decimal(1), amount.unit("BLL")) == amount.in_base(Decimal(42), amount.unit("GLL"))
