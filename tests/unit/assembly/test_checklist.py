"""Checklists as files: what is refused, with place, key and value, and what is read; the shipped ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from servanda.assembly.accord.checklist import Checklist, Condition, Step, read_checklist
from servanda.base.errors import UsageError

ROOT = Path(__file__).resolve().parents[3]
TITLE = 'title = { ko = "가", ja = "あ", en = "a" }'
WHOLE = f"""
format = "servanda-checklist/1"
name = "kr"
exercise = true

[[condition]]
id = "asked"
{TITLE}
who = "bureau"

[[step]]
id = "review"
{TITLE}
who = "ministry"
before = "text.sign"

[[step]]
id = "consent"
{TITLE}
who = "assembly"
before = "completion.notify"
when = "asked"
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kr.toml"


def told(path: Path, text: str) -> tuple[str, str, str]:
    path.write_text(text)
    with pytest.raises(UsageError) as caught:
        read_checklist(path)
    return caught.value.code, caught.value.message.replace(str(path), "kr.toml"), caught.value.action or ""


@pytest.mark.parametrize(
    ("old", "new", "message", "action"),
    [
        ("checklist/1", "checklist/2", "`kr.toml`: `format` is not `servanda-checklist/1`, got", "correct `format`"),
        ('name = "kr"\n', "", "`kr.toml`: `name` is missing", "add `name`"),
        ('name = "kr"', 'nmae = "kr"', "`kr.toml`: nothing is called `nmae`", "write `name` if that is meant"),
        ("exercise = true", 'exercise = "yes"', "`exercise` is not true or false, got `yes`", "correct `exercise`"),
        ('who = "ministry"\n', "", "`kr.toml` [[step]] review: `who` is missing", "add `who`"),
        ('"ministry"', '"a\\nb"', "[[step]] review: `who` is not one line", "correct `who` there"),
        ('id = "review"', 'id = "Review 1"', "`id` is not a name in small letters", "correct `id` there"),
        ('id = "review"', 'id = "asked"', "`kr.toml`: `id` `asked` stands twice", "give each step and condition"),
        (
            'before = "text.sign"',
            'before = "text.initial"',
            "[[step]] review: `before` is not `text.sign` or `completion.notify`, or left out, got `text.initial`",
            "correct `before` there",
        ),
        (
            'before = "text.sign"\n',
            "",
            "[[step]] `consent`: `before` is `completion.notify`, and a step above it comes later",
            "write the steps in the order",
        ),
        (
            'when = "asked"',
            'when = "aksed"',
            "`when` is not the id of a `[[condition]]`: asked, got `aksed`",
            "correct",
        ),
        ('when = "asked"\n', "", "`kr.toml`: no step names the condition `asked`", "name it with `when`"),
        ('ja = "あ", ', "", "`title` is not words in each of ko, ja, en", "correct `title` there"),
        ('ja = "あ"', 'ja = " "', "`title` is not words in each of ko, ja, en, each one line", "correct `title` there"),
        ("[[condition]]", "[condition]", "`kr.toml`: `condition` is not at most 100 tables `[[condition]]`", "correct"),
    ],
)
def test_a_fault_is_told_with_its_place_and_what_to_write(
    path: Path, old: str, new: str, message: str, action: str
) -> None:
    code, said, do = told(path, WHOLE.replace(old, new, 1))
    assert (code, message in said, action in do) == ("checklist_wrong", True, True), (said, do)


def test_a_list_without_steps_is_none(path: Path) -> None:
    code, said, _ = told(path, WHOLE[: WHOLE.index("[[condition]]")])
    assert (code, "`step` is not at least one table `[[step]]`" in said) == ("checklist_wrong", True)


@pytest.mark.parametrize("data", [b"name = \n", b"\xff\xfe", b"#" * 70_000])
def test_what_is_no_toml_is_refused(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    with pytest.raises(UsageError) as caught:
        read_checklist(path)
    assert (caught.value.code, caught.value.action) == ("checklist_unreadable", "correct that line")


def test_a_file_that_is_not_there_is_told(path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        read_checklist(path)
    assert caught.value.code == "checklist_unreadable"
    assert "correct `path` under `[[checklist]]` in the settings" in (caught.value.action or "")


def test_a_list_as_one_value(path: Path) -> None:
    path.write_text(WHOLE)
    title = {"ko": "가", "ja": "あ", "en": "a"}
    assert read_checklist(path) == Checklist(
        path=path,
        name="kr",
        exercise=True,
        steps=(
            Step(id="review", title=title, who="ministry", before="text.sign", when=None),
            Step(id="consent", title=title, who="assembly", before="completion.notify", when="asked"),
        ),
        conditions=(Condition(id="asked", title=title, who="bureau"),),
    )


@pytest.mark.parametrize(
    ("nation", "before_signature", "conditional"),
    [
        ("kr", ["legislation-review", "vice-ministers", "state-council", "president"], ["national-assembly"]),
        ("jp", ["legislation-bureau", "cabinet-signature"], ["diet"]),
    ],
)
def test_the_shipped_lists_read(nation: str, before_signature: list[str], conditional: list[str]) -> None:
    found = read_checklist(ROOT / "examples" / "checklists" / f"{nation}.toml")
    assert (found.name, found.exercise) == (nation, True)
    assert [step.id for step in found.steps if step.before == "text.sign"] == before_signature
    assert [step.id for step in found.steps if step.when is not None] == conditional
    assert found.steps[-1].before is None
