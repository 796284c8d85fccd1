"""The example payloads: each is of its kind, none lacks a member, and together they show every member there is."""

from __future__ import annotations

import json
from typing import Any

import pytest

from servanda.act.content import read, write
from servanda.agreement.instrument import tabled
from servanda.base import canon
from tests.conformance.payloads import FOLDER, PAYLOADS, SAID, examples, kind_of, structs, values

FILES = sorted(FOLDER.rglob("*.json"))
MARKS = ("exercise", "ex-")


def test_every_kind_that_is_said_has_a_payload_and_an_example() -> None:
    assert set(PAYLOADS) == set(SAID)
    assert {kind_of(path) for path in FILES} == set(SAID)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(FOLDER).as_posix())
def test_an_example_is_written_as_it_was_read(path: Any) -> None:
    text = path.read_text(encoding="utf-8")
    value = json.loads(text)
    payload = read(PAYLOADS[kind_of(path)], value)

    assert canon.encode(write(payload)) == canon.encode(value)
    assert json.dumps(value, ensure_ascii=False, indent=2) + "\n" == text


@pytest.mark.parametrize("kind", SAID)
def test_examples_of_a_kind_show_every_member_of_it(kind: str) -> None:
    told = {name for value in examples(kind) for name in value}

    assert told == set(PAYLOADS[kind].__struct_fields__)


def test_examples_show_every_member_of_every_part() -> None:
    there = {
        (each.__name__, name) for kind in SAID for each in structs(PAYLOADS[kind]) for name in each.__struct_fields__
    }
    built = [part for kind in SAID for value in examples(kind) for part in values(read(PAYLOADS[kind], value))]
    shown = {(type(part).__name__, name) for part in built for name in write(part)}

    assert there - shown == set()


def test_texts_of_examples_read_under_their_digests() -> None:
    texts = [value for name in ("table", "counter") for value in examples(f"agreement.text.{name}")]

    assert [tabled(value, path="example").digest for value in texts] == [value["digest"] for value in texts]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(FOLDER).as_posix())
def test_an_example_says_that_it_is_one(path: Any) -> None:
    """What people read in it bears a mark; ids, codes, days and numbers alone need none."""
    words = [text for text in _texts(json.loads(path.read_text(encoding="utf-8"))) if " " in text]

    assert words == [] or any(mark in text.lower() for text in words for mark in MARKS)


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for each in value.values() for text in _texts(each)]
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    return [value] if isinstance(value, str) else []
