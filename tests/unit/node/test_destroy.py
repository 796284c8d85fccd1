"""Destruction: the payload is gone, and log, rulings, state and proofs stand as before."""

from __future__ import annotations

from dataclasses import replace

import pytest

from servanda.act.act import Draft
from servanda.act.entry import Destroyed, Issued
from servanda.act.ruling import Ground, Refusal
from servanda.base.errors import IntegrityError, PeerError, UsageError
from servanda.domains.intelligence import desk as reports
from servanda.node.ports import Space
from servanda.node.project import Projector
from tests.simulation.world import DOMAINS, Pair, Side, restarted
from tests.unit.node.actors import (
    PACT,
    asks,
    flipped,
    issue,
    known,
    officer,
    releases,
    reply_of,
    says,
    send,
    settled,
    shares,
    taken,
)

CANARY = "a title that does not outlive its payload"


def commit_of(side: Side, act: str) -> str:
    entry = side.node.holding.home.entry_issuing(act) or side.node.holding.peer.entry_issuing(act)
    assert entry is not None
    commit = side.node.holding.act(act, entry.envelope).statement.payload_commit
    assert commit is not None
    return commit


def kept_home(side: Side, action, code: str) -> None:
    before = known(side)
    with pytest.raises(UsageError) as caught:
        action()
    assert (caught.value.code, known(side)) == (code, before)


def test_what_is_not_decided_is_not_destroyed(pair: Pair) -> None:
    """Whoever still has to judge it needs the payload."""
    ours = says(pair.kr, shares(pair.kr))
    kept_home(pair.kr, lambda: pair.kr.node.destroy(ours.act), "act_undecided")
    send(pair.kr, pair.jp)
    kept_home(pair.kr, lambda: pair.kr.node.destroy(ours.act), "act_undecided")
    send(pair.jp, pair.kr)
    pair.kr.node.destroy(ours.act)


def test_what_is_not_there_is_not_destroyed(pair: Pair) -> None:
    kept_home(pair.kr, lambda: pair.kr.node.destroy("ab" * 32), "act_unknown")
    entry = pair.kr.node.submit(Draft(kind="rescue.case.open", agreement="none", payload=None), [pair.kr.envoy]).entry
    assert entry is not None
    pair.sync()
    kept_home(pair.kr, lambda: pair.kr.node.destroy(entry.act), "payload_none")


def test_a_payload_is_destroyed_once(pair: Pair) -> None:
    entry = says(pair.kr, shares(pair.kr))
    pair.sync()
    pair.kr.node.destroy(entry.act)
    kept_home(pair.kr, lambda: pair.kr.node.destroy(entry.act), "payload_destroyed")


def test_a_destroyed_payload_is_gone_and_its_residue_stands_in_the_log(pair: Pair) -> None:
    entry = says(pair.kr, shares(pair.kr, title=CANARY))
    pair.sync()
    commit = commit_of(pair.kr, entry.act)
    opened = pair.kr.node.holding.opened(pair.kr.node.holding.act(entry.act, entry.envelope))
    assert opened is not None
    facts = pair.kr.store.get(Space.FACTS, entry.act)

    destroyed = pair.kr.node.destroy(entry.act)

    assert destroyed == Destroyed(
        log=entry.log,
        index=pair.kr.node.holding.home.size - 1,
        recorded_at=pair.kr.node.now(),
        act=entry.act,
        commit=commit,
        residue={name: member for name, member in opened.members.items() if name not in ("title", "text")},
    )
    assert pair.kr.store.fetch(commit) is None
    assert pair.kr.store.get(Space.FACTS, entry.act) == facts
    everything = [*pair.kr.store._vault.values(), *(v for kept in pair.kr.store._keyed.values() for v in kept.values())]
    for log in pair.kr.store._logs.values():
        everything += log
    assert not [raw for raw in everything if CANARY.encode() in raw or opened.salt.hex().encode() in raw]


@pytest.mark.parametrize("party", ["KR", "JP"])
def test_state_and_rulings_stand_as_before(pair: Pair, party: str) -> None:
    """Author or addressee: the fold never read more than the residue, so nothing in it moves."""
    entry = says(pair.kr, shares(pair.kr, title=CANARY))
    pair.sync()
    says(pair.jp, acknowledges(pair.jp, entry))
    pair.sync()
    side = pair.kr if party == "KR" else pair.jp
    place = side.node.scene().place
    before = [Projector(each.node.holding, DOMAINS).at(place.log, place.index, place.seen) for each in pair.sides()]

    side.node.destroy(entry.act)

    for _ in range(2):
        after = [Projector(each.node.holding, DOMAINS).at(place.log, place.index, place.seen) for each in pair.sides()]
        assert after == before
        restarted(side)
    pair.sync()
    audits = [each.node.audit() for each in pair.sides()]
    assert [(audit.destroyed, audit.disputes) for audit in audits] == [(int(party == "KR"), 0), (int(party == "JP"), 0)]


