"""Answers: how an act stands between the two, what a joint close makes of it, and what proves it."""

from __future__ import annotations

from itertools import pairwise

import pytest

from servanda.act.entry import Issued
from servanda.act.ruling import Ground, Permit, Refusal
from servanda.base.errors import IntegrityError, ServandaError, UsageError
from servanda.node import answers
from servanda.node.receipt import decided
from servanda.node.stages import Standing
from servanda.node.trust import of_kept
from tests.simulation.world import Pair, Side
from tests.unit.node.actors import (
    LIFE,
    asks,
    closes,
    issue,
    releases,
    reply_of,
    says,
    send,
    settled,
    shares,
    taken,
)

REFUSED = Refusal(ground=Ground.FORBIDDEN, cites=("6.1",))


def standing(side: Side, act_id: str) -> Standing:
    return answers.standing(answers.find(side.node.holding, act_id), side.node.scene().folded)


def standings(pair: Pair, act_id: str) -> tuple[Standing, Standing]:
    return standing(pair.kr, act_id), standing(pair.jp, act_id)


def disputed(pair: Pair) -> Issued:
    """JP's node permits a release to a third state, which KR's refuses."""
    shared = says(pair.kr, shares(pair.kr))
    pair.sync()
    entry = issue(pair.jp, taken(pair.jp, releases(pair.jp, shared)))
    pair.sync()
    return entry


def in_effect(pair: Pair, act: str) -> tuple[bool, bool]:
    kr, jp = (act in side.node.scene().folded.acts for side in pair.sides())
    return kr, jp


# -- finding -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "code"), [("", "act_unknown"), ("zz", "act_unknown"), ("ab" * 32, "act_unknown")])
def test_an_act_that_is_not_there_is_told(pair: Pair, name: str, code: str) -> None:
    with pytest.raises(UsageError) as caught:
        answers.find(pair.kr.node.holding, name)
    assert caught.value.code == code


def test_an_act_is_found_by_the_beginning_of_its_id_where_that_is_enough(pair: Pair) -> None:
    entry = says(pair.kr, asks(pair.kr))
    holding = pair.kr.node.holding
    assert answers.find(holding, entry.act[:16]) == answers.find(holding, entry.act)
    first = sorted({*holding.home.issued, *holding.peer.issued})
    shared = next(act for act, after in pairwise(first) if act[0] == after[0])
    with pytest.raises(UsageError, match=f"`{shared[0]}` names") as caught:
        answers.find(holding, shared[0])
    assert caught.value.code == "act_ambiguous"


def test_an_act_of_either_side_is_found_with_its_reply(pair: Pair) -> None:
    ours, theirs = says(pair.kr, asks(pair.kr)), says(pair.jp, asks(pair.jp))
    pair.sync()
    for side in pair.sides():
        for entry, author in ((ours, "KR"), (theirs, "JP")):
            found = answers.find(side.node.holding, entry.act)
            assert (found.entry, found.author.party) == (entry, author)
            assert found.reply is not None
            assert found.reply.ruling == entry.ruling


# -- standing ----------------------------------------------------------------------------------------------------------


def test_an_act_is_pending_until_the_other_has_ruled(pair: Pair) -> None:
    entry = says(pair.kr, asks(pair.kr))
    assert standing(pair.kr, entry.act) is Standing.PENDING
    send(pair.kr, pair.jp)
    assert standing(pair.jp, entry.act) is Standing.AGREED
    assert standing(pair.kr, entry.act) is Standing.PENDING
    send(pair.jp, pair.kr)
    assert standing(pair.kr, entry.act) is Standing.AGREED


def test_an_act_that_both_refuse_is_refused(pair: Pair) -> None:
    """Only a life-first one comes so far."""
    entry = pair.kr.node.submit(LIFE, [pair.kr.envoy]).entry
    assert entry is not None
    pair.sync()
    assert standings(pair, entry.act) == (Standing.REFUSED, Standing.REFUSED)


