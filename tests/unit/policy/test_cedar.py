"""The rules as Cedar text: one policy a rule and domain, with its annotations."""

from __future__ import annotations

from pathlib import Path

from servanda.agreement.instrument import Instrument, load
from servanda.policy import cedar

ROOT = Path(__file__).parents[3]


def text(path: str) -> Instrument:
    return load((ROOT / path).read_text(encoding="utf-8"), path=path)


def test_policies_of_each_form() -> None:
    policies = cedar.policies(text("tests/agreements/good/small.md")).split("\n\n")
    assert policies[3] == (
        '@id("small-1/12.10/3/intelligence") @paragraph("12.10") @form("excludes")\n'
        'forbid (principal == Party::"JP", action in [Action::"intelligence.report.share"], '
        'resource == Agreement::"small-1")\n'
        'when { [2, 3].contains(context.level) && [IntelligenceTopic::"nk_nuclear"].contains(context.topic) };'
    )
    assert policies[4].splitlines()[2] == (
        "when { context.level >= 1 && context.level <= 2 && context.reader_clearance <= context.level "
        "&& !context.consent };"
    )
    bodies = 'IntelligenceReleasedTo::"third_state", IntelligenceReleasedTo::"public"'
    assert policies[5].splitlines()[2:] == [
        f"when {{ [{bodies}].contains(context.released_to) }}",
        "unless { context.marked && context.consent }",
        "unless { [0].contains(context.level) && context.same_purpose };",
    ]
    assert policies[6].splitlines()[2:] == [
        "unless { context.order_usd <= context.officer_limit_usd }",
        'unless { context.committee_agreed && ![Phase::"notice", Phase::"held"].contains(context.phase) };',
    ]


def test_a_rule_on_two_domains_is_two_policies() -> None:
    policies = cedar.policies(text("agreements/kr-jp-b/en.md")).split("\n\n")
    found = [policy for policy in policies if policy.startswith('@id("kr-jp-b/8.4/1/')]
    assert [policy.splitlines()[1] for policy in found] == [
        'forbid (principal, action in [Action::"logistics.invoice.raise"], resource == Agreement::"kr-jp-b")',
        'forbid (principal, action in [Action::"peacekeeping.support.fulfil"], resource == Agreement::"kr-jp-b")',
    ]


def test_the_schema() -> None:
    lines = cedar.schema(text("agreements/kr-jp-a/en.md")).splitlines()
    assert lines[:2] == ['entity Party enum ["JP", "KR"];', 'entity Agreement enum ["kr-jp-a"];']
    assert 'entity RescuePlace enum ["area_q", "shared_area", "author_waters", "other_waters", "beyond"];' in lines
    assert (
        'action "agreement.consultation.open" appliesTo { principal: Party, resource: Agreement, '
        "context: { phase: Phase, officer_role: OfficerRole, questioned: Set<Paragraph> } };"
    ) in lines


def test_a_request() -> None:
    facts = {"phase": "ended", "officer_role": "envoy", "questioned": frozenset({"4.1", "10.2"}), "surplus": 7}
    assert cedar.request(text("agreements/kr-jp-a/en.md"), "agreement.consultation.open", facts, author="KR") == {
        "principal": {"type": "Party", "id": "KR"},
        "action": {"type": "Action", "id": "agreement.consultation.open"},
        "resource": {"type": "Agreement", "id": "kr-jp-a"},
        "context": {
            "phase": {"__entity": {"type": "Phase", "id": "ended"}},
            "officer_role": {"__entity": {"type": "OfficerRole", "id": "envoy"}},
            "questioned": [
                {"__entity": {"type": "Paragraph", "id": "10.2"}},
                {"__entity": {"type": "Paragraph", "id": "4.1"}},
            ],
            "surplus": 7,
        },
    }
