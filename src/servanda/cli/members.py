"""Members of a payload as options of a command: one option a member, made from its type.

Rules of this module:
- scalars are text, whole numbers or yes and no; a list of scalars is an option given again; the rest is JSON;
- a part that its desk also reads as one text may be given so, and a list of such again and again;
- `@FILE` stands for the content of a file, `@-` for standard input, `@@` for one `@`;
- what the desk fills in from the record may be left out, and what is left out stays out of the payload;
- an id of 64 characters may be given by its beginning, where that names one act or text.
"""

from __future__ import annotations

import inspect
import json
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, get_type_hints

import click
import msgspec
from msgspec import inspect as types

from servanda.act.content import Payload
from servanda.assembly.loaded import Verb
from servanda.assembly.texts import read_text
from servanda.base.errors import MalformedError
from servanda.base.limits import PAYLOAD_BYTES_MAX

_ID_LENGTH = 64
_ID_PATTERN = re.compile(r"\[0-9a-f\]\{64\}")
_BEGINNING = re.compile(r"[0-9a-f]{6,63}").fullmatch
_CHOICES_SHOWN = 6
"""More words than these are told beside the option, not in its place."""
_JSON_BEGINS = frozenset('{["')
_NOTED = ("alert", "finding")
"""What a desk calls an item of the own journal: by what was noted, or as any."""
_EXPLAINED = re.compile(r"^\s*([a-z_]+(?:, [a-z_]+)*): (.+)$")


