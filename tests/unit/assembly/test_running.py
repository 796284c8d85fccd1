"""Nodes at work over real sockets: links that are down, acts of other processes, stopping."""

from __future__ import annotations

import math
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

import servanda as sv
from servanda.adapters.backoff import Backoff
from servanda.agreement.acts import RegistrationLodge
from servanda.assembly.linking import Link
from servanda.assembly.running import Running
from servanda.base.errors import PeerError, UsageError
from servanda.domains.rescue.acts import OpenCase
from tests.founded import Pair

WAIT_S = 60.0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def linked(pair: Pair) -> None:
    """Both settings name where they listen and where the other does."""
    ports = {"KR": free_port(), "JP": free_port()}
    for party, peer in (("KR", "JP"), ("JP", "KR")):
        file = pair.settings(party)
        url = f'\nurl = "https://127.0.0.1:{ports[peer]}"\nkeys = "{peer}'
        text = file.read_text().replace(f'\nkeys = "{peer}', url)
        file.write_text(f'{text}\n[link]\nbind = "127.0.0.1:{ports[party]}"\n')


@contextmanager
def at_work(home: sv.OpenNode) -> Iterator[list[str]]:
    """The node of a Party at work; what it tells."""
    stopped, told = threading.Event(), list[str]()
    thread = threading.Thread(target=Running(home, tell=told.append, draw=lambda: 0.0).run, args=(stopped,))
    thread.start()
    try:
        yield told
    finally:
        stopped.set()
        thread.join(WAIT_S)
        assert not thread.is_alive()
        assert told[-1] == "stopped"


def wait(done: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(int(WAIT_S / 0.05)):
        if done():
            return
        pause.wait(0.05)
    raise AssertionError("it does not come to that")


def lodge(home: sv.OpenNode) -> sv.Ruled:
    payload = RegistrationLodge(date=home.node.now().date())
    draft = sv.Draft(kind="agreement.registration.lodge", agreement="kr-jp-a", payload=payload)
    return home.submit(draft, officer=f"{home.settings.node.party.lower()}/envoy-1")


def test_a_node_that_neither_listens_nor_calls_has_nothing_to_run_for(pair: Pair) -> None:
    with sv.open_node(pair.settings("KR")) as home:
        with pytest.raises(UsageError) as caught:
            Running(home, tell=print, draw=lambda: 0.0).run(threading.Event())
        assert caught.value.code == "link_missing"
        with pytest.raises(UsageError) as caught:
            home.sync()
        assert caught.value.code == "link_missing"
        with pytest.raises(UsageError) as caught:
            Link(home.node, home.settings, home.keys, home.lock).make_bundle(pair.folder / "kr" / "node.toml")
        assert caught.value.code == "folder_unwritable"


def test_what_is_said_is_delivered_while_both_work(pair: Pair) -> None:
    linked(pair)
    with sv.open_node(pair.settings("KR")) as kr, sv.open_node(pair.settings("JP")) as jp, at_work(kr) as told:
        wait(lambda: any(line.startswith("listening at https://127.0.0.1:") for line in told))
        with sv.open_node(pair.settings("KR")) as another:  # as another process would
            ruled = lodge(another)
        wait(lambda: any(line.startswith("link_down: ") for line in told))
        wait(lambda: ruled.act in kr.node.holding.home.issued)
        with at_work(jp) as jp_told:
            # A bundle of JP is a sign of life, and ends KR's waiting.
            wait(lambda: kr.standing(ruled.act) is sv.Standing.AGREED)
            answered = lodge(jp)
            wait(lambda: jp.standing(answered) is sv.Standing.AGREED)
            wait(lambda: any(line.startswith("exchanged ") for line in [*told, *jp_told]))
        assert kr.audit().disputes == 0
        assert jp.audit().disputes == 0


def test_both_may_call_each_other_at_once(pair: Pair) -> None:
    linked(pair)
    with sv.open_node(pair.settings("KR")) as kr, sv.open_node(pair.settings("JP")) as jp:
        said = [lodge(kr), lodge(jp)]
        with at_work(kr), at_work(jp):
            wait(lambda: all(home.standing(act.act) is sv.Standing.AGREED for act in said for home in (kr, jp)))
        for home, other in ((kr, jp), (jp, kr)):
            own, copy = home.node.holding.home, other.node.holding.peer
            assert own.tree.root(copy.size) == copy.tree.root(copy.size)


def test_what_was_held_when_a_process_died_is_replied_to_when_the_node_works_again(pair: Pair) -> None:
    linked(pair)
    with sv.open_node(pair.settings("KR")) as kr, sv.open_node(pair.settings("JP")) as jp:
        ruled = lodge(kr)
        with jp.node._step():  # it dies behind this step, before the one that replies
            jp.node._deliverer.take(kr.node.make_bundle(), jp.node.now(), expanded_max=1 << 20)
        with at_work(jp):
            wait(lambda: ruled.act in jp.node.holding.home.ruled)


def test_a_failure_is_told_once_and_work_goes_on(pair: Pair) -> None:
    linked(pair)
    with sv.open_node(pair.settings("KR")) as home:
        running = Running(home, tell=(told := list[str]()).append, draw=lambda: 0.0)

        def fail() -> None:
            raise PeerError("link_down", "nobody is there", action="it is tried again")

        assert [running._try(fail), running._try(fail), running._try(lambda: None)] == [False, False, True]
        assert told == ["link_down: nobody is there; it is tried again"]


def test_a_life_first_act_waits_for_no_doubled_wait(pair: Pair) -> None:
    linked(pair)
    with sv.open_node(pair.settings("KR")) as home:
        running = Running(home, tell=(told := list[str]()).append, draw=lambda: 0.0)
        lodge(home)
        running._backoff = Backoff(failures=12)
        running._due_s = math.inf
        running._look()
        assert told == []
        with sv.open_node(pair.settings("KR")) as another:  # as another process would
            another.submit(
                sv.Draft(
                    kind="rescue.case.open",
                    agreement="kr-jp-a",
                    payload=OpenCase(received_at="2031-05-02T00:00:00Z", stage="distress", nature="sinking"),
                ),
                officer="kr/envoy-1",
            )
        running._life_due_s = 0.0
        running._look()
        assert [line.split(":")[0] for line in told] == ["link_down"]
        tried_s = running._life_due_s
        running._due_s = math.inf
        assert [running._is_due(tried_s + later_s) for later_s in (-0.1, 0.0, 0.9, 1.0)] == [False, True, False, True]


def test_what_is_refused_is_told_until_a_bundle_is_taken(pair: Pair) -> None:
    with sv.open_node(pair.settings("KR")) as home:
        running = Running(home, tell=(told := list[str]()).append, draw=lambda: 0.0)
        for _ in range(2):
            running._refused("rank_wrong", "entry 7: its rank is 9")
        running._heard()
        running._refused("rank_wrong", "entry 7: its rank is 9")
    assert told == ["refused what the peer sends: rank_wrong: entry 7: its rank is 9"] * 2


def test_sync_by_hand_over_the_link(pair: Pair) -> None:
    linked(pair)
    with sv.open_node(pair.settings("KR")) as kr, sv.open_node(pair.settings("JP")) as jp:
        ruled, heard = lodge(jp), list[str]()
        with kr.link.listening(lambda: heard.append("KR")):  # type: ignore[union-attr]  # it is bound
            assert jp.sync() == len(heard)
            assert jp.standing(ruled) is sv.Standing.AGREED
        with pytest.raises(PeerError) as caught:
            jp.sync()
        assert caught.value.code == "link_down"
