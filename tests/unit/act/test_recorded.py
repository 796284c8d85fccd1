"""Recorded rulings: every shape that is none, and every shape that is one."""

from __future__ import annotations

import pytest

from servanda.act import recorded
from servanda.act.recorded import RecordedRuling
from servanda.act.ruling import Ground, Permit, Refusal
from servanda.base.errors import MalformedError

DIGEST = "cf" * 32
FACTS = "5d" * 32
PERMIT = {"outcome": "permit", "ground": None, "cites": ["4.2", "5.1"], "agreement_digest": DIGEST, "facts": FACTS}
FORBIDDEN = {**PERMIT, "outcome": "refusal", "ground": "forbidden", "line": 2}
SILENT = {**PERMIT, "outcome": "refusal", "ground": "silent", "cites": []}
UNJUDGEABLE = {**SILENT, "ground": "unjudgeable", "missing": ["level", "topic"]}
INVALID = {**SILENT, "ground": "invalid", "facts": None, "code": "signature_invalid"}


def without(members: dict[str, object], *names: str) -> dict[str, object]:
    return {name: member for name, member in members.items() if name not in names}


@pytest.mark.parametrize(
    "value",
    [
        None,
        "permit",
        [],
        {},
        *(without(PERMIT, name) for name in PERMIT),
        {**PERMIT, "outcome": "allow"},
        {**PERMIT, "outcome": "refusal"},
        {**PERMIT, "ground": "silent"},
        {**PERMIT, "cites": []},
        {**PERMIT, "cites": "4.2"},
        {**PERMIT, "cites": [4]},
        {**PERMIT, "cites": ["5.1", "4.2"]},
        {**PERMIT, "cites": ["13.6", "9.2"]},
        {**PERMIT, "cites": ["4.2", "4.2"]},
        {**PERMIT, "cites": ["A paragraph"]},
        {**PERMIT, "agreement_digest": DIGEST.upper()},
        {**PERMIT, "agreement_digest": None},
        {**PERMIT, "facts": FACTS[:-2]},
        {**PERMIT, "facts": 1},
        {**PERMIT, "missing": ["level"]},
        {**PERMIT, "line": 1},
        {**PERMIT, "code": "json_syntax"},
        {**FORBIDDEN, "ground": None},
        {**FORBIDDEN, "ground": "unknown"},
        {**FORBIDDEN, "ground": 1},
        {**FORBIDDEN, "cites": []},
        {**FORBIDDEN, "line": 0},
        {**FORBIDDEN, "line": 10_001},
        {**FORBIDDEN, "line": True},
        {**FORBIDDEN, "line": "2"},
        {**FORBIDDEN, "line": None},
        {**FORBIDDEN, "missing": []},
        {**FORBIDDEN, "missing": ["level"]},
        {**FORBIDDEN, "code": "json_syntax"},
        {**SILENT, "cites": ["4.2"]},
        without(UNJUDGEABLE, "missing"),
        {**UNJUDGEABLE, "missing": []},
        {**UNJUDGEABLE, "missing": ["level", "level"]},
        {**UNJUDGEABLE, "missing": [1]},
        {**UNJUDGEABLE, "cites": ["4.2"]},
        without(INVALID, "code"),
        {**INVALID, "code": None},
        {**INVALID, "code": ""},
        {**INVALID, "code": "Not a code"},
        {**INVALID, "code": 1},
        {**INVALID, "facts": FACTS},
        {**INVALID, "line": 1},
    ],
)
def test_another_shape_is_no_ruling(value):
    with pytest.raises(MalformedError) as refused:
        recorded.from_json(value)
    assert refused.value.code == "ruling_malformed"


def test_the_message_says_what_does_not_go_together():
    with pytest.raises(MalformedError) as refused:
        recorded.from_json({**PERMIT, "outcome": "refusal"})
    assert str(refused.value) == (
        "the ruling is not well formed: `outcome` and `ground` do not go together; ask the node that ruled"
    )


def test_a_ruling_that_nobody_may_write_is_not_built():
    with pytest.raises(MalformedError, match="a permit that cites nothing"):
        RecordedRuling(ruling=Permit(cites=()), agreement_digest=DIGEST, facts=FACTS)


@pytest.mark.parametrize(
    ("value", "ruling", "facts"),
    [
        (PERMIT, Permit(cites=("4.2", "5.1")), FACTS),
        ({**PERMIT, "cites": ["life.3"], "facts": None}, Permit(cites=("life.3",)), None),
        (FORBIDDEN, Refusal(ground=Ground.FORBIDDEN, cites=("4.2", "5.1"), line=2), FACTS),
        (without(FORBIDDEN, "line"), Refusal(ground=Ground.FORBIDDEN, cites=("4.2", "5.1")), FACTS),
        (SILENT, Refusal(ground=Ground.SILENT), FACTS),
        ({**SILENT, "line": 3}, Refusal(ground=Ground.SILENT, line=3), FACTS),
        (UNJUDGEABLE, Refusal(ground=Ground.UNJUDGEABLE, missing=("level", "topic")), FACTS),
        (INVALID, Refusal(ground=Ground.INVALID, code="signature_invalid"), None),
    ],
)
def test_a_ruling_is_read_and_written(value, ruling, facts):
    read = recorded.from_json(value)
    assert read == RecordedRuling(ruling=ruling, agreement_digest=DIGEST, facts=facts)
    assert recorded.to_json(read) == value


def test_what_is_not_known_means_nothing():
    assert recorded.from_json({**PERMIT, "note": ["kept"]}) == recorded.from_json(PERMIT)
