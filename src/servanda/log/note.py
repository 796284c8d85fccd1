"""Signed notes: a text and the lines of those who signed it.

Rules of this module:
- a note is a text that ends in a newline, an empty line, and one line a signature;
- a line names its signer and carries four bytes that point to a key; what it is worth is found by verifying;
- a text has one spelling: no control characters, no base64 but its own.

Spec: record 6.2. Source: C2SP signed-note.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from servanda.base import limits
from servanda.base.errors import IntegrityError, MalformedError
from servanda.seal.text import b64, from_b64

KEY_ID_BYTES = 4
_DASH = "\u2014"
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f]").search


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One signature line.

    Args:
        key_id: four bytes that point to a key of that name.
    """

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A text with the lines under it.

    Args:
        text: ends in a newline.
    """

    text: str
    lines: tuple[Line, ...]


def parse(raw: bytes) -> Note:
    """A note from its bytes.

    Raises:
        MalformedError: `too_large` or `note_malformed`.
    """
    if len(raw) > limits.CHECKPOINT_BYTES_MAX:
        raise MalformedError(
            "too_large",
            f"a note of {len(raw)} bytes, at most {limits.CHECKPOINT_BYTES_MAX} are taken",
            action="refuse what sent it",
        )
    try:
        whole = raw.decode()
    except UnicodeDecodeError as error:
        raise _malformed("it is not UTF-8") from error
    if _CONTROL(whole):
        raise _malformed("it holds a control character")
    text, parted, signatures = whole.rpartition("\n\n")
    if not parted or not signatures.endswith("\n"):
        raise _malformed("no signature lines stand under an empty line")
    listed = signatures[:-1].split("\n")
    if len(listed) > limits.SIGNATURE_LINES_MAX:
        raise _malformed(f"it has more than {limits.SIGNATURE_LINES_MAX} signature lines")
    return Note(text=text + "\n", lines=tuple(_line(one) for one in listed))


def write(note: Note) -> bytes:
    """The bytes of a note.

    Raises:
        MalformedError: `note_malformed` for a text, a name or a number of lines that no reader would take.
    """
    lines = (f"{_DASH} {one.name} {b64(one.key_id + one.signature)}\n" for one in note.lines)
    raw = (note.text + "\n" + "".join(lines)).encode()
    if parse(raw) != note:
        raise _malformed("its text or a name in it would read differently")
    return raw


def merged(note: Note, lines: Iterable[Line]) -> Note:
    """A note with further lines; of a key that has a line already the one at hand stays."""
    kept = list(note.lines)
    known = {(one.name, one.key_id) for one in kept}
    for one in lines:
        if (one.name, one.key_id) not in known:
            known.add((one.name, one.key_id))
            kept.append(one)
    return Note(text=note.text, lines=tuple(kept))


def _line(written: str) -> Line:
    parts = written.split(" ")
    if len(parts) != 3 or parts[0] != _DASH or not _is_name(parts[1]):
        raise _malformed(f"`{written[:40]}` is no signature line")
    try:
        data = from_b64(parts[2])
    except IntegrityError as error:
        raise _malformed(f"the signature of `{parts[1]}` is not base64 in its own spelling") from error
    if len(data) <= KEY_ID_BYTES:
        raise _malformed(f"the signature of `{parts[1]}` is too short")
    return Line(name=parts[1], key_id=data[:KEY_ID_BYTES], signature=data[KEY_ID_BYTES:])


def _is_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(character.isspace() for character in name)


def _malformed(reason: str) -> MalformedError:
    return MalformedError("note_malformed", f"no signed note: {reason}", action="ask for the checkpoint again")
