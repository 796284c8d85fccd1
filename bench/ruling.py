"""How fast an act is judged, beside Cedar on the same cases.

Peer: Cedar in its own compiled library, with policies, schema and entities of the agreement read beforehand, requests
and their facts written as JSON beforehand, and all of them handed over in one call. It answers the same question, as
tests/differential shows on every run: whether the facts are complete and typed, what forbids, what permits, and which
paragraphs. `ratio` is how many times as many rulings a second the judge gives; 4 would be a quarter of its time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import cedarpy

from bench.harness import Figure, beside
from servanda.agreement.instrument import Instrument
from servanda.policy import cedar
from servanda.policy.judge import judge
from tests.cases import PACTS, Cases, pact

CASES = 4_000
SEED = 20_310_401


def run() -> Iterator[Figure]:
    """The figures of this bench."""
    for name in PACTS:
        yield rulings(name, pact(name))


def rulings(name: str, instrument: Instrument) -> Figure:
    """Cases over every kind that the agreement judges, permitted, forbidden and silent ones."""
    cases = list(Cases(instrument, seed=SEED).draw(CASES))
    policies = cedarpy.PolicySet.from_str(cedar.policies(instrument))
    schema = cedarpy.Schema.from_str(cedar.schema(instrument))
    entities = cedarpy.Entities.from_json_str("[]")
    requests = [
        {**request, "context": json.dumps(request["context"])}
        for case in cases
        for request in (cedar.request(instrument, case.kind, case.facts, author=case.author),)
    ]

    def ours() -> int:
        return len([judge(instrument, case.kind, [case.facts], author=case.author) for case in cases])

    def theirs() -> int:
        return len(cedarpy.is_authorized_batch(requests, policies, entities, schema))

    kinds = len(instrument.lexicon.judged())
    return beside(
        f"rulings of {name}, {kinds} kinds", ours, theirs, of="rulings", named="Cedar, policies read beforehand"
    )
