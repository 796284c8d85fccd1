"""Where the exchange stands: what is saved reads again, and floors only rise."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servanda.adapters.memory import MemoryStore
from servanda.base.errors import MalformedError
from servanda.node.correspondence import FLOORS_KEPT, NOTE, Correspondence, Floor, load, save
from servanda.node.ports import Space

HEX = st.text(alphabet="0123456789abcdef", min_size=64, max_size=64)
SIZES = st.integers(0, 2**40)
STANDS = st.builds(
    Correspondence,
    out_number=SIZES,
    out_digest=st.none() | HEX,
    in_number=SIZES,
    held=SIZES,
    cosigned=SIZES,
    told=SIZES,
    floors=st.lists(st.builds(Floor, above=SIZES, size=SIZES), max_size=4).map(tuple),
    wanted=st.lists(HEX, max_size=3).map(tuple),
    asked=st.lists(HEX, max_size=3).map(tuple),
    frozen=st.none() | st.just("equivocation"),
)


def test_before_anything_was_exchanged_it_stands_at_the_beginning() -> None:
    assert load(MemoryStore()) == Correspondence(
        out_number=0,
        out_digest=None,
        in_number=0,
        held=0,
        cosigned=0,
        told=0,
        floors=(),
        wanted=(),
        asked=(),
        frozen=None,
    )


@given(STANDS)
def test_what_is_saved_reads_again(stands: Correspondence) -> None:
    store = MemoryStore()
    save(store, Correspondence(out_number=99))
    save(store, stands)
    assert load(store) == stands


def test_what_was_damaged_does_not_read() -> None:
    store = MemoryStore()
    save(store, Correspondence())
    store.put(Space.NOTE, NOTE, (store.get(Space.NOTE, NOTE) or b"")[:-1])
    with pytest.raises(MalformedError):
        load(store)


STEPS = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 5)), max_size=20)


@given(STEPS, st.integers(0, 40))
def test_an_entry_has_seen_at_least_what_was_cosigned_below_it(steps: list[tuple[int, int]], index: int) -> None:
    """A cosignature only grows, whatever the order of the bundles that bring it."""
    stands, size, given_floors = Correspondence(), 0, []
    for above, more in steps:
        size += more
        stands = stands.with_floor(above, size)
        given_floors.append((above, size))

    assert stands.floor(index) == max((size for above, size in given_floors if above <= index), default=0)


@given(STEPS, st.integers(0, 30), st.integers(0, 30))
def test_floors_rise_along_the_log(steps: list[tuple[int, int]], low: int, high: int) -> None:
    stands, size = Correspondence(), 0
    for above, more in steps:
        size += more
        stands = stands.with_floor(above, size)
    low, high = sorted((low, high))

    assert stands.floor(low) <= stands.floor(high)


def test_a_floor_that_says_nothing_new_changes_nothing() -> None:
    stands = Correspondence().with_floor(10, 5)
    assert [stands.with_floor(*each) for each in ((10, 5), (10, 4), (12, 5))] == [stands] * 3
    assert stands.with_floor(8, 6) == replace(stands, floors=(Floor(above=8, size=6),))


def test_the_newest_floors_are_kept() -> None:
    stands = Correspondence()
    for step in range(FLOORS_KEPT + 10):
        stands = stands.with_floor(10 * step, step + 1)
    assert len(stands.floors) == FLOORS_KEPT
    assert (stands.floor(10 * (FLOORS_KEPT + 9)), stands.floor(0)) == (FLOORS_KEPT + 10, 0)
