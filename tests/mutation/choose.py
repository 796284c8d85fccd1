"""Choose the rulings that pin every clause of the example texts: `python -m tests.mutation.choose`.

For every mutant a case is drawn on which its ruling differs, unless one chosen before shows it; then the case is made
as plain as it can be. The rulings written down are those of the whole text. Review what changes when this is run again.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from servanda.act.ruling import compared
from servanda.agreement.instrument import Instrument
from servanda.policy.facts import from_json, to_json
from servanda.policy.judge import judge
from servanda.policy.judging import judge_line
from tests.cases import AGREEMENTS, PACTS, Case, Cases, Facts, pact
from tests.mutation.bending import Mutant, mutants

DRAWN_MAX = 4_000
HERE = Path(__file__).parent
BASES = json.loads((AGREEMENTS.parent / "spec" / "vectors" / "rulings.json").read_text(encoding="utf-8"))["bases"]
BASE_OF = {
    "agreement": "consultation",
    "intelligence": "report",
    "rescue": "rescue",
    "logistics": "order",
    "peacekeeping": "support",
}


def base(kind: str) -> Facts:
    return from_json(BASES[BASE_OF[kind.partition(".")[0]]])


def ruling(instrument: Instrument, case: Case) -> Any:
    return compared(judge(instrument, case.kind, [case.facts], author=case.author))


def shows(mutant: Mutant, whole: Instrument, case: Case) -> bool:
    return case.kind in mutant.kinds and ruling(mutant.instrument, case) != ruling(whole, case)


def plainer(mutant: Mutant, whole: Instrument, case: Case) -> Case:
    """The same case with as many facts as can be at their plain values."""
    for name, value in base(case.kind).items():
        tried = Case(kind=case.kind, author=case.author, facts={**case.facts, name: value})
        if shows(mutant, whole, tried):
            case = tried
    return case


def choose(name: str) -> tuple[list[Case], list[str]]:
    """Cases that show every mutant, and the mutants that no drawn case shows."""
    whole = pact(name)
    chosen: list[Case] = []
    unseen: list[str] = []
    for mutant in mutants(whole):
        if any(shows(mutant, whole, case) for case in chosen):
            continue
        drawn = Cases(whole, seed=5)
        cases = (drawn.of(mutant.kinds[at % len(mutant.kinds)]) for at in range(DRAWN_MAX))
        found = next((case for case in cases if shows(mutant, whole, case)), None)
        if found is None:
            unseen.append(mutant.what)
        else:
            chosen.append(plainer(mutant, whole, found))
    return chosen, unseen


def main() -> None:
    """Write the chosen cases of each text, one a line, as changes of a base."""
    for name in PACTS:
        whole = pact(name)
        chosen, unseen = choose(name)
        lines = []
        for case in sorted(chosen, key=lambda case: (whole.lexicon.judged().index(case.kind), str(case.facts))):
            plain = base(case.kind)
            change = {fact: value for fact, value in case.facts.items() if plain[fact] != value}
            rules = judge_line(whole, {"kind": case.kind, "author": case.author, "facts": to_json(case.facts)})
            expected = {key: rules[key] for key in ("ruling", "ground", "cites")}
            lines.append(
                json.dumps({"kind": case.kind, "author": case.author, "change": to_json(change), "expected": expected})
            )
        (HERE / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
        print(f"{name}: {len(lines)} cases; not shown: {unseen}")


if __name__ == "__main__":
    main()
