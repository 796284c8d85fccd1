"""Acts: what makes one unreadable, what makes one not hold, in the order of the specification."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from servanda.act.act import AppointedKey, Signed, Statement, act_id, hold_key, open_act, read_act, statement_bytes
from servanda.base import canon
from servanda.base.errors import IntegrityError, MalformedError, ServandaError
from servanda.seal.envelope import ACT, KEYS, make
from servanda.seal.keys import Alg, SecretKey

HAN = SecretKey(alg=Alg.ED25519, seed=b"\x01" * 32)
HAN_PQ = SecretKey(alg=Alg.ML_DSA_44, seed=b"\x02" * 32)
SEO = SecretKey(alg=Alg.ED25519, seed=b"\x03" * 32)
STRANGER = SecretKey(alg=Alg.ED25519, seed=b"\x04" * 32)
AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
DIGEST, COMMIT = "cf" * 32, "20" * 32
REGISTRY = {
    key.public.key_id: AppointedKey(public=key.public, party="KR", officer=officer)
    for key, officer in ((HAN, "kr/han"), (HAN_PQ, "kr/han"), (SEO, "kr/seo"))
}
MEMBERS = {
    "version": 1,
    "agreement": "kr-jp-a",
    "agreement_digest": DIGEST,
    "author": "KR",
    "addressee": "JP",
    "kind": "intelligence.report.share",
    "reference": "fb" * 16,
    "claimed_at": "2026-11-24T09:00:00Z",
    "causes": [],
    "payload": {"commit": COMMIT, "form": "intelligence.report.share/1"},
    "signed_by": [{"officer": "kr/han", "key": HAN.public.key_id}],
}
BODY = canon.encode(MEMBERS)
RAW = make(ACT, BODY, [HAN])


def appointed(registry=REGISTRY):
    return lambda statement, officer, key_id, position: hold_key(registry.get(key_id), statement, officer, key_id)


def signed(members, keys=(HAN,), type=ACT):
    return make(type, canon.encode(members), list(keys))


def envelope_with(**changes):
    return canon.encode({**canon.decode_object(RAW, bytes_max=65_536), **changes})


@pytest.mark.parametrize("name", MEMBERS)
def test_every_member_of_a_statement_must_be_there(name):
    with pytest.raises(MalformedError) as refused:
        read_act(signed({other: member for other, member in MEMBERS.items() if other != name}))
    assert (refused.value.code, refused.value.message) == ("field_missing", f"there is no member `{name}`")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"version": 2}, "version_unknown"),
        ({"version": "1"}, "field_type"),
        ({"agreement": ""}, "field_type"),
        ({"agreement": "a" * 257}, "field_type"),
        ({"agreement_digest": DIGEST.upper()}, "field_type"),
        ({"agreement_digest": None}, "field_type"),
        ({"author": "kr"}, "field_type"),
        ({"author": "K"}, "field_type"),
        ({"addressee": "KR"}, "field_type"),
        ({"addressee": None}, "field_type"),
        ({"kind": "intelligence.report"}, "field_type"),
        ({"kind": "intelligence.report.share.now"}, "field_type"),
        ({"kind": "Intelligence.report.share"}, "field_type"),
        ({"kind": ".report.share"}, "field_type"),
        ({"reference": "fb" * 15}, "field_type"),
        ({"claimed_at": "2026-11-24"}, "field_type"),
        ({"causes": None}, "field_type"),
        ({"causes": ["7b"]}, "field_type"),
        ({"causes": ["7b" * 32] * 33}, "field_type"),
        ({"payload": {}}, "field_missing"),
        ({"payload": {"commit": COMMIT}}, "field_missing"),
        ({"payload": {"commit": COMMIT, "form": ""}}, "field_type"),
        ({"payload": []}, "field_type"),
        ({"signed_by": []}, "field_type"),
        ({"signed_by": MEMBERS["signed_by"] * 9}, "field_type"),
        ({"signed_by": ["kr/han"]}, "field_type"),
        ({"signed_by": [{"officer": "kr/han"}]}, "field_missing"),
        ({"signed_by": [{"officer": "kr/han", "key": "d4"}]}, "field_type"),
        ({"critical": "hold_until"}, "field_type"),
        ({"critical": [1]}, "field_type"),
        ({"note": "a" * 32_768}, "too_large"),
    ],
)
def test_a_statement_is_refused_by_the_name_of_its_fault(change, code):
    with pytest.raises(MalformedError) as refused:
        read_act(signed({**MEMBERS, **change}))
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b" " * 65_537, "too_large"),
        (b"{", "json_syntax"),
        (RAW + b"\n", "json_not_canonical"),
        (signed(MEMBERS, type=KEYS), "type_unknown"),
        (make(ACT, BODY + b" ", [HAN]), "json_not_canonical"),
        (make(ACT, BODY.replace(b'"version":1', b'"version":1.0'), [HAN]), "json_number"),
        (make(ACT, b"[]", [HAN]), "field_type"),
        (envelope_with(payload="e"), "base64_invalid"),
        (envelope_with(signatures=None), "field_type"),
    ],
)
def test_an_envelope_is_refused_by_the_name_of_its_fault(raw, code):
    with pytest.raises(ServandaError) as refused:
        read_act(raw)
    assert refused.value.code == code


TWO = {
    **MEMBERS,
    "signed_by": [{"officer": "kr/han", "key": HAN.public.key_id}, {"officer": "kr/seo", "key": SEO.public.key_id}],
}
UNKNOWN = {**MEMBERS, "signed_by": [{"officer": "kr/han", "key": STRANGER.public.key_id}]}
LOWERED = {**MEMBERS, "signed_by": [{"officer": "kr/seo", "key": HAN.public.key_id}]}
TWICE = {**MEMBERS, "signed_by": MEMBERS["signed_by"] * 2}
FORGED = canon.encode(
    {
        **canon.decode_object(RAW, bytes_max=65_536),
        "signatures": canon.decode_object(signed({**MEMBERS, "causes": ["7b" * 32]}), bytes_max=65_536)["signatures"],
    }
)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (signed({**UNKNOWN, "critical": ["hold_until"], "hold_until": 1}, [SEO]), "critical_unknown"),
        (signed(TWO, [HAN, STRANGER]), "signature_unlisted"),
        (signed(UNKNOWN, [STRANGER, HAN]), "signature_unlisted"),
        (signed(TWICE, [HAN, HAN]), "signature_unlisted"),
        (signed(TWO, []), "signature_missing"),
        (signed(TWO, [SEO]), "signature_missing"),
        (signed(TWO, [SEO, HAN]), "signature_order"),
        (signed(UNKNOWN, [STRANGER]), "key_unknown"),
        (signed(LOWERED), "key_not_of_officer"),
        (signed({**MEMBERS, "author": "JP", "addressee": "KR"}), "key_not_of_officer"),
        (FORGED, "signature_invalid"),
    ],
)
def test_an_act_that_does_not_hold_is_still_read(raw, code):
    with pytest.raises(ServandaError) as refused:
        open_act(raw, appointed())
    assert refused.value.code == code
    assert read_act(raw).envelope_digest == hashlib.sha256(raw).hexdigest()


def test_a_revoked_key_signs_no_more():
    known = REGISTRY[HAN.public.key_id]
    with pytest.raises(IntegrityError) as refused:
        open_act(RAW, appointed({HAN.public.key_id: replace(known, revoked=True)}))
    assert str(refused.value) == (
        f"key `{HAN.public.key_id[:16]}` of `kr/han` is revoked; sign with the key that replaced it"
    )


def test_a_key_is_asked_for_by_statement_officer_and_position():
    asked = []

    def look_up(statement, officer, key_id, position):
        asked.append((statement.kind, officer, key_id, position))
        return REGISTRY[key_id].public

    open_act(signed(TWO, [HAN, SEO]), look_up)
    assert asked == [
        ("intelligence.report.share", "kr/han", HAN.public.key_id, 0),
        ("intelligence.report.share", "kr/seo", SEO.public.key_id, 1),
    ]


def test_an_act_that_holds():
    assert open_act(RAW, appointed()) == Signed(
        raw=RAW,
        statement=Statement(
            agreement="kr-jp-a",
            agreement_digest=DIGEST,
            author="KR",
            addressee="JP",
            kind="intelligence.report.share",
            reference="fb" * 16,
            claimed_at=AT,
            causes=(),
            payload_commit=COMMIT,
            payload_form="intelligence.report.share/1",
            signed_by=(("kr/han", HAN.public.key_id),),
            members=MEMBERS,
        ),
        act_id=hashlib.sha256(b"DSSEv1 36 application/vnd.servanda.act.v1+json %d " % len(BODY) + BODY).hexdigest(),
        envelope_digest=hashlib.sha256(RAW).hexdigest(),
    )


def test_signing_again_makes_no_second_act():
    members = {**MEMBERS, "signed_by": [*MEMBERS["signed_by"], {"officer": "kr/han", "key": HAN_PQ.public.key_id}]}
    first, second = (open_act(signed(members, [HAN, HAN_PQ]), appointed()) for _ in range(2))
    assert first.raw != second.raw
    assert (first.act_id, first.statement) == (second.act_id, second.statement)
    assert (first.statement.domain, first.statement.officers) == ("intelligence", ("kr/han",))


def test_unknown_members_are_kept_and_known_ones_may_be_critical():
    members = {**MEMBERS, "critical": ["payload", "causes"], "routing_note": "kept as signed"}
    opened = open_act(signed(members), appointed())
    assert (opened.statement.critical, dict(opened.statement.members)) == (("payload", "causes"), members)
    assert opened.act_id == act_id(canon.encode(members))


def test_a_statement_is_built_as_it_is_read():
    body = statement_bytes(
        agreement="kr-jp-a",
        agreement_digest=DIGEST,
        author="KR",
        addressee="JP",
        kind="intelligence.report.share",
        reference="fb" * 16,
        claimed_at=AT,
        payload=(COMMIT, "intelligence.report.share/1"),
        signed_by=[("kr/han", HAN.public.key_id)],
    )
    assert body == BODY
    assert read_act(make(ACT, body, [HAN])).statement == read_act(RAW).statement


def test_a_statement_that_no_reader_would_take_is_not_built():
    with pytest.raises(MalformedError, match="the member `addressee` is not another Party than `author`"):
        statement_bytes(
            agreement="none",
            agreement_digest="0" * 64,
            author="KR",
            addressee="KR",
            kind="rescue.case.open",
            reference="fb" * 16,
            claimed_at=AT,
            payload=None,
            signed_by=[("kr/han", HAN.public.key_id)],
        )
