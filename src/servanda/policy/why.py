"""Why an act is refused as silent: the clauses that come nearest to allowing it, and the tests they failed.

Rules of this module:
- the nearest clauses are those with the fewest failed tests, in the order of the text;
- a clause for the acts of one Party fails for the other, whatever the facts;
- this explains a ruling and takes no part in it.

Spec: agreement 6.7 (the nearest clause).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from servanda.act.ruling import paragraph_order
from servanda.agreement.condition import FactValue, holds, say
from servanda.agreement.instrument import Instrument
from servanda.policy.facts import wrong
from servanda.policy.rules import Effect, Rule, rules_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """A clause that would allow the act, were it not for the tests that failed.

    Args:
        paragraph: where it stands.
        failed: each failed test in words, as `topic` is one of `nk_nuclear`, `nk_missile`.
        facts: the facts that failed, by name.
    """

    paragraph: str
    failed: tuple[str, ...]
    facts: tuple[str, ...]


def nearest(instrument: Instrument, kind: str, facts: Mapping[str, FactValue], *, author: str) -> tuple[Near, ...]:
    """The clauses that come nearest to allowing an act; none where none opens its kind, or facts are not whole.

    Args:
        facts: the set of one line, complete and typed.
    """
    opening = [rule for rule in rules_of(instrument, kind) if rule.effect is Effect.PERMIT]
    if not opening or wrong(kind, facts, instrument):
        return ()
    near = [_near(rule, facts, author) for rule in opening]
    fewest = min(len(found.failed) for found in near)
    closest = [found for found in near if len(found.failed) == fewest]
    return tuple(sorted(closest, key=lambda found: paragraph_order(found.paragraph)))


def _near(rule: Rule, facts: Mapping[str, FactValue], author: str) -> Near:
    failed = [test for test in rule.when if not holds(test, facts)]
    words = [say(test) for test in failed]
    if rule.by is not None and rule.by != author:
        words.insert(0, f"the author is `{rule.by}`")
    return Near(paragraph=rule.paragraph, failed=tuple(words), facts=tuple(test.fact for test in failed))
