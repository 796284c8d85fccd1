"""Invariants proved for every possible act, or broken by one that the judge rules so."""

from __future__ import annotations

from pathlib import Path

import pytest

from servanda.act.ruling import Permit
from servanda.agreement.instrument import Instrument, load
from servanda.base.errors import IntegrityError
from servanda.policy.judge import judge
from servanda.policy.prove import Broken, invariants, prove, solving
from servanda.policy.prove.words import cube_words
from tests.unit.policy.small import small

AGREEMENTS = Path(__file__).parents[3] / "agreements"
SHARE = "intelligence.report.share"
OPEN = f"allows: {{kinds: [{SHARE}], when: {{topic: topic_in_scope, level: {{at_most: secret}}}}}}"


def pact(name: str, *edits: tuple[str, str]) -> Instrument:
    text = (AGREEMENTS / name / "en.md").read_text(encoding="utf-8")
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return load(text, path=name)


def permitted(text: Instrument, broken: Broken, **changed: str) -> bool:
    act = broken.act
    return isinstance(judge(text, act.kind, ({**act.facts, **changed},), author=act.author), Permit)


@pytest.mark.parametrize(
    ("name", "proved"),
    [
        ("kr-jp-a", [("3.2", 2), ("4.3", 2), ("6.1", 1), ("16.3", 27), ("16.4", 12), ("16.5", 7)]),
        ("kr-jp-b", [("3.4", 9), ("3.4", 1), ("3.4", 7), ("9.1", 4), ("13.3", 7), ("13.4", 7)]),
    ],
)
def test_what_the_example_texts_promise_holds(name: str, proved: list[tuple[str, int]]) -> None:
    proofs = prove(pact(name))
    assert all(proof.proved for proof in proofs)
    assert [(proof.paragraph, len(proof.kinds)) for proof in proofs] == proved


def test_never_is_broken_by_an_act_that_is_permitted() -> None:
    text = small(OPEN, f"holds: {{never: {{kinds: [{SHARE}], when: {{level: {{at_least: secret}}}}}}}}")
    (proof,) = prove(text)
    (broken,) = proof.broken
    assert (proof.paragraph, proof.ordinal, proof.proved, broken.phases) == ("2.2", 1, False, ())
    assert cube_words(broken.described, text) == {
        "topic": "topic_in_scope",
        "level": "secret",
        "phase": {"not_in": ["not_in_force", "ended"]},
    }
    assert broken.act.facts["level"] == 2
    assert permitted(text, broken)


def test_never_holds_where_an_exclusion_closes_it() -> None:
    closed = f"excludes: {{kinds: [{SHARE}], when: {{level: secret}}}}"
    promised = f"holds: {{never: {{kinds: [{SHARE}], when: {{level: {{at_least: secret}}}}}}}}"
    (proof,) = prove(small(OPEN, closed, promised))
    assert (proof.proved, proof.broken, proof.kinds) == (True, (), (SHARE,))


def test_never_of_one_partys_acts_only() -> None:
    opened = f"allows: {{kinds: [{SHARE}], by: JP}}"
    text = small(opened, f"holds: {{never: {{kinds: [{SHARE}], when: {{marked: false}}}}}}")
    ((broken,),) = (proof.broken for proof in prove(text))
    assert broken.act.author == "JP"
    assert cube_words(broken.described, text) == {
        "author": "JP",
        "marked": False,
        "phase": {"not_in": ["not_in_force", "ended"]},
    }
    assert permitted(text, broken)


def test_always_is_broken_in_each_phase_but_before_force() -> None:
    opened = f"allows: {{kinds: [{SHARE}]}}"
    promised = f"holds: {{always: {{kinds: [{SHARE}]}}}}"
    ((broken,),) = (proof.broken for proof in prove(small(opened, promised)))
    assert broken.act.facts["phase"] == "ended"
    assert not permitted(small(opened, promised), broken)
    (proof,) = prove(small(opened, promised, survives=SHARE))
    assert proof.proved


def test_no_question_touches_what_is_always_permitted() -> None:
    clauses = (
        f"allows: {{kinds: [{SHARE}]}}",
        f"holds: {{always: {{kinds: [{SHARE}]}}}}",
        "lasts: {questioned: 30 days}",
    )
    (proof,) = prove(small(*clauses, survives=SHARE))
    assert proof.proved
    text = small(clauses[0], f"holds: {{same_in: {{phases: [in_force, ended], kinds: [{SHARE}]}}}}", clauses[2])
    ((broken,),) = (proof.broken for proof in prove(text))
    assert "2.1" not in broken.act.facts["questioned"]


def test_same_in_is_broken_by_an_act_that_two_phases_rule_differently() -> None:
    text = small(OPEN, f"holds: {{same_in: {{phases: [in_force, notice, ended], kinds: [{SHARE}]}}}}")
    ((broken,),) = (proof.broken for proof in prove(text))
    assert broken.phases == ("in_force", "ended")
    assert cube_words(broken.described, text) == {"topic": "topic_in_scope", "level": {"at_most": "secret"}}
    assert permitted(text, broken, phase="in_force") is not permitted(text, broken, phase="ended")


def test_what_is_in_force_is_read_with_its_own_words() -> None:
    """A word hollowed out leaves the new text true to itself, and breaks what is in force."""
    old = pact("kr-jp-b")
    new = pact(
        "kr-jp-b",
        ("barred_category: [weapon, ammunition, ", "barred_category: [weapon, "),
        ("training, spare_parts,", "training, ammunition, spare_parts,"),
    )
    assert all(proof.proved for proof in prove(new))
    broken = [proof for proof in prove(new, of=old) if not proof.proved]
    assert [(proof.paragraph, proof.ordinal) for proof in broken] == [("3.4", 1), ("3.4", 2)]
    acts = [each for proof in broken for each in proof.broken]
    assert {cube_words(each.described, new)["category"] for each in acts} == {"ammunition"}
    assert all(permitted(new, each) for each in acts)


def test_a_text_without_promises() -> None:
    text = small(OPEN)
    assert (invariants(text), prove(text)) == ((), ())


def test_what_is_not_decided_is_neither_proved_nor_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    text = small(OPEN, f"holds: {{never: {{kinds: [{SHARE}], when: {{level: {{at_least: secret}}}}}}}}")
    monkeypatch.setattr(solving, "STEPS_MAX", 1)
    with pytest.raises(IntegrityError) as caught:
        prove(text)
    assert (caught.value.code, caught.value.exit_code) == ("proof_undecided", 4)
    assert caught.value.message.startswith("whether paragraph 2.2 holds of `intelligence.report.share` is open: ")
