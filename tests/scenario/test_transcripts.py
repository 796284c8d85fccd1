"""Transcripts: commands and what they print, against two real nodes whose bundles are carried as files.

A transcript is a text. `KR$ words` is a command at the node of KR, `$ words` one without a node; a line ending in ` \\`
goes on. What follows is what it prints, and `[3]` how it exits where that is not 0. `name = KR$ words` names the act it
says, and `$name` is that act. `carry` brings bundles to and fro. `#` begins a remark. Ids, hours, fingerprints and
folders are written as their kinds.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.founded import Pair, new_pair, servanda, template

FOLDER = Path(__file__).parent / "transcripts"
TRANSCRIPTS = sorted(FOLDER.glob("*.txt"))
COMMAND = re.compile(r"(?:(?P<name>\w+) = )?(?P<party>KR|JP)?\$ (?P<words>.+)")
NAMED = re.compile(r"\$([a-z][a-z.-]*[a-z])")
KINDS = (
    (re.compile(r"\b[0-9a-f]{64}\b"), "<id>"),
    (re.compile(r"\b[0-9a-f]{16}\b"), "x" * 16),
    (re.compile(r"\b[0-9a-f]{12}\b"), "x" * 12),
    (re.compile(r"\b[A-Z2-7]{4}(?:-[A-Z2-7]{4}){4}\b"), "-".join(["SSSS"] * 5)),
    (re.compile(r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{43}="), "<root>"),
    (re.compile(r"\b\d\d:\d\d:\d\dZ"), "HH:MM:SSZ"),
    (re.compile(r"T\d\d:\d\d:\d\dZ"), "THH:MM:SSZ"),
    (re.compile(r"\d+ bytes"), "<n> bytes"),
)


def plain(text: str, folder: Path) -> str:
    """What a command printed, with what is this run's own told by its kind."""
    text = text.replace(str(folder), "<folder>")
    for found, kind in KINDS:
        text = found.sub(kind, text)
    return text


def steps(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each command of a transcript with what it prints."""
    command, told = "", list[str]()
    for line in text.replace(" \\\n", " ").splitlines():
        if line.startswith("#"):
            continue
        if line == "carry" or COMMAND.fullmatch(line):
            if command:
                yield command, told
            command, told = line, []
        else:
            told.append(line)
    yield command, told


def carried_out(pair: Pair, line: str) -> list[str]:
    """What one command prints, and how it exits."""
    if line == "carry":
        pair.carry()
        return []
    match = COMMAND.fullmatch(line)
    assert match, line
    words = [NAMED.sub(lambda name: pair.named[name[1]], word) for word in shlex.split(match["words"])]
    answer = servanda(*words) if match["party"] is None else pair.at(match["party"], *words)
    printed = plain(answer.out + answer.err, pair.folder)
    if match["name"]:
        said = re.search(r"\bact ([0-9a-f]{12})\b", answer.out)
        assert said, answer
        pair.named[match["name"]] = said[1]
    return [*printed.splitlines(), *([f"[{answer.exit}]"] if answer.exit else [])]


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_a_transcript(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)
    text = path.read_text(encoding="utf-8")
    pair = new_pair(tmp_path / "nodes") if "# new nodes" in text else template().copy(tmp_path / "nodes")
    told, printed = [], []
    for command, lines in steps(text):
        while lines and not lines[-1]:
            lines.pop()
        told += [command, *lines]
        printed += [command, *carried_out(pair, command)]
    assert printed == told
