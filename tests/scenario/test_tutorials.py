"""The tutorials as they stand, typed into a shell: every command, and what it prints."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.founded import servanda
from tests.scenario.pages import ROOT, Likeness, change, pages, steps

END = "--end-of-command--"
REST_S = 60.0


@dataclass
class Shell:
    """One shell that goes on from command to command, as a reader's does."""

    folder: Path
    likeness: Likeness = field(default_factory=Likeness)

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
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{self.likeness.meant(command)}\necho; echo {END}\n")
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
        told = [servanda("--node", str(each), "act", "list").out for each in settings]
        if all(" pending " not in each for each in told) and len({each.count("\n") for each in told}) == 1:
            return
        time.sleep(0.2)
    raise AssertionError("the nodes do not come to rest")


def typed() -> list[object]:
    """The tutorials; those in which nodes run take long."""
    runs = {page: "node run" in page.read_text(encoding="utf-8") for page in pages("tutorials")}
    return [pytest.param(page, marks=[pytest.mark.long] * long, id=page.stem) for page, long in runs.items()]


@pytest.mark.parametrize("page", typed())
def test_a_tutorial_prints_what_it_tells(page: Path, tmp_path: Path) -> None:
    for name in ("agreements", "tutorials"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "servanda").symlink_to(Path(sys.executable).parent / "servanda")
    text = page.read_text(encoding="utf-8")
    for known, port in zip(("7401", "7402"), free_ports(2), strict=True):
        text = text.replace(f"127.0.0.1:{known}", f"127.0.0.1:{port}")
    shell = Shell(tmp_path)
    try:
        for command, told in steps(text):
            if command.startswith("diff "):
                change(tmp_path / command.removeprefix("diff "), told)
                continue
            printed = shell.run(command)
            assert shell.likeness.holds(told, printed), "\n".join([f"$ {command}", *printed, "--- told:", *told])
            if "node run" in command or " --as " in command:
                rest(tmp_path)
    finally:
        shell.close()
