"""Frame and commitments: what is refused, and the worked example of the specification."""

from __future__ import annotations

import hashlib

import pytest

from servanda.act import frame
from servanda.base import canon
from servanda.base.errors import IntegrityError, MalformedError
from servanda.base.limits import PAYLOAD_BYTES_MAX

SALT = bytes.fromhex("e951f899f8741c4037c89ec7fae48adeb078a95b422e8a354e323f5c14d14716")
PAYLOAD = (
    '{"level":"secret","purpose":"exercise","text":"No real content.",'
    '"title":"시험 보고 · 試験報告","topic":"nk_missile"}'
).encode()
COMMIT = "20834b92eeac7263e31b9593d7ac07893df766b3102090508c18001c4f0a8798"
FRAME = frame.pack(PAYLOAD, SALT)


def bent(position: int, value: int = 1) -> bytes:
    data = bytearray(FRAME)
    data[position] ^= value
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "payload_frame"),
        (SALT + b"\x00\x00\x00", "payload_frame"),
        (FRAME[:-1], "payload_frame"),
        (FRAME + b"\x00", "payload_frame"),
        (FRAME[: 36 + len(PAYLOAD)], "payload_frame"),
        (FRAME.ljust(2_048, b"\x00"), "payload_frame"),
        (bent(-1), "payload_frame"),
        (bent(36 + len(PAYLOAD)), "payload_frame"),
        (SALT + b"\xff\xff\xff\xff" + bytes(988), "payload_frame"),
        (bent(0), "payload_mismatch"),
        (bent(35, 1), "payload_mismatch"),
        (bent(35, 2), "payload_frame"),
        (bent(36), "payload_mismatch"),
    ],
)
def test_a_frame_is_refused_by_the_name_of_its_fault(data, code):
    with pytest.raises((MalformedError, IntegrityError)) as refused:
        frame.unpack(data, COMMIT)
    assert refused.value.code == code


def test_another_payload_is_no_payload_of_this_act_and_is_not_shown():
    with pytest.raises(IntegrityError) as refused:
        frame.unpack(FRAME, "0" * 64)
    assert str(refused.value) == (
        "the payload is not the one committed to as `0000000000000000`; ask its author for the payload of this act"
    )


def test_bounds_are_held_before_anything_is_packed():
    with pytest.raises(MalformedError) as refused:
        frame.pack(b"a" * (PAYLOAD_BYTES_MAX + 1), SALT)
    assert refused.value.code == "too_large"
    with pytest.raises(ValueError, match="a salt has 32 bytes"):
        frame.pack(PAYLOAD, SALT[:-1])


def test_the_worked_example():
    facts = {"level": 2, "topic": "nk_missile", "originator_acts": True, "enciphered": True, "carrier": "node_link"}
    derived = frame.facts_salt(SALT)
    assert [
        len(PAYLOAD),
        len(FRAME),
        frame.unpack(FRAME, COMMIT),
        frame.commit(SALT, PAYLOAD),
        derived.hex()[:8],
        derived.hex()[-6:],
        frame.facts_commit(derived, canon.encode(facts)),
    ] == [
        126,
        1_024,
        (SALT, PAYLOAD),
        COMMIT,
        "3df092f4",
        "0656f4",
        "5dc97db7fc8ae07e9495e725672b8354f59450e691909db4351801356a960f6c",
    ]


def test_the_journal_head_is_committed_to_under_its_own_name():
    hidden = canon.encode({"root": "", "size": 0})
    expected = hashlib.sha256(b"servanda/withheld/1\n" + SALT + hidden).hexdigest()
    assert frame.withheld_commit(SALT, hidden) == expected
    assert len({frame.withheld_commit(SALT, hidden), frame.commit(SALT, hidden), frame.facts_commit(SALT, hidden)}) == 3


@pytest.mark.parametrize(
    ("length", "padded"),
    [(2, 2), (8, 8), (9, 10), (1_024, 1_024), (1_025, 1_088), (4_194_340, 4_325_376)],
)
def test_lengths_are_padded(length, padded):
    assert frame.padded(length) == padded
