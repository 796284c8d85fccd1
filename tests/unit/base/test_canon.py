"""Canonical JSON: what is refused, by name, and what is written."""

from __future__ import annotations

import enum

import pytest

from servanda.base import canon
from servanda.base.errors import IntegrityError, MalformedError, ServandaError

NESTED_16 = b"[" * 16 + b"0" + b"]" * 16
NESTED_17 = b"[" * 17 + b"0" + b"]" * 17
EMPTY_AT_16 = b"[" * 17 + b"]" * 17


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "json_syntax"),
        (b"{", "json_syntax"),
        (b"[1,]", "json_syntax"),
        (b"1 2", "json_syntax"),
        (b"null\x00", "json_syntax"),
        (b"NaN", "json_syntax"),
        (b"-Infinity", "json_syntax"),
        (b'"a\nb"', "json_syntax"),
        (b"01", "json_syntax"),
        (b"'a'", "json_syntax"),
        ("[١]".encode(), "json_syntax"),
        (b"\xff", "json_text"),
        (b'"\xed\xa0\x80"', "json_text"),
        (b"\xef\xbb\xbfnull", "json_text"),
        (b'"\\ud800"', "json_text"),
        (b'["\\udc00\\ud800"]', "json_text"),
        (b'{"":1}', "json_name"),
        (b'{"1a":1}', "json_name"),
        (b'{"a b":1}', "json_name"),
        ('{"é":1}'.encode(), "json_name"),
        (b'{"' + b"a" * 65 + b'":1}', "json_name"),
        (b'{"a\\n":1}', "json_name"),
        (b'{"\\ud800":1}', "json_name"),
        (b"1.0", "json_number"),
        (b"1e3", "json_number"),
        (b"-0.0", "json_number"),
        (b"9007199254740992", "json_number"),
        (b"-9007199254740992", "json_number"),
        (b"9" * 5_000, "json_number"),
        (b'{"a":1,"a":1}', "json_duplicate"),
        (b'[{"a":{"b":1,"b":2}}]', "json_duplicate"),
        (NESTED_17, "json_depth"),
        (b"[" * 200_000, "json_depth"),
        (b'{"a":' * 16 + b"[1]" + b"}" * 16, "json_depth"),
        (b' {"a":1}', "json_not_canonical"),
        (b'{"a":1}\n', "json_not_canonical"),
        (b'{"a": 1}', "json_not_canonical"),
        (b'{"b":1,"a":2}', "json_not_canonical"),
        (b"-0", "json_not_canonical"),
        (b'"\\u0041"', "json_not_canonical"),
        (b'"\\/"', "json_not_canonical"),
        (b'"\\u001F"', "json_not_canonical"),
        (b'"\\u000a"', "json_not_canonical"),
        (b'"\\ud83d\\ude00"', "json_not_canonical"),
        (b'"' + b"a" * 300_000 + b'"', "too_large"),
    ],
)
def test_a_text_is_refused_by_the_name_of_its_fault(data, code):
    with pytest.raises(ServandaError) as refused:
        canon.decode(data, bytes_max=250_000)
    assert refused.value.code == code
    assert isinstance(refused.value, IntegrityError if code == "json_not_canonical" else MalformedError)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (1.0, "json_number"),
        ({"a": [float("nan")]}, "json_number"),
        (2**53, "json_number"),
        ([-(2**53)], "json_number"),
        ("\ud800", "json_text"),
        ({"a": {"é": 1}}, "json_name"),
        ({1: "a"}, "json_name"),
        ({"\ud800": "a"}, "json_name"),
        ({"": None}, "json_name"),
    ],
)
def test_a_value_is_refused_by_the_name_of_its_fault(value, code):
    with pytest.raises(MalformedError) as refused:
        canon.encode(value)
    assert refused.value.code == code


def test_a_value_too_deep_or_in_a_circle_is_refused():
    circle: list[object] = []
    circle.append(circle)
    with pytest.raises(MalformedError) as refused:
        canon.encode(circle)
    assert str(refused.value) == "a JSON text deeper than 16; ask the sender for the original bytes"


@pytest.mark.parametrize("value", [b"bytes", {1, 2}, object()])
def test_what_json_does_not_know_is_a_mistake_of_the_program(value):
    with pytest.raises(TypeError, match="no JSON value"):
        canon.encode([value])


def test_an_object_is_not_taken_for_a_list():
    with pytest.raises(MalformedError) as refused:
        canon.decode_object(b"[1]", bytes_max=9)
    assert (refused.value.code, refused.value.message) == ("field_type", "an object is expected, not `[1]`")


def test_messages_name_the_fault_and_what_to_do():
    with pytest.raises(MalformedError) as refused:
        canon.decode(b"[1.5]", bytes_max=9)
    assert str(refused.value) == "`1.5` is no whole number within 2^53 - 1; write a decimal as a text"


@pytest.mark.parametrize(
    ("value", "data"),
    [
        (None, b"null"),
        (True, b"true"),
        (-(2**53 - 1), b"-9007199254740991"),
        (
            '\x00\b\t\n\v\f\r\x1f"\\/\x7f\u2028é\U0001f600',
            '"\\u0000\\b\\t\\n\\u000b\\f\\r\\u001f\\"\\\\/\x7f\u2028é\U0001f600"'.encode(),
        ),
        ({"b": 1, "a": [], "B": {}, "a.b": 2, "a-b": 3, "a_b": 4}, b'{"B":{},"a":[],"a-b":3,"a.b":2,"a_b":4,"b":1}'),
        ((1, ("x",)), b'[1,["x"]]'),
    ],
)
def test_a_value_has_one_spelling(value, data):
    assert canon.encode(value) == data


@pytest.mark.parametrize(
    "data", [NESTED_16, EMPTY_AT_16, b"[" + b"[]," * 20 + b"0]", b'{"' + b"a" * 64 + b'":[{},"["]}']
)
def test_bounds_are_reached_but_not_passed(data):
    assert canon.encode(canon.decode(data, bytes_max=len(data))) == data


def test_words_of_the_domain_are_written_as_text():
    class Phase(enum.StrEnum):
        HELD = "held"

    assert canon.encode({"phase": Phase.HELD}) == b'{"phase":"held"}'


def test_the_text_of_the_specification():
    data = '{"a":1,"b":[true,null,"é\\n\\u001f\\"\\\\/"],"c":{"B":"한일","z":-5}}'.encode()
    assert canon.decode_object(data, bytes_max=100) == {
        "a": 1,
        "b": [True, None, 'é\n\x1f"\\/'],
        "c": {"B": "한일", "z": -5},
    }