def test_two_rulings_that_differ_are_a_dispute_on_both_sides(pair: Pair) -> None:
    entry = disputed(pair)
    assert reply_of(pair.kr, entry.act) == REFUSED
    assert standings(pair, entry.act) == (Standing.DISPUTED, Standing.DISPUTED)
    assert in_effect(pair, entry.act) == (False, False)


def test_where_only_the_paragraphs_differ_it_is_a_dispute_and_keeps_its_effect(pair: Pair) -> None:
    entry = issue(pair.jp, taken(pair.jp, asks(pair.jp)), ruling=Permit(cites=("9.9",)))
    pair.sync()
    assert isinstance(reply_of(pair.kr, entry.act), Permit)
    assert standings(pair, entry.act) == (Standing.DISPUTED, Standing.DISPUTED)
    assert in_effect(pair, entry.act) == (True, True)


# -- what both make of a dispute ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "stands"), [("stands", Standing.AGREED), ("void", Standing.REFUSED)], ids=["stands", "void"]
)
@pytest.mark.parametrize("crossing", [False, True])
def test_both_close_a_dispute(pair: Pair, outcome: str, stands: Standing, crossing: bool) -> None:
    entry = disputed(pair)
    closes(pair.kr, entry.act, outcome)
    if not crossing:
        pair.sync()
        assert standings(pair, entry.act) == (Standing.DISPUTED, Standing.DISPUTED)
    closes(pair.jp, entry.act, outcome)
    pair.sync()
    assert standings(pair, entry.act) == (stands, stands)
    assert in_effect(pair, entry.act) == (outcome == "stands", outcome == "stands")
    kr, jp = (side.node.scene().folded for side in pair.sides())
    assert (kr.closed, kr.domains, kr.lives) == (jp.closed, jp.domains, jp.lives)
    pair.kr.node.audit()


def test_one_alone_closes_nothing(pair: Pair) -> None:
    entry = disputed(pair)
    for outcome in ("stands", "void", "stands"):
        closes(pair.jp, entry.act, outcome)
    pair.sync()
    assert standings(pair, entry.act) == (Standing.DISPUTED, Standing.DISPUTED)


def test_two_halves_that_say_otherwise_close_nothing(pair: Pair) -> None:
    entry = disputed(pair)
    closes(pair.kr, entry.act, "void")
    closes(pair.jp, entry.act, "stands")
    pair.sync()
    assert standings(pair, entry.act) == (Standing.DISPUTED, Standing.DISPUTED)


def test_both_make_an_agreed_act_void(pair: Pair) -> None:
    entry = says(pair.kr, asks(pair.kr))
    pair.sync()
    for side in pair.sides():
        closes(side, entry.act, "void")
    pair.sync()
    assert in_effect(pair, entry.act) == (False, False)
    settled(pair)


def test_nobody_takes_back_alone_what_both_closed(pair: Pair) -> None:
    """Both let it stand, then both made it void; one half more, of the first outcome, is a half again."""
    entry = disputed(pair)
    for outcome in ("stands", "void"):
        for side in pair.sides():
            closes(side, entry.act, outcome)
            pair.sync()
    assert standings(pair, entry.act) == (Standing.REFUSED, Standing.REFUSED)

    closes(pair.jp, entry.act, "stands")
    pair.sync()
    assert standings(pair, entry.act) == (Standing.REFUSED, Standing.REFUSED)

    closes(pair.kr, entry.act, "stands")
    pair.sync()
    assert standings(pair, entry.act) == (Standing.AGREED, Standing.AGREED)
    pair.kr.node.audit()


def test_a_close_that_both_make_void_has_done_its_work(pair: Pair) -> None:
    """Folded in parts and folded whole agree, however closes are about closes."""
    entry = disputed(pair)
    halves = []
    for side in pair.sides():
        halves.append(closes(side, entry.act, "stands"))
        pair.sync()
    for side in pair.sides():
        closes(side, halves[0].act, "void")
        pair.sync()
    assert in_effect(pair, halves[0].act) == (False, False)
    assert standings(pair, entry.act) == (Standing.AGREED, Standing.AGREED)
    assert pair.kr.node.scene().folded.closed == pair.jp.node.scene().folded.closed
    pair.kr.node.audit()


