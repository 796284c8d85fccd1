"""The evaluator and Cedar read the same rules: outcome, ground and every cited paragraph are the same."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from random import Random

import cedarpy
import pytest

from servanda.act.ruling import Ground, Permit, Refusal, Ruling, in_order
from servanda.agreement.instrument import Instrument, load
from servanda.agreement.vocabulary import Answer, facts_of
from servanda.policy import cedar
from servanda.policy.judge import judge
from tests.cases import PACTS, Case, Cases, pact, source

CASES = 10_200
SPOILT_EACH = 40


class Cedar:
    """Cedar with the policies and schema of one agreement."""

    def __init__(self, instrument: Instrument) -> None:
        self.instrument = instrument
        policies, schema = cedar.policies(instrument), cedar.schema(instrument)
        validated = cedarpy.validate_policies(policies, schema)
        assert validated.validation_passed, [str(error) for error in validated.errors]
        written = json.loads(cedarpy.policies_to_json_str(policies))["staticPolicies"]
        self._paragraphs = {name: policy["annotations"]["paragraph"] for name, policy in written.items()}
        self._policies = cedarpy.PolicySet.from_str(policies)
        self._schema = cedarpy.Schema.from_str(schema)
        self._entities = cedarpy.Entities.from_json_str("[]")

    def rule(self, cases: list[Case]) -> list[Ruling]:
        requests = [cedar.request(self.instrument, case.kind, case.facts, author=case.author) for case in cases]
        results = cedarpy.is_authorized_batch(requests, self._policies, self._entities, self._schema)
        return [self._ruling(result) for result in results]

    def _ruling(self, result: cedarpy.AuthzResult) -> Ruling:
        cites = in_order(self._paragraphs[name] for name in result.diagnostics.reasons)
        if result.decision is cedarpy.Decision.NoDecision:
            return Refusal(ground=Ground.UNJUDGEABLE)
        assert result.diagnostics.errors == []
        if result.decision is cedarpy.Decision.Allow:
            return Permit(cites=cites)
        return Refusal(ground=Ground.FORBIDDEN if cites else Ground.SILENT, cites=cites)


def differences(instrument: Instrument, cases: list[Case]) -> tuple[list[object], Counter[str]]:
    """Cases on which the two differ, and how many came out how."""
    found: list[object] = []
    outcomes: Counter[str] = Counter()
    for case, theirs in zip(cases, Cedar(instrument).rule(cases), strict=True):
        ours = judge(instrument, case.kind, [case.facts], author=case.author)
        outcomes["permit" if isinstance(ours, Permit) else ours.ground.value] += 1
        if ours != theirs:
            found.append((case, ours, theirs))
    return found, outcomes


@pytest.mark.parametrize("name", PACTS)
def test_the_two_readers_rule_alike(name: str, record_property: pytest.RecordProperty) -> None:
    instrument = pact(name)
    cases = list(Cases(instrument, seed=20_300_201).draw(CASES))
    found, outcomes = differences(instrument, cases)
    print(
        f"{name}: {len(cases)} cases over {len(instrument.lexicon.judged())} kinds, {dict(outcomes)}, "
        f"{len(found)} differences"
    )
    record_property("outcomes", dict(outcomes))
    assert found == []
    assert all(outcomes[outcome] > CASES // 20 for outcome in ("permit", "forbidden", "silent")), outcomes


@pytest.mark.parametrize("name", PACTS)
def test_a_clause_for_one_party_reads_alike(name: str) -> None:
    """No clause of the example texts speaks of one Party, so clauses of every form that can are made to."""
    text = source(name)
    for form, party in (("excludes", "JP"), ("requires", "KR"), ("limits", "JP")):
        text = text.replace(f"```clause\n{form}:\n", f"```clause\n{form}:\n  by: {party}\n")
    for kind in ("intelligence.report.request", "rescue.lead.pass", "logistics.item.pass", "peacekeeping.mission.join"):
        text = text.replace(f"allows:\n  kinds: [{kind}]\n", f"allows:\n  by: KR\n  kinds: [{kind}]\n")
    instrument = load(text, path=name)
    found, outcomes = differences(instrument, list(Cases(instrument, seed=7).draw(2_000)))
    assert found == []
    assert set(outcomes) == {"permit", "forbidden", "silent"}


@pytest.mark.parametrize("name", PACTS)
def test_what_cannot_be_judged_gives_no_decision(name: str) -> None:
    """Missing, surplus, wrongly typed, unknown: one fact of a set is spoilt, and both readers refuse to decide."""
    instrument = pact(name)
    random = Random(11)
    cases = [
        spoilt
        for kind in instrument.lexicon.judged()
        for _ in range(SPOILT_EACH)
        for spoilt in spoil(Cases(instrument, seed=random.randrange(10**6)).of(kind), random)
    ]
    found = [
        case
        for case, theirs in zip(cases, Cedar(instrument).rule(cases), strict=True)
        if theirs != Refusal(ground=Ground.UNJUDGEABLE)
    ]
    ours = {getattr(judge(instrument, case.kind, [case.facts], author=case.author), "ground", None) for case in cases}
    assert found == []
    assert ours == {Ground.UNJUDGEABLE}


def spoil(case: Case, random: Random) -> Iterator[Case]:
    """The same set with one fact missing, one too many, and one that is no answer."""
    name = random.choice(sorted(case.facts))
    yield Case(kind=case.kind, author=case.author, facts={n: v for n, v in case.facts.items() if n != name})
    yield Case(kind=case.kind, author=case.author, facts={**case.facts, f"{name}_once": case.facts[name]})
    wrong = {
        Answer.BOOL: ("true", 1),
        Answer.INT: ("1", True),
        Answer.WORD: ("no_such_word", "", False, 0),
        Answer.PARAGRAPHS: (frozenset({"99.9"}), "1.1"),
    }[facts_of(case.kind)[name].answer]
    yield Case(kind=case.kind, author=case.author, facts={**case.facts, name: random.choice(wrong)})
