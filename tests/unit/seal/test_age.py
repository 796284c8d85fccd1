"""Sealed files: what is not opened, and that nothing of it comes out."""

from __future__ import annotations

import base64
import re

import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from servanda.base.errors import IntegrityError, PeerError
from servanda.seal import age
from servanda.seal.keys import Alg, from_seed

HOME, PEER, OTHER = (from_seed(Alg.MLKEM768X25519, bytes([number]) * 32) for number in (1, 2, 3))
SECRET = b"one page that must not come out"
FILE = age.seal(SECRET, [HOME.public, PEER.public])
HEADER, BODY = FILE[: FILE.index(b"\n--- ")], FILE[FILE.index(b"\n--- ") :]
STANZAS = HEADER.split(b"\n")[1:]
GREASE = b"-> grease-x 1\nAAAA\n"
X25519 = b"-> X25519 " + b"A" * 43 + b"\n" + b"A" * 43 + b"\n"


def with_header(lines: list[bytes]) -> bytes:
    return b"\n".join([b"age-encryption.org/v1", *lines]) + BODY


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"age-encryption.org/v1\n",
        FILE[:100],
        HEADER,
        FILE.replace(b"v1", b"v2", 1),
        b"\n" + FILE,
        FILE.replace(b"\n", b"\r\n", 1),
        FILE.replace(b"mlkem768x25519", b"mlkem768p256", 1),
        HEADER + b"\n" + GREASE.rstrip() + BODY,
        b"age-encryption.org/v1\n" + GREASE + FILE.split(b"\n", 1)[1],
        b"age-encryption.org/v1\n" + X25519 + FILE.split(b"\n", 1)[1],
        with_header(STANZAS[:2]),
        with_header(STANZAS + STANZAS[:2]),
        with_header(STANZAS[2:] + STANZAS[:2]),
        with_header([STANZAS[0] + b" x", *STANZAS[1:]]),
        with_header([STANZAS[0] + b"=", *STANZAS[1:]]),
        with_header([STANZAS[0][:-1], *STANZAS[1:]]),
        with_header([STANZAS[0], STANZAS[1] + b"AAAA", *STANZAS[2:]]),
        with_header([STANZAS[0], b"", *STANZAS[2:]]),
        HEADER + BODY.replace(b"--- ", b"---", 1),
        HEADER + b"\n--- " + b"A" * 43 + BODY[BODY.index(b"\n", 2) :],
        FILE[:-1],
        FILE + b"\0",
        FILE[:-1] + bytes([FILE[-1] ^ 1]),
        FILE[: -len(SECRET) - 16],
        FILE[: -len(SECRET) - 20],
    ],
    ids=lambda value: value if isinstance(value, str) else "-",
)
def test_a_file_of_another_form_or_changed_is_not_opened(data):
    with pytest.raises(PeerError) as refused:
        age.open_sealed(data, HOME, stanzas=2)
    assert refused.value.code == "payload_unopened"


def test_every_spelling_of_a_stanza_but_its_own_is_refused():
    """The last letter of 32 bytes in base64 without padding has two bits to spare."""
    letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    place = letters.index(STANZAS[1][-1:])
    respelt = STANZAS[1][:-1] + letters[place ^ 1 : (place ^ 1) + 1]
    with pytest.raises(PeerError):
        age.open_sealed(with_header([STANZAS[0], respelt, *STANZAS[2:]]), PEER, stanzas=2)


@pytest.mark.parametrize("stanzas", [0, 1, 3])
def test_a_file_sealed_to_fewer_or_more_is_not_opened(stanzas):
    with pytest.raises(PeerError) as refused:
        age.open_sealed(FILE, HOME, stanzas=stanzas)
    assert refused.value.message == f"the file is sealed to 2 nodes where {stanzas} are expected"


def test_a_file_sealed_to_others_is_not_opened():
    with pytest.raises(PeerError) as refused:
        age.open_sealed(FILE, OTHER, stanzas=2, failure="bundle_unopened")
    assert (refused.value.code, refused.value.message) == (
        "bundle_unopened",
        "the file is not sealed to this node's key",
    )


