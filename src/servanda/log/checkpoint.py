"""Checkpoints: the signed head of a log, and the cosignatures that say another node holds it.

Rules of this module:
- a checkpoint is a note of three lines: log, size, root; nothing else is signed with a log key;
- a line of a key that is trusted must hold; a line of any other key is ignored;
- a cosignature means held, not agreed; its time is that of the node that gave it;
- two heads of one log and size with different roots are evidence, whatever else is said.

Spec: record 6.2 to 6.6, 7.4. Source: C2SP tlog-checkpoint, tlog-cosignature.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum

from servanda.base import limits
from servanda.base.errors import IntegrityError, MalformedError
from servanda.log.note import KEY_ID_BYTES, Line, Note, merged, parse, write
from servanda.log.tree import HASH_BYTES
from servanda.seal.keys import Alg, PublicKey, SecretKey
from servanda.seal.text import b64, from_b64, spoken

_TIME_BYTES = 8
_SECONDS_MAX = int(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp())
_SIZE = re.compile(r"0|[1-9][0-9]{0,15}").fullmatch


class LineType(IntEnum):
    """What a signature line is, as C2SP numbers them."""

    ED25519 = 0x01
    COSIGNATURE = 0x04
    ML_DSA_44 = 0x06


_ALG = {LineType.ED25519: Alg.ED25519, LineType.COSIGNATURE: Alg.ED25519, LineType.ML_DSA_44: Alg.ML_DSA_44}


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The head of a log: all that its signers say."""

    log: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The three lines that are signed."""
        return f"{self.log}\n{self.size}\n{b64(self.root)}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """A key whose line counts.

    Args:
        name: the log's name for its own keys, `<node>/witness` for those of a witness.
        required: whether a checkpoint without its line is refused.
    """

    name: str
    type: LineType
    public: PublicKey
    required: bool = True

    def __post_init__(self) -> None:
        if self.public.alg is not _ALG[self.type]:
            raise IntegrityError(
                "algorithm_unknown",
                f"a line of type {self.type} is not made with a key of `{self.public.alg}`",
                action="name the key of the other algorithm",
            )

    @property
    def key_id(self) -> bytes:
        """The four bytes by which a line points to this key."""
        head = self.name.encode() + b"\n" + bytes([self.type])
        return hashlib.sha256(head + self.public.raw).digest()[:KEY_ID_BYTES]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedHead:
    """A checkpoint whose trusted lines hold.

    Args:
        signers: the trusted keys that have a line, in the order of the lines.
        times: when each of them signed, None for a line that carries no time.
    """

    checkpoint: Checkpoint
    note: Note
    signers: tuple[Trust, ...]
    times: tuple[datetime | None, ...]

    def time_of(self, name: str) -> datetime | None:
        """When a witness of that name first cosigned, None where it has no line here."""
        found = [at for one, at in zip(self.signers, self.times, strict=True) if one.name == name and at is not None]
        return min(found, default=None)


def sign_head(checkpoint: Checkpoint, keys: Sequence[SecretKey], at: datetime) -> bytes:
    """The head of the own log as a note, a line for each of its keys.

    Args:
        keys: the log keys: Ed25519, and ML-DSA-44 outside an exercise.
        at: moment of signing, which the ML-DSA-44 line carries.

    Spec: record 6.2, 6.3.
    """
    return write(Note(text=checkpoint.text, lines=tuple(_head_line(checkpoint, key, at) for key in keys)))


def cosign(raw: bytes, name: str, keys: Sequence[SecretKey], at: datetime) -> bytes:
    """A checkpoint of the other node's log with the lines of the home witness.

    The caller has verified it with `open_checkpoint`, and holds all below its size.

    Args:
        name: of the witness: `<node>/witness`.
        keys: the witness keys: Ed25519, and ML-DSA-44 outside an exercise.

    Spec: record 6.2, 6.4.
    """
    note = parse(raw)
    checkpoint = read_text(note.text)
    return write(merged(note, [_cosignature_line(checkpoint, name, key, at) for key in keys]))


def open_checkpoint(raw: bytes, origin: str, trust: Sequence[Trust]) -> SignedHead:
    """A checkpoint of one log, held against the keys trusted for it.

    Args:
        origin: name of the log it must be of.

    Raises:
        MalformedError: `too_large` or `note_malformed`.
        IntegrityError: `origin_wrong`, `signature_invalid` or `signature_missing`.

    Spec: record 6.2.
    """
    note = parse(raw)
    checkpoint = read_text(note.text)
    if checkpoint.log != origin:
        raise IntegrityError(
            "origin_wrong",
            f"a checkpoint of `{checkpoint.log}` where one of `{origin}` is expected",
            action="ask for the checkpoint of the right log",
        )
    known = {(one.name, one.key_id): one for one in trust}
    signers: list[Trust] = []
    times: list[datetime | None] = []
    for line in note.lines:
        signer = known.get((line.name, line.key_id))
        if signer is not None:
            times.append(_verify_line(checkpoint, line, signer))
            signers.append(signer)
    for one in trust:
        if one.required and one not in signers:
            raise IntegrityError(
                "signature_missing",
                f"the checkpoint lacks the line of `{one.name}`, type {one.type}",
                action="ask that node for its signature",
            )
    return SignedHead(checkpoint=checkpoint, note=note, signers=tuple(signers), times=tuple(times))


def read_text(text: str) -> Checkpoint:
    """The head that the text of a note names.

    Raises:
        MalformedError: `note_malformed`.
    """
    lines = text.split("\n")
    if len(lines) != 4 or not lines[0] or lines[3]:
        raise _malformed("it has not exactly three lines")
    log, size, root = lines[:3]
    if _SIZE(size) is None or int(size) > limits.LOG_ENTRIES_MAX:
        raise _malformed(f"`{size[:40]}` is no size of a log")
    try:
        digest = from_b64(root)
    except IntegrityError as error:
        raise _malformed(f"`{root[:60]}` is no root") from error
    if len(digest) != HASH_BYTES:
        raise _malformed(f"`{root[:60]}` is no root")
    return Checkpoint(log=log, size=int(size), root=digest)


def spoken_form(checkpoint: Checkpoint) -> str:
    """A head as it is read aloud, to compare two copies of a log by voice.

    Spec: record 6.6.
    """
    return spoken(checkpoint.text.encode())


def contradict(first: Checkpoint, second: Checkpoint) -> bool:
    """Whether two heads, each with a valid signature of the log, are evidence of equivocation.

    Spec: record 7.4.
    """
    return (first.log, first.size) == (second.log, second.size) and first.root != second.root


def _head_line(checkpoint: Checkpoint, key: SecretKey, at: datetime) -> Line:
    if key.public.alg is Alg.ML_DSA_44:
        return _line(checkpoint, checkpoint.log, LineType.ML_DSA_44, key, at)
    return _line(checkpoint, checkpoint.log, LineType.ED25519, key, at)


def _cosignature_line(checkpoint: Checkpoint, name: str, key: SecretKey, at: datetime) -> Line:
    if key.public.alg is Alg.ML_DSA_44:
        return _line(checkpoint, name, LineType.ML_DSA_44, key, at)
    return _line(checkpoint, name, LineType.COSIGNATURE, key, at)


def _line(checkpoint: Checkpoint, name: str, line_type: LineType, key: SecretKey, at: datetime) -> Line:
    seconds = int(at.timestamp())
    signature = key.sign(_signed_bytes(checkpoint, name, line_type, seconds))
    if line_type is not LineType.ED25519:
        signature = seconds.to_bytes(_TIME_BYTES, "big") + signature
    key_id = Trust(name=name, type=line_type, public=key.public).key_id
    return Line(name=name, key_id=key_id, signature=signature)


def _verify_line(checkpoint: Checkpoint, line: Line, signer: Trust) -> datetime | None:
    """Hold one line against its key; the time it carries, where its type carries one."""
    if signer.type is LineType.ED25519:
        signer.public.verify(_signed_bytes(checkpoint, signer.name, signer.type, 0), line.signature)
        return None
    seconds = int.from_bytes(line.signature[:_TIME_BYTES], "big")
    if len(line.signature) < _TIME_BYTES or seconds > _SECONDS_MAX:
        raise IntegrityError(
            "signature_invalid",
            f"the cosignature of `{line.name}` carries no time",
            action="ask that node for it again",
        )
    signer.public.verify(_signed_bytes(checkpoint, signer.name, signer.type, seconds), line.signature[_TIME_BYTES:])
    return datetime.fromtimestamp(seconds, tz=UTC)


def _signed_bytes(checkpoint: Checkpoint, name: str, line_type: LineType, seconds: int) -> bytes:
    """What a line of some type is over.

    Source: C2SP tlog-cosignature, Ed25519 and ML-DSA-44 (`cosigned_message`, from 0 to the size).
    """
    if line_type is LineType.ED25519:
        return checkpoint.text.encode()
    if line_type is LineType.COSIGNATURE:
        return f"cosignature/v1\ntime {seconds}\n{checkpoint.text}".encode()
    return b"".join(
        (
            b"subtree/v1\n\x00",
            _short(name),
            seconds.to_bytes(8, "big"),
            _short(checkpoint.log),
            (0).to_bytes(8, "big"),
            checkpoint.size.to_bytes(8, "big"),
            checkpoint.root,
        )
    )


def _short(name: str) -> bytes:
    """A name of at most 255 bytes with its length before it."""
    data = name.encode()
    if len(data) > 255:
        raise _malformed(f"the name `{name[:40]}` has more than 255 bytes")
    return bytes([len(data)]) + data


def _malformed(reason: str) -> MalformedError:
    return MalformedError("note_malformed", f"no checkpoint: {reason}", action="ask for the checkpoint again")
