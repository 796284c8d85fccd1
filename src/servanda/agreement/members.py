"""Members that several acts of an agreement's life have in common.

Rules of this module:
- acts, digests and keys stand in lower-case hex; officers by their codes (`jp/supply-2`), never by their names;
- every text has an upper bound.

Spec: judging 2 (kinds).
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

Digest = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
ActId = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
KeyId = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Code = Annotated[str, Meta(pattern="^[a-z]{2}/[a-z0-9][a-z0-9-]{0,62}$")]
Paragraph = Annotated[str, Meta(pattern="^[1-9][0-9]{0,2}[.][1-9][0-9]{0,2}$")]
Words = Annotated[str, Meta(min_length=1, max_length=10_000)]
Line = Annotated[str, Meta(min_length=1, max_length=200)]


class Member(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A member of a payload that has members of its own."""
