"""Choose what pins every clause of the example texts: `python -m tests.mutation.choose`.

For every bent clause a case of the differential is sought on which its ruling differs, unless one chosen before shows
it; then the case is made as plain as it can be. What is written down is what the whole text says. Review what changes
when this is run again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from typing import Any

from servanda.agreement.clause import Owes
from servanda.agreement.instrument import Instrument
from servanda.policy.facts import to_json
from servanda.policy.judging import judge_line
from tests.cases import PACTS, Case, pact, source
from tests.differential.aimed import Aimed
from tests.mutation import pinned
from tests.mutation.bending import Mutant, ruled

DRAWN = 1_500


def shows(mutant: Mutant, whole: Instrument, case: Case) -> bool:
    return case.kind in mutant.kinds and pinned.ruling(mutant.instrument, case) != pinned.ruling(whole, case)


def plainer(mutant: Mutant, whole: Instrument, case: Case) -> Case:
    """The same case with as many facts as can be at their plain values."""
    for name, value in pinned.base(case.kind).items():
        tried = Case(kind=case.kind, author=case.author, facts={**case.facts, name: value})
        if shows(mutant, whole, tried):
            case = tried
    return case


def choose(name: str) -> tuple[list[Case], list[str]]:
    """Cases that show every mutant, those written down first, and the mutants that no case shows."""
    whole = pact(name)
    chosen = [each.case for each in pinned.rulings(name)]
    unseen: list[str] = []

    @cache
    def drawn(kind: str) -> list[Case]:
        return list(Aimed(whole, seed=20_300_201).of(kind, DRAWN))

    for mutant in ruled(whole):
        if any(shows(mutant, whole, case) for case in chosen):
            continue
        cases = (case for kind in mutant.kinds for case in drawn(kind))
        found = next((case for case in cases if shows(mutant, whole, case)), None)
        if found is None:
            unseen.append(mutant.what)
        else:
            chosen.append(plainer(mutant, whole, found))
    return chosen, unseen


def rows(whole: Instrument, cases: Iterable[Case]) -> list[str]:
    """Cases as changes of a plain one, each with its ruling, in the order of the vocabulary."""
    found = []
    for case in sorted(cases, key=lambda case: (whole.lexicon.judged().index(case.kind), str(case.facts), case.author)):
        plain = pinned.base(case.kind)
        change = {fact: value for fact, value in case.facts.items() if plain[fact] != value}
        rules = judge_line(whole, {"kind": case.kind, "author": case.author, "facts": to_json(case.facts)})
        expected = {key: rules[key] for key in ("ruling", "ground", "cites")}
        found.append(
            json.dumps({"kind": case.kind, "author": case.author, "change": to_json(change), "expected": expected})
        )
    return found


def kept(whole: Instrument) -> dict[str, list[Any]]:
    """Duties, promises, keys of time and words of a text, a line each."""
    starting = dict.fromkeys(clause.after for clause in whole.clauses if isinstance(clause, Owes))
    return {
        "duties": pinned.owings(whole, starting),
        "promises": pinned.promises(whole),
        "terms": pinned.terms(whole),
        "words": [[name, listed] for name, listed in pinned.words(whole).items()],
    }


def laid_out(sections: dict[str, dict[str, list[Any]]]) -> str:
    """JSON with one row a line."""
    texts = []
    for name, found in sections.items():
        parts = [
            f'  "{section}": [\n' + ",\n".join(f"   {json.dumps(row)}" for row in listed) + "\n  ]"
            for section, listed in found.items()
        ]
        texts.append(f' "{name}": {{\n' + ",\n".join(parts) + "\n }")
    return "{\n" + ",\n".join(texts) + "\n}\n"


def tell() -> str:
    """The timelines, each with what follows from its events."""
    found = []
    for name in PACTS:
        whole = pinned.read(name, source(name))
        for timeline in pinned.timelines(name):
            events = ",\n".join(f"    {json.dumps(event)}" for event in timeline["events"])
            found.append(
                f'  {{\n   "agreement": "{name}",\n   "title": {json.dumps(timeline["title"])},\n'
                f'   "events": [\n{events}\n   ],\n   "ask": {json.dumps(timeline["ask"])},\n'
                f'   "expected": {json.dumps(pinned.told(whole, timeline))}\n  }}'
            )
    return "[\n" + ",\n".join(found) + "\n]\n"


def main() -> None:
    """Write what pins each text, and say what no case shows."""
    for name in PACTS:
        whole = pact(name)
        chosen, unseen = choose(name)
        lines = rows(whole, chosen)
        (pinned.HERE / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
        print(f"{name}: {len(lines)} cases; not shown: {unseen}")
    (pinned.HERE / "kept.json").write_text(laid_out({name: kept(pact(name)) for name in PACTS}), encoding="utf-8")
    (pinned.HERE / "timelines.json").write_text(tell(), encoding="utf-8")


if __name__ == "__main__":
    main()
