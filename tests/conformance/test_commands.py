"""Every kind that is said has its command, which takes its example payload as a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from servanda.act.kind import JudgedBy, kinds
from servanda.assembly.loaded import loaded
from servanda.cli.app import app
from servanda.cli.members import members_of
from servanda.cli.nouns import command_of
from tests.conformance.payloads import FOLDER, PAYLOADS, SAID, kind_of
from tests.founded import Pair, template

UNDER = {"intelligence": "kr-jp-a", "rescue": "kr-jp-a", "logistics": "kr-jp-b", "peacekeeping": "kr-jp-b"}


def commands(group: click.Command, context: click.Context, *path: str) -> Iterator[tuple[str, click.Command]]:
    """Every command of the program, by its words."""
    if not isinstance(group, click.Group):
        yield " ".join(path), group
        return
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None, name
        yield from commands(found, click.Context(found, parent=context, info_name=name), *path, name)


def test_every_kind_that_is_said_has_its_command() -> None:
    there = dict(commands(app, click.Context(app)))

    for kind in SAID:
        command = there[command_of(kinds()[kind])]
        flags = {flag for option in command.params for flag in option.opts}
        verb = loaded()[kinds()[kind].domain].verbs.get(kind)
        assert {member.flag for member in members_of(PAYLOADS[kind], verb)} <= flags, kind
        assert flags & {"--payload", "--act-payload"}, kind


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """Two nodes with both agreements in force."""
    return template().copy(tmp_path_factory.mktemp("said") / "nodes")


@pytest.mark.parametrize("domain", sorted({kind.partition(".")[0] for kind in SAID}))
def test_a_command_takes_the_example_and_shows_its_ruling(domain: str, pair: Pair) -> None:
    """Nothing is said in the place of what is missing: the preview is a ruling, and no command stops before one."""
    for path in sorted((FOLDER / domain).glob("*.json")):
        kind = kinds()[kind_of(path)]
        answer = pair.at("KR", *command_of(kind).split(), *asked(path, domain))
        assert (answer.exit, answer.err) in {(0, ""), (3, "")}, (path.name, answer)
        shown = answer.value
        assert (shown["kind"], shown["recorded"]) == (kind.name, "nowhere"), path.name
        assert (shown["decision"]["ruling"] == "permit") is (answer.exit == 0)
        assert (kind.judged_by is JudgedBy.NONE) <= (answer.exit == 0), path.name


def asked(path: Path, domain: str) -> tuple[str, ...]:
    under = UNDER.get(domain, "kr-jp-a")
    return ("--payload", str(path), "--as", "kr/envoy-1", "--agreement", under, "--preview", "--json")
