"""What is said of officers and their keys.

Rules of this module:
- an officer has a code, an office and keys; a name stands nowhere;
- keys that sign are named whole, keys that end by their ids.

Spec: judging 8.8 (officers), record 2.1, 9.3.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from servanda.act.content import Payload
from servanda.agreement.members import Code, KeyId, Line
from servanda.base.forms import Part

Hex = Annotated[str, Meta(pattern=r"^([0-9a-f]{2})+\Z", max_length=2624)]
Office = Literal[
    "envoy",
    "information_officer",
    "rescue_coordinator",
    "duty_officer",
    "ordering_officer",
    "supply_officer",
    "settling_officer",
    "joint_staff",
    "contingent_commander",
    "reviewer",
    "committee_member",
    "other",
]


class KeyMember(Part, frozen=True, kw_only=True):
    """A public key as an act names it.

    Args:
        public: in hex.
    """

    alg: Literal["ed25519", "ml-dsa-44"]
    public: Hex


class LogPlace(Part, frozen=True, kw_only=True):
    """One entry of a log.

    Args:
        log: its name.
        index: of the entry, first is 0.
    """

    log: Line
    index: Annotated[int, Meta(ge=0)]


class OfficerAppoint(Payload, frozen=True, kw_only=True):
    """Names an officer with office, limit and keys.

    Args:
        officer: its code, such as `jp/supply-2`.
        limit_usd: up to which it orders, in US dollars.
        keys: each signs the appointment too.
    """

    officer: Code
    office: Office
    limit_usd: Annotated[int, Meta(ge=0, le=999_999_999_999)] | None = None
    keys: Annotated[tuple[KeyMember, ...], Meta(min_length=1, max_length=4)]


class OfficerDismiss(Payload, frozen=True, kw_only=True):
    """Ends an appointment.

    Args:
        officer: its code.
    """

    officer: Code


class KeyRotate(Payload, frozen=True, kw_only=True):
    """Replaces a key of an officer by the next one.

    Args:
        officer: its code.
        old: id of the key that ends.
        new: the key that takes its place; both sign the act.
    """

    officer: Code
    old: KeyId
    new: KeyMember


class KeyRevoke(Payload, frozen=True, kw_only=True):
    """Ends a key at once; names the last entry of it that is still trusted, if any is.

    Args:
        officer: its code.
        key: id of the key that ends.
        last_trusted: last entry that is still trusted; none where none is.
    """

    officer: Code
    key: KeyId
    last_trusted: LogPlace | None = None
