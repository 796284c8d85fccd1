"""Any payload of a kind, from its type: what reads, and what stands in its bytes.

Rules of this module:
- values are drawn from the forms that a type declares; a known form is drawn so that most of it can be;
- what holds between the members of one type is written here once, so that little that is drawn is thrown away.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Any, get_args

import msgspec
from hypothesis import assume
from hypothesis import strategies as st
from msgspec import inspect

from servanda.act.content import Payload, read
from servanda.agreement.acts_text import place_of
from servanda.base import amount, forms
from servanda.base.errors import MalformedError
from servanda.domains.logistics.forms import Quotation
from servanda.domains.rescue.forms import Lat, Lon

ITEMS_MAX = 2
CHARACTERS_MAX = 12
Json = Any
Members = dict[str, Any]


def any_payload(payload_type: type[Payload]) -> st.SearchStrategy[Payload]:
    """Any valid payload of a type."""
    return any_members(payload_type).map(lambda members: _read(payload_type, members))


@cache
def any_members(of: type[msgspec.Struct]) -> st.SearchStrategy[Members]:
    """The JSON members of any value of a type."""
    info = inspect.type_info(of)
    assert isinstance(info, inspect.StructType)
    needed = {field.name: _any(field.type) for field in info.fields if field.required}
    free = {field.name: _any(field.type) for field in info.fields if not field.required}
    drawn = st.fixed_dictionaries(needed, optional=free)
    mends = [mend for each, mend in _MENDS.items() if each in {base.__name__ for base in of.__mro__}]
    for mend in mends:
        drawn = drawn.map(mend)
    return drawn


def _read(payload_type: type[Payload], members: Members) -> Payload:
    try:
        return read(payload_type, members)
    except MalformedError as error:
        assume(error.code != "field_value")
        raise


def _any(of: inspect.Type) -> st.SearchStrategy[Json]:
    match of:
        case inspect.StructType(cls=cls):
            return st.deferred(lambda: any_members(cls))
        case inspect.UnionType(types=types):
            return st.one_of(*(_any(each) for each in types))
        case inspect.VarTupleType(item_type=item, min_length=least, max_length=most):
            fewest = least or 0
            most = fewest + ITEMS_MAX if most is None else min(most, fewest + ITEMS_MAX)
            return st.lists(_any(item), min_size=fewest, max_size=most, unique_by=repr)
        case inspect.DictType(key_type=key, value_type=value):
            return st.dictionaries(_any(key), _any(value), max_size=ITEMS_MAX)
        case inspect.LiteralType(values=values):
            return st.sampled_from(values)
        case inspect.IntType(ge=least, le=most):
            return st.integers(least if least is not None else -(2**53) + 1, most if most is not None else 2**53 - 1)
        case inspect.BoolType():
            return st.booleans()
        case inspect.NoneType():
            return st.none()
        case inspect.DateType():
            return st.dates().map(str)
        case inspect.StrType(pattern=pattern, min_length=fewest, max_length=most):
            return _text(pattern, fewest or 0, most)
    raise TypeError(f"a payload holds no {of}")


def _text(pattern: str | None, fewest: int, most: int | None) -> st.SearchStrategy[str]:
    if pattern in _KNOWN:
        return _KNOWN[pattern]
    if pattern is not None and pattern.startswith("^"):
        drawn = st.from_regex(re.compile(pattern), fullmatch=True)
        return drawn if most is None else drawn.filter(lambda text: len(text) <= most)
    words = st.text(st.characters(exclude_categories=["Cs"]), min_size=fewest, max_size=most or CHARACTERS_MAX)
    return words if pattern is None else words.filter(lambda text: re.search(pattern, text) is not None)


def _pattern(form: Any) -> str:
    return str(get_args(form)[1].pattern)


def _decimals(least: str, most: str, places: int) -> st.SearchStrategy[str]:
    drawn = st.decimals(least, most, places=places, allow_nan=False, allow_infinity=False)
    return drawn.map(lambda value: f"{value + 0:f}")  # no sign on zero


_AMOUNTS = _decimals("0.01", "999999999999", 2)
_MOMENTS = st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2999, 1, 1)).map(  # noqa: DTZ001  # as text, in UTC
    lambda at: at.replace(microsecond=0).isoformat() + "Z"
)
_KNOWN: Mapping[str | None, st.SearchStrategy[str]] = {
    _pattern(forms.ActId): st.binary(min_size=32, max_size=32).map(bytes.hex),
    _pattern(forms.Amount): _AMOUNTS,
    _pattern(forms.SignedAmount): st.one_of(_AMOUNTS, _AMOUNTS.map(lambda text: f"-{text}")),
    _pattern(forms.Currency): st.sampled_from(sorted(amount.MINOR_DIGITS)),
    _pattern(forms.UnitCode): st.sampled_from(sorted(amount.UNITS)),
    _pattern(forms.Moment): _MOMENTS,
    _pattern(Quotation): _decimals("0.000001", "999999", 6),
    _pattern(Lat): _decimals("-90", "90", 4),
    _pattern(Lon): _decimals("-180", "180", 4),
}


def _in_order(first: str, last: str) -> Callable[[Members], Members]:
    """A mend: a day or moment that is named last is no earlier than the one named first."""

    def mend(members: Members) -> Members:
        if members.get(last) is None:
            return members
        if members.get(first) is None:
            return {**members, first: members[last]}
        early, late = sorted((members[first], members[last]))
        return {**members, first: early, last: late}

    return mend


def _only_with(name: str, needed: str) -> Callable[[Members], Members]:
    """A mend: a member stands only where another does."""
    return lambda members: members if members.get(needed) else {**members, name: None}


def _answer(members: Members) -> Members:
    others = {"opens", "closes", "place", "agenda", "paragraphs"}
    kept = {name: value for name, value in members.items() if not (members["accepts"] and name in others)}
    return kept if members["accepts"] else {**kept, "place": "exercise"}


def _minuted(members: Members) -> Members:
    settled = sorted(set(members["settled"]), key=place_of)
    left = sorted(set(members["open"]) - set(settled), key=place_of)
    return {**members, "settled": settled, "open": left}


def _step(members: Members) -> Members:
    decided = None if members.get("skipped") else members.get("decided")
    return {**members, "decided": decided, "why": members.get("why") or "exercise"}


def _issue(members: Members) -> Members:
    if members.get("content") is not None:
        return {**members, "order": None, "furnished": []}
    order, furnished = members.get("order") or ID, members.get("furnished") or [PORTION]
    return {**members, "content": None, "order": order, "furnished": furnished}


def _settle(members: Members) -> Members:
    named = members.get("invoices") or members.get("orders")
    whole = members if named else {**members, "orders": [ID]}
    return {**whole, **PAID} if members["mode"] == "cash" else whole


def _place(members: Members) -> Members:
    if members.get("grid") is not None:
        return {"grid": members["grid"]}
    return {"lat": "1", "lon": "1", **{name: value for name, value in members.items() if value is not None}}


ID = "0" * 64
PORTION = {"line": 1, "quantity": "1"}
PAID = {"amount": "1", "currency": "USD"}
_MENDS: Mapping[str, Callable[[Members], Members]] = {
    "ReportHead": lambda members: {**members, "originator": members["control"].partition("-")[0]},
    "Share": lambda members: {**members, "revision": 1},
    "AmendHead": lambda members: {
        **members,
        "revision": max(2, members["revision"]),
        "amends": {**members["amends"], "revision": 1},
    },
    "PlaceOrder": lambda members: members if members.get("rate") else {**members, "currency": "USD"},
    "IssueGoods": _issue,
    "AgreeSettlement": _settle,
    "GiveInvitation": _in_order("from_day", "until_day"),
    "RequestSupport": _in_order("from_day", "until_day"),
    "Mandate": _in_order("from_day", "until_day"),
    "UpdateMission": _only_with("told_at", "told"),
    "MeetingPropose": _in_order("opens", "closes"),
    "MeetingAnswer": _answer,
    "MinuteSubject": _minuted,
    "StepTake": _step,
    "Position": _place,
    "OfferAsset": _in_order("available_from", "available_until"),
    "SearchArea": _in_order("begins", "ends"),
    "ReportSearch": lambda members: _in_order("began", "ended")(_only_with("area", "plan")(members)),
    "RequestAdmission": _in_order("begins", "ends"),
    "AnswerAdmission": _only_with("until", "granted"),
}
"""What holds between the members of one type, by its name."""
