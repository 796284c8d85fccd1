"""Poison: acts whose payloads are as extreme as their forms allow; whatever they say, each gets its ruling.

Every example payload of every kind is bent member by member, said by JP's node without its rules, and judged and folded
by KR's. What cannot be judged would stop the log for good, since no later act can be replied to before it.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from servanda.act import frame
from servanda.act.act import Applied
from servanda.act.content import residue
from servanda.act.ruling import Ground, Refusal
from servanda.base import canon
from servanda.base.errors import MalformedError
from servanda.node.project import fold
from servanda.node.scene import Scene
from servanda.node.stages import Intake, Place
from servanda.seal import draw
from tests.simulation.world import DOMAINS, TEXTS, Pair, both_in_force
from tests.unit.node import actors
from tests.wordings import loaded

EXAMPLES = sorted((Path(__file__).parents[2] / "examples" / "payloads").glob("*/*.json"))
PACTS = {"intelligence": "kr-jp-a", "rescue": "kr-jp-a"}
OFFICERS = {
    "intelligence": "information-1",
    "rescue": "rescue-1",
    "logistics": "ordering-1",
    "peacekeeping": "contingent-1",
    "agreement": "envoy-1",
}
TYPES = {kind: payload for domain in DOMAINS.values() for kind, payload in domain.payloads.items()}
EXTREMES: tuple[tuple[str, tuple[Any, ...]], ...] = (
    (r"\d{4}-\d\d-\d\d", ("9999-12-31", "0001-01-01")),
    (r"\d{4}-\d\d-\d\dT.+", ("9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z")),
    (r"[0-9a-f]{64}", ("00" * 32,)),
    (r"-?\d+(\.\d+)?", ("0", "999999999999999", "0.000001", "90", "-180")),
    (r"(?s).*", ("x", "other")),
)


@cache
def _nodes() -> Pair:
    return both_in_force().copy()


@cache
def _digest(pact: str) -> str:
    return loaded(TEXTS[pact], pact).digest


@cache
def _base() -> Intake:
    pair = _nodes()
    return actors.taken(pair.jp, actors.asks(pair.jp))


def extremes(value: Any) -> tuple[Any, ...]:
    """What else may stand in the place of a value."""
    if isinstance(value, bool):
        return (not value,)
    if isinstance(value, int):
        return (0, 1, 2**53 - 1)
    if isinstance(value, list):
        return ([], value * 2)
    if isinstance(value, str):
        return next(others for form, others in EXTREMES if re.fullmatch(form, value))
    return ()


def places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value[:1]) if isinstance(value, list) else ()
    for name, each in inner:
        yield (*place, name), each
        yield from places(each, (*place, name))


def bent(payload: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A payload as it is, and with one value at a time another."""
    yield payload
    for place, value in places(payload):
        for other in extremes(value):
            made: Any = copy.deepcopy(payload)
            holder = made
            for name in place[:-1]:
                holder = holder[name]
            holder[place[-1]] = other
            yield made


def said(kind: str, payload: dict[str, Any]) -> Intake:
    """An act of JP's of any kind and payload, truly committed to, sealed and signed."""
    pair, domain = _nodes(), kind.partition(".")[0]
    pact, officer = PACTS.get(domain, "kr-jp-b"), f"jp/{OFFICERS[domain]}"
    (key,) = pair.jp.keys.officer(officer)
    raw, salt = canon.encode(payload), draw.salt()
    members = {
        "payload": {"commit": frame.commit(salt, raw), "form": f"{kind}/1"},
        "kind": kind,
        "agreement": pact,
        "agreement_digest": _digest(pact),
        "signed_by": [{"officer": officer, "key": key.public.key_id}],
    }
    sealed = actors.sealed_for_both(pair.jp, frame.pack(raw, salt))
    return replace(actors.stated(_base(), [key], **members), sealed=sealed)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}.{path.stem}")
def test_whatever_an_act_says_it_gets_its_ruling_and_its_place_in_the_fold(path: Path) -> None:
    node = _nodes().kr.node
    kind = ".".join((path.parent.name, *path.stem.split(".")[:2]))
    place = Place(log=node.holding.peer.name, index=node.holding.peer.size, seen=node.holding.home.size, at=node.now())
    folded = node.scene().folded
    judged_by_clauses = 0
    for payload in bent(json.loads(path.read_text(encoding="utf-8"))):
        try:
            intake = said(kind, payload)
        except MalformedError:  # longer than any payload may be
            continue
        judged = node.checker.check(intake, place, identity=_nodes().kr.keys.seal(), reply_at=node.now())
        ruling = judged.ruling
        if isinstance(ruling, Refusal) and ruling.ground is Ground.INVALID:
            assert ruling.code in {"field_type", "field_missing", "field_value"}, payload
            continue
        judged_by_clauses += 1
        statement = intake.signed.statement
        applied = Applied(
            act_id=intake.signed.act_id,
            kind=kind,
            agreement=statement.agreement,
            digest=statement.agreement_digest,
            author="JP",
            other="KR",
            officers=(statement.signed_by[0][0],),
            causes=(),
            payload=residue(TYPES[kind], payload),
            recorded_at=place.at,
            rank=1_000,
            log=place.log,
            index=place.index,
            facts=judged.facts,
        )
        after = fold(folded, applied, DOMAINS)
        scene = Scene(holding=node.holding, people=node.people, folded=after, copy=node.holding.peer, place=place)
        scene.all_duties(statement.agreement, ())
        scene.status(statement.agreement)
    assert judged_by_clauses > 0
