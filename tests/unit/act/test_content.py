"""Payloads: what is refused by the name of its member, and what outlives destruction."""

from __future__ import annotations

from typing import ClassVar

import pytest

from servanda.act import content
from servanda.act.content import Payload
from servanda.base.errors import MalformedError


class Whole(Payload):
    """Outlives its destruction in full."""

    topic: str
    level: int = 0


class Secret(Payload):
    """Leaves its number behind."""

    residue_members: ClassVar[frozenset[str] | None] = frozenset({"control"})

    control: str
    text: str


@pytest.mark.parametrize(
    ("value", "code", "named"),
    [
        ({}, "field_missing", "`topic`"),
        ({"topic": 1}, "field_type", "$.topic"),
        ({"topic": "x", "level": "1"}, "field_type", "$.level"),
        ({"topic": "x", "level": 1.0}, "field_type", "$.level"),
        ([], "field_type", "expected `object`"),
    ],
)
def test_a_payload_is_refused_by_the_name_of_its_member(value, code, named):
    with pytest.raises(MalformedError) as refused:
        content.read(Whole, value)
    assert refused.value.code == code
    assert refused.value.message.startswith("Whole: ")
    assert named in refused.value.message


def test_what_is_not_given_stays_out_of_the_bytes():
    assert content.write(Whole(topic="x")) == {"topic": "x"}
    assert content.read(Whole, {"topic": "x", "level": 0, "unknown": [1]}) == Whole(topic="x")


def test_the_residue_is_what_the_type_names():
    value = {"control": "KR-7", "text": "No real content.", "unknown": 1}
    assert content.residue(Secret, value) == {"control": "KR-7"}
    assert content.residue(Whole, value) == value
