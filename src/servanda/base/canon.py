"""Canonical JSON: one value, one spelling, so that two nodes hash the same bytes.

Rules of this module:
- numbers are whole and within 2^53 - 1 either way; a decimal is a text;
- member names are plain ASCII and stand once, in order; text holds no lone surrogate;
- a reader writes again what it has read, and refuses bytes that are not what it would have written.

Spec: record 1.
"""

from __future__ import annotations

import json
import re
from typing import NoReturn

from servanda.base.errors import IntegrityError, MalformedError
from servanda.base.limits import JSON_DEPTH_MAX, JSON_INTEGER_MAX, JSON_NAME_CHARACTERS_MAX

Json = bool | int | str | list["Json"] | dict[str, "Json"] | None

_ASK = "ask the sender for the original bytes"
_NAME = re.compile(rf"[A-Za-z][A-Za-z0-9_.-]{{0,{JSON_NAME_CHARACTERS_MAX - 1}}}").fullmatch
_INTEGER_CHARACTERS_MAX = len(str(-JSON_INTEGER_MAX))

# The standard encoder writes what RFC 8785 asks of the values left here: short escapes and \u00xx in lower case,
# nothing else escaped, and names in code point order, which for ASCII names is the order of UTF-16 units.
_WRITER = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, allow_nan=False, sort_keys=True, separators=(",", ":")
)


def encode(value: object) -> bytes:
    """The canonical bytes of a JSON value.

    Args:
        value: None, truth values, whole numbers, texts, lists or tuples of such, and dicts with text names.

    Raises:
        MalformedError: `json_number`, `json_name`, `json_text` or `json_depth`.
        TypeError: for a value that JSON does not know.
    """
    _check(value, 0)
    return _written(value)


def decode(data: bytes, *, bytes_max: int) -> Json:
    """The value of canonical bytes.

    Args:
        bytes_max: bound of the whole text [bytes].

    Raises:
        MalformedError: `too_large`, `json_text`, `json_syntax`, `json_name`, `json_duplicate`, `json_number` or
            `json_depth`.
        IntegrityError: `json_not_canonical`.
    """
    if len(data) > bytes_max:
        raise MalformedError(
            "too_large",
            f"a JSON text of {len(data)} bytes, at most {bytes_max} are taken",
            action="refuse what sent it",
        )
    value = _read(data)
    if data.count(b"[") + data.count(b"{") > JSON_DEPTH_MAX:
        _check_depth(value, 0)
    if _written(value) != data:
        raise IntegrityError("json_not_canonical", f"not canonical JSON: `{_excerpt(data)}`", action=_ASK)
    return value


def decode_object(data: bytes, *, bytes_max: int) -> dict[str, Json]:
    """The members of canonical bytes that hold one object.

    Raises:
        MalformedError: as `decode`, and `field_type` where the value is no object.
        IntegrityError: `json_not_canonical`.
    """
    value = decode(data, bytes_max=bytes_max)
    if not isinstance(value, dict):
        raise MalformedError("field_type", f"an object is expected, not `{_excerpt(data)}`", action=_ASK)
    return value


def _check(value: object, depth: int) -> None:
    """Refuse what canonical JSON cannot hold; texts are checked when they are written."""
    if isinstance(value, (str, bool)) or value is None:
        return
    if isinstance(value, int):
        if not -JSON_INTEGER_MAX <= value <= JSON_INTEGER_MAX:
            raise _number(str(value))
    elif isinstance(value, dict):
        _go_deeper(depth, value)
        for name, member in value.items():
            if not isinstance(name, str) or _NAME(name) is None:
                raise _name(str(name))
            _check(member, depth + 1)
    elif isinstance(value, (list, tuple)):
        _go_deeper(depth, value)
        for item in value:
            _check(item, depth + 1)
    elif isinstance(value, float):
        raise _number(str(value))
    else:
        raise TypeError(f"a {type(value).__name__} is no JSON value")


def _check_depth(value: Json, depth: int) -> None:
    if isinstance(value, (dict, list)):
        _go_deeper(depth, value)
        for item in value.values() if isinstance(value, dict) else value:
            _check_depth(item, depth + 1)


def _go_deeper(depth: int, container: object) -> None:
    if depth == JSON_DEPTH_MAX and container:
        raise _too_deep()


def _written(value: object) -> bytes:
    try:
        return _WRITER.encode(value).encode()
    except UnicodeEncodeError as error:
        raise MalformedError("json_text", "a text holds a lone surrogate", action=_ASK) from error


def _read(data: bytes) -> Json:
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise MalformedError("json_text", f"not UTF-8 at byte {error.start}", action=_ASK) from error
    if text.startswith("\ufeff"):
        raise MalformedError("json_text", "a byte order mark before the JSON text", action=_ASK)
    try:
        value: Json = _READER.decode(text)
    except json.JSONDecodeError as error:
        raise _syntax(f"not JSON at character {error.pos}: {error.msg[:1].lower()}{error.msg[1:]}") from error
    except RecursionError as error:
        raise _too_deep() from error
    return value


def _members(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for name, value in pairs:
        if _NAME(name) is None:
            raise _name(name)
        if name in found:
            raise MalformedError("json_duplicate", f"the member `{name}` stands twice", action=_ASK)
        found[name] = value
    return found


def _integer(text: str) -> int:
    value = int(text) if len(text) <= _INTEGER_CHARACTERS_MAX else JSON_INTEGER_MAX + 1
    if not -JSON_INTEGER_MAX <= value <= JSON_INTEGER_MAX:
        raise _number(text)
    return value


def _no_fraction(text: str) -> NoReturn:
    raise _number(text)


def _no_constant(text: str) -> NoReturn:
    raise _syntax(f"`{text}` is no JSON value")


_READER = json.JSONDecoder(
    object_pairs_hook=_members, parse_int=_integer, parse_float=_no_fraction, parse_constant=_no_constant
)


def _number(text: str) -> MalformedError:
    return MalformedError(
        "json_number", f"`{text[:40]}` is no whole number within 2^53 - 1", action="write a decimal as a text"
    )


def _name(name: str) -> MalformedError:
    plain = name[:64].encode("utf-8", "backslashreplace").decode()
    return MalformedError(
        "json_name", f"`{plain}` is no member name", action="begin with a letter; letters, digits and `_.-` may follow"
    )


def _syntax(message: str) -> MalformedError:
    return MalformedError("json_syntax", message, action=_ASK)


def _too_deep() -> MalformedError:
    return MalformedError("json_depth", f"a JSON text deeper than {JSON_DEPTH_MAX}", action=_ASK)


def _excerpt(data: bytes) -> str:
    return data[:40].decode("utf-8", "replace")
