"""Telling: the story as a reader sees it, one line an act, and the words of the paragraphs that refused one.

Rules of this module:
- what is permitted takes one line; what is refused takes the words that both nations signed;
- neighbours that are told alike are told in one line;
- lines are plain, and no wider than a page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from servanda.cli.render import hanging, width, wrapped
from servanda.cli.story import Owed, Step

_INDENT = " " * 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A step as it came out.

    Args:
        number: its place in the story.
        page: what the command answered; None where it could not be said.
        error: what stood in the way, else None.
    """

    step: Step
    number: int
    page: Mapping[str, Any] | None
    error: Mapping[str, Any] | None

    @property
    def ruling(self) -> str:
        """As a step expects it: the ground or outcome with its cites, else the code of what stood in the way."""
        if self.page is None:
            return str((self.error or {}).get("error", "nothing"))
        return ruling_of(self.page["decision"])

    @property
    def alike(self) -> tuple[str, str, str]:
        """What neighbours that are told in one line have in common."""
        return self.step.command, self.step.told, self.ruling


def ruling_of(decision: Mapping[str, Any]) -> str:
    """A ruling in few words: `permit 3.1`, `forbidden 3.2 3.5`."""
    return " ".join((decision["ground"] or decision["ruling"], *decision["cites"]))


def title(text: str) -> str:
    """The heading of a chapter."""
    return f"\n-- {text} ".ljust(width() + 1, "-")


def acts(said: Sequence[Said], quoted: set[str]) -> Iterator[str]:
    """Steps that are told alike, in one line.

    Args:
        quoted: words that were quoted before; those quoted here are added.
    """
    if not said:
        return
    first, last = said[0], said[-1]
    numbers = str(first.number) if first is last else f"{first.number}-{last.number}"
    parties = ", ".join(dict.fromkeys(each.step.by for each in said))
    yield row(parties, first.step.command, first.step.told, _outcome(first), number=numbers)
    if first.page is None:
        yield from hanging(f"{_INDENT}because", f"{(first.error or {}).get('message', '')}")
    elif first.page["recorded"] == "journal":
        yield from _words(first.page, quoted)


def row(party: str, command: str, told: str, outcome: str, *, number: str = "") -> str:
    """A line of the story."""
    return f"{number:>5}  {party:<6}  {command:<18}  {told:<42}  {outcome}".rstrip()


def _outcome(said: Said) -> str:
    if said.page is None:
        return "not said"
    decision = said.page["decision"]
    if decision["ruling"] == "permit":
        return " ".join(("permit", *decision["cites"])) if decision["cites"] else "kept at home"
    return "delivered: life first" if said.page["recorded"] == "log" else "REFUSED"


def _words(page: Mapping[str, Any], quoted: set[str]) -> Iterator[str]:
    """The paragraphs that refused an act, in full where they are quoted first, or what came nearest to allowing it."""
    decision = page["decision"]
    if decision["ruling"] == "permit":
        return
    for cite in decision["cites"]:
        words = decision["words"].get(cite, "")
        yield from hanging(
            f"{_INDENT}{cite:<4}", f"{wrapped(words, 60)[0]} ... (as above)" if words in quoted else words
        )
        quoted.add(words)
    if not decision["cites"]:
        yield f"{_INDENT}{decision['ground']}: no paragraph permits it"
    for near in page["near"]:
        yield from hanging(f"{_INDENT}nearest {near['paragraph']} asks that", "; ".join(near["failed"]))


def owed(duty: Owed) -> str:
    """A duty as the duty list of a Party shows it."""
    does = " ".join(duty.does.split(".")[1:])
    told = f"{duty.debtor} owes {does} within {_span(duty.within)}"
    return row(duty.by, "duty list", told, f"{duty.state} {duty.paragraph}")


def known(party: str, seconds: float) -> str:
    """How long it took until a Party knew of an act."""
    slow = ", more than a second" if seconds > 1 else ""
    return row(party, "act list", f"known to {party} after {seconds:.1f} s{slow}", "")


def _span(within: timedelta) -> str:
    hours, seconds = divmod(int(within.total_seconds()), 3600)
    return f"{hours} hours" if not seconds else f"{int(within.total_seconds()) // 60} minutes"
