"""The locks: what pyproject.toml asks for is there, pinned and hashed, and no line names a host."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
ASKED = {
    "demo": [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["build"]],
    "test": [
        *PROJECT["project"]["dependencies"],
        *(row for rows in PROJECT["dependency-groups"].values() for row in rows),
    ],
    "uv": ["uv"],
}
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
HASHED = re.compile(r"(?P<pin>[^\\]+?)( \\\n    --hash=sha256:[0-9a-f]{64})+")


def text(lock: str) -> str:
    return (ROOT / "requirements" / f"{lock}.txt").read_text()


def pins(lock: str) -> list[Requirement]:
    head, _, body = text(lock).partition("\n\n")
    assert head == "--only-binary :all:"
    found = [HASHED.fullmatch(block) for block in re.split(r"\n(?=\S)", body.rstrip("\n"))]
    assert None not in found
    return [Requirement(match["pin"]) for match in found if match]


@pytest.mark.parametrize("lock", ASKED)
def test_every_line_pins_one_version_with_its_hashes(lock: str) -> None:
    loose = [str(pin) for pin in pins(lock) if not re.fullmatch(r"==[^,*]+", str(pin.specifier)) or pin.url]
    assert loose == []


@pytest.mark.parametrize("lock", ASKED)
def test_no_line_names_a_host(lock: str) -> None:
    assert [
        line for line in text(lock).splitlines() if "://" in line or line.startswith(("-i", "--index", "--extra"))
    ] == []


@pytest.mark.parametrize("lock", ASKED)
@pytest.mark.parametrize("python", PYTHONS)
def test_what_the_project_asks_for_is_locked(lock: str, python: str) -> None:
    there = {
        canonicalize_name(pin.name): next(iter(pin.specifier)).version
        for pin in pins(lock)
        if applies(pin.marker, python)
    }
    missing = [
        row for row in map(Requirement, ASKED[lock]) if there.get(canonicalize_name(row.name)) not in Versions(row)
    ]
    assert [str(row) for row in missing] == []


class Versions:
    """The versions a requirement allows, as a set that can be asked."""

    def __init__(self, requirement: Requirement) -> None:
        self._allowed = requirement.specifier

    def __contains__(self, version: object) -> bool:
        return isinstance(version, str) and self._allowed.contains(version)


def applies(marker: Marker | None, python: str) -> bool:
    place = {"python_version": python, "python_full_version": f"{python}.0", "sys_platform": "linux"}
    return marker is None or marker.evaluate(place)


def test_the_demo_is_part_of_the_test_environment() -> None:
    demo, test = ({(pin.name, str(pin.specifier)) for pin in pins(lock)} for lock in ("demo", "test"))
    assert demo <= test


def test_the_rule_engine_is_for_tests_only() -> None:
    assert "cedarpy" not in {pin.name for pin in pins("demo")}
