"""What would be: a timeline of events that are only supposed, and the duties that an act would begin.

Rules of this module:
- what is asked and answered has the members of the published examples;
- a moment is asked and answered with the offset of the text.

Spec: agreement 9 (asking).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from servanda.base.errors import MalformedError, UsageError
from servanda.cli.render import hanging, table
from servanda.cli.session import answer, json_option

if TYPE_CHECKING:
    from servanda.assembly.accord.supposing import TimelinePage


@click.command("timeline")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--events", metavar="FILE", required=True, help="Events and moments as JSON; - for standard input.")
@json_option
def agreement_timeline(path: Path, events: str, as_json: bool) -> None:
    """What would follow from events under the text of PATH: phases, questions, versions and dates."""
    from servanda.assembly.accord.supposing import timeline_page  # slow import
    from servanda.assembly.texts import Agreement, members_of  # slow import

    page = timeline_page(Agreement.load(path), members_of(_read(events), "--events"))
    answer(page, _told(page), json=as_json)


@click.command("duties")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--after", "kind", metavar="KIND", required=True, help="The act or occasion that starts the clock.")
@click.option("--author", metavar="PARTY", help="Whose act it is; nobody's where it is an occasion.")
@click.option("--at", metavar="TIME", required=True, help="When, with its offset: 2030-06-10T23:30+09:00.")
@click.option("--facts", metavar="JSON", default="{}", help="The facts of it that clauses ask.")
@json_option
def agreement_duties(path: Path, kind: str, author: str | None, at: str, facts: str, as_json: bool) -> None:
    """What would be owed after an act, by whom and when, under the text of PATH."""
    from servanda.assembly.accord.supposing import owed_rows  # slow import
    from servanda.assembly.texts import Agreement, members_of  # slow import

    rows = owed_rows(Agreement.load(path), kind, at, author=author, facts=members_of(facts, "--facts"))
    told = [
        (row.paragraph, row.debtor, row.does, row.due, ", ".join(f"{k} {v}" for k, v in row.otherwise.items()) or "-")
        for row in rows
    ]
    members = [
        {
            "paragraph": row.paragraph,
            "debtor": row.debtor,
            "does": row.does,
            "due": row.due,
            **({"else": row.otherwise} if row.otherwise else {}),
        }
        for row in rows
    ]
    head = ("paragraph", "debtor", "does", "due", "else")
    answer(members, table(head, told) if rows else ["nothing would be owed"], json=as_json)


def _told(page: TimelinePage) -> Iterator[str]:
    yield f"in force from  {page.in_force_from or '-'}"
    yield f"effect         {page.effect or '-'}"
    questioned, versions = dict(page.questioned), dict(page.versions)
    for at, phase in page.phases:
        version = versions[at]
        asked = f", questioned {', '.join(questioned[at])}" if questioned[at] else ""
        yield f"{at}  {phase}{f' (version {version})' if version is not None else ''}{asked}"
    for refused in page.refused:
        yield from hanging(f"event {refused.event} refused", refused.why)
    for half in page.halves:
        yield f"event {half} waits for the other Party"


def _read(name: str) -> str:
    try:
        with click.open_file(name, encoding="utf-8") as stream:
            return str(stream.read())
    except OSError as error:
        raise UsageError(
            "file_unreadable", f"`{name}` cannot be read: {error.strerror}", action="name a file of events"
        ) from error
    except UnicodeDecodeError as error:
        raise MalformedError("text_encoding", f"`{name}` is not UTF-8", action="write the events in UTF-8") from error
