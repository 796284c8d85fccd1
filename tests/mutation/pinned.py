"""What is written down of the example texts, and read again of a text that was bent: rulings, duties, time, promises.

Rulings are those of one clause or another deciding (`NAME.jsonl`), duties those after every kind that starts one,
timelines tell what the keys of `lasts` do; promises, defined words and these keys stand as they are read (`kept.json`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from servanda.act.kind import With, kinds
from servanda.act.ruling import compared
from servanda.agreement.clause import Always, Never, SameIn
from servanda.agreement.condition import say
from servanda.agreement.instrument import Instrument, load
from servanda.agreement.supposed import owed
from servanda.agreement.vocabulary import Answer, facts_of
from servanda.agreement.wording import LanguageFile
from servanda.assembly.accord.supposing import timeline_page
from servanda.assembly.texts import Agreement
from servanda.base.moment import parse_offset
from servanda.policy.facts import from_json
from servanda.policy.judge import judge
from tests.cases import AGREEMENTS, Case, Facts, source
from tests.wordings import words_of

HERE = Path(__file__).parent
BASES = json.loads((AGREEMENTS.parent / "spec" / "vectors" / "rulings.json").read_text(encoding="utf-8"))["bases"]
BASE_OF = {
    "agreement": "consultation",
    "intelligence": "report",
    "rescue": "rescue",
    "logistics": "order",
    "peacekeeping": "support",
}
SAID_AT = "2030-06-01T09:00+09:00"


def base(kind: str) -> Facts:
    """The plain facts of the published examples, for a kind of their domain."""
    return from_json(BASES[BASE_OF[kind.partition(".")[0]]])


def ruling(instrument: Instrument, case: Case) -> tuple[Any, ...]:
    return compared(judge(instrument, case.kind, [case.facts], author=case.author))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinned:
    """A case with the ruling that is written down for it."""

    case: Case
    ruling: tuple[Any, ...]


@cache
def rulings(name: str) -> tuple[Pinned, ...]:
    """The rulings written down for a text."""
    rows = [json.loads(row) for row in (HERE / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
    return tuple(
        Pinned(
            case=Case(kind=row["kind"], author=row["author"], facts={**base(row["kind"]), **from_json(row["change"])}),
            ruling=(row["expected"]["ruling"], row["expected"]["ground"], tuple(row["expected"]["cites"])),
        )
        for row in rows
    )


def differs(instrument: Instrument, cases: Iterable[Pinned]) -> bool:
    """Whether a text rules on any of these cases otherwise than is written down; the first one tells."""
    return any(ruling(instrument, each.case) != each.ruling for each in cases)


def read(name: str, text: str) -> Instrument:
    """A text of an example agreement, as it is or bent, with the words of the example in every language."""
    words = words_of(source(name))
    files = [LanguageFile(language=each, source=words[each], path=f"{name}/{each}") for each in sorted(words)]
    return load(text, path=name, words=files)


def kept(name: str) -> Mapping[str, Any]:
    return dict(json.loads((HERE / "kept.json").read_text(encoding="utf-8"))[name])


def owings(instrument: Instrument, asked: Iterable[str]) -> list[dict[str, Any]]:
    """What is owed after kinds, said by each Party, for each value of the facts that clauses ask."""
    return [row for kind in asked for row in _owings(instrument, kind)]


def _owings(instrument: Instrument, kind: str) -> Iterator[dict[str, Any]]:
    authors = (None,) if kinds()[kind].recorded is With.OCCASION else tuple(sorted(instrument.parties))
    for facts, author in product(_asked(kind), authors):
        found = owed(instrument, kind, parse_offset(SAID_AT), author=author, facts=facts)
        yield {
            "after": kind,
            "author": author,
            "facts": facts,
            "owed": [
                [duty.paragraph, duty.debtor, duty.does, duty.due_at.isoformat(), dict(duty.otherwise)]
                for duty in found
            ],
        }


def _asked(kind: str) -> Iterator[dict[str, Any]]:
    """Every value of each fact that a duty of the example texts asks of a kind."""
    asked = {
        "logistics.goods.issue": ("both_signed",),
        "logistics.goods.receive": ("settlement",),
        "peacekeeping.support.fulfil": ("mission_told",),
    }
    names = asked.get(kind, ())
    values = [
        (True, False) if fact.answer is Answer.BOOL else fact.code_words
        for fact in (facts_of(kind)[name] for name in names)
    ]
    for chosen in product(*values):
        yield dict(zip(names, chosen, strict=True))


def promises(instrument: Instrument) -> list[list[str]]:
    """What is promised of all clauses together: the scope of each proof."""
    found = []
    for clause in instrument.clauses:
        match clause:
            case Never():
                found.append([clause.paragraph, "never", *clause.kinds, *(say(test) for test in clause.when)])
            case Always():
                found.append([clause.paragraph, "always", *clause.kinds])
            case SameIn():
                found.append([clause.paragraph, "same in", *clause.phases, *clause.kinds])
            case _:
                continue
    return found


def words(instrument: Instrument) -> dict[str, Any]:
    """The words a text defines."""
    lists = {name: list(listed) for name, listed in instrument.lexicon.words.items()}
    return {**lists, **{name: dict(scale) for name, scale in instrument.lexicon.scales.items()}}


def terms(instrument: Instrument) -> list[list[str]]:
    """The keys of `lasts`, each with its value and the paragraph that says it."""
    return [[term.paragraph, key, term.word] for key, term in instrument.terms.entries.items()]


def timelines(name: str) -> tuple[dict[str, Any], ...]:
    """Events under an agreement, with what is written down to follow from them."""
    told = json.loads((HERE / "timelines.json").read_text(encoding="utf-8"))
    return tuple(each for each in told if each["agreement"] == name)


def told(instrument: Instrument, timeline: Mapping[str, Any]) -> dict[str, Any]:
    """What follows from the events of a timeline under a text, bent or not."""
    asked = {"given": {"initialled": ["x"]}, "events": timeline["events"], "ask": timeline["ask"]}
    page = timeline_page(Agreement(path=Path(instrument.id), instrument=instrument), asked)
    return {
        "in_force_from": page.in_force_from,
        "effect": page.effect,
        "phases": [phase for _, phase in page.phases],
        "questioned": [list(numbers) for _, numbers in page.questioned],
        "refused": [[refused.event, *(refused.cites or (refused.why.partition(":")[0],))] for refused in page.refused],
        "halves": list(page.halves),
    }