class How(StrEnum):
    """How a member is given."""

    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    MANY = "many"
    JSON = "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One member of a payload, as an option.

    Args:
        choices: the words it may be, none where any text reads.
        is_needed: whether neither the type nor the desk knows what to write where it is left out.
        is_id: whether it names an act or a text.
        short: how a part may be written as one text, empty where it may not.
        ids: members of a part that name an act or a text.
    """

    name: str
    how: How
    choices: tuple[str, ...] = ()
    is_needed: bool = False
    is_id: bool = False
    short: str = ""
    told: str = ""
    ids: tuple[str, ...] = ()

    @property
    def flag(self) -> str:
        return f"--{self.name.replace('_', '-')}"

    def option(self) -> click.Option:
        """The option of the command line."""
        hints = (
            self.told or _TOLD[self.how],
            f"One of {', '.join(self.choices)}." if len(self.choices) > _CHOICES_SHOWN else "",
            "Or as JSON." if self.short else "",
            " [needed]" if self.is_needed else "",
        )
        told = " ".join(hint for hint in hints if hint)
        if self.how is How.FLAG:
            return click.Option([f"{self.flag}/--no-{self.flag[2:]}", self.name], default=None, help=told)
        if self.how is How.NUMBER:
            return click.Option([self.flag, self.name], type=int, help=told)
        metavar = (
            "|".join(self.choices) if self.choices and len(self.choices) <= _CHOICES_SHOWN else self.how.value.upper()
        )
        metavar = "TEXT" if self.how is How.MANY else metavar
        metavar = self.short or metavar
        return click.Option([self.flag, self.name], multiple=self.how is How.MANY, metavar=metavar, help=told)


_TOLD = {
    How.TEXT: "",
    How.NUMBER: "",
    How.FLAG: "",
    How.MANY: "One of a list; give it again for more.",
    How.JSON: "As JSON, or @FILE.",
}


def members_of(payload_type: type[Payload], verb: Verb | None) -> tuple[Member, ...]:
    """The members of a payload type, in its order.

    Args:
        verb: what the desk calls to draft it: what it asks for is needed, what it fills in is not.
    """
    info = types.type_info(payload_type)
    if not isinstance(info, types.StructType):
        raise TypeError(f"{payload_type.__name__} is no payload type")
    told = explained(payload_type)
    asked = None if verb is None else _asked(verb)
    found = []
    for field in info.fields:
        of = _without_none(field.type)
        how, choices, is_id = _how(of)
        short = _short(of)
        if short:
            how = How.TEXT if isinstance(of, types.StructType) else How.MANY
        needed = field.required if asked is None else asked.get(field.name, False)
        found.append(
            Member(
                name=field.name,
                how=how,
                choices=choices,
                is_needed=needed,
                is_id=is_id,
                short=short,
                told=told.get(field.name, ""),
                ids=_ids(of),
            )
        )
    return tuple(found)


def drafted_by(verb: Verb, names: Iterable[str]) -> bool:
    """Whether the desk takes all these members."""
    return set(names) <= _asked(verb).keys()


def answering(verb: Verb, item: str) -> dict[str, str]:
    """The item of the own journal that a draft answers, under the name by which its desk asks for it, if it does."""
    asked = _asked(verb)
    return {name: item for name in _NOTED if name in asked}


def given(members: Sequence[Member], values: Mapping[str, Any], expand: Callable[[str], str]) -> dict[str, Any]:
    """The members that were given, as JSON has them.

    Args:
        values: what the parser read, by member.
        expand: gives the whole id for the beginning of one.

    Raises:
        UsageError: `file_unreadable`, `id_unknown` or `id_ambiguous`.
        MalformedError: `json_syntax`.
    """
    found: dict[str, Any] = {}
    for member in members:
        value = values.get(member.name)
        if value is None or value == ():
            continue
        found[member.name] = _read(member, value, expand)
    return found


def whole(beginning: str, expand: Callable[[str], str]) -> str:
    """An id, completed where it is given by its beginning."""
    return expand(beginning) if _BEGINNING(beginning) else beginning


def payload_of(source: str) -> dict[str, Any]:
    """A whole payload from a file or from standard input.

    Raises:
        UsageError: `file_unreadable`.
        MalformedError: `json_syntax` or `field_type`.
    """
    value = _json("--payload", content_of(f"@{source}"))
    if not isinstance(value, dict):
        raise MalformedError("field_type", "`--payload` is no JSON object", action="write the members of the payload")
    return value


def content_of(text: str) -> str:
    """The value of an option: itself, or the content of what `@` names.

    Raises:
        UsageError: `file_unreadable`.
    """
    if not text.startswith("@"):
        return text
    if text.startswith("@@"):
        return text[1:]
    if text == "@-":
        return sys.stdin.read()
    return read_text(Path(text[1:]), bytes_max=PAYLOAD_BYTES_MAX)


def _read(member: Member, value: Any, expand: Callable[[str], str]) -> Any:
    if member.how in (How.FLAG, How.NUMBER):
        return value
    if member.how is How.MANY:
        return [each for one in value for each in _listed(member, content_of(one), expand)]
    text = content_of(value)
    if member.how is How.JSON or (member.short and text[:1] in _JSON_BEGINS):
        value = _json(member.flag, text)
        if isinstance(value, dict):
            named = {name: each for name in member.ids if isinstance(each := value.get(name), str)}
            value |= {name: whole(each, expand) for name, each in named.items()}
        return value
    return whole(text, expand) if member.is_id else text


def _listed(member: Member, text: str, expand: Callable[[str], str]) -> list[Any]:
    """One given value of a list: a text, or several as a JSON list."""
    values = _json(member.flag, text) if text.startswith("[") else [text]
    if member.short:
        values = [
            _json(member.flag, each) if isinstance(each, str) and each[:1] in _JSON_BEGINS else each for each in values
        ]
    return [whole(each, expand) if member.is_id and isinstance(each, str) else each for each in values]


def _json(flag: str, text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise MalformedError(
            "json_syntax", f"`{flag}` is no JSON: {error}", action=f"write JSON, or `{flag} @FILE`"
        ) from error


def _without_none(of: types.Type) -> types.Type:
    """A type without the nothing that stands for a member left out."""
    if not isinstance(of, types.UnionType):
        return of
    left = tuple(each for each in of.types if not isinstance(each, types.NoneType))
    return left[0] if len(left) == 1 else types.UnionType(left)


def _how(of: types.Type) -> tuple[How, tuple[str, ...], bool]:
    """How a type is given, the words it may be, and whether it is an id."""
    match of:
        case types.BoolType():
            return How.FLAG, (), False
        case types.IntType():
            return How.NUMBER, (), False
        case types.LiteralType(values=values):
            return How.TEXT, tuple(str(value) for value in values), False
        case types.StrType(pattern=pattern):
            return How.TEXT, (), pattern is not None and bool(_ID_PATTERN.search(pattern))
        case types.DateType():
            return How.TEXT, (), False
        case types.VarTupleType(item_type=item) | types.ListType(item_type=item):
            how, choices, is_id = _how(item)
            return (How.MANY, choices, is_id) if how is How.TEXT else (How.JSON, (), False)
        case _:
            return How.JSON, (), False


def _short(of: types.Type) -> str:
    """How a part, or each part of a list, may be written as one text; empty where it may not."""
    if isinstance(of, types.VarTupleType):
        of = of.item_type
    return str(getattr(of.cls, "short", "")) if isinstance(of, types.StructType) else ""


def _ids(of: types.Type) -> tuple[str, ...]:
    """The members of a part that name an act or a text."""
    if not isinstance(of, types.StructType):
        return ()
    return tuple(field.name for field in of.fields if _how(_without_none(field.type))[2])


def _asked(verb: Verb) -> Mapping[str, bool]:
    """What a desk's verb takes by name, and whether it must be given."""
    found: dict[str, bool] = {}
    for parameter in inspect.signature(verb).parameters.values():
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY:
            found[parameter.name] = parameter.default is inspect.Parameter.empty
        elif parameter.kind is inspect.Parameter.VAR_KEYWORD:
            (unpacked,) = get_type_hints(verb)[parameter.name].__args__
            found |= dict.fromkeys(get_type_hints(unpacked), False)
    return found


def explained(of: type[msgspec.Struct]) -> dict[str, str]:
    """What the docstrings of a type, and of those it extends, say of its members."""
    told: dict[str, str] = {}
    for each in reversed(of.__mro__):
        if issubclass(each, msgspec.Struct) and each.__doc__ and "Args:" in each.__doc__:
            for line in each.__doc__.split("Args:")[1].splitlines():
                match = _EXPLAINED.match(line)
                for name in match[1].split(", ") if match else ():
                    told[name] = f"{match[2][:1].upper()}{match[2][1:]}" if match else ""
    return told
