"""Check: what is wrong with an act of the peer makes it invalid, by its code; the log goes on, and nobody is hurt."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from servanda.act import frame
from servanda.act.act import Draft
from servanda.act.ruling import Ground, Permit, Refusal
from servanda.agreement import acts as accord
from servanda.base import canon
from servanda.base.errors import PeerError
from servanda.node.applying import digest_of
from servanda.node.stages import Intake
from servanda.node.stream import Record
from servanda.seal import age
from servanda.seal.keys import Alg, generate
from tests.simulation.world import TEXTS, Pair, Side
from tests.unit.node.actors import (
    OFFICER,
    PACT,
    appoints,
    asks,
    carried,
    flipped,
    handmade,
    holding_payload,
    issue,
    known,
    officer,
    refuses,
    releases,
    replies,
    reply_of,
    says,
    sealed_for_both,
    settled,
    shares,
    stated,
    taken,
)
from tests.wordings import tabled

STRANGER = generate(Alg.ED25519)


def own_keys(side: Side, name: str = OFFICER):
    return side.keys.officer(officer(side, name))


def signer(side: Side, secret, name: str = OFFICER):
    return {"signed_by": [{"officer": officer(side, name), "key": secret.public.key_id}]}


def a_bit_turned(jp: Side) -> Intake:
    return flipped(taken(jp, asks(jp)))


def a_stranger_signs(jp: Side) -> Intake:
    return stated(taken(jp, asks(jp)), [STRANGER], **signer(jp, STRANGER))


def a_stranger_signs_for_an_officer(jp: Side) -> Intake:
    """The statement names the officer's own key; the signature is a stranger's."""
    said = taken(jp, asks(jp))
    return stated(said, [STRANGER])


def another_officer_signs(jp: Side) -> Intake:
    other = own_keys(jp, "information-2")
    return stated(taken(jp, asks(jp)), other, **signer(jp, other[0]))


def an_officer_of_the_other_party_signs(jp: Side) -> Intake:
    return stated(taken(jp, asks(jp)), [STRANGER], signed_by=[{"officer": "kr/information-1", "key": "ab" * 32}])


def one_signature_of_two(jp: Side) -> Intake:
    said = taken(jp, asks(jp), [officer(jp), officer(jp, "information-2")])
    return stated(said, own_keys(jp))


def signatures_in_another_order(jp: Side) -> Intake:
    said = taken(jp, asks(jp), [officer(jp), officer(jp, "information-2")])
    return stated(said, [*own_keys(jp, "information-2"), *own_keys(jp)])


def what_must_be_known_is_not(jp: Side) -> Intake:
    return stated(taken(jp, asks(jp)), own_keys(jp), critical=["surety"], surety="x")


def from_the_other_party(jp: Side) -> Intake:
    return stated(taken(jp, asks(jp)), own_keys(jp), author="KR", addressee="JP")


def to_a_third_party(jp: Side) -> Intake:
    return stated(taken(jp, asks(jp)), own_keys(jp), addressee="US")


def under_an_older_text(jp: Side) -> Intake:
    return stated(taken(jp, asks(jp)), own_keys(jp), agreement_digest="ab" * 32)


def under_no_text(jp: Side) -> Intake:
    said = taken(jp, asks(jp), [jp.envoy])
    return stated(said, jp.keys.officer(jp.envoy), agreement="kr-jp-z", agreement_digest="0" * 64)


def under_none(jp: Side) -> Intake:
    said = taken(jp, asks(jp), [jp.envoy])
    return stated(said, jp.keys.officer(jp.envoy), agreement="none", agreement_digest="0" * 64)


def a_text_tabled_under_none(jp: Side) -> Intake:
    envoy = jp.keys.officer(jp.envoy)
    draft = Draft(kind="agreement.text.table", agreement=PACT, payload=tabled(TEXTS[PACT]))
    said = taken(jp, draft, [jp.envoy])
    return stated(said, envoy, agreement="none", agreement_digest="0" * 64)


def sealed_under_another_commitment(jp: Side) -> Intake:
    said = taken(jp, asks(jp))
    return Intake(signed=said.signed, sealed=sealed_for_both(jp, frame.pack(b'{"topic":"other"}', bytes(32))))


def sealed_to_strangers(jp: Side) -> Intake:
    said = taken(jp, asks(jp))
    strangers = [generate(Alg.MLKEM768X25519).public for _ in range(2)]
    return Intake(signed=said.signed, sealed=age.seal(frame.pack(b"{}", bytes(32)), strangers))


def sealed_to_one_only(jp: Side) -> Intake:
    said = taken(jp, asks(jp))
    one = [jp.node.lists.peer_key("seal")]
    return Intake(signed=said.signed, sealed=age.seal(frame.pack(b"{}", bytes(32)), one))


def not_sealed_at_all(jp: Side) -> Intake:
    return Intake(signed=taken(jp, asks(jp)).signed, sealed=b"age-encryption.org/v1\n")


def a_frame_that_is_none(jp: Side) -> Intake:
    said = taken(jp, asks(jp))
    return Intake(signed=said.signed, sealed=sealed_for_both(jp, bytes(1024)[:-1] + b"\x01"))


def no_payload_where_one_is_due(jp: Side) -> Intake:
    said = stated(taken(jp, asks(jp)), own_keys(jp), payload=None)
    return Intake(signed=said.signed, sealed=None)


def a_payload_that_is_no_json(jp: Side) -> Intake:
    return holding_payload(jp, taken(jp, asks(jp)), b"{", own_keys(jp))


def a_payload_not_canonical(jp: Side) -> Intake:
    return holding_payload(jp, taken(jp, asks(jp)), b'{"topic": "other"}', own_keys(jp))


def a_payload_that_lacks_a_member(jp: Side) -> Intake:
    return holding_payload(jp, taken(jp, asks(jp)), b'{"topic":"other"}', own_keys(jp))


def a_payload_with_a_member_of_another_type(jp: Side) -> Intake:
    raw = canon.encode({"topic": "nk_missile", "question": 7, "purpose": "warning"})
    return holding_payload(jp, taken(jp, asks(jp)), raw, own_keys(jp))


def a_form_of_tomorrow(jp: Side) -> Intake:
    said = taken(jp, asks(jp))
    payload = {"commit": said.signed.statement.payload_commit, "form": "intelligence.report.request/2"}
    return stated(said, own_keys(jp), payload=payload)


@pytest.mark.parametrize(
    ("forged", "code"),
    [
        (a_bit_turned, "signature_invalid"),
        (a_stranger_signs, "key_unknown"),
        (a_stranger_signs_for_an_officer, "signature_unlisted"),
        (another_officer_signs, "key_not_of_officer"),
        (an_officer_of_the_other_party_signs, "signature_unlisted"),
        (one_signature_of_two, "signature_missing"),
        (signatures_in_another_order, "signature_order"),
        (what_must_be_known_is_not, "critical_unknown"),
        (from_the_other_party, "addressee_wrong"),
        (to_a_third_party, "addressee_wrong"),
        (under_an_older_text, "agreement_not_in_force"),
        (under_no_text, "agreement_unknown"),
        (under_none, "agreement_unknown"),
        (a_text_tabled_under_none, "agreement_unknown"),
        (sealed_under_another_commitment, "payload_mismatch"),
        (sealed_to_strangers, "payload_unopened"),
        (sealed_to_one_only, "payload_unopened"),
        (not_sealed_at_all, "payload_unopened"),
        (a_frame_that_is_none, "payload_frame"),
        (no_payload_where_one_is_due, "field_missing"),
        (a_payload_that_is_no_json, "json_syntax"),
        (a_payload_not_canonical, "json_not_canonical"),
        (a_payload_that_lacks_a_member, "field_missing"),
        (a_payload_with_a_member_of_another_type, "field_type"),
        (a_form_of_tomorrow, "form_unknown"),
    ],
    ids=lambda each: getattr(each, "__name__", each),
)
def test_what_is_wrong_with_an_act_makes_it_invalid_and_the_log_goes_on(
    pair: Pair, forged: Callable[[Side], Intake], code: str
) -> None:
    said, honest = forged(pair.jp), taken(pair.jp, asks(pair.jp, "honest"))
    before = set(pair.kr.node.scene().folded.acts)

    entry = issue(pair.jp, said)
    issue(pair.jp, honest)
    pair.sync()

    assert reply_of(pair.kr, entry.act) == Refusal(ground=Ground.INVALID, code=code)
    assert isinstance(reply_of(pair.kr, honest.signed.act_id), Permit)
    assert set(pair.kr.node.scene().folded.acts) - before == {honest.signed.act_id}
    pair.kr.node.audit()


def test_signatures_are_checked_before_the_payload(pair: Pair) -> None:
    said = taken(pair.jp, asks(pair.jp))
    entry = issue(pair.jp, Intake(signed=flipped(said).signed, sealed=b"not sealed"))

    pair.sync()

    assert reply_of(pair.kr, entry.act) == Refusal(ground=Ground.INVALID, code="signature_invalid")


def test_an_envelope_of_another_act_is_invalid(pair: Pair) -> None:
    """An entry names one act and the envelope of another: neither that act nor this one has effect by it."""
    said = [taken(pair.jp, asks(pair.jp, question)) for question in ("one", "two")]
    first = issue(pair.jp, said[0])
    made_up = issue(pair.jp, said[1], act="ab" * 32)
    again = issue(pair.jp, said[0], act="cd" * 32)

    pair.kr.node.take_bundle(handmade(pair.jp, pair.kr, *carried(*said)))

    assert reply_of(pair.kr, made_up.act) == Refusal(ground=Ground.INVALID, code="act_mismatch")
    assert reply_of(pair.kr, again.act) == Refusal(ground=Ground.INVALID, code="act_mismatch")
    assert isinstance(reply_of(pair.kr, first.act), Permit)
    pair.kr.node.audit()


def test_an_envelope_that_does_not_read_is_invalid(pair: Pair) -> None:
    """What is no act at all is ruled on like any other entry, so that it stops nothing."""
    raw = b'{"payload":"e30=","payloadType":"application/vnd.servanda.act.v1+json","signatures":[]}'
    said = taken(pair.jp, asks(pair.jp))
    entry = issue(pair.jp, said, envelope=digest_of(raw))

    pair.kr.node.take_bundle(handmade(pair.jp, pair.kr, Record(type="ACT", body=raw)))

    assert reply_of(pair.kr, entry.act) == Refusal(ground=Ground.INVALID, code="field_missing")
    assert entry.act not in pair.kr.node.scene().folded.acts
    pair.kr.node.audit()


def test_an_act_is_said_once(pair: Pair) -> None:
    said = taken(pair.jp, asks(pair.jp))
    first = issue(pair.jp, said)
    second = issue(pair.jp, said)

    pair.sync()

    home = pair.kr.node.holding.home
    rulings = {e.source[1]: e.ruling.ruling for e in home.entries if getattr(e, "act", "") == said.signed.act_id}
    assert isinstance(rulings.pop(first.index), Permit)
    assert rulings == {second.index: Refusal(ground=Ground.INVALID, code="act_repeated")}
    pair.kr.node.audit()


def test_an_act_of_ours_said_by_the_peer_is_invalid_and_ours_stands(pair: Pair) -> None:
    ours = says(pair.kr, asks(pair.kr))
    pair.sync()
    held = pair.jp.node.holding.act(ours.act, ours.envelope)
    issue(pair.jp, Intake(signed=held, sealed=None))

    pair.sync()

    home = pair.kr.node.holding.home
    replied = [e.ruling.ruling for e in home.entries if getattr(e, "source", None) and e.act == ours.act]
    assert replied == [Refusal(ground=Ground.INVALID, code="act_repeated")]
    assert ours.act in pair.kr.node.scene().folded.acts
    pair.kr.node.audit()


def test_an_act_from_ahead_of_our_clock_is_invalid(pair: Pair) -> None:
    now = pair.jp.node.now()
    said = [taken(pair.jp, asks(pair.jp, question)) for question in ("within", "beyond")]
    within = issue(pair.jp, said[0], at=now + timedelta(seconds=120))
    beyond = issue(pair.jp, said[1], at=now + timedelta(seconds=121))

    pair.kr.node.take_bundle(handmade(pair.jp, pair.kr, *carried(*said)))

    assert isinstance(reply_of(pair.kr, within.act), Permit)
    assert reply_of(pair.kr, beyond.act) == Refusal(ground=Ground.INVALID, code="clock_ahead")
    pair.kr.node.audit()


@pytest.mark.parametrize("kind", ["intelligence.report.whisper", "weather.report.share", "agreement.force.begin"])
def test_a_kind_that_is_unknown_here_or_cannot_be_said_is_silent(pair: Pair, kind: str) -> None:
    said = taken(pair.jp, asks(pair.jp))
    payload = {"commit": said.signed.statement.payload_commit, "form": f"{kind}/1"}
    entry = issue(
        pair.jp, Intake(signed=stated(said, own_keys(pair.jp), kind=kind, payload=payload).signed, sealed=said.sealed)
    )

    pair.sync()

    assert reply_of(pair.kr, entry.act) == Refusal(ground=Ground.SILENT)
    assert entry.act not in pair.kr.node.scene().folded.acts
    pair.kr.node.audit()


def test_a_journal_kind_sent_by_the_peer_is_silent(pair: Pair) -> None:
    payload = accord.StepTake(checklist="exercise", step="one", by="jp/envoy-1")
    draft = Draft(kind="agreement.step.take", agreement=PACT, payload=payload)
    entry = issue(pair.jp, taken(pair.jp, draft, [pair.jp.envoy]))

    pair.sync()

    assert reply_of(pair.kr, entry.act) == Refusal(ground=Ground.SILENT)


# -- who may speak -----------------------------------------------------------------------------------------------------


def test_a_key_cannot_appoint_itself(pair: Pair) -> None:
    """The key that an appointment names proves possession; it is never the first to sign."""
    draft = appoints(pair.jp, "mole-1", STRANGER, office="envoy")
    alone = stated(
        taken(pair.jp, draft, [pair.jp.envoy]),
        [STRANGER],
        signed_by=[{"officer": "jp/mole-1", "key": STRANGER.public.key_id}],
    )
    twice = stated(
        taken(pair.jp, draft, [pair.jp.envoy]),
        [STRANGER, *pair.jp.keys.officer(pair.jp.envoy)],
        signed_by=[
            {"officer": "jp/mole-1", "key": STRANGER.public.key_id},
            {"officer": pair.jp.envoy, "key": pair.jp.keys.officer(pair.jp.envoy)[0].public.key_id},
        ],
    )
    entries = [issue(pair.jp, said, ruling=Permit(cites=("life.25",))) for said in (alone, twice)]
    pair.jp.keys.sign_in("jp/mole-1", [STRANGER])

    pair.sync()

    for entry in entries:
        assert reply_of(pair.kr, entry.act) == Refusal(ground=Ground.INVALID, code="key_unknown")
    assert pair.kr.node.scene().officer(PACT, "JP", "jp/mole-1") is None
    pair.kr.node.audit()


def test_an_officer_who_is_no_envoy_appoints_nobody(pair: Pair) -> None:
    draft = appoints(pair.jp, "mole-1", STRANGER)
    entry = issue(
        pair.jp, taken(pair.jp, draft, [officer(pair.jp)], proving=[STRANGER]), ruling=Permit(cites=("life.25",))
    )

    pair.sync()

    assert reply_of(pair.kr, entry.act) == Refusal(ground=Ground.FORBIDDEN, cites=("life.1",))
    assert pair.kr.node.scene().officer(PACT, "JP", "jp/mole-1") is None


@pytest.mark.parametrize(
    "payload",
    [
        b'{"officer":"jp/mole-1"}',
        b'{"keys":[],"officer":"jp/mole-1"}',
        b'{"keys":["x"],"officer":"jp/mole-1"}',
        b'{"keys":[{"alg":"ed25519"}],"officer":"jp/mole-1"}',
        b'{"keys":{},"officer":"jp/mole-1"}',
        b'{"new":7,"officer":"jp/mole-1"}',
        b"{}",
    ],
)
@pytest.mark.parametrize("kind", ["agreement.officer.appoint", "agreement.key.rotate"])
def test_an_appointment_that_names_its_keys_in_no_form_stops_nothing(pair: Pair, kind: str, payload: bytes) -> None:
    envoy = pair.jp.keys.officer(pair.jp.envoy)
    said = holding_payload(
        pair.jp,
        taken(pair.jp, appoints(pair.jp, "mole-1", STRANGER), [pair.jp.envoy]),
        payload,
        [*envoy, STRANGER],
        kind=kind,
        signed_by=[
            {"officer": pair.jp.envoy, "key": envoy[0].public.key_id},
            {"officer": "jp/mole-1", "key": STRANGER.public.key_id},
        ],
    )
    honest = taken(pair.jp, asks(pair.jp))

    entry = issue(pair.jp, said, ruling=Permit(cites=("life.25",)))
    issue(pair.jp, honest)
    pair.sync()

    assert reply_of(pair.kr, entry.act) == Refusal(ground=Ground.INVALID, code="key_unknown")
    assert isinstance(reply_of(pair.kr, honest.signed.act_id), Permit)
    pair.kr.node.audit()


def test_an_appointment_counts_from_our_reply_never_from_a_reply_the_peer_wrote_to_itself(pair: Pair) -> None:
    """A reply in the peer's own log to the peer's own act would be our receipt of it, were it taken."""
    draft = appoints(pair.jp, "mole-1", STRANGER)
    entry = issue(
        pair.jp,
        taken(pair.jp, draft, [pair.jp.envoy], proving=[STRANGER]),
        ruling=Permit(cites=("life.25",)),
    )
    replies(pair.jp, entry, ruling=Permit(cites=("life.25",)))

    error = refuses(pair.kr, pair.jp.node.make_bundle(), "entry_misplaced")

    assert "it replies to no act of ours" in error.message


def test_a_new_officer_signs_from_the_reply_on(pair: Pair) -> None:
    key = generate(Alg.ED25519)
    draft = appoints(pair.jp, "information-9", key)
    says_so = pair.jp.node.submit(draft, [pair.jp.envoy], proving=[key])
    assert says_so.judged.ruling == Permit(cites=("life.25",))
    pair.jp.keys.sign_in("jp/information-9", [key])
    early = issue(pair.jp, taken(pair.jp, asks(pair.jp, "early"), ["jp/information-9"]))
    pair.sync()
    late = pair.jp.node.submit(asks(pair.jp, "late"), ["jp/information-9"])
    pair.sync()

    assert reply_of(pair.kr, early.act) == Refusal(ground=Ground.INVALID, code="key_unknown")
    assert isinstance(reply_of(pair.kr, late.judged.intake.signed.act_id), Permit)
    assert reply_of(pair.kr, late.judged.intake.signed.act_id) == late.judged.ruling


def test_a_revoked_key_signs_nothing_more(pair: Pair) -> None:
    secret = own_keys(pair.jp)
    payload = accord.KeyRevoke(officer=officer(pair.jp), key=secret[0].public.key_id)
    early = says(pair.jp, asks(pair.jp, "early"))
    pair.jp.envoy_says(PACT, "agreement.key.revoke", payload)
    late = issue(pair.jp, taken(pair.jp, asks(pair.jp, "late")))

    pair.sync()

    assert isinstance(reply_of(pair.kr, early.act), Permit)
    assert reply_of(pair.kr, late.act) == Refusal(ground=Ground.INVALID, code="key_revoked")
    pair.kr.node.audit()


def test_an_own_act_that_does_not_hold_stays_at_home(pair: Pair) -> None:
    """The same checks run on what is said here: it is an item of the journal, and the peer never learns of it."""
    secret = own_keys(pair.kr)
    payload = accord.KeyRevoke(officer=officer(pair.kr), key=secret[0].public.key_id)
    pair.kr.envoy_says(PACT, "agreement.key.revoke", payload)

    recorded = pair.kr.node.submit(asks(pair.kr), [officer(pair.kr)])

    assert recorded.entry is None
    assert recorded.judged.ruling == Refusal(ground=Ground.INVALID, code="key_revoked")
    settled(pair)


# -- facts and rulings -------------------------------------------------------------------------------------------------


def test_both_sides_judge_by_the_same_facts(pair: Pair) -> None:
    entry = says(pair.kr, shares(pair.kr, level=2))
    pair.sync()

    reply = pair.jp.node.holding.home.reply(entry.act, pair.jp.node.holding.home.size)
    assert reply is not None
    assert reply.ruling == entry.ruling
    assert pair.jp.node.holding.facts(entry.act) == pair.kr.node.holding.facts(entry.act)
    assert pair.jp.node.holding.kept_facts(entry.act) == pair.kr.node.holding.kept_facts(entry.act)


def test_what_the_peer_permits_and_we_do_not_is_refused_by_its_paragraph(pair: Pair) -> None:
    """The peer's node is faulty and issues a release to a third state."""
    shared = says(pair.kr, shares(pair.kr))
    pair.sync()
    entry = issue(pair.jp, taken(pair.jp, releases(pair.jp, shared)))

    pair.sync()

    assert reply_of(pair.kr, entry.act) == Refusal(ground=Ground.FORBIDDEN, cites=("6.1",))
    assert entry.act not in pair.kr.node.scene().folded.acts
    assert pair.kr.node.audit().disputes == 1


def test_a_preview_records_nothing(pair: Pair) -> None:
    before = known(pair.kr)
    judged = pair.kr.node.preview(asks(pair.kr), [officer(pair.kr)])
    assert isinstance(judged.ruling, Permit)
    assert known(pair.kr) == before


def test_an_unknown_agreement_is_told_before_anything_is_signed(pair: Pair) -> None:
    before = known(pair.kr)
    draft = asks(pair.kr)
    with pytest.raises(PeerError) as caught:
        pair.kr.node.submit(Draft(kind=draft.kind, agreement="kr-jp-z", payload=draft.payload), [officer(pair.kr)])
    assert caught.value.code == "agreement_unknown"
    assert known(pair.kr) == before
