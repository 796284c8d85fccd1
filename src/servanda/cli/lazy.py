"""Groups of commands that are imported when one of them is used, so that help answers at once.

Rules of this module:
- a group knows the names and short helps of its commands without importing them;
- a name that is not known is answered with the nearest one that is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from typing import Any

import click

from servanda.base.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One command, not yet imported.

    Args:
        help: what it does, in one line.
        load: gives the command.
        section: heading of the help that it stands under.
    """

    help: str
    load: Callable[[], click.Command]
    section: str = "Commands"


class HouseGroup(click.Group):
    """A group that answers an unknown name as the house does."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first argument names.

        Raises:
            UsageError: `command_unknown`.
        """
        command = self.get_command(ctx, args[0])
        if command is None:
            near = get_close_matches(args[0], self.list_commands(ctx), n=1)
            meant = f"say `{near[0]}` if that is meant; " if near else ""
            raise UsageError(
                "command_unknown",
                f"nothing is called `{args[0]}` here",
                action=f"{meant}see `{ctx.command_path} --help`",
            )
        return args[0], command, args[1:]


class LazyGroup(HouseGroup):
    """A group whose commands are loaded by name."""

    def __init__(self, name: str, words: Mapping[str, Word], **settings: Any) -> None:
        super().__init__(name, no_args_is_help=True, **settings)
        self._words = words
        self._known: dict[str, click.Command] = {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(self._words)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        word = self._words.get(cmd_name)
        if word is None:
            return None
        if cmd_name not in self._known:
            self._known[cmd_name] = word.load()
        return self._known[cmd_name]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        sections: dict[str, list[tuple[str, str]]] = {}
        for name, word in self._words.items():
            sections.setdefault(word.section, []).append((name, word.help))
        for heading, rows in sections.items():
            with formatter.section(heading):
                formatter.write_dl(rows)


def imported(module: str, name: str) -> Callable[[], click.Command]:
    """Loads a command from a module of this folder."""

    def load() -> click.Command:
        command = getattr(import_module(f"servanda.cli.{module}"), name)
        if not isinstance(command, click.Command):
            raise TypeError(f"{module}.{name} is no command")
        return command

    return load
