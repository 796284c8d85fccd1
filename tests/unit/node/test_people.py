"""People: whose keys a key list names, from which entry on."""

from __future__ import annotations

from servanda.node.holding import LogCopy
from servanda.node.people import People
from tests.simulation.world import Pair


def test_a_log_that_names_no_list_has_no_envoys(pair: Pair) -> None:
    people = People(pair.kr.store)
    empty = LogCopy("exercise.us.node.example/kr/1", "US")
    assert (people.list_in_force(empty, 5), people.envoys(empty, 5)) == (None, {})


def test_a_list_holds_from_its_own_entry_on(pair: Pair) -> None:
    people, home = pair.kr.node.people, pair.kr.node.holding.home
    envoy = pair.kr.keys.officer("kr/envoy-1")[0].public
    assert people.list_in_force(home, 0) is None
    assert people.list_in_force(home, 1) == pair.kr.node.lists.own
    assert people.envoys(home, 1) == people.envoys(home, home.size) == {"kr/envoy-1": (envoy,)}


def test_the_list_that_we_accepted_of_the_other_says_nothing_of_our_own_officers(pair: Pair) -> None:
    """Entry 1 of each log names the other's list; it is not the list of that log's Party."""
    people = pair.kr.node.people
    for copy in (pair.kr.node.holding.home, pair.kr.node.holding.peer):
        assert [party for _, party, _ in copy.lists] == [copy.party, pair.kr.node.holding.other(copy).party]
        listed = people.list_in_force(copy, copy.size)
        assert listed is not None
        assert listed.party == copy.party


def test_envoys_of_the_peer_are_those_of_its_own_list(pair: Pair) -> None:
    people, peer = pair.kr.node.people, pair.kr.node.holding.peer
    assert people.envoys(peer, peer.size) == pair.jp.node.people.envoys(pair.jp.node.holding.home, peer.size)
    assert set(people.envoys(peer, peer.size)) == {"jp/envoy-1"}
