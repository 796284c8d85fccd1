"""Order: what an author may not say of its place, and the order that both sides fold in."""

from __future__ import annotations

import pytest

from servanda.act.order import Place, order, rank_after
from servanda.base.errors import IntegrityError


def places(*rows: tuple[str, int, int, int]) -> list[Place]:
    return [Place(log=log, index=index, seen=seen, rank=rank) for log, index, seen, rank in rows]


GOOD = (("a", 1, 0, 1), ("a", 2, 0, 2), ("b", 1, 2, 2), ("a", 4, 2, 3), ("b", 3, 5, 4))


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ((*GOOD[:4], ("b", 3, 5, 5)), "rank_wrong"),
        ((*GOOD[:4], ("b", 3, 5, 3)), "rank_wrong"),
        ((("a", 1, 0, 2),), "rank_wrong"),
        ((("a", 1, 0, 1), ("a", 2, 0, 1)), "rank_wrong"),
        ((*GOOD, ("a", 99, 0, 50)), "seen_shrank"),
        ((*GOOD, ("b", 9, 4, 5)), "seen_shrank"),
        ((("a", 1, 2, 2), ("b", 1, 2, 2)), "seen_impossible"),
        ((("a", 1, 5, 9), ("b", 4, 2, 9)), "seen_impossible"),
    ],
)
def test_a_place_is_refused_by_the_name_of_its_fault(rows, code):
    with pytest.raises(IntegrityError) as refused:
        order(places(*rows))
    assert refused.value.code == code


def test_nobody_has_seen_beyond_the_other_log():
    assert order(places(("a", 1, 3, 1)), sizes={"a": 2, "b": 3}) == (("a", 1),)
    with pytest.raises(IntegrityError) as refused:
        order(places(("a", 1, 3, 1)), sizes={"a": 2, "b": 2})
    assert str(refused.value) == (
        "the act at index 1 of `a`: it has seen 3 entries of 2; stop and ask the node that wrote it"
    )


def test_three_logs_have_no_common_order():
    with pytest.raises(ValueError, match="more than two logs"):
        order(places(("a", 1, 0, 1), ("b", 1, 0, 1), ("c", 1, 0, 1)))


def test_acts_stand_by_rank_then_log_then_index():
    assert order(places(*reversed(GOOD))) == (("a", 1), ("a", 2), ("b", 1), ("a", 4), ("b", 3))
    assert order(()) == ()


def test_acts_that_cross_see_nothing_of_each_other():
    assert order(places(("a", 1, 1, 1), ("b", 1, 1, 1), ("b", 2, 2, 2))) == (("a", 1), ("b", 1), ("b", 2))


def test_a_rank_is_one_above_what_was_issued_and_seen():
    assert [rank_after(0, 0), rank_after(3, 0), rank_after(2, 7)] == [1, 4, 8]
