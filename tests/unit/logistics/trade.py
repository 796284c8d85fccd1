"""Trade between two Parties for tests: acts drafted, judged, and folded where they are permitted, in one small view."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from servanda.domains.logistics import DOMAIN
from servanda.domains.logistics.book import Book
from tests.unit.agreement.covered import AT, Covered
from tests.unit.agreement.lives import OTHER, moment

__all__ = ["AGREEMENT", "AT", "FUEL", "OFFICERS", "ORDER", "OTHER", "SUPPLIERS", "WHOLE", "Trade", "moment"]

AGREEMENT = "kr-jp-b"
OFFICERS: Mapping[str, tuple[str, int | None]] = {
    "order-1": ("ordering_officer", 500_000),
    "order-2": ("ordering_officer", 50_000),
    "supply-1": ("supply_officer", None),
    "supply-2": ("supply_officer", None),
    "money-1": ("settling_officer", None),
    "review-1": ("reviewer", None),
    "member-1": ("committee_member", None),
    "envoy-1": ("envoy", None),
    "all-1": ("contingent_commander", 500_000),
}
WHOLE: Mapping[str, Any] = {
    "billed_party": "JP ministry of defence",
    "receiving_organisation": "JP engineer unit",
    "funds": "certified by the unit's comptroller",
    "transfer_day": "2031-03-10",
    "transfer_place": "Juba airfield",
    "special_requirements": {"not_applicable": "no special transport"},
    "limit_of_liability": {"not_applicable": "final price"},
}
"""The elements that an order gives."""
SUPPLIERS: Mapping[str, Any] = {
    "payee": "KR ministry of national defence",
    "payment_address": "Seoul, account 1",
    "issuing_organisation": "KR engineer unit",
}
"""The elements that its acceptance adds."""
FUEL: Mapping[str, Any] = {
    "item": {"text": "diesel fuel", "supply_class": "9130", "category": "fuel"},
    "quantity": "40000",
    "unit": "LTR",
    "unit_price": "1.05",
    "serves_weapon": False,
}
ORDER: Mapping[str, Any] = {
    "activity": "un_peacekeeping",
    "place": "third_territory",
    "supplier": "KR",
    "currency": "USD",
    "settlement": "cash",
    "lines": [FUEL],
    "for_combat": False,
    "elements": WHOLE,
}


class Trade(Covered):
    """Logistics under one agreement in force."""

    agreement = AGREEMENT
    domain = DOMAIN
    offices = OFFICERS

    @property
    def book(self) -> Book:
        return self.state.under(AGREEMENT)
