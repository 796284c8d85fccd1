"""How the members of a payload are written: numbers of reports, codes of desks, marks, levels, hours.

Rules of this module:
- a head holds codes, numbers and words of closed lists; desks, bodies and facilities have codes, people none;
- free text is bounded and never blank;
- a field that is not of its form is named, whether a payload was read or built by hand.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated, Literal, cast

import msgspec
from msgspec import Meta

from servanda.act.content import Payload, read
from servanda.base import moment
from servanda.base.errors import MalformedError

TITLE_CHARS_MAX = 120
NOTE_CHARS_MAX = 4_000
TEXT_CHARS_MAX = 200_000
REVISION_MAX = 99
LEVEL_MAX = 3
ADDRESSEES_MAX = 12
CHANGES_MAX = 200
COUNT_MAX = 99_999

ActId = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
Root = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
Party = Annotated[str, Meta(pattern=r"^[A-Z]{2,3}\Z")]
NUMBER_DIGITS = 6
Control = Annotated[str, Meta(pattern=r"^[A-Z]{2,3}-[0-9]{4}-[0-9]{6}\Z")]
Code = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,47}\Z")]
MarkCode = Annotated[str, Meta(pattern=r"^[A-Z]{2,3}-[A-Z0-9]{1,16}\Z")]
Certificate = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,47}\Z")]
Moment = Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z\Z")]
Path = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_.\[\]]{0,119}\Z")]
Level = Annotated[int, Meta(ge=0, le=LEVEL_MAX)]
Count = Annotated[int, Meta(ge=0, le=COUNT_MAX)]
Title = Annotated[str, Meta(pattern=r"\S", max_length=TITLE_CHARS_MAX)]
Note = Annotated[str, Meta(pattern=r"\S", max_length=NOTE_CHARS_MAX)]
Text = Annotated[str, Meta(pattern=r"\S", max_length=TEXT_CHARS_MAX)]

Precedence = Literal["routine", "priority", "immediate", "flash"]
Caveat = Literal["no_contractor", "no_copy", "named_readers"]
Carrier = Literal["node_link", "courier", "liaison_officer", "open_network"]
Route = Literal["direct", "relay_us", "relay_other"]
Method = Literal["burned", "shredded", "pulped", "erased", "returned"]
Nature = Literal["lost", "disclosed", "suspected"]

_CORRECT = "correct the field named and say the act again"


@cache
def _form(payload_type: type[Payload]) -> type[Payload]:
    """The fields of a payload type as a type without checks of its own: reading it checks their form, and only that."""
    fields = [(field.name, field.type) for field in msgspec.structs.fields(payload_type)]
    return cast(type[Payload], msgspec.defstruct(payload_type.__name__, fields, bases=(Payload,), frozen=True))


def fault(field: str, expected: str) -> MalformedError:
    """The error that names a field whose value contradicts another, or the calendar."""
    return MalformedError("field_value", f"`{field}`: {expected}", action=_CORRECT)


def once(field: str, codes: tuple[str, ...]) -> None:
    """Each code of a list stands in it once.

    Raises:
        MalformedError: `field_value`.
    """
    seen: set[str] = set()
    for place, code in enumerate(codes):
        if code in seen:
            raise fault(f"{field}[{place}]", f"expected each once, got `{code}` again")
        seen.add(code)


def instant(field: str, text: str) -> None:
    """A text of the form of a moment is one of the calendar.

    Raises:
        MalformedError: `field_value`.
    """
    try:
        moment.parse(text)
    except MalformedError as error:
        raise fault(field, f"expected a moment of the calendar, got `{text}`") from error


class IntelligencePayload(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """The content of an act of this domain: each field is of its form, however it was built."""

    def __post_init__(self) -> None:
        members = {name: getattr(self, name) for name in self.__struct_fields__}
        read(_form(type(self)), members)
