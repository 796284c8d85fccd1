"""A difference as a person reads it: redline, behaviour, what binds; and in every language of the folders."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from servanda.agreement.instrument import load
from servanda.policy.compare import compare
from tests.cases import source
from tests.founded import servanda

ROOT = Path(__file__).parents[3]
AGREEMENTS = ROOT / "agreements"


def told(old: Path, new: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("COLUMNS", "100")
    answer = servanda("agreement", "diff", str(old), str(new))
    assert (answer.exit, answer.err) == (0, "")
    return answer.out.splitlines()


def folder(name: str, at: Path, **edits: tuple[str, str]) -> Path:
    """A copy of a published folder, with one edit in the files named."""
    copy = at / name
    shutil.copytree(AGREEMENTS / name, copy)
    for language, (old, new) in edits.items():
        path = copy / f"{language}.md"
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), encoding="utf-8")
    return copy


def test_nothing_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(AGREEMENTS / "kr-jp-a", folder("kr-jp-a", tmp_path), monkeypatch) == ["nothing changes"]


def test_the_version_alone_is_no_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    versions = ("version: 1\n", "version: 2\n")
    new = folder("kr-jp-a", tmp_path, en=versions, ko=versions, ja=versions)
    assert told(AGREEMENTS / "kr-jp-a", new, monkeypatch) == ["nothing changes"]


def test_words_of_one_language_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = AGREEMENTS / "kr-jp-a"
    words = next(
        line for line in (old / "ko.md").read_text(encoding="utf-8").splitlines() if line.startswith("**1.2**")
    )
    first = words.removeprefix("**1.2** ").split()[0]
    new = folder("kr-jp-a", tmp_path, ko=(words, words.replace(first, "모든", 1)))
    lines = told(old, new, monkeypatch)
    assert lines[0].startswith(f"ko 1.2  [-{first}-] {{+모든+}} ")
    assert lines[-1] == "the words change, and nothing that is carried out"


def test_a_text_read_alone_takes_no_language_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(AGREEMENTS / "kr-jp-a", AGREEMENTS / "kr-jp-a" / "en.md", monkeypatch) == ["nothing changes"]


def test_a_duty_and_a_term(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (
        source("kr-jp-b").replace("within: 365 days", "within: 180 days").replace("notice: 180 days", "notice: 90 days")
    )
    new = tmp_path / "en.md"
    new.write_text(text, encoding="utf-8")
    after = "after logistics.goods.receive where `settlement` is one of `in_kind`, `equal_value`:"
    assert told(AGREEMENTS / "kr-jp-b", new, monkeypatch) == [
        "the words stay as they are, and what is carried out changes",
        f"duty 6.2  -  {after}",
        "             author does logistics.goods.return within 365 days, else becomes cash, priced_on",
        "             due_date",
        f"duty 6.2  +  {after}",
        "             author does logistics.goods.return within 180 days, else becomes cash, priced_on",
        "             due_date",
        "term notice  -  180 days (13.2)",
        "term notice  +  90 days (13.2)",
    ]


def test_annexes_and_the_head_are_not_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (
        source("kr-jp-a")
        .replace("radius_nm: 12}", "radius_nm: 24}")
        .replace('time_zone: "+09:00"', 'time_zone: "+08:00"')
    )
    new = tmp_path / "en.md"
    new.write_text(text, encoding="utf-8")
    assert told(AGREEMENTS / "kr-jp-a", new, monkeypatch) == [
        "head  time_zone",
        "the words stay as they are, and what is carried out changes",
        "annexes changed, and what is computed from them  rescue-areas",
    ]


def test_what_is_newly_refused_and_what_breaks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = source("kr-jp-a").replace(
        "  suspendable: [intelligence.report.request, ",
        "  suspendable: [rescue.asset.offer, intelligence.report.request, ",
    )
    new = tmp_path / "en.md"
    new.write_text(text, encoding="utf-8")
    told_of = "[intelligence.report.request, intelligence.report.share,"
    assert told(AGREEMENTS / "kr-jp-a", new, monkeypatch) == [
        "the words stay as they are, and what is carried out changes",
        "newly refused  rescue.asset.offer",
        "  where  weapons_safe: true; phase: suspended; officer_role: rescue_coordinator, duty_officer",
        f"term suspendable  -  {told_of}",
        "                     intelligence.report.amend] (16.4)",
        "term suspendable  +  [rescue.asset.offer, intelligence.report.request, intelligence.report.share,",
        "                     intelligence.report.amend] (16.4)",
        "invariant of the new text broken  kr-jp-a/16.4",
        "  by acts of  rescue.asset.offer",
        "  for instance  rescue.asset.offer (ruled differently in in_force, suspended): weapons_safe: true;",
        "                officer_role: rescue_coordinator, duty_officer",
        "invariant in force broken  kr-jp-a/16.4",
        "  by acts of  rescue.asset.offer",
        "  for instance  rescue.asset.offer (ruled differently in in_force, suspended): weapons_safe: true;",
        "                officer_role: rescue_coordinator, duty_officer",
    ]


def test_more_than_is_described_is_said() -> None:
    old = load(source("kr-jp-a"), path="old")
    new = load(
        source("kr-jp-a").replace("inspected_months_ago: {at_most: 24}", "inspected_months_ago: {at_most: 36}"),
        path="new",
    )
    whole, cut = compare(old, new), compare(old, new, cubes_max=3)
    assert [(len(change.cubes), change.more) for change in whole.allowed] == [(4, False)]
    assert [(len(change.cubes), change.more) for change in cut.allowed] == [(3, True)]


def test_a_new_paragraph_allows_nothing_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Acts that question a paragraph which only one text has are no difference."""
    text = source("kr-jp-a").replace(
        "## Article 5 ·",
        "**4.6** More.\n\n"
        "```clause\nexcludes:\n  kinds: [intelligence.report.decline]\n  when: {marked: true}\n```\n\n"
        "## Article 5 ·",
    )
    new = tmp_path / "en.md"
    new.write_text(text, encoding="utf-8")
    assert told(AGREEMENTS / "kr-jp-a", new, monkeypatch) == [
        "en 4.6  {+More.+}",
        "newly refused  intelligence.report.decline",
        "  where  marked: true; phase: anything but not_in_force, ended; officer_role: information_officer",
    ]
