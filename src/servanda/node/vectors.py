"""The vectors: published cases, good and bad, that every node must come out of alike.

Rules of this module:
- a good case holds, with the result the file gives; a bad one fails, with the failure it names;
- each check is carried out by the code that the node itself uses, never by one made for the vectors.

Spec: record, vectors/record.json (`checks` names the section of each).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from servanda.act import entry as entries
from servanda.act import frame
from servanda.act.act import AppointedKey, hold_key, open_act
from servanda.act.order import Place as Issued
from servanda.act.order import order
from servanda.act.recorded import from_json
from servanda.act.ruling import Permit, compared
from servanda.act.statement import Statement
from servanda.base import canon, fields, limits
from servanda.base.canon import Json
from servanda.base.errors import MalformedError, ServandaError
from servanda.base.fields import Members
from servanda.log.checkpoint import LineType, Trust, contradict, open_checkpoint
from servanda.log.tree import leaf_hash, verify_consistency
from servanda.node import stream
from servanda.node.bundle import open_bundle
from servanda.node.receipt import decided
from servanda.seal import age, keylist
from servanda.seal.keys import Alg, PublicKey, SecretKey, read_public
from servanda.seal.text import b64, from_b64

FORMAT = "servanda-record-vectors/1"
RESULT_DIFFERS = "result_differs"
CHECK_UNKNOWN = "check_unknown"
_TEXT_MAX = limits.RECORD_BYTES_MAX
_ITEMS_MAX = limits.BUNDLE_RECORDS_MAX


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came out of one case.

    Args:
        ok: whether the case holds.
        error: the failure where it does not: its code, `result_differs` for a good case that holds with another
            result, `check_unknown` for a check that this release does not know.
        expected: whether this is what the file says.
    """

    name: str
    ok: bool
    error: str | None
    expected: bool


def run_vectors(document: Mapping[str, Json]) -> Iterator[Outcome]:
    """What comes out of each case of a vectors file, the good ones first.

    Args:
        document: the file as JSON.

    Raises:
        MalformedError: `version_unknown`, `field_missing` or `field_type`, where the file itself does not read.
    """
    if fields.text(document, "format") != FORMAT:
        raise MalformedError(
            "version_unknown", f"vectors of the format `{document['format']}`", action=f"take a file of `{FORMAT}`"
        )
    shared = _Shared(registry=fields.nested(document, "registry"), identities=fields.nested(document, "identities"))
    for case in _objects(document, "good"):
        name = fields.text(case, "name")
        error = _failure(case, shared, fields.nested(case, "expect"))
        yield Outcome(name=name, ok=error is None, error=error, expected=error is None)
    for case in _objects(document, "bad"):
        name, due = fields.text(case, "name"), fields.text(case, "error")
        error = _failure(case, shared, None)
        yield Outcome(name=name, ok=error is None, error=error, expected=error == due)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shared:
    """What several cases use: the register of officers' keys, and the sealing identities."""

    registry: Members
    identities: Members

    def appointed(self, statement: Statement, officer: str, key_id: str, position: int) -> PublicKey:
        """The key of an officer, as the file's register has it."""
        del position
        row = fields.nested(self.registry, key_id) if key_id in self.registry else None
        known = None
        if row is not None:
            known = AppointedKey(
                public=_public(row),
                party=fields.text(row, "party"),
                officer=fields.text(row, "officer"),
                revoked=row.get("revoked") is True,
            )
        return hold_key(known, statement, officer, key_id)

    def identity(self, name: str) -> SecretKey:
        return age.read_identity(fields.text(self.identities, name))


def _failure(case: Members, shared: _Shared, due: Members | None) -> str | None:
    """The code of what a case fails with; None where it holds, with the result that is due."""
    check = _CHECKS.get(fields.text(case, "check"))
    if check is None:
        return CHECK_UNKNOWN
    try:
        result = check(fields.nested(case, "input"), shared)
    except ServandaError as error:
        return error.code
    return None if due is None or result == due else RESULT_DIFFERS


def _act(case: Members, shared: _Shared) -> Members:
    return {"act": open_act(_text(case, "envelope").encode(), shared.appointed).act_id}


def _canonical(case: Members, _: _Shared) -> Members:
    data = _text(case, "text").encode()
    canon.decode(data, bytes_max=_TEXT_MAX)
    return {"sha256": hashlib.sha256(data).hexdigest()}


def _payload(case: Members, _: _Shared) -> Members:
    return _framed(from_b64(_text(case, "frame")), fields.hex_text(case, "commit"))


def _sealed(case: Members, shared: _Shared) -> Members:
    identity = shared.identity(fields.text(case, "identity"))
    framed = age.open_sealed(from_b64(_text(case, "sealed")), identity, stanzas=2)
    return _framed(framed, fields.hex_text(case, "commit"))


def _framed(data: bytes, commit: str) -> Members:
    _, payload = frame.unpack(data, commit)
    canon.decode_object(payload, bytes_max=limits.PAYLOAD_BYTES_MAX)
    return {"payload": payload.decode()}


