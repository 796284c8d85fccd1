"""Dropping or bending any clause of either example text is noticed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from servanda.agreement.clause import Always, Never, Owes, SameIn
from servanda.agreement.condition import say
from servanda.agreement.instrument import Instrument, load
from servanda.base.errors import AgreementError
from servanda.policy.facts import from_json
from tests.cases import PACTS, Case, pact, source
from tests.mutation.bending import mutants
from tests.mutation.choose import base, ruling, shows

HERE = Path(__file__).parent
BLOCK = re.compile(r"```clause\n(.*?)```\n+", re.DOTALL)

# Bent, and yet the same in every ruling: nothing can show these.
SAME = {
    "kr-jp-a": {
        # `holds: always` keeps these two from waiting as well.
        "lasts never_waits without rescue.case.open",
        "lasts never_waits without rescue.sighting.lodge",
    },
    "kr-jp-b": {
        # The other clause of 4.6 closes every reason that this test leaves out.
        "4.6/1 when without reason",
    },
}


def committed(name: str) -> list[tuple[Case, dict[str, Any]]]:
    rows = [json.loads(row) for row in (HERE / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
    return [
        (
            Case(kind=row["kind"], author=row["author"], facts={**base(row["kind"]), **from_json(row["change"])}),
            row["expected"],
        )
        for row in rows
    ]


def kept(instrument: Instrument) -> dict[str, list[list[str]]]:
    """What few or no rulings show: who owes what, what is promised of all clauses together, and what time does."""
    duties, promises = [], []
    for clause in instrument.clauses:
        match clause:
            case Owes():
                when = [say(test) for test in clause.when]
                otherwise = [f"{key} {value}" for key, value in clause.otherwise.items()]
                duties.append([clause.paragraph, clause.after, *when, clause.who.value, clause.does,
                               str(clause.within), *otherwise])  # fmt: skip
            case Never():
                promises.append([clause.paragraph, "never", *clause.kinds, *(say(test) for test in clause.when)])
            case Always():
                promises.append([clause.paragraph, "always", *clause.kinds])
            case SameIn():
                promises.append([clause.paragraph, "same in", *clause.phases, *clause.kinds])
            case _:
                continue
    terms = [[term.paragraph, key, term.word] for key, term in instrument.terms.entries.items()]
    return {"duties": duties, "promises": promises, "terms": terms}


@pytest.mark.parametrize("name", PACTS)
def test_the_rulings_that_pin_the_clauses(name: str) -> None:
    instrument = pact(name)
    cases = committed(name)
    wrong = [
        (case, found, expected)
        for case, expected in cases
        if (found := ruling(instrument, case)) != (expected["ruling"], expected["ground"], tuple(expected["cites"]))
    ]
    assert wrong == []


@pytest.mark.parametrize("name", PACTS)
def test_duties_promises_and_terms_stand(name: str) -> None:
    assert kept(pact(name)) == json.loads((HERE / "kept.json").read_text(encoding="utf-8"))[name]


@pytest.mark.parametrize("name", PACTS)
def test_every_bent_clause_changes_a_ruling(name: str) -> None:
    whole = pact(name)
    cases = [case for case, _ in committed(name)]
    bent = list(mutants(whole))
    unseen = {mutant.what for mutant in bent if not any(shows(mutant, whole, case) for case in cases)}
    print(f"{name}: {len(bent)} mutants, {len(cases)} rulings, {len(unseen)} not to be seen")
    assert unseen == SAME[name]


@pytest.mark.parametrize("name", PACTS)
def test_every_dropped_block_is_noticed(name: str) -> None:
    """By the reader, which complains; or else by a ruling, a duty, a promise or a term that changes."""
    whole = pact(name)
    text = source(name)
    cases = [case for case, _ in committed(name)]
    unnoticed, counted = [], {"complaint": 0, "ruling": 0, "kept": 0}
    for block in BLOCK.finditer(text):
        try:
            without = load(text[: block.start()] + text[block.end() :], path=name)
        except AgreementError:
            counted["complaint"] += 1
            continue
        if any(ruling(without, case) != ruling(whole, case) for case in cases):
            counted["ruling"] += 1
        elif kept(without) != kept(whole):
            counted["kept"] += 1
        else:
            unnoticed.append(block.group(1))
    print(f"{name}: {counted}")
    assert unnoticed == []
    assert sum(counted.values()) == len(whole.clauses)
