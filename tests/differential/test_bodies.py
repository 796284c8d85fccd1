"""The evaluator against a second reading that starts from the clauses as written, and knows neither tests nor rules.

Cedar is given the rules that the code made of the clauses, so it cannot show a clause that became the wrong rule. This
reading can: it takes each body as it stands in the text, with the words the text defines, and asks the facts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

import pytest

from servanda.act.kind import vocabulary
from servanda.act.ruling import compared
from servanda.agreement.instrument import Instrument, load
from servanda.policy.judge import judge
from tests.cases import AGREEMENTS, PACTS, Case, Cases, Facts, pact

CASES = 6_000
SMALL = AGREEMENTS.parent / "tests" / "agreements" / "good" / "small.md"

Compared = tuple[str, str | None, tuple[str, ...]]


class Bodies:
    def __init__(self, instrument: Instrument) -> None:
        self.words: dict[str, Any] = {}
        self.lasts: dict[str, tuple[str, Any]] = {}
        self.always: list[str] = []
        self.ruling: list[tuple[str, str, Any]] = []
        for clause in instrument.clauses:
            body: Any = clause.body
            match clause.form.value:
                case "defines":
                    self.words |= body
                case "lasts":
                    self.lasts |= {key: (clause.paragraph, value) for key, value in body.items()}
                case "holds" if "always" in body:
                    self.always += body["always"]["kinds"]
                case "allows" | "excludes" | "requires" | "limits":
                    self.ruling.append((clause.paragraph, clause.form.value, body))

    def rule(self, case: Case) -> Compared:
        forbid = sorted(set(self.forbidding(case)), key=lambda number: [int(part) for part in number.split(".")])
        if forbid:
            return ("refusal", "forbidden", tuple(forbid))
        permit = sorted(set(self.permitting(case)), key=lambda number: [int(part) for part in number.split(".")])
        return ("permit", None, tuple(permit)) if permit else ("refusal", "silent", ())

    def permitting(self, case: Case) -> Iterator[str]:
        for number, form, body in self.ruling:
            if form == "allows" and self.speaks(body, case) and self.met(body.get("when", {}), case.facts):
                yield number

    def forbidding(self, case: Case) -> Iterator[str]:
        yield from self.out_of_time(case)
        for number, form, body in self.ruling:
            if form == "allows" or not self.speaks(body, case) or not self.met(body.get("when", {}), case.facts):
                continue
            if "unless" in body and self.met(body["unless"], case.facts):
                continue
            if form == "requires" and self.met(body["that"], case.facts):
                continue
            ceiling = body.get("at_most", case.facts.get(body.get("at_most_fact")))
            if form != "limits" or case.facts[body["amount"]] > ceiling:
                yield number

    def out_of_time(self, case: Case) -> Iterator[str]:
        phase = case.facts["phase"]
        if phase == "not_in_force":
            yield self.lasts["starts"][0]
        if phase == "ended" and not named(self.lasts["survives"][1], case.kind):
            yield self.lasts["survives"][0]
        if phase == "suspended" and "suspendable" in self.lasts and named(self.lasts["suspendable"][1], case.kind):
            yield self.lasts["suspendable"][0]
        waits = not named(self.always + self.lasts.get("never_waits", ("", []))[1], case.kind)
        if waits and any(number in case.facts["questioned"] for number in self.permitting(case)):
            yield self.lasts["questioned"][0]

    def speaks(self, body: Any, case: Case) -> bool:
        return named(body["kinds"], case.kind) and body.get("by", case.author) == case.author

    def met(self, tests: Any, facts: Facts) -> bool:
        return all(self.one(facts[name], asked, facts) for name, asked in tests.items())

    def one(self, fact: Any, asked: Any, facts: Facts) -> bool:
        if isinstance(asked, bool):
            return fact is asked
        if not isinstance(asked, dict):
            return fact in self.listed(asked)
        return all(
            {
                "not_in": lambda value: fact not in self.listed(value),
                "at_least": lambda value: fact >= self.listed(value)[0],
                "at_most": lambda value: fact <= self.listed(value)[0],
                "at_least_fact": lambda value: fact >= facts[value],
                "at_most_fact": lambda value: fact <= facts[value],
            }[name](value)
            for name, value in asked.items()
        )

    def listed(self, asked: Any) -> list[Any]:
        words = asked if isinstance(asked, list) else self.words.get(asked, [asked])
        return [self.words["level"].get(word, word) for word in words] if "level" in self.words else words


def named(patterns: list[str], kind: str) -> bool:
    return any(fnmatchcase(kind, pattern) for pattern in patterns)


@pytest.mark.parametrize("name", [*PACTS, "small"])
def test_bodies_as_written_rule_alike(name: str) -> None:
    instrument = load(SMALL.read_text(encoding="utf-8"), path="small.md") if name == "small" else pact(name)
    bodies = Bodies(instrument)
    outcomes: Counter[str | None] = Counter()
    differences = []
    for case in Cases(instrument, seed=31).draw(CASES):
        ours = compared(judge(instrument, case.kind, [case.facts], author=case.author))
        theirs = bodies.rule(case)
        outcomes[ours[1]] += 1
        if ours != theirs:
            differences.append((case, ours, theirs))
    print(f"{name}: {CASES} cases, {dict(outcomes)}, {len(differences)} differences")
    assert differences == []
    assert set(outcomes) == {None, "forbidden", "silent"}


def test_every_fact_a_clause_may_ask_is_drawn_with_every_word() -> None:
    """What is never drawn is never compared."""
    drawn: dict[tuple[str, str], set[Any]] = {}
    for name in PACTS:
        for case in Cases(pact(name), seed=31).draw(CASES):
            for fact, value in case.facts.items():
                drawn.setdefault((case.kind.split(".")[0], fact), set()).add(value)
    missing = {
        (domain, row["name"]): lacking
        for domain, body in vocabulary()["domains"].items()
        for row in body["facts"]
        if (
            lacking := set(row.get("values", (False, True) if row["type"] == "bool" else ()))
            - drawn[domain, row["name"]]
        )
    }
    assert missing == {}
