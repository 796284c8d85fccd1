"""Bundles: each step of opening one, in its order, and that nothing is expanded beyond what is announced."""

from __future__ import annotations

import gzip
import hashlib
import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from servanda.base import canon
from servanda.base.errors import IntegrityError, ServandaError
from servanda.node import bundle, stream
from servanda.node.bundle import Manifest
from servanda.node.stream import Record, Stream
from servanda.seal import age, envelope
from servanda.seal.keys import Alg, PublicKey, from_seed

LINK, STRANGER = from_seed(Alg.ED25519, bytes([1]) * 32), from_seed(Alg.ED25519, bytes([2]) * 32)
PEER, OTHER = from_seed(Alg.MLKEM768X25519, bytes([3]) * 32), from_seed(Alg.MLKEM768X25519, bytes([4]) * 32)
AT = datetime(2031, 4, 1, 8, tzinfo=UTC)
RECORDS = (Record(type="ACT", body=b"{}"), Record(type="XFUTURE", body=b"kept"))
OPENING = Record(type="BUNDLE", body=b'{"from":"KR","number":7,"to":"JP"}')
STREAM = stream.write([OPENING, *RECORDS])
RAW = bundle.make_bundle(
    RECORDS,
    from_party="KR",
    to_party="JP",
    number=7,
    previous="ab" * 32,
    created_at=AT,
    link=LINK,
    recipient=PEER.public,
)


def links(party: str, key_id: str) -> PublicKey:
    if (party, key_id) != ("KR", LINK.public.key_id):
        raise IntegrityError("key_unknown", f"`{party}` has no link key `{key_id[:16]}`")
    return LINK.public


MANIFEST, SEALED = bundle.read_manifest(RAW, links)


def wrapped(sealed: bytes = SEALED, *, link=LINK, **changes) -> bytes:
    """A bundle whose manifest is true to its sealed part, save for the changes."""
    true = replace(MANIFEST, size=len(sealed), sha256=hashlib.sha256(sealed).hexdigest(), signed_by=link.public.key_id)
    return bundle.wrap(replace(true, **changes), link, sealed)


def holding(packed: bytes, *, recipients=(PEER,), **changes) -> bytes:
    return wrapped(age.seal(packed, [one.public for one in recipients]), **changes)


def packed(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def signed(body: bytes) -> bytes:
    return bundle.MAGIC + envelope.make(envelope.BUNDLE, body, [LINK]) + b"\n" + SEALED


def manifest_with(**changes) -> bytes:
    line = RAW[len(bundle.MAGIC) :].split(b"\n", 1)[0]
    body = envelope.open_envelope(line, envelope.BUNDLE, 16_384).body
    members = {**canon.decode_object(body, bytes_max=8_192), **changes}
    return signed(canon.encode({name: value for name, value in members.items() if value != "absent"}))


def opened(raw: bytes, **changes) -> bundle.Bundle:
    return bundle.open_bundle(raw, **{"me": "JP", "link": links, "identity": PEER, **changes})


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "bundle_malformed"),
        (RAW.replace(b"bundle/1", b"bundle/2", 1), "bundle_malformed"),
        (bundle.MAGIC, "bundle_malformed"),
        (bundle.MAGIC + b"x" * 16_385 + b"\n", "bundle_malformed"),
        (bundle.MAGIC + b"x" * 16_384 + b"\n", "json_syntax"),
        (RAW.replace(bundle.MAGIC + b"{", bundle.MAGIC + b"{ "), "json_not_canonical"),
        (signed(b" "), "json_syntax"),
        (signed(b'"' + b"x" * 8_192 + b'"'), "too_large"),
        (bundle.MAGIC + envelope.make(envelope.ACT, b"{}", [LINK]) + b"\n", "type_unknown"),
        (manifest_with(number=0), "field_type"),
        (manifest_with(sha256="absent"), "field_missing"),
        (manifest_with(previous=7), "field_type"),
        (manifest_with(created_at="now"), "field_type"),
        (wrapped(link=STRANGER), "key_unknown"),
        (wrapped(from_party="JP"), "key_unknown"),
        (wrapped(signed_by=STRANGER.public.key_id), "signature_unlisted"),
        (RAW.replace(b'"sig":"', b'"sig":"AAAA'), "signature_invalid"),
        (wrapped(to_party="KR"), "addressee_wrong"),
        (RAW[:-1], "bundle_truncated"),
        (RAW + b"x", "bundle_truncated"),
        (RAW[:-1] + bytes([RAW[-1] ^ 1]), "bundle_digest"),
        (wrapped(expanded=67_108_865), "too_large"),
        (wrapped(b"no age file"), "bundle_unopened"),
        (holding(packed(STREAM), recipients=(OTHER,)), "bundle_unopened"),
        (holding(packed(STREAM), recipients=(PEER, OTHER)), "bundle_unopened"),
        (holding(b""), "compression_invalid"),
        (holding(b"no gzip"), "compression_invalid"),
        (holding(packed(STREAM)[:-1]), "compression_invalid"),
        (holding(packed(STREAM) + b"x"), "compression_invalid"),
        (holding(packed(STREAM) + packed(b"")), "compression_invalid"),
        (holding(packed(STREAM), expanded=len(STREAM) + 1), "compression_invalid"),
        (holding(packed(STREAM), expanded=len(STREAM) - 1), "too_large"),
        (holding(packed(STREAM), expanded=0), "too_large"),
        (holding(packed(STREAM[:-1]), expanded=len(STREAM) - 1), "stream_truncated"),
        (holding(packed(STREAM + b"x"), expanded=len(STREAM) + 1), "stream_malformed"),
        (holding(packed(STREAM), number=8), "bundle_mixed"),
        (holding(packed(stream.write(RECORDS)), expanded=len(stream.write(RECORDS))), "bundle_mixed"),
        (holding(packed(stream.write([])), expanded=len(stream.write([]))), "bundle_mixed"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-",
)
def test_a_bundle_is_refused_by_the_name_of_its_fault(raw, code):
    with pytest.raises(ServandaError) as refused:
        opened(raw)
    assert refused.value.code == code


