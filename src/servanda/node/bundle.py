"""The bundle: the one wire format, the same bytes over HTTP and on a stick.

Rules of this module:
- a manifest in the open says from whom, to whom, which number and how much; a carrier may check it without any key;
- the rest is sealed to the addressee's node, and says again from whom, to whom and which number, so that nobody can
  wrap another's contents;
- a bundle is opened in one order and nothing is expanded beyond what the manifest announces.

Spec: record 10.1, 10.2.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from servanda.base import canon, fields, limits, moment
from servanda.base.errors import IntegrityError, MalformedError, PeerError
from servanda.node import stream
from servanda.node.stream import Record, RecordType, Stream
from servanda.seal import age, envelope
from servanda.seal.keys import PublicKey, SecretKey

MAGIC = b"servanda-bundle/1\n"
_GZIP = 31
_LEVEL = 6
_EXPANDED_MAX = limits.STREAM_HTTP_BYTES_MAX


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a bundle says in the open.

    Args:
        number: counts up in each direction, from 1.
        previous: SHA-256 of the bundle before in hex, None for the first.
        size: of the sealed part [bytes].
        sha256: of the sealed part, in hex.
        expanded: of the record stream [bytes].
        signed_by: id of the link key.
    """

    from_party: str
    to_party: str
    number: int
    previous: str | None
    created_at: datetime
    size: int
    sha256: str
    expanded: int
    signed_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A bundle that opened whole.

    Args:
        digest: SHA-256 of the whole bundle in hex, by which the next one names it.
        contents: its records, the first being the bundle's own.
    """

    manifest: Manifest
    digest: str
    contents: Stream


def make_bundle(
    records: Sequence[Record],
    *,
    from_party: str,
    to_party: str,
    number: int,
    previous: str | None,
    created_at: datetime,
    link: SecretKey,
    recipient: PublicKey,
) -> bytes:
    """A bundle of records; the record that repeats from, to and number is put before them.

    Args:
        previous: SHA-256 of the bundle before in hex, None for the first.
        link: the node's key for bundles.
        recipient: sealing key of the addressee's node.

    Raises:
        MalformedError: `too_large`.
    """
    opening = canon.encode({"from": from_party, "number": number, "to": to_party})
    expanded = stream.write([Record(type=RecordType.BUNDLE, body=opening), *records])
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
    sealed = age.seal(packer.compress(expanded) + packer.flush(), [recipient])
    manifest = Manifest(
        from_party=from_party,
        to_party=to_party,
        number=number,
        previous=previous,
        created_at=created_at,
        size=len(sealed),
        sha256=hashlib.sha256(sealed).hexdigest(),
        expanded=len(expanded),
        signed_by=link.public.key_id,
    )
    return wrap(manifest, link, sealed)


def wrap(manifest: Manifest, link: SecretKey, sealed: bytes) -> bytes:
    """A bundle of a manifest and its sealed part."""
    body = canon.encode(
        {
            "created_at": moment.text(manifest.created_at),
            "expanded": manifest.expanded,
            "from": manifest.from_party,
            "number": manifest.number,
            "previous": manifest.previous,
            "sha256": manifest.sha256,
            "signed_by": manifest.signed_by,
            "size": manifest.size,
            "to": manifest.to_party,
        }
    )
    return b"".join((MAGIC, envelope.make(envelope.BUNDLE, body, [link]), b"\n", sealed))


def read_manifest(raw: bytes, link: Callable[[str, str], PublicKey]) -> tuple[Manifest, bytes]:
    """What a bundle says in the open, and its sealed part. A carrier needs no more than this.

    Args:
        link: the link key of a party by its id; it raises where that party has no such key.

    Raises:
        MalformedError: `bundle_malformed`, `too_large`, `json_*`, `field_*` or `type_unknown`.
        IntegrityError: `signature_*`, `json_not_canonical`, `base64_invalid`, or what `link` raises.
    """
    if not raw.startswith(MAGIC):
        raise _malformed("it does not begin as one")
    end = raw.find(b"\n", len(MAGIC), len(MAGIC) + limits.MANIFEST_ENVELOPE_BYTES_MAX + 1)
    if end < 0:
        raise _malformed("its manifest does not end within its bound")
    opened = envelope.open_envelope(raw[len(MAGIC) : end], envelope.BUNDLE, limits.MANIFEST_ENVELOPE_BYTES_MAX)
    members = canon.decode_object(opened.body, bytes_max=limits.MANIFEST_BYTES_MAX)
    previous = fields.member(members, "previous")
    manifest = Manifest(
        from_party=fields.text(members, "from"),
        to_party=fields.text(members, "to"),
        number=fields.whole(members, "number", least=1),
        previous=None if previous is None else fields.hex_text(members, "previous"),
        created_at=fields.time(members, "created_at"),
        size=fields.whole(members, "size"),
        sha256=fields.hex_text(members, "sha256"),
        expanded=fields.whole(members, "expanded"),
        signed_by=fields.hex_text(members, "signed_by"),
    )
    envelope.verify(opened, [manifest.signed_by], lambda _: link(manifest.from_party, manifest.signed_by))
    return manifest, raw[end + 1 :]


def open_bundle(
    raw: bytes,
    *,
    me: str,
    link: Callable[[str, str], PublicKey],
    identity: SecretKey,
    expanded_max: int = _EXPANDED_MAX,
) -> Bundle:
    """A bundle for this node, opened in the order of the specification, stopping at the first failure.

    Args:
        me: the own party.
        link: the link key of a party by its id; it raises where that party has no such key.
        identity: the node's sealing key.
        expanded_max: bound of the record stream [bytes]; a file may be larger than what HTTP brings.

    Raises:
        MalformedError: as `read_manifest`; `too_large`, `compression_invalid` or `stream_malformed`.
        IntegrityError: as `read_manifest`; `bundle_digest`, `stream_digest` or `bundle_mixed`.
        PeerError: `addressee_wrong`, `bundle_truncated`, `bundle_unopened` or `stream_truncated`.

    Spec: record 10.2.
    """
    manifest, sealed = read_manifest(raw, link)
    if manifest.to_party != me:
        raise PeerError(
            "addressee_wrong",
            f"the bundle is for `{manifest.to_party}`, this node is `{me}`",
            action="hand it to the node it is for",
        )
    if len(sealed) != manifest.size:
        raise PeerError(
            "bundle_truncated",
            f"the bundle holds {len(sealed)} of {manifest.size} sealed bytes",
            action="copy the file again",
        )
    if hashlib.sha256(sealed).hexdigest() != manifest.sha256:
        raise IntegrityError(
            "bundle_digest", "the sealed part is not the one that its manifest names", action="ask for the bundle again"
        )
    if manifest.expanded > expanded_max:
        raise MalformedError(
            "too_large",
            f"the bundle expands to {manifest.expanded} bytes, at most {expanded_max} are taken here",
            action="carry it as a file, or send it in parts",
        )
    packed = age.open_sealed(sealed, identity, stanzas=1, failure="bundle_unopened")
    contents = stream.read(_expanded(packed, manifest.expanded))
    _hold_opening(contents, manifest)
    return Bundle(manifest=manifest, digest=hashlib.sha256(raw).hexdigest(), contents=contents)


def _expanded(packed: bytes, announced: int) -> bytes:
    """The stream of one gzip member, never longer than announced."""
    unpacker = zlib.decompressobj(_GZIP)
    try:
        data = unpacker.decompress(packed, announced + 1)
    except zlib.error as error:
        raise _compression_invalid("it is no gzip member") from error
    if len(data) > announced:
        raise MalformedError(
            "too_large", f"the bundle expands beyond the {announced} bytes it announces", action="refuse what sent it"
        )
    if not unpacker.eof or unpacker.unused_data or len(data) != announced:
        raise _compression_invalid(f"it is not one gzip member of {announced} bytes")
    return data


def _hold_opening(contents: Stream, manifest: Manifest) -> None:
    """The first record says what the manifest says."""
    first = contents.records[0] if contents.records else None
    due = canon.encode({"from": manifest.from_party, "number": manifest.number, "to": manifest.to_party})
    if first != Record(type=RecordType.BUNDLE, body=due):
        raise IntegrityError(
            "bundle_mixed",
            "the records within are those of another bundle than the manifest says",
            action="ask the sender for the bundle again",
        )


def _malformed(reason: str) -> MalformedError:
    return MalformedError("bundle_malformed", f"no bundle: {reason}", action="ask the sender for the bundle again")


def _compression_invalid(reason: str) -> MalformedError:
    return MalformedError(
        "compression_invalid", f"the bundle does not expand: {reason}", action="ask the sender for the bundle again"
    )
