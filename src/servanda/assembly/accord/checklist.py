"""A checklist: the steps at home before a signature and before a note of completion, as a file of this node says them.

Rules of this module:
- the list is private: it is read here, names what the journal notes, and nothing of it is ever sent;
- steps stand in the order in which they are to be taken, those before the signature first;
- a step that is asked for only under a condition names it; whether the condition applies is decided with a reason;
- a list with a fault is no list: the first fault ends the reading, with its place and what to write instead.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from servanda.base.errors import UsageError

FORMAT = "servanda-checklist/1"
SIGN = "text.sign"
NOTIFY = "completion.notify"
MOMENTS = (SIGN, NOTIFY)
LANGUAGES = ("ko", "ja", "en")
BYTES_MAX = 65_536
ITEMS_MAX = 100
CHARACTERS_MAX = 200

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*").fullmatch


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """Something that applies to a text or does not, which is decided with a reason.

    Args:
        title: language -> words; `ko`, `ja` and `en`, in the order of the file.
        who: the office that decides it.
    """

    id: str
    title: Mapping[str, str]
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step at home.

    Args:
        title: language -> words; `ko`, `ja` and `en`, in the order of the file.
        who: the office that takes it.
        before: the act that waits for it, `text.sign` or `completion.notify`; None where no act does.
        when: id of the condition under which it is asked for; None where it always is.
    """

    id: str
    title: Mapping[str, str]
    who: str
    before: str | None
    when: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    """The own steps to consent.

    Args:
        name: by which the journal calls it.
        exercise: whether nothing of it is real.
    """

    path: Path
    name: str
    exercise: bool
    steps: tuple[Step, ...]
    conditions: tuple[Condition, ...]

    def names(self) -> tuple[str, ...]:
        """The ids of its steps and conditions."""
        return (*(step.id for step in self.steps), *(condition.id for condition in self.conditions))

    def condition(self, name: str) -> Condition | None:
        return next((condition for condition in self.conditions if condition.id == name), None)


def read_checklist(path: Path) -> Checklist:
    """The checklist of a file.

    Raises:
        UsageError: `checklist_unreadable` or `checklist_wrong`, with file, place, key and value.
    """
    top = _Table(_toml(path), f"`{path}`", ("format", "name", "exercise", "step", "condition"))
    top.word("format", FORMAT.__eq__, f"`{FORMAT}`")
    conditions = tuple(
        Condition(id=row.word("id", _ID, _AN_ID), title=row.title(), who=row.line("who"))
        for row in top.rows("condition", ("id", "title", "who"))
    )
    steps = tuple(_step(row, conditions) for row in top.rows("step", ("id", "title", "who", "before", "when")))
    if not steps:
        raise top.wrong("step", "at least one table `[[step]]`")
    found = Checklist(
        path=path, name=top.line("name"), exercise=top.flag("exercise"), steps=steps, conditions=conditions
    )
    _check_order(found, top)
    return found


_AN_ID = "a name in small letters, digits and `-`, such as `state-council`"


def _step(row: _Table, conditions: Sequence[Condition]) -> Step:
    known = [condition.id for condition in conditions]
    return Step(
        id=row.word("id", _ID, _AN_ID),
        title=row.title(),
        who=row.line("who"),
        before=row.word("before", MOMENTS.__contains__, "`text.sign` or `completion.notify`, or left out")
        if row.has("before")
        else None,
        when=row.word("when", known.__contains__, f"the id of a `[[condition]]`: {', '.join(known) or 'there is none'}")
        if row.has("when")
        else None,
    )