# -- receipts ----------------------------------------------------------------------------------------------------------


def test_a_receipt_proves_the_reply_to_anybody(pair: Pair) -> None:
    entry = says(pair.kr, asks(pair.kr))
    pair.sync()
    node = pair.kr.node
    peer = node.holding.peer.name
    raw = answers.receipt_of(node.holding, answers.find(node.holding, entry.act))
    trust = of_kept(f"{peer}/cosigned", node.lists, node.identity)

    proved = decided(raw, entry.act, peer, trust)

    assert proved.reply == pair.jp.node.holding.home.reply(entry.act, 1 << 30)
    assert proved.reply.ruling == entry.ruling
    assert [one.name for one in proved.head.signers] == [peer, "exercise.kr.node.example/witness"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda raw: raw.replace(b"index ", b"index 1"), "proof_invalid"),
        (lambda raw: raw.replace(b"extra ey", b"extra fy"), "proof_invalid"),
        (lambda raw: raw[:-8] + b"AAAAAA=\n", "signature_invalid"),
        (lambda raw: raw[: raw.rindex(b"\xe2\x80\x94")], "signature_missing"),
        (lambda raw: raw[20:], "proof_malformed"),
    ],
    ids=["another place", "another entry", "another signature", "no witness", "no receipt"],
)
def test_a_receipt_that_was_changed_proves_nothing(pair: Pair, change, code: str) -> None:
    entry = says(pair.kr, asks(pair.kr))
    pair.sync()
    node = pair.kr.node
    peer = node.holding.peer.name
    raw = answers.receipt_of(node.holding, answers.find(node.holding, entry.act))
    with pytest.raises(ServandaError) as caught:
        decided(change(raw), entry.act, peer, of_kept(f"{peer}/cosigned", node.lists, node.identity))
    assert caught.value.code == code


def test_a_receipt_is_about_one_act(pair: Pair) -> None:
    first, second = says(pair.kr, asks(pair.kr, "one")), says(pair.kr, asks(pair.kr, "two"))
    pair.sync()
    node = pair.kr.node
    peer = node.holding.peer.name
    raw = answers.receipt_of(node.holding, answers.find(node.holding, first.act))
    with pytest.raises(IntegrityError) as caught:
        decided(raw, second.act, peer, of_kept(f"{peer}/cosigned", node.lists, node.identity))
    assert caught.value.code == "receipt_of_other_act"


def test_there_is_no_receipt_before_the_reply_nor_of_the_own_reply(pair: Pair) -> None:
    ours, theirs = says(pair.kr, asks(pair.kr)), says(pair.jp, asks(pair.jp))
    send(pair.jp, pair.kr)
    for entry in (ours, theirs):
        with pytest.raises(UsageError) as caught:
            answers.receipt_of(pair.kr.node.holding, answers.find(pair.kr.node.holding, entry.act))
        assert caught.value.code == "receipt_not_yet"


def test_there_is_no_receipt_of_a_reply_beyond_the_cosigned_head(pair: Pair) -> None:
    """The reply is held here, its head is not cosigned yet."""
    entry = says(pair.kr, asks(pair.kr))
    send(pair.kr, pair.jp)
    with pair.kr.node._step():
        pair.kr.node._deliverer.take(pair.jp.node.make_bundle(), pair.kr.node.now(), expanded_max=1 << 26)
    with pytest.raises(UsageError, match="not under a cosigned head"):
        answers.receipt_of(pair.kr.node.holding, answers.find(pair.kr.node.holding, entry.act))
    pair.kr.node.settle()
    assert answers.receipt_of(pair.kr.node.holding, answers.find(pair.kr.node.holding, entry.act))
