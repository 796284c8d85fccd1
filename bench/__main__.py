"""Runs the benches of this folder: `./run bench [NAME] [--json]`.

Rules of this module:
- a bench is a module of this folder with `run() -> Iterable[Figure]`; nothing else registers it;
- with `--json` one line a figure: bench, figure, value, unit, peer, ratio.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from bench.harness import Figure

TOOLS = {"__main__", "harness", "nodes", "records"}
COLUMNS = ("bench", "figure", "value", "unit", "peer", "ratio")


def names(folder: Path) -> tuple[str, ...]:
    """The benches of a folder, by name."""
    return tuple(sorted(path.stem for path in folder.glob("*.py") if path.stem not in TOOLS))


def figures(name: str) -> Iterator[Figure]:
    """The figures of one bench, each as soon as it is measured."""
    yield from importlib.import_module(f"bench.{name}").run()


def as_line(name: str, figure: Figure) -> str:
    """A figure as one line of JSON; three significant digits, since a machine gives no more."""
    ratio = None if figure.ratio is None else _digits(figure.ratio)
    return json.dumps({"bench": name, **asdict(figure), "value": _digits(figure.value), "ratio": ratio})


def as_table(rows: Sequence[tuple[str, Figure]]) -> str:
    """Figures as aligned columns."""
    cells = [
        COLUMNS,
        *(
            (
                name,
                figure.figure,
                f"{_digits(figure.value):,}",
                figure.unit,
                figure.peer or "-",
                "-" if figure.ratio is None else f"{_digits(figure.ratio):,}",
            )
            for name, figure in rows
        ),
    ]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells
    )


def _digits(value: float) -> float | int:
    """A value with three significant digits; whole where it is large."""
    rounded = float(f"{value:.3g}")
    return int(rounded) if abs(rounded) >= 100 else rounded


def main(arguments: Sequence[str]) -> int:
    """Run the benches asked for; 2 where there is none of that name."""
    known = names(Path(__file__).parent)
    parser = argparse.ArgumentParser(prog="./run bench", description="figures, each beside its floor or a peer")
    parser.add_argument(
        "name", nargs="?", choices=known, metavar="NAME", help=f"one of: {', '.join(known) or 'none yet'}"
    )
    parser.add_argument("--json", action="store_true", help="one line of JSON a figure")
    asked = parser.parse_args(arguments)
    rows: list[tuple[str, Figure]] = []
    for name in (asked.name,) if asked.name else known:
        print(f"bench: {name}", file=sys.stderr, flush=True)
        for figure in figures(name):
            rows.append((name, figure))
            if asked.json:
                print(as_line(name, figure), flush=True)
    if not asked.json:
        print(as_table(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
