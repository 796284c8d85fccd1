"""The register of kinds: what a pattern names, and what each kind is."""

from __future__ import annotations

from servanda.act.kind import JudgedBy, Kind, With, kinds, matching, offices


def test_a_pattern_that_names_nothing():
    assert [
        matching(pattern) for pattern in ("", "*", "intelligence.*.share", "intelligence", "trade.*", "no.such.kind")
    ] == [()] * 6


def test_a_pattern_names_kinds_in_the_order_of_the_vocabulary():
    assert matching("intelligence.consent.*") == ("intelligence.consent.ask", "intelligence.consent.give")
    assert matching("intelligence.report.share") == ("intelligence.report.share",)
    assert matching("rescue.*") == tuple(name for name in kinds() if name.startswith("rescue."))


def test_every_kind_is_domain_noun_verb_and_stands_under_its_domain():
    assert {name for name, kind in kinds().items() if name != f"{kind.domain}.{kind.noun}.{kind.verb}"} == set()
    assert {kind.domain for kind in kinds().values()} == {
        "agreement",
        "intelligence",
        "rescue",
        "logistics",
        "peacekeeping",
    }


def test_life_first_kinds_are_two():
    assert {name for name, kind in kinds().items() if kind.life_first} == {"rescue.case.open", "rescue.sighting.lodge"}


def test_a_kind_as_the_vocabulary_has_it():
    begin = kinds()["agreement.force.begin"]
    assert begin == Kind(
        name="agreement.force.begin",
        domain="agreement",
        recorded=With.OCCASION,
        judged_by=JudgedBy.NONE,
        meaning=begin.meaning,
        joint=False,
        life_first=False,
    )


def test_offices_are_known_by_name():
    assert {"envoy", "information_officer", "ordering_officer", "duty_officer"} <= offices()
