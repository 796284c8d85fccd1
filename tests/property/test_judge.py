"""Judging: what is added to forbid never permits more; order and company of lines change nothing they should not."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servanda.act.ruling import Ground, Permit, Refusal
from servanda.agreement.clause import Always, Excludes, Limits, Requires
from servanda.agreement.vocabulary import phases
from servanda.policy.judge import judge
from tests.cases import PACTS, Case, Cases, pact

SEEDS = st.integers(0, 2**32)
NAMES = st.sampled_from(PACTS)
STRICTNESS = [None, Ground.SILENT, Ground.FORBIDDEN, Ground.UNJUDGEABLE]


def drawn(name: str, seed: int, count: int = 1) -> list[Case]:
    """Cases of one kind of an agreement."""
    cases = Cases(pact(name), seed=seed)
    kind = Random(seed).choice(pact(name).lexicon.judged())
    return [cases.of(kind) for _ in range(count)]


def ground(ruling: Permit | Refusal) -> Ground | None:
    return None if isinstance(ruling, Permit) else ruling.ground


@given(NAMES, SEEDS)
def test_an_added_prohibition_never_permits_more(name: str, seed: int) -> None:
    """A clause of another kind of act is made to speak of this one too, as far as its facts go."""
    whole = pact(name)
    (case,) = drawn(name, seed)
    closing = [
        clause
        for clause in whole.clauses
        if isinstance(clause, Excludes | Requires | Limits) and clause.kinds[0].split(".")[0] == case.kind.split(".")[0]
    ]
    if not closing:
        return
    clause = Random(seed).choice(closing)
    added = replace(clause, kinds=(case.kind,), place=replace(clause.place, paragraph="1.1"))
    wider = replace(whole, clauses=(*whole.clauses, added), digest=f"{whole.digest} {clause.place} {case.kind}")
    before = judge(whole, case.kind, [case.facts], author=case.author)
    after = judge(wider, case.kind, [case.facts], author=case.author)
    if isinstance(after, Permit):
        assert after == before
    elif after.ground is Ground.FORBIDDEN:
        assert set(before.cites) <= set(after.cites) or isinstance(before, Permit)
    else:
        assert after == before


@given(NAMES, SEEDS, st.data())
def test_a_question_never_opens(name: str, seed: int, data: st.DataObject) -> None:
    whole = pact(name)
    (case,) = drawn(name, seed)
    paragraphs = data.draw(st.sets(st.sampled_from(sorted(whole.paragraphs))))
    plain = judge(whole, case.kind, [{**case.facts, "questioned": frozenset()}], author=case.author)
    asked = judge(whole, case.kind, [{**case.facts, "questioned": frozenset(paragraphs)}], author=case.author)
    if plain != asked:
        question = whole.terms.paragraph("questioned")
        assert isinstance(asked, Refusal)
        assert asked.ground is Ground.FORBIDDEN
        assert question in asked.cites
        assert isinstance(plain, Permit) or set(plain.cites) == set(asked.cites) - {question}


@given(NAMES, SEEDS)
def test_what_is_always_held_is_touched_by_no_question_and_no_phase(name: str, seed: int) -> None:
    whole = pact(name)
    held = [kind for clause in whole.clauses if isinstance(clause, Always) for kind in clause.kinds]
    for kind in held:
        case = Cases(whole, seed=seed).of(kind)
        ruling = judge(whole, kind, [case.facts], author=case.author)
        assert isinstance(ruling, Permit) is (case.facts["phase"] != "not_in_force")


@given(NAMES, SEEDS)
def test_a_stricter_phase_never_permits_more(name: str, seed: int) -> None:
    """Not between ended and suspended: the one closes what does not survive, the other what may be suspended."""
    whole = pact(name)
    (case,) = drawn(name, seed)
    rulings = {
        phase: judge(whole, case.kind, [{**case.facts, "phase": phase}], author=case.author) for phase in phases()
    }
    assert isinstance(rulings["not_in_force"], Refusal)
    assert rulings["notice"] == rulings["held"] == rulings["in_force"]
    for phase in ("ended", "suspended"):
        if isinstance(rulings[phase], Permit):
            assert rulings[phase] == rulings["in_force"]


@given(NAMES, SEEDS, st.integers(2, 5))
def test_lines(name: str, seed: int, count: int) -> None:
    whole = pact(name)
    cases = drawn(name, seed, count)
    kind, author = cases[0].kind, cases[0].author
    alone = [judge(whole, kind, [case.facts], author=author) for case in cases]
    together = judge(whole, kind, [case.facts for case in cases], author=author)
    strictest = max((ground(ruling) for ruling in alone), key=STRICTNESS.index)
    if strictest is None:
        assert {cite for ruling in alone for cite in ruling.cites} == set(together.cites)
        assert isinstance(together, Permit)
    else:
        first = next(at for at, ruling in enumerate(alone) if ground(ruling) is strictest)
        assert together == replace(alone[first], line=first + 1)


@given(NAMES, SEEDS)
def test_no_ruling_hangs_on_the_order_of_facts_or_on_what_was_judged_before(name: str, seed: int) -> None:
    whole = pact(name)
    (case,) = drawn(name, seed)
    turned = dict(reversed(case.facts.items()))
    assert judge(whole, case.kind, [turned], author=case.author) == judge(
        whole, case.kind, [case.facts], author=case.author
    )


@pytest.mark.parametrize("name", PACTS)
def test_every_paragraph_that_rules_is_cited_somewhere(name: str) -> None:
    whole = pact(name)
    cited: set[str] = set()
    for case in Cases(whole, seed=3).draw(6_000):
        cited |= set(judge(whole, case.kind, [case.facts], author=case.author).cites)
    timed = {whole.terms.paragraph(key) for key in ("starts", "survives", "suspendable", "questioned")}
    ruling = {clause.paragraph for clause in whole.clauses if clause.form.value in
              {"allows", "excludes", "requires", "limits"}}  # fmt: skip
    assert cited == ruling | timed
