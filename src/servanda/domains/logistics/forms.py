"""The forms of members that only this domain has: numbers of lines, rates, ways to settle.

Rules of this module:
- a rate has at most six digits before the point and twelve after it.

Spec: record 1.1 (a decimal is a string).
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

LINES_MAX = 200
REFERENCES_MAX = 30

Quotation = Annotated[str, Meta(pattern=r"^(?:0|[1-9][0-9]{0,5})(?:\.[0-9]{1,12})?\Z")]
LineNumber = Annotated[int, Meta(ge=1, le=LINES_MAX)]
Settlement = Literal["cash", "in_kind", "equal_value"]
