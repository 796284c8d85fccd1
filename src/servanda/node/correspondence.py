"""Where the exchange with the peer stands: bundle numbers, what each side holds, what is still asked for.

Rules of this module:
- numbers count up in each direction, and a bundle names the digest of the one before;
- a floor says: entries of the peer from `above` on must have seen at least `size` of our log, since the peer's
  cosignature of that size came in a bundle whose head was `above`.

Spec: record 5.4 (seen_shrank), 10.1 (manifest), 10.3 (WANT).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from servanda.base import canon, limits
from servanda.node.ports import Space, Store

NOTE = "correspondence"
FLOORS_KEPT = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """Entries of the peer's log from `above` on have seen at least `size` of ours."""

    above: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Correspondence:
    """The exchange with one peer, as this node knows it.

    Args:
        out_number: number of the last bundle made, 0 before the first.
        out_digest: its SHA-256 in hex, None before the first.
        in_number: highest number of the peer's bundles taken.
        held: size of the own log that the peer has cosigned.
        cosigned: size of the peer's log that this node has cosigned.
        told: size of it whose cosignature reached the peer for certain, in an exchange that was answered.
        wanted: commitments of payloads and digests of envelopes that are missing here.
        asked: commitments of payloads that the peer asked for.
        frozen: why the peer's log is no longer applied, None while it is.
    """

    out_number: int = 0
    out_digest: str | None = None
    in_number: int = 0
    held: int = 0
    cosigned: int = 0
    told: int = 0
    floors: tuple[Floor, ...] = ()
    wanted: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    frozen: str | None = None

    def floor(self, index: int) -> int:
        """Least size of our log that the peer's entry at `index` must have seen."""
        return max((floor.size for floor in self.floors if floor.above <= index), default=0)

    def with_floor(self, above: int, size: int, *, held: int = 0) -> Correspondence:
        """One more floor; those that a later one covers are dropped.

        Args:
            held: size of the peer's log that is held; of the floors below it the highest stays.
        """
        if size <= self.floor(above):
            return self
        behind = self.floor(held) if held < above else 0
        below = (Floor(above=held, size=behind),) if behind else ()
        kept = tuple(floor for floor in self.floors if held < floor.above < above)
        return replace(self, floors=(*below, *kept, Floor(above=above, size=size))[-FLOORS_KEPT:])


def carried_note(act_id: str) -> str:
    """The note with the number of the last bundle that took an act along, once the peer holds it."""
    return f"carried/{act_id}"


def load(store: Store) -> Correspondence:
    """The exchange as last written, or its beginning."""
    raw = store.get(Space.NOTE, NOTE)
    if raw is None:
        return Correspondence()
    members: dict[str, Any] = canon.decode_object(raw, bytes_max=limits.RECORD_BYTES_MAX)
    floors = tuple(Floor(above=above, size=size) for above, size in members.pop("floors"))
    return Correspondence(
        floors=floors, wanted=tuple(members.pop("wanted")), asked=tuple(members.pop("asked")), **members
    )


def save(store: Store, correspondence: Correspondence) -> None:
    """Write it, within the step that changed it."""
    value = {
        "out_number": correspondence.out_number,
        "out_digest": correspondence.out_digest,
        "in_number": correspondence.in_number,
        "held": correspondence.held,
        "cosigned": correspondence.cosigned,
        "told": correspondence.told,
        "floors": [[floor.above, floor.size] for floor in correspondence.floors],
        "wanted": list(correspondence.wanted),
        "asked": list(correspondence.asked),
        "frozen": correspondence.frozen,
    }
    store.put(Space.NOTE, NOTE, canon.encode(value))
