"""Members of payloads as options: what reads, what does not, and what may be left out."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Annotated, ClassVar, Literal

import click
import pytest
from msgspec import Meta, Struct, field

from servanda.act.content import Payload
from servanda.assembly.loaded import loaded
from servanda.base import forms
from servanda.base.errors import MalformedError, ServandaError, UsageError
from servanda.cli import nouns
from servanda.cli.members import How, Member, content_of, drafted_by, given, members_of, payload_of, whole

ActId = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
WHOLE = "ab" * 32


class Part(Struct):
    name: str


class Spot(forms.Part, frozen=True, kw_only=True):
    short: ClassVar[str] = "X,Y"

    x: int
    y: int


class Sample(Payload, frozen=True, kw_only=True):
    """A sample.

    Args:
        about, order: what it is about.
        level: step of the scale.
    """

    about: ActId
    order: ActId | None = None
    level: int = 0
    sure: bool | None = None
    word: Literal["yes", "no"] = "no"
    names: tuple[str, ...] = ()
    orders: tuple[ActId, ...] = ()
    part: Part | None = None
    parts: tuple[Part, ...] = ()
    either: str | Part | None = None
    marks: dict[str, str] = field(default_factory=dict)
    spot: Spot | None = None
    spots: tuple[Spot, ...] = ()
    hue: Literal["a", "b", "c", "d", "e", "f", "g"] = "a"


def desk(_state: object, _seat: object, *, about: str, level: int = 1, names: tuple[str, ...] = ()) -> None: ...


def expand(beginning: str) -> str:
    if not WHOLE.startswith(beginning):
        raise UsageError("id_unknown", beginning)
    return WHOLE


MEMBERS = members_of(Sample, None)


def test_each_type_has_its_way_to_be_given() -> None:
    assert [(member.flag, member.how, member.choices, member.is_needed, member.is_id) for member in MEMBERS] == [
        ("--about", How.TEXT, (), True, True),
        ("--order", How.TEXT, (), False, True),
        ("--level", How.NUMBER, (), False, False),
        ("--sure", How.FLAG, (), False, False),
        ("--word", How.TEXT, ("no", "yes"), False, False),
        ("--names", How.MANY, (), False, False),
        ("--orders", How.MANY, (), False, True),
        ("--part", How.JSON, (), False, False),
        ("--parts", How.JSON, (), False, False),
        ("--either", How.JSON, (), False, False),
        ("--marks", How.JSON, (), False, False),
        ("--spot", How.TEXT, (), False, False),
        ("--spots", How.MANY, (), False, False),
        ("--hue", How.TEXT, ("a", "b", "c", "d", "e", "f", "g"), False, False),
    ]
    assert [member.told for member in MEMBERS[:3]] == ["What it is about.", "What it is about.", "Step of the scale."]


def test_a_part_may_be_given_in_short_or_as_json() -> None:
    values = {"spot": "1,2", "spots": ("1,2", '{"x":3,"y":4}', '["5,6",{"x":7,"y":8}]', '"9,9"')}
    assert given(MEMBERS, values, expand) == {
        "spot": "1,2",
        "spots": ["1,2", {"x": 3, "y": 4}, "5,6", {"x": 7, "y": 8}, "9,9"],
    }
    assert given(MEMBERS, {"spot": '{"x":3,"y":4}'}, expand) == {"spot": {"x": 3, "y": 4}}
    shown = {member.name: member.option() for member in MEMBERS}
    assert (shown["spot"].metavar, shown["spots"].metavar, shown["spots"].multiple) == ("X,Y", "X,Y", True)
    assert shown["spots"].help == "One of a list; give it again for more. Or as JSON."


def test_many_words_are_told_beside_an_option_and_few_in_its_place() -> None:
    shown = {member.name: member.option() for member in MEMBERS}
    assert (shown["hue"].metavar, shown["hue"].help) == ("TEXT", "One of a, b, c, d, e, f, g.")
    assert (shown["word"].metavar, shown["word"].help) == ("no|yes", "")


def test_what_the_desk_asks_for_is_needed_and_nothing_else() -> None:
    assert [member.name for member in members_of(Sample, desk) if member.is_needed] == ["about"]
    assert drafted_by(desk, ["about", "level"])
    assert not drafted_by(desk, ["about", "order"])


def test_every_kind_gives_options_that_a_parser_takes() -> None:
    for kind in nouns.said():
        each = loaded()[kind.domain]
        members = members_of(each.domain.payloads[kind.name], each.verbs.get(kind.name))
        click.Command(kind.verb, params=[member.option() for member in members])
        assert len({member.flag for member in members}) == len(members)


def test_what_was_given_is_read_and_what_was_not_stays_out() -> None:
    values = {
        "about": "ababab",
        "order": None,
        "level": 2,
        "sure": False,
        "names": ("a", '["b","c"]'),
        "orders": ("abababab", f'["{WHOLE}"]'),
        "part": '{"name":"x"}',
        "either": "null",
        "marks": '{"KR":"KR-2"}',
        "parts": None,
        "word": "no",
    }
    assert given(MEMBERS, values, expand) == {
        "about": WHOLE,
        "level": 2,
        "sure": False,
        "word": "no",
        "names": ["a", "b", "c"],
        "orders": [WHOLE, WHOLE],
        "part": {"name": "x"},
        "either": None,
        "marks": {"KR": "KR-2"},
    }


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"part": "{"}, "json_syntax"),
        ({"names": ("[1,",)}, "json_syntax"),
        ({"about": "@nowhere"}, "text_unreadable"),
        ({"about": "fedcba98"}, "id_unknown"),
    ],
)
def test_what_cannot_be_read_is_told(values: dict[str, object], code: str) -> None:
    with pytest.raises(ServandaError) as caught:
        given(MEMBERS, values, expand)
    assert caught.value.code == code


def test_files_stand_for_their_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "en.md").write_text("words\n", encoding="utf-8")
    monkeypatch.setattr("sys.stdin", io.StringIO("from there"))
    assert [content_of(each) for each in ("plain", "@@plain", f"@{tmp_path}/en.md", "@-")] == [
        "plain",
        "@plain",
        "words\n",
        "from there",
    ]
    (tmp_path / "bytes").write_bytes(b"\xff")
    with pytest.raises(MalformedError) as caught:
        content_of(f"@{tmp_path}/bytes")
    assert caught.value.code == "text_encoding"


def test_a_whole_payload_is_an_object(tmp_path: Path) -> None:
    file = tmp_path / "payload.json"
    file.write_text('{"a": 1}')
    assert payload_of(str(file)) == {"a": 1}
    file.write_text("[1]")
    with pytest.raises(MalformedError) as caught:
        payload_of(str(file))
    assert caught.value.code == "field_type"


def test_only_the_beginning_of_an_id_is_completed() -> None:
    assert [whole(each, expand) for each in (WHOLE, "ababab", "abc", "KR-2031-000001")] == [
        WHOLE,
        WHOLE,
        "abc",
        "KR-2031-000001",
    ]
    assert Member(name="unit_price", how=How.TEXT).flag == "--unit-price"


def test_an_id_within_a_part_may_be_given_by_its_beginning() -> None:
    members = members_of(loaded()["agreement"].domain.payloads["agreement.meeting.minute"], None)
    subject = {"proposal": "ababab", "held": "2031-06-10", "settled": ["1.1"], "text": WHOLE, "open": []}
    read_whole = given(members, {"subject": json.dumps(subject)}, expand)
    assert read_whole == {"subject": {**subject, "proposal": WHOLE}}
    assert given(members, {"subject": "[1]"}, expand) == {"subject": [1]}
