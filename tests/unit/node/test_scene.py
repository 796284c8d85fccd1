"""The scene of an act: phase, text, officers and receipts at its cut and time, and nothing of what came later."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from servanda.act.act import Draft
from servanda.act.kind import kinds
from servanda.agreement import acts as accord
from servanda.base.errors import PeerError
from servanda.node.scene import NO_DIGEST, Scene
from servanda.node.stages import Place
from servanda.seal.keys import Alg, generate
from tests.simulation.world import TEXTS, Pair, Side
from tests.unit.node.actors import asks, officer, says
from tests.wordings import loaded, tabled

PACT = "kr-jp-a"
TABLE, REQUEST, OPEN = (
    kinds()[name] for name in ("agreement.text.table", "intelligence.report.request", "rescue.case.open")
)
TEXT = loaded(TEXTS[PACT], PACT)


def scene(side: Side, *, index: int | None = None, seen: int | None = None) -> Scene:
    here = side.node.here(side.node.now())
    place = replace(here, index=here.index if index is None else index, seen=here.seen if seen is None else seen)
    return side.node.checker.scene(place)


def force_begun(pair: Pair) -> None:
    """From tabled to both notes of completion."""
    digest = TEXT.digest
    for side in pair.sides():
        side.envoy_says(PACT, "agreement.text.initial", accord.TextInitial(digest=digest))
    pair.sync()
    for side in pair.sides():
        powers = accord.PowersShow(
            officer=side.envoy, may=("sign",), issued_by="head_of_government", date=date(2031, 3, 1)
        )
        side.envoy_says(PACT, "agreement.powers.show", powers)
        side.envoy_says(PACT, "agreement.text.sign", accord.TextSign(digest=digest))
    pair.sync()
    for side in pair.sides():
        note = accord.CompletionNotify(digest=digest, note="N-1", date=date(2031, 4, 1))
        side.envoy_says(PACT, "agreement.completion.notify", note)


def test_before_any_text_there_is_nothing_to_judge_by() -> None:
    pair = Pair()
    at = scene(pair.kr)
    assert at.agreement_digest(PACT, TABLE) == NO_DIGEST
    with pytest.raises(PeerError, match="no text was tabled under `kr-jp-a`") as caught:
        at.agreement_digest(PACT, REQUEST)
    assert (caught.value.code, at.instrument(PACT), at.status(PACT).phase) == (
        "agreement_unknown",
        None,
        "not_in_force",
    )


def test_a_tabled_text_is_named_and_not_yet_in_force() -> None:
    pair = Pair()
    pair.kr.envoy_says(PACT, "agreement.text.table", tabled(TEXTS[PACT]))
    at = scene(pair.kr)
    assert [at.agreement_digest(PACT, kind) for kind in (TABLE, REQUEST)] == [TEXT.digest] * 2
    assert (at.instrument(PACT), at.status(PACT).phase) == (TEXT, "not_in_force")
    # The other node has not seen it: it stands at no text.
    assert scene(pair.jp).agreement_digest(PACT, TABLE) == NO_DIGEST


def test_force_begins_with_the_later_note_once_it_is_received() -> None:
    """Each side's phase turns when it has the other's note and the reply to its own, never before."""
    pair = Pair()
    pair.kr.envoy_says(PACT, "agreement.text.table", tabled(TEXTS[PACT]))
    pair.sync()
    force_begun(pair)
    assert [scene(side).status(PACT).phase for side in pair.sides()] == ["not_in_force"] * 2

    pair.sync()

    for side in pair.sides():
        at = scene(side)
        assert (at.status(PACT).phase, at.status(PACT).instrument) == ("in_force", TEXT)
        assert [at.agreement_digest(PACT, kind) for kind in (TABLE, REQUEST)] == [TEXT.digest] * 2


def test_a_scene_is_that_of_its_cut(pair: Pair) -> None:
    """Asked for a place that lies long behind, both nodes say what stood there."""
    node = pair.kr.node
    (tabled,) = [
        entry
        for entry in node.holding.home.entries
        if getattr(entry, "act", None) in node.scene().folded.acts
        and node.scene().folded.acts[entry.act].kind == "agreement.text.table"
        and node.scene().folded.acts[entry.act].agreement == PACT
    ]
    for side in pair.sides():
        copy = side.node.holding.copy_of(tabled.log)
        before = Place(log=copy.name, index=tabled.index, seen=tabled.seen.size, at=tabled.recorded_at)
        after = replace(before, index=tabled.index + 1)
        assert side.node.checker.scene(before).agreement_digest(PACT, TABLE) == NO_DIGEST
        assert side.node.checker.scene(after).agreement_digest(PACT, TABLE) == TEXT.digest


def test_life_first_needs_no_agreement_and_nothing_else_goes_without(pair: Pair) -> None:
    at = scene(pair.kr)
    assert at.agreement_digest("none", OPEN) == NO_DIGEST
    for kind in (TABLE, REQUEST):
        with pytest.raises(PeerError, match="is said under an agreement only") as caught:
            at.agreement_digest("none", kind)
        assert caught.value.code == "agreement_unknown"


def test_a_statement_names_the_text_that_holds_at_its_cut(pair: Pair) -> None:
    statement = pair.kr.node.preview(asks(pair.kr), [officer(pair.kr)]).intake.signed.statement
    at = scene(pair.kr)
    at.name_agreement(statement, REQUEST)
    with pytest.raises(PeerError, match=f"`kr-jp-a` stands at `{TEXT.digest[:16]}`") as caught:
        at.name_agreement(replace(statement, agreement_digest="ab" * 32), REQUEST)
    assert caught.value.code == "agreement_not_in_force"


def test_a_receipt_counts_within_the_cut_only(pair: Pair) -> None:
    entry = says(pair.kr, asks(pair.kr))
    pair.sync()
    reply = pair.kr.node.holding.peer.reply(entry.act, 1 << 30)
    assert reply is not None
    assert scene(pair.kr, seen=reply.index).received_at(entry.act) is None
    assert scene(pair.kr, seen=reply.index + 1).received_at(entry.act) == reply.recorded_at
    # In the other's own log the reply stands below its index.
    assert scene(pair.jp, index=reply.index).received_at(entry.act) is None
    assert scene(pair.jp, index=reply.index + 1).received_at(entry.act) == reply.recorded_at


def test_envoys_are_of_every_agreement_and_others_of_their_own(pair: Pair) -> None:
    at = scene(pair.kr)
    for agreement in (PACT, "kr-jp-b", "kr-jp-z"):
        envoy = at.officer(agreement, "KR", "kr/envoy-1")
        assert envoy is not None
        assert (envoy.role, envoy.act_id) == ("envoy", "")
    appointed = at.officer(PACT, "JP", "jp/information-1")
    assert appointed is not None
    assert appointed.role == "information_officer"
    assert [at.officer(name, party, "jp/information-1") for name, party in (("kr-jp-b", "JP"), (PACT, "KR"))] == [
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("signer", "role"),
    [("information-1", "information_officer"), ("envoy-1", "envoy"), ("settling-1", "other")],
)
def test_the_first_who_signs_gives_the_office(pair: Pair, signer: str, role: str) -> None:
    judged = pair.kr.node.preview(asks(pair.kr), [officer(pair.kr, signer), officer(pair.kr)])
    assert {line["officer_role"] for line in judged.facts} <= {role}
    assert judged.facts or judged.ruling.code == "key_unknown"


def test_a_domain_is_governed_by_one_agreement(pair: Pair) -> None:
    at = scene(pair.kr)
    assert at.governed_elsewhere(PACT) == frozenset({"logistics", "peacekeeping"})
    assert at.governed_elsewhere("kr-jp-b") == frozenset({"intelligence", "rescue"})


def test_a_rotation_counts_for_the_new_key_once_the_old_one_has_signed_it(pair: Pair) -> None:
    old, new = pair.kr.keys.officer(officer(pair.kr))[0], generate(Alg.ED25519)
    payload = accord.KeyRotate(
        officer=officer(pair.kr),
        old=old.public.key_id,
        new=accord.KeyMember(alg="ed25519", public=new.public.hex),
    )
    draft = Draft(kind="agreement.key.rotate", agreement=PACT, payload=payload)
    recorded = pair.kr.node.submit(draft, [officer(pair.kr)], proving=[new])
    assert recorded.judged.ruling.cites == ("life.1",)
    envoy = pair.kr.node.submit(draft, [pair.kr.envoy, officer(pair.kr)], proving=[new])
    assert envoy.judged.ruling.cites == ("life.26",)
    pair.kr.keys.sign_in(officer(pair.kr), [new])
    pair.sync()
    entry = says(pair.kr, asks(pair.kr))
    pair.sync()
    reply = pair.jp.node.holding.home.reply(entry.act, 1 << 30)
    assert reply is not None
    assert reply.ruling == entry.ruling
