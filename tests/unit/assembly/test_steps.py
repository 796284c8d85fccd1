"""The own steps to consent: what is taken, skipped, open; what waits for them; and that nothing of it is sent."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import servanda as sv
from servanda.act.act import Draft
from servanda.agreement.acts import CompletionNotify, StepTake, TextSign
from servanda.base.errors import UsageError
from tests.founded import AGREEMENTS, ROOT, Answer, Pair, new_pair

KR = ROOT / "examples" / "checklists" / "kr.toml"
AT_NOTIFY = KR.read_text(encoding="utf-8").replace('before = "text.sign"', 'before = "completion.notify"')
WHY = "put to the State Council on the spot"
SECRET = "exercise-secret-why"


@pytest.fixture(scope="module")
def initialled(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """Two nodes with a text that both have initialled, and powers shown."""
    pair = new_pair(tmp_path_factory.mktemp("initialled") / "nodes")
    pair.value("KR", "text", "table", "--text", f"@{AGREEMENTS / 'kr-jp-a'}", "--as", "kr/envoy-1")
    pair.carry()
    for party in ("KR", "JP"):
        envoy = f"{party.lower()}/envoy-1"
        pair.value(party, "text", "initial", "--digest", pair.named["kr-jp-a"], "--as", envoy)
        shown = ("--may", "sign", "--issued-by", "foreign_minister", "--date", "2031-04-01", "--agreement", "kr-jp-a")
        pair.value(party, "powers", "show", "--officer", envoy, *shown, "--as", envoy)
    pair.carry()
    return pair


@pytest.fixture(scope="module")
def signed(initialled: Pair, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """The same, signed by both, before any list was configured."""
    pair = initialled.copy(tmp_path_factory.mktemp("signed") / "nodes")
    for party in ("KR", "JP"):
        pair.value(party, "text", "sign", "--digest", pair.named["kr-jp-a"], "--as", f"{party.lower()}/envoy-1")
    pair.carry()
    return pair


def configured(pair: Pair, folder: Path, text: str = KR.read_text(encoding="utf-8"), agreement: str = "") -> Pair:
    """A copy of two nodes, that of KR with a list."""
    copy = pair.copy(folder / "nodes")
    (copy.folder / "kr" / "own.toml").write_text(text, encoding="utf-8")
    with copy.settings("KR").open("a", encoding="utf-8") as settings:
        settings.write('\n[[checklist]]\npath = "own.toml"\n' + (f'agreement = "{agreement}"\n' if agreement else ""))
    return copy


def take(pair: Pair, step: str, *words: str) -> Answer:
    return pair.at(
        "KR",
        *("step", "take", "--checklist", "kr", "--step", step, "--by", "kr/treaty-1", "--agreement", "kr-jp-a"),
        *("--as", "kr/envoy-1", "--json", *words),
    )


def taken(pair: Pair, *steps: str) -> None:
    for step in steps:
        assert take(pair, step).exit == 0


def rows(pair: Pair) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in pair.value("KR", "agreement", "steps", "kr-jp-a")["steps"]}


def states(pair: Pair) -> dict[str, str]:
    return {name: row["state"] for name, row in rows(pair).items()}


def say(pair: Pair, *words: str, party: str = "KR") -> Answer:
    named = ("--digest", pair.named["kr-jp-a"], "--as", f"{party.lower()}/envoy-1", "--json")
    return pair.at(party, *words, *named)


NOTIFY = ("completion", "notify", "--note", "EX-1", "--date", "2031-04-02")


def test_without_a_list_nothing_is_asked(signed: Pair, tmp_path: Path) -> None:
    pair = signed.copy(tmp_path / "nodes")
    answer = pair.at("KR", "agreement", "steps", "kr-jp-a", "--json")
    assert (answer.exit, answer.error["error"]) == (2, "checklist_missing")
    assert say(pair, *NOTIFY).exit == 0


def test_the_step_left_out_in_2012_is_red_with_who_and_why_and_the_note_asks_for_a_reason(
    signed: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = configured(signed, tmp_path, AT_NOTIFY)
    taken(pair, "legislation-review")
    assert take(pair, "state-council", "--why", WHY).exit == 0
    taken(pair, "president")
    decided = ("--decided", "does_not_apply", "--why", "no matter of legislation")
    assert take(pair, "constitution-60", *decided).exit == 0

    row = rows(pair)["vice-ministers"]
    assert (row["state"], row["by"], row["why"], row["act"]) == ("skipped", "kr/treaty-1", WHY, None)
    shown = on_a_terminal(pair, "agreement", "steps", "kr-jp-a")
    red = [line for line in shown.splitlines() if "\x1b[31m" in line]
    assert all(line.endswith("\x1b[0m") for line in red)
    told = " ".join(" ".join(red).replace("\x1b[31m", "").replace("\x1b[0m", "").split())
    assert told.startswith("SKIPPED vice-ministers completion.notify 차관회의 심의 ")
    assert told.endswith(f" by kr/treaty-1 {WHY}")
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[31m" not in on_a_terminal(pair, "agreement", "steps", "kr-jp-a")
    assert "\x1b" not in pair.at("KR", "agreement", "steps", "kr-jp-a").out

    before = pair.value("KR", "node", "status")
    refused = say(pair, *NOTIFY)
    assert (refused.exit, refused.error["error"]) == (2, "steps_unfinished")
    assert "`vice-ministers` (Vice-ministers' meeting" in refused.error["message"]
    assert "--unfinished REASON" in refused.error["action"]
    after = pair.value("KR", "node", "status")
    assert (before["home_log"], before["journal"]) == (after["home_log"], after["journal"])

    said = say(pair, *NOTIFY, "--unfinished", SECRET)
    assert (said.exit, said.value["recorded"]) == (0, "log")
    row = rows(pair)["vice-ministers"]
    assert (row["state"], row["by"], row["why"]) == ("skipped", "kr/envoy-1", SECRET)
    assert row["act"] in {item["about"] for item in pair.value("KR", "journal", "list")}
    _stays_home(pair, said.value["act"])


def _stays_home(pair: Pair, act: str) -> None:
    """The other nation is told nothing of list, steps or reasons."""
    pair.carry()
    shown = pair.value("JP", "act", "show", act)
    assert shown["payload"] == {"digest": pair.named["kr-jp-a"], "note": "EX-1", "date": "2031-04-02"}
    acts = json.dumps(pair.value("JP", "act", "list"))
    assert "step.take" not in acts
    for path in (pair.folder / "jp").rglob("*"):
        if path.is_file():
            assert SECRET.encode() not in path.read_bytes(), path


def on_a_terminal(pair: Pair, *words: str) -> str:
    """What a command prints to a terminal."""
    main, other = pty.openpty()
    with os.fdopen(main, "rb", buffering=0) as read:
        command = [str(Path(sys.executable).with_name("servanda")), "--node", str(pair.settings("KR")), *words]
        running = subprocess.Popen(command, stdout=other, stderr=other, stdin=other, close_fds=True)
        os.close(other)
        told = b""
        try:
            while part := read.read(65_536):
                told += part
        except OSError:  # the other end is closed
            pass
        assert running.wait() == 0, told
    return told.decode()


def test_steps_before_the_signature_hold_back_the_signature(initialled: Pair, tmp_path: Path) -> None:
    pair = configured(initialled, tmp_path, agreement="kr-jp-a")
    refused = say(pair, "text", "sign")
    assert (refused.exit, refused.error["error"]) == (2, "steps_unfinished")
    assert "4 steps are unfinished in `kr`" in refused.error["message"]
    for words in (("--preview",), ("--unfinished", " ")):
        assert say(pair, "text", "sign", *words).error["error"] == "steps_unfinished"
    taken(pair, "legislation-review", "vice-ministers", "state-council", "president")
    assert say(pair, "text", "sign").exit == 0
    assert say(pair, "text", "sign", party="JP").exit == 0
    pair.carry()
    assert "`constitution-60` undecided" in say(pair, *NOTIFY).error["message"]
    assert take(pair, "constitution-60", "--decided", "applies", "--why", "mutual security").exit == 0
    assert states(pair)["national-assembly"] == "open"
    assert say(pair, *NOTIFY).error["error"] == "steps_unfinished"
    taken(pair, "national-assembly")
    assert states(pair) | {"gazette": "done"} == dict.fromkeys(rows(pair), "done")
    assert say(pair, *NOTIFY).exit == 0


def test_a_step_taken_late_says_so_and_a_reason_of_its_own_is_enough(initialled: Pair, tmp_path: Path) -> None:
    pair = configured(initialled, tmp_path)
    taken(pair, "legislation-review", "state-council", "president")
    assert rows(pair)["vice-ministers"]["why"] is None
    assert take(pair, "vice-ministers", "--skipped", "--why", WHY).exit == 0
    assert rows(pair)["vice-ministers"]["why"] == WHY
    assert pair.value("KR", "agreement", "steps", "kr-jp-a")["waiting"]["text.sign"] == []
    taken(pair, "vice-ministers")
    row = rows(pair)["vice-ministers"]
    assert (row["state"], row["out_of_turn"]) == ("done", True)


def test_an_act_that_is_refused_anyway_notes_nothing(initialled: Pair, tmp_path: Path) -> None:
    pair = configured(initialled, tmp_path)
    said = say(pair, *NOTIFY, "--unfinished", WHY)
    assert (said.exit, said.value["decision"]["cites"]) == (3, ["life.14"])
    assert set(states(pair).values()) == {"open"}


def test_a_list_of_another_agreement_holds_nothing_back(initialled: Pair, tmp_path: Path) -> None:
    pair = configured(initialled, tmp_path, agreement="kr-jp-b")
    assert say(pair, "text", "sign").exit == 0


def test_a_list_that_does_not_read_holds_back_signatures_and_nothing_else(initialled: Pair, tmp_path: Path) -> None:
    pair = configured(initialled, tmp_path, text="name = \n")
    assert say(pair, "text", "sign").error["error"] == "checklist_unreadable"
    distress = ("--received-at", "2031-04-01T00:00:00Z", "--stage", "distress", "--nature", "sinking")
    said = pair.at("KR", "case", "open", *distress, "--agreement", "none", "--as", "kr/envoy-1", "--json")
    assert (said.exit, said.value["recorded"]) == (0, "log")


def test_a_list_that_is_no_exercise_belongs_to_no_exercise(initialled: Pair, tmp_path: Path) -> None:
    pair = configured(initialled, tmp_path, text=AT_NOTIFY.replace("exercise = true", "exercise = false"))
    assert pair.at("KR", "agreement", "steps", "kr-jp-a", "--json").error["error"] == "exercise_mixed"


@pytest.mark.parametrize(
    ("step", "words", "code"),
    [
        ("vice-minister", (), "step_unknown"),
        ("constitution-60", (), "step_wrong"),
        ("president", ("--decided", "applies", "--why", "x"), "step_wrong"),
        ("president", ("--digest", "0" * 64), "text_unknown"),
        ("president", ("--checklist", "jp"), "step_unknown"),
        ("president", ("--agreement", "none"), "agreement_missing"),
    ],
)
def test_a_slip_of_the_pen_is_no_note(initialled: Pair, tmp_path: Path, step: str, words: Any, code: str) -> None:
    pair = configured(initialled, tmp_path)
    answer = take(pair, step, *words)
    assert (answer.exit, answer.error["error"]) == (2, code)
    assert pair.value("KR", "journal", "list")[-1]["type"] != "noted"


def test_steps_are_for_one_text(initialled: Pair, tmp_path: Path) -> None:
    """What was noted for a text says nothing of the one that follows it."""
    pair = configured(initialled, tmp_path)
    taken(pair, "legislation-review")
    assert states(pair)["legislation-review"] == "done"
    other = tmp_path / "text"
    other.mkdir()
    for language in ("en", "ko", "ja"):
        words = (AGREEMENTS / "kr-jp-a" / f"{language}.md").read_text(encoding="utf-8")
        (other / f"{language}.md").write_text(words.replace("within 15 minutes", "within 10 minutes"), encoding="utf-8")
    assert say(pair, "text", "withdraw").exit == 0
    pair.carry()
    said = pair.value("KR", "text", "table", "--text", f"@{other}", "--as", "kr/envoy-1")
    page = pair.value("KR", "agreement", "steps", "kr-jp-a")
    assert said["recorded"] == "log"
    assert page["digest"] != pair.named["kr-jp-a"]
    assert {row["state"] for row in page["steps"]} == {"open"}
    old = pair.value("KR", "agreement", "steps", "kr-jp-a", "--text", pair.named["kr-jp-a"][:12])
    assert old["steps"][0]["state"] == "done"


def test_every_edge_passes_the_gate(initialled: Pair, tmp_path: Path) -> None:
    """The gate stands where acts are submitted, not in the command line."""
    pair = configured(initialled, tmp_path)
    digest = pair.named["kr-jp-a"]
    with sv.open_node(pair.settings("KR")) as home:
        sign = Draft(kind="agreement.text.sign", agreement="kr-jp-a", payload=TextSign(digest=digest))
        for said in (home.submit, home.preview):
            with pytest.raises(UsageError) as caught:
                said(sign, officer="kr/envoy-1")
            assert caught.value.code == "steps_unfinished"
        reference = "00" * 16
        first = home.submit(sign, officer="kr/envoy-1", reference=reference, unfinished=WHY)
        again = home.submit(sign, officer="kr/envoy-1", reference=reference)
        assert (first.index, again.index) == (first.index, first.index)
        notify = CompletionNotify(digest=digest, note="EX-1", date=date(2031, 4, 2))
        with pytest.raises(UsageError):
            home.submit(
                Draft(kind="agreement.completion.notify", agreement="kr-jp-a", payload=notify), officer="kr/envoy-1"
            )
        step = StepTake(checklist="kr", step="gazette", by="kr/treaty-1")
        noted = home.submit(Draft(kind="agreement.step.take", agreement="kr-jp-a", payload=step), officer="kr/envoy-1")
        assert noted.item is not None
