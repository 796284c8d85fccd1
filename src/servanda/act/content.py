"""The content of an act: payload types, valid once built.

Rules of this module:
- what a payload holds is checked at construction, read or built by hand, with errors that name the field;
- signed bytes are canonical JSON of `write`; decimals are text, never floating point;
- unknown members stay in the bytes and mean nothing;
- `residue` is what may outlive the destruction of a payload, and all that a fold may read.

Spec: record 4 (payload), 4.7 (residue).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

import msgspec

from servanda.base.errors import MalformedError
from servanda.base.forms import of_form


class Payload(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one kind of act says. Members that are not given stay out of the bytes.

    `residue_members`: names that survive destruction; None for all of them.
    """

    residue_members: ClassVar[frozenset[str] | None] = None

    def __post_init__(self) -> None:
        of_form(self)


P = TypeVar("P", bound=Payload)


def read(payload_type: type[P], value: object) -> P:
    """A payload from its JSON value.

    Raises:
        MalformedError: `field_missing` or `field_type`, naming the field and what was expected.
    """
    try:
        return msgspec.convert(value, payload_type, strict=True)
    except msgspec.ValidationError as error:
        text = str(error)
        code = "field_missing" if "missing required field" in text else "field_type"
        raise MalformedError(
            code,
            f"{payload_type.__name__}: {text[:1].lower()}{text[1:]}",
            action="correct the field named and say the act again",
        ) from error


def write(payload: Payload) -> dict[str, Any]:
    """The JSON value of a payload, ready for canonical JSON."""
    value: dict[str, Any] = msgspec.to_builtins(payload)
    return value


def residue(payload_type: type[Payload], value: Mapping[str, Any]) -> dict[str, Any]:
    """The members of a payload that outlive its destruction.

    Spec: record 4.7.
    """
    kept = payload_type.residue_members
    return dict(value) if kept is None else {name: member for name, member in value.items() if name in kept}
