"""Officers and their keys: appointed, dismissed, rotated, revoked."""

from __future__ import annotations

from typing import Any

import pytest

from servanda.act.ruling import Ground, Permit, Refusal
from servanda.agreement import life
from servanda.agreement.life import Appointment, Rule
from servanda.base.errors import IntegrityError
from servanda.seal.keys import Alg, PublicKey, from_seed
from tests.unit.agreement.lives import DAWN, Story, moment

ENVOY_KEY, K1, K2, K3 = (from_seed(Alg.ED25519, bytes([number]) * 32).public for number in (1, 2, 3, 4))
OFFICER = "jp/supply-2"
PERMIT = Permit(cites=(Rule.OFFICER.value,))
LISTED = {"jp/envoy": (ENVOY_KEY,)}


def refused(rule: Rule) -> Refusal:
    return Refusal(ground=Ground.FORBIDDEN, cites=(rule.value,))


def member(key: PublicKey) -> dict[str, str]:
    return {"alg": key.alg.value, "public": key.hex}


def appointing(*keys: PublicKey, office: str = "ordering_officer", **members: Any) -> dict[str, Any]:
    return {"officer": OFFICER, "office": office, "keys": [member(key) for key in keys], **members}


def ids(*keys: PublicKey) -> tuple[str, ...]:
    return tuple(key.key_id for key in keys)


def appointed(*, received: str | None = "") -> Story:
    story = Story()
    payload = appointing(K1, limit_usd=50_000)
    story.must(story.say("JP", "officer.appoint", received=received, by=ids(ENVOY_KEY, K1), **payload))
    return story


def key(story: Story, key_id: str, *, officer: str = OFFICER, party: str = "JP", **others: Any) -> PublicKey:
    return life.appointed_key(
        story.life, party=party, officer=officer, key_id=key_id, received_at=story.receipts.get, listed=LISTED, **others
    )


def fails(story: Story, key_id: str, **others: Any) -> str:
    with pytest.raises(IntegrityError) as caught:
        key(story, key_id, **others)
    return caught.value.code


@pytest.mark.parametrize(
    ("author", "keys", "payload"),
    [
        ("KR", ids(ENVOY_KEY, K1), appointing(K1)),
        ("JP", ids(ENVOY_KEY), appointing(K1)),
        ("JP", ids(ENVOY_KEY, K1), appointing(K1, K2)),
        ("JP", ids(ENVOY_KEY, K1), {**appointing(K1), "keys": [{"alg": "ed25519", "public": "00" * 32}]}),
    ],
)
def test_an_appointment_is_of_an_own_officer_whose_keys_sign_it(
    author: str, keys: tuple[str, ...], payload: dict[str, Any]
) -> None:
    assert Story().say(author, "officer.appoint", by=keys, **payload) == refused(Rule.OFFICER)


def test_an_appointment_counts_once_it_is_received() -> None:
    story = appointed(received=None)
    assert life.appointment(story.life, "JP", OFFICER, story.receipts.get) is None
    assert fails(story, K1.key_id) == "key_unknown"
    story.receipts[story.last()] = moment("2030-01-02T00:00+09:00")
    expected = Appointment(
        officer=OFFICER,
        party="JP",
        role="ordering_officer",
        limit_usd=50_000,
        keys=(K1,),
        act_id=story.last(),
        since=moment("2030-01-02T00:00+09:00"),
    )
    assert life.appointment(story.life, "JP", OFFICER, story.receipts.get) == expected
    assert dict(life.appointments(story.life, "JP", story.receipts.get)) == {OFFICER: expected}
    assert dict(life.appointments(story.life, "KR", story.receipts.get)) == {}
    assert key(story, K1.key_id) == K1


def test_the_new_key_counts_for_the_act_that_names_it() -> None:
    story = Story()
    naming = appointing(K1)
    assert key(story, K1.key_id, naming=naming) == K1
    assert fails(story, K2.key_id, naming=naming) == "key_unknown"
    assert fails(story, K1.key_id, naming=naming, officer="jp/supply-3") == "key_unknown"


def test_a_new_appointment_takes_the_place_of_the_one_before_once_received() -> None:
    story = appointed()
    story.must(
        story.say("JP", "officer.appoint", received=None, by=ids(ENVOY_KEY, K2), **appointing(K2, office="reviewer"))
    )
    held = life.appointment(story.life, "JP", OFFICER, story.receipts.get)
    assert held is not None
    assert (held.role, held.keys) == ("ordering_officer", (K1,))
    story.receipts[story.last()] = moment(DAWN)
    held = life.appointment(story.life, "JP", OFFICER, story.receipts.get)
    assert held is not None
    assert (held.role, held.limit_usd, held.keys) == ("reviewer", None, (K2,))
    assert fails(story, K1.key_id) == "key_revoked"


