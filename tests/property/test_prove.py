"""What the prover says of every act, asked of the judge act by act, on small texts made at random."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from servanda.act.ruling import Permit, Ruling
from servanda.agreement.clause import Always, Holds, Never, Ruled, SameIn
from servanda.agreement.condition import AtLeastFact, AtMostFact, FactValue, all_hold, holds
from servanda.agreement.instrument import Instrument
from servanda.agreement.vocabulary import phases
from servanda.policy.judge import judge
from servanda.policy.prove import AUTHOR, Cube, Within, prove
from servanda.policy.prove.dead import idle_clauses
from tests.unit.policy.small import small

SHARE = "intelligence.report.share"
# No clause made here asks these; so any value stands for all.
UNASKED: dict[str, FactValue] = {
    "originator_acts": True,
    "purpose_stated": True,
    "carrier": "courier",
    "enciphered": True,
    "route": "direct",
    "relay_asked": True,
    "addressee_assured": True,
    "other_incident_overdue": False,
    "released_to": "public",
    "same_purpose": True,
    "need_to_know": True,
    "facility_cleared": True,
    "contract_binds": True,
    "inspected_months_ago": 1,
    "witnesses": 2,
    "marked": True,
    "officer_role": "envoy",
}
TESTS = st.fixed_dictionaries(
    {},
    optional={
        "topic": st.sampled_from(["topic_in_scope", "other", "nk_missile", {"not_in": "topic_in_scope"}]),
        "level": st.sampled_from([2, "secret", [0, 3], {"at_least": 1}, {"at_most": "secret"}, {"not_in": [1]}]),
        "reader_clearance": st.sampled_from([{"at_least_fact": "level"}, {"at_most_fact": "level"}, {"at_least": 2}]),
        "consent": st.booleans(),
        "phase": st.sampled_from(["in_force", ["notice", "held"], {"not_in": ["in_force"]}]),
    },
)
SOME = TESTS.filter(bool)
BY = st.fixed_dictionaries({}, optional={"by": st.sampled_from(["KR", "JP"])})


def clause(form: str, body: dict[str, object]) -> str:
    return f"{form}: {json.dumps({key: value for key, value in body.items() if value != {}})}"


def ruled() -> st.SearchStrategy[str]:
    kinds = {"kinds": [SHARE]}
    return st.one_of(
        st.builds(lambda by, when: clause("allows", {**kinds, "when": when, **by}), BY, TESTS),
        st.builds(lambda by, when: clause("excludes", {**kinds, "when": when, **by}), BY, SOME),
        st.builds(
            lambda by, that, when, unless: clause(
                "requires", {**kinds, "that": that, "when": when, "unless": unless, **by}
            ),
            *(BY, SOME, TESTS, TESTS),
        ),
        st.builds(
            lambda by, most, unless: clause(
                "limits", {**kinds, "amount": "level", "at_most": most, "unless": unless, **by}
            ),
            *(BY, st.integers(0, 3), TESTS),
        ),
    )


def promised() -> st.SearchStrategy[str]:
    kinds = {"kinds": [SHARE]}
    pairs = st.lists(st.sampled_from(phases()), min_size=2, max_size=3, unique=True)
    return st.one_of(
        st.builds(lambda when: clause("holds", {"never": {**kinds, **({"when": when} if when else {})}}), TESTS),
        st.just(clause("holds", {"always": kinds})),
        st.builds(lambda asked: clause("holds", {"same_in": {"phases": asked, **kinds}}), pairs),
    )


# `held` is told from `notice` by no test made here.
PHASES = tuple(phase for phase in phases() if phase != "held")
QUESTIONED = st.sampled_from([(), ("lasts: {questioned: 30 days}",)])
SURVIVES = st.sampled_from(["", SHARE])


def acts(questions: tuple[str, ...]) -> Iterator[tuple[str, dict[str, FactValue]]]:
    """Every act that some clause made here may tell from another."""
    asked = [
        frozenset(number for number, is_in in zip(questions, each, strict=True) if is_in)
        for each in product((False, True), repeat=len(questions))
    ]
    for author, topic, level, clearance, consent, phase, under in product(
        ("KR", "JP"), ("nk_nuclear", "nk_missile", "other"), range(4), range(4), (False, True), PHASES, asked
    ):
        facts: dict[str, FactValue] = {
            "topic": topic,
            "level": level,
            "reader_clearance": clearance,
            "consent": consent,
        }
        yield author, {**UNASKED, **facts, "phase": phase, "questioned": under}


def questions(text: Instrument) -> tuple[str, ...]:
    """Paragraphs of which a question may close something: at most two, to keep the acts few."""
    if text.terms.paragraph("questioned") is None:
        return ()
    return tuple(dict.fromkeys(each.paragraph for each in text.clauses if each.form.value == "allows"))[:2]


def ruling(text: Instrument, author: str, facts: dict[str, FactValue]) -> Ruling:
    return judge(text, SHARE, (facts,), author=author)


def permits(text: Instrument, author: str, facts: dict[str, FactValue]) -> bool:
    return isinstance(ruling(text, author, facts), Permit)


def breaks(invariant: Holds, text: Instrument, author: str, facts: dict[str, FactValue]) -> bool:
    match invariant:
        case Never():
            return all_hold(invariant.when, facts) and permits(text, author, facts)
        case Always():
            return facts["phase"] != "not_in_force" and not permits(text, author, facts)
        case SameIn():
            return len({permits(text, author, {**facts, "phase": phase}) for phase in invariant.phases}) > 1


def fits(cube: Cube, author: str, facts: dict[str, FactValue]) -> bool:
    for name, cells in cube.facts.items():
        value = author if name == AUTHOR else facts[name]
        if not any(cell.least <= value <= cell.most if isinstance(cell, Within) else value == cell for cell in cells):
            return False
    assert all(isinstance(test, AtLeastFact | AtMostFact) for test in cube.compared)
    under = facts["questioned"]
    return all(holds(test, facts) is truth for test, truth in cube.compared.items()) and all(
        (number in under) is truth for number, truth in cube.questioned.items()
    )


@settings(max_examples=20, deadline=None)
@given(st.lists(ruled(), min_size=1, max_size=4), st.lists(promised(), min_size=1, max_size=2), QUESTIONED, SURVIVES)
def test_an_invariant_is_broken_exactly_where_the_judge_breaks_it(
    clauses: list[str], promises: list[str], questioned: tuple[str, ...], survives: str
) -> None:
    text = small(*clauses, *promises, *questioned, survives=survives)
    every = list(acts(questions(text)))
    for proof in prove(text):
        if proof.proved:
            assert not any(breaks(proof.invariant, text, *act) for act in every)
            continue
        (broken,) = proof.broken
        assert breaks(proof.invariant, text, broken.act.author, dict(broken.act.facts))
        described = [act for act in every if fits(broken.described, *act)]
        if set(broken.described.questioned) <= set(questions(text)):
            assert described
        assert all(breaks(proof.invariant, text, *act) for act in described)


@settings(max_examples=12, deadline=None)
@given(st.lists(ruled(), min_size=2, max_size=4), QUESTIONED, SURVIVES)
def test_a_clause_decides_nothing_exactly_where_leaving_it_out_changes_no_outcome(
    clauses: list[str], questioned: tuple[str, ...], survives: str
) -> None:
    text = small(*clauses, *questioned, survives=survives)
    idle = {each.clause.paragraph: each for each in idle_clauses(text)}
    asked = tuple(dict.fromkeys(each.paragraph for each in text.clauses if each.form.value == "allows"))
    if questioned and len(asked) > 2:
        return
    every = list(acts(asked if questioned else ()))
    with_all = [ruling(text, *act) for act in every]
    for clause in text.clauses:
        if not isinstance(clause, Ruled):
            continue
        place = int(clause.paragraph.split(".")[1]) - 1
        without = small(
            *(*clauses[:place], "text_only: left out", *clauses[place + 1 :], *questioned), survives=survives
        )
        rulings = [ruling(without, *act) for act in every]
        outcomes = [(isinstance(a, Permit), isinstance(b, Permit)) for a, b in zip(with_all, rulings, strict=True)]
        assert (clause.paragraph in idle) is all(before is after for before, after in outcomes)
        if clause.paragraph in idle:
            assert idle[clause.paragraph].cited is (with_all != rulings)
