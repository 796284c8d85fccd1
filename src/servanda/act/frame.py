"""The frame of a payload, and what is committed to without showing it.

Rules of this module:
- a payload lies in a frame with a salt, padded so that its length tells little;
- the officer signs the commitment, so a payload may be sealed again, or destroyed, without touching act or log;
- without the salt a commitment says nothing, however short the payload is;
- the salt of the facts is derived, so that the facts can be shown and the payload cannot be guessed from them.

Spec: record 4.1, 4.5, 5.2 (withheld).
"""

from __future__ import annotations

import hashlib

from servanda.base.errors import IntegrityError, MalformedError
from servanda.base.limits import FRAME_BYTES_MIN, PAYLOAD_BYTES_MAX

SALT_BYTES = 32
_LENGTH_BYTES = 4
_HEAD_BYTES = SALT_BYTES + _LENGTH_BYTES


def padded(length: int) -> int:
    """The length that something of a length is padded to, at most 12 % more.

    Args:
        length: at least 2 [bytes].

    Source: Nikitin and others, Reducing metadata leakage from encrypted files and communication with PURBs (2019),
        algorithm 1 (Padme).
    """
    exponent = length.bit_length() - 1
    low_bits = exponent - exponent.bit_length()
    mask = (1 << low_bits) - 1
    return (length + mask) & ~mask


def frame_bytes(payload_bytes: int) -> int:
    """Length of the frame around a payload of some length [bytes]."""
    return padded(max(_HEAD_BYTES + payload_bytes, FRAME_BYTES_MIN))


def pack(payload: bytes, salt: bytes) -> bytes:
    """The frame that is sealed: salt, length, payload, zeros.

    Raises:
        MalformedError: `too_large`.

    Spec: record 4.1.
    """
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes, this one {len(salt)}")
    if len(payload) > PAYLOAD_BYTES_MAX:
        raise MalformedError(
            "too_large",
            f"a payload of {len(payload)} bytes, at most {PAYLOAD_BYTES_MAX} are taken",
            action="say it in several acts",
        )
    head = salt + len(payload).to_bytes(_LENGTH_BYTES, "big")
    return (head + payload).ljust(frame_bytes(len(payload)), b"\x00")


def unpack(frame: bytes, commitment: str) -> tuple[bytes, bytes]:
    """Salt and payload of a frame that holds what was committed to.

    Args:
        commitment: hex, as the statement names it.

    Raises:
        MalformedError: `payload_frame`.
        IntegrityError: `payload_mismatch`.

    Spec: record 4.2.
    """
    if len(frame) < _HEAD_BYTES:
        raise _frame(f"it has {len(frame)} bytes")
    salt = frame[:SALT_BYTES]
    length = int.from_bytes(frame[SALT_BYTES:_HEAD_BYTES], "big")
    if length > PAYLOAD_BYTES_MAX or len(frame) != frame_bytes(length):
        raise _frame(f"it has {len(frame)} bytes for a payload of {length}")
    payload = frame[_HEAD_BYTES : _HEAD_BYTES + length]
    if any(frame[_HEAD_BYTES + length :]):
        raise _frame("what follows the payload is not zero")
    if commit(salt, payload) != commitment:
        raise IntegrityError(
            "payload_mismatch",
            f"the payload is not the one committed to as `{commitment[:16]}`",
            action="ask its author for the payload of this act",
        )
    return salt, payload


def commit(salt: bytes, payload: bytes) -> str:
    """The commitment to a payload, in hex.

    Spec: record 4.1.
    """
    return _digest(b"servanda/payload/1\n", salt, payload)


def facts_salt(salt: bytes) -> bytes:
    """The salt of the facts, from the payload's salt or, without payload, the 16 bytes of the reference.

    Spec: record 4.5.
    """
    return hashlib.sha256(b"servanda/facts-salt/1\n" + salt).digest()


def facts_commit(derived_salt: bytes, facts: bytes) -> str:
    """The commitment to the facts an act was judged by, in hex.

    Args:
        derived_salt: from `facts_salt`.
        facts: canonical JSON of the facts.

    Spec: record 4.5.
    """
    return _digest(b"servanda/facts/1\n", derived_salt, facts)


def asked_commit(salt: bytes, asked: bytes) -> str:
    """What an officer gave for a payload, to tell a retry from another intention; kept at home.

    Args:
        salt: that of the payload, so that it tells nothing once the payload is destroyed.
    """
    return hashlib.sha256(b"servanda/asked/1\n" + salt + asked).hexdigest()


def withheld_commit(salt: bytes, hidden: bytes) -> str:
    """The commitment to the head of the journal, in hex.

    Args:
        hidden: canonical JSON of `root` and `size`.

    Spec: record 5.2 (withheld).
    """
    return _digest(b"servanda/withheld/1\n", salt, hidden)


def _digest(purpose: bytes, salt: bytes, content: bytes) -> str:
    return hashlib.sha256(purpose + salt + content).hexdigest()


def _frame(why: str) -> MalformedError:
    return MalformedError(
        "payload_frame", f"the frame of the payload is not well formed: {why}", action="ask its author for the payload"
    )
