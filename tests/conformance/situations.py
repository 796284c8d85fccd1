"""Situations: acts that two Parties say one after another, and the ruling on the last of them.

The tables are published, in spec/vectors/situations, with what their keys mean. Here they are read, and nothing more:
what a name stands for is put in its place, so that each act is whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "spec" / "vectors" / "situations"
IN_FORCE, NOT_IN_FORCE = "in_force", "not_in_force"

Members = Mapping[str, Any]
Step = Mapping[str, Any]
"""An act, a wait or an amendment, whole."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """One situation in one phase.

    Args:
        steps: what is said before, what brings the phase about last.
        act: what is judged.
        expected: its ruling, in the words of spec/vectors/rulings.json.
        stated: facts that it must state, of each of its lines, so far as the table names them.
        example: the id in rulings.json whose facts it must state, None for one of its own.
    """

    id: str
    title: str
    agreement: str
    phase: str
    steps: tuple[Step, ...]
    act: Step
    expected: Members
    stated: Members
    example: str | None = None

    @property
    def kind(self) -> str:
        return str(self.act["kind"])

    @property
    def permits(self) -> bool:
        return bool(self.expected["ruling"] == "permit")


@cache
def rulings() -> Any:
    """The published rulings on given facts."""
    return json.loads((ROOT / "spec" / "vectors" / "rulings.json").read_text(encoding="utf-8"))


@cache
def tables() -> Mapping[str, Any]:
    """Every table of situations by the agreement it is about."""
    read = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))]
    return {table["agreement"]: table for table in read}


@cache
def runs() -> tuple[Run, ...]:
    """Every situation in every phase that its table names."""
    return tuple(run for table in tables().values() for run in _of_table(table))


def officers(agreement: str) -> Mapping[str, tuple[str, int | None]]:
    """Officers of each Party under an agreement: office, and limit in US dollars."""
    return {code: (row[0], row[1]) for code, row in tables()[agreement]["officers"].items()}


def step_of(agreement: str, step: str | Members) -> Step:
    """A step of the table of an agreement, whole."""
    return _step(tables()[agreement], step)


def _of_table(table: Members) -> Iterator[Run]:
    for situation in table["situations"]:
        given = tuple(_step(table, step) for step in situation.get("given", ()))
        act = _act(table, situation["act"])
        also = situation.get("in", {})
        example = next((case for case in rulings()["cases"] if case["id"] == situation["id"]), None)
        expected = situation["expected"] if example is None else example["expected"]
        for number, (phase, ruling) in enumerate([(situation.get("phase", IN_FORCE), expected), *also.items()]):
            brings = table["phases"][phase] if number else ()
            yield Run(
                id=f"{situation['id']}-{phase}" if number else situation["id"],
                title=situation["title"],
                agreement=table["agreement"],
                phase=phase,
                steps=(*given, *(_step(table, step) for step in brings)),
                act=act,
                expected=ruling,
                stated=situation.get("stated", {}),
                example=None if example is None else situation["id"],
            )


def _step(table: Members, step: str | Members) -> Step:
    """A step whole: an act by its name or in place, a wait as it stands, an amendment with its edits."""
    if isinstance(step, str) or {"kind", "like"} & step.keys():
        return _act(table, step)
    named = step.get("amend")
    return {**step, "amend": table["edits"][named]} if isinstance(named, str) else step


def _act(table: Members, said: str | Members) -> Step:
    """An act whole: one that is like another has its members, and what stands beside `like` in their place."""
    if isinstance(said, str):
        return {**_act(table, table["acts"][said]), "as": said}
    like: Step = {} if "like" not in said else _act(table, said["like"])
    act = {**like, **{name: value for name, value in said.items() if name not in ("like", "with")}}
    return {**act, "payload": _whole(table, {"like": act.get("payload", {}), **said.get("with", {})})}


def _whole(table: Members, value: Any) -> Any:
    """A value with the named members that it is like in their place."""
    if isinstance(value, Mapping):
        named = value.get("like")
        like: Members = {}
        if named is not None:
            like = _whole(table, table["payloads"][named] if isinstance(named, str) else named)
        own = {name: _whole(table, member) for name, member in value.items() if name != "like"}
        return {name: member for name, member in {**like, **own}.items() if member is not None}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_whole(table, item) for item in value]
    return value
