"""What the acts of an agreement's life may say."""

from __future__ import annotations

import hashlib
from typing import Any, get_args

import msgspec
import pytest

from servanda.act.content import read, residue, write
from servanda.act.kind import With, kinds, offices
from servanda.agreement.acts import PAYLOADS, Office, StepTake, TextTable, joint_digest
from servanda.base import canon
from servanda.base.errors import MalformedError

DIGEST = "d" * 64
ACT = "a" * 64
KEY = {"alg": "ed25519", "public": "8e6e0f2c336235e5017f03c0a127398eda58fe5d568048ca4eca8ebfea48e4e7"}
EXAMPLES: dict[str, dict[str, Any]] = {
    "meeting.propose": {
        "opens": "2016-11-01",
        "place": "Tokyo",
        "agenda": ["scope", "marks"],
        "attends": ["kr/envoy-1", "jp/envoy-1"],
    },
    "meeting.answer": {"proposal": ACT, "accepts": False, "opens": "2016-11-09", "place": "Seoul"},
    "meeting.minute": {"subject": {"proposal": ACT, "held": "2016-11-09", "settled": ["1.1", "4.2"], "open": ["16.3"]}},
    "text.table": {"text": "---", "digest": DIGEST, "base": "b" * 64},
    "text.counter": {"text": "---", "answers": DIGEST},
    "text.initial": {"digest": DIGEST, "place": "Tokyo"},
    "text.withdraw": {"digest": DIGEST, "reason": "called off"},
    "text.sign": {"digest": DIGEST, "ad_referendum": True, "languages": ["ko", "ja", "en"], "place": "Seoul"},
    "signature.confirm": {"digest": DIGEST},
    "powers.show": {
        "officer": "kr/envoy-1",
        "may": ["negotiate", "initial", "sign", "confirm"],
        "issued_by": "head_of_state",
        "date": "2016-11-22",
    },
    "completion.notify": {"digest": DIGEST, "note": "KR 2016/88", "date": "2016-11-23"},
    "notice.give": {"note": "KR 2019/12"},
    "notice.withdraw": {"notice": ACT},
    "notice.hold": {"notice": ACT, "note": "JP 4"},
    "notice.resume": {"notice": ACT},
    "force.suspend": {"subject": {"digest": DIGEST}},
    "force.resume": {"suspension": ACT, "note": "JP 5"},
    "termination.agree": {"subject": {"digest": DIGEST}},
    "clause.question": {"paragraph": "10.2", "words": "units", "reading": "units of the coast guard"},
    "clause.correct": {"paragraph": "10.2", "digest": DIGEST},
    "officer.appoint": {"officer": "jp/supply-2", "office": "ordering_officer", "limit_usd": 50_000, "keys": [KEY]},
    "officer.dismiss": {"officer": "jp/supply-2"},
    "key.rotate": {"officer": "jp/supply-2", "old": "c" * 64, "new": KEY},
    "key.revoke": {"officer": "jp/supply-2", "key": "c" * 64, "last_trusted": {"log": "jp.node/kr/1", "index": 7}},
    "registration.lodge": {"date": "2017-01-10", "number": "I-54321"},
    "consultation.open": {"about": ACT, "matter": "the ruling on order 4", "paper": "a page of the journal"},
    "consultation.close": {"subject": {"act": ACT, "outcome": "void"}, "found": "the order named no place"},
    "step.take": {"checklist": "kr", "step": "vice-ministers", "skipped": True, "why": "urgent", "by": "kr/envoy-1"},
}


def faulty(kind: str, **members: Any) -> dict[str, Any]:
    """The example of a kind with other members; None takes one away."""
    changed = {**EXAMPLES[kind], **members}
    return {name: value for name, value in changed.items() if value is not None}


