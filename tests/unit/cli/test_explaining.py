"""Why a case would be ruled on so, one case by options, and a text shown whole, through the command line."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.founded import AGREEMENTS, ROOT, Answer, Pair, servanda

RULINGS = json.loads((ROOT / "spec" / "vectors" / "rulings.json").read_text(encoding="utf-8"))
A, B = str(AGREEMENTS / "kr-jp-a"), str(AGREEMENTS / "kr-jp-b")
SHARE = "intelligence.report.share"
IN_4_2 = "A Party may share, and later correct, information that it originated, within 1.1 and up to secret."


def case(kind: str, facts: dict[str, Any], *more: str, author: str = "KR") -> tuple[str, ...]:
    return ("--kind", kind, "--author", author, "--facts", json.dumps(facts), *more)


def report(**changes: Any) -> dict[str, Any]:
    return {**RULINGS["bases"]["report"], **changes}


def failed(answer: Answer) -> tuple[int, str, str]:
    return answer.exit, answer.out, answer.error["error"]


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")


@pytest.mark.parametrize("command", ["judge", "explain"])
@pytest.mark.parametrize(
    ("words", "ended"),
    [
        (("--kind", SHARE), (2, "usage")),
        (("--kind", SHARE, "--author", "KR"), (2, "usage")),
        (("--facts", "{}"), (2, "usage")),
        (("--kind", SHARE, "--author", "KR", "--facts", "{}", "--cases", "-"), (2, "usage")),
        (("--cases", "none"), (2, "file_unreadable")),
        (("--kind", SHARE, "--author", "KR", "--facts", "{"), (6, "json_syntax")),
        (("--kind", SHARE, "--author", "KR", "--facts", "[{}]"), (6, "field_type")),
        (("--kind", SHARE, "--author", "KR", "--facts", '{"level": 1, "level": 2}'), (6, "json_duplicate")),
        (("--kind", SHARE, "--author", "CN", "--facts", "{}"), (6, "field_type")),
    ],
)
def test_a_case_that_is_not_whole(
    command: str, words: tuple[str, ...], ended: tuple[int, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert failed(servanda("agreement", command, A, *words, "--json")) == (ended[0], "", ended[1])


def test_cases_that_are_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "cases").write_bytes(b'{"kind": "\xff"}\n')
    found = servanda("agreement", "judge", A, "--cases", str(tmp_path / "cases"), "--json")
    assert failed(found) == (6, "", "text_encoding")


def test_nothing_to_explain_or_too_much() -> None:
    for words in ((A,), ("--kind", SHARE), (A, "--act", "a1"), ("--act", "a1", "--kind", SHARE)):
        assert failed(servanda("agreement", "explain", *words, "--json")) == (2, "", "usage")
    assert failed(servanda("agreement", "explain", "--act", "a1", "--json")) == (2, "", "node_missing")


@pytest.mark.parametrize("each", RULINGS["cases"], ids=lambda each: each["id"])
def test_one_case_by_options_is_judged_as_in_a_file_and_explained_so(each: dict[str, Any]) -> None:
    expected, sets = each["expected"], each.get("lines", [each.get("facts")])
    words = ("--kind", each["kind"], "--author", each["party"])
    facts = [word for one in sets for word in ("--facts", json.dumps(one))]
    text = str(AGREEMENTS / each["agreement"])
    due = {
        "ruling": expected["ruling"],
        "ground": expected["ground"],
        "cites": expected["cites"],
        "line": expected.get("line"),
        "missing": expected.get("facts", []),
    }
    judged = servanda("agreement", "judge", text, *words, *facts, "--json")
    assert (judged.exit, judged.err, judged.value) == (0, "", due)
    told = servanda("agreement", "explain", text, *words, *facts, "--json")
    assert (told.exit, told.err) == (0, "")
    page = told.value
    assert {name: page[name] for name in due} == due
    assert (page["act"], page["code"], len(page["lines"])) == (None, None, len(sets))
    line = page["lines"][(due["line"] or 1) - 1]
    deciding = line["permits"] if due["ruling"] == "permit" else line["forbids"]
    assert [*dict.fromkeys(clause["paragraph"] for clause in deciding)] == line["cites"]
    assert [amiss["fact"] for amiss in line["amiss"]] == due["missing"]
    assert set(line["cites"]) <= set(page["words"])


def test_a_silent_case_explained_to_programs() -> None:
    told = servanda("agreement", "explain", A, *case(SHARE, report(topic="other"), "--json"))
    assert (told.exit, told.err) == (0, "")
    assert told.value == {
        "act": None,
        "kind": SHARE,
        "author": "KR",
        "ruling": "refusal",
        "ground": "silent",
        "cites": [],
        "line": None,
        "missing": [],
        "code": None,
        "words": {"4.2": IN_4_2},
        "lines": [
            {
                "ruling": "refusal",
                "ground": "silent",
                "cites": [],
                "missing": [],
                "permits": [],
                "forbids": [],
                "would_permit": [
                    {
                        "paragraph": "4.2",
                        "form": "allows",
                        "tests": [
                            {
                                "part": "when",
                                "asks": "`topic` is one of `topic_in_scope` (`nk_nuclear`, `nk_missile`)",
                                "fact": "topic",
                                "stated": "other",
                                "holds": False,
                            },
                            {
                                "part": "when",
                                "asks": "`level` is at most 2 (`secret`)",
                                "fact": "level",
                                "stated": 1,
                                "holds": True,
                            },
                            {
                                "part": "when",
                                "asks": "`originator_acts` is true",
                                "fact": "originator_acts",
                                "stated": True,
                                "holds": True,
                            },
                        ],
                    }
                ],
                "amiss": [],
                "because": "",
            }
        ],
    }


def test_a_forbidden_case_explained_to_people() -> None:
    told = servanda("agreement", "explain", A, *case(SHARE, report(level=3, marked=False)))
    assert (told.exit, told.err) == (0, "")
    assert told.out.splitlines() == [
        "intelligence.report.share of KR: forbidden 4.3 5.1",
        "4.3 forbids it (excludes)",
        "     Information above secret is not shared.",
        "     met      when `level` is at least 3 (`top_secret`); it is `3`",
        "5.1 forbids it (requires)",
        "     Every report bears the originator's name, its level in the words of both Parties, its date and",
        "     its purpose.",
        "     not met  that `marked` is true; it is `false`",
        "     met      that `purpose_stated` is true; it is `true`",
        "4.2 would permit it if all were met (allows)",
        "     A Party may share, and later correct, information that it originated, within 1.1 and up to",
        "     secret.",
        "     met      when `topic` is one of `topic_in_scope` (`nk_nuclear`, `nk_missile`); it is",
        "              `nk_nuclear`",
        "     not met  when `level` is at most 2 (`secret`); it is `3`",
        "     met      when `originator_acts` is true; it is `true`",
    ]


def test_facts_that_are_amiss_explained_to_people() -> None:
    facts = report(level="secret", consnt=True)
    del facts["topic"]
    told = servanda("agreement", "explain", A, *case(SHARE, facts))
    assert told.out.splitlines() == [
        "intelligence.report.share of KR: unjudgeable",
        "surplus `consnt`  the kind has no such fact; did you mean `consent`",
        "wrong `level`  it is `secret`; it takes a whole number from 0 to 3 (0 `unclassified`, 1",
        "               `confidential`, 2 `secret`, 3 `top_secret`); did you mean `2`",
        "missing `topic`  it takes one of `nk_nuclear`, `nk_missile`, `other`; state `other` where it could",
        "                 not be established",
    ]


def test_lines_and_kinds_that_nobody_speaks_of_explained_to_people(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [
        {"kind": "intelligence.report.shar", "author": "KR", "facts": {}},
        {"kind": SHARE, "author": "JP", "lines": [report(), report(level=3, topic="nk_missile")]},
    ]
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(map(json.dumps, lines))))
    told = servanda("agreement", "explain", A, "--cases", "-")
    assert (told.exit, told.err) == (0, "")
    assert [line for line in told.out.splitlines() if not line.startswith(" ")] == [
        "intelligence.report.shar of KR: silent",
        "`intelligence.report.shar` is no kind; did you mean `intelligence.report.share`",
        "intelligence.report.share of JP: forbidden 4.3 of line 2",
        "line 1: permit 4.2",
        "4.2 permits it (allows)",
        "line 2: forbidden 4.3",
        "4.3 forbids it (excludes)",
        "4.2 would permit it if all were met (allows)",
    ]


def test_an_act_of_the_record_is_explained_by_what_was_kept_with_it(pair: Pair) -> None:
    acts = pair.value("KR", "act", "list")
    by_life = next(row for row in acts if row["kind"] == "agreement.text.sign")
    told = pair.value("KR", "agreement", "explain", "--act", by_life["act"][:10])
    assert (told["act"], told["kind"], told["lines"]) == (by_life["act"], "agreement.text.sign", [])
    assert told["words"] == by_life["decision"]["words"]
    people = pair.at("KR", "agreement", "explain", "--act", by_life["act"])
    assert people.out.startswith(f"agreement.text.sign of {by_life['author']}, act {by_life['act'][:12]}: permit ")
    unknown = pair.at("KR", "agreement", "explain", "--act", "zz", "--json")
    assert failed(unknown) == (2, "", "act_unknown")

    words = ("report", "request", "--topic", "nk_missile", "--question", "which site", "--purpose", "warning")
    said = pair.at("KR", *words, "--as", "kr/information-1", "--json")
    assert said.exit == 0, said
    act = said.value["act"]
    why = pair.value("KR", "act", "why", act)
    told = pair.value("KR", "agreement", "explain", "--act", act)
    (line,) = told["lines"]
    decision = why["row"]["decision"]
    assert [told[name] for name in ("ruling", "ground", "cites")] == [
        decision[name] for name in ("ruling", "ground", "cites")
    ]
    stated = {test["fact"]: test["stated"] for clause in line["permits"] for test in clause["tests"]}
    assert {fact: why["facts"][0][fact] for fact in stated} == stated


def test_a_text_at_one_look() -> None:
    shown = servanda("agreement", "show", B)
    assert (shown.exit, shown.err) == (0, "")
    lines = shown.out.splitlines()
    assert "languages   ko, ja, en; en prevails" in lines
    assert "paragraphs  40, of which 37 are carried out" in lines
    assert "words only  1.2, 1.3, 2.3" in lines
    assert "not_in_force  13.1 closes all 25 kinds" in lines
    assert "suspended     13.3 closes 5 of 25 kinds: logistics.order.place, logistics.order.accept," in lines
    assert lines[-3:] == [
        "held          closes nothing",
        "notice        closes nothing",
        "in_force      closes nothing",
    ]


def test_a_text_for_programs_says_what_is_words_only_and_what_phases_close() -> None:
    page = servanda("agreement", "show", A, "--json").value
    assert (page["language"], page["authentic"], page["prevailing"]) == ("en", ["ko", "ja", "en"], "en")
    assert page["text_only"]["1.2"] == "a freedom; there is nothing to enforce"
    assert set(page["written"]) == set(page["paragraphs"])
    assert page["written"]["4.2"] == [
        """\
