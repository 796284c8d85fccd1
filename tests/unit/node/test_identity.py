"""Who a node is: exercise and real never face each other, and a log has one name."""

from __future__ import annotations

import pytest

from servanda.base.errors import UsageError
from servanda.node.identity import Identity


def between(name: str, peer_name: str, **epochs: int) -> Identity:
    return Identity(party="KR", name=name, peer_party="JP", peer_name=peer_name, **epochs)


@pytest.mark.parametrize(
    ("name", "peer_name"),
    [
        ("exercise.kr.node.example", "jp.node.example"),
        ("kr.node.example", "exercise.jp.node.example"),
        ("exercise.kr.node.example", "exercisejp.node.example"),
        ("exercise.kr.node.example", "Exercise.jp.node.example"),
    ],
)
def test_an_exercise_node_faces_no_real_one(name: str, peer_name: str) -> None:
    with pytest.raises(UsageError, match="are not both exercise nodes, nor both real ones") as caught:
        between(name, peer_name)
    assert caught.value.code == "exercise_mixed"


@pytest.mark.parametrize(
    ("name", "peer_name", "exercise"),
    [("exercise.kr.node.example", "exercise.jp.node.example", True), ("kr.node.example", "jp.node.example", False)],
)
def test_two_of_one_sort_name_their_logs_alike(name: str, peer_name: str, exercise: bool) -> None:
    home = between(name, peer_name, epoch=2, peer_epoch=3)
    peer = Identity(party="JP", name=peer_name, peer_party="KR", peer_name=name, epoch=3, peer_epoch=2)

    assert (home.exercise, peer.exercise) == (exercise, exercise)
    assert (home.log, home.peer_log) == (f"{name}/jp/2", f"{peer_name}/kr/3")
    assert (peer.log, peer.peer_log) == (home.peer_log, home.log)
