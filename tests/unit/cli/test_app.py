"""How commands end: usage first, then every failure class, each for people and for programs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.founded import ROOT, Answer, Pair, new_pair, servanda


def told(answer: Answer) -> tuple[int, str, list[str]]:
    return answer.exit, answer.out, answer.err.splitlines()


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        (
            ["ordr", "place"],
            [
                "servanda: nothing is called `ordr` here (command_unknown)",
                "next: say `order` if that is meant; see `servanda --help`",
            ],
        ),
        (
            ["act", "zzz"],
            ["servanda: nothing is called `zzz` here (command_unknown)", "next: see `servanda act --help`"],
        ),
        (["act", "show"], ["servanda: missing argument `ACT` (usage)", "next: see `servanda act show --help`"]),
        (
            ["order", "place", "--colour", "red"],
            ["servanda: no such option `--colour` (usage)", "next: see `servanda order place --help`"],
        ),
        (
            ["node", "init", "--exercise", "--party", "KR", "--peer", "JP"],
            ["servanda: missing option `--data` (usage)", "next: see `servanda node init --help`"],
        ),
        (
            ["node", "status"],
            [
                "servanda: no node is named (node_missing)",
                "next: name its settings with `servanda --node FILE ...` or in `SERVANDA_NODE`",
            ],
        ),
        (
            ["--node", "nowhere.toml", "node", "status"],
            [
                "servanda: the settings `nowhere.toml` cannot be read: No such file or directory (settings_unreadable)",
                "next: name the file, or run `servanda node init` to make one",
            ],
        ),
        (
            ["log", "verify", "nowhere"],
            [
                "servanda: `nowhere` cannot be read: No such file or directory (file_unreadable)",
                "next: name a file that is there",
            ],
        ),
    ],
)
def test_what_cannot_be_carried_out_exits_2(
    words: list[str], lines: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SERVANDA_NODE", raising=False)
    assert told(servanda(*words)) == (2, "", lines)


def test_a_group_without_a_command_shows_its_help() -> None:
    answer = servanda("act")
    assert (answer.exit, answer.err) == (2, "")
    assert answer.out.startswith("Usage: servanda act [OPTIONS] COMMAND [ARGS]...\n")


def test_programs_are_told_failures_in_one_line(tmp_path: Path) -> None:
    answer = servanda("--node", str(tmp_path / "none.toml"), "act", "list", "--json")
    assert (answer.exit, answer.out) == (2, "")
    assert answer.error == {
        "error": "settings_unreadable",
        "message": f"the settings `{tmp_path}/none.toml` cannot be read: No such file or directory",
        "action": "name the file, or run `servanda node init` to make one",
        "exit": 2,
    }


def test_the_environment_names_the_node(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVANDA_NODE", str(pair.settings("JP")))
    assert json.loads(servanda("node", "status", "--json").out)["party"] == "JP"


def test_a_node_without_its_peers_list_says_nothing(tmp_path: Path) -> None:
    pair = new_pair(tmp_path)
    (tmp_path / "kr" / "JP.keys").unlink()
    said = pair.at("KR", "step", "take", "--checklist", "x", "--step", "y", "--by", "kr/envoy-1", "--as", "kr/envoy-1")
    assert told(said) == (
        2,
        "",
        [
            "servanda: no key list of `JP` was accepted here (node_not_begun)",
            "next: run `servanda node init`, hand the key lists over and name the peer's in the settings",
        ],
    )
    assert pair.value("KR", "node", "status")["begun"] is False


def test_broken_integrity_exits_4(pair: Pair) -> None:
    peer_list = pair.folder / "new" / "JP.keys"
    new_pair(pair.folder / "other")
    made = servanda(
        *("node", "init", "--exercise", "--party", "KR", "--peer", "JP", "--data", str(peer_list.parent)),
    )
    assert made.exit == 0
    peer_list.write_bytes((pair.folder / "other" / "kr" / "keys" / "KR.keys").read_bytes())
    answer = servanda("--node", str(peer_list.parent / "node.toml"), "node", "status", "--json")
    assert (answer.exit, answer.error["error"]) == (4, "origin_wrong")


def test_a_link_that_is_down_exits_5(pair: Pair) -> None:
    settings = pair.settings("KR")
    settings.write_text(settings.read_text().replace("\nkeys = ", '\nurl = "https://127.0.0.1:1"\nkeys = ', 1))
    answer = pair.at("KR", "node", "sync", "--json")
    assert (answer.exit, answer.error["error"], answer.error["exit"]) == (5, "link_down", 5)


def test_a_file_of_another_form_exits_6(pair: Pair, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("nothing of this is a record stream, nor a bundle")
    assert told(servanda("log", "verify", str(tmp_path / "text"))) == (
        6,
        "",
        [
            "servanda: no record stream: `nothing of this is a record stream` begins no record (stream_malformed)",
            "next: ask the sender for it again",
        ],
    )
    bundle = pair.at("KR", "bundle", "take", str(tmp_path / "text"), "--json")
    assert (bundle.exit, bundle.error["error"]) == (6, "bundle_malformed")


def test_a_text_that_does_not_read_exits_7(tmp_path: Path) -> None:
    text = tmp_path / "text.md"
    text.write_text("no head\n")
    answer = servanda("agreement", "judge", str(text))
    assert (answer.exit, answer.out) == (7, "")
    assert answer.err.splitlines()[0].startswith(f"{text}:1: ")
    assert answer.err.splitlines()[-1] == "next: correct the text and check it again"


def test_help_answers_before_anything_is_imported() -> None:
    program = (
        "import sys; from servanda.cli.app import main; main(['--help']); main(['order', '--help']);"
        "print(sorted({'msgspec', 'cryptography', 'apsw', 'yaml', 'starlette', 'httpx2'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "[]"
    assert "  place     Orders supplies or services, line by line." in done.stdout


def test_a_command_imports_no_more_than_it_uses(pair: Pair) -> None:
    program = (
        "import sys; from servanda.cli.app import main; main(sys.argv[1:]);"
        "print(sorted({'starlette', 'uvicorn', 'httpx2'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "--node", pair.settings("KR"), "node", "status"],
        env={"PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_reader_that_has_had_enough_is_no_failure(pair: Pair) -> None:
    command = f"{sys.executable} -m servanda.cli.app --node {pair.settings('KR')} agreement show kr-jp-b --text"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command} | head -1"],
        env={"PYTHONPATH": str(ROOT / "src"), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("1.1 ")
