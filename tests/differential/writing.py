"""Small agreements written by chance: every form that rules, in shapes that the example texts seldom or never have.

Clauses for one Party, a fact asked twice, numbers that are listed, ceilings at the edge of a fact, kinds of several
domains in one clause, several clauses under one paragraph, words with odd characters.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from random import Random

from servanda.act.kind import JudgedBy, kinds
from servanda.agreement.instrument import Instrument, load
from servanda.agreement.vocabulary import Answer, FactType, domains, facts_of

HEAD = """---
format: servanda-agreement/1
id: written-{seed}
title: Written by chance
version: 1
status: exercise
parties: {{JP: Japan, KR: Republic of Korea}}
governs: [{governs}]
languages: {{authentic: [en]}}
time_zone: "+09:00"
annexes: []
---

# Written by chance

## Article 1 · Words and time
"""
LISTS = {
    "topic_in_scope": ("nk_nuclear", "nk_missile", "a topic", "Thème"),
    "outside_body": ("third_state", "public", "une “presse”"),
    "support_category": ("food", "fuel", "water", "medical"),
    "barred_category": ("weapon", "ammunition", "weapon\\part"),
    "covered_activity": ("evacuation", "disaster_relief"),
    "party_territory": ("kr_territory", "jp_territory"),
    "outside_territory": ("high_seas", "third_territory"),
}
SCALE = "level: {unclassified: 0, confidential: 1, secret: 2, top_secret: 3}"
CLAUSES = 9


def written(seed: int) -> Instrument:
    """One of these agreements, as the reader of agreements reads it."""
    return load(Writer(seed).source(), path=f"written-{seed}")


class Writer:
    """Writes one agreement."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._random = Random(seed)
        self._governs = tuple(self._random.sample(domains(), k=self._random.choice((1, 1, 2, 3))))
        self._lists = {name: self._some(words) for name, words in LISTS.items()}
        self._kinds = tuple(
            name
            for name, kind in kinds().items()
            if kind.judged_by is JudgedBy.CLAUSES and kind.domain in (*self._governs, "agreement")
        )

    def source(self) -> str:
        """The text, with its clauses."""
        words = "".join(f"  {name}: {self._flow(words)}\n" for name, words in self._lists.items())
        parts = [
            HEAD.format(seed=self._seed, governs=", ".join(self._governs)),
            _paragraph("1.1", [f"defines:\n{words}  {SCALE}\n"]),
            _paragraph("1.2", self._time()),
            "\n## Article 2 · Clauses\n",
        ]
        for number in range(1, CLAUSES + 1):
            clauses = [self._clause() for _ in range(self._random.choice((1, 1, 1, 2, 3)))]
            parts.append(_paragraph(f"2.{number}", clauses))
        return "".join(parts)

    def _time(self) -> list[str]:
        lines = ["lasts:", "  starts: later_of_both_notifications", f"  survives: {self._flow(self._chosen(0, 6))}"]
        if self._random.random() < 0.7:
            lines += ["  suspends: joint", f"  suspendable: {self._flow(self._chosen(1, 6))}"]
        if self._random.random() < 0.8:
            lines.append("  questioned: 30 days")
            if self._random.random() < 0.7:
                lines.append(f"  never_waits: {self._flow(self._chosen(1, 5))}")
        clauses = ["\n".join(lines) + "\n"]
        if self._random.random() < 0.4:
            clauses.append(f"holds:\n  always: {{kinds: {self._flow(self._chosen(1, 3))}}}\n")
        return clauses

    def _clause(self) -> str:
        forms = ("allows", "allows", "allows", "excludes", "requires", "requires", "limits")
        form = self._random.choice(forms if self._counted() else forms[:-1])
        spoken_of = self._spoken_of(form)
        lines = [f"{form}:", f"  kinds: {self._flow(spoken_of)}"]
        if self._random.random() < 0.25:
            lines.append(f"  by: {self._random.choice(('JP', 'KR'))}")
        if form == "limits":
            lines += self._ceiling(spoken_of)
        chances = {
            "allows": (("when", 0, 2),),
            "excludes": (("when", 1, 2),),
            "requires": (("that", 1, 2), ("when", 0, 2), ("unless", 0, 2)),
            "limits": (("unless", 0, 2),),
        }
        for key, least, most in chances[form]:
            tests = self._tests(spoken_of, self._random.randint(least, most))
            if tests:
                lines.append(f"  {key}: {tests}")
        return "\n".join(lines) + "\n"

    def _spoken_of(self, form: str) -> tuple[str, ...]:
        """Kinds of a clause; a ceiling needs a number that each of them has."""
        if form != "limits":
            return self._chosen(1, 5)
        counted = self._counted()
        domain = kinds()[self._random.choice(counted)].domain
        among = [kind for kind in counted if kinds()[kind].domain == domain]
        return tuple(self._random.sample(among, k=min(len(among), self._random.randint(1, 4))))

    def _counted(self) -> list[str]:
        """The kinds that have a number among their facts."""
        return [kind for kind in self._kinds if any(_is_number(fact) for fact in facts_of(kind).values())]

    def _ceiling(self, spoken_of: Iterable[str]) -> list[str]:
        numbers = [fact for fact in self._common(spoken_of).values() if _is_number(fact)]
        amount = self._random.choice(numbers)
        others = [fact for fact in numbers if fact.unit == amount.unit and fact is not amount]
        if others and self._random.random() < 0.4:
            return [f"  amount: {amount.name}", f"  at_most_fact: {self._random.choice(others).name}"]
        return [f"  amount: {amount.name}", f"  at_most: {self._number(amount)}"]

    def _tests(self, spoken_of: Iterable[str], count: int) -> str:
        facts = self._common(spoken_of)
        names = [name for name in facts if name != "questioned"]
        chosen = self._random.sample(names, k=min(count, len(names)))
        asked = [f"{name}: {self._asked(facts[name], facts)}" for name in chosen]
        return f"{{{', '.join(asked)}}}" if asked else ""

    def _asked(self, fact: FactType, facts: Mapping[str, FactType]) -> str:
        match fact.answer:
            case Answer.BOOL:
                return self._random.choice(("true", "false"))
            case Answer.WORD:
                return self._asked_word(fact)
            case _:
                return self._asked_number(fact, facts)

    def _asked_word(self, fact: FactType) -> str:
        known = self._known(fact)
        named = [name for name in fact.words_from if name in self._lists]
        asked = self._flow(self._some(known))
        if named and self._random.random() < 0.4:
            asked = self._random.choice(named)
        elif self._random.random() < 0.2:
            return json.dumps(self._random.choice(known), ensure_ascii=False)
        return f"{{not_in: {asked}}}" if self._random.random() < 0.35 else asked

    def _asked_number(self, fact: FactType, facts: Mapping[str, FactType]) -> str:
        others = [name for name, each in facts.items() if each.unit == fact.unit and name != fact.name]
        if others and self._random.random() < 0.4:
            return f"{{{self._random.choice(('at_least_fact', 'at_most_fact'))}: {self._random.choice(others)}}}"
        one, two = sorted((self._number(fact), self._number(fact)))
        return self._random.choice(
            (
                f"{{at_least: {two}}}",
                f"{{at_most: {one}}}",
                f"{{at_least: {one}, at_most: {two}}}",
                str(one),
                f"[{one}, {two}]" if one != two else f"[{one}]",
                f"{{not_in: [{one}]}}",
                f"{{not_in: {two}}}",
            )
        )

    def _number(self, fact: FactType) -> int:
        near = (fact.least, fact.most, fact.least + 1, fact.most - 1, self._random.randint(fact.least, fact.most))
        return self._random.choice(near)

    def _common(self, spoken_of: Iterable[str]) -> dict[str, FactType]:
        """The facts that every one of these kinds has, each with the words that all of them know."""
        sets = [facts_of(kind) for kind in spoken_of]
        found = {}
        for name, fact in sets[0].items():
            each = [facts[name] for facts in sets if name in facts]
            if len(each) < len(sets):
                continue
            if fact.answer is Answer.WORD:
                shared = tuple(word for word in self._known(fact) if all(word in self._known(one) for one in each))
                lists = tuple(source for source in fact.words_from if all(source in one.words_from for one in each))
                if shared:
                    found[name] = replace(fact, code_words=shared, words_from=lists)
            else:
                found[name] = fact
        return found

    def _known(self, fact: FactType) -> tuple[str, ...]:
        """The words of a fact under this agreement."""
        return (*(word for name in fact.words_from for word in self._lists.get(name, ())), *fact.code_words)

    def _chosen(self, least: int, most: int) -> tuple[str, ...]:
        return tuple(self._random.sample(self._kinds, k=min(len(self._kinds), self._random.randint(least, most))))

    def _some(self, words: tuple[str, ...]) -> tuple[str, ...]:
        words = tuple(dict.fromkeys(words))
        return tuple(self._random.sample(words, k=self._random.randint(1, len(words))))

    def _flow(self, words: Iterable[str]) -> str:
        return f"[{', '.join(json.dumps(word, ensure_ascii=False) for word in words)}]"


def _is_number(fact: FactType) -> bool:
    return fact.answer is Answer.INT


def _paragraph(number: str, clauses: Iterable[str]) -> str:
    blocks = "".join(f"\n```clause\n{clause}```\n" for clause in clauses)
    return f"\n**{number}** Paragraph {number}.\n{blocks}"
