"""The bootstrap: standard library only, an adopted environment, and what pip knows told to uv."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


def bootstrap() -> ModuleType:
    module = ModuleType("bootstrap")
    module.__file__ = str(ROOT / "run")
    exec(compile((ROOT / "run").read_text(), "run", "exec"), module.__dict__)
    return module


@pytest.mark.parametrize("arguments", [(), ("fly",), ("--wheels",), ("--wheels", "folder")])
def test_an_unknown_command_is_a_usage_failure(arguments: tuple[str, ...]) -> None:
    done = subprocess.run([sys.executable, ROOT / "run", *arguments], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.splitlines()[2]) == (2, "usage: ./run [--wheels FOLDER] COMMAND [ARGS]")


def test_help_is_no_failure() -> None:
    done = subprocess.run([sys.executable, ROOT / "run", "--help"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_it_needs_nothing_but_the_standard_library() -> None:
    tree = ast.parse((ROOT / "run").read_text())
    names = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [one.name for one in node.names])
    }
    assert names - set(sys.stdlib_module_names) == set()


def test_no_configuration_leaves_the_environment_as_it_is() -> None:
    assert bootstrap().for_uv("", {"PATH": "p"}) == {"PATH": "p"}


def test_what_pip_is_configured_with_is_told_to_uv() -> None:
    configured = """\
:env:.index-url='https://mirror.example/env'
global.cert='/certs.pem'
global.extra-index-url='file:///a\\nfile:///b'
global.find-links='/x /y'
global.index-url='https://mirror.example/global'
global.timeout='60'
"""
    assert bootstrap().for_uv(configured, {}) == {
        "UV_DEFAULT_INDEX": "https://mirror.example/env",
        "UV_INDEX": "file:///a file:///b",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_FIND_LINKS": "/x,/y",
        "SSL_CERT_FILE": "/certs.pem",
    }


def test_a_variable_of_uv_wins_over_pip() -> None:
    told = bootstrap().for_uv(
        "global.index-url='https://mirror.example/'", {"UV_DEFAULT_INDEX": "https://other.example/"}
    )
    assert told == {"UV_DEFAULT_INDEX": "https://other.example/"}


def test_a_stamp_names_locks_project_python_and_place(tmp_path: Path) -> None:
    module = bootstrap()
    module.PYTHON = sys.executable
    stamps = [module.stamp("demo"), module.stamp("test")]
    (tmp_path / "requirements").mkdir()
    for name in ("requirements/test.txt", "requirements/uv.txt", "pyproject.toml"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    module.ROOT = tmp_path
    stamps.append(module.stamp("test"))
    (tmp_path / "requirements" / "test.txt").write_text("changed")
    stamps.append(module.stamp("test"))
    assert len(set(stamps)) == 4
    assert stamps[-1] == module.stamp("test")


def test_the_ci_runs_the_checks_and_the_command_of_the_readme() -> None:
    lines = (ROOT / ".ci" / "run").read_text().splitlines()
    assert [line for line in lines if line.startswith("./run")] == ["./run check", "./run demo --once", "./run test"]
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111
