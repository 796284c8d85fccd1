"""Payload types of every kind: what is missing or of another form is refused by name, read or built by hand."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec
import pytest
from msgspec import inspect

from servanda.act.content import read
from servanda.base.errors import MalformedError
from tests.conformance.payloads import PAYLOADS, SAID, examples, values

Path = tuple[str | int, ...]


def members(of: type[msgspec.Struct]) -> dict[str, inspect.Field]:
    info = inspect.type_info(of)
    assert isinstance(info, inspect.StructType)
    return {field.name: field for field in info.fields}


def wrong_for(of: inspect.Type) -> object:
    """A value of JSON that a type never takes."""
    kinds = of.types if isinstance(of, inspect.UnionType) else (of,)
    return "7" if any(isinstance(each, inspect.IntType) for each in kinds) else 7


def places(value: Any, built: object, path: Path = ()) -> Iterator[tuple[Path, msgspec.Struct]]:
    """Every value with members, and where it stands in the JSON of a payload."""
    if isinstance(built, msgspec.Struct):
        yield path, built
        for name in value:
            yield from places(value[name], getattr(built, name), (*path, name))
    elif isinstance(built, tuple):
        for place, each in enumerate(built):
            yield from places(value[place], each, (*path, place))


def changed(value: Any, path: Path, name: str, *given: object) -> Any:
    """The JSON of a payload with one member given another value, or taken away."""
    other = copy.deepcopy(value)
    inner = other
    for step in path:
        inner = inner[step]
    inner.pop(name)
    if given:
        (inner[name],) = given
    return other


def refused(kind: str, value: Any) -> tuple[str, str]:
    with pytest.raises(MalformedError) as caught:
        read(PAYLOADS[kind], value)
    return caught.value.code, caught.value.message


def every_place(kind: str) -> Iterator[tuple[Any, Path, msgspec.Struct]]:
    for value in examples(kind):
        for path, built in places(value, read(PAYLOADS[kind], value)):
            yield value, path, built


@pytest.mark.parametrize("kind", SAID)
def test_a_member_that_is_missing_is_named(kind: str) -> None:
    for value, path, built in every_place(kind):
        for name, field in members(type(built)).items():
            if field.required:
                code, message = refused(kind, changed(value, path, name))
                assert (code, f"`{name}`" in message) == ("field_missing", True), (path, name, message)


@pytest.mark.parametrize("kind", SAID)
def test_a_member_of_another_type_is_named(kind: str) -> None:
    for value, path, built in every_place(kind):
        for name, field in members(type(built)).items():
            if name in msgspec.to_builtins(built):
                code, message = refused(kind, changed(value, path, name, wrong_for(field.type)))
                assert (code, name in message) == ("field_type", True), (path, name, message)


@pytest.mark.parametrize("kind", SAID)
def test_a_text_of_a_form_ends_where_its_form_ends(kind: str) -> None:
    """A code or an id with a line end after it is another text, with another digest."""
    for value, path, built in every_place(kind):
        for name, held in msgspec.to_builtins(built).items():
            if isinstance(held, str) and _is_bound(members(type(built))[name].type):
                code, message = refused(kind, changed(value, path, name, f"{held}\n"))
                assert (code, name in message) == ("field_type", True), (path, name, message)


def _is_bound(of: inspect.Type) -> bool:
    """Whether a text is of a form from its beginning on."""
    if isinstance(of, inspect.UnionType):
        texts = [
            each for each in of.types if isinstance(each, inspect.StrType | inspect.LiteralType | inspect.DateType)
        ]
        return bool(texts) and all(_is_bound(each) for each in texts)
    if isinstance(of, inspect.StrType):
        return of.pattern is not None and of.pattern.startswith("^")
    return isinstance(of, inspect.LiteralType | inspect.DateType)


@pytest.mark.parametrize("kind", SAID)
def test_what_is_built_by_hand_is_checked_as_what_is_read(kind: str) -> None:
    for value in examples(kind):
        for built in values(read(PAYLOADS[kind], value)):
            fields = {name: getattr(built, name) for name in built.__struct_fields__}
            assert type(built)(**fields) == built
            for name, field in members(type(built)).items():
                with pytest.raises(MalformedError) as caught:
                    type(built)(**{**fields, name: wrong_for(field.type)})
                assert caught.value.code == "field_type", name
                assert caught.value.message.startswith(f"`{name}`: "), caught.value.message


@pytest.mark.parametrize("kind", SAID)
def test_a_value_built_by_hand_holds_no_json_in_the_place_of_a_value(kind: str) -> None:
    for value in examples(kind):
        for built in values(read(PAYLOADS[kind], value)):
            fields = {name: getattr(built, name) for name in built.__struct_fields__}
            for name, held in fields.items():
                if held and isinstance(held, date | tuple | msgspec.Struct):
                    with pytest.raises(MalformedError) as caught:
                        type(built)(**{**fields, name: _as_json(held)})
                    assert caught.value.message == f"`{name}`: expected the value itself, got its JSON"


def _as_json(held: object) -> object:
    return list(held) if isinstance(held, tuple) else msgspec.to_builtins(held)