def _check_order(found: Checklist, top: _Table) -> None:
    """Each name once; steps before the signature first, those that no act waits for last."""
    seen: set[str] = set()
    for name in found.names():
        if name in seen:
            raise top.fault(f"`id` `{name}` stands twice", "give each step and condition an id of its own")
        seen.add(name)
    latest = 0
    for step in found.steps:
        place = len(MOMENTS) if step.before is None else MOMENTS.index(step.before)
        if place < latest:
            raise top.fault(
                f"[[step]] `{step.id}`: `before` is `{step.before}`, and a step above it comes later",
                "write the steps in the order in which they are taken: before `text.sign`, before `completion.notify`, "
                "then those that no act waits for",
            )
        latest = place
    asked = {step.when for step in found.steps}
    for condition in found.conditions:
        if condition.id not in asked:
            raise top.fault(f"no step names the condition `{condition.id}`", "name it with `when`, or take it out")


class _Table:
    """One table of the file, whose names are all known."""

    def __init__(self, values: dict[str, Any], place: str, known: tuple[str, ...]) -> None:
        self._values = values
        self._place = place
        for key in values:
            if key not in known:
                nearest = get_close_matches(key, known, n=1, cutoff=0.0)[0]
                raise self.fault(
                    f"nothing is called `{key}`", f"write `{nearest}` if that is meant; known here: {', '.join(known)}"
                )

    def has(self, key: str) -> bool:
        return key in self._values

    def rows(self, key: str, known: tuple[str, ...]) -> list[_Table]:
        rows = self._values.get(key, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows) or len(rows) > ITEMS_MAX:
            raise self.wrong(key, f"at most {ITEMS_MAX} tables `[[{key}]]`")
        return [
            _Table(row, f"{self._place} [[{key}]] {row.get('id', number)}", known) for number, row in enumerate(rows, 1)
        ]

    def word(self, key: str, form: Callable[[str], object], wanted: str) -> str:
        value = self._value(key, wanted)
        if not isinstance(value, str) or not form(value):
            raise self.wrong(key, wanted)
        return value

    def line(self, key: str) -> str:
        return self.word(key, _is_line, f"one line of at most {CHARACTERS_MAX} characters")

    def flag(self, key: str) -> bool:
        value = self._values.get(key, False)
        if not isinstance(value, bool):
            raise self.wrong(key, "true or false")
        return value

    def title(self) -> Mapping[str, str]:
        wanted = f"words in each of {', '.join(LANGUAGES)}"
        value = self._value("title", wanted)
        if not isinstance(value, dict) or set(value) != set(LANGUAGES):
            raise self.wrong("title", wanted)
        if not all(isinstance(words, str) and _is_line(words) for words in value.values()):
            raise self.wrong("title", f"{wanted}, each one line of at most {CHARACTERS_MAX} characters")
        return value

    def wrong(self, key: str, wanted: str) -> UsageError:
        value = self._values.get(key)
        got = "" if value is None else f", got `{value!s:.80}`"
        return self.fault(f"`{key}` is not {wanted}{got}", f"correct `{key}` there")

    def fault(self, what: str, action: str) -> UsageError:
        return UsageError("checklist_wrong", f"{self._place}: {what}", action=action)

    def _value(self, key: str, wanted: str) -> Any:
        if key not in self._values:
            raise self.fault(f"`{key}` is missing", f"add `{key}`, {wanted}")
        return self._values[key]


def _is_line(text: str) -> bool:
    return bool(text.strip()) and len(text) <= CHARACTERS_MAX and text.isprintable()


def _toml(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as stream:
            data = stream.read(BYTES_MAX + 1)
        if len(data) > BYTES_MAX:
            raise ValueError(f"it has more than {BYTES_MAX} bytes")
        return tomllib.loads(data.decode())
    except OSError as error:
        raise UsageError(
            "checklist_unreadable",
            f"the checklist `{path}` cannot be read: {error.strerror}",
            action="correct `path` under `[[checklist]]` in the settings, or lay the file there",
        ) from error
    except ValueError as error:  # no UTF-8, no TOML, or too long
        raise UsageError(
            "checklist_unreadable", f"the checklist `{path}` is no TOML: {error}", action="correct that line"
        ) from error
