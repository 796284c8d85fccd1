"""Members of an object: what is missing or wrong is named."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from servanda.base import fields
from servanda.base.errors import MalformedError

MEMBERS = {
    "empty": "",
    "text": "kr/han",
    "long": "a" * 257,
    "number": 7,
    "truth": True,
    "none": None,
    "digest": "0f" * 32,
    "upper": "0F" * 32,
    "object": {"a": 1},
    "list": [1, 2, 3],
    "time": "2026-11-24T09:00:00Z",
    "day": "2026-11-24",
}


@pytest.mark.parametrize("read", [fields.text, fields.hex_text, fields.whole, fields.time, fields.nested])
def test_a_member_that_is_not_there_is_named(read):
    with pytest.raises(MalformedError) as refused:
        read(MEMBERS, "seen")
    assert (refused.value.code, str(refused.value)) == (
        "field_missing",
        "there is no member `seen`; ask the sender to make it anew",
    )


@pytest.mark.parametrize(
    ("read", "name", "wanted"),
    [
        (fields.text, "empty", "a text of 1 to 256 characters"),
        (fields.text, "long", "a text of 1 to 256 characters"),
        (fields.text, "number", "a text of 1 to 256 characters"),
        (fields.text, "none", "a text of 1 to 256 characters"),
        (fields.hex_text, "text", "hex of 64 characters in lower case"),
        (fields.hex_text, "upper", "hex of 64 characters in lower case"),
        (fields.hex_text, "number", "hex of 64 characters in lower case"),
        (fields.whole, "truth", "a whole number from 0 to 9007199254740991"),
        (fields.whole, "text", "a whole number from 0 to 9007199254740991"),
        (fields.time, "day", "a moment such as `2031-04-01T08:00:00Z`"),
        (fields.time, "number", "a moment such as `2031-04-01T08:00:00Z`"),
        (fields.nested, "list", "an object"),
    ],
)
def test_a_member_of_another_kind_is_named(read, name, wanted):
    with pytest.raises(MalformedError) as refused:
        read(MEMBERS, name)
    assert (refused.value.code, refused.value.message) == ("field_type", f"the member `{name}` is not {wanted}")


def test_numbers_and_lists_have_bounds():
    with pytest.raises(MalformedError, match="a whole number from 8 to 9"):
        fields.whole(MEMBERS, "number", least=8, most=9)
    with pytest.raises(MalformedError, match="a list of 0 to 2"):
        fields.items(MEMBERS, "list", most=2)
    with pytest.raises(MalformedError, match="a list of 4 to 5"):
        fields.items(MEMBERS, "list", least=4, most=5)
    with pytest.raises(MalformedError, match="hex of 32 characters"):
        fields.hex_text(MEMBERS, "digest", characters=32)


def test_members_are_read():
    assert [
        fields.text(MEMBERS, "text"),
        fields.hex_text(MEMBERS, "digest"),
        fields.whole(MEMBERS, "number", least=7, most=7),
        fields.time(MEMBERS, "time"),
        fields.nested(MEMBERS, "object"),
        fields.items(MEMBERS, "list", most=3),
        fields.member(MEMBERS, "none"),
    ] == ["kr/han", "0f" * 32, 7, datetime(2026, 11, 24, 9, tzinfo=UTC), {"a": 1}, [1, 2, 3], None]
