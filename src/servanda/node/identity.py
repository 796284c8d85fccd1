"""Who a node is, and whom it faces.

Rules of this module:
- a log is named by its node, the peer's code and its epoch;
- exercise and real never mix: the names of exercise nodes start with `exercise.`, on both sides or on none.

Spec: record 5.1, 9.7.
"""

from __future__ import annotations

from dataclasses import dataclass

from servanda.base.errors import UsageError

EXERCISE = "exercise."


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """One Party's node and its one peer.

    Args:
        party, peer_party: codes of the two Parties.
        name, peer_name: node names.
        epoch, peer_epoch: number of the log in use on each side.

    Raises:
        UsageError: `exercise_mixed`.
    """

    party: str
    name: str
    peer_party: str
    peer_name: str
    epoch: int = 1
    peer_epoch: int = 1

    def __post_init__(self) -> None:
        if self.name.startswith(EXERCISE) is not self.peer_name.startswith(EXERCISE):
            raise UsageError(
                "exercise_mixed",
                f"`{self.name}` and `{self.peer_name}` are not both exercise nodes, nor both real ones",
                action="pair an exercise node with an exercise node only",
            )

    @property
    def exercise(self) -> bool:
        return self.name.startswith(EXERCISE)

    @property
    def log(self) -> str:
        return f"{self.name}/{self.peer_party.lower()}/{self.epoch}"

    @property
    def peer_log(self) -> str:
        return f"{self.peer_name}/{self.party.lower()}/{self.peer_epoch}"