@pytest.mark.parametrize(
    ("kind", "members", "code", "named"),
    [
        ("text.sign", {"digest": None}, "field_missing", "digest"),
        ("text.sign", {"digest": "D" * 64}, "field_type", "digest"),
        ("text.sign", {"digest": f"{DIGEST}\n"}, "field_type", "digest"),
        ("text.sign", {"ad_referendum": "yes"}, "field_type", "ad_referendum"),
        ("text.table", {"text": ""}, "field_type", "text"),
        ("officer.appoint", {"officer": "Kim Minseo"}, "field_type", "officer"),
        ("officer.appoint", {"office": "general"}, "field_type", "office"),
        ("officer.appoint", {"limit_usd": -1}, "field_type", "limit_usd"),
        ("officer.appoint", {"limit_usd": 5.0}, "field_type", "limit_usd"),
        ("officer.appoint", {"keys": []}, "field_type", "keys"),
        ("key.rotate", {"new": {**KEY, "alg": "mlkem768x25519"}}, "field_type", "alg"),
        ("key.revoke", {"last_trusted": {"log": "jp.node/kr/1", "index": -1}}, "field_type", "index"),
        ("powers.show", {"issued_by": "minister_of_defence"}, "field_type", "issued_by"),
        ("clause.question", {"paragraph": "10"}, "field_type", "paragraph"),
        ("completion.notify", {"date": "23 November 2016"}, "field_type", "date"),
        ("consultation.close", {"subject": {"act": ACT, "outcome": "maybe"}}, "field_type", "outcome"),
        ("meeting.propose", {"closes": "2016-10-31"}, "field_value", "`closes`: expected 2016-11-01 or later"),
        ("meeting.answer", {"opens": None, "place": None}, "field_value", "`accepts`: expected another date"),
        (
            "meeting.answer",
            {"accepts": True},
            "field_value",
            "`accepts`: expected a round to be accepted as it was proposed",
        ),
        ("step.take", {"why": None}, "field_value", "`why`: expected why"),
    ],
)
def test_a_faulty_payload_names_its_member(kind: str, members: dict[str, Any], code: str, named: str) -> None:
    with pytest.raises(MalformedError) as caught:
        read(PAYLOADS[f"agreement.{kind}"], faulty(kind, **members))
    assert caught.value.code == code
    assert named in caught.value.message


@pytest.mark.parametrize("kind", EXAMPLES)
def test_a_payload_is_written_as_it_was_read(kind: str) -> None:
    payload = read(PAYLOADS[f"agreement.{kind}"], EXAMPLES[kind])
    assert canon.encode(write(payload)) == canon.encode(EXAMPLES[kind])
    assert read(PAYLOADS[f"agreement.{kind}"], write(payload)) == payload


def test_every_kind_of_the_life_that_is_said_has_a_payload() -> None:
    said = {name for name, kind in kinds().items() if kind.domain == "agreement" and kind.recorded is not With.OCCASION}
    assert set(PAYLOADS) == said
    assert {f"agreement.{kind}" for kind in EXAMPLES} == said
    assert len(said) == 28


def test_offices_are_those_of_the_vocabulary() -> None:
    assert frozenset(get_args(Office)) == offices()


def test_a_text_outlives_its_payload_and_a_paper_shown_does_not() -> None:
    assert residue(TextTable, EXAMPLES["text.table"]) == EXAMPLES["text.table"]
    opened = PAYLOADS["agreement.consultation.open"]
    assert residue(opened, EXAMPLES["consultation.open"]) == {"about": ACT}
    closed = PAYLOADS["agreement.consultation.close"]
    assert residue(closed, EXAMPLES["consultation.close"]) == {"subject": {"act": ACT, "outcome": "void"}}


def test_a_value_once_built_does_not_change() -> None:
    step = StepTake(checklist="jp", step="cabinet", by="jp/envoy-1")
    with pytest.raises(AttributeError):
        step.step = "diet"
    assert msgspec.to_builtins(step) == {"checklist": "jp", "step": "cabinet", "by": "jp/envoy-1"}


@pytest.mark.parametrize("kind", ["text.initial", "text.sign", "clause.correct"])
def test_halves_about_a_text_name_its_digest(kind: str) -> None:
    assert joint_digest(f"agreement.{kind}", EXAMPLES[kind]) == DIGEST


def test_halves_of_a_hold_name_the_notice() -> None:
    assert joint_digest("agreement.notice.hold", EXAMPLES["notice.hold"]) == ACT


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        ("agreement.consultation.close", {"outcome": "stands", "act": ACT}),
        ("agreement.force.suspend", {"digest": DIGEST}),
        ("logistics.statement.sign", {"year": 2030}),
        ("rescue.lead.pass", {"case": "c", "to": "KR"}),
    ],
)
def test_other_halves_have_their_subject_in_common(kind: str, subject: dict[str, Any]) -> None:
    whole = b"servanda/joint/1\n" + kind.encode() + b"\n" + canon.encode(subject)
    assert joint_digest(kind, {"subject": subject, "else": 1}) == hashlib.sha256(whole).hexdigest()


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("agreement.notice.give", {"subject": {"digest": DIGEST}}),
        ("agreement.force.suspend", {}),
        ("agreement.text.sign", {"digest": 4}),
        ("agreement.notice.hold", {}),
        ("logistics.order.place", {"subject": {}}),
        ("nothing.of.this", {"subject": {}}),
    ],
)
def test_an_act_that_is_no_half_has_no_digest_in_common(kind: str, payload: dict[str, Any]) -> None:
    assert joint_digest(kind, payload) is None
