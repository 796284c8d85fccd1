"""Texts side by side: no two agreements govern one domain."""

from __future__ import annotations

from pathlib import Path

from servanda.agreement.check import complaints
from servanda.base.errors import Complaint

ROOT = Path(__file__).parents[3]


def pact(name: str) -> str:
    return (ROOT / "agreements" / name / "en.md").read_text(encoding="utf-8")


def test_both_example_texts_stand_side_by_side() -> None:
    assert complaints([("a", pact("kr-jp-a")), ("b", pact("kr-jp-b"))]) == ()


def test_two_agreements_over_one_domain() -> None:
    other = pact("kr-jp-a").replace("id: kr-jp-a", "id: kr-jp-c")
    assert complaints([("a.md", pact("kr-jp-a")), ("b.md", pact("kr-jp-b")), ("c.md", other)]) == tuple(
        Complaint(
            path="c.md",
            line=10,
            paragraph="",
            code="domain_twice",
            message=f"`{domain}` is governed by `kr-jp-a` (a.md) already; no two agreements govern one domain",
            word=domain,
        )
        for domain in ("intelligence", "rescue")
    )


def test_two_versions_of_one_agreement_are_one() -> None:
    second = pact("kr-jp-a").replace("version: 1\n", "version: 2\n")
    assert complaints([("1.md", pact("kr-jp-a")), ("2.md", second)]) == ()


def test_every_text_is_complained_of() -> None:
    faulty = pact("kr-jp-a").replace("[relay_other]", "[relay_others]")
    found = complaints([("a.md", faulty), ("b.md", pact("kr-jp-b")), ("c.md", "no text")])
    assert [(complaint.path, complaint.line, complaint.code) for complaint in found] == [
        ("a.md", 169, "word_unknown"),
        ("c.md", 1, "head_missing"),
    ]