def acknowledges(side: Side, shared: Issued) -> Draft:
    """What rests on the report."""
    return reports.acknowledge(side.node.state("intelligence"), side.node.seat(PACT), about=shared.act)


def test_what_follows_is_judged_as_if_nothing_were_gone(pair: Pair) -> None:
    """The addressee destroyed the report; a release of it is refused by the same paragraph on both sides."""
    shared = says(pair.kr, shares(pair.kr))
    pair.sync()
    pair.jp.node.destroy(shared.act)
    entry = issue(pair.jp, taken(pair.jp, releases(pair.jp, shared)))
    pair.sync()
    assert reply_of(pair.kr, entry.act) == Refusal(ground=Ground.FORBIDDEN, cites=("6.1",))
    recorded = pair.jp.node.submit(releases(pair.jp, shared), [officer(pair.jp)])
    assert recorded.judged.ruling == Refusal(ground=Ground.FORBIDDEN, cites=("6.1",))


def test_a_bundle_that_comes_again_does_not_bring_it_back(pair: Pair) -> None:
    entry = says(pair.kr, shares(pair.kr))
    raw = pair.kr.node.make_bundle()
    pair.jp.node.take_bundle(raw)
    pair.jp.node.destroy(entry.act)
    pair.jp.node.take_bundle(raw)
    assert pair.jp.store.fetch(commit_of(pair.jp, entry.act)) is None
    settled(pair)


def test_a_payload_that_lies_in_the_vault_again_is_found(pair: Pair) -> None:
    entry = says(pair.kr, shares(pair.kr))
    pair.sync()
    commit = commit_of(pair.kr, entry.act)
    sealed = pair.kr.store.fetch(commit) or b""
    pair.kr.node.destroy(entry.act)
    pair.kr.store.lay(commit, sealed)
    with pytest.raises(IntegrityError, match=f"entry {entry.index} of .*lies in the vault again") as caught:
        pair.kr.node.audit()
    assert caught.value.code == "payload_not_destroyed"


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        (lambda raw: raw.replace(b"nk_missile", b"nk_nuclear"), "not those committed to"),
        (lambda raw: raw[:-10] + b'00000000"}', "not those committed to"),
        (lambda raw: None, "not those committed to"),
    ],
    ids=["a fact", "the salt", "none"],
)
def test_a_destroyed_act_is_judged_by_the_facts_kept_with_it(pair: Pair, facts, why: str) -> None:
    entry = says(pair.kr, shares(pair.kr))
    pair.sync()
    pair.kr.node.destroy(entry.act)
    pair.kr.node.audit()
    raw = facts(pair.kr.store.get(Space.FACTS, entry.act))
    if raw is None:
        pair.kr.store.remove(Space.FACTS, entry.act)
    else:
        pair.kr.store.put(Space.FACTS, entry.act, raw)
    with pytest.raises(IntegrityError, match=f"entry {entry.index} of .*{why}") as caught:
        pair.kr.node.audit()
    assert caught.value.code == "facts_changed"


def test_an_invalid_act_leaves_nothing(pair: Pair) -> None:
    """It never had effect: no member of it outlives its payload."""
    entry = issue(pair.jp, flipped(taken(pair.jp, shares(pair.jp))))
    pair.kr.node.take_bundle(pair.jp.node.make_bundle())
    assert reply_of(pair.kr, entry.act) == Refusal(ground=Ground.INVALID, code="signature_invalid")
    assert pair.kr.node.destroy(entry.act).residue == {}
    assert pair.kr.node.audit().destroyed == 1


def test_a_destruction_that_is_not_written_destroys_nothing(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = says(pair.kr, shares(pair.kr))
    pair.sync()
    before, state = known(pair.kr), pair.kr.node.scene().folded

    def fails(_commit: str) -> None:
        raise PeerError("store_unwritable", "the disk is gone")

    with monkeypatch.context() as disk:
        disk.setattr(pair.kr.store, "destroy", fails)
        with pytest.raises(PeerError):
            pair.kr.node.destroy(entry.act)

    assert known(pair.kr) == before
    assert pair.kr.store.fetch(commit_of(pair.kr, entry.act)) is not None
    assert pair.kr.node.scene().folded == state
    assert not pair.kr.node.holding.destroyed(entry.act)


def test_a_retry_of_a_destroyed_act_is_that_act(pair: Pair) -> None:
    draft = shares(pair.kr)
    first = pair.kr.node.submit(draft, [officer(pair.kr)], reference="ab" * 16)
    assert first.entry is not None
    pair.sync()
    pair.kr.node.destroy(first.entry.act)
    assert pair.kr.node.submit(draft, [officer(pair.kr)], reference="ab" * 16).entry == first.entry
    with pytest.raises(UsageError) as caught:
        pair.kr.node.submit(replace(asks(pair.kr)), [officer(pair.kr)], reference="ab" * 16)
    assert caught.value.code == "reference_used"
