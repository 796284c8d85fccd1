"""`agreement check` and `agreement prove`: faults, warnings and promises, in text and JSON, with their exit codes."""

from __future__ import annotations

from pathlib import Path

import pytest

from servanda.assembly.accord import checking
from tests.founded import AGREEMENTS, servanda
from tests.wordings import words_of

CITED = "this `excludes` is cited and decides nothing: no act that it is about is permitted by"
A_WARNS = [(130, "4.3", "clause_cited_only", "excludes", f"{CITED} paragraph 4.2")]
B_WARNS = [
    (92, "3.2", "clause_cited_only", "excludes", f"{CITED} paragraphs 3.1, 5.2 and 8.1"),
    (278, "4.6", "clause_cited_only", "excludes", f"{CITED} paragraph 4.6"),
    (
        *(515, "10.1", "word_unused", "arrangement_form"),
        "`arrangement_form` is defined and never used: no test names it, and no fact takes its values from it",
    ),
]


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")


def edited(path: Path, name: str, *edits: tuple[str, str]) -> str:
    text = (AGREEMENTS / name / "en.md").read_text(encoding="utf-8")
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("prove", [(), ("--prove",)])
@pytest.mark.parametrize("part", ["", "en.md"])
@pytest.mark.parametrize(("name", "warned"), [("kr-jp-a", A_WARNS), ("kr-jp-b", B_WARNS)])
def test_the_example_texts_have_no_fault_and_these_warnings(
    name: str, warned: list[tuple[int, str, str, str, str]], part: str, prove: tuple[str, ...]
) -> None:
    answer = servanda("agreement", "check", str(AGREEMENTS / name / part), *prove, "--json")
    assert (answer.exit, answer.err) == (0, "")
    assert answer.value == [
        {
            "path": str(AGREEMENTS / name / "en.md"),
            "line": line,
            "paragraph": paragraph,
            "code": code,
            "message": message,
            "word": word,
            "level": "warning",
        }
        for line, paragraph, code, word, message in warned
    ]


def test_warnings_for_people_end_with_what_was_read() -> None:
    path = AGREEMENTS / "kr-jp-a" / "en.md"
    answer = servanda("agreement", "check", str(path))
    assert (answer.exit, answer.err) == (0, "")
    assert answer.out == f"{path}:130: 4.3 warning: {CITED} paragraph 4.2 (clause_cited_only)\nit reads\n"


def test_faults_and_warnings_stand_in_the_order_of_lines(tmp_path: Path) -> None:
    named = edited(
        tmp_path / "text.md",
        "kr-jp-a",
        ("topic_in_scope: [", "watched: [nk_missile]\n  topic_in_scope: ["),
        ("level: {at_most: secret}, originator_acts", "level: {at_most: top_secret}, originator_acts"),
        (
            "  when: {level: {at_least: top_secret}}\n```\n\n```clause\nholds",
            "  when: {level: 0}\n```\n\n```clause\nholds",
        ),
    )
    answer = servanda("agreement", "check", named, "--prove", "--json")
    assert answer.exit == 7
    assert [(each["line"], each["level"], each["code"], each["word"]) for each in answer.value] == [
        (28, "warning", "word_unused", "watched"),
        (137, "fault", "invariant_broken", "intelligence.report.share"),
        (137, "fault", "invariant_broken", "intelligence.report.amend"),
    ]
    told = servanda("agreement", "check", named, "--prove")
    assert told.exit == 7
    assert told.out.splitlines()[1].startswith(
        f"{named}:137: 4.3 what paragraph 4.3 promises does not hold: `intelligence.report.share` would be permitted "
    )
    assert "reads" not in told.out
    assert servanda("agreement", "check", named).exit == 0


def test_clauses_that_decide_nothing_are_named_with_what_decides(tmp_path: Path) -> None:
    twice = "```clause\nexcludes:\n  kinds: [intelligence.report.share]\n  when: {level: 3, marked: true}\n```\n\n"
    named = edited(tmp_path / "text.md", "kr-jp-a", ("**4.4** The originator", f"{twice}**4.4** The originator"))
    found = servanda("agreement", "check", named, "--json").value
    assert [(each["line"], each["paragraph"], each["code"], each["message"]) for each in found] == [
        (130, "4.3", "clause_cited_only", f"{CITED} paragraph 4.2"),
        (
            *(143, "4.3", "clause_idle"),
            "this `excludes` decides nothing: such acts are forbidden by paragraph 4.3 already",
        ),
    ]


def test_a_folder_has_words_in_every_language(tmp_path: Path) -> None:
    named = edited(tmp_path / "en.md", "kr-jp-a")
    answer = servanda("agreement", "check", str(tmp_path), "--json")
    assert answer.exit == 7
    assert [
        (each["path"], each["line"], each["code"], each["word"]) for each in answer.value if each["level"] == "fault"
    ] == [
        (named, 1, "language_missing", "ko"),
        (named, 1, "language_missing", "ja"),
    ]
    assert servanda("agreement", "check", named).exit == 0
    words = words_of(Path(named).read_text(encoding="utf-8"))
    (tmp_path / "ko.md").write_text(words["ko"], encoding="utf-8")
    answer = servanda("agreement", "check", str(tmp_path), "--json")
    assert [(each["code"], each["word"]) for each in answer.value if each["level"] == "fault"] == [
        ("language_missing", "ja")
    ]
    (tmp_path / "ja.md").write_text(words["ja"], encoding="utf-8")
    assert servanda("agreement", "check", str(tmp_path)).exit == 0


