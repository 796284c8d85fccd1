"""The house style that a program can check: sizes, docstrings, names, and what no tracked file may hold."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "servanda"
MODULES = sorted(SOURCE.rglob("*.py"))
MODULE_LINES_MAX, MODULE_LINES_P95 = 500, 350
FUNCTION_LINES_MAX, FUNCTION_LINES_P95 = 60, 40
BARRED_NAMES = {"common", "helpers", "misc", "utils"}
CORE = ("base", "supply", "seal", "act", "log", "agreement", "policy", "domain.py", "domains", "node")
SIGNED = ("base", "seal", "act", "log")

# Each has a class of one letter, so that this file does not hold what it looks for.
UNFINISHED = re.compile(r"\b(TOD[O]|FIXM[E])\b|[#/] ?XX[X]\b")
HOSTS = re.compile(r"pyp[i]\.org|pythonhoste[d]\.org|npmj[s]\.(org|com)|registr[y]\.[a-z]+\.(org|io|com)|debia[n]\.org")
PLACES = re.compile(r"(^|[^a-zA-Z0-9_.])/(w[o]rk|r[o]ot|f[a]rm|h[o]me|t[m]p|U[s]ers)/", re.MULTILINE)
EXCEPTION = re.compile(r"#\s*(noqa|type:\s*ignore|pragma: no cover)(?P<rest>.*)")
REASONED = re.compile(r"(: [A-Z]+[0-9]+(, [A-Z]+[0-9]+)*|\[[a-z-]+(, ?[a-z-]+)*\])  # \w.+")


def tracked() -> list[Path]:
    """Every file that is tracked or about to be, without the data that others wrote."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    return [path for name in listed.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(read(path))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{shown(path)}:{node.name}", (node.end_lineno or node.lineno) - node.lineno + 1


def percentile_95(values: list[int]) -> int:
    return sorted(values)[max(0, -(-len(values) * 95 // 100) - 1)]


def below(*folders: str) -> list[Path]:
    return [path for path in MODULES if path.relative_to(SOURCE).parts[0] in folders]


def test_modules_are_short() -> None:
    sizes = {shown(path): read(path).count("\n") for path in MODULES}
    assert {name: size for name, size in sizes.items() if size > MODULE_LINES_MAX} == {}
    assert percentile_95([size for size in sizes.values() if size]) <= MODULE_LINES_P95, sizes


def test_functions_are_short() -> None:
    sizes = {name: size for path in MODULES for name, size in functions(path)}
    assert {name: size for name, size in sizes.items() if size > FUNCTION_LINES_MAX} == {}
    assert percentile_95(list(sizes.values())) <= FUNCTION_LINES_P95


def test_every_module_says_what_it_is() -> None:
    silent = [shown(path) for path in MODULES if read(path).strip() and not ast.get_docstring(ast.parse(read(path)))]
    assert silent == []


def test_names_say_something() -> None:
    parts = {part for path in tracked() for part in Path(shown(path)).with_suffix("").parts}
    assert parts & BARRED_NAMES == set()


@pytest.mark.parametrize(
    ("what", "sought"),
    [("unfinished work", UNFINISHED), ("a registry's host", HOSTS), ("a place on one machine", PLACES)],
)
def test_no_tracked_file_holds(what: str, sought: re.Pattern[str]) -> None:
    found = [f"{shown(path)}: {match.group()}" for path in tracked() if (match := sought.search(read(path)))]
    assert found == [], what


@pytest.mark.parametrize(
    ("sought", "spelt", "found"),
    [
        (UNFINISHED, "# TO-DO: later", True),
        (UNFINISHED, "# XX-X see below", True),
        (UNFINISHED, "to do, in XXX, the code for no currency", False),
        (HOSTS, "https://registry.npm-js.org/x", True),
        (PLACES, "see /ho-me/me/x", True),
        (PLACES, "a/ho-me/x", False),
        (PLACES, "/ho-mely", False),
    ],
)
def test_the_searches_find(sought: re.Pattern[str], spelt: str, found: bool) -> None:
    assert bool(sought.search(spelt.replace("-", ""))) is found


@pytest.mark.parametrize(
    ("line", "fine"),
    [
        ("x = 1", True),
        ("x = 1  # noqa", False),
        ("x = 1  # noqa: E501", False),
        ("x = 1  # noqa: E501  # the vector's own line", True),
        ("x = y()  # type: ignore[no-any-return]", False),
        ("x = y()  # type: ignore[no-any-return]  # the stub says Any", True),
    ],
)
def test_what_a_reasoned_exception_is(line: str, fine: bool) -> None:
    assert (unreasoned(line) == []) is fine


def unreasoned(source: str) -> list[str]:
    """Lines that set a checker aside without naming its rule and the reason."""
    matches = ((line, EXCEPTION.search(line)) for line in source.splitlines())
    return [line.strip() for line, match in matches if match and not REASONED.fullmatch(match["rest"])]


def test_an_exception_to_a_checker_names_rule_and_reason() -> None:
    files = [path for path in tracked() if path.suffix == ".py" and path != Path(__file__).resolve()]
    assert {shown(path): lines for path in files if (lines := unreasoned(read(path)))} == {}


def test_the_core_asks_no_clock_and_opens_no_file() -> None:
    asked = {"now", "utcnow", "today"}
    found = [
        f"{shown(path)}:{node.lineno}"
        for path in below(*CORE)
        for node in ast.walk(ast.parse(read(path)))
        if isinstance(node, ast.Call)
        and (
            (isinstance(node.func, ast.Name) and node.func.id in {"open", "print", "input"})
            or (isinstance(node.func, ast.Attribute) and node.func.attr in asked and _on_dates(node.func.value))
        )
    ]
    assert found == []


def _on_dates(value: ast.expr) -> bool:
    return isinstance(value, ast.Name | ast.Attribute) and ast.unparse(value).split(".")[-1] in {"date", "datetime"}


def test_nothing_signed_is_a_floating_point_number() -> None:
    found = [
        f"{shown(path)}:{node.lineno}"
        for path in below(*SIGNED)
        for node in ast.walk(ast.parse(read(path)))
        if isinstance(node, ast.Constant) and isinstance(node.value, float)
    ]
    assert found == []
