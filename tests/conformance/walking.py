"""Two real nodes walk through the vocabulary: what is said, row by row, and what it reaches on both sides.

Rules of this module:
- an act is said through the desk where its kind has one, with its example payload where that fits;
- what is permitted is delivered, ruled alike by the peer, and folded alike on both; what stays home is noted there;
- facts are those kept with the rulings, never those a test would expect.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from servanda.act.act import Draft
from servanda.act.content import read, write
from servanda.act.entry import Issued
from servanda.act.journal import Noted, Refused, Released
from servanda.act.kind import kinds
from servanda.act.ruling import Permit, Ruling, compared
from servanda.agreement import duties
from servanda.assembly.loaded import loaded
from servanda.base import canon
from servanda.node import answers
from servanda.node.project import Folded
from servanda.node.stages import Intake, Recorded, Standing
from servanda.seal.keys import SecretKey
from tests.conformance.payloads import PAYLOADS, examples
from tests.simulation.world import Pair, Side
from tests.unit.node import actors

PERMIT = "permit"
HOURS, DAYS = 3_600, 86_400


@dataclass(frozen=True, kw_only=True)
class Row:
    """One act that somebody says.

    Args:
        by: the officer that says it; `also` sign with it.
        says: members beside those of the example; None leaves one out, `@name` is the id of the act said under it.
        example: number of the example its members are taken from; 0 for none of it.
        named: the name it is known by from then on.
        ruling: `permit`, or the ground and the paragraphs of a refusal.
        beside: members that its form does not know.
        payload: whether it is said without the desk.
        proves: makes the keys that the payload names and that sign it too.
    """

    kind: str
    party: str
    by: str
    says: Mapping[str, Any] = field(default_factory=dict)
    under: str
    also: tuple[str, ...] = ()
    example: int = 1
    named: str = ""
    ruling: str = PERMIT
    causes: tuple[str, ...] = ()
    beside: Mapping[str, Any] | None = None
    payload: bool = False
    proves: Callable[[Side], tuple[Mapping[str, Any], Sequence[SecretKey]]] | None = None


@dataclass(frozen=True, kw_only=True)
class Wait:
    """Both clocks run on."""

    seconds: int


@dataclass(frozen=True, kw_only=True)
class Do:
    """Something that no act says: what the outer world does to the two nodes."""

    what: Callable[[Walk], None]


Step = Row | Wait | Do


@dataclass(frozen=True, kw_only=True)
class Reached:
    """What an act came to: where it was recorded, and what it changed in the fold of both."""

    row: Row
    recorded: str
    ruling: Ruling
    facts: tuple[Mapping[str, Any], ...]
    changed: frozenset[str]


@dataclass(kw_only=True)
class Walk:
    """The two nodes, the acts said under a name, and what each row reached."""

    pair: Pair
    ids: dict[str, str] = field(default_factory=dict)
    reached: list[Reached] = field(default_factory=list)

    def side(self, party: str) -> Side:
        return self.pair.kr if party == "KR" else self.pair.jp

    def go(self, steps: Sequence[Step]) -> None:
        """Every step in turn."""
        for step in steps:
            match step:
                case Row():
                    self.reached.append(self._said(step))
                case Wait():
                    self.wait(step.seconds)
                case Do():
                    step.what(self)

    def wait(self, seconds: int) -> None:
        """Both clocks run on, and somebody says that they are right."""
        self.pair.advance(seconds)
        for side in self.pair.sides():
            side.node.confirm_clock()

    def folded(self) -> Folded:
        """What follows from both logs, the same on both sides."""
        kr, jp = (side.node.scene().folded for side in self.pair.sides())
        assert kr == jp
        return kr

    def _said(self, row: Row) -> Reached:
        side, before = self.side(row.party), self.folded()
        recorded = self._submitted(row, side)
        act_id = recorded.judged.intake.signed.act_id
        if row.named:
            self.ids[row.named] = act_id
        where = (len(self.reached), row.kind, dict(row.says))
        assert shown(recorded.judged.ruling) == row.ruling, (*where, recorded.judged.facts[:1])
        where = "log" if isinstance(recorded.entry, Issued) else _item(recorded)
        kept = _kept(side, recorded)
        if where == "log":
            self.pair.sync()
            self._alike(row, act_id)
        return Reached(
            row=row,
            recorded=where,
            ruling=recorded.judged.ruling,
            facts=kept,
            changed=changed(before, self.folded(), row, act_id),
        )

    def _submitted(self, row: Row, side: Side) -> Recorded:
        members = self.put({**(examples(row.kind)[row.example - 1] if row.example else {}), **row.says})
        proving: Sequence[SecretKey] = ()
        if row.proves is not None:
            named, proving = row.proves(side)
            members |= named
        draft = self._draft(row, side, {name: value for name, value in members.items() if value is not None})
        signing = [f"{side.party.lower()}/{name}" for name in (row.by, *row.also)]
        if row.beside is None:
            return side.node.submit(draft, signing, proving=proving)
        return said_raw(side, draft, signing, row.beside)

    def _draft(self, row: Row, side: Side, members: dict[str, Any]) -> Draft:
        """By the desk where there is one; what the record fills in is left to it, save what the row itself says."""
        domain = kinds()[row.kind].domain
        verb = loaded()[domain].verbs.get(row.kind)
        causes = tuple(self.put(list(row.causes)))
        if verb is None or row.payload:
            content = read(PAYLOADS[row.kind], members)
            return Draft(kind=row.kind, agreement=row.under, payload=content, causes=causes)
        taken = set(_taken(verb))
        assert row.says.keys() <= taken, (row.kind, row.says.keys() - taken)
        asked = {name: value for name, value in members.items() if name in taken}
        return verb(side.node.state(domain), side.node.seat(row.under), **asked)

    def put(self, value: Any) -> Any:
        """A value with the ids of acts in the place of their names, and the digest of a text in force."""
        if isinstance(value, str) and value.startswith("@"):
            name, _, rest = value[1:].partition(":")
            return self.digest(rest) if name == "digest" else self.ids[name]
        if isinstance(value, Mapping):
            return {name: self.put(member) for name, member in value.items()}
        if isinstance(value, list | tuple):
            return [self.put(each) for each in value]
        return value

    def digest(self, agreement: str) -> str:
        instrument = self.pair.kr.node.scene().instrument(agreement)
        assert instrument is not None
        return instrument.digest

    def _alike(self, row: Row, act_id: str) -> None:
        """The peer has it, ruled as its author did, by the same facts; and neither shows a dispute."""
        for node in (side.node for side in self.pair.sides()):
            found = answers.find(node.holding, act_id)
            assert found.reply is not None
            home, peer = found.entry.ruling, found.reply.ruling
            assert (compared(home.ruling), home.facts) == (compared(peer.ruling), peer.facts), row
            stands = answers.standing(found, node.scene().folded)
            assert stands is (Standing.AGREED if row.ruling == PERMIT else Standing.REFUSED), row


def shown(ruling: Ruling) -> str:
    """A ruling in short: `permit`, or ground and paragraphs."""
    if isinstance(ruling, Permit):
        return PERMIT
    return " ".join((ruling.ground.value, *ruling.cites, *ruling.missing))


def _item(recorded: Recorded) -> str:
    """How the journal keeps an act that stays home."""
    names = {Noted: "noted", Refused: "refused", Released: "released"}
    return names[type(recorded.item)]


def _kept(side: Side, recorded: Recorded) -> tuple[Mapping[str, Any], ...]:
    """The facts kept with a ruling, which are those it was ruled by."""
    kept = side.node.holding.facts(recorded.judged.intake.signed.act_id)
    assert tuple(kept) == tuple(recorded.judged.facts)
    return tuple(kept)


def changed(before: Folded, after: Folded, row: Row, act_id: str) -> frozenset[str]:
    """What an act changed: a state, the life of its agreement, what is owed, and whether it made a joint act."""
    domain = kinds()[row.kind].domain
    pairs = {
        "state": (before.domains[domain], after.domains[domain]),
        "life": (before.lives.get(row.under), after.lives.get(row.under)),
        "duties": (_owed(before, row), _owed(after, row)),
        "closed": (before.closed, after.closed),
        "joint": (_joint(before, row), _joint(after, row)),
    }
    found = {name for name, (old, new) in pairs.items() if old != new}
    return frozenset(found | ({"acts"} if act_id in after.acts else set()))


def _owed(folded: Folded, row: Row) -> object:
    """What is owed under an agreement, and what met it."""
    book = folded.books.get(row.under) or duties.empty(row.under)
    return book.running, book.done, book.said


def _joint(folded: Folded, row: Row) -> int:
    """How many joint acts of a kind there are under an agreement."""
    return sum(
        folded.joint_at(agreement, kind, digest) is not None
        for agreement, kind, digest in folded.joints
        if (agreement, kind) == (row.under, row.kind)
    )


def _taken(verb: Callable[..., Draft]) -> Iterator[str]:
    """What a desk takes by name."""
    for parameter in inspect.signature(verb, eval_str=True).parameters.values():
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY:
            yield parameter.name
        elif parameter.kind is inspect.Parameter.VAR_KEYWORD:
            yield from parameter.annotation.__args__[0].__annotations__


def said_raw(side: Side, draft: Draft, signing: Sequence[str], beside: Mapping[str, Any]) -> Recorded:
    """An act with members that its form does not know, as another hand's node may write it."""
    assert draft.payload is not None
    payload = canon.encode({**write(draft.payload), **beside})
    secrets = [key for officer in signing for key in side.keys.officer(officer)]
    said: Intake = actors.holding_payload(side, actors.taken(side, draft, signing), payload, secrets)
    node = side.node
    with node._step():
        place = node.here(node.recorder.time(node.now()))
        return node.recorder.act(node.checker.check(said, place, identity=side.keys.seal()))
