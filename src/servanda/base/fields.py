"""The members of a JSON object, read one by one.

Rules of this module:
- a member that is not there, or is of another kind than the specification says, is named in the error;
- members that nobody asks for are left as they are: they are kept, hashed, shown, and mean nothing.

Spec: record 1.3, 3.3 (members).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from servanda.base import moment
from servanda.base.canon import Json
from servanda.base.errors import MalformedError
from servanda.base.limits import JSON_INTEGER_MAX, TEXT_MEMBER_CHARACTERS_MAX

Members = Mapping[str, Json]

DIGEST_CHARACTERS = 64
_HEX = re.compile(r"[0-9a-f]*").fullmatch


def member(members: Members, name: str) -> Json:
    """A member that must be there.

    Raises:
        MalformedError: `field_missing`.
    """
    if name not in members:
        raise MalformedError("field_missing", f"there is no member `{name}`", action="ask the sender to make it anew")
    return members[name]


def text(members: Members, name: str, *, characters_max: int = TEXT_MEMBER_CHARACTERS_MAX) -> str:
    """A text that is not empty."""
    value = member(members, name)
    if not isinstance(value, str) or not 0 < len(value) <= characters_max:
        raise wrong(name, f"a text of 1 to {characters_max} characters")
    return value


def hex_text(members: Members, name: str, *, characters: int = DIGEST_CHARACTERS) -> str:
    """Bytes in lower case hex, a SHA-256 unless another length is named."""
    value = member(members, name)
    if not is_hex(value, characters):
        raise wrong(name, f"hex of {characters} characters in lower case")
    return str(value)


def whole(members: Members, name: str, *, least: int = 0, most: int = JSON_INTEGER_MAX) -> int:
    """A whole number within bounds."""
    value = member(members, name)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise wrong(name, f"a whole number from {least} to {most}")
    return value


def time(members: Members, name: str) -> datetime:
    """A moment as signed text has it."""
    value = member(members, name)
    try:
        return moment.parse(value if isinstance(value, str) else "")
    except MalformedError as error:
        raise wrong(name, "a moment such as `2031-04-01T08:00:00Z`") from error


def nested(members: Members, name: str) -> Members:
    """An object."""
    value = member(members, name)
    if not isinstance(value, dict):
        raise wrong(name, "an object")
    return value


def items(members: Members, name: str, *, least: int = 0, most: int) -> list[Json]:
    """A list of bounded length."""
    value = member(members, name)
    if not isinstance(value, list) or not least <= len(value) <= most:
        raise wrong(name, f"a list of {least} to {most}")
    return value


def is_hex(value: Json, characters: int = DIGEST_CHARACTERS) -> bool:
    """Whether a value is hex in lower case, of a SHA-256 unless another length is named."""
    return isinstance(value, str) and len(value) == characters and _HEX(value) is not None


def wrong(name: str, wanted: str) -> MalformedError:
    """The error that names a member of another kind than it must be."""
    return MalformedError("field_type", f"the member `{name}` is not {wanted}", action="ask the sender to make it anew")
