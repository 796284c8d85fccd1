"""Who acts for a Party under an agreement: offices, limits and keys, folded from acts.

Rules of this module:
- an appointment and a dismissal count once the other Party has received them; it is the receipt within the cut that
  counts, never a comparison of two clocks;
- one officer holds one office under one agreement: a new appointment takes the place of the one before, keys included;
- rotation and revocation count at once; a key that counted once and no longer does is revoked;
- envoys of a Party's key list hold their office without an act, until an act says otherwise;
- a key is one officer's, for good.

Spec: record 3.3, 9.2, 9.3; judging 8.8 (officers).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from rpds import HashTrieMap

from servanda.act.act import Applied
from servanda.agreement.timeline import ReceivedAt
from servanda.base.errors import IntegrityError
from servanda.seal.keys import PublicKey, read_public

ENVOY = "envoy"
APPOINT = "agreement.officer.appoint"
DISMISS = "agreement.officer.dismiss"
ROTATE = "agreement.key.rotate"
REVOKE = "agreement.key.revoke"
KINDS = frozenset({APPOINT, DISMISS, ROTATE, REVOKE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """An officer of a Party, as it counts now.

    Args:
        role: its one office under this agreement.
        limit_usd: up to which it may order [US dollars], None where none was named.
        act_id: the appointing act, empty for an envoy of the key list.
        since: when the appointment was received, None for an envoy of the key list.
    """

    officer: str
    party: str
    role: str
    limit_usd: int | None
    keys: tuple[PublicKey, ...]
    act_id: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One act on an officer, its keys already read.

    Args:
        keys: the keys it names as new.
        ends: id of the key it replaces or revokes.
    """

    kind: str
    act_id: str
    role: str = ""
    limit_usd: int | None = None
    keys: tuple[PublicKey, ...] = ()
    ends: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """The officers of both Parties under one agreement.

    Args:
        deeds: (party, officer) -> the acts on it, in the order of the fold.
        holders: key id -> the (party, officer) that an act named it for first.
    """

    deeds: HashTrieMap[tuple[str, str], tuple[Deed, ...]] = field(default_factory=HashTrieMap)
    holders: HashTrieMap[str, tuple[str, str]] = field(default_factory=HashTrieMap)


def named_keys(payload: Mapping[str, Any]) -> tuple[PublicKey, ...]:
    """The new keys that an appointment or a rotation names.

    Raises:
        IntegrityError: `algorithm_unknown` or `key_invalid`.
    """
    rows = payload["keys"] if "keys" in payload else [payload["new"]]
    return tuple(read_public(row["alg"], row["public"]) for row in rows)


def fold(register: Register, applied: Applied) -> Register:
    """The register and one more act."""
    if applied.kind not in KINDS:
        return register
    try:
        keys = named_keys(applied.payload) if applied.kind in (APPOINT, ROTATE) else ()
    except IntegrityError:
        return register
    limit_usd = applied.payload.get("limit_usd")
    deed = Deed(
        kind=applied.kind,
        act_id=applied.act_id,
        role=str(applied.payload.get("office", "")),
        limit_usd=limit_usd if isinstance(limit_usd, int) else None,
        keys=keys,
        ends=str(applied.payload.get("old", applied.payload.get("key", ""))),
    )
    place = (applied.author, str(applied.payload.get("officer")))
    holders = register.holders
    for key in keys:
        if key.key_id not in holders:
            holders = holders.insert(key.key_id, place)
    return replace(
        register, deeds=register.deeds.insert(place, (*register.deeds.get(place, ()), deed)), holders=holders
    )


def appointment(
    register: Register, party: str, officer: str, received_at: ReceivedAt, *, listed: Sequence[PublicKey] = ()
) -> Appointment | None:
    """The appointment of an officer that counts now, None where none does.

    Args:
        listed: keys of this officer in the key list of its Party, which make it an envoy until an act says otherwise.
    """
    current: Appointment | None = None
    if listed:
        current = Appointment(officer=officer, party=party, role=ENVOY, limit_usd=None, keys=tuple(listed))
    for deed in register.deeds.get((party, officer), ()):
        current = _after(current, deed, party, officer, received_at)
    return current


