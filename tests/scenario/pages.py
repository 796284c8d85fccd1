"""Pages as they stand: the commands of their blocks, and what each is told to print.

A block fenced as `console` holds commands after `$ ` and what each prints; a line ending in ` \\` goes on, a line `...`
stands for any lines, and one that ends in `  ...` for any end of it. Ids, fingerprints, hours, seconds and folders are
a run's own: they must be alike in kind, and an id that a page names again is the one that was printed in its place. A
block fenced as `diff` with the name of a file is a change of that file, whose old lines stand in it once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PART = re.compile(
    r"^```console\n(?P<console>.*?)^```$|^(?P<fence>`{3,})diff (?P<file>\S+)\n(?P<change>.*?)^(?P=fence)$",
    re.MULTILINE | re.DOTALL,
)
OWN = re.compile(
    r"(?P<id>\b[0-9a-f]{64}\b|\b[0-9a-f]{12}\b)|(?P<spoken>\b[A-Z2-7]{4}(?:-[A-Z2-7]{4}){4}\b)"
    r"|(?P<hour>\b\d\d:\d\d:\d\dZ)|(?P<seconds>\b\d+\.\d s\b)|(?P<path>/[\w./+-]+)"
)


def pages(folder: str) -> list[Path]:
    """The pages of a folder that hold commands to be typed."""
    found = sorted(path for path in (ROOT / folder).glob("*.md") if path.name != "README.md")
    return [path for path in found if BLOCK.search(path.read_text(encoding="utf-8"))]


def steps(page: str) -> Iterator[tuple[str, list[str]]]:
    """Each command of a page with the lines it is told to print; each change of a file, `diff FILE`, with its lines."""
    for match in PART.finditer(re.sub(r" \\\n\s*", " ", page)):
        if match["file"]:
            yield f"diff {match['file']}", match["change"].splitlines()
            continue
        command, told = "", list[str]()
        for line in match["console"].splitlines():
            if line.startswith("$ "):
                if command:
                    yield command, told
                command, told = line.removeprefix("$ "), []
            else:
                told.append(line)
        yield command, told


def change(file: Path, lines: list[str]) -> None:
    """Change a file as a block says: lines with `+` are added, lines with `-` taken out."""
    old = "".join(f"{line[1:]}\n" for line in lines if line[:1] != "+")
    new = "".join(f"{line[1:]}\n" for line in lines if line[:1] != "-")
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, (file, old)
    file.write_text(text.replace(old, new), encoding="utf-8")


@dataclass
class Likeness:
    """Whether what is printed is what a page tells.

    `ids` holds the run's own id for each that the page names.
    """

    ids: dict[str, str] = field(default_factory=dict)

    def meant(self, command: str) -> str:
        """A command of the page, with the ids of this run."""
        for known, own in self.ids.items():
            command = command.replace(known, own)
        return command

    def alike(self, told: str, printed: str) -> bool:
        """Whether a line is what the page tells, and its ids those that the page names."""
        if told.endswith("  ..."):
            told, printed = told.removesuffix("..."), printed[: len(told) - len("...")]
        if OWN.sub(_kind, told) != OWN.sub(_kind, printed):
            return False
        for mine, own in zip(OWN.finditer(told), OWN.finditer(printed), strict=True):
            if mine["id"] and self.ids.setdefault(mine["id"], own["id"]) != own["id"]:
                return False
        return True

    def holds(self, told: list[str], printed: list[str]) -> bool:
        """Whether lines are those that the page tells."""
        if not told:
            return not printed
        if told[0] == "...":
            return any(self.holds(told[1:], printed[place:]) for place in range(len(printed) + 1))
        return bool(printed) and self.alike(told[0], printed[0]) and self.holds(told[1:], printed[1:])


def _kind(match: re.Match[str]) -> str:
    return f"<{match.lastgroup}{len(match.group()) if match['id'] else ''}>"
