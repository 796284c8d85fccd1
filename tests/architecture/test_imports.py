"""Who may import what: the contracts of pyproject.toml hold, and each of them can be broken.

A deferred import counts for the contracts; it needs its written reason, and `slow import` is the only one.
"""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "servanda"
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]

# One breach a contract, most of them hidden in a function. Written into a copy of the source.
BREACHES = {
    "layers": ("base/errors.py", "def late() -> None:\n    from servanda.act import kind\n"),
    "domains": ("domains/intelligence/__init__.py", "import servanda.domains.logistics\n"),
    "edges": ("cli/__init__.py", "def late() -> None:\n    import servanda.seal\n"),
    "pure": ("act/kind.py", "def late() -> None:\n    import time\n"),
    "cryptography": ("log/__init__.py", "def late() -> None:\n    import cryptography.hazmat\n"),
    "sql": ("adapters/memory.py", "def late() -> None:\n    import apsw\n"),
    "http": ("adapters/memory.py", "def late() -> None:\n    import httpx2\n"),
    "text": ("policy/__init__.py", "def late() -> None:\n    import yaml\n"),
    "geodesic": ("log/__init__.py", "def later() -> None:\n    import geographiclib.geodesic\n"),
    "click": ("base/errors.py", "def later() -> None:\n    import click\n"),
    "solver": ("policy/judge.py", "def late() -> None:\n    import z3\n"),
    "exchange": ("assembly/texts.py", "def late() -> None:\n    import lxml.etree\n"),
    "paper": ("adapters/templates.py", "def late() -> None:\n    import typst\n"),
    "templates": ("adapters/paper.py", "def late() -> None:\n    import jinja2\n"),
    "rpds": ("seal/__init__.py", "def late() -> None:\n    import rpds\n"),
}


def lint(source: Path, *options: str) -> subprocess.CompletedProcess[str]:
    program = "import sys; from importlinter.cli import lint_imports_command as lint; lint(sys.argv[1:])"
    return subprocess.run(
        [sys.executable, "-c", program, str(ROOT / "pyproject.toml"), "--no-cache", "--no-logo", *options],
        cwd=source,
        env={"PYTHONPATH": str(source), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_contracts_hold() -> None:
    done = lint(ROOT / "src")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


def test_each_contract_can_be_broken(tmp_path: Path) -> None:
    copy = tmp_path / "servanda"
    shutil.copytree(SOURCE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    for module, lines in BREACHES.values():
        path = copy / module
        path.write_text((path.read_text() if path.exists() else "") + "\n\n" + lines)
    done = lint(tmp_path)
    broken = set(re.findall(r"^(.+) BROKEN(?: \(.+\))?$", done.stdout, re.MULTILINE))
    assert (done.returncode, broken) == (1, {contract["name"] for contract in CONTRACTS}), done.stdout + done.stderr


def test_every_contract_has_a_breach() -> None:
    assert set(BREACHES) == {contract["id"] for contract in CONTRACTS}


def unreasoned(source: str) -> list[int]:
    """Lines of imports inside functions that do not end in the one reason there is."""
    lines = source.splitlines()
    return sorted(
        {
            node.lineno
            for function in ast.walk(ast.parse(source))
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
            for node in ast.walk(function)
            if isinstance(node, ast.Import | ast.ImportFrom) and not lines[node.lineno - 1].endswith("  # slow import")
        }
    )


def test_a_deferred_import_without_reason_is_found() -> None:
    source = (
        "import os\n\ndef a():\n    import json\n\n\nasync def b():\n    from x import y  # slow import\n    import z\n"
    )
    assert unreasoned(source) == [4, 9]


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_deferred_imports_give_their_reason(path: Path) -> None:
    assert unreasoned(path.read_text(encoding="utf-8")) == []