FAULTS = [
    ({"to_party": "KR"}, "addressee_wrong"),
    ({"size": 1}, "bundle_truncated"),
    ({"sha256": "0" * 64}, "bundle_digest"),
    ({"expanded": 2**30}, "too_large"),
    ({"number": 8}, "bundle_mixed"),
]


@pytest.mark.parametrize("first", range(len(FAULTS)))
def test_the_first_failure_of_several_is_the_one_that_is_named(first):
    changes = {name: value for fault, _ in FAULTS[first:] for name, value in fault.items()}
    with pytest.raises(ServandaError) as refused:
        opened(wrapped(**changes))
    assert refused.value.code == FAULTS[first][1]


def test_another_node_does_not_open_what_is_not_its_own():
    with pytest.raises(ServandaError) as refused:
        opened(RAW, identity=OTHER)
    assert refused.value.code == "bundle_unopened"


def test_a_bomb_is_never_expanded():
    bomb = holding(packed(bytes(50_000_000)), expanded=1_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(ServandaError) as refused:
            opened(bomb)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert refused.value.code == "too_large"
    assert peak < 5_000_000


def test_a_file_may_be_larger_than_what_http_brings():
    with pytest.raises(ServandaError) as refused:
        opened(RAW, expanded_max=len(STREAM) - 1)
    assert refused.value.code == "too_large"
    assert opened(RAW, expanded_max=len(STREAM)).manifest == MANIFEST


def test_a_bundle_opens_as_made():
    assert opened(RAW) == bundle.Bundle(
        manifest=Manifest(
            from_party="KR",
            to_party="JP",
            number=7,
            previous="ab" * 32,
            created_at=AT,
            size=len(SEALED),
            sha256=hashlib.sha256(SEALED).hexdigest(),
            expanded=len(STREAM),
            signed_by=LINK.public.key_id,
        ),
        digest=hashlib.sha256(RAW).hexdigest(),
        contents=Stream(records=(OPENING, *RECORDS)),
    )
    assert opened(holding(packed(STREAM))).contents.unknown == 1


def test_the_first_bundle_has_none_before_it():
    raw = wrapped(previous=None)
    assert opened(raw).manifest.previous is None


def test_a_carrier_reads_the_manifest_without_any_key_of_the_addressee():
    assert bundle.read_manifest(RAW, links) == (MANIFEST, SEALED)


def test_the_same_records_are_packed_alike():
    packed_parts = {age.open_sealed(made(), PEER, stanzas=1) for _ in range(2)}
    assert len(packed_parts) == 1
    assert gzip.decompress(packed_parts.pop()) == STREAM


def made() -> bytes:
    raw = bundle.make_bundle(
        RECORDS,
        from_party="KR",
        to_party="JP",
        number=7,
        previous=None,
        created_at=AT,
        link=LINK,
        recipient=PEER.public,
    )
    return bundle.read_manifest(raw, links)[1]
