"""How every test runs: one profile for generated cases, long tests on request, one closing line that counts.

Rules of this module:
- generated cases are the same in every run (derandomised), without deadline and without a stored database;
- a test marked `long` runs with `--long` only; the same option gives each property test more cases;
- what a test records as `counted` is printed once, before the closing line.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

CASES = 100
CASES_LONG = 2_000

settings.register_profile(
    "ci",
    derandomize=True,
    deadline=None,
    database=None,
    print_blob=True,
    max_examples=CASES,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("long", settings.get_profile("ci"), max_examples=CASES_LONG)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run the tests that take minutes too")


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile("long" if config.getoption("--long") else "ci")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--long"):
        return
    long = [item for item in items if item.get_closest_marker("long")]
    config.hook.pytest_deselected(items=long)
    items[:] = [item for item in items if not item.get_closest_marker("long")]


def pytest_unconfigure(config: pytest.Config) -> None:
    """The closing line, `N passed, N failed`, where this process reports."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or hasattr(config, "workerinput"):
        return
    stats: dict[str, Iterable[Any]] = reporter.stats
    for report in stats.get("passed", ()):
        for name, counted in report.user_properties:
            if name == "counted":
                print(counted)
    passed, failed, skipped = (
        sum(len(list(stats.get(name, ()))) for name in names)
        for names in (("passed",), ("failed", "error"), ("skipped",))
    )
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