def test_more_stanzas_than_a_reader_takes():
    with pytest.raises(PeerError):
        age.open_sealed(age.seal(SECRET, [HOME.public] * 9), HOME, stanzas=9)


def test_signing_keys_neither_seal_nor_open():
    signing = from_seed(Alg.ED25519, bytes(32))
    with pytest.raises(IntegrityError) as refused:
        age.seal(SECRET, [HOME.public, signing.public])
    assert refused.value.code == "algorithm_unknown"
    with pytest.raises(IntegrityError) as refused:
        age.open_sealed(FILE, signing, stanzas=2)
    assert refused.value.code == "algorithm_unknown"


def resealed(chunks: list[bytes], *, final: int) -> bytes:
    """A file of ours with other chunks, which only one who knows the file key can make."""
    lines = FILE[: FILE.index(b"\n--- ")].split(b"\n")
    listed = age._stanzas(b"\n".join(lines[1:]) + b"\n", "payload_unopened")
    file_key = age._file_key(listed, HOME, "payload_unopened")
    head = FILE[: FILE.index(b"\n", FILE.index(b"\n--- ") + 1) + 1]
    nonce = bytes(16)
    aead = ChaCha20Poly1305(age._derived(file_key, nonce, b"payload"))
    body = [
        aead.encrypt(place.to_bytes(11, "big") + bytes([place == final]), chunk, None)
        for place, chunk in enumerate(chunks)
    ]
    return head + nonce + b"".join(body)


WHOLE = b"x" * 65_536


@pytest.mark.parametrize(
    ("chunks", "final"),
    [
        ([WHOLE, b""], 1),
        ([WHOLE, b"y"], 0),
        ([WHOLE, b"y"], 2),
        ([b"short", b"y"], 1),
        ([WHOLE], 5),
        ([], 0),
    ],
)
def test_chunks_out_of_order_or_not_ended_are_not_opened(chunks, final):
    with pytest.raises(PeerError):
        age.open_sealed(resealed(chunks, final=final), HOME, stanzas=2)


def test_the_files_made_for_that_test_open_when_they_are_right():
    assert age.open_sealed(resealed([WHOLE, b"y"], final=1), HOME, stanzas=2) == WHOLE + b"y"


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 131_072, 131_073])
def test_a_file_opens_for_each_of_those_it_is_sealed_to(size):
    plain = bytes(size)
    data = age.seal(plain, [HOME.public, PEER.public])
    assert age.open_sealed(data, HOME, stanzas=2) == plain
    assert age.open_sealed(data, PEER, stanzas=2) == plain
    assert data.count(b"-> mlkem768x25519 ") == 2


def test_a_file_is_written_as_the_format_says():
    lines = FILE.split(b"\n", 6)
    assert lines[0] == b"age-encryption.org/v1"
    assert all(re.fullmatch(rb"-> mlkem768x25519 [A-Za-z0-9+/]{1494}", lines[place]) for place in (1, 3))
    assert all(re.fullmatch(rb"[A-Za-z0-9+/]{43}", lines[place]) for place in (2, 4))
    assert re.fullmatch(rb"--- [A-Za-z0-9+/]{43}", lines[5])
    assert len(lines[6]) == 16 + len(SECRET) + 16


def test_two_files_of_one_text_have_nothing_in_common():
    first, second = (age.seal(SECRET, [HOME.public]) for _ in range(2))
    assert first.split(b"\n")[1:4] != second.split(b"\n")[1:4]
    assert first[-47:] != second[-47:]


def test_an_identity_is_read_as_written():
    assert age.read_identity(age.identity_text(HOME)) == HOME
    with pytest.raises(IntegrityError) as refused:
        age.read_identity(age.identity_text(HOME)[:-1])
    assert refused.value.code == "key_invalid"
    assert age.recipient_text(HOME.public).startswith("age1pq1")


def test_base64_of_the_enc_part_has_its_length():
    assert len(base64.b64decode(STANZAS[0].split()[2] + b"==")) == 1_120
