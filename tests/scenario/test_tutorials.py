"""The tutorials as they stand, typed into a shell: every command, and what it prints.

A block fenced as `console` holds commands after `$ ` and what each prints; a line `...` stands for any lines. Ids,
fingerprints, hours and folders are a run's own: they must be alike in kind, and an id that a page names again is the
one that was printed in its place.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(path for path in (ROOT / "tutorials").glob("*.md") if path.name != "README.md")
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
OWN = re.compile(
    r"(?P<id>\b[0-9a-f]{64}\b|\b[0-9a-f]{12}\b)|(?P<spoken>\b[A-Z2-7]{4}(?:-[A-Z2-7]{4}){4}\b)"
    r"|(?P<hour>\b\d\d:\d\d:\d\dZ)|(?P<path>/[\w./+-]+)"
)
END = "--end-of-command--"
REST_S = 60.0

pytestmark = pytest.mark.long


@dataclass
class Shell:
    """One shell that goes on from command to command, as a reader's does."""

    folder: Path
    ids: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        environment = {**os.environ, "COLUMNS": "100", "PS1": "", "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}"}
        self.process = subprocess.Popen(
            ["bash", "--norc"],
            cwd=self.folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, command: str) -> list[str]:
        for known, own in self.ids.items():
            command = command.replace(known, own)
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{command}\necho; echo {END}\n")
        self.process.stdin.flush()
        lines: list[str] = []
        for line in self.process.stdout:
            if line.rstrip("\n") == END:
                return lines[:-1] if lines and not lines[-1] else lines
            lines.append(line.rstrip("\n"))
        raise AssertionError(f"the shell ended in `{command}`")

    def close(self) -> None:
        """End the shell and all that it started, the nodes that run too."""
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.communicate(timeout=REST_S)

    def alike(self, told: str, printed: str) -> bool:
        """Whether a line is what the page tells, and its ids those that the page names."""
        if OWN.sub(_kind, told) != OWN.sub(_kind, printed):
            return False
        for mine, own in zip(OWN.finditer(told), OWN.finditer(printed), strict=True):
            if mine["id"] and self.ids.setdefault(mine["id"], own["id"]) != own["id"]:
                return False
        return True

    def holds(self, told: list[str], printed: list[str]) -> bool:
        if not told:
            return not printed
        if told[0] == "...":
            return any(self.holds(told[1:], printed[place:]) for place in range(len(printed) + 1))
        return bool(printed) and self.alike(told[0], printed[0]) and self.holds(told[1:], printed[1:])


def _kind(match: re.Match[str]) -> str:
    return f"<{match.lastgroup}{len(match.group()) if match['id'] else ''}>"


def steps(page: str) -> Iterator[tuple[str, list[str]]]:
    """Each command of a page with the lines it is told to print."""
    for block in BLOCK.findall(page):
        command, told = "", list[str]()
        for line in block.splitlines():
            if line.startswith("$ "):
                if command:
                    yield command, told
                command, told = line.removeprefix("$ "), []
            else:
                told.append(line)
        yield command, told


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def rest(folder: Path) -> None:
    """Wait until nodes that run have told each other all: a reader takes that long to read on."""
    until_s = time.monotonic() + REST_S
    settings = sorted(folder.glob("desk/*/node.toml"))
    while time.monotonic() < until_s:
        told = [
            subprocess.run(
                [folder / "bin" / "servanda", "--node", each, "act", "list"],
                capture_output=True,
                text=True,
                check=False,
            ).stdout
            for each in settings
        ]
        if all(" pending " not in each for each in told) and len({each.count("\n") for each in told}) == 1:
            return
        time.sleep(0.2)
    raise AssertionError("the nodes do not come to rest")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_tutorial_prints_what_it_tells(page: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "agreements", tmp_path / "agreements")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "servanda").symlink_to(Path(sys.executable).parent / "servanda")
    text = page.read_text(encoding="utf-8")
    for known, port in zip(("7401", "7402"), free_ports(2), strict=True):
        text = text.replace(f"127.0.0.1:{known}", f"127.0.0.1:{port}")
    shell = Shell(tmp_path)
    try:
        for command, told in steps(text):
            printed = shell.run(command)
            assert shell.holds(told, printed), "\n".join([f"$ {command}", *printed, "--- told:", *told])
            if "node run" in command or " --as " in command:
                rest(tmp_path)
    finally:
        shell.close()
