"""Reading `owes`: who does what, how soon after what.

Rules of this module:
- a duty starts with an act, a journal item or an occasion, and is met by an act;
- an occasion has no author, so only both or either of the Parties owe something after it;
- facts are asked of the starting act only where facts are stated for it.

Spec: agreement 4.6 (owes).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from servanda.act.kind import JudgedBy, With, kinds
from servanda.agreement.asking import Asking
from servanda.agreement.blocks import Table
from servanda.agreement.clause import Debtor, Owes, Place
from servanda.agreement.complaints import Fault
from servanda.agreement.condition import Test
from servanda.agreement.lexicon import Lexicon
from servanda.agreement.naming import read_kind
from servanda.agreement.shape import Shape

_SETTLEMENTS = ("cash", "in_kind", "equal_value")
_PRICE_DAYS = ("due_date",)


def read_duty(table: Table, place: Place, shape: Shape, lexicon: Lexicon) -> Owes | None:
    """The duty of one `owes` clause, all of whose needed keys are there."""
    entries = table.entries
    after = read_kind(entries["after"], "`after`", shape, lexicon, recorded=tuple(With))
    who = shape.one_of(entries["who"], "`who`", tuple(debtor.value for debtor in Debtor))
    does = read_kind(entries["does"], "`does`", shape, lexicon, recorded=(With.ACT,))
    within = shape.span(entries["within"], "`within`")
    otherwise = _otherwise(table, shape)
    if after is None or who is None or does is None or within is None:
        return None
    debtor = Debtor(who)
    if kinds()[after].recorded is With.OCCASION and debtor in {Debtor.AUTHOR, Debtor.OTHER}:
        message = f"`{after}` is no act and has no author; `who` is `both` or `either`"
        shape.complain(Fault.VALUE_MALFORMED, message, line=entries["who"].line, word=who)
    when = _when(table, after, shape, lexicon)
    return Owes(place=place, after=after, when=when, who=debtor, does=does, within=within, otherwise=otherwise)


def _when(table: Table, after: str, shape: Shape, lexicon: Lexicon) -> tuple[Test, ...]:
    if "when" not in table.entries:
        return ()
    if kinds()[after].judged_by is JudgedBy.CLAUSES:
        return Asking(shape=shape, lexicon=lexicon, kinds=(after,)).tests(table.entries["when"], "`when`")
    message = f"no facts are stated for `{after}`, so nothing can be asked of it"
    shape.complain(Fault.FACT_NOT_KEPT, message, line=table.lines["when"], word="when")
    return ()


def _otherwise(table: Table, shape: Shape) -> Mapping[str, str]:
    if "else" not in table.entries:
        return MappingProxyType({})
    says = shape.table(table.entries["else"], "`else`")
    if says is None or not shape.keys(says, "`else`", needed=("becomes", "priced_on")):
        return MappingProxyType({})
    becomes = shape.one_of(says.entries["becomes"], "`becomes`", _SETTLEMENTS)
    priced_on = shape.one_of(says.entries["priced_on"], "`priced_on`", _PRICE_DAYS)
    return MappingProxyType({"becomes": becomes or "", "priced_on": priced_on or ""})
