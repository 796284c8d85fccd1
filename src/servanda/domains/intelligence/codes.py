"""How the members of a payload are written: numbers of reports, codes of desks, marks, levels, hours.

Rules of this module:
- a head holds codes, numbers and words of closed lists; desks, bodies and facilities have codes, people none;
- free text is bounded and never blank.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

TITLE_CHARS_MAX = 120
TEXT_CHARS_MAX = 200_000
REVISION_MAX = 99
LEVEL_MAX = 3
ADDRESSEES_MAX = 12
CHANGES_MAX = 200
COUNT_MAX = 99_999

Root = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
NUMBER_DIGITS = 6
Control = Annotated[str, Meta(pattern=r"^[A-Z]{2,3}-[0-9]{4}-[0-9]{6}\Z")]
Code = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9_-]{0,47}\Z")]
MarkCode = Annotated[str, Meta(pattern=r"^[A-Z]{2,3}-[A-Z0-9]{1,16}\Z")]
Certificate = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,47}\Z")]
Path = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_.\[\]]{0,119}\Z")]
Level = Annotated[int, Meta(ge=0, le=LEVEL_MAX)]
Count = Annotated[int, Meta(ge=0, le=COUNT_MAX)]
Title = Annotated[str, Meta(pattern=r"\S", max_length=TITLE_CHARS_MAX)]
Text = Annotated[str, Meta(pattern=r"\S", max_length=TEXT_CHARS_MAX)]

Precedence = Literal["routine", "priority", "immediate", "flash"]
Caveat = Literal["no_contractor", "no_copy", "named_readers"]
Carrier = Literal["node_link", "courier", "liaison_officer", "open_network"]
Route = Literal["direct", "relay_us", "relay_other"]
Method = Literal["burned", "shredded", "pulped", "erased", "returned"]
Nature = Literal["lost", "disclosed", "suspected"]
