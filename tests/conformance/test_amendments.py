"""Every published amendment through the command: the whole difference, and either text asked about its examples."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from servanda.assembly.texts import Agreement
from tests.founded import Answer, servanda

ROOT = Path(__file__).parents[2]
VECTORS = ROOT / "spec" / "vectors"
OWN = json.loads((VECTORS / "amendments.json").read_text(encoding="utf-8"))
CASES = OWN["amendments"]
SHORT = json.loads((VECTORS / "rulings.json").read_text(encoding="utf-8"))["amendments"]
RULED = {"newly_allowed": ("refusal", "permit"), "newly_refused": ("permit", "refusal")}


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("amended")


def amended(case: dict[str, Any], folder: Path) -> Path:
    """The text with clauses, edited, in a file."""
    text = (ROOT / "agreements" / case["agreement"] / "en.md").read_text(encoding="utf-8")
    for old, new in case["edits"]:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path = folder / f"{case['id']}.md"
    path.write_text(text, encoding="utf-8")
    return path


@cache
def answered(name: str, folder: Path) -> Any:
    case = next(case for case in (*CASES, *SHORT) if case["id"] == name)
    answer = compared(ROOT / "agreements" / case["agreement"], amended(case, folder), "--json")
    assert (answer.exit, answer.err) == (0, "")
    return answer.value


def compared(old: Path, new: Path, *flags: str) -> Answer:
    return servanda("agreement", "diff", str(old), str(new), *flags)


def in_any_order(descriptions: list[Any]) -> list[str]:
    return sorted(json.dumps(each, sort_keys=True) for each in descriptions)


def test_texts_of_two_agreements_are_not_compared() -> None:
    answer = compared(ROOT / "agreements" / "kr-jp-a", ROOT / "agreements" / "kr-jp-b", "--json")
    assert (answer.exit, answer.out, answer.error["error"]) == (2, "", "texts_unrelated")


def test_texts_between_other_parties_are_not_compared(tmp_path: Path) -> None:
    old = ROOT / "agreements" / "kr-jp-a" / "en.md"
    new = tmp_path / "en.md"
    text = (
        old.read_text(encoding="utf-8")
        .replace("  JP: Japan\n", "  AU: Australia\n")
        .replace("waters_of: JP", "waters_of: AU")
    )
    new.write_text(text, encoding="utf-8")
    answer = compared(old, new, "--json")
    assert (answer.exit, answer.out, answer.error["error"]) == (2, "", "texts_unrelated")
    assert "JP, KR" in answer.error["message"]
    assert "AU, KR" in answer.error["message"]


@pytest.mark.parametrize("missing", [0, 1])
def test_a_text_that_is_not_there(missing: int, tmp_path: Path) -> None:
    paths = [ROOT / "agreements" / "kr-jp-a", ROOT / "agreements" / "kr-jp-a"]
    paths[missing] = tmp_path / "absent"
    answer = compared(paths[0], paths[1], "--json")
    assert (answer.exit, answer.out, answer.error["error"]) == (2, "", "text_unreadable")


@pytest.mark.parametrize("faulty", [0, 1])
def test_a_text_that_does_not_read(faulty: int, tmp_path: Path) -> None:
    broken = tmp_path / "en.md"
    broken.write_text("---\nformat: servanda-agreement/1\n---\n", encoding="utf-8")
    paths = [ROOT / "agreements" / "kr-jp-a", ROOT / "agreements" / "kr-jp-a"]
    paths[faulty] = broken
    answer = compared(paths[0], paths[1], "--json")
    assert (answer.exit, answer.out) == (7, "")


def test_the_vectors_are_all_here() -> None:
    assert len(CASES) == OWN["meta"]["counts"]["amendments"]


@pytest.mark.parametrize("case", SHORT, ids=lambda case: case["id"])
def test_the_difference_of_an_example(case: dict[str, Any], folder: Path) -> None:
    page = answered(case["id"], folder)
    assert {name: page[name] for name in case["expected"]} == case["expected"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_the_whole_difference(case: dict[str, Any], folder: Path) -> None:
    page, expected = dict(answered(case["id"], folder)), dict(case["expected"])
    described = expected.pop("described")
    examples = page.pop("examples")
    page["words_changed"] = [
        {name: words[name] for name in ("language", "paragraph", "redline")} for words in page["words_changed"]
    ]
    assert page == expected
    for change in RULED:
        found = {
            kind: in_any_order(each["described"])
            for kind, listed in examples.items()
            for each in listed
            if each["change"] == change
        }
        assert found == {kind: in_any_order(each) for kind, each in described.get(change, {}).items()}
        assert sorted(found) == expected[change]


@pytest.mark.parametrize("case", [*CASES, *SHORT], ids=lambda case: case["id"])
def test_either_text_is_asked_about_its_examples(case: dict[str, Any], folder: Path) -> None:
    old = Agreement.load(ROOT / "agreements" / case["agreement"])
    new_source = amended(case, folder)
    examples = [each for listed in answered(case["id"], folder)["examples"].values() for each in listed]
    for each in examples:
        line = json.dumps(each["act"])
        assert each["old"] == old.judge(line)
        if not case["expected"]["duties_unmet"]:
            assert each["new"] == Agreement.load(new_source).judge(line)
        if each["change"] in RULED:
            assert (each["old"]["ruling"], each["new"]["ruling"]) == RULED[each["change"]]
            assert (each["paragraph"], each["more"], each["phases"]) == ("", False, [])


def test_a_broken_invariant_shows_an_act_that_breaks_it(folder: Path) -> None:
    """The word was moved away from under 3.4, which stays as it was."""
    examples = answered("AM-1", folder)["examples"]
    broken = {
        kind: (each["paragraph"], each["act"]["facts"]["category"], each["new"]["ruling"])
        for kind, listed in examples.items()
        for each in listed
        if each["change"] == "invariants_in_force_broken"
    }
    kinds = {
        *(f"logistics.{kind}" for kind in ("order.place", "order.accept", "goods.issue", "goods.receive")),
        *(f"logistics.{kind}" for kind in ("goods.transfer", "goods.return")),
        *(f"peacekeeping.support.{verb}" for verb in ("request", "offer", "accept", "fulfil")),
    }
    assert broken == dict.fromkeys(kinds, ("kr-jp-b/3.4", "ammunition", "permit"))


def test_phases_that_an_invariant_compares_are_named(folder: Path) -> None:
    examples = answered("AM-4", folder)["examples"]["rescue.asset.offer"]
    assert [(each["change"], each["paragraph"], each["phases"]) for each in examples] == [
        ("newly_refused", "", []),
        ("own_invariants_broken", "kr-jp-a/16.4", ["in_force", "suspended"]),
        ("invariants_in_force_broken", "kr-jp-a/16.4", ["in_force", "suspended"]),
    ]
