"""Exact amounts: decimals as text, currencies, and units with exact factors.

Rules of this module:
- a signed amount is a text in plain notation; nothing here ever becomes floating point;
- an amount has one spelling: no exponent, no leading zero, no sign on zero; digits after the point stay as given;
- money is rounded once, at the end, to the minor unit of its currency, half up;
- a bound in whole units is held against the amount rounded up;
- a unit is a code of UN/ECE recommendation 20: the US and the imperial gallon are two codes.

Spec: record 1.1 (a decimal is a string).
"""

from __future__ import annotations

import decimal
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import reduce
from types import MappingProxyType

from servanda.base.errors import MalformedError

DIGITS_MAX = 18

_FORM = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?", re.ASCII).fullmatch
# Room for any sum of products of three amounts (quantity, price, rate): only `rounded` and `whole_up` ever round.
_EXACT = decimal.Context(prec=8 * DIGITS_MAX, traps=[decimal.InvalidOperation, decimal.Inexact])
_ROUNDING = decimal.Context(prec=8 * DIGITS_MAX, rounding=ROUND_HALF_UP)

# Source: ISO 4217, list one, January 2026: national currencies; no funds, metals or units of account.
_TWO = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP "
    "CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES "
    "KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK "
    "NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB "
    "TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG"
)
_NONE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THREE = "BHD IQD JOD KWD LYD OMR TND"
MINOR_DIGITS: Mapping[str, int] = MappingProxyType(
    {code: digits for digits, codes in ((0, _NONE), (2, _TWO), (3, _THREE)) for code in codes.split()}
)


class Measure(StrEnum):
    """What a unit measures; only units of one measure are exchanged for each other."""

    COUNT = "count"
    MASS = "mass"
    VOLUME = "volume"
    LENGTH = "length"
    AREA = "area"
    TIME = "time"
    ENERGY = "energy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit of quantity.

    Args:
        factor: how many base units one of it is: piece, kilogram, litre, metre, square metre, hour, kilowatt hour.
    """

    code: str
    name: str
    measure: Measure
    factor: Decimal


# Source: UN/ECE recommendation 20, codes; NIST Special Publication 811 appendix B, exact factors.
_UNITS = (
    ("C62", "one", Measure.COUNT, "1"),
    ("EA", "each", Measure.COUNT, "1"),
    ("H87", "piece", Measure.COUNT, "1"),
    ("PR", "pair", Measure.COUNT, "2"),
    ("DZN", "dozen", Measure.COUNT, "12"),
    ("KGM", "kilogram", Measure.MASS, "1"),
    ("GRM", "gram", Measure.MASS, "0.001"),
    ("TNE", "tonne", Measure.MASS, "1000"),
    ("LBR", "pound", Measure.MASS, "0.45359237"),
    ("LTR", "litre", Measure.VOLUME, "1"),
    ("MTQ", "cubic metre", Measure.VOLUME, "1000"),
    ("GLL", "gallon (US)", Measure.VOLUME, "3.785411784"),
    ("GLI", "gallon (imperial)", Measure.VOLUME, "4.54609"),
    ("BLL", "barrel (US)", Measure.VOLUME, "158.987294928"),
    ("MTR", "metre", Measure.LENGTH, "1"),
    ("KMT", "kilometre", Measure.LENGTH, "1000"),
    ("NMI", "nautical mile", Measure.LENGTH, "1852"),
    ("SMI", "mile", Measure.LENGTH, "1609.344"),
    ("MTK", "square metre", Measure.AREA, "1"),
    ("HUR", "hour", Measure.TIME, "1"),
    ("DAY", "day", Measure.TIME, "24"),
    ("KWH", "kilowatt hour", Measure.ENERGY, "1"),
)
UNITS: Mapping[str, Unit] = MappingProxyType(
    {
        code: Unit(code=code, name=name, measure=measure, factor=Decimal(factor))
        for code, name, measure, factor in _UNITS
    }
)


def parse(text: str) -> Decimal:
    """The amount that signed text names.

    Raises:
        MalformedError: `field_type`.
    """
    digits = sum(character.isdigit() for character in text)
    if _FORM(text) is None or digits > DIGITS_MAX or (text[0] == "-" and not Decimal(text)):
        raise MalformedError(
            "field_type",
            f"`{text[:40]}` is no amount of at most {DIGITS_MAX} digits",
            action="write it in plain digits with a point, as in `40000` or `1.50`",
        )
    return Decimal(text)


def text(amount: Decimal) -> str:
    """An amount as signed text has it; `parse` reads it again, digit for digit.

    Raises:
        ValueError: for an amount that signed text cannot hold.
    """
    written = format(abs(amount) if amount == 0 else amount, "f")
    if _FORM(written) is None or sum(character.isdigit() for character in written) > DIGITS_MAX:
        raise ValueError(f"{amount!r} is no amount of at most {DIGITS_MAX} digits")
    return written


def times(amount: Decimal, other: Decimal) -> Decimal:
    """The exact product of two amounts, as of a quantity and its price."""
    return _EXACT.multiply(amount, other)


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The exact sum of amounts."""
    return reduce(_EXACT.add, amounts, Decimal(0))


def whole_up(amount: Decimal) -> int:
    """An amount rounded up to whole units, as a ceiling in whole dollars is held against it."""
    return int(amount.to_integral_value(rounding=ROUND_CEILING))


def minor_digits(currency: str) -> int:
    """Digits after the point that a currency has.

    Raises:
        MalformedError: `field_type`, for a code that ISO 4217 does not list.
    """
    if currency not in MINOR_DIGITS:
        raise MalformedError(
            "field_type", f"`{currency[:8]}` is no currency of ISO 4217", action="write a code such as `KRW` or `USD`"
        )
    return MINOR_DIGITS[currency]


def rounded(amount: Decimal, currency: str) -> Decimal:
    """Money rounded half up to the minor unit of its currency.

    Raises:
        MalformedError: `field_type`, for a code that ISO 4217 does not list.
    """
    step = Decimal(1).scaleb(-minor_digits(currency))
    return amount.quantize(step, context=_ROUNDING)


def unit(code: str) -> Unit:
    """The unit of a code.

    Raises:
        MalformedError: `field_type`, for a code that is not in the table.
    """
    if code not in UNITS:
        raise MalformedError(
            "field_type",
            f"`{code[:8]}` is no unit known here",
            action=f"write one of {', '.join(UNITS)} (UN/ECE recommendation 20)",
        )
    return UNITS[code]


def in_base(quantity: Decimal, unit: Unit) -> Decimal:
    """A quantity in the base unit of its measure, exactly: how quantities in two units are held against each other."""
    return times(quantity, unit.factor)
