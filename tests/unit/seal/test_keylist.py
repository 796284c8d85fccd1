"""Key lists: who may sign one, what it must follow, and what it may hold."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from servanda.base import canon
from servanda.base.errors import IntegrityError, ServandaError
from servanda.seal import envelope, keylist
from servanda.seal.keylist import KeyList, ListedKey, Place
from servanda.seal.keys import Alg, from_seed

ROOT, ROOT_PQ = from_seed(Alg.ED25519, bytes([1]) * 32), from_seed(Alg.ML_DSA_44, bytes([2]) * 32)
STRANGER, LOG, ENVOY = (from_seed(Alg.ED25519, bytes([number]) * 32) for number in (3, 4, 5))
SEAL = from_seed(Alg.MLKEM768X25519, bytes([6]) * 32)
AT = datetime(2031, 4, 1, 8, tzinfo=UTC)
UNTIL = datetime(2032, 4, 1, 8, tzinfo=UTC)
KEYS = (
    ListedKey(use="log", public=LOG.public, name="kr.node.example/jp/1"),
    ListedKey(use="seal", public=SEAL.public, name="kr.node.example", until=UNTIL),
    ListedKey(use="officer", public=ENVOY.public, name="kr/envoy"),
    ListedKey(use="later", public=ENVOY.public, name="kept"),
)
ROOTS = [ROOT.public, ROOT_PQ.public]


def made(*, roots=(ROOT, ROOT_PQ), previous=None, keys=KEYS) -> bytes:
    return keylist.make(party="KR", previous=previous, issued_at=AT, keys=keys, roots=roots)


def signed(**changes) -> bytes:
    """The first list with other members, rightly signed by the Ed25519 root."""
    opened = envelope.open_envelope(made(roots=[ROOT]), envelope.KEYS, 262_144)
    members = {**canon.decode_object(opened.body, bytes_max=131_072), **changes}
    body = canon.encode({name: value for name, value in members.items() if value != "absent"})
    return envelope.make(envelope.KEYS, body, [ROOT])


FIRST = keylist.open_list(made(), ROOTS, None)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "json_syntax"),
        (envelope.make(envelope.ACT, b"{}", [ROOT]), "type_unknown"),
        (envelope.make(envelope.KEYS, b"{}", [ROOT]), "field_missing"),
        (envelope.make(envelope.KEYS, b'{ "version":1}', [ROOT]), "json_not_canonical"),
        (envelope.make(envelope.KEYS, b'"' + b"x" * 131_072 + b'"', [ROOT]), "too_large"),
        (envelope.make(envelope.KEYS, b"x" * 262_144, [ROOT]), "too_large"),
        (signed(version=2), "version_unknown"),
        (signed(party=""), "field_type"),
        (signed(number=0), "field_type"),
        (signed(number="1"), "field_type"),
        (signed(previous="abc"), "field_type"),
        (signed(previous="absent"), "field_missing"),
        (signed(issued_at="2031-04-01"), "field_type"),
        (signed(signed_by=[]), "field_type"),
        (signed(signed_by=[ROOT.public.key_id.upper()]), "field_type"),
        (signed(keys=[7]), "field_type"),
        (signed(keys=[{}] * 65), "field_type"),
        (signed(keys=[{"use": "log"}]), "field_missing"),
        (signed(keys=[{"alg": "rsa", "name": "n", "public": "00", "use": "log"}]), "algorithm_unknown"),
        (signed(keys=[{"alg": "ed25519", "name": "n", "public": "01" + "00" * 31, "use": "log"}]), "key_invalid"),
        (
            signed(keys=[{"alg": "ed25519", "name": "n", "public": LOG.public.hex, "until": "soon", "use": "log"}]),
            "field_type",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "-",
)
def test_a_list_is_refused_by_the_name_of_its_fault(raw, code):
    with pytest.raises(ServandaError) as refused:
        keylist.open_list(raw, [ROOT.public], None)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("raw", "roots", "previous", "code"),
    [
        (made(roots=[STRANGER]), [ROOT.public], None, "key_unknown"),
        (made(roots=[ROOT, STRANGER]), [ROOT.public], None, "key_unknown"),
        (made(roots=[ROOT]), ROOTS, None, "signature_missing"),
        (made(roots=[ROOT_PQ]), ROOTS, None, "signature_missing"),
        (signed(signed_by=[ROOT.public.key_id, ROOT_PQ.public.key_id]), ROOTS, None, "signature_missing"),
        (signed(signed_by=[ROOT_PQ.public.key_id]), ROOTS, None, "signature_unlisted"),
        (made(), ROOTS, FIRST.place, "keys_out_of_order"),
        (made(previous=FIRST.place), ROOTS, None, "keys_out_of_order"),
        (made(previous=Place(number=2, digest=FIRST.digest)), ROOTS, FIRST.place, "keys_out_of_order"),
        (made(previous=Place(number=1, digest="0" * 64)), ROOTS, FIRST.place, "keys_out_of_order"),
        (signed(previous="0" * 64), [ROOT.public], None, "keys_out_of_order"),
        (signed(number=2), [ROOT.public], None, "keys_out_of_order"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-",
)
def test_a_list_must_be_signed_by_the_nation_and_follow_the_last(raw, roots, previous, code):
    with pytest.raises(IntegrityError) as refused:
        keylist.open_list(raw, roots, previous)
    assert refused.value.code == code


def test_a_changed_list_does_not_hold():
    raw = made(roots=[ROOT])
    opened = envelope.open_envelope(raw, envelope.KEYS, 262_144)
    forged = envelope.assemble(envelope.KEYS, opened.body.replace(b"kr/envoy", b"kr/thief"), opened.signatures)
    with pytest.raises(IntegrityError) as refused:
        keylist.open_list(forged, [ROOT.public], None)
    assert refused.value.code == "signature_invalid"


def test_a_list_is_read_as_made():
    raw = made()
    assert (
        keylist.open_list(raw, ROOTS, None)
        == keylist.read_list(raw)
        == KeyList(
            party="KR",
            number=1,
            previous=None,
            issued_at=AT,
            signed_by=(ROOT.public.key_id, ROOT_PQ.public.key_id),
            keys=KEYS,
            body=envelope.open_envelope(raw, envelope.KEYS, 262_144).body,
            raw=raw,
        )
    )


def test_the_next_list_follows():
    second = keylist.open_list(made(previous=FIRST.place, keys=KEYS[:1]), ROOTS, FIRST.place)
    assert (second.number, second.previous, second.keys) == (2, FIRST.digest, KEYS[:1])


def test_keys_are_found_by_their_use():
    assert [FIRST.of_use(use) for use in ("seal", "officer", "tls")] == [(KEYS[1],), (KEYS[2],), ()]


def test_a_list_is_compared_by_voice():
    assert FIRST.fingerprint == keylist.read_list(made()).fingerprint
    assert len(FIRST.fingerprint) == 24
    assert FIRST.fingerprint != keylist.read_list(made(keys=KEYS[:1])).fingerprint
