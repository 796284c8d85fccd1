"""A story played while its processes are killed, driven by a seed.

Rules of this module:
- both nodes work, a speaker at each says what the story says; any of them is killed, sometimes two at once;
- the delay of a kill is drawn from the time that saying and delivering take here, so that kills fall inside them;
- what was not acknowledged is looked at, then said again under the same reference;
- after each turn both come to rest, and everything is held against what was said.
"""

from __future__ import annotations

import random
import re
import socket
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache

from servanda.cli.story import Scene, Step
from tests.founded import Pair, servanda
from tests.power.processes import Aim, Doing, Killable, Link, Moment, NodeAtWork, Speaker
from tests.power.whole import Look, Looking, Side, hold

REST_S = 60.0
LOOK_S = 0.02
PARTIES = ("KR", "JP")
PORTS = range(15_000, 32_000)  # below those that the system hands to whoever calls
DELIVERED_S = 0.5
SAID_S = 0.15
HIT_S = 0.005
TIMED = 0.25  # share of kills at a moment that is drawn, whatever the process is at
# What a node may tell while the other is killed: nothing that accuses it, or sends people to compare key lists.
EXPECTED = re.compile(
    r"[0-9:]{8} (KR, node |JP, node |listening at |exchanged |link_down: |link_cut: |refused what .*: bundle_truncated)"
).match
AT_ONCE = Aim(delay_s=0.0)
# Where a kill is aimed at: what a speaker does, a node at work, and one that was started again.
STEP = (Moment.BEFORE, Moment.IN_STEP, Moment.COMMITTING, Moment.COMMITTED)
SPEAKING = ((Doing.OPENING,), *((Doing.SAYING, moment) for moment in STEP))
WORKING = (
    *((Doing.MAKING, moment) for moment in (*STEP, Moment.MARKING, Moment.MARKED)),
    *((doing, moment) for doing in (Doing.TAKING, Doing.REPLYING) for moment in STEP),
    (Doing.NOTHING, Moment.BEFORE, Link.CALLING),
    (Doing.NOTHING, Moment.BEFORE, Link.ANSWERING),
)
RISING = ((Doing.OPENING,), (Doing.MAKING,), (Doing.TAKING,))


@dataclass(frozen=True, kw_only=True)
class Kill:
    """One kill, and where it fell."""

    turn: int
    who: str
    aim: Aim
    place: str


@dataclass(kw_only=True)
class Intention:
    """A step that is to be said once."""

    step: Step
    reference: str
    act: str | None = None


