"""Judging lines of JSON: the contract of `agreement judge`, one ruling for each line.

Rules of this module:
- a line has a kind, an author and either `facts` or `lines`; what else it holds means nothing;
- a line that cannot be read so is malformed; whatever can be read has a ruling, also where its facts are wrong;
- no member stands twice, since a reader could take either.

Spec: agreement 9.1, 9.2 (judging line by line).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from servanda.act.ruling import Permit, Ruling
from servanda.agreement.instrument import Instrument
from servanda.base.canon import Json
from servanda.base.errors import MalformedError
from servanda.policy.facts import FactValue, from_json
from servanda.policy.judge import judge

_MEANT = 'write {"kind": ..., "author": ..., "facts": {...}}, or "lines": [{...}, ...] for an act with several lines'


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is judged: a kind, its author, and one set of facts for each line."""

    kind: str
    author: str
    lines: tuple[Mapping[str, FactValue], ...]


def judge_text(instrument: Instrument, text: str) -> dict[str, Json]:
    """The ruling on one line of JSON, as JSON members.

    Raises:
        MalformedError: `json_syntax`, `json_duplicate`, `field_missing` or `field_type`.
    """
    return judge_line(instrument, read_line(text))


def judge_line(instrument: Instrument, line: Mapping[str, Any]) -> dict[str, Json]:
    """The ruling on the members of one line, as JSON members.

    Raises:
        MalformedError: `field_missing` or `field_type`.
    """
    case = read_case(instrument, line)
    return members(judge(instrument, case.kind, case.lines, author=case.author))


def read_case(instrument: Instrument, line: Mapping[str, Any]) -> Case:
    """What the members of one line ask to be judged.

    Raises:
        MalformedError: `field_missing` or `field_type`.
    """
    kind, author = _text(line, "kind"), _text(line, "author")
    if author not in instrument.parties:
        raise _malformed("field_type", f"`author` is a Party of `{instrument.id}`, and `{author[:40]}` is none")
    return Case(kind=kind, author=author, lines=_lines(line))


def members(ruling: Ruling) -> dict[str, Json]:
    """A ruling as JSON members."""
    if isinstance(ruling, Permit):
        return {"ruling": "permit", "ground": None, "cites": [*ruling.cites], "line": None, "missing": []}
    return {
        "ruling": "refusal",
        "ground": ruling.ground.value,
        "cites": [*ruling.cites],
        "line": ruling.line,
        "missing": [*ruling.missing],
    }


def read_line(text: str) -> dict[str, Any]:
    """The members of one line of JSON.

    Raises:
        MalformedError: `json_syntax`, `json_duplicate` or `field_type`.
    """
    try:
        value = json.loads(text, object_pairs_hook=_members, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise _malformed("json_syntax", f"not JSON at character {error.pos}") from error
    except (RecursionError, ValueError) as error:
        raise _malformed("json_syntax", "JSON too deep, or a number too long, to be read") from error
    if not isinstance(value, dict):
        raise _malformed("field_type", "a line is one JSON object")
    return value


def _lines(line: Mapping[str, Any]) -> tuple[dict[str, FactValue], ...]:
    if ("facts" in line) is ("lines" in line):
        raise _malformed("field_missing", "a line has either `facts` or `lines`")
    sets = [line["facts"]] if "facts" in line else line["lines"]
    if not isinstance(sets, list) or not sets or not all(isinstance(facts, dict) for facts in sets):
        raise _malformed("field_type", "`facts` is an object, and `lines` a list of at least one of them")
    return tuple(from_json(facts) for facts in sets)


def _text(line: Mapping[str, Any], name: str) -> str:
    if name not in line:
        raise _malformed("field_missing", f"`{name}` is missing")
    value = line[name]
    if not isinstance(value, str):
        raise _malformed("field_type", f"`{name}` is a text")
    return value


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _malformed("json_duplicate", f"the member `{twice[:40]}` stands twice")
    return found


def _no_constant(text: str) -> NoReturn:
    raise _malformed("json_syntax", f"`{text}` is no JSON value")


def _malformed(code: str, message: str) -> MalformedError:
    return MalformedError(code, message, action=_MEANT)