def appointments(
    register: Register,
    party: str,
    received_at: ReceivedAt,
    *,
    listed: Mapping[str, Sequence[PublicKey]] = MappingProxyType({}),
) -> Mapping[str, Appointment]:
    """Every officer of a Party whose appointment counts now, by code."""
    names = {officer for named, officer in register.deeds if named == party} | set(listed)
    found = {
        officer: appointment(register, party, officer, received_at, listed=listed.get(officer, ()))
        for officer in sorted(names)
    }
    return MappingProxyType({officer: held for officer, held in found.items() if held is not None})


def appointed_key(
    register: Register,
    party: str,
    officer: str,
    key_id: str,
    received_at: ReceivedAt,
    *,
    listed: Mapping[str, Sequence[PublicKey]] = MappingProxyType({}),
    naming: Mapping[str, Any] | None = None,
) -> PublicKey:
    """The key by which an officer signs an act.

    Args:
        listed: officer -> its keys in the key list of the Party.
        naming: payload of the act itself, where it is an appointment or a rotation: its new keys count for it.

    Raises:
        IntegrityError: `key_unknown`, `key_not_of_officer` or `key_revoked`.

    Spec: record 3.3.
    """
    current = appointment(register, party, officer, received_at, listed=listed.get(officer, ()))
    counting = () if current is None else current.keys
    if naming is not None and naming.get("officer") == officer:
        counting = (*counting, *named_keys(naming))
    for key in counting:
        if key.key_id == key_id:
            return key
    holder = register.holders.get(key_id)
    others = {(party, name) for name, keys in listed.items() if any(key.key_id == key_id for key in keys)}
    if holder is not None:
        others.add(holder)
    if others and (party, officer) not in others:
        raise IntegrityError(
            "key_not_of_officer",
            f"key `{key_id[:16]}` is not a key of `{officer}`",
            action="sign with a key that was appointed for this officer",
        )
    if (party, officer) in others and _counted(register, party, officer, key_id, received_at, listed):
        raise IntegrityError(
            "key_revoked",
            f"key `{key_id[:16]}` of `{officer}` no longer counts",
            action="sign with the key that took its place, or have the officer appointed again",
        )
    raise IntegrityError(
        "key_unknown",
        f"key `{key_id[:16]}` is appointed for nobody at this cut",
        action="have the officer appointed, and wait for the other Party's reply",
    )


def ended_keys(register: Register, party: str, officer: str) -> frozenset[str]:
    """Ids of the keys of an officer that were revoked or rotated out."""
    return frozenset(deed.ends for deed in register.deeds.get((party, officer), ()) if deed.ends)


def _after(
    current: Appointment | None, deed: Deed, party: str, officer: str, received_at: ReceivedAt
) -> Appointment | None:
    """The appointment once a deed counts; unchanged before."""
    if deed.kind == REVOKE:
        if current is None:
            return None
        return replace(current, keys=tuple(key for key in current.keys if key.key_id != deed.ends))
    if deed.kind == ROTATE:
        if current is None or all(key.key_id != deed.ends for key in current.keys):
            return current
        return replace(current, keys=(*(key for key in current.keys if key.key_id != deed.ends), *deed.keys))
    received = received_at(deed.act_id)
    if received is None:
        return current
    if deed.kind == DISMISS:
        return None
    return Appointment(
        officer=officer,
        party=party,
        role=deed.role,
        limit_usd=deed.limit_usd,
        keys=deed.keys,
        act_id=deed.act_id,
        since=received,
    )


def _counted(
    register: Register,
    party: str,
    officer: str,
    key_id: str,
    received_at: ReceivedAt,
    listed: Mapping[str, Sequence[PublicKey]],
) -> bool:
    """Whether a key of an officer ever counted: it was listed, rotated in, or its appointment was received."""
    if any(key.key_id == key_id for key in listed.get(officer, ())):
        return True
    return any(
        key.key_id == key_id and (deed.kind == ROTATE or received_at(deed.act_id) is not None)
        for deed in register.deeds.get((party, officer), ())
        for key in deed.keys
    )