allows:
  kinds: [intelligence.report.share, intelligence.report.amend]
  when: {topic: topic_in_scope, level: {at_most: secret}, originator_acts: true}"""
    ]
    assert sum(map(len, page["written"].values())) == page["clauses"]
    phases = {row["phase"]: row for row in page["phases"]}
    assert list(phases) == ["not_in_force", "ended", "suspended", "held", "notice", "in_force"]
    assert phases["suspended"] == {
        "phase": "suspended",
        "paragraph": "16.4",
        "closes": [f"intelligence.report.{verb}" for verb in ("request", "share", "amend")],
        "leaves": 26,
    }
    assert phases["held"] == {"phase": "held", "paragraph": None, "closes": [], "leaves": 29}


def test_a_text_with_its_clauses_in_another_language() -> None:
    shown = servanda("agreement", "show", A, "--clauses", "--language", "ko", "--paragraph", "4.3")
    assert (shown.exit, shown.err) == (0, "")
    assert shown.out.splitlines() == [
        "제4조 · 공유할 수 있는 정보",
        "",
        "4.3    Ⅱ급비밀을 초과하는 정보는 공유하지 아니한다.",
        "       excludes:",
        "         kinds: [intelligence.report.share, intelligence.report.amend]",
        "         when: {level: {at_least: top_secret}}",
        "       holds:",
        (
            "         never: {kinds: [intelligence.report.share, intelligence.report.amend], "
            "when: {level: {at_least: top_secret}}}"
        ),
        "",
    ]
    whole = servanda("agreement", "show", A, "--language", "ja")
    assert whole.exit == 0
    numbers = [line.split(" ")[0] for line in whole.out.splitlines() if not line.startswith(" ")]
    assert numbers == list(servanda("agreement", "show", A, "--json").value["paragraphs"])


def test_words_that_are_not_here() -> None:
    answers = {
        "xx": servanda("agreement", "show", A, "--language", "xx"),
        "ko": servanda("agreement", "show", f"{A}/en.md", "--language", "ko"),
        "99.9": servanda("agreement", "show", A, "--paragraph", "99.9"),
    }
    assert {name: (answer.exit, answer.out) for name, answer in answers.items()} == dict.fromkeys(answers, (2, ""))
    assert answers["xx"].err.splitlines() == [
        "servanda: the words of `kr-jp-a` in `xx` are not here (language_unknown)",
        "next: name one of `en`, `ja`, `ko`",
    ]
    assert answers["ko"].err.splitlines()[1] == "next: name the folder of the agreement, which has them"
    assert answers["99.9"].err.splitlines()[0] == "servanda: there is no paragraph `99.9` (paragraph_unknown)"


def test_a_text_of_the_record_in_another_language(pair: Pair) -> None:
    shown = pair.at("KR", "agreement", "show", "kr-jp-a", "--language", "ja", "--paragraph", "4.3")
    assert (shown.exit, shown.err) == (0, "")
    of_folder = servanda("agreement", "show", A, "--language", "ja", "--paragraph", "4.3")
    assert shown.out == of_folder.out
    none = pair.at("KR", "agreement", "show", "kr-jp-z", "--clauses", "--json")
    assert failed(none) == (2, "", "agreement_missing")