def _facts(case: Members, _: _Shared) -> Members:
    salt = frame.facts_salt(bytes.fromhex(fields.hex_text(case, "salt")))
    return {"commit": frame.facts_commit(salt, canon.encode(fields.nested(case, "facts")))}


def _entry(case: Members, _: _Shared) -> Members:
    data = _text(case, "entry").encode()
    entries.decode(data, log=fields.text(case, "log"), index=fields.whole(case, "index"))
    return {"leaf": b64(leaf_hash(data))}


def _checkpoint(case: Members, _: _Shared) -> Members:
    head = open_checkpoint(_text(case, "note").encode(), fields.text(case, "origin"), _trust(case)).checkpoint
    return {"size": head.size, "root": b64(head.root)}


def _consistency(case: Members, _: _Shared) -> Members:
    verify_consistency(
        fields.whole(case, "old"),
        fields.whole(case, "new"),
        from_b64(fields.text(case, "old_root")),
        from_b64(fields.text(case, "new_root")),
        [from_b64(str(one)) for one in fields.items(case, "hashes", most=_ITEMS_MAX)],
    )
    return {}


def _receipt(case: Members, _: _Shared) -> Members:
    reply = decided(
        _text(case, "receipt").encode(), fields.hex_text(case, "act"), fields.text(case, "origin"), _trust(case)
    ).reply
    outcome = "permit" if isinstance(reply.ruling.ruling, Permit) else "refusal"
    return {"outcome": outcome, "index": reply.index}


def _compare(case: Members, _: _Shared) -> Members:
    home, peer = (from_json(fields.member(case, side)).ruling for side in ("home", "peer"))
    return {"result": "agree" if compared(home) == compared(peer) else "dispute"}


def _pair(case: Members, _: _Shared) -> Members:
    origin, trust = fields.text(case, "origin"), _trust(case)
    first, second = (
        open_checkpoint(_text(case, which).encode(), origin, trust).checkpoint for which in ("first", "second")
    )
    return {"equivocation": contradict(first, second)}


def _order(case: Members, _: _Shared) -> Members:
    issued = [
        Issued(
            log=fields.text(row, "log"),
            index=fields.whole(row, "index"),
            seen=fields.whole(row, "seen"),
            rank=fields.whole(row, "rank"),
        )
        for row in _objects(case, "issued")
    ]
    return {"order": [[log, index] for log, index in order(issued)]}


def _keys(case: Members, _: _Shared) -> Members:
    previous = None
    if fields.member(case, "previous") is not None:
        place = fields.nested(case, "previous")
        previous = keylist.Place(number=fields.whole(place, "number"), digest=fields.hex_text(place, "sha256"))
    root = _public(fields.nested(case, "root"))
    listed = keylist.open_list(_text(case, "envelope").encode(), [root], previous)
    return {"sha256": listed.digest, "number": listed.number}


def _key(case: Members, _: _Shared) -> Members:
    return {"key_id": _public(case).key_id}


def _stream(case: Members, _: _Shared) -> Members:
    return {"records": [one.type for one in stream.read(from_b64(_text(case, "stream"))).records]}


def _bundle(case: Members, shared: _Shared) -> Members:
    key = _public(fields.nested(case, "key"))
    opened = open_bundle(
        from_b64(_text(case, "bundle")),
        me=fields.text(case, "me"),
        link=lambda _party, _key_id: key,
        identity=shared.identity(fields.text(case, "identity")),
    )
    return {"number": opened.manifest.number, "records": [one.type for one in opened.contents.records]}


_CHECKS: Mapping[str, Callable[[Members, _Shared], Members]] = MappingProxyType(
    {
        "act": _act,
        "canonical": _canonical,
        "payload": _payload,
        "sealed": _sealed,
        "facts": _facts,
        "entry": _entry,
        "checkpoint": _checkpoint,
        "consistency": _consistency,
        "receipt": _receipt,
        "compare": _compare,
        "pair": _pair,
        "order": _order,
        "keys": _keys,
        "key": _key,
        "stream": _stream,
        "bundle": _bundle,
    }
)


def _trust(case: Members) -> list[Trust]:
    return [_trusted(row) for row in _objects(case, "trust")]


def _trusted(row: Members) -> Trust:
    number = fields.whole(row, "type")
    if number not in tuple(LineType):
        raise fields.wrong("type", "a signature type of a checkpoint")
    line_type = LineType(number)
    alg = Alg.ML_DSA_44 if line_type is LineType.ML_DSA_44 else Alg.ED25519
    return Trust(
        name=fields.text(row, "name"),
        type=line_type,
        public=read_public(alg, _text(row, "public")),
        required=fields.member(row, "required") is True,
    )


def _public(row: Members) -> PublicKey:
    return read_public(fields.text(row, "alg"), _text(row, "public"))


def _text(members: Members, name: str) -> str:
    return fields.text(members, name, characters_max=_TEXT_MAX)


def _objects(members: Members, name: str) -> Sequence[Members]:
    listed = fields.items(members, name, most=_ITEMS_MAX)
    objects = [one for one in listed if isinstance(one, dict)]
    if len(objects) != len(listed):
        raise fields.wrong(name, "a list of objects")
    return objects
