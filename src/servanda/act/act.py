"""The act: a draft, the statement officers sign, and the act as state sees it.

Rules of this module:
- the act id is the SHA-256 of the DSSE pre-authentication encoding: signatures stand outside it;
- what is signed is kept as the bytes received; unknown members stay in them;
- the envelope carries exactly the signatures that the statement names, in that order;
- an act that can be read can be recorded, whatever its signatures are worth; opening it is what verifies them.

Spec: record 2.5, 2.6, 3.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from servanda.act.content import Payload
from servanda.act.statement import Statement, read_statement, statement_bytes
from servanda.base.errors import IntegrityError
from servanda.base.limits import ENVELOPE_BYTES_MAX
from servanda.seal.envelope import ACT, Envelope, open_envelope, pae, verify
from servanda.seal.keys import PublicKey

__all__ = [
    "Applied",
    "AppointedKey",
    "Draft",
    "Signed",
    "Statement",
    "act_id",
    "hold_key",
    "open_act",
    "read_act",
    "statement_bytes",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What an officer wants to say, before it is sealed and signed.

    Args:
        agreement: id of the agreement it is said under.
        causes: ids of the acts it answers or rests on.
        finding: id of the journal item it answers, known at home only.
        asked: what the officer gave, in bytes of its own, where the payload is what a desk made of it.
    """

    kind: str
    agreement: str
    payload: Payload | None
    causes: tuple[str, ...] = ()
    finding: str | None = None
    asked: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """An act that has effect at a cut, as the fold sees it.

    Args:
        officers: those of `signed_by`, in order.
        payload: the members that outlive destruction (the residue).
        digest: the agreement digest the act names.
        recorded_at: time of the issuing entry.
        rank, log, index: its place in the order of both logs.
        facts: the facts it was judged by, one mapping a line; empty for acts judged by the life cycle.
    """

    act_id: str
    kind: str
    agreement: str
    digest: str
    author: str
    other: str
    officers: tuple[str, ...]
    causes: tuple[str, ...]
    payload: Mapping[str, Any]
    recorded_at: datetime
    rank: int
    log: str
    index: int
    facts: tuple[Mapping[str, Any], ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A signed act as received.

    Args:
        raw: the bytes of the envelope.
        act_id: hex; the same however often it is signed again.
        envelope_digest: hex SHA-256 of `raw`.
    """

    raw: bytes = field(repr=False)
    statement: Statement
    act_id: str
    envelope_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointedKey:
    """A key and the officer it was appointed for.

    Args:
        revoked: whether the key is revoked at the act's cut.
    """

    public: PublicKey
    party: str
    officer: str
    revoked: bool = False


def act_id(body: bytes) -> str:
    """The id of the act that a statement's bytes make, in hex.

    Spec: record 3.2.
    """
    return hashlib.sha256(pae(ACT, body)).hexdigest()


def read_act(raw: bytes) -> Signed:
    """A signed act as it can be read, nothing verified: enough to record it.

    Raises:
        MalformedError: `too_large`, `json_*`, `type_unknown`, `field_missing`, `field_type` or `version_unknown`.
        IntegrityError: `json_not_canonical` or `base64_invalid`.
    """
    return _read(raw)[0]


def open_act(raw: bytes, appointed: Callable[[Statement, str, str, int], PublicKey]) -> Signed:
    """A signed act that holds.

    Args:
        appointed: the key for (statement, officer, key id, position in `signed_by`) at the act's cut; it raises
            `key_unknown`, `key_not_of_officer` or `key_revoked` where that key may not sign.

    Raises:
        MalformedError: as `read_act`, and `critical_unknown`.
        IntegrityError: as `read_act`, and `signature_unlisted`, `signature_missing`, `signature_order`, what
            `appointed` raises, `signature_invalid`.

    Spec: record 2.6, 3.3, in this order.
    """
    signed, envelope = _read(raw)
    statement = signed.statement
    statement.know_critical()

    def look_up(position: int) -> PublicKey:
        officer, key_id = statement.signed_by[position]
        return appointed(statement, officer, key_id, position)

    verify(envelope, [key_id for _, key_id in statement.signed_by], look_up)
    return signed


def hold_key(known: AppointedKey | None, statement: Statement, officer: str, key_id: str) -> PublicKey:
    """The key of an officer of the author that may sign.

    Args:
        known: what was appointed under this key id, None for nothing.

    Raises:
        IntegrityError: `key_unknown`, `key_not_of_officer` or `key_revoked`.

    Spec: record 3.3.
    """
    if known is None:
        raise IntegrityError(
            "key_unknown", f"no appointment knows key `{key_id[:16]}`", action="appoint the officer with this key first"
        )
    if (known.party, known.officer) != (statement.author, officer):
        raise IntegrityError(
            "key_not_of_officer",
            f"key `{key_id[:16]}` is not a key of `{officer}` of {statement.author}",
            action="sign with the officer's own key",
        )
    if known.revoked:
        raise IntegrityError(
            "key_revoked", f"key `{key_id[:16]}` of `{officer}` is revoked", action="sign with the key that replaced it"
        )
    return known.public


def _read(raw: bytes) -> tuple[Signed, Envelope]:
    envelope = open_envelope(raw, ACT, ENVELOPE_BYTES_MAX)
    signed = Signed(
        raw=raw,
        statement=read_statement(envelope.body),
        act_id=act_id(envelope.body),
        envelope_digest=hashlib.sha256(raw).hexdigest(),
    )
    return signed, envelope
