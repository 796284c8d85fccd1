"""What is drawn by chance: salts and references. Nothing else in the core draws.

Rules of this module:
- every draw is from the random source of the machine; a seed is never handed in.

Spec: record 3.1 (reference), 4.1 (salt), 5.2 (withheld).
"""

from __future__ import annotations

import secrets

SALT_BYTES = 32
REFERENCE_BYTES = 16


def salt() -> bytes:
    """The salt of a payload, or of a journal head that is committed to."""
    return secrets.token_bytes(SALT_BYTES)


def reference() -> str:
    """The reference of a new intention, in hex; a retry keeps the one it has."""
    return secrets.token_hex(REFERENCE_BYTES)
