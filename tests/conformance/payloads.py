"""The example payloads of the project, and every type that a payload is made of.

Rules of this module:
- an example is named by its kind: `examples/payloads/<domain>/<noun>.<verb>.json`, further ones `<noun>.<verb>.2.json`;
- a type is walked as msgspec sees it, so that nothing of it can be forgotten here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from msgspec import inspect

from servanda.act.content import Payload
from servanda.act.kind import With, kinds
from servanda.assembly.loaded import loaded

FOLDER = Path(__file__).parents[2] / "examples" / "payloads"

PAYLOADS: Mapping[str, type[Payload]] = {
    kind: payload_type for each in loaded().values() for kind, payload_type in each.domain.payloads.items()
}
SAID = tuple(name for name, kind in kinds().items() if kind.recorded is not With.OCCASION)


def examples(kind: str) -> tuple[dict[str, Any], ...]:
    """The examples of one kind, the first one first."""
    domain, _, name = kind.partition(".")
    paths = sorted((FOLDER / domain).glob(f"{name}*.json"), key=lambda path: path.name.removesuffix(".json"))
    named = (path for path in paths if kind_of(path) == kind)
    return tuple(json.loads(path.read_text(encoding="utf-8")) for path in named)


def kind_of(path: Path) -> str:
    """The kind that an example is of."""
    noun, verb = path.name.split(".")[:2]
    return f"{path.parent.name}.{noun}.{verb}"


@cache
def structs(of: Any) -> tuple[type[msgspec.Struct], ...]:
    """Every type with members that a type is made of, itself first."""
    found: dict[type[msgspec.Struct], None] = {}
    for each in _structs(inspect.type_info(of)):
        found.setdefault(each)
    return tuple(found)


def _structs(of: inspect.Type) -> Iterator[type[msgspec.Struct]]:
    match of:
        case inspect.StructType(cls=cls, fields=fields):
            yield cls
            for field in fields:
                yield from _structs(field.type)
        case inspect.UnionType(types=types):
            for each in types:
                yield from _structs(each)
        case inspect.VarTupleType(item_type=item):
            yield from _structs(item)
        case inspect.DictType(value_type=value):
            yield from _structs(value)
        case _:
            return


def values(built: object) -> Iterator[msgspec.Struct]:
    """Every value with members that a value is made of, itself first."""
    if isinstance(built, msgspec.Struct):
        yield built
        for name in built.__struct_fields__:
            yield from values(getattr(built, name))
    elif isinstance(built, tuple):
        for each in built:
            yield from values(each)
