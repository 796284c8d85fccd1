"""Members that several acts of an agreement's life have in common.

Rules of this module:
- acts, digests and keys stand in lower-case hex; officers by their codes (`jp/supply-2`), never by their names;
- every text has an upper bound.

Spec: judging 2 (kinds).
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

Digest = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
KeyId = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
Code = Annotated[str, Meta(pattern=r"^[a-z]{2}/[a-z0-9][a-z0-9-]{0,62}\Z")]
Paragraph = Annotated[str, Meta(pattern=r"^[1-9][0-9]{0,2}[.][1-9][0-9]{0,2}\Z")]
Words = Annotated[str, Meta(min_length=1, max_length=10_000)]
Line = Annotated[str, Meta(min_length=1, max_length=200)]
