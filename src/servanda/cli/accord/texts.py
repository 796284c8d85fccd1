"""Agreements: texts checked and judged by, and how each stands in the record.

Rules of this module:
- a text is checked and judged by without a node; how an agreement stands the record alone says;
- judging prints one ruling a line, whatever the rulings; a line that cannot be read ends it.

Spec: judging 6 (the line form).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from servanda.base.errors import UsageError
from servanda.cli.accord.cases import Cases, case_options
from servanda.cli.render import hanging, hour, pairs, short, table
from servanda.cli.session import Session, answer, json_option

if TYPE_CHECKING:
    from servanda.assembly.accord.showing import PhaseRow, TextPage
    from servanda.assembly.stands import AgreementPage

_UNDER = "       "


@click.command("show")
@click.argument("what", metavar="[ID|PATH]", required=False)
@click.option("--paragraph", metavar="N.N", help="The words of this paragraph.")
@click.option("--text", "is_text", is_flag=True, help="The words of every paragraph.")
@click.option("--clauses", is_flag=True, help="Articles, words, and the clauses that carry them out.")
@click.option("--language", metavar="CODE", help="Its words in this language.")
@json_option
@click.pass_obj
def agreement_show(
    session: Session,
    what: str | None,
    paragraph: str | None,
    is_text: bool,
    clauses: bool,
    language: str | None,
    as_json: bool,
) -> None:
    """The agreements of the record, one of them, or the text of a file or folder."""
    asked = _Asked(paragraph=paragraph, is_text=is_text, clauses=clauses, language=language)
    if what is not None and Path(what).exists():
        from servanda.assembly.accord.showing import text_page  # slow import
        from servanda.assembly.texts import Agreement  # slow import

        page = text_page(Agreement.load(what), language)
        answer(page, asked.lines(page.paragraphs, page) if asked.whole else _text(page), json=as_json)
        return
    from servanda.assembly.stands import agreement_page, agreements  # slow import

    with session.home() as home:
        if what is None:
            rows = agreements(home)
            told = [(a.id, a.phase, a.version or "-", hour(a.since), short(a.digest), a.title) for a in rows]
            head = ("id", "phase", "version", "since", "digest", "title")
            answer(rows, table(head, told) if rows else ["no text was tabled"], json=as_json)
        elif clauses or language is not None:
            from servanda.assembly.accord.showing import text_of  # slow import

            shown = text_of(home, what, language)
            answer(shown, asked.lines(shown.paragraphs, shown), json=as_json)
        else:
            stands = agreement_page(home, what)
            answer(stands, asked.lines(stands.paragraphs) if asked.whole else _page(stands), json=as_json)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What of a text is shown.

    Args:
        paragraph: this one alone; None for every one.
    """

    paragraph: str | None
    is_text: bool
    clauses: bool
    language: str | None

    @property
    def whole(self) -> bool:
        """Whether words are asked for."""
        return self.paragraph is not None or self.is_text or self.clauses or self.language is not None

    def lines(self, paragraphs: Mapping[str, str], page: TextPage | None = None) -> Iterator[str]:
        """The words of the paragraphs asked for, and with `--clauses` what carries them out.

        Args:
            page: of the text they stand in, where headings and clauses are at hand.

        Raises:
            UsageError: `paragraph_unknown`.
        """
        if self.paragraph is not None and self.paragraph not in paragraphs:
            raise UsageError(
                "paragraph_unknown", f"there is no paragraph `{self.paragraph}`", action="name one such as `3.2`"
            )
        chosen = {number: words for number, words in paragraphs.items() if self.paragraph in (None, number)}
        return _laid(chosen, page) if self.clauses and page is not None else _paragraphs(chosen)


def _paragraphs(paragraphs: Mapping[str, str]) -> Iterator[str]:
    for number, words in paragraphs.items():
        yield from hanging(number.ljust(5), words)


def _laid(paragraphs: Mapping[str, str], page: TextPage) -> Iterator[str]:
    """Paragraphs under the headings of their articles, each with its clauses."""
    article = ""
    for number, words in paragraphs.items():
        if number.partition(".")[0] != article:
            article = number.partition(".")[0]
            yield from (page.headings[article], "")
        yield from hanging(number.ljust(5), words)
        for clause in page.written.get(number, ()):
            yield from (f"{_UNDER}{line}" for line in clause.split("\n"))
        yield ""


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


def _text(page: TextPage) -> Iterator[str]:
    prevailing = "" if page.prevailing is None else f"; {page.prevailing} prevails"
    carried = len(page.paragraphs) - len(page.text_only)
    yield from pairs(
        [
            ("id", page.id),
            ("title", page.title),
            ("version", f"{page.version} ({page.status})"),
            ("parties", ", ".join(f"{code} {name}" for code, name in page.parties.items())),
            ("governs", ", ".join(page.governs)),
            ("languages", ", ".join(page.authentic) + prevailing),
            ("digest", page.digest),
            ("paragraphs", f"{len(page.paragraphs)}, of which {carried} are carried out"),
            ("words only", ", ".join(page.text_only) or "-"),
            ("clauses", page.clauses),
        ]
    )
    yield ""
    yield from pairs((row.phase, _closes(row)) for row in page.phases)


def _closes(row: PhaseRow) -> str:
    """What a phase closes, in words."""
    if row.paragraph is None:
        return "closes nothing"
    if not row.leaves:
        return f"{row.paragraph} closes all {len(row.closes)} kinds"
    return f"{row.paragraph} closes {len(row.closes)} of {len(row.closes) + row.leaves} kinds: {', '.join(row.closes)}"


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
