"""The signed envelope: some bytes, their type, and exactly the signatures that the bytes name.

Rules of this module:
- what is signed is the type and the body together (DSSE pre-authentication encoding), never a re-encoding;
- the body names every key that signs it, so no signature can be stripped, added or moved to another key;
- signatures are checked in one order: unlisted, missing, order, then for each key who it is, then whether it holds.

Spec: record 2.5, 2.6.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from servanda.base import canon, fields, limits
from servanda.base.errors import IntegrityError, MalformedError
from servanda.seal.keys import PublicKey, SecretKey
from servanda.seal.text import b64, from_b64

ACT = "application/vnd.servanda.act.v1+json"
KEYS = "application/vnd.servanda.keys.v1+json"
BUNDLE = "application/vnd.servanda.bundle.v1+json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One signature as the envelope carries it; whose it is shows only when it is verified."""

    key_id: str
    value: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """An envelope as received.

    Args:
        body: the bytes signed, of the type named.
        raw: the bytes of the whole envelope.
    """

    type: str
    body: bytes
    raw: bytes = field(repr=False)
    signatures: tuple[Signature, ...]

    @property
    def signed_bytes(self) -> bytes:
        """What every signature of it is over; its SHA-256 is the id of an act."""
        return pae(self.type, self.body)


def pae(type: str, body: bytes) -> bytes:
    """The bytes that are signed for a body of some type.

    Source: DSSE 1.0, protocol, pre-authentication encoding.
    """
    name = type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(name), name, len(body), body)


def make(type: str, body: bytes, secrets: Sequence[SecretKey]) -> bytes:
    """The envelope over a body, signed with each key in the order given."""
    message = pae(type, body)
    return assemble(type, body, [Signature(key_id=key.public.key_id, value=key.sign(message)) for key in secrets])


def assemble(type: str, body: bytes, signatures: Sequence[Signature]) -> bytes:
    """The envelope over a body from signatures made apart, hours apart and offline if need be."""
    return canon.encode(
        {
            "payload": b64(body),
            "payloadType": type,
            "signatures": [{"keyid": one.key_id, "sig": b64(one.value)} for one in signatures],
        }
    )


def open_envelope(raw: bytes, type: str, bytes_max: int) -> Envelope:
    """The parts of an envelope of the type expected. Nothing is verified yet.

    Args:
        bytes_max: bound of the whole envelope [bytes].

    Raises:
        MalformedError: `too_large`, `json_*`, `field_missing`, `field_type` or `type_unknown`.
        IntegrityError: `json_not_canonical` or `base64_invalid`.
    """
    members = canon.decode_object(raw, bytes_max=bytes_max)
    named = fields.text(members, "payloadType")
    if named != type:
        raise MalformedError(
            "type_unknown",
            f"an envelope of `{named}` where `{type}` is expected",
            action="ask the sender what it meant to send",
        )
    listed = fields.items(members, "signatures", most=bytes_max)
    return Envelope(
        type=type,
        body=from_b64(fields.text(members, "payload", characters_max=bytes_max)),
        raw=raw,
        signatures=tuple(_signature(one) for one in listed),
    )


def verify(envelope: Envelope, named: Sequence[str], lookup: Callable[[int], PublicKey]) -> None:
    """Hold the signatures of an envelope against the keys that its body names.

    Args:
        named: ids of the keys in the order of the body's `signed_by`.
        lookup: the key at a position of `named`; it raises where that key may not sign.

    Raises:
        IntegrityError: `signature_unlisted`, `signature_missing`, `signature_order`, what `lookup` raises, or
            `signature_invalid`.

    Spec: record 2.6.
    """
    carried = [one.key_id for one in envelope.signatures]
    for position, key_id in enumerate(carried):
        if key_id not in named or key_id in carried[:position]:
            raise IntegrityError(
                "signature_unlisted",
                f"a signature of key `{key_id[:16]}` that the body does not name, or names once only",
                action="ask the sender for the original envelope",
            )
    if len(carried) < len(named):
        absent = next(key_id for key_id in named if key_id not in carried)
        raise IntegrityError(
            "signature_missing",
            f"the body names key `{absent[:16]}`, which has not signed",
            action="ask the sender for the whole envelope",
        )
    if carried != list(named):
        raise IntegrityError(
            "signature_order",
            "the signatures do not stand in the order of `signed_by`",
            action="ask the sender for the original envelope",
        )
    message = envelope.signed_bytes
    for position, one in enumerate(envelope.signatures):
        key = lookup(position)
        if key.key_id != one.key_id:
            raise IntegrityError(
                "key_unknown",
                f"the key known here is not `{one.key_id[:16]}`, which the body names",
                action="ask for the key list that holds it",
            )
        key.verify(message, one.value)


def _signature(value: canon.Json) -> Signature:
    if not isinstance(value, dict):
        raise fields.wrong("signatures", "a list of objects")
    return Signature(
        key_id=fields.text(value, "keyid"),
        value=from_b64(fields.text(value, "sig", characters_max=limits.ENVELOPE_BYTES_MAX)),
    )
