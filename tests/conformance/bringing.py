"""Two real nodes bring a situation about: every act of it sealed, signed, judged, recorded, exchanged and replied to.

What was brought about once is kept and copied, so that situations that begin alike share their beginning.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from servanda.act.act import Draft
from servanda.act.content import Payload, read
from servanda.act.entry import Issued, Received
from servanda.act.ruling import Permit
from servanda.agreement import acts as accord
from servanda.agreement.instrument import Instrument
from servanda.base import canon, moment
from servanda.node import answers
from servanda.node.project import Folded
from servanda.node.stages import Intake, Recorded, Standing
from tests.conformance.situations import NOT_IN_FORCE, Members, Run, Step, officers
from tests.simulation.world import DOMAINS, START, TEXTS, Pair, Side
from tests.unit.node import actors
from tests.wordings import loaded, tabled

PAYLOADS: Mapping[str, type[Payload]] = {
    kind: payload for domain in DOMAINS.values() for kind, payload in domain.payloads.items()
}
BEFORE = "before"
"""A step that stands for two nodes whose texts are signed and not yet in force."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Two nodes, and the ids of the acts that were said under a name."""

    pair: Pair
    ids: Mapping[str, str]

    def side(self, party: str) -> Side:
        return self.pair.kr if party == "KR" else self.pair.jp

    def copy(self) -> Stage:
        twin = self.pair.copy()
        for side in twin.sides():
            side.node.confirm_clock()
        return replace(self, pair=twin)


def brought(run: Run) -> Stage:
    """The two nodes as they stand before the act of a situation is said."""
    steps = [*run.steps] if run.phase != NOT_IN_FORCE else [{BEFORE: True}, *run.steps]
    return _stage(run.agreement, tuple(json.dumps(step, sort_keys=True) for step in steps)).copy()


@cache
def _stage(agreement: str, steps: tuple[str, ...]) -> Stage:
    if not steps:
        return opened(agreement, in_force=True)
    step = json.loads(steps[-1])
    if BEFORE in step:
        return opened(agreement, in_force=False)
    return _taken(_stage(agreement, steps[:-1]).copy(), agreement, step)


def _taken(stage: Stage, agreement: str, step: Step) -> Stage:
    """What one more step makes of the two nodes, which then exchange."""
    if "kind" not in step:
        _wait(stage.pair, step)
        if "amend" in step:
            _amend(stage.pair, agreement, step["amend"])
        if "appoint" in step:
            stage.side(step["party"]).appoint(agreement, step["appoint"], step["office"], None)
            stage.pair.sync()
        return stage
    recorded = say(stage, agreement, step)
    judged = recorded.judged
    assert isinstance(judged.ruling, Permit) or recorded.entry is not None, (step, judged.ruling, judged.facts)
    stage.pair.sync()
    return replace(stage, ids={**stage.ids, step.get("as", ""): judged.intake.signed.act_id})


def say(stage: Stage, agreement: str, act: Step) -> Recorded:
    """An act said by its officers at their own node, whatever its ruling."""
    side = stage.side(act["party"])
    members = put(act["payload"], stage, agreement)
    under = act.get("agreement", agreement)
    payload = read(PAYLOADS[act["kind"]], members) if members else None
    draft = Draft(
        kind=act["kind"], agreement=under, payload=payload, causes=put(act.get("causes", []), stage, agreement)
    )
    signing = [f"{side.party.lower()}/{name}" for name in act["officers"]]
    if "beside" not in act:
        return side.node.submit(draft, signing)
    return _said_raw(side, draft, signing, canon.encode(_beside(members, act["beside"])))


def _beside(members: Members, beside: Members) -> dict[str, Any]:
    """A payload with members that are not of its form, which no desk here could write."""
    return {**members, **beside}


def _said_raw(side: Side, draft: Draft, signing: Sequence[str], payload: bytes) -> Recorded:
    """An act whose payload is any bytes, as another hand's node may write it, judged and recorded by this node."""
    node = side.node
    secrets = [key for officer in signing for key in side.keys.officer(officer)]
    said = actors.holding_payload(side, actors.taken(side, draft, signing), payload, secrets)
    with node._step():
        place = node.here(node.recorder.time(node.now()))
        return node.recorder.act(node.checker.check(said, place, identity=side.keys.seal()))


