"""Canonical JSON against a plain reading of RFC 8785, written out here, on generated values."""

from __future__ import annotations

import json
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servanda.base import canon
from servanda.base.errors import ServandaError

NAMES = st.builds(
    str.__add__,
    st.sampled_from(string.ascii_letters),
    st.text(alphabet=string.ascii_letters + string.digits + "_.-", max_size=8),
)
SCALARS = st.none() | st.booleans() | st.integers(-(2**53 - 1), 2**53 - 1) | st.text(max_size=12)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=16
)
SHORT = {8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\"}


def plain(value):
    """RFC 8785 word for word, for the values of the record."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str():
            return '"' + "".join(SHORT.get(ord(c)) or (f"\\u{ord(c):04x}" if ord(c) < 32 else c) for c in value) + '"'
        case list():
            return "[" + ",".join(plain(item) for item in value) + "]"
        case dict():
            names = sorted(value, key=lambda name: name.encode("utf-16-be"))
            return "{" + ",".join(f"{plain(name)}:{plain(value[name])}" for name in names) + "}"
    raise AssertionError(value)


@given(VALUES)
def test_bytes_are_those_of_the_plain_writer(value):
    assert canon.encode(value) == plain(value).encode()


@given(VALUES)
def test_what_is_written_is_read_again(value):
    data = canon.encode(value)
    assert canon.decode(data, bytes_max=len(data)) == value


@given(VALUES, st.sampled_from([{"indent": 1}, {"separators": (", ", ":")}, {"ensure_ascii": True}]))
def test_another_spelling_of_a_value_is_refused(value, style):
    data = json.dumps(value, sort_keys=True, **{"separators": (",", ":"), "ensure_ascii": False, **style}).encode()
    if data == canon.encode(value):
        assert canon.decode(data, bytes_max=len(data)) == value
    else:
        with pytest.raises(ServandaError) as refused:
            canon.decode(data, bytes_max=len(data))
        assert refused.value.code == "json_not_canonical"


@given(st.binary(max_size=40) | st.text(alphabet='{}[]":,\\ud81e.0-tfn ', max_size=40).map(str.encode))
def test_any_bytes_are_read_as_themselves_or_refused(data):
    try:
        value = canon.decode(data, bytes_max=64)
    except ServandaError as refused:
        outcome = refused.code[:5]
    else:
        outcome = plain(value).encode()
    assert outcome in ("json_", data)


@given(VALUES, st.data())
def test_a_changed_byte_is_refused_or_another_value(value, data):
    written = bytearray(canon.encode(value))
    at = data.draw(st.integers(0, len(written) - 1))
    written[at] ^= data.draw(st.integers(1, 255))
    try:
        other = canon.decode(bytes(written), bytes_max=len(written))
    except ServandaError:
        return
    assert canon.encode(other) == bytes(written) != canon.encode(value)