def test_a_dismissal_counts_on_receipt() -> None:
    story = appointed()
    assert story.say("KR", "officer.dismiss", officer=OFFICER) == refused(Rule.OFFICER)
    assert story.say("JP", "officer.dismiss", received=None, officer=OFFICER) == PERMIT
    assert key(story, K1.key_id) == K1
    story.receipts[story.last()] = moment(DAWN)
    assert life.appointment(story.life, "JP", OFFICER, story.receipts.get) is None
    assert fails(story, K1.key_id) == "key_revoked"


@pytest.mark.parametrize(
    ("author", "keys", "payload"),
    [
        ("KR", ids(ENVOY_KEY, K1, K2), {"officer": OFFICER, "old": K1.key_id, "new": member(K2)}),
        ("JP", ids(ENVOY_KEY, K2), {"officer": OFFICER, "old": K1.key_id, "new": member(K2)}),
        ("JP", ids(ENVOY_KEY, K1), {"officer": OFFICER, "old": K1.key_id, "new": member(K2)}),
        ("JP", ids(ENVOY_KEY, K1, K2), {"officer": "jp/supply-3", "old": K1.key_id, "new": member(K2)}),
    ],
)
def test_a_rotation_is_of_an_own_officer_and_signed_by_both_keys(
    author: str, keys: tuple[str, ...], payload: dict[str, Any]
) -> None:
    assert appointed().say(author, "key.rotate", by=keys, **payload) == refused(Rule.KEY)


def test_a_rotation_counts_at_once() -> None:
    story = appointed()
    payload = {"officer": OFFICER, "old": K1.key_id, "new": member(K2)}
    ruling = story.say("JP", "key.rotate", received=None, by=ids(ENVOY_KEY, K1, K2), **payload)
    assert ruling == Permit(cites=(Rule.KEY.value,))
    assert key(story, K2.key_id) == K2
    assert fails(story, K1.key_id) == "key_revoked"
    back = {"officer": OFFICER, "old": K2.key_id, "new": member(K1)}
    assert story.say("JP", "key.rotate", by=ids(ENVOY_KEY, K1, K2), **back) == refused(Rule.KEY)


def test_a_revocation_counts_at_once_and_for_good() -> None:
    story = appointed()
    assert story.say("KR", "key.revoke", officer=OFFICER, key=K1.key_id) == refused(Rule.KEY)
    assert story.say("JP", "key.revoke", officer="jp/supply-3", key=K1.key_id) == refused(Rule.KEY)
    story.must(story.say("JP", "key.revoke", received=None, officer=OFFICER, key=K1.key_id))
    assert fails(story, K1.key_id) == "key_revoked"
    held = life.appointment(story.life, "JP", OFFICER, story.receipts.get)
    assert held is not None
    assert held.keys == ()
    assert story.say("JP", "officer.appoint", by=ids(ENVOY_KEY, K1), **appointing(K1)) == refused(Rule.OFFICER)


def test_a_key_is_one_officers() -> None:
    story = appointed()
    other = {**appointing(K1), "officer": "jp/supply-3"}
    assert story.say("JP", "officer.appoint", by=ids(ENVOY_KEY, K1), **other) == refused(Rule.OFFICER)
    assert fails(story, K1.key_id, officer="jp/supply-3") == "key_not_of_officer"
    assert fails(story, K1.key_id, party="KR", officer=OFFICER) == "key_not_of_officer"
    assert fails(story, K3.key_id) == "key_unknown"


def test_an_envoy_of_the_key_list_holds_its_office_until_an_act_says_otherwise() -> None:
    story = Story()
    held = life.appointment(story.life, "JP", "jp/envoy", story.receipts.get, listed=(ENVOY_KEY,))
    assert held == Appointment(officer="jp/envoy", party="JP", role="envoy", limit_usd=None, keys=(ENVOY_KEY,))
    assert dict(life.appointments(story.life, "JP", story.receipts.get, listed=LISTED)) == {"jp/envoy": held}
    assert key(story, ENVOY_KEY.key_id, officer="jp/envoy") == ENVOY_KEY
    assert fails(story, ENVOY_KEY.key_id) == "key_not_of_officer"
    story.must(story.say("JP", "key.revoke", officer="jp/envoy", key=ENVOY_KEY.key_id))
    assert fails(story, ENVOY_KEY.key_id, officer="jp/envoy") == "key_revoked"
    story.must(story.say("JP", "officer.dismiss", officer="jp/envoy"))
    assert life.appointment(story.life, "JP", "jp/envoy", story.receipts.get, listed=(ENVOY_KEY,)) is None


def test_an_appointment_that_could_not_be_permitted_changes_nothing() -> None:
    story = appointed()
    before = story.life
    story.take(story.act("JP", "officer.appoint", DAWN, {**appointing(K2), "keys": [{"alg": "rsa", "public": "00"}]}))
    assert story.life == before
