"""The produced pages of this folder: what the code holds, as tables for people.

Rules of this module:
- a page is a function of the code alone, so that the same code gives the same page on every machine;
- a page whose source is not there is not made; nothing here is written by hand twice;
- `./run docs` writes the pages; tests/architecture compares them with the code.
"""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from reference import payloads
from servanda.act.kind import vocabulary
from servanda.base import errors, limits

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "servanda"
WIDTH = 100
KINDS_LEAD = [
    "How to read them: [vocabulary](../spec/vocabulary.md). Below each table stands what a kind is said with: the",
    "members of its payload, what each may be, and an example ([all of them](../examples/payloads/)). A code stands as",
    "the pattern it fits; an amount and other decimals are text.",
]
NOTE = "*Made from the code by `./run docs`; do not edit.*"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Raised:
    """One code that the source raises: its failure class, and the folder that does."""

    code: str
    failure: str
    area: str


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Every module of the package, by its path below it, read."""
    for path in sorted(SOURCE.rglob("*.py")):
        yield path.relative_to(SOURCE).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def failures() -> Mapping[str, type[errors.ServandaError]]:
    """The drawn tree of errors, by class name."""
    found = {name: value for name, value in vars(errors).items() if isinstance(value, type)}
    return {name: value for name, value in found.items() if issubclass(value, errors.ServandaError)}


def raised() -> tuple[Raised, ...]:
    """Every code with which an error of the tree is built somewhere in the source."""
    tree = failures()
    found: set[Raised] = set()
    for module, parsed in modules():
        area, named = module.removesuffix(".py").split("/")[0], _assigned(parsed)
        for call in ast.walk(parsed):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in tree:
                found |= {Raised(code=code, failure=call.func.id, area=area) for code in _codes(call, named)}
    return tuple(sorted(found))


def _codes(call: ast.Call, named: Mapping[str, frozenset[str]]) -> Iterator[str]:
    """The codes that the first argument of an error can be."""
    first = next(iter((*call.args[:1], *(word.value for word in call.keywords if word.arg == "code"))), None)
    if isinstance(first, ast.Name):
        yield from named.get(first.id, ())
    elif first is not None:
        yield from (text for text in _texts(first) if re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", text))


def _assigned(parsed: ast.Module) -> Mapping[str, frozenset[str]]:
    """Names that one assignment of a module gives a code or one of several."""
    found: dict[str, frozenset[str]] = {}
    for node in ast.walk(parsed):
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            plain = isinstance(node.value, ast.Constant | ast.IfExp)
            codes = frozenset(_texts(node.value)) if plain else frozenset()
            found[name] = found.get(name, frozenset()) | codes
    return found


def _texts(node: ast.expr) -> Iterator[str]:
    """The texts an expression may come to, its conditions left out."""
    if isinstance(node, ast.IfExp):
        yield from (*_texts(node.body), *_texts(node.orelse))
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def faults() -> tuple[str, ...]:
    """The codes of complaints about a text: values of the enumerations called `Fault`."""
    return tuple(
        text
        for _, parsed in modules()
        for node in ast.walk(parsed)
        if isinstance(node, ast.ClassDef) and node.name == "Fault"
        for line in node.body
        if isinstance(line, ast.Assign)
        for text in _texts(line.value)
    )


def table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> list[str]:
    """A Markdown table; bars inside a cell are kept apart from its frame."""
    cells = [tuple(str(cell).replace("|", "\\|") for cell in row) for row in rows]
    return ["| " + " | ".join(row) + " |" for row in (head, ("---",) * len(head), *cells)]


def page(title: str, *parts: Iterable[str]) -> str:
    """A page of one title, its note, and its parts with an empty line between."""
    return "\n".join([f"# {title}", "", NOTE, *("\n" + "\n".join(part) for part in parts), ""])


def kinds_page() -> str:
    """What may be said, by domain."""
    parts: list[list[str]] = []
    for domain, body in vocabulary()["domains"].items():
        rows = [
            (f"`{row['kind']}`", row["with"], row["judged_by"], _marks(row), row["meaning"]) for row in body["kinds"]
        ]
        parts.append([f"## {domain}", "", *table(("kind", "with", "judged by", "", "meaning"), rows)])
        parts.extend(payloads.sections(domain))
    parts.extend([["## Parts of several domains"], *payloads.shared()])
    return page("Kinds", KINDS_LEAD, *parts)


def _marks(row: Mapping[str, Any]) -> str:
    return ", ".join(name.replace("_", " ") for name in ("joint", "life_first") if row.get(name))


def facts_page() -> str:
    """What a clause may ask, by domain, with the offices and the phases."""
    words = vocabulary()
    groups = {"common": words["common"], **{name: body.get("facts", ()) for name, body in words["domains"].items()}}
    parts = [
        [f"## {name}", "", *table(("fact", "type", "least favourable", "stands on", "meaning"), map(_fact, facts))]
        for name, facts in groups.items()
        if facts
    ]
    offices = table(("office", "meaning"), ((f"`{row['name']}`", row["meaning"]) for row in words["offices"]))
    phases = [" · ".join(f"`{phase}`" for phase in words["phases"]), "", words["phase_meaning"]]
    lead = ["How to read them: [vocabulary](../spec/vocabulary.md)."]
    return page("Facts", lead, *parts, ["## Offices", "", *offices], ["## Phases", "", *phases])


def _fact(row: Mapping[str, Any]) -> tuple[str, ...]:
    type_ = row["type"]
    if type_ == "word":
        type_ = "word: " + " ".join(f"`{value}`" for value in row["values"])
    elif type_ == "int":
        type_ = f"int, {row['min']} to {row['max']}"
    least = row["least_favourable"]
    shown = "-" if least is None else f"`{str(least).lower() if isinstance(least, bool) else least}`"
    return f"`{row['name']}`", type_, shown, row["stands_on"], row["meaning"]


def errors_page() -> str:
    """The drawn tree with its exit codes, every code raised, every complaint about a text."""
    tree = table(
        ("class", "exit", "means"),
        ((f"`{name}`", kind.exit_code, (kind.__doc__ or "").split("\n")[0]) for name, kind in failures().items()),
    )
    places: dict[tuple[str, str], list[str]] = {}
    for one in raised():
        places.setdefault((one.code, one.failure), []).append(f"`{one.area}`")
    codes = table(
        ("code", "class", "where"),
        ((f"`{code}`", f"`{failure}`", ", ".join(where)) for (code, failure), where in places.items()),
    )
    lead = ["A refusal is no error: it is a ruling, and the command exits with 3. Success exits with 0.", "", *tree]
    parts = [
        ["## Codes", "", "A code never changes its meaning. Normative: [record 13](../spec/record.md).", "", *codes]
    ]
    if faults():
        parts.append(["## Complaints about a text", "", " · ".join(f"`{code}`" for code in faults())])
    return page("Errors", lead, *parts)


def limits_page() -> str:
    """Every bound, with the unit that its name ends in."""
    rows = [(f"`{name}`", f"{value:,}") for name, value in vars(limits).items() if name.isupper()]
    lead = ["The unit stands in the name. Settings may lower a bound, never raise it. Normative: record 12."]
    return page("Limits", lead, table(("bound", "value"), rows))


def commands() -> tuple[Any, ...]:
    """Every command of the command line as (path, click command), in the order of the help."""
    module, click = importlib.import_module("servanda.cli.app"), importlib.import_module("click")
    app = next(each for each in (module.main, *vars(module).values()) if isinstance(each, click.Group))
    found: list[Any] = []

    def walk(command: Any, path: tuple[str, ...], parent: Any) -> None:
        context = click.Context(
            command, info_name=path[-1], parent=parent, terminal_width=WIDTH, max_content_width=WIDTH
        )
        found.append((path, command, context))
        if hasattr(command, "list_commands"):
            for name in command.list_commands(context):
                walk(command.get_command(context, name), (*path, name), context)

    walk(app, ("servanda",), None)
    return tuple(found)


def cli_page() -> str:
    """Every command with its usage and its help, as the program prints them."""
    parts = [
        [f"## {' '.join(path)}", "", "```", command.get_help(context).rstrip(), "```"]
        for path, command, context in commands()
    ]
    return page("Command line", *parts)


def pages() -> Mapping[str, str]:
    """Every page that can be made now, by file name."""
    made = {"kinds.md": kinds_page(), "facts.md": facts_page(), "errors.md": errors_page(), "limits.md": limits_page()}
    if find_spec("servanda.cli.app") is not None:
        made["cli.md"] = cli_page()
    return made


def main() -> None:
    """Write the pages that changed."""
    for name, text in pages().items():
        path = ROOT / "reference" / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"wrote reference/{name}")


if __name__ == "__main__":
    main()
