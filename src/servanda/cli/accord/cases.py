"""The cases that are judged or explained: one by options, or one a line of a file.

Rules of this module:
- a case is given either way, never both, and by options whole;
- a file is read line by line, so that what was asked first is answered first.

Spec: agreement 9.1 (the line form).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from servanda.base.errors import MalformedError, UsageError

F = TypeVar("F", bound=Callable[..., Any])


def case_options(command: F) -> F:
    """Adds the options that give cases."""
    for option in (
        click.option("--cases", metavar="FILE", help="Cases, one JSON object a line; - for standard input."),
        click.option(
            "--facts", metavar="JSON", multiple=True, help="Its complete facts; once more for each further line."
        ),
        click.option("--author", metavar="PARTY", help="Whose act it is."),
        click.option("--kind", metavar="KIND", help="The kind of one act."),
    ):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """The cases that are asked for.

    Args:
        file: named with `--cases`; None where it is not.
    """

    file: str | None
    kind: str | None
    author: str | None
    facts: tuple[str, ...]

    @property
    def by_options(self) -> bool:
        """Whether any option names a part of one case."""
        return self.kind is not None or self.author is not None or bool(self.facts)

    def read(self) -> Iterator[Mapping[str, Any]]:
        """The members of each case; of standard input where nothing is named.

        Raises:
            UsageError: `usage` or `file_unreadable`.
            MalformedError: facts that are no JSON object, or a line that is none.
        """
        from servanda.assembly.texts import members_of  # slow import

        if not self.by_options:
            yield from map(members_of, _lines(self.file or "-"))
            return
        if self.file is not None:
            raise UsageError(
                "usage", "a case is given by options or by `--cases`, not by both", action="leave one of them out"
            )
        if self.kind is None or self.author is None or not self.facts:
            raise UsageError("usage", "a case is not whole", action="give all of `--kind`, `--author` and `--facts`")
        sets = [members_of(facts, "--facts") for facts in self.facts]
        yield {"kind": self.kind, "author": self.author, **({"facts": sets[0]} if len(sets) == 1 else {"lines": sets})}


def _lines(cases: str) -> Iterator[str]:
    if cases == "-":
        yield from (line for line in sys.stdin if line.strip())
        return
    try:
        with Path(cases).open(encoding="utf-8") as stream:
            yield from (line for line in stream if line.strip())
    except OSError as error:
        raise UsageError(
            "file_unreadable", f"`{cases}` cannot be read: {error.strerror}", action="name a file of cases"
        ) from error
    except UnicodeDecodeError as error:
        raise MalformedError("text_encoding", f"`{cases}` is not UTF-8", action="write the cases in UTF-8") from error