def test_without_the_solver_a_check_says_what_it_did_not_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "find_spec", lambda name: None)
    monkeypatch.setattr("servanda.assembly.extras.find_spec", lambda name: None)
    path = str(AGREEMENTS / "kr-jp-a" / "en.md")
    answer = servanda("agreement", "check", path, "--json")
    assert (answer.exit, answer.err) == (0, "")
    assert answer.value == [
        {
            "path": path,
            "line": 1,
            "paragraph": "",
            "code": "clauses_unweighed",
            "message": "whether every clause decides something was not asked: that needs servanda[prove]",
            "word": "",
            "level": "warning",
        }
    ]
    for command in (("check", path, "--prove"), ("prove", path)):
        answer = servanda("agreement", *command, "--json")
        assert (answer.exit, answer.out, answer.error["error"]) == (2, "", "extra_missing")


def test_what_is_promised_is_proved() -> None:
    answer = servanda("agreement", "prove", str(AGREEMENTS / "kr-jp-b"), "--json")
    page = answer.value
    assert (answer.exit, answer.err) == (0, "")
    assert list(page) == ["id", "version", "digest", "proved", "invariants", "seconds"]
    assert (page["id"], page["version"], page["proved"]) == ("kr-jp-b", 1, True)
    assert [
        (row["paragraph"], row["promise"], len(row["kinds"]), row["proved"], row["breaches"])
        for row in page["invariants"]
    ] == [
        ("3.4", "none is ever permitted with category: barred_category", 9, True, []),
        ("3.4", "none is ever permitted with category: barred_category; returns_receipt: false", 1, True, []),
        ("3.4", "none is ever permitted with serves_weapon: true", 7, True, []),
        ("9.1", "none is ever permitted with place: anything but outside_territory; host_invited: false", 4, True, []),
        ("13.3", "each is ruled alike in in_force, suspended", 7, True, []),
        ("13.4", "each is ruled alike in in_force, ended", 7, True, []),
    ]
    told = servanda("agreement", "prove", str(AGREEMENTS / "kr-jp-b"))
    assert told.exit == 0
    lines = told.out.splitlines()
    assert lines[:3] == [
        "holds  3.4    No urgency, no request of a third side and no consent of an officer lifts 3.2 or 3.3.",
        "              Only a change of this Agreement does.",
        "            of 9 kinds  none is ever permitted with category: barred_category",
    ]
    assert lines[-1].startswith("kr-jp-b version 1: 6 of 6 hold, for every possible act; ")


def test_a_promise_that_fails_is_shown_by_an_act_in_the_words_of_the_text(tmp_path: Path) -> None:
    named = edited(
        tmp_path / "text.md",
        "kr-jp-b",
        (
            "training, spare_parts,",
            "training, weapon, ammunition, explosive, weapon_part, weapon_software, spare_parts,",
        ),
        (
            "  when: {category: barred_category}\n```\n\n```clause\nrequires:",
            "  when: {category: barred_category, life_in_danger: false}\n```\n\n```clause\nrequires:",
        ),
    )
    answer = servanda("agreement", "prove", named, "--json")
    assert (answer.exit, answer.value["proved"]) == (7, False)
    broken = {
        (row["paragraph"], row["promise"]): row["breaches"] for row in answer.value["invariants"] if not row["proved"]
    }
    breaches = broken["3.4", "none is ever permitted with category: barred_category"]
    assert breaches
    for breach in breaches:
        assert list(breach) == ["kind", "author", "phases", "facts", "told", "example"]
        assert breach["author"] in {"JP", "KR"}
        assert breach["example"]["category"] in {"weapon", "ammunition", "explosive", "weapon_part", "weapon_software"}
        assert breach["facts"]["category"] == "barred_category"
        assert "category: barred_category" in breach["told"]
    told = servanda("agreement", "prove", named)
    assert told.exit == 7
    assert told.out.startswith("FAILS  3.4    No urgency, ")
    assert f"but {breaches[0]['kind']}  " in told.out


def test_a_text_without_promises_and_one_that_does_not_read(tmp_path: Path) -> None:
    source = (AGREEMENTS.parent / "tests" / "agreements" / "good" / "small.md").read_text(encoding="utf-8")
    file = tmp_path / "small.md"
    begin, end = source.index("```clause\nholds:\n  always"), source.index("## Article 13")
    file.write_text(source[:begin] + source[end:], encoding="utf-8")
    answer = servanda("agreement", "prove", str(file))
    assert (answer.exit, answer.out) == (
        0,
        "small-1 version 12: nothing is promised, for every possible act; 0.0 s\n",
    )
    file.write_text("no text", encoding="utf-8")
    answer = servanda("agreement", "prove", str(file), "--json")
    assert (answer.exit, answer.out, answer.error["error"]) == (7, "", "head_missing")
