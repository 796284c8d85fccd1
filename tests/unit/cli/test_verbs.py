"""Saying acts from the command line: what stands in the way first, then each way to give a payload."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from servanda.assembly.shown import Decision, SaidPage
from servanda.assembly.words import Near
from servanda.cli import story
from servanda.cli.verbs import lines_of
from tests.founded import AGREEMENTS, TODAY, Answer, Pair

UNDER_B, AS_ENVOY, HOUR = ("--agreement", "kr-jp-b"), ("--as", "jp/envoy-1"), "2031-05-01T00:00:00Z"
ORDER = {
    "activity": "un_peacekeeping",
    "place": "third_territory",
    "supplier": "KR",
    "currency": "USD",
    "settlement": "cash",
    "lines": [dict(story.FUEL)],
    "for_combat": False,
    "elements": story.elements("JP", TODAY),
}


def failure(answer: Answer) -> tuple[int, str, str]:
    assert answer.out == ""
    return answer.exit, answer.error["error"], answer.error["message"]


@pytest.mark.parametrize(
    ("words", "exit_code", "code"),
    [
        (["order", "place", "--activity", "x", "--as", "jp/ordering-1"], 2, "member_missing"),
        (["order", "accept", "--order", "a" * 64, "--as", "jp/ordering-1"], 2, "order_unknown"),
        (["order", "accept", "--order", "abcdef", "--as", "jp/ordering-1"], 2, "id_unknown"),
        (["registration", "lodge", "--date", "2031-05-02"], 2, "officer_missing"),
        (["registration", "lodge", "--date", "2031-05-02", "--as", "jp/envoy-1"], 2, "agreement_missing"),
        (
            ["registration", "lodge", "--date", "soon", "--as", "jp/envoy-1", "--agreement", "kr-jp-a"],
            6,
            "field_type",
        ),
        (["addressee", "assure", "--addressee", "x", "--level", "1", "--as", "jp/nobody"], 2, "keyring_missing"),
        (["addressee", "assure", "--addressee", "x", "--level", "1", "--as", "Kim"], 2, "officer_name"),
        (["report", "decline", "--request", "b" * 64, "--as", "jp/information-1"], 2, "request_unknown"),
        (["text", "table", "--text", "no text of an agreement", "--as", "jp/envoy-1"], 7, "head_missing"),
        (
            [*("key", "rotate", "--officer", "jp/supply-1"), *UNDER_B, *AS_ENVOY],
            2,
            "member_missing",
        ),
        (
            [*("officer", "appoint", "--officer", "jp/new-1", "--office", "reviewer"), *UNDER_B, *AS_ENVOY],
            2,
            "keyring_missing",
        ),
        (
            [*("incident", "notify", "--found-at", HOUR, "--finding", "a" * 64), "--as", "jp/information-1"],
            2,
            "finding_unknown",
        ),
    ],
)
def test_what_cannot_be_said(words: list[str], exit_code: int, code: str, pair: Pair) -> None:
    answer = pair.at("JP", *words, "--json")
    assert (answer.exit, answer.out, answer.error["error"]) == (exit_code, "", code)


def test_who_may_sign_is_named_where_nobody_does(pair: Pair) -> None:
    answer = pair.at("JP", "registration", "lodge", "--date", "2031-05-02", "--agreement", "kr-jp-a", "--json")
    assert failure(answer) == (2, "officer_missing", "no officer signs")
    assert answer.error["action"] == (
        "name one with `--as`: jp/contingent-1, jp/duty-1, jp/envoy-1, jp/envoy-2, jp/information-1, jp/ordering-1, "
        "jp/rescue-1, jp/settling-1, jp/supply-1"
    )


def test_nothing_is_left_of_a_key_whose_appointment_is_refused(pair: Pair) -> None:
    words = (
        "officer",
        "appoint",
        "--officer",
        "kr/spy-1",
        "--office",
        "reviewer",
        "--new-key",
        "--agreement",
        "kr-jp-b",
    )
    refused = pair.at("JP", *words, "--as", "jp/envoy-1", "--json")
    assert (refused.exit, refused.value["decision"]["cites"]) == (3, ["life.25"])
    previewed = pair.at("KR", *words, "--as", "kr/envoy-1", "--preview", "--json")
    assert (previewed.exit, previewed.value["recorded"]) == (0, "nowhere")
    left = [path.name for party in ("kr", "jp") for path in (pair.folder / party / "keys" / "officers").iterdir()]
    assert [name for name in left if "spy" in name] == []


def test_a_key_is_rotated_and_the_old_one_put_aside(pair: Pair) -> None:
    folder = pair.folder / "jp" / "keys" / "officers"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    words = ("key", "rotate", "--officer", "jp/supply-1", "--new-key", "--agreement", "kr-jp-b")
    refused = pair.at("JP", *words, "--as", "jp/supply-1", "--json")
    assert (refused.exit, refused.value["decision"]["cites"]) == (3, ["life.1"])
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    rotated = pair.value("JP", *words, "--as", "jp/envoy-1")
    after = {path.name: path.read_bytes() for path in folder.iterdir()}
    (aside,) = after.keys() - before.keys()
    assert after[aside] == before["jp_supply-1.keyring"] != after["jp_supply-1.keyring"]
    page = pair.value("JP", "act", "show", rotated["act"])
    assert page["officers"] == ["jp/envoy-1", "jp/supply-1"]
    assert page["payload"]["old"].startswith(aside.rpartition(".")[2])


def test_an_officer_of_one_agreement_is_appointed_under_another_with_the_same_key(pair: Pair) -> None:
    words = ("officer", "appoint", "--officer", "jp/information-1", "--office", "reviewer", "--agreement", "kr-jp-b")
    assert failure(pair.at("JP", *words, "--new-key", "--as", "jp/envoy-1", "--json"))[1] == "keys_exist"
    said = pair.value("JP", *words, "--as", "jp/envoy-1")
    assert said["decision"]["cites"] == ["life.25"]


def test_a_whole_payload_from_a_file_from_standard_input_and_bent_by_an_option(
    pair: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "order.json"
    file.write_text(json.dumps(ORDER), encoding="utf-8")
    words = ("order", "place", "--as", "jp/ordering-1")
    from_file = pair.value("JP", *words, "--payload", str(file))
    assert (from_file["decision"]["ruling"], from_file["agreement"]) == ("permit", "kr-jp-b")
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(ORDER)))
    bent = pair.at("JP", *words, "--payload", "-", "--place", "kr_territory", "--json")
    assert (bent.exit, bent.value["decision"]["cites"]) == (3, ["9.1"])
    payload = pair.value("JP", "act", "show", bent.value["act"])["payload"]
    assert payload == {**ORDER, "place": "kr_territory"} | {"for_combat": False}
    file.write_text("{}")
    assert failure(pair.at("JP", *words, "--payload", str(file), "--json"))[:2] == (6, "field_missing")


def test_members_that_the_desk_does_not_take_are_said_as_they_are(pair: Pair) -> None:
    said = pair.value(
        *("JP", "report", "share", "--topic", "nk_missile", "--level", "0", "--addressees", "kr-desk", "--title", "x"),
        *(
            "--text",
            "y",
            "--purpose",
            "warning",
            "--control",
            "JP-2031-000041",
            "--revision",
            "1",
            "--originator",
            "JP",
        ),
        *("--reported-at", "2031-05-01T00:00:00Z", "--as", "jp/information-1"),
    )
    assert said["decision"] == {
        "ruling": "permit",
        "ground": None,
        "cites": ["4.2"],
        "line": None,
        "missing": [],
        "code": None,
        "words": {
            "4.2": "A Party may share, and later correct, information that it originated, within 1.1 and up to secret."
        },
    }
    assert pair.value("JP", "act", "show", said["act"])["payload"]["control"] == "JP-2031-000041"


def test_causes_are_those_named_and_those_that_the_payload_names(pair: Pair) -> None:
    pair.play(*story.fuel(TODAY)[:2])
    order = pair.named["order"]
    text = next(row["act"] for row in pair.value("KR", "act", "list") if row["kind"] == "agreement.text.table")
    settled = pair.value(
        *("JP", "settlement", "agree", "--mode", "cash", "--orders", order, "--amount", "1", "--currency", "USD"),
        *("--reference", "EX-9", "--cause", text[:9], "--as", "jp/settling-1"),
    )
    page = pair.value("JP", "act", "show", settled["act"])
    assert page["causes"] == [order, text]
    assert page["payload"]["reference"] == "EX-9"


def test_a_retry_of_one_intention_is_one_act(pair: Pair) -> None:
    words = ("registration", "lodge", "--date", "2031-05-02", "--agreement", "kr-jp-a", "--as", "kr/envoy-1")
    first, second = (pair.value("KR", *words, "--reference", "5a" * 16) for _ in range(2))
    assert first["act"] == second["act"]
    assert first["index"] == second["index"]
    other = pair.at("KR", *words, "--number", "1", "--reference", "5a" * 16, "--json")
    assert failure(other)[:2] == (2, "reference_used")


def test_a_text_is_tabled_under_the_id_that_it_bears(pair: Pair) -> None:
    again = pair.at("KR", "text", "table", "--text", f"@{AGREEMENTS}/kr-jp-a", "--as", "kr/envoy-1", "--json")
    assert (again.exit, again.value["agreement"], again.value["decision"]["cites"]) == (3, "kr-jp-a", ["life.5"])


def test_a_finding_at_home_is_answered_by_the_notice(pair: Pair) -> None:
    found = pair.value("JP", "incident", "find", "--nature", "lost", "--as", "jp/information-1")
    assert (found["recorded"], found["decision"]["ruling"]) == ("journal", "permit")
    owed = [row for row in pair.value("JP", "duty", "list") if row["does"] == "intelligence.incident.notify"]
    assert [(row["paragraph"], row["started_by"], row["state"]) for row in owed] == [("9.1", found["act"], "open")]
    told = pair.value(
        *("JP", "incident", "notify", "--found-at", "2031-05-02T00:00:00Z", "--finding", found["act"][:12]),
        *("--as", "jp/information-1"),
    )
    assert told["recorded"] == "log"
    assert pair.value("JP", "act", "show", told["act"])["causes"] == []
    (met,) = [row for row in pair.value("JP", "duty", "list", "--all") if row["paragraph"] == "9.1"]
    assert (met["state"], met["met_by"]) == ("met", told["act"])


def page(**members: Any) -> SaidPage:
    decision = {
        "ruling": "refusal",
        "ground": "forbidden",
        "cites": (),
        "line": None,
        "missing": (),
        "code": None,
        "words": {},
        **members.pop("decision"),
    }
    base: dict[str, Any] = {
        "recorded": "journal",
        "index": None,
        "item": 7,
        "near": (),
        "life_first": False,
        "agreement": "kr-jp-b",
        **members,
    }
    return SaidPage(
        act="ab" * 32,
        kind="logistics.order.place",
        at=datetime(2031, 5, 2, tzinfo=UTC),
        decision=Decision(**decision),
        **base,
    )


HOME = "kept at home as item 7 of the journal, act abababababab; nothing was sent"


@pytest.mark.parametrize(
    ("shown", "lines"),
    [
        (
            page(decision={"cites": ("3.2", "3.5"), "line": 2, "words": {"3.2": "Nothing of it.", "3.5": "In doubt."}}),
            ["refused  3.2  Nothing of it.", "         3.5  In doubt.", "         decided on line 2", HOME],
        ),
        (
            page(
                decision={"ground": "silent", "line": 1},
                near=(
                    Near(
                        paragraph="4.2",
                        failed=("`topic` is one of `a`", "`level` is at most 2"),
                        facts=("topic", "level"),
                    ),
                ),
            ),
            [
                "refused  silent: no paragraph permits it, line 1",
                "         nearest 4.2 asks that  `topic` is one of `a`; `level` is at most 2",
                HOME,
            ],
        ),
        (
            page(decision={"ground": "unjudgeable", "missing": ("place", "topic")}),
            ["refused  unjudgeable  facts missing or wrong: place, topic", HOME],
        ),
        (page(decision={"ground": "invalid", "code": "key_unknown"}), ["refused  invalid: key_unknown", HOME]),
        (
            page(decision={"ruling": "permit", "ground": None}),
            ["noted    for the own record; nobody judges it", HOME],
        ),
        (
            page(
                decision={"ground": "silent"},
                recorded="log",
                index=9,
                item=None,
                agreement="none",
                life_first=True,
            ),
            [
                "delivered  life first: it goes out and has effect whatever the ruling",
                "    ruled  silent: no agreement covers it",
                "recorded as entry 9, act abababababab; JP has it with the next exchange",
            ],
        ),
        (
            page(
                decision={"cites": ("16.1", "16.2"), "words": {"16.1": "Not yet.", "16.2": "No more."}},
                recorded="log",
                index=9,
                item=None,
                life_first=True,
            ),
            [
                "delivered  life first: it goes out and has effect whatever the ruling",
                "    ruled  16.1  Not yet.",
                "           16.2  No more.",
                "recorded as entry 9, act abababababab; JP has it with the next exchange",
            ],
        ),
        (
            page(decision={"ruling": "permit", "ground": None, "cites": ("3.1",)}, recorded="log", index=9, item=None),
            ["permit   3.1", "recorded as entry 9, act abababababab; it binds JP from its reply"],
        ),
        (
            page(decision={"ruling": "permit", "ground": None, "cites": ("3.1",)}, recorded="nowhere", item=None),
            ["permit   3.1", "a preview; nothing was recorded"],
        ),
    ],
)
def test_every_ruling_has_its_words(shown: SaidPage, lines: list[str]) -> None:
    assert list(lines_of(shown, "JP")) == lines


def test_a_retry_is_one_act_whatever_the_desk_would_say_now(pair: Pair) -> None:
    """The desk draws another number and another hour, or finds that nothing is left to say."""
    pair.play(*story.fuel(TODAY)[:1])
    share = (*story.report()[1].steps[0].words, "--as", "kr/information-1")
    accept = ("order", "accept", "--order", pair.named["order"], "--elements", json.dumps(dict(story.SUPPLIERS)))
    pair.value("JP", *story.report()[0].steps[0].words, "--as", "jp/information-1")
    pair.carry()
    for place, words in enumerate((share, (*accept, "--as", "kr/ordering-1"))):
        first, second = (pair.value("KR", *words, "--reference", f"{place:032x}") for _ in range(2))
        assert (first["recorded"], first) == ("log", second)


def test_a_refused_draft_said_again_is_one_item_of_the_journal(pair: Pair) -> None:
    words = (*story.rounds(TODAY)[0].steps[0].words, "--as", "kr/ordering-1", "--reference", "5a" * 16, "--json")
    first, second = (pair.at("KR", *words) for _ in range(2))
    assert (first.exit, first.value["recorded"]) == (3, "journal")
    assert (second.exit, second.value) == (3, first.value)
