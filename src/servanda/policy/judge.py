"""The judge: kind, author and facts, read against the rules of one agreement.

Rules of this module:
- facts are complete and typed before any rule is read; where they are not, the act is unjudgeable and they are named;
- then what forbids decides, and every paragraph that forbids is cited;
- then what permits, and every paragraph that permits is cited; where nothing does, the act is refused as silent;
- every line of an act must be permitted; of several refused lines the strictest ground decides, then the lowest line;
- a kind that this agreement does not govern, or that is unknown, is refused as silent: no paragraph speaks of it;
- so is whatever somebody does who is none of its Parties.

Spec: agreement 6 (what clauses mean).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from servanda.act.ruling import Ground, Permit, Refusal, Ruling, in_order
from servanda.agreement.instrument import Instrument
from servanda.policy.facts import FactValue, wrong
from servanda.policy.rules import Effect, rules_of

_STRICTEST_FIRST = (Ground.UNJUDGEABLE, Ground.FORBIDDEN, Ground.SILENT)


def judge(instrument: Instrument, kind: str, lines: Sequence[Mapping[str, FactValue]], *, author: str) -> Ruling:
    """The ruling of an agreement on an act.

    Args:
        lines: one set of facts for each line of the act; an act without any states no facts at all.
        author: code of the Party whose act it is, for clauses that speak of one Party.
    """
    rulings = [_judge_line(instrument, kind, facts, author) for facts in lines or ({},)]
    if len(rulings) == 1:
        return rulings[0]
    refused = [
        (_STRICTEST_FIRST.index(ruling.ground), line, ruling)
        for line, ruling in enumerate(rulings, start=1)
        if isinstance(ruling, Refusal)
    ]
    if not refused:
        return Permit(cites=in_order(cite for ruling in rulings for cite in ruling.cites))
    _, line, ruling = min(refused, key=lambda found: found[:2])
    return replace(ruling, line=line)


def _judge_line(instrument: Instrument, kind: str, facts: Mapping[str, FactValue], author: str) -> Ruling:
    speaking = rules_of(instrument, kind)
    if not speaking or author not in instrument.parties:
        return Refusal(ground=Ground.SILENT)
    missing = wrong(kind, facts, instrument)
    if missing:
        return Refusal(ground=Ground.UNJUDGEABLE, missing=missing)
    applying = [rule for rule in speaking if rule.applies(author, facts)]
    forbidding = in_order(rule.paragraph for rule in applying if rule.effect is Effect.FORBID)
    if forbidding:
        return Refusal(ground=Ground.FORBIDDEN, cites=forbidding)
    permitting = in_order(rule.paragraph for rule in applying if rule.effect is Effect.PERMIT)
    return Permit(cites=permitting) if permitting else Refusal(ground=Ground.SILENT)