def put(value: Any, stage: Stage, agreement: str) -> Any:
    """A value with what its names stand for: `@name` the id of an act, `@digest` the digest of the text in force."""
    if isinstance(value, str) and value.startswith("@"):
        return in_force(stage, agreement).digest if value == "@digest" else stage.ids[value[1:]]
    if isinstance(value, Mapping):
        return {name: put(member, stage, agreement) for name, member in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [put(item, stage, agreement) for item in value]
    return value


def in_force(stage: Stage, agreement: str) -> Instrument:
    """The text that acts are judged by here and now."""
    instrument = stage.pair.kr.node.scene().instrument(agreement)
    assert instrument is not None
    return instrument


# -- what a peer that is faulty sends ---------------------------------------------------------------------------------


def sent_nevertheless(stage: Stage, author: str, said: Intake) -> tuple[Issued, Received]:
    """An act that its own node's rules keep home, recorded there as permitted; and the reply of the other node."""
    sender = stage.side(author)
    issued = actors.issue(sender, said)
    stage.pair.sync()
    return issued, reply(stage, author, issued.act)


def reply(stage: Stage, author: str, act_id: str) -> Received:
    """The entry in which the other Party ruled on an act."""
    home = stage.side("JP" if author == "KR" else "KR").node.holding.home
    found = home.reply(act_id, home.size)
    assert found is not None
    return found


def standings(stage: Stage, act_id: str) -> set[Standing]:
    """How an act stands, as each node shows it."""
    return {
        answers.standing(answers.find(side.node.holding, act_id), side.node.scene().folded)
        for side in stage.pair.sides()
    }


def folded(stage: Stage) -> Folded:
    """What follows from both logs, which is the same on both sides."""
    kr, jp = (side.node.scene().folded for side in stage.pair.sides())
    assert kr == jp
    return kr


# -- how two nodes come to have agreements in force -------------------------------------------------------------------


def opened(agreement: str, *, in_force: bool, at: datetime = START) -> Stage:
    """Two nodes with their officers appointed under an agreement that is in force, or only signed."""
    pair = Pair(at=at)
    digest = agree(pair, agreement, TEXTS[agreement])
    for side in pair.sides():
        for name, (office, limit_usd) in officers(agreement).items():
            side.appoint(agreement, name, office, limit_usd)
    pair.sync()
    if in_force:
        notify(pair, agreement, digest)
        _wait(pair, {"days": 31})
    return Stage(pair=pair, ids={})


def agree(pair: Pair, agreement: str, text: str, *, base: str | None = None, sign: bool = True) -> str:
    """A text tabled, initialled by both, whose powers to sign are shown, and signed; its digest."""
    digest = loaded(text, agreement).digest
    pair.kr.envoy_says(agreement, "agreement.text.table", tabled(text, base=base))
    pair.sync()
    for side in pair.sides():
        powers = accord.PowersShow(
            officer=side.envoy, may=("sign",), issued_by="foreign_minister", date=date(2030, 1, 1)
        )
        side.envoy_says(agreement, "agreement.text.initial", accord.TextInitial(digest=digest))
        side.envoy_says(agreement, "agreement.powers.show", powers)
    pair.sync()
    if sign:
        for side in pair.sides():
            side.envoy_says(agreement, "agreement.text.sign", accord.TextSign(digest=digest))
        pair.sync()
    return digest


def notify(pair: Pair, agreement: str, digest: str) -> None:
    """Each Party tells the other that its own law is satisfied."""
    for side in pair.sides():
        note = accord.CompletionNotify(digest=digest, note="exercise 1", date=side.clock.now().date())
        side.envoy_says(agreement, "agreement.completion.notify", note)
    pair.sync()


def _amend(pair: Pair, agreement: str, edits: Sequence[tuple[str, str]]) -> None:
    """The published text with some words changed takes the place of the version in force, and enters into force."""
    version = pair.kr.node.scene().instrument(agreement)
    assert version is not None
    text = TEXTS[agreement]
    for old, new in [("\nversion: 1\n", f"\nversion: {version.version + 1}\n"), *edits]:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    notify(pair, agreement, agree(pair, agreement, text, base=version.digest))
    _wait(pair, {"days": 31})
    now = pair.kr.node.scene().instrument(agreement)
    assert now is not None
    assert now.version == version.version + 1


def _wait(pair: Pair, step: Step) -> None:
    """Both clocks run on, by some time or to a moment."""
    now = pair.kr.clock.now()
    until = moment.parse(step["until"]) if "until" in step else now
    until += timedelta(**{unit: step[unit] for unit in ("days", "hours", "minutes") if unit in step})
    assert until >= now, step
    pair.advance((until - now).total_seconds())
    for side in pair.sides():
        side.node.confirm_clock()