class Play:
    """Two nodes of one founding, and what is said through them.

    Args:
        seed: draws every kill, as far as the processes run alike.
    """

    def __init__(self, pair: Pair, seed: int) -> None:
        self.kills: list[Kill] = []
        self.seed = seed
        self._pair = pair
        self._chance = random.Random(seed)
        self._turn = 0
        self._said_s, self._delivered_s = SAID_S, DELIVERED_S
        _link(pair, self._chance)
        self._sides = [Side(settings=pair.settings(party)) for party in PARTIES]
        looks = self._looks()
        self._issued = {look.side.party: look.issued() for look in looks}
        self._stayed = {look.side.party: look.stayed() for look in looks}
        self._nodes = {
            party: NodeAtWork(pair.settings(party), pair.folder / f"{party.lower()}.told") for party in PARTIES
        }
        self._speakers = {party: Speaker(pair.settings(party)) for party in PARTIES}

    def play(self, scenes: Iterable[Scene], kills: int) -> None:
        """Play scenes until that many kills are done, or they end.

        Raises:
            AssertionError: with all that was done so far, to be played again by its seed.
        """
        try:
            for process in self._processes():
                process.start()
            for turn in _turns(scenes):
                if len(self.kills) >= kills:
                    break
                self._take_turn(turn)
            self._end()
        except BaseException as error:
            error.add_note(self.trail())
            raise
        finally:
            for process in self._processes():
                process.close()

    def trail(self) -> str:
        """The kills so far, and what both nodes told."""
        told = [f"{party} {line}" for party in PARTIES for line in self._nodes[party].told()]
        return "\n".join([f"seed {self.seed}, turn {self._turn}", *map(str, self.kills), *told])

    # -- turns -------------------------------------------------------------------------------------------------------

    def _take_turn(self, steps: Sequence[Step]) -> None:
        self._turn += 1
        intentions = [Intention(step=step, reference=self._chance.randbytes(16).hex()) for step in steps]
        for intention in intentions:
            self._say(intention)
        began_s = time.monotonic()
        struck = self._strike(self._first_kills(intentions))
        for intention in intentions:
            self._hear(intention)
        if not struck:
            self._said_s = (self._said_s + time.monotonic() - began_s) / 2
        while any(intention.act is None for intention in intentions):
            self._say_again([intention for intention in intentions if intention.act is None])
        self._come_to_rest(struck)
        for intention in intentions:
            self._remember(intention)
        if self._chance.random() < 0.2:
            self._stands_as_said(self._chance.choice(intentions))

    def _say(self, intention: Intention) -> None:
        step = intention.step
        words = [self._pair._meant(word) for word in step.words]
        officer = f"{step.by.lower()}/{step.officer}"
        self._speakers[step.by].ask(*words, "--as", officer, flag(*words[:2]), intention.reference, "--json")

    def _hear(self, intention: Intention, *, is_new: bool = True) -> None:
        """Take an answer down as said; a speaker that died before is started again."""
        step = intention.step
        answer = self._speakers[step.by].hear()
        if answer is None or not self._speakers[step.by].is_running:
            self._speakers[step.by].start()
        if answer is None:
            return
        if not answer.out:
            assert answer.error["error"] == step.ruling, answer
            intention.act = ""
            return
        said = answer.value
        decision = said["decision"]
        assert " ".join((decision["ground"] or decision["ruling"], *decision["cites"])) == step.ruling, answer
        intention.act = said["act"]
        recorded = self._issued if said["recorded"] == "log" else self._stayed
        if is_new:
            recorded[step.by].append(said["act"])

    def _say_again(self, intentions: Sequence[Intention]) -> None:
        """What was not acknowledged lies there whole or not at all, and said again it is the same act."""
        found: dict[str, str | None] = {}
        for intention in intentions:
            look = self._look(intention.step.by)
            known = {*self._issued[look.side.party], *self._stayed[look.side.party]}
            new = [act for act in (*look.issued(), *look.stayed()) if act not in known]
            assert new == ([look.noted[intention.reference]] if intention.reference in look.noted else [])
            assert all(look.is_whole(act) for act in new)
            found[intention.reference] = next(iter(new), None)
            self._say(intention)
        self._strike(self._kills([self._speaker(each) for each in intentions], 0.3))
        for intention in intentions:
            self._hear(intention)
            assert found[intention.reference] in (None, intention.act) or intention.act is None

    def _stands_as_said(self, intention: Intention) -> None:
        """Said once more under its reference, an act is the one it was."""
        again = Intention(step=intention.step, reference=intention.reference)
        self._say(again)
        self._hear(again, is_new=False)
        assert again.act == intention.act
        self._hold(self._looks())

    def _remember(self, intention: Intention) -> None:
        step, act = intention.step, intention.act
        if step.name and act:
            self._pair.named[step.name] = act
            if step.words[:2] == ("report", "share"):
                page = self._pair.value(step.by, "act", "show", act)
                self._pair.named[f"{step.name}.control"] = page["payload"]["control"]

    # -- kills -------------------------------------------------------------------------------------------------------

    def _first_kills(self, intentions: Sequence[Intention]) -> list[tuple[str, Aim]]:
        """Kills of a turn that begins: of speakers while they say, of nodes until all is delivered."""
        chance = self._chance
        speakers = [self._speaker(intention) for intention in intentions]
        draw = chance.random()
        if draw < 0.1:
            return []
        if draw < 0.4:
            return self._kills(speakers, 1.0)
        if draw < 0.8:
            return self._kills(PARTIES, 1.0)
        (first,) = self._kills((*speakers, *PARTIES), 1.0)
        return [first, (chance.choice([each for each in (*speakers, *PARTIES) if each != first[0]]), AT_ONCE)]

    def _kills(
        self, among: Sequence[str], likely: float, places: Sequence[Sequence[int]] = ()
    ) -> list[tuple[str, Aim]]:
        """One kill among some, or none: at a moment drawn from the time they take, or as they are at a place."""
        chance = self._chance
        if chance.random() >= likely:
            return []
        who = chance.choice(among)
        if chance.random() < TIMED:
            span_s = self._delivered_s if who in PARTIES else self._said_s
            return [(who, Aim(delay_s=chance.random() * span_s))]
        place = chance.choice(places or (WORKING if who in PARTIES else SPEAKING))
        return [(who, Aim(delay_s=max(0.0, chance.random() * 2 - 1) * HIT_S, place=place))]

    def _speaker(self, intention: Intention) -> str:
        return f"speaker {intention.step.by}"

    def _strike(self, kills: Sequence[tuple[str, Aim]]) -> bool:
        """Carry out kills at their moments; nodes that died are started again at once."""
        for who, aim in kills:
            place = self._process(who).kill(aim)
            self.kills.append(Kill(turn=self._turn, who=who, aim=aim, place=place))
        for who, _ in kills:
            if who in PARTIES:
                self._nodes[who].start()
        return bool(kills)

    def _process(self, who: str) -> Killable:
        return self._nodes[who] if who in PARTIES else self._speakers[who.removeprefix("speaker ")]

    def _processes(self) -> Iterator[Killable]:
        yield from self._nodes.values()
        yield from self._speakers.values()

    # -- rest --------------------------------------------------------------------------------------------------------

    def _come_to_rest(self, struck: bool) -> None:
        """Both hold all and know it; sometimes a node is killed once more on the way."""
        if struck:
            self._strike(self._kills(PARTIES, 0.3, RISING))
        began_s = time.monotonic()
        with ExitStack() as open_now:
            looking = [open_now.enter_context(side.looking()) for side in self._sides]
            looks: list[Look] = []
            while not looks or not all(look.is_decided for look in looks):
                assert all(self._nodes[party].is_running for party in PARTIES), "a node has ended by itself"
                assert time.monotonic() < began_s + REST_S, "the nodes come to no rest"
                time.sleep(LOOK_S)
                looks = self._looks() if all(map(Looking.is_quiet, looking)) else []
        if not struck:
            self._delivered_s = (self._delivered_s + time.monotonic() - began_s) / 2
        self._hold(looks)

    def _hold(self, looks: Sequence[Look]) -> None:
        hold(looks, self._issued, self._stayed)

    def _looks(self) -> list[Look]:
        return [side.look() for side in self._sides]

    def _look(self, party: str) -> Look:
        return self._sides[PARTIES.index(party)].look()

    def _end(self) -> None:
        """Both nodes end; an audit of each finds everything as it was ruled."""
        for process in self._processes():
            process.close()
        for party in PARTIES:
            report = self._pair.value(party, "node", "audit")
            assert (report["disputes"], report["destroyed"]) == (0, 0)
            assert [line for line in self._nodes[party].told() if not EXPECTED(line)] == []


