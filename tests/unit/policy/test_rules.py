"""Clauses as rules: what each form, each phase and a question comes to."""

from __future__ import annotations

from pathlib import Path

import pytest

from servanda.agreement.clause import Form
from servanda.agreement.condition import AtMost, FactValue, Is, OneOf, Questioned
from servanda.agreement.instrument import Instrument, load
from servanda.policy.rules import Effect, Rule, rules, rules_of

ROOT = Path(__file__).parents[3]


def text(path: str) -> Instrument:
    return load((ROOT / path).read_text(encoding="utf-8"), path=path)


def named(instrument: Instrument) -> dict[str, Rule]:
    return {rule.name: rule for rule in rules(instrument)}


@pytest.mark.parametrize(
    ("when", "that", "unless", "applies"),
    [
        ((), (), (), True),
        (("yes",), (), (), True),
        (("no",), (), (), False),
        (("yes", "no"), (), (), False),
        ((), ("yes",), (), False),
        ((), ("no",), (), True),
        ((), ("yes", "no"), (), True),
        ((), (), ("yes",), False),
        ((), (), ("no",), True),
        ((), (), ("yes", "no"), True),
        (("yes",), ("no",), ("no",), True),
        (("yes",), ("no",), ("yes",), False),
        (("yes",), ("yes",), ("no",), False),
    ],
)
def test_when_a_rule_applies(
    when: tuple[str, ...], that: tuple[str, ...], unless: tuple[str, ...], applies: bool
) -> None:
    facts: dict[str, FactValue] = {"yes": True, "no": False}
    asked = [tuple(Is(fact=name, truth=True) for name in names) for names in (when, that, unless)]
    rule = Rule(
        name="x", effect=Effect.FORBID, paragraph="1.1", form=Form.REQUIRES, kinds=("k",),
        when=asked[0], that=asked[1], unless=asked[2],
    )  # fmt: skip
    assert rule.applies("KR", facts) is applies


def test_a_rule_for_one_party() -> None:
    rule = Rule(name="x", effect=Effect.PERMIT, paragraph="1.1", form=Form.ALLOWS, kinds=("k",), by="KR")
    assert (rule.applies("KR", {}), rule.applies("JP", {})) == (True, False)


def test_each_form_that_rules_is_one_rule() -> None:
    found = named(text("tests/agreements/good/small.md"))
    assert [(name, rule.effect.value, rule.form.value, rule.by) for name, rule in found.items()] == [
        ("small-1/12.10/1", "permit", "allows", None),
        ("small-1/12.10/2", "permit", "allows", "KR"),
        ("small-1/12.10/3", "forbid", "excludes", "JP"),
        ("small-1/12.10/4", "forbid", "excludes", None),
        ("small-1/12.10/5", "forbid", "requires", "KR"),
        ("small-1/12.10/6", "forbid", "limits", "KR"),
        ("small-1/12.10/7", "forbid", "limits", None),
        ("small-1/13.1/not_in_force", "forbid", "lasts", None),
        ("small-1/13.2/ended", "forbid", "lasts", None),
        ("small-1/13.2/questioned/12.10/1", "forbid", "lasts", None),
        ("small-1/13.2/questioned/12.10/2", "forbid", "lasts", "KR"),
    ]
    assert found["small-1/12.10/7"] == Rule(
        name="small-1/12.10/7",
        effect=Effect.FORBID,
        paragraph="12.10",
        form=Form.LIMITS,
        kinds=("logistics.order.place",),
        that=(AtMost(fact="year_usd", number=1000),),
    )


def test_time_closes() -> None:
    instrument = text("agreements/kr-jp-b/en.md")
    found = named(instrument)
    before, after, suspended = (
        found[f"kr-jp-b/{name}"] for name in ("13.1/not_in_force", "13.4/ended", "13.3/suspended")
    )
    assert before.kinds == instrument.lexicon.judged()
    assert set(after.kinds) == set(before.kinds) - set(instrument.terms.kinds("survives"))
    assert suspended.kinds == instrument.terms.kinds("suspendable")
    assert [rule.when for rule in (before, after, suspended)] == [
        (OneOf(fact="phase", words=(phase,)),) for phase in ("not_in_force", "ended", "suspended")
    ]
    assert {rule.form for rule in (before, after, suspended)} == {Form.LASTS}


def test_a_question_closes_what_its_paragraph_allows() -> None:
    found = named(text("agreements/kr-jp-a/en.md"))
    assert found["kr-jp-a/16.8/questioned/4.2/1"] == Rule(
        name="kr-jp-a/16.8/questioned/4.2/1",
        effect=Effect.FORBID,
        paragraph="16.8",
        form=Form.LASTS,
        kinds=("intelligence.report.share", "intelligence.report.amend"),
        when=(
            Questioned(paragraph="4.2"),
            OneOf(fact="topic", words=("nk_nuclear", "nk_missile")),
            AtMost(fact="level", number=2),
            Is(fact="originator_acts", truth=True),
        ),
    )


def test_what_never_waits_has_no_question() -> None:
    instrument = text("agreements/kr-jp-a/en.md")
    asked = {kind for name, rule in named(instrument).items() if "questioned" in name for kind in rule.kinds}
    never = set(instrument.terms.kinds("never_waits"))
    assert asked == {
        "intelligence.report.request",
        "intelligence.report.share",
        "intelligence.report.amend",
        "intelligence.report.release",
        "intelligence.consent.ask",
        "intelligence.consent.give",
        "intelligence.addressee.assure",
        "intelligence.facility.attest",
        "intelligence.register.extract",
    }
    assert not asked & never


def test_what_is_always_held_has_no_question() -> None:
    """In the small text nothing never waits, and one kind is always held."""
    instrument = text("tests/agreements/good/small.md")
    asked = {kind for name, rule in named(instrument).items() if "questioned" in name for kind in rule.kinds}
    allowed = {kind for rule in rules(instrument) if rule.effect is Effect.PERMIT for kind in rule.kinds}
    assert allowed - asked == {"intelligence.report.decline"}


def test_rules_of_a_kind_are_those_that_name_it() -> None:
    instrument = text("agreements/kr-jp-a/en.md")
    assert [rule.name for rule in rules_of(instrument, "rescue.lead.pass")] == [
        "kr-jp-a/3.1/2",
        "kr-jp-a/10.3/1",
        "kr-jp-a/12.2/2",
        "kr-jp-a/16.1/not_in_force",
        "kr-jp-a/16.5/ended",
    ]
    assert rules_of(instrument, "logistics.order.place") == ()
