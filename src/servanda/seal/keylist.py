"""A nation's key list: the keys of its node and its first envoys, signed by its root.

Rules of this module:
- lists are numbered from 1 and each names the one before by its digest; none can be left out or put between;
- every root key of the nation signs, an Ed25519 and an ML-DSA-44 key where it has both;
- the first list of the other nation is compared by voice before it is taken.

Spec: record 9.2.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from servanda.base import canon, fields, limits, moment
from servanda.base.errors import IntegrityError, MalformedError
from servanda.seal import envelope
from servanda.seal.keys import PublicKey, SecretKey, read_public
from servanda.seal.text import spoken

KEYS_MAX = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedKey:
    """One key and what it is for.

    Args:
        use: log, witness, link, seal, tls or officer; a later one is kept and means nothing here.
        name: the log, the witness, the node or the officer that uses it.
        until: from when it is no longer used, None while that is open.
    """

    use: str
    public: PublicKey
    name: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the next list follows: the number of a list and the SHA-256 of its body in hex."""

    number: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyList:
    """A key list as signed.

    Args:
        previous: SHA-256 of the body of the list before in hex, None for the first.
        signed_by: ids of the root keys that sign it.
        body: the bytes signed.
        raw: the bytes of the envelope.
    """

    party: str
    number: int
    previous: str | None
    issued_at: datetime
    signed_by: tuple[str, ...]
    keys: tuple[ListedKey, ...]
    body: bytes = field(repr=False)
    raw: bytes = field(repr=False)

    @property
    def digest(self) -> str:
        """SHA-256 of the body in hex, by which the next list and the log name this one."""
        return hashlib.sha256(self.body).hexdigest()

    @property
    def place(self) -> Place:
        """What the next list must follow."""
        return Place(number=self.number, digest=self.digest)

    @property
    def fingerprint(self) -> str:
        """The list as it is read aloud, before the other nation takes it for the first time."""
        return spoken(self.body)

    def of_use(self, use: str) -> tuple[ListedKey, ...]:
        """The keys for one use, in the order of the list."""
        return tuple(key for key in self.keys if key.use == use)


def make(
    *,
    party: str,
    previous: Place | None,
    issued_at: datetime,
    keys: Sequence[ListedKey],
    roots: Sequence[SecretKey],
) -> bytes:
    """The envelope of a nation's next key list, signed with its root keys in the order given."""
    body = canon.encode(
        {
            "issued_at": moment.text(issued_at),
            "keys": [_written(key) for key in keys],
            "number": 1 if previous is None else previous.number + 1,
            "party": party,
            "previous": None if previous is None else previous.digest,
            "signed_by": [root.public.key_id for root in roots],
            "version": 1,
        }
    )
    return envelope.make(envelope.KEYS, body, roots)


def open_list(raw: bytes, roots: Sequence[PublicKey], previous: Place | None) -> KeyList:
    """A key list, held against the root keys of its nation and the list it must follow.

    Args:
        roots: every root key of the nation.
        previous: place of the list accepted last, None where none is.

    Raises:
        MalformedError: `too_large`, `json_*`, `field_*`, `type_unknown` or `version_unknown`.
        IntegrityError: `key_unknown` for a root that is not the nation's, `signature_*`, `algorithm_unknown`,
            `key_invalid` or `keys_out_of_order`.

    Spec: record 9.2, with the order of 3.3.
    """
    listed, opened = _read(raw)
    known = {root.key_id: root for root in roots}

    def root_at(position: int) -> PublicKey:
        key_id = listed.signed_by[position]
        if key_id not in known:
            raise IntegrityError(
                "key_unknown",
                f"the key list of `{listed.party}` is signed by `{key_id[:16]}`, which is no root key of that nation",
                action="compare the fingerprint of the root by voice",
            )
        return known[key_id]

    envelope.verify(opened, listed.signed_by, root_at)
    absent = [key_id for key_id in known if key_id not in listed.signed_by]
    if absent:
        raise IntegrityError(
            "signature_missing",
            f"root key `{absent[0][:16]}` has not signed the key list of `{listed.party}`",
            action="have both custodians sign the list",
        )
    after = 0 if previous is None else previous.number
    if listed.number != after + 1 or listed.previous != (None if previous is None else previous.digest):
        raise IntegrityError(
            "keys_out_of_order",
            f"key list {listed.number} of `{listed.party}` does not follow list {after}, the last accepted here",
            action="ask for the lists in between",
        )
    return listed


def read_list(raw: bytes) -> KeyList:
    """A key list that was verified when it was accepted. Nothing is verified here.

    Raises:
        MalformedError: `too_large`, `json_*`, `field_*`, `type_unknown` or `version_unknown`.
        IntegrityError: `json_not_canonical`, `base64_invalid`, `algorithm_unknown` or `key_invalid`.
    """
    return _read(raw)[0]


def _read(raw: bytes) -> tuple[KeyList, envelope.Envelope]:
    opened = envelope.open_envelope(raw, envelope.KEYS, limits.KEY_LIST_ENVELOPE_BYTES_MAX)
    members = canon.decode_object(opened.body, bytes_max=limits.KEY_LIST_BYTES_MAX)
    if fields.whole(members, "version") != 1:
        raise MalformedError(
            "version_unknown", f"a key list of version {members['version']}", action="bring this node up to date"
        )
    previous = fields.member(members, "previous")
    listed = KeyList(
        party=fields.text(members, "party"),
        number=fields.whole(members, "number", least=1),
        previous=None if previous is None else fields.hex_text(members, "previous"),
        issued_at=fields.time(members, "issued_at"),
        signed_by=tuple(_key_id(one) for one in fields.items(members, "signed_by", least=1, most=limits.SIGNERS_MAX)),
        keys=tuple(_listed(one) for one in fields.items(members, "keys", most=KEYS_MAX)),
        body=opened.body,
        raw=raw,
    )
    return listed, opened


def _key_id(value: canon.Json) -> str:
    if not fields.is_hex(value):
        raise fields.wrong("signed_by", "a list of key ids in lower-case hex")
    return str(value)


def _listed(value: canon.Json) -> ListedKey:
    if not isinstance(value, dict):
        raise fields.wrong("keys", "a list of objects")
    return ListedKey(
        use=fields.text(value, "use"),
        public=read_public(
            fields.text(value, "alg"), fields.text(value, "public", characters_max=limits.KEY_LIST_BYTES_MAX)
        ),
        name=fields.text(value, "name"),
        until=fields.time(value, "until") if "until" in value else None,
    )


def _written(key: ListedKey) -> dict[str, canon.Json]:
    members: dict[str, canon.Json] = {
        "alg": key.public.alg.value,
        "name": key.name,
        "public": key.public.hex,
        "use": key.use,
    }
    if key.until is not None:
        members["until"] = moment.text(key.until)
    return members
