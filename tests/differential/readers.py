"""The evaluator and Cedar side by side: what each rules, and where the two differ."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import cedarpy

from servanda.act.ruling import Ground, Permit, Refusal, Ruling, in_order
from servanda.agreement.instrument import Instrument
from servanda.policy import cedar
from servanda.policy.judge import judge
from tests.cases import Case

BATCH = 2_000


class Cedar:
    """Cedar with the policies and schema of one agreement, read once."""

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

    def rule(self, cases: Sequence[Case]) -> list[Ruling]:
        requests = [cedar.request(self.instrument, case.kind, case.facts, author=case.author) for case in cases]
        results = cedarpy.is_authorized_batch(requests, self._policies, self._entities, self._schema)
        return [self._ruling(result) for result in results]

    def _ruling(self, result: cedarpy.AuthzResult) -> Ruling:
        cites = in_order(self._paragraphs[name] for name in result.diagnostics.reasons)
        if result.decision is cedarpy.Decision.NoDecision:
            assert cites == ()
            return Refusal(ground=Ground.UNJUDGEABLE)
        assert result.diagnostics.errors == []
        if result.decision is cedarpy.Decision.Allow:
            return Permit(cites=cites)
        return Refusal(ground=Ground.FORBIDDEN if cites else Ground.SILENT, cites=cites)


@lru_cache(maxsize=4)
def cedar_of(instrument: Instrument) -> Cedar:
    """Cedar for an agreement; the example texts are asked by several tests of one process."""
    return Cedar(instrument)


def ours(instrument: Instrument, case: Case) -> Ruling:
    """The ruling of the evaluator."""
    return judge(instrument, case.kind, [case.facts], author=case.author)


@dataclass(kw_only=True)
class Compared:
    """What became of cases that both readers ruled on.

    Args:
        outcomes: how many came out how; an outcome is `permit` or the ground of a refusal.
        different: the cases on which the two differ, with both rulings.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    different: list[tuple[Case, Ruling, Ruling]] = field(default_factory=list)

    @property
    def cases(self) -> int:
        return self.outcomes.total()

    def __str__(self) -> str:
        by_outcome = ", ".join(f"{count:,} {outcome}" for outcome, count in sorted(self.outcomes.items()))
        return f"{self.cases:,} cases ({by_outcome}), {len(self.different)} differences"


def compare(
    instrument: Instrument, cases: Iterable[Case], seen: Callable[[Case, Ruling], None] = lambda *_: None
) -> Compared:
    """Both readers on the same cases: outcome, ground and every cited paragraph.

    Args:
        seen: told of each case with the evaluator's ruling.
    """
    found, reader = Compared(), cedar_of(instrument)
    batch: list[Case] = []

    def rule() -> None:
        for case, theirs in zip(batch, reader.rule(batch), strict=True):
            ruling = ours(instrument, case)
            seen(case, ruling)
            found.outcomes["permit" if isinstance(ruling, Permit) else ruling.ground.value] += 1
            if ruling != theirs:
                found.different.append((case, ruling, theirs))
        batch.clear()

    for case in cases:
        batch.append(case)
        if len(batch) == BATCH:
            rule()
    if batch:
        rule()
    return found