@cache
def flag(*command: str) -> str:
    """How a command names the reference of its act, where the payload has one of its own."""
    return "--act-reference" if "--act-reference" in servanda(*command, "--help").out else "--reference"


def _turns(scenes: Iterable[Scene]) -> Iterator[Sequence[Step]]:
    """Steps that are said at once: one after another of a scene, each by another Party."""
    for scene in scenes:
        waiting: list[Step] = []
        for step in scene.steps:
            if any(step.by == other.by for other in waiting):
                yield waiting
                waiting = []
            waiting.append(step)
        if waiting:
            yield waiting


def _link(pair: Pair, chance: random.Random) -> None:
    """Both settings name where they listen and where the other does."""
    ports = dict(zip(PARTIES, _free_ports(chance), strict=True))
    for party, peer in (PARTIES, reversed(PARTIES)):
        file = pair.settings(party)
        url = f'\nurl = "https://127.0.0.1:{ports[peer]}"\nkeys = "{peer}'
        text = file.read_text().replace(f'\nkeys = "{peer}', url)
        file.write_text(f'{text}\n[link]\nbind = "127.0.0.1:{ports[party]}"\n')


def _free_ports(chance: random.Random) -> Iterator[int]:
    found = 0
    while found < len(PARTIES):
        port = chance.choice(PORTS)
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        found += 1
        yield port
