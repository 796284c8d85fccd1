"""Checkpoints: lines that do not hold or are absent, texts that are no head, and heads that contradict each other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from servanda.base.errors import IntegrityError, MalformedError
from servanda.log import checkpoint, note
from servanda.log.checkpoint import LineType, SignedHead, Trust, cosign, open_checkpoint, sign_head
from servanda.log.note import Note
from tests.unit.log.heads import (
    HEAD,
    HELD,
    HELD_AT,
    LOG,
    LOG_KEY,
    LOG_PQ,
    LOG_TRUST,
    SIGNED,
    SIGNED_AT,
    STRANGER,
    TRUST,
    WITNESS,
    WITNESS_KEY,
    WITNESS_TRUST,
)


def lines(raw: bytes) -> tuple[note.Line, ...]:
    return note.parse(raw).lines


def with_lines(*listed: note.Line) -> bytes:
    return note.write(Note(text=HEAD.text, lines=listed))


def bent(line: note.Line, place: int) -> note.Line:
    signature = bytearray(line.signature)
    signature[place] ^= 1
    return replace(line, signature=bytes(signature))


ED, PQ, CO_ED, CO_PQ = lines(HELD)
ROOT = HEAD.text.split("\n")[2]


@pytest.mark.parametrize(
    "text",
    [
        f"{LOG}\n5\n",
        f"{LOG}\n5\n{ROOT}\nextension\n",
        f"\n5\n{ROOT}\n",
        f"{LOG}\n05\n{ROOT}\n",
        f"{LOG}\n+5\n{ROOT}\n",
        f"{LOG}\n-5\n{ROOT}\n",
        f"{LOG}\n\uff15\n{ROOT}\n",
        f"{LOG}\n 5\n{ROOT}\n",
        f"{LOG}\n{2**40 + 1}\n{ROOT}\n",
        f"{LOG}\n{'9' * 5_000}\n{ROOT}\n",
        f"{LOG}\n5\n{ROOT[:-1]}\n",
        f"{LOG}\n5\nAAAA\n",
        f"{LOG}\n5\n{ROOT[:-2]}J=\n",
    ],
)
def test_a_text_that_is_no_head_is_refused(text):
    with pytest.raises(MalformedError) as refused:
        open_checkpoint(note.write(Note(text=text, lines=(ED,))), LOG, ())
    assert refused.value.code == "note_malformed"


@pytest.mark.parametrize(
    "raw",
    [
        with_lines(bent(ED, 0), PQ),
        with_lines(replace(ED, signature=ED.signature[:-1]), PQ),
        with_lines(ED, bent(PQ, 0)),
        with_lines(ED, bent(PQ, 7)),
        with_lines(ED, bent(PQ, 8)),
        with_lines(ED, PQ, bent(CO_ED, 7), CO_PQ),
        with_lines(ED, PQ, bent(CO_ED, 9), CO_PQ),
        with_lines(ED, PQ, CO_ED, bent(CO_PQ, 7)),
        with_lines(ED, PQ, replace(CO_ED, signature=b"\1"), CO_PQ),
        with_lines(ED, PQ, replace(CO_ED, signature=b"\xff" * 72), CO_PQ),
        with_lines(ED, bent(ED, 1), PQ, CO_ED, CO_PQ),
        with_lines(ED, PQ, replace(CO_ED, signature=CO_ED.signature[:8] + ED.signature), CO_PQ),
        note.write(Note(text=HEAD.text.replace("\n5\n", "\n4\n"), lines=(ED, PQ, CO_ED, CO_PQ))),
    ],
    ids=lambda value: value if isinstance(value, str) else "-",
)
def test_a_line_of_a_trusted_key_must_hold(raw):
    with pytest.raises(IntegrityError) as refused:
        open_checkpoint(raw, LOG, TRUST)
    assert refused.value.code == "signature_invalid"


@pytest.mark.parametrize(
    ("raw", "absent"),
    [
        (with_lines(PQ, CO_ED, CO_PQ), f"`{LOG}`, type 1"),
        (with_lines(ED, CO_ED, CO_PQ), f"`{LOG}`, type 6"),
        (SIGNED, f"`{WITNESS}`, type 4"),
        (with_lines(ED, PQ, CO_ED), f"`{WITNESS}`, type 6"),
        (sign_head(HEAD, [STRANGER, LOG_PQ], SIGNED_AT), f"`{LOG}`, type 1"),
        (cosign(SIGNED, "jp.node.example/witness", [WITNESS_KEY], HELD_AT), f"`{WITNESS}`, type 4"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-",
)
def test_a_required_line_must_be_there(raw, absent):
    with pytest.raises(IntegrityError) as refused:
        open_checkpoint(raw, LOG, TRUST)
    assert (refused.value.code, refused.value.message) == (
        "signature_missing",
        f"the checkpoint lacks the line of {absent}",
    )


def test_a_checkpoint_of_another_log_is_refused():
    with pytest.raises(IntegrityError) as refused:
        open_checkpoint(HELD, "jp.node.example/kr/2", TRUST)
    assert refused.value.code == "origin_wrong"


def test_a_cosignature_is_no_signature_of_the_log():
    forged = with_lines(replace(CO_ED, name=LOG, key_id=ED.key_id, signature=CO_ED.signature[8:]), PQ)
    with pytest.raises(IntegrityError) as refused:
        open_checkpoint(forged, LOG, LOG_TRUST)
    assert refused.value.code == "signature_invalid"


def test_a_post_quantum_line_binds_the_log():
    moved = replace(HEAD, log="jp.node.example/kr/2")
    trust = Trust(name=moved.log, type=LineType.ML_DSA_44, public=LOG_PQ.public)
    line = replace(PQ, name=moved.log, key_id=trust.key_id)
    with pytest.raises(IntegrityError) as refused:
        open_checkpoint(note.write(Note(text=moved.text, lines=(line,))), moved.log, [trust])
    assert refused.value.code == "signature_invalid"


@pytest.mark.parametrize(
    ("line_type", "key"),
    [(LineType.ML_DSA_44, LOG_KEY), (LineType.ED25519, LOG_PQ), (LineType.COSIGNATURE, LOG_PQ)],
)
def test_a_line_type_goes_with_its_algorithm(line_type, key):
    with pytest.raises(IntegrityError) as refused:
        Trust(name=LOG, type=line_type, public=key.public)
    assert refused.value.code == "algorithm_unknown"


def test_a_name_too_long_to_be_cosigned_is_refused():
    with pytest.raises(MalformedError) as refused:
        sign_head(replace(HEAD, log="x" * 256), [LOG_PQ], SIGNED_AT)
    assert refused.value.code == "note_malformed"


def test_lines_of_unknown_keys_are_ignored():
    stranger = note.parse(sign_head(HEAD, [STRANGER], SIGNED_AT)).lines
    raw = note.write(note.merged(note.parse(HELD), stranger))
    opened = open_checkpoint(raw, LOG, TRUST)
    assert (opened.checkpoint, opened.signers, len(opened.note.lines)) == (HEAD, TRUST, 5)


def test_a_line_that_is_not_required_may_be_absent():
    witness = [replace(one, required=False) for one in WITNESS_TRUST]
    opened = open_checkpoint(SIGNED, LOG, [*LOG_TRUST, *witness])
    assert opened == SignedHead(checkpoint=HEAD, note=note.parse(SIGNED), signers=LOG_TRUST, times=(None, SIGNED_AT))
    assert opened.time_of(WITNESS) is None


def test_a_held_checkpoint_says_who_and_when():
    opened = open_checkpoint(HELD, LOG, TRUST)
    assert opened == SignedHead(
        checkpoint=HEAD, note=note.parse(HELD), signers=TRUST, times=(None, SIGNED_AT, HELD_AT, HELD_AT)
    )
    assert (opened.time_of(WITNESS), opened.time_of(LOG)) == (HELD_AT, SIGNED_AT)


def test_an_exercise_signs_without_post_quantum_lines():
    raw = cosign(sign_head(HEAD, [LOG_KEY], SIGNED_AT), WITNESS, [WITNESS_KEY], HELD_AT)
    assert open_checkpoint(raw, LOG, [TRUST[0], TRUST[2]]).checkpoint == HEAD


def test_a_key_may_change_while_both_sign():
    raw = sign_head(HEAD, [LOG_KEY, STRANGER], SIGNED_AT)
    both = [Trust(name=LOG, type=LineType.ED25519, public=key.public) for key in (LOG_KEY, STRANGER)]
    assert open_checkpoint(raw, LOG, both).signers == tuple(both)


def test_lines_are_put_together_once():
    assert note.write(note.merged(note.parse(HELD), note.parse(SIGNED).lines)) == HELD
    assert cosign(HELD, WITNESS, [WITNESS_KEY], SIGNED_AT) == HELD


def test_heads_of_one_size_with_two_roots_contradict_each_other():
    other = replace(HEAD, root=bytes(32))
    assert [
        checkpoint.contradict(HEAD, each)
        for each in (HEAD, other, replace(other, size=6), replace(other, log="jp.node.example/kr/2"))
    ] == [False, True, False, False]


def test_a_head_is_read_aloud():
    head = checkpoint.read_text("kr.node.example/jp/1\n13\nQj5T6uGWemmr4loD+SXhncHo0/HnVWIR8aVCwtw0yDA=\n")
    assert checkpoint.spoken_form(head) == "EQ3Y-UYEE-ZSZ5-7IJW-3MQZ"
