"""What commands have in common: the node they work on, how they answer, and how a refusal ends.

Rules of this module:
- the settings are named once, before the command or in the environment;
- a passphrase is asked for at the terminal, when a keyring is first needed, and never taken from the command line;
- every command knows `--json`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from servanda.base.errors import UsageError
from servanda.cli.render import as_json

if TYPE_CHECKING:
    from servanda.assembly.opening import OpenNode

REFUSED = 3
NODE_VARIABLE = "SERVANDA_NODE"

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What was said before the command.

    Args:
        settings: file of the node's settings, None where none is named.
    """

    settings: Path | None

    @property
    def named_settings(self) -> Path:
        """The settings file.

        Raises:
            UsageError: `node_missing`.
        """
        if self.settings is None:
            raise UsageError(
                "node_missing",
                "no node is named",
                action=f"name its settings with `servanda --node FILE ...` or in `{NODE_VARIABLE}`",
            )
        return self.settings

    @contextmanager
    def home(self) -> Iterator[OpenNode]:
        """The node, open."""
        from servanda.assembly.opening import open_node  # slow import

        with open_node(self.named_settings, passphrase=_asked) as home:
            yield home


def _asked(whose: str) -> str:
    return str(click.prompt(f"passphrase of `{whose}`", hide_input=True, err=True))


def json_option(command: F) -> F:
    """Adds `--json` to a command."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def answer(value: Any, lines: Iterable[str], *, json: bool) -> None:
    """Print a value for programs, or its lines for people."""
    if json:
        click.echo(as_json(value))
        return
    for line in lines:
        click.echo(line)
