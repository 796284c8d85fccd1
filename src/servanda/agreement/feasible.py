"""Whether a debtor can meet its duty at all: a first check, by the roles of the Parties alone.

Rules of this module:
- a fact that says which role the author has is false for the one Party when it is true for the other;
- the act that starts a duty is open in certain roles of its author; the debtor then has the same role or the other;
- a duty is met by an act that some clause opens to that Party in that role, and that none closes for the role alone;
- what facts without a role would say is not asked here.

Spec: agreement 7 (duties).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

from servanda.act.kind import JudgedBy, kinds
from servanda.agreement.clause import Allows, Clause, Debtor, Excludes, Limits, Owes, Requires, Ruled
from servanda.agreement.complaints import Complaints, Fault
from servanda.agreement.condition import Is, Test
from servanda.agreement.vocabulary import facts_of

Roles = Mapping[str, bool]
Open = Callable[[str, "_Actor"], bool]

_IN_WORDS = {
    Debtor.AUTHOR: "its author",
    Debtor.OTHER: "the other Party",
    Debtor.BOTH: "one of the Parties",
    Debtor.EITHER: "either Party",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Actor:
    """A Party with the roles it is known to have, by fact; a role that is not named may be either."""

    party: str
    roles: tuple[tuple[str, bool], ...]


def unmet_duties(clauses: Sequence[Clause], parties: Sequence[str], complaints: Complaints) -> None:
    """Complain of every duty that a debtor cannot meet in the role it then has."""
    for duty in unmet(clauses, parties):
        message = (
            f"{_IN_WORDS[duty.who]} could not meet this duty: nothing lets it do `{duty.does}` "
            f"in the role it has after `{duty.after}`"
        )
        complaints.add(Fault.DUTY_UNMET, message, line=duty.line, paragraph=duty.paragraph, word=duty.does)


def unmet(clauses: Sequence[Clause], parties: Sequence[str]) -> Iterator[Owes]:
    """Every duty that a debtor cannot meet in the role it then has, in the order of the text."""
    ruled = tuple(clause for clause in clauses if isinstance(clause, Ruled))

    @cache
    def is_open(kind: str, actor: _Actor) -> bool:
        return _open(kind, actor, ruled)

    for duty in clauses:
        if isinstance(duty, Owes) and not _can_be_met(duty, parties, is_open):
            yield duty


def _can_be_met(duty: Owes, parties: Sequence[str], is_open: Open) -> bool:
    if kinds()[duty.does].judged_by is not JudgedBy.CLAUSES:
        return True
    enough = any if duty.who is Debtor.EITHER else all
    return all(
        enough(is_open(duty.does, debtor) for debtor in _debtors(duty, author, parties))
        for author in _authors(duty, parties, is_open)
    )


def _authors(duty: Owes, parties: Sequence[str], is_open: Open) -> Iterator[_Actor]:
    """Every Party and role in which the act may be done that starts the duty."""
    for party in parties:
        if kinds()[duty.after].judged_by is not JudgedBy.CLAUSES:
            yield _Actor(party=party, roles=())
            continue
        for roles in _every(_role_facts(duty.after)):
            author = _Actor(party=party, roles=tuple(roles.items()))
            if _settled(duty.when, roles) is not False and is_open(duty.after, author):
                yield author


def _debtors(duty: Owes, author: _Actor, parties: Sequence[str]) -> tuple[_Actor, ...]:
    carried = kinds()[duty.after].domain == kinds()[duty.does].domain
    own = author.roles if carried else ()
    same = _Actor(party=author.party, roles=own)
    opposite = tuple((name, not value) for name, value in own)
    other = _Actor(party=next(party for party in parties if party != author.party), roles=opposite)
    match duty.who:
        case Debtor.AUTHOR:
            return (same,)
        case Debtor.OTHER:
            return (other,)
        case Debtor.BOTH | Debtor.EITHER:
            return (same, other)


def _open(kind: str, actor: _Actor, ruled: Sequence[Ruled]) -> bool:
    """Whether some clause may permit the kind to this Party in some role it may have."""
    speaking = [clause for clause in ruled if kind in clause.kinds and clause.by in {None, actor.party}]
    known = dict(actor.roles)
    free = [name for name in _role_facts(kind) if name not in known]
    return any(
        any(isinstance(clause, Allows) and _settled(clause.when, roles) is not False for clause in speaking)
        and not any(_closes(clause, roles) for clause in speaking)
        for roles in ({**known, **chosen} for chosen in _every(free))
    )


def _closes(clause: Ruled, roles: Roles) -> bool:
    """Whether a clause forbids its kinds whatever the facts without a role say."""
    match clause:
        case Excludes():
            return _settled(clause.when, roles) is True
        case Requires():
            lifted = bool(clause.unless) and _settled(clause.unless, roles) is not False
            return _settled(clause.when, roles) is True and _settled(clause.that, roles) is False and not lifted
        case Allows() | Limits():
            return False


def _settled(tests: tuple[Test, ...], roles: Roles) -> bool | None:
    """What roles alone say of tests: all hold, one fails, or None where it hangs on other facts."""
    asked = [test.truth is roles[test.fact] for test in tests if isinstance(test, Is) and test.fact in roles]
    if not all(asked):
        return False
    return True if len(asked) == len(tests) else None


def _role_facts(kind: str) -> list[str]:
    return [name for name, fact in facts_of(kind).items() if fact.role]


def _every(names: Sequence[str]) -> Iterator[dict[str, bool]]:
    for values in product((False, True), repeat=len(names)):
        yield dict(zip(names, values, strict=True))
