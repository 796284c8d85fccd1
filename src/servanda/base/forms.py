"""The forms of members: ids, codes, amounts, names and words as acts write them, and the check of them.

Rules of this module:
- a member is of its form however its value was built, and the error names the member;
- an amount is a text in plain notation, at most twelve digits before the point and six after it;
- text that people read is bounded and never empty.

Spec: record 1.1 (a decimal is a string).
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import Meta

from servanda.base import amount, moment
from servanda.base.errors import MalformedError

NAME_CHARS_MAX = 200
NOTE_CHARS_MAX = 4_000

AMOUNT = r"(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,6})?"

ActId = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
Party = Annotated[str, Meta(pattern=r"^[A-Z]{2,8}\Z")]
Word = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,39}\Z")]
Name = Annotated[str, Meta(pattern=r"\S", max_length=NAME_CHARS_MAX)]
Note = Annotated[str, Meta(pattern=r"\S", max_length=NOTE_CHARS_MAX)]
Code = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9./_-]{0,47}\Z")]
Amount = Annotated[str, Meta(pattern=rf"^{AMOUNT}\Z")]
SignedAmount = Annotated[str, Meta(pattern=rf"^-?{AMOUNT}\Z")]
Currency = Annotated[str, Meta(pattern=r"^[A-Z]{3}\Z")]
UnitCode = Annotated[str, Meta(pattern=r"^[A-Z0-9]{2,3}\Z")]
Moment = Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z\Z")]

_CORRECT = "correct the field named and say the act again"


class Part(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A member that has members of its own, each of its form.

    `short`: how people may write it as one text, which its desk reads; empty where they may not.
    """

    short: ClassVar[str] = ""

    def __post_init__(self) -> None:
        of_form(self)


@cache
def _fields(of: type[msgspec.Struct]) -> tuple[tuple[str, Any], ...]:
    return tuple((field.name, field.type) for field in msgspec.structs.fields(of))


def fault(field: str, expected: str) -> MalformedError:
    """The error that names a member whose value is of its form and still cannot be."""
    return MalformedError("field_value", f"`{field}`: {expected}", action=_CORRECT)


def of_form(value: msgspec.Struct) -> None:
    """Check every member against its declared form, so that a value built by hand is as valid as one that was read.

    Raises:
        MalformedError: `field_type`, naming the member.
    """
    for name, form in _fields(type(value)):
        held = getattr(value, name)
        try:
            read = msgspec.convert(held, form, strict=True)
        except msgspec.ValidationError as error:
            text = str(error)
            raise MalformedError("field_type", f"`{name}`: {text[:1].lower()}{text[1:]}", action=_CORRECT) from error
        if read != held:  # what JSON has for it: a list for a tuple, a text for a day, members for a part
            raise MalformedError("field_type", f"`{name}`: expected the value itself, got its JSON", action=_CORRECT)


def known_unit(field: str, code: str) -> None:
    """Check that a unit is one of the table.

    Raises:
        MalformedError: `field_value`, naming the member.
    """
    if code not in amount.UNITS:
        raise fault(field, f"expected a unit of UN/ECE recommendation 20 that is known here, got `{code}`")


def known_currency(field: str, code: str) -> None:
    """Check that a currency is one of ISO 4217.

    Raises:
        MalformedError: `field_value`, naming the member.
    """
    if code not in amount.MINOR_DIGITS:
        raise fault(field, f"expected a currency of ISO 4217, got `{code}`")


def above_zero(field: str, value: str) -> None:
    """Check that an amount is more than nothing.

    Raises:
        MalformedError: `field_value`, naming the member.
    """
    if Decimal(value) <= 0:
        raise fault(field, f"expected more than 0, got `{value}`")


def each_once(field: str, values: tuple[object, ...]) -> None:
    """Check that nothing stands twice in a list.

    Raises:
        MalformedError: `field_value`, naming the place.
    """
    seen: set[object] = set()
    for place, value in enumerate(values):
        if value in seen:
            raise fault(f"{field}[{place}]", f"expected each once, got `{value}` again")
        seen.add(value)


def instant(field: str, text: str) -> None:
    """Check that a text of the form of a moment is one of the calendar.

    Raises:
        MalformedError: `field_value`, naming the member.
    """
    try:
        moment.parse(text)
    except MalformedError as error:
        raise fault(field, f"expected a moment of the calendar, got `{text}`") from error
