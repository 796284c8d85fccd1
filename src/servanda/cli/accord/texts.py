"""Agreements: texts checked and judged by, and how each stands in the record.

Rules of this module:
- a text is checked and judged by without a node; how an agreement stands the record alone says;
- judging prints one ruling a line, whatever the rulings; a line that cannot be read ends it.

Spec: judging 6 (the line form).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from servanda.base.errors import UsageError
from servanda.cli.accord.cases import Cases, case_options
from servanda.cli.render import hanging, hour, pairs, short, table
from servanda.cli.session import Session, answer, json_option

if TYPE_CHECKING:
    from servanda.assembly.stands import AgreementPage


@click.command("show")
@click.argument("what", metavar="[ID|PATH]", required=False)
@click.option("--paragraph", metavar="N.N", help="The words of this paragraph.")
@click.option("--text", "is_text", is_flag=True, help="The words of every paragraph.")
@json_option
@click.pass_obj
def agreement_show(session: Session, what: str | None, paragraph: str | None, is_text: bool, as_json: bool) -> None:
    """The agreements of the record, one of them, or the text of a file."""
    if what is not None and Path(what).exists():
        _show_file(what, paragraph, is_text, as_json=as_json)
        return
    from servanda.assembly.stands import agreement_page, agreements  # slow import

    with session.home() as home:
        if what is None:
            rows = agreements(home)
            told = [(a.id, a.phase, a.version or "-", hour(a.since), short(a.digest), a.title) for a in rows]
            head = ("id", "phase", "version", "since", "digest", "title")
            answer(rows, table(head, told) if rows else ["no text was tabled"], json=as_json)
            return
        page = agreement_page(home, what)
        lines = _paragraphs(page.paragraphs, paragraph) if paragraph or is_text else _page(page)
        answer(page, lines, json=as_json)


@click.command("judge")
@click.argument("path", type=click.Path(path_type=Path))
@case_options
@json_option
def agreement_judge(
    path: Path, kind: str | None, author: str | None, facts: tuple[str, ...], cases: str | None, as_json: bool
) -> None:
    """Judge cases by the text of PATH: kind, author and complete facts, one ruling a line.

    One case is given by --kind, --author and --facts; many by --cases, else on standard input.
    """
    from servanda.assembly.texts import Agreement  # slow import

    text = Agreement.load(path)
    for case in Cases(file=cases, kind=kind, author=author, facts=facts).read():
        ruling = text.judge_case(case)
        click.echo(json.dumps(ruling, ensure_ascii=False) if as_json else _told(ruling))


def _told(ruling: dict[str, Any]) -> str:
    parts = [ruling["ground"] or ruling["ruling"], *ruling["cites"], *ruling["missing"]]
    return " ".join(parts) + (f" (line {ruling['line']})" if ruling["line"] is not None else "")


def _show_file(path: str, paragraph: str | None, is_text: bool, *, as_json: bool) -> None:
    from servanda.assembly.texts import Agreement, text_page  # slow import

    text = Agreement.load(path)
    page = text_page(text)
    if paragraph is not None:
        text.words(paragraph)
    rows = [
        ("id", page.id),
        ("title", page.title),
        ("version", f"{page.version} ({page.status})"),
        ("parties", ", ".join(f"{code} {name}" for code, name in page.parties.items())),
        ("governs", ", ".join(page.governs)),
        ("digest", page.digest),
        ("paragraphs", len(page.paragraphs)),
        ("clauses", page.clauses),
    ]
    answer(page, _paragraphs(page.paragraphs, paragraph) if paragraph or is_text else pairs(rows), json=as_json)


def _page(page: AgreementPage) -> Iterator[str]:
    row = page.row
    rows: list[tuple[str, object]] = [
        ("id", row.id),
        ("title", row.title),
        ("phase", row.phase),
        ("parties", ", ".join(f"{code} {name}" for code, name in page.parties.items())),
        ("governs", ", ".join(page.governs)),
        ("version", f"{row.version or 'none in force'} ({page.status})"),
        ("digest", row.digest),
        ("in force from", hour(page.in_force_from)),
        ("tabled last", page.tabled),
        ("initialled", ", ".join(map(short, page.initialled)) or "-"),
        ("in signature", "; ".join(f"{short(d)} by {', '.join(by)}" for d, by in page.signed_by.items()) or "-"),
        ("notice takes effect", hour(page.effect)),
        ("ended", hour(page.ended_at)),
        ("questioned", ", ".join(page.questioned) or "-"),
        ("halves that wait", ", ".join(map(short, page.halves)) or "-"),
        ("consultations open", ", ".join(map(short, page.consultations)) or "-"),
    ]
    yield from pairs(rows)
    yield ""
    yield from table(
        ("officer", "office", "limit", "since"),
        [
            (o.officer, o.office, "-" if o.limit_usd is None else f"{o.limit_usd} USD", hour(o.since))
            for o in page.officers
        ],
    )


def _paragraphs(paragraphs: Any, only: str | None) -> Iterator[str]:
    if only is not None and only not in paragraphs:
        raise UsageError("paragraph_unknown", f"there is no paragraph `{only}`", action="name one such as `3.2`")
    for number, words in paragraphs.items():
        if only in (None, number):
            yield from hanging(number.ljust(5), words)
