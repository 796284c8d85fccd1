"""The statement: the bytes an officer signs.

Rules of this module:
- it names the agreement and its text, who says it to whom, what kind it is, what it answers, and every key that signs;
- what it says lies in the payload; the statement holds a salted commitment to it;
- a reference is drawn once for an intention, so that a retry is the same act;
- unknown members stay in the bytes; one that is listed as critical and not known here may not be passed over.

Spec: record 1.4, 3.1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from servanda.base import canon, fields, moment
from servanda.base.canon import Json
from servanda.base.errors import MalformedError
from servanda.base.fields import Members
from servanda.base.limits import CAUSES_MAX, SIGNERS_MAX, STATEMENT_BYTES_MAX

VERSION = 1
REFERENCE_CHARACTERS = 32
CRITICAL_MAX = 32
NO_AGREEMENT = "none"
"""What a life-first act names where no agreement covers it. Spec: record 3.1."""

_PARTY = re.compile(r"[A-Z]{2,8}").fullmatch
_KIND = re.compile(r"[a-z][a-z0-9_]{0,39}(?:\.[a-z][a-z0-9_]{0,39}){2}").fullmatch
_KNOWN = frozenset(
    (
        "version",
        "agreement",
        "agreement_digest",
        "author",
        "addressee",
        "kind",
        "reference",
        "claimed_at",
        "causes",
        "payload",
        "signed_by",
        "critical",
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A statement as signed.

    Args:
        agreement: id of the agreement, `none` for life-first kinds without one.
        agreement_digest: hex; 64 zeros before any text.
        claimed_at: the officer's own word on the time; it decides nothing.
        payload_commit, payload_form: commitment to the payload and its form, None for an act without payload.
        signed_by: (officer, key id) of every signature, in order.
        critical: names of members that a reader must know.
        members: everything as signed, unknown members too.
    """

    agreement: str
    agreement_digest: str
    author: str
    addressee: str
    kind: str
    reference: str
    claimed_at: datetime
    causes: tuple[str, ...]
    payload_commit: str | None
    payload_form: str | None
    signed_by: tuple[tuple[str, str], ...]
    critical: tuple[str, ...] = ()
    members: Mapping[str, Json] = field(repr=False)

    @property
    def domain(self) -> str:
        """First part of the kind."""
        return self.kind.partition(".")[0]

    @property
    def officers(self) -> tuple[str, ...]:
        """Everybody who signs, each once: distinct officers are counted, never keys.

        Spec: record 2.6.
        """
        return tuple(dict.fromkeys(officer for officer, _ in self.signed_by))

    def know_critical(self) -> None:
        """Every member that must be known is known here.

        Raises:
            MalformedError: `critical_unknown`.

        Spec: record 1.4.
        """
        for name in self.critical:
            if name not in _KNOWN:
                raise MalformedError(
                    "critical_unknown",
                    f"the statement rests on a member `{name}` that is not known here",
                    action="take up a release that knows it",
                )


def statement_bytes(
    *,
    agreement: str,
    agreement_digest: str,
    author: str,
    addressee: str,
    kind: str,
    reference: str,
    claimed_at: datetime,
    causes: Sequence[str] = (),
    payload: tuple[str, str] | None,
    signed_by: Sequence[tuple[str, str]],
) -> bytes:
    """The bytes that officers sign.

    Args:
        reference: 16 random bytes in hex, drawn once for an intention.
        payload: (commitment, form), None for an act without payload.
        signed_by: (officer, key id) of every signature, in order.

    Raises:
        MalformedError: `field_type` or `too_large`, for what no reader would take.
    """
    body = canon.encode(
        {
            "version": VERSION,
            "agreement": agreement,
            "agreement_digest": agreement_digest,
            "author": author,
            "addressee": addressee,
            "kind": kind,
            "reference": reference,
            "claimed_at": moment.text(claimed_at),
            "causes": list(causes),
            "payload": None if payload is None else {"commit": payload[0], "form": payload[1]},
            "signed_by": [{"officer": officer, "key": key} for officer, key in signed_by],
        }
    )
    read_statement(body)
    return body


def read_statement(body: bytes) -> Statement:
    """The statement that some bytes hold.

    Raises:
        MalformedError: `too_large`, `json_*`, `field_missing`, `field_type` or `version_unknown`.
        IntegrityError: `json_not_canonical`.

    Spec: record 3.1, 3.3 (limits, canonical, members).
    """
    members = canon.decode_object(body, bytes_max=STATEMENT_BYTES_MAX)
    if fields.whole(members, "version") != VERSION:
        raise MalformedError(
            "version_unknown", f"a statement of version {members['version']}", action="take up a newer release"
        )
    payload = None if fields.member(members, "payload") is None else fields.nested(members, "payload")
    statement = Statement(
        agreement=fields.text(members, "agreement"),
        agreement_digest=fields.hex_text(members, "agreement_digest"),
        author=_party(members, "author"),
        addressee=_party(members, "addressee"),
        kind=_kind(members),
        reference=fields.hex_text(members, "reference", characters=REFERENCE_CHARACTERS),
        claimed_at=fields.time(members, "claimed_at"),
        causes=_causes(members),
        payload_commit=None if payload is None else fields.hex_text(payload, "commit"),
        payload_form=None if payload is None else fields.text(payload, "form"),
        signed_by=tuple(_signer(row) for row in fields.items(members, "signed_by", least=1, most=SIGNERS_MAX)),
        critical=_critical(members),
        members=members,
    )
    if statement.author == statement.addressee:
        raise fields.wrong("addressee", "another Party than `author`")
    return statement


def _party(members: Members, name: str) -> str:
    code = fields.text(members, name)
    if _PARTY(code) is None:
        raise fields.wrong(name, "the code of a Party, such as `KR`")
    return code


def _kind(members: Members) -> str:
    kind = fields.text(members, "kind")
    if _KIND(kind) is None:
        raise fields.wrong("kind", "a kind, `domain.noun.verb`")
    return kind


def _causes(members: Members) -> tuple[str, ...]:
    causes = fields.items(members, "causes", most=CAUSES_MAX)
    if not all(fields.is_hex(cause) for cause in causes):
        raise fields.wrong("causes", "a list of act ids")
    return tuple(str(cause) for cause in causes)


def _signer(row: Json) -> tuple[str, str]:
    if not isinstance(row, dict):
        raise fields.wrong("signed_by", "a list of officers and keys")
    return fields.text(row, "officer"), fields.hex_text(row, "key")


def _critical(members: Members) -> tuple[str, ...]:
    if "critical" not in members:
        return ()
    names = fields.items(members, "critical", most=CRITICAL_MAX)
    if not all(isinstance(name, str) for name in names):
        raise fields.wrong("critical", "a list of member names")
    return tuple(str(name) for name in names)
