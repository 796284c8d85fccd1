"""Duties that a debtor could not meet in the role it then has, and such as it can."""

from __future__ import annotations

from pathlib import Path

import pytest

from servanda.agreement.instrument import check

ROOT = Path(__file__).parents[3]
PACT = (ROOT / "agreements" / "kr-jp-b" / "en.md").read_text(encoding="utf-8")
SIGN = "```clause\nallows:\n  kinds: [logistics.statement.sign]\n```\n"


def complaints(*edits: tuple[str, str], duty: str = "") -> list[tuple[str, str, str]]:
    """Complaints about pact B with one more duty under 11.1, and other edits."""
    text = PACT.replace(SIGN, f"```clause\nowes: {{{duty}, within: 1 day}}\n```\n\n{SIGN}") if duty else PACT
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return [(complaint.code, complaint.paragraph, complaint.word) for complaint in check(text, path="en.md")]


UNMET = [("duty_unmet", "11.1", "logistics.goods.return")]


@pytest.mark.parametrize(
    ("duty", "found"),
    [
        # The supplier issues, the receiver returns.
        ("after: logistics.goods.issue, who: other, does: logistics.goods.return", []),
        ("after: logistics.goods.issue, who: author, does: logistics.goods.return", UNMET),
        ("after: logistics.goods.issue, who: both, does: logistics.goods.return", UNMET),
        ("after: logistics.goods.issue, who: either, does: logistics.goods.return", []),
        # Either Party may clear an order, and only one of them is the receiver.
        ("after: logistics.order.clear, who: author, does: logistics.goods.return", UNMET),
        ("after: logistics.order.clear, who: either, does: logistics.goods.return", []),
        # The facts asked of the starting act settle the role.
        ("after: logistics.order.clear, when: {supplier_acts: false}, who: author, does: logistics.goods.return", []),
        ("after: logistics.order.clear, when: {supplier_acts: true}, who: other, does: logistics.goods.return", []),
        # A role says nothing in another domain, and nothing after an occasion.
        ("after: peacekeeping.support.fulfil, who: author, does: logistics.goods.return", []),
        ("after: agreement.year.turn, who: both, does: logistics.goods.return", []),
        # What the life cycle rules on is not asked of clauses.
        ("after: logistics.goods.issue, who: author, does: agreement.registration.lodge", []),
        # What may never be done starts no duty.
        ("after: logistics.goods.issue, when: {supplier_acts: false}, who: author, does: logistics.goods.return", []),
    ],
)  # fmt: skip
def test_a_duty(duty: str, found: list[tuple[str, str, str]]) -> None:
    assert complaints(duty=duty) == found


RETURN = "logistics.goods.return]\n  when: {category: {not_in: support_category}}\n  that: {returns_receipt: true}\n"
OWED_BY_6_2 = [("duty_unmet", "6.2", "logistics.goods.return")]


@pytest.mark.parametrize(
    ("clause", "found"),
    [
        ("logistics.goods.return]\n  that: {supplier_acts: true}\n", OWED_BY_6_2),
        ("logistics.goods.return]\n  that: {supplier_acts: true, consent: true}\n", OWED_BY_6_2),
        ("logistics.goods.return]\n  that: {supplier_acts: true}\n  unless: {consent: true}\n", []),
        ("logistics.goods.return]\n  that: {supplier_acts: true}\n  unless: {supplier_acts: true}\n", OWED_BY_6_2),
        ("logistics.goods.return]\n  when: {consent: true}\n  that: {supplier_acts: true}\n", []),
        ("logistics.goods.return]\n  when: {supplier_acts: false}\n  that: {supplier_acts: true}\n", OWED_BY_6_2),
        ("logistics.goods.return]\n  that: {supplier_acts: false}\n", []),
        ("logistics.goods.return]\n  that: {supplier_acts: true}\n  by: JP\n", OWED_BY_6_2),
    ],
)  # fmt: skip
def test_a_requirement_that_closes_it(clause: str, found: list[tuple[str, str, str]]) -> None:
    assert complaints((RETURN, clause)) == found


def test_a_ceiling_closes_no_duty() -> None:
    ceiling = "```clause\nlimits: {kinds: [logistics.goods.return], amount: order_usd, at_most: 0}\n```\n\n"
    assert complaints((SIGN, ceiling + SIGN)) == []
