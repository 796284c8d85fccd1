"""What each kind is said with: the members of its payload, what they mean, and an example.

Rules of this module:
- members and their forms are those of the payload types, their meaning that of the docstrings;
- an example is one of examples/payloads/, whole but for texts that are long.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, get_args

import msgspec
from msgspec import inspect as types

from servanda.act.kind import With, kinds
from servanda.assembly.loaded import loaded
from servanda.base import forms
from servanda.cli.members import explained
from servanda.cli.nouns import command_of

EXAMPLES = Path(__file__).resolve().parent.parent / "examples" / "payloads"
SHOWN_CHARACTERS_MAX = 120

_FORMS: Mapping[Any, str] = {
    forms.ActId: "64 hex digits",
    forms.Amount: "an amount",
    forms.SignedAmount: "an amount, also below 0",
    forms.Moment: "a moment, in UTC",
    forms.Currency: "a currency of ISO 4217",
    forms.UnitCode: "a unit of UN/ECE recommendation 20",
}


def sections(domain: str) -> Iterator[list[str]]:
    """The kinds of a domain that are said, one section each, then the parts that only this domain has."""
    payloads = loaded()[domain].domain.payloads
    for name, kind in kinds().items():
        if kind.domain != domain or kind.recorded is With.OCCASION:
            continue
        payload_type = payloads[name]
        lead = f"{kind.meaning[:1].upper()}{kind.meaning[1:]}. `{command_of(kind)}`"
        yield [f"### {name}", "", lead, "", *_members(payload_type), *_example(name)]
    for part in _parts_of(domain):
        yield [f"### {label(part)}", "", _first(part), "", *_members(part)]


def shared() -> Iterator[list[str]]:
    """The parts that payloads of several domains hold."""
    for part, domains in _parts().items():
        if len(domains) > 1:
            yield [f"### {label(part)}", "", _first(part), "", *_members(part)]


def label(part: type[msgspec.Struct]) -> str:
    """The name of a part, with its domain where another has one of that name; of a whole payload its kind."""
    kind = next((name for each in loaded().values() for name, of in each.domain.payloads.items() if of is part), None)
    if kind is not None:
        return f"as `{kind}`"
    alike = [each for each in _parts() if each.__name__ == part.__name__]
    return part.__name__ if len(alike) == 1 else f"{part.__name__} of {_parts()[part][0]}"


@cache
def _parts() -> Mapping[type[msgspec.Struct], tuple[str, ...]]:
    """Every part that a payload holds, with the domains it occurs in."""
    found: dict[type[msgspec.Struct], dict[str, None]] = {}
    for domain, each in loaded().items():
        whole = set(each.domain.payloads.values())
        for payload_type in each.domain.payloads.values():
            for part in _structs(types.type_info(payload_type)):
                if part not in whole:
                    found.setdefault(part, {})[domain] = None
    return {part: tuple(domains) for part, domains in found.items()}


def _parts_of(domain: str) -> list[type[msgspec.Struct]]:
    return [part for part, domains in _parts().items() if domains == (domain,)]


def _structs(of: types.Type) -> Iterator[type[msgspec.Struct]]:
    match of:
        case types.StructType(cls=cls, fields=fields):
            yield cls
            for field in fields:
                yield from _structs(field.type)
        case types.UnionType(types=several):
            for each in several:
                yield from _structs(each)
        case types.VarTupleType(item_type=item):
            yield from _structs(item)
        case types.DictType(value_type=value):
            yield from _structs(value)


def _first(of: type[msgspec.Struct]) -> str:
    return " ".join((of.__doc__ or "").split("Args:")[0].split())


def _members(of: type[msgspec.Struct]) -> list[str]:
    info = types.type_info(of)
    if not isinstance(info, types.StructType):
        raise TypeError(f"{of.__name__} has no members")
    told = explained(of)
    rows = ["| member | form | | meaning |", "| --- | --- | --- | --- |"]
    for field in info.fields:
        needed = "needed" if field.required else _default(field)
        cells = (f"`{field.name}`", _form(field.type), needed, told.get(field.name, ""))
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return rows


def _default(field: types.Field) -> str:
    """What a member is where it is left out; nothing for one that then says nothing."""
    held = field.default
    return "" if held in (None, (), msgspec.UNSET) or held is msgspec.NODEFAULT else f"else `{_as_text(held)}`"


def _as_text(held: Any) -> str:
    return str(held).lower() if isinstance(held, bool) else str(held)


def _form(of: types.Type) -> str:
    """What a member may be, in words."""
    match of:
        case types.UnionType(types=several):
            return " or ".join(_form(each) for each in several if not isinstance(each, types.NoneType))
        case types.StructType(cls=cls):
            return label(cls)
        case types.VarTupleType(item_type=item):
            return f"a list{_bounds(of.min_length, of.max_length)}: {_form(item)}"
        case types.DictType(key_type=key, value_type=value):
            return f"by {_form(key)}: {_form(value)}"
        case types.LiteralType(values=values):
            return " ".join(f"`{value}`" for value in values)
        case types.IntType(ge=least, le=most):
            return f"a whole number{_bounds(least, most)}"
        case types.BoolType():
            return "true or false"
        case types.DateType():
            return "a day"
        case types.StrType():
            return _text(of)
    raise TypeError(f"no word for {of}")


def _bounds(least: int | None, most: int | None) -> str:
    if most is None:
        return "" if not least else f", {least} or more"
    return f", {least or 0} to {most}"


def _text(of: types.StrType) -> str:
    pattern = of.pattern
    words = {get_args(form)[1].pattern: words for form, words in _FORMS.items()}.get(pattern)
    if words is not None:
        return words
    if pattern is None or not pattern.startswith("^"):
        return f"text, at most {of.max_length:,} characters"
    return f"`{pattern.removeprefix('^').removesuffix(chr(92) + 'Z')}`"


def _example(kind: str) -> list[str]:
    domain, _, name = kind.partition(".")
    value = json.loads((EXAMPLES / domain / f"{name}.json").read_text(encoding="utf-8"))
    return ["", "```json", json.dumps(_shortened(value), ensure_ascii=False, indent=1), "```"]


def _shortened(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _shortened(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_shortened(each) for each in value]
    if isinstance(value, str) and len(value) > SHOWN_CHARACTERS_MAX:
        return f"{value[:SHOWN_CHARACTERS_MAX]}…"
    return value
