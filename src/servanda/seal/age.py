"""Sealed files: age v1, one file key wrapped to each recipient by ML-KEM-768 and X25519 together.

Rules of this module:
- a file has exactly as many stanzas as the reader expects, all `mlkem768x25519`: no other type, no grease;
- the header is checked before the payload is opened, and every chunk before it is handed on;
- nothing of a file that does not open whole is returned.

Spec: record 4.2, 10.1. Source: C2SP age v1, header, payload and the recipient `mlkem768x25519`.
"""

from __future__ import annotations

import base64
import binascii
import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, hmac, hpke
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from servanda.base import limits
from servanda.base.errors import IntegrityError, PeerError
from servanda.seal import bech32
from servanda.seal.keys import Alg, PublicKey, SecretKey, hybrid_public

_INTRO = b"age-encryption.org/v1\n"
_STANZA = b"mlkem768x25519"
_INFO = b"age-encryption.org/mlkem768x25519"
_IDENTITY = "age-secret-key-pq-"
_RECIPIENT = "age1pq"
_FILE_KEY_BYTES = 16
_NONCE_BYTES = 16
_WRAPPED_BYTES = _FILE_KEY_BYTES + 16
_ENC_BYTES = 1120
_CHUNK_BYTES = 65_536
_TAG_BYTES = 16
_SUITE = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)
_HEADER = re.compile(
    rb"age-encryption\.org/v1\n"
    rb"((?:-> mlkem768x25519 [A-Za-z0-9+/]+\n[A-Za-z0-9+/]+\n)+)"
    rb"---( [A-Za-z0-9+/]+\n)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stanza:
    """The file key as one recipient gets it."""

    enc: bytes
    wrapped: bytes


def seal(plaintext: bytes, recipients: Sequence[PublicKey]) -> bytes:
    """A file that each of the recipients can open alone.

    Raises:
        IntegrityError: `algorithm_unknown` for a recipient that signs.
    """
    file_key = secrets.token_bytes(_FILE_KEY_BYTES)
    lines = [_INTRO]
    for recipient in recipients:
        if recipient.alg is not Alg.MLKEM768X25519:
            raise IntegrityError(
                "algorithm_unknown",
                f"nothing is sealed to a key of `{recipient.alg}`",
                action="use the sealing key of the addressee's node",
            )
        sealed = _SUITE.encrypt(file_key, hybrid_public(recipient.raw), info=_INFO)
        lines.append(b"-> %b %b\n" % (_STANZA, _unpadded(sealed[:_ENC_BYTES])))
        lines.append(_unpadded(sealed[_ENC_BYTES:]) + b"\n")
    header = b"".join(lines) + b"---"
    nonce = secrets.token_bytes(_NONCE_BYTES)
    aead = ChaCha20Poly1305(_derived(file_key, nonce, b"payload"))
    chunks = [aead.encrypt(counter, chunk, None) for counter, chunk in _chunks(plaintext, _CHUNK_BYTES)]
    return b"".join((header, b" ", _unpadded(_header_mac(file_key, header)), b"\n", nonce, *chunks))


def open_sealed(data: bytes, identity: SecretKey, *, stanzas: int, failure: str = "payload_unopened") -> bytes:
    """What a sealed file holds.

    Args:
        stanzas: how many recipients the file must have, no more and no fewer.
        failure: code of every failure: `payload_unopened`, or `bundle_unopened` for a bundle.

    Raises:
        PeerError: the code given, for a file of another form, sealed to others, or changed.
    """
    found = _HEADER.match(data)
    if found is None:
        raise _unopened(failure, "the sealed file has no header of the form expected")
    listed = _stanzas(found.group(1), failure)
    if len(listed) != stanzas or len(listed) > limits.AGE_STANZAS_MAX:
        raise _unopened(failure, f"the file is sealed to {len(listed)} nodes where {stanzas} are expected")
    file_key = _file_key(listed, identity, failure)
    mac = _from_unpadded(found.group(2)[1:-1], failure)
    header = data[: found.start(2)]
    checker = hmac.HMAC(_derived(file_key, b"", b"header"), hashes.SHA256())
    checker.update(header)
    try:
        checker.verify(mac)
    except InvalidSignature as error:
        raise _unopened(failure, "the header of the sealed file was changed") from error
    return _open_payload(memoryview(data)[found.end() :], file_key, failure)


def identity_text(secret: SecretKey) -> str:
    """A sealing key as it is written down: `AGE-SECRET-KEY-PQ-1...`."""
    return bech32.encode(_IDENTITY, secret.seed).upper()


def read_identity(text: str) -> SecretKey:
    """The sealing key that a written identity stands for.

    Raises:
        IntegrityError: `key_invalid`.
    """
    return SecretKey(alg=Alg.MLKEM768X25519, seed=bech32.decode(_IDENTITY, text))


def recipient_text(public: PublicKey) -> str:
    """The public half as other tools for age files take it: `age1pq1...`."""
    return bech32.encode(_RECIPIENT, public.raw)


def _stanzas(block: bytes, failure: str) -> list[_Stanza]:
    lines = block.split(b"\n")
    listed = []
    for place in range(0, len(lines) - 1, 2):
        enc = _from_unpadded(lines[place].rsplit(b" ", 1)[1], failure)
        wrapped = _from_unpadded(lines[place + 1], failure)
        if len(enc) != _ENC_BYTES or len(wrapped) != _WRAPPED_BYTES:
            raise _unopened(failure, "a stanza of the sealed file has the wrong length")
        listed.append(_Stanza(enc=enc, wrapped=wrapped))
    return listed


def _file_key(listed: Sequence[_Stanza], identity: SecretKey, failure: str) -> bytes:
    secret = identity.opener()
    for stanza in listed:
        try:
            file_key = _SUITE.decrypt(stanza.enc + stanza.wrapped, secret, info=_INFO)
        except InvalidTag:
            continue
        if len(file_key) == _FILE_KEY_BYTES:
            return file_key
    raise _unopened(failure, "the file is not sealed to this node's key")


def _open_payload(payload: memoryview, file_key: bytes, failure: str) -> bytes:
    """The chunks of a payload, all of them or none."""
    nonce, body = payload[:_NONCE_BYTES], payload[_NONCE_BYTES:]
    if len(nonce) < _NONCE_BYTES or len(body) < _TAG_BYTES:
        raise _unopened(failure, "the sealed file ends before its payload")
    aead = ChaCha20Poly1305(_derived(file_key, bytes(nonce), b"payload"))
    try:
        chunks = [aead.decrypt(counter, chunk, None) for counter, chunk in _chunks(body, _CHUNK_BYTES + _TAG_BYTES)]
    except InvalidTag as error:
        raise _unopened(failure, "the payload of the sealed file was cut or changed") from error
    if len(chunks) > 1 and not chunks[-1]:
        raise _unopened(failure, "the payload of the sealed file ends in an empty chunk")
    return b"".join(chunks)


def _chunks(data: bytes | memoryview, size: int) -> Iterator[tuple[bytes, bytes | memoryview]]:
    """Each chunk with its nonce: a counter of 11 bytes, then whether it is the last."""
    count = max(1, -(-len(data) // size))
    for place in range(count):
        last = b"\1" if place == count - 1 else b"\0"
        yield place.to_bytes(11, "big") + last, data[place * size : (place + 1) * size]


def _header_mac(file_key: bytes, header: bytes) -> bytes:
    maker = hmac.HMAC(_derived(file_key, b"", b"header"), hashes.SHA256())
    maker.update(header)
    return maker.finalize()


def _derived(file_key: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=info).derive(file_key)


def _unpadded(data: bytes) -> bytes:
    return base64.b64encode(data).rstrip(b"=")


def _from_unpadded(text: bytes, failure: str) -> bytes:
    try:
        data = base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except binascii.Error as error:
        raise _unopened(failure, "base64 of the sealed file does not read") from error
    if _unpadded(data) != text:
        raise _unopened(failure, "base64 of the sealed file has another spelling than its own")
    return data


def _unopened(code: str, message: str) -> PeerError:
    return PeerError(code, message, action="ask the sender to seal it again to the key list in force")
