"""Why an act is, or would be, ruled on as it is: paragraphs with their words, tests with what the facts say to them.

Rules of this module:
- a case on given facts needs a text and no node; an act of the record needs the node that holds it;
- what decided stands first; where nothing permits, the clause that comes nearest does.

Spec: agreement 9.4 (explaining).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from servanda.base.errors import UsageError
from servanda.cli.accord.cases import Cases, case_options
from servanda.cli.render import hanging, short
from servanda.cli.session import Session, answer, json_option

if TYPE_CHECKING:
    from servanda.assembly.accord.explaining import Amiss, ExplainedPage, LinePage, Told

_INDENT = "     "
_PARTS = {"by": "", "when": "when ", "that": "that ", "unless": "unless "}


@click.command("explain")
@click.argument("path", required=False, type=click.Path(path_type=Path))
@case_options
@click.option("--act", metavar="ACT", help="An act of the record: its id or the beginning of it.")
@json_option
@click.pass_obj
def agreement_explain(
    session: Session,
    path: Path | None,
    kind: str | None,
    author: str | None,
    facts: tuple[str, ...],
    cases: str | None,
    act: str | None,
    as_json: bool,
) -> None:
    """Why cases would be ruled on as they are by the text of PATH, or why an act of the record was.

    One case is given by --kind, --author and --facts; many by --cases.
    """
    asked = Cases(file=cases, kind=kind, author=author, facts=facts)
    named = asked.by_options or cases is not None
    if act is not None:
        if path is not None or named:
            raise UsageError(
                "usage", "an act of the record has its own text and facts", action="leave out PATH and the case"
            )
        _explain_act(session, act, as_json=as_json)
        return
    if path is None or not named:
        raise UsageError(
            "usage",
            "nothing to explain is named",
            action="name a text and a case, `--cases FILE`, or an act of the record with `--act`",
        )
    from servanda.assembly.accord.explaining import explained  # slow import
    from servanda.assembly.texts import Agreement  # slow import

    text = Agreement.load(path)
    for case in asked.read():
        page = explained(text, case)
        answer(page, _told(page), json=as_json)


def _explain_act(session: Session, act: str, *, as_json: bool) -> None:
    from servanda.assembly.accord.explaining import explained_act  # slow import

    with session.home() as home:
        page = explained_act(home, act)
        answer(page, _told(page), json=as_json)


def _told(page: ExplainedPage) -> Iterator[str]:
    ruled = " ".join((page.ground or page.ruling, *page.cites)) + (f" ({page.code})" if page.code else "")
    of = f" of line {page.line}" if page.line is not None else ""
    named = f", act {short(page.act)}" if page.act is not None else ""
    yield f"{page.kind} of {page.author}{named}: {ruled}{of}"
    if not page.lines:
        for cite in page.cites:
            yield from hanging(cite.ljust(4), page.words.get(cite, ""))
    for number, line in enumerate(page.lines, start=1):
        if len(page.lines) > 1:
            yield f"line {number}: {' '.join((line.ground or line.ruling, *line.cites))}"
        yield from _line(page, line)


def _line(page: ExplainedPage, line: LinePage) -> Iterator[str]:
    said: set[str] = set()
    for heading, clauses in (
        ("forbids it", line.forbids),
        ("permits it" if line.ruling == "permit" else "would permit it, were it not forbidden", line.permits),
        ("would permit it if all were met", line.would_permit),
    ):
        for clause in clauses:
            yield f"{clause.paragraph} {heading} ({clause.form})"
            if clause.paragraph not in said:
                yield from hanging(_INDENT[:-2], page.words.get(clause.paragraph, ""))
            said.add(clause.paragraph)
            yield from _tests(clause)
    for each in line.amiss:
        yield from hanging(f"{each.fault.value} `{each.fact}`", _amiss(each))
    if line.because:
        yield line.because


def _tests(clause: Told) -> Iterator[str]:
    for test in clause.tests:
        met = "met    " if test.holds else "not met"
        yield from hanging(f"{_INDENT}{met}", f"{_PARTS[test.part.value]}{test.asks}; it is {_value(test.stated)}")


def _amiss(each: Amiss) -> str:
    parts = [f"it is {_value(each.stated)}"] if each.fault.value == "wrong" else []
    if each.takes:
        parts.append(f"it takes {each.takes}")
    else:
        parts.append("the kind has no such fact")
    if each.meant is not None:
        parts.append(f"did you mean {_value(each.meant)}")
    elif each.fault.value == "missing" and each.least_favourable is not None:
        parts.append(f"state {_value(each.least_favourable)} where it could not be established")
    return "; ".join(parts)


def _value(value: Any) -> str:
    return f"`{value}`" if isinstance(value, str) else f"`{json.dumps(value, ensure_ascii=False)}`"
