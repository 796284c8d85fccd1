"""What a run was about, counted: acts and rulings, crossings, delays, phases, faults."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from servanda.act.ruling import Permit, Refusal, Ruling
from servanda.node.stages import Recorded

DAY_S = 86_400
GROUPS = ("kind", "joint", "ruling", "code", "phase", "season", "mood", "link", "fault")


@dataclass(kw_only=True)
class Tally:
    """Counts by group and name.

    `delay_max_s`: the longest that a bundle was under way before it came.
    """

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    delay_max_s: int = 0

    def count(self, group: str, name: str) -> None:
        self.counts[group, name] += 1

    def of(self, group: str, name: str) -> int:
        return self.counts[group, name]

    def names(self, group: str) -> dict[str, int]:
        """Every name of a group that was counted, the most frequent first."""
        return {name: n for (of, name), n in self.counts.most_common() if of == group}

    def said(self, recorded: Recorded) -> None:
        """An act that was judged at home, sent or not."""
        judged = recorded.judged
        kind = judged.intake.signed.statement.kind
        self.count("kind", kind)
        self.count("ruling", ground_of(judged.ruling))
        if recorded.entry is not None:
            self.count("link", "acts issued")
        if isinstance(judged.ruling, Refusal) and judged.ruling.code is not None:
            self.count("code", judged.ruling.code)
        if judged.facts:
            self.count("phase", str(judged.facts[0]["phase"]))

    def came(self, delay_s: int) -> None:
        """A bundle that arrived."""
        self.count("link", "bundles taken")
        self.delay_max_s = max(self.delay_max_s, delay_s)
        for days in (1, 7, 20):
            if delay_s > days * DAY_S:
                self.count("link", f"taken after more than {days} d")

    def add(self, other: Tally) -> None:
        self.counts.update(other.counts)
        self.delay_max_s = max(self.delay_max_s, other.delay_max_s)

    def lines(self) -> Iterable[str]:
        """The counts as a page."""
        for group in GROUPS:
            counted = self.names(group)
            if counted:
                yield f"{group}: " + ", ".join(f"{name} {n}" for name, n in counted.items())
        yield f"longest delay: {self.delay_max_s / DAY_S:.1f} d"


def ground_of(ruling: Ruling) -> str:
    return "permit" if isinstance(ruling, Permit) else ruling.ground.value
