"""How bytes are written as text: base64 that has one spelling, and the short form read aloud.

Rules of this module:
- base64 is RFC 4648 section 4 with padding; text that does not re-encode equal is refused;
- a digest is spoken as 20 characters of base32 in fours, so that two people can compare it by voice.

Spec: record 1.2 (base64), 6.6 (spoken form).
"""

from __future__ import annotations

import base64
import binascii
import hashlib

from servanda.base.errors import IntegrityError

SPOKEN_CHARACTERS = 20
SPOKEN_GROUP = 4


def b64(data: bytes) -> str:
    """Bytes as base64 with padding."""
    return base64.b64encode(data).decode("ascii")


def from_b64(text: str) -> bytes:
    """The bytes of a base64 text that is written in its only spelling.

    Raises:
        IntegrityError: `base64_invalid`.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        data = None
    if data is None or b64(data) != text:
        raise IntegrityError(
            "base64_invalid",
            f"base64 that does not re-encode to itself: `{text[:40]}`",
            action="ask for the bytes again",
        )
    return data


def spoken(data: bytes) -> str:
    """The SHA-256 of some bytes as it is read aloud: `EQ3Y-UYEE-ZSZ5-7IJW-3MQZ`.

    Spec: record 6.6.
    """
    letters = base64.b32encode(hashlib.sha256(data).digest()).decode("ascii")[:SPOKEN_CHARACTERS]
    return "-".join(letters[start : start + SPOKEN_GROUP] for start in range(0, SPOKEN_CHARACTERS, SPOKEN_GROUP))
