"""What an officer of a simulated node is about to say, and how it chooses.

A choice never hangs on an act id: ids are drawn anew in every run, and a seed must play the same story again.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, TypeVar

from servanda.act.act import Draft
from servanda.act.entry import Issued
from servanda.domain import Seat
from servanda.seal.keys import SecretKey
from tests.simulation.world import Side

PACT_A, PACT_B, NO_PACT = "kr-jp-a", "kr-jp-b", "none"

T = TypeVar("T")


class Saying(NamedTuple):
    """A draft and who signs it: offices without the code of the Party, the author's first.

    Args:
        proving: keys that the act names, and that sign it too.
    """

    draft: Draft
    officer: str
    also: tuple[str, ...] = ()
    proving: tuple[SecretKey, ...] = ()

    def signers(self, side: Side) -> list[str]:
        return [f"{side.party.lower()}/{name}" for name in (self.officer, *self.also)]


class Desk(NamedTuple):
    """Where somebody sits who is about to say something: a node, its state of one domain, the hour, and chance."""

    side: Side
    state: Any
    seat: Seat
    chance: random.Random

    @property
    def book(self) -> Any:
        """What the domain knows under the agreement of the seat."""
        return self.state.under(self.seat.agreement)

    def some(self, ids: Iterable[str]) -> str:
        """One of these acts, by chance and place."""
        return self.chance.choice(in_order(self.side, ids))


def at_desk(side: Side, domain: str, agreement: str, chance: random.Random) -> Desk:
    return Desk(side, side.node.state(domain), side.node.seat(agreement), chance)


def in_order(side: Side, ids: Iterable[str]) -> list[str]:
    """Acts by the place at which their log issued them."""
    holding = side.node.holding

    def place(act_id: str) -> tuple[str, int]:
        copy = holding.author_copy(act_id)
        return ("", 0) if copy is None else (copy.party, copy.issued[act_id])

    return sorted(ids, key=place)


def late_acts(side: Side, most: int = 6) -> list[str]:
    """The last acts of each Party that this node knows."""
    holding = side.node.holding
    logs = sorted((holding.home, holding.peer), key=lambda copy: copy.name)
    return [
        entry.act
        for copy in logs
        for index in copy.issued_between(0, copy.size)[-most:]
        if isinstance(entry := copy.entries[index], Issued)
    ]


def by_weight(chance: random.Random, weights: Mapping[T, int]) -> T:
    """One of these, the heavier the likelier."""
    return chance.choices(list(weights), list(weights.values()))[0]
