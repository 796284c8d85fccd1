"""The command contract that others build on: judge, check and verify, held against whole values."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from servanda.assembly.opening import open_node
from tests.founded import AGREEMENTS, ROOT, Pair, servanda

RULINGS = json.loads((ROOT / "spec" / "vectors" / "rulings.json").read_text(encoding="utf-8"))
RECORD = ROOT / "spec" / "vectors" / "record.json"


def asked(case: dict[str, Any]) -> str:
    facts = {"lines": case["lines"]} if "lines" in case else {"facts": case["facts"]}
    return json.dumps({"kind": case["kind"], "author": case["party"], **facts}, ensure_ascii=False)


def due(case: dict[str, Any]) -> dict[str, Any]:
    expected = case["expected"]
    return {
        "ruling": expected["ruling"],
        "ground": expected["ground"],
        "cites": expected["cites"],
        "line": expected.get("line"),
        "missing": expected.get("facts", []),
    }


def printed(text: str) -> list[Any]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("agreement", ["kr-jp-a", "kr-jp-b"])
def test_judge_answers_each_line_and_exits_0_whatever_the_rulings(agreement: str, tmp_path: Path) -> None:
    cases = [case for case in RULINGS["cases"] if case["agreement"] == agreement]
    (tmp_path / "cases.jsonl").write_text("\n".join(map(asked, cases)) + "\n", encoding="utf-8")
    answer = servanda(
        "agreement", "judge", str(AGREEMENTS / agreement), "--cases", str(tmp_path / "cases.jsonl"), "--json"
    )
    assert (answer.exit, answer.err) == (0, "")
    assert printed(answer.out) == [due(case) for case in cases]


def test_judge_reads_standard_input_and_stops_at_a_line_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    case = next(case for case in RULINGS["cases"] if case["agreement"] == "kr-jp-a")
    text = str(AGREEMENTS / "kr-jp-a" / "en.md")
    monkeypatch.setattr("sys.stdin", io.StringIO(f"\n{asked(case)}\n{{}}\n{asked(case)}\n"))
    answer = servanda("agreement", "judge", text, "--json")
    assert (answer.exit, printed(answer.out)) == (6, [due(case)])
    assert answer.error["error"] == "field_missing"
    monkeypatch.setattr("sys.stdin", io.StringIO(asked(case)))
    for_people = servanda("agreement", "judge", text)
    assert (for_people.exit, for_people.out) == (0, "permit 4.2\n")


def test_judge_needs_its_cases_and_its_text(tmp_path: Path) -> None:
    text = str(AGREEMENTS / "kr-jp-a")
    for words, code in (
        ([text, "--cases", str(tmp_path / "none")], "file_unreadable"),
        ([str(tmp_path / "none.md")], "text_unreadable"),
        ([str(tmp_path)], "text_unreadable"),
    ):
        answer = servanda("agreement", "judge", *words, "--json")
        assert (answer.exit, answer.out, answer.error["error"]) == (2, "", code)


def test_check_of_texts_that_read() -> None:
    paths = [str(AGREEMENTS / name) for name in ("kr-jp-a", "kr-jp-b")]
    answer = servanda("agreement", "check", *paths, "--json")
    assert (answer.exit, answer.err) == (0, "")
    assert [(each["level"], each["code"], each["paragraph"], each["word"]) for each in answer.value] == [
        ("warning", "clause_cited_only", "4.3", "excludes"),
        ("warning", "clause_cited_only", "3.2", "excludes"),
        ("warning", "clause_cited_only", "4.6", "excludes"),
        ("warning", "word_unused", "10.1", "arrangement_form"),
    ]
    assert servanda("agreement", "check", *paths).out.splitlines()[-1] == "2 read"


def test_check_lists_every_complaint_with_its_place(tmp_path: Path) -> None:
    source = (AGREEMENTS / "kr-jp-a" / "en.md").read_text(encoding="utf-8")
    faulty, twin = tmp_path / "faulty.md", tmp_path / "twin.md"
    faulty.write_text(source.replace("{route: [relay_other]}", "{route: [relay_others]}"), encoding="utf-8")
    twin.write_text(source.replace("id: kr-jp-a", "id: kr-jp-c"), encoding="utf-8")
    answer = servanda("agreement", "check", str(faulty), str(AGREEMENTS / "kr-jp-a"), str(twin), "--json")
    assert answer.exit == 7
    wrong_word, *twice = (each for each in answer.value if each["level"] == "fault")
    line = 1 + source.splitlines().index("  when: {route: [relay_other]}")
    assert {**wrong_word, "message": ""} == {
        "path": str(faulty),
        "line": line,
        "paragraph": "4.5",
        "code": wrong_word["code"],
        "message": "",
        "word": "relay_others",
        "level": "fault",
    }
    assert "relay_others" in wrong_word["message"]
    assert [(each["path"], each["code"], each["word"]) for each in twice] == [
        (str(twin), "domain_twice", "intelligence"),
        (str(twin), "domain_twice", "rescue"),
    ]
    told = servanda("agreement", "check", str(faulty))
    assert told.exit == 7
    assert told.out == f"{faulty}:{line}: 4.5 {wrong_word['message']} ({wrong_word['code']})\n"


def test_verify_of_vectors_tells_each_case_by_name() -> None:
    answer = servanda("log", "verify", str(RECORD), "--json")
    vectors = json.loads(RECORD.read_text(encoding="utf-8"))
    assert (answer.exit, answer.err) == (0, "")
    assert printed(answer.out) == [
        *({"name": case["name"], "ok": True} for case in vectors["good"]),
        *({"name": case["name"], "ok": False, "error": case["error"]} for case in vectors["bad"]),
    ]


def test_verify_of_vectors_that_come_out_otherwise_exits_4(tmp_path: Path) -> None:
    vectors = json.loads(RECORD.read_text(encoding="utf-8"))
    vectors["good"], vectors["bad"] = vectors["good"][:1], [{**vectors["bad"][0], "error": "equivocation"}]
    (tmp_path / "vectors.json").write_text(json.dumps(vectors))
    answer = servanda("log", "verify", str(tmp_path / "vectors.json"), "--json")
    name, error = vectors["bad"][0]["name"], json.loads(RECORD.read_text())["bad"][0]["error"]
    assert (answer.exit, printed(answer.out)[1:]) == (4, [{"name": name, "ok": False, "error": error}])
    for_people = servanda("log", "verify", str(tmp_path / "vectors.json"))
    assert for_people.out.splitlines() == [f"FAILS  {name} ({error})", "2 items, 1 not as they should be"]
    (tmp_path / "vectors.json").write_text("{")
    assert servanda("log", "verify", str(tmp_path / "vectors.json"), "--json").error["error"] == "json_syntax"


def test_verify_of_a_log_ends_at_the_first_that_does_not_hold(pair: Pair, tmp_path: Path) -> None:
    exported = tmp_path / "kr.log"
    pair.value("JP", "log", "export", "--log", "peer", "--to", str(exported))
    whole = servanda("log", "verify", str(exported), "--json")
    assert (whole.exit, {line["ok"] for line in printed(whole.out)}) == (0, {True})
    raw = exported.read_bytes()
    at = raw.index(b'"type":"issued"')
    exported.write_bytes(raw[:at] + b'"type":"Issued"' + raw[at + 15 :])
    altered = servanda("log", "verify", str(exported), "--json")
    assert (altered.exit, altered.out, altered.error["error"]) == (4, "", "stream_digest")


def test_a_receipt_is_verified_by_the_node_that_has_the_key_lists(pair: Pair, tmp_path: Path) -> None:
    with open_node(pair.settings("KR")) as home:
        act = next(iter(home.node.holding.home.issued))
    receipt = tmp_path / "receipt"
    proved = pair.value("KR", "log", "prove", act[:10], "--to", str(receipt))
    assert {**proved, "receipt": ""} == {
        "act": act,
        "outcome": "permit",
        "log": "exercise.jp.node/kr/1",
        "index": proved["index"],
        "receipt": "",
    }
    assert receipt.read_text() == proved["receipt"]
    verified = pair.at("KR", "log", "verify", str(receipt), "--json")
    assert (verified.exit, verified.value) == (0, {"name": f"receipt {act}", "ok": True})
    assert servanda("log", "verify", str(receipt), "--json").error["error"] == "node_missing"
    bent = receipt.read_text().replace("\n\nexercise.jp", "\n\nexercise.Jp")
    receipt.write_text(bent)
    answer = pair.at("KR", "log", "verify", str(receipt), "--json")
    assert (answer.exit, answer.value) == (4, {"name": f"receipt {act}", "ok": False, "error": "origin_wrong"})
