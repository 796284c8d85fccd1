"""A hostile link between two real nodes, driven by a seed.

The link drops, repeats, delays and reorders bundles, up to thirty days each; clocks differ as far as they may; nodes
are restarted, run as two processes, and fail half way; both sides go on writing all the while. What may not happen is
checked after every step and once more when the link is healed.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from servanda.act.entry import Issued
from servanda.base.errors import PeerError, UsageError
from servanda.node import deliver
from servanda.node.node import LIFE_FIRST, Node
from servanda.node.ports import Space
from servanda.seal.keys import SecretKey
from tests.simulation import unbroken
from tests.simulation.saying import Saying
from tests.simulation.sayings import ANYBODY, SAYINGS
from tests.simulation.tally import DAY_S, Tally, ground_of
from tests.simulation.world import Pair, Side, restarted
from tests.unit.node.actors import COMMIT, DiskFullError, full_disk, reopened

SKEW_MAX_S = 60
"""How far each clock may be off: both together stay within what record 11.7 allows."""

EVERY_CUT_OF = 3
"""One seed in so many has its states compared at every cut, all others at their end."""


@dataclass(frozen=True, kw_only=True)
class Mood:
    """How slow a link is, and how long people are silent.

    Args:
        pauses_s: what passes between two steps [s].
        delays_s: ranges of what a bundle is under way [s].
        calls: whether one side may call the other, and be answered at once.
    """

    name: str
    pauses_s: tuple[int, ...]
    delays_s: tuple[tuple[int, int], ...]
    calls: bool = False


MOODS = (
    Mood(name="near", pauses_s=(1, 5, 60, 900, 7_200), delays_s=((0, 5), (0, 7_200)), calls=True),
    Mood(name="days", pauses_s=(60, 3_600, 43_200, DAY_S), delays_s=((3_600, 5 * DAY_S),)),
    Mood(name="weeks", pauses_s=(600, DAY_S, 3 * DAY_S, 6 * DAY_S), delays_s=((DAY_S, 30 * DAY_S),)),
    Mood(
        name="mixed",
        pauses_s=(5, 900, 7_200, DAY_S, 4 * DAY_S),
        delays_s=((0, 60), (0, DAY_S), (20 * DAY_S, 30 * DAY_S)),
        calls=True,
    ),
)


@dataclass(frozen=True, kw_only=True)
class Under:
    """A bundle on its way: when it left and when it comes."""

    to: str
    raw: bytes
    left: int
    due: int


@dataclass(kw_only=True)
class Run:
    """One seeded run: what was said, what is on its way, and what was met.

    `now`: seconds since the beginning. `issued`: act id -> Party that said it. `story`: what happened, without what
    was drawn by the nodes themselves. `parked`: a second process of a node. `new_keys`: keys that count one day.
    """

    seed: int
    pair: Pair
    chance: random.Random
    mood: Mood
    sayings: Sequence[Callable[[Side, random.Random], Saying]]
    step: int = 0
    now: int = 0
    under_way: list[Under] = field(default_factory=list)
    issued: dict[str, str] = field(default_factory=dict)
    dropped: int = 0
    repeated: int = 0
    failed: int = 0
    restarts: int = 0
    tally: Tally = field(default_factory=Tally)
    story: list[object] = field(default_factory=list)
    skew: dict[str, int] = field(default_factory=lambda: {"KR": 0, "JP": 0})
    ruled: dict[str, int] = field(default_factory=dict)
    parked: dict[str, Node] = field(default_factory=dict)
    new_keys: list[tuple[str, str, SecretKey]] = field(default_factory=list)

    @property
    def where(self) -> tuple[int, int]:
        return self.seed, self.step

    def side(self, party: str) -> Side:
        return self.pair.kr if party == "KR" else self.pair.jp

    def other(self, side: Side) -> Side:
        return self.pair.jp if side is self.pair.kr else self.pair.kr


def run(
    template: Pair,
    seed: int,
    *,
    steps: int = 30,
    sayings: Sequence[Callable[[Side, random.Random], Saying]] = SAYINGS,
) -> Run:
    """Play one seed to its end, invariants checked all along."""
    going = Run(
        seed=seed,
        pair=template.copy(),
        chance=random.Random(seed),
        mood=MOODS[seed % len(MOODS)],
        sayings=sayings,
    )
    for side in going.pair.sides():
        going.ruled[side.party] = side.node.holding.home.size
    going.tally.count("mood", going.mood.name)
    with pytest.MonkeyPatch.context() as narrow:
        if going.chance.random() < 0.25:
            going.tally.count("link", "narrow")
            narrow.setattr(deliver, "ENTRIES_PER_BUNDLE", going.chance.choice([2, 3, 5]))
        for going.step in range(steps):
            _one_step(going)
            _unbroken(going)
        _heal(going)
    unbroken.at_rest(going.pair, going.issued, going.where, every_cut=seed // 3 % EVERY_CUT_OF == 0)
    _count_joint_acts(going)
    return going


def _count_joint_acts(going: Run) -> None:
    """Joint acts that became whole in this run."""
    for (_, kind, _), halves in going.pair.kr.node.scene().folded.joints.items():
        if len({half.author for half in halves}) > 1 and any(half.act_id in going.issued for half in halves):
            going.tally.count("joint", kind)


def _unbroken(going: Run) -> None:
    """What holds after every step."""
    unbroken.one_log(going.pair, going.where)
    for side in going.pair.sides():
        home = side.node.holding.home
        unbroken.ruled_alike(side, going.ruled[side.party], going.where)
        unbroken.memory_as_stored(side, going.where)
        going.ruled[side.party] = home.size


def _one_step(going: Run) -> None:
    chance = going.chance
    _pass(going, chance.choice(going.mood.pauses_s))
    side = going.side(chance.choice(["KR", "JP"]))
    _look_after(going, side)
    draw = chance.random()
    if draw < 0.56:
        _say(going, side)
    elif draw < 0.78:
        _send(going, side)
    elif draw < 0.83:
        (_call if going.mood.calls else _send)(going, side)
    elif draw < 0.86:
        _beat(going, side)
    elif draw < 0.88:
        _restart(going, side)
    elif draw < 0.895:
        _in_another_process(going, side)
    elif draw < 0.95:
        _destroy(going, side)
    else:
        _fail_half_way(going, side)


@contextmanager
def _unless_unsure(going: Run) -> Iterator[None]:
    """What a node does not do while its clock is not sure is left undone; nothing else may stop it."""
    try:
        yield
    except PeerError as error:
        if error.code != "clock_unsure":
            raise
        going.tally.count("fault", error.code)


# -- time --------------------------------------------------------------------------------------------------------------


def _pass(going: Run, seconds: int) -> None:
    """Time passes, and every bundle comes in its hour."""
    end = going.now + seconds
    while True:
        due = [bundle for bundle in going.under_way if bundle.due <= end]
        if not due:
            break
        first = min(due, key=lambda bundle: bundle.due)
        _let_pass(going, max(0, first.due - going.now))
        going.under_way.remove(first)
        _take(going, first)
    _let_pass(going, end - going.now)
    for side in going.pair.sides():
        skew = max(-SKEW_MAX_S, min(SKEW_MAX_S, going.skew[side.party] + going.chance.randrange(-30, 31)))
        side.clock.step_to(side.clock.now() + timedelta(seconds=skew - going.skew[side.party]))
        going.skew[side.party] = skew


def _let_pass(going: Run, seconds: int) -> None:
    going.pair.advance(seconds)
    going.now += seconds


def _look_after(going: Run, side: Side) -> None:
    """A person confirms a clock that is not sure, sooner or later, and officers take up new keys."""
    if not side.node.watch.is_sure:
        going.tally.count("fault", "clock not sure")
        if going.chance.random() < 0.6:
            side.node.confirm_clock()
    if going.new_keys and going.chance.random() < 0.3:
        party, officer, key = going.new_keys.pop(0)
        going.side(party).keys.sign_in(officer, [key])


# -- what officers and nodes do ----------------------------------------------------------------------------------------


def _say(going: Run, side: Side) -> None:
    """An act that its officer could say by what this node knows; it stays home where it is refused."""
    try:
        said = going.chance.choice(going.sayings)(side, going.chance)
    except UsageError:
        return
    if going.chance.random() < 0.04:
        said = said._replace(officer=going.chance.choice(ANYBODY))
    reference = secrets.token_hex(16)
    _submit(going, side, said, reference)
    if going.chance.random() < 0.05:
        _submit(going, side, said, reference)


def _submit(going: Run, side: Side, said: Saying, reference: str) -> None:
    home, journal = side.node.holding.home, side.node.journal
    before = (home.size, side.store.count(Space.OUTBOX), len(journal.items))
    waiting = len(home.entries) and side.node._waiting() if side.node.watch.is_sure else []
    recorded, unopened = None, False
    try:
        with _unless_unsure(going):
            recorded = side.node.submit(said.draft, said.signers(side), proving=said.proving, reference=reference)
    except UsageError as error:
        unopened = error.code == "keyring_closed"
        going.tally.count("fault", error.code)
    if recorded is None:
        assert said.draft.kind not in LIFE_FIRST or unopened, going.where
        return
    after = (home.size - len(waiting), side.store.count(Space.OUTBOX), len(journal.items))
    act_id = recorded.judged.intake.signed.act_id
    going.story.append((side.party, said.draft.kind, ground_of(recorded.judged.ruling), recorded.judged.place.at))
    if recorded.judged.repeated:
        assert after == before, going.where
        return
    going.tally.said(recorded)
    assert recorded.entry is not None or said.draft.kind not in LIFE_FIRST, going.where
    if recorded.entry is None:
        assert after == (before[0], before[1], before[2] + 1), going.where
        return
    answered = said.draft.finding is not None
    assert after == (before[0] + 1, before[1] + 1, before[2] + answered), going.where
    assert isinstance(recorded.entry, Issued), going.where
    if going.other(side).node.holding.home.acts_from(recorded.entry.seen.size):
        going.tally.count("link", "acts that crossed another")
    going.issued[act_id] = side.party
    _take_up_key(going, side, said)


def _take_up_key(going: Run, side: Side, said: Saying) -> None:
    """The officer signs with its new key at once, or goes on with the old one for a while."""
    if said.proving:
        officer, key = str(getattr(said.draft.payload, "officer", "")), said.proving[-1]
        if going.chance.random() < 0.3:
            side.keys.sign_in(officer, [key])
        else:
            going.new_keys.append((side.party, officer, key))


def _made(going: Run, side: Side) -> bytes | None:
    """A bundle, which holds nothing but what the log has issued; none while the clock is not sure."""
    raw = None
    with _unless_unsure(going):
        raw = side.node.make_bundle()
        _holds_what_was_issued(going, side, raw)
    return raw


def _holds_what_was_issued(going: Run, side: Side, raw: bytes) -> None:
    home, holding = side.node.holding.home, side.node.holding
    issued = [home.entries[index] for index in home.issued_between(0, home.size)]
    known = {entry.envelope: holding.readable(entry) for entry in issued if isinstance(entry, Issued)}
    commits = {signed.statement.payload_commit for signed in known.values() if signed is not None}
    for record in reopened(raw, going.other(side)):
        if record.type == "ACT":
            assert deliver.applying.digest_of(record.body) in known, going.where
        elif record.type == "PAYLOAD":
            assert record.body[:64].decode() in commits, going.where


def _send(going: Run, side: Side) -> None:
    """A bundle leaves: it may be lost, come twice, come late, or come after a later one."""
    chance = going.chance
    raw = _made(going, side)
    if raw is None:
        return
    if chance.random() < 0.2:
        going.dropped += 1
        going.tally.count("link", "bundles lost")
        return
    copies = 2 if chance.random() < 0.2 else 1
    going.repeated += copies - 1
    for _ in range(copies):
        delay = chance.randint(*chance.choice(going.mood.delays_s))
        to = going.other(side).party
        going.under_way.append(Under(to=to, raw=raw, left=going.now, due=going.now + delay))


def _call(going: Run, side: Side) -> None:
    """One side calls the other, which answers; the answer may be lost."""
    raw = _made(going, side)
    if raw is None:
        return
    going.tally.count("link", "calls")
    with _unless_unsure(going):
        answer = going.other(side).node.answer(raw)
        if going.chance.random() < 0.7:
            _take(going, Under(to=side.party, raw=answer, left=going.now, due=going.now))


def _take(going: Run, bundle: Under) -> None:
    side = going.side(bundle.to)
    going.tally.came(going.now - bundle.left)
    with _unless_unsure(going):
        side.node.take_bundle(bundle.raw)
    going.story.append((side.party, "takes", side.node.holding.home.size, side.node.holding.peer.size))


def _beat(going: Run, side: Side) -> None:
    if side.node.watch.is_sure:
        side.node.beat()


def _restart(going: Run, side: Side) -> None:
    going.restarts += 1
    going.tally.count("fault", "restart")
    restarted(side)


def _in_another_process(going: Run, side: Side) -> None:
    """Two processes work on one store; now the other one has something to do."""
    going.tally.count("fault", "another process")
    parked = going.parked.pop(side.party, None)
    going.parked[side.party] = side.node
    if parked is None:
        restarted(side)
    else:
        side.node = parked
        side.node.catch_up()


def _destroy(going: Run, side: Side) -> None:
    """The payload of some act is destroyed, where both have ruled on it."""
    copy = going.chance.choice([side.node.holding.home, side.node.holding.peer])
    acts = [
        entry.act for index in copy.issued_between(0, copy.size) if isinstance(entry := copy.entries[index], Issued)
    ]
    try:
        with _unless_unsure(going):
            side.node.destroy(going.chance.choice(acts[-12:]))
            going.tally.count("link", "payloads destroyed")
    except UsageError as error:
        going.tally.count("fault", error.code)


def _fail_half_way(going: Run, side: Side) -> None:
    """The disk is full in the middle of something: the step is taken back whole, and done again when there is room."""
    going.failed += 1
    coming = [bundle for bundle in going.under_way if bundle.to == side.party]
    bundle = coming[0] if coming else None
    doing: list[Callable[[], object]] = [lambda: _say(going, side)] * 3
    doing += [lambda: _made(going, side), lambda: _beat(going, side), lambda: _destroy(going, side)]
    doing += [] if bundle is None else [lambda: side.node.take_bundle(bundle.raw)] * 2
    action = going.chance.choice(doing)
    try:
        with _unless_unsure(going), full_disk(side, going.chance.choice([0, 1, 2, 3, 4, 6, 9, COMMIT])):
            action()
    except DiskFullError:
        going.tally.count("fault", "disk full")
        unbroken.memory_as_stored(side, going.where)


# -- the end -----------------------------------------------------------------------------------------------------------


def _heal(going: Run) -> None:
    """The link is whole again; what was still under way comes after all is said, and changes nothing."""
    for side in going.pair.sides():
        if not side.node.watch.is_sure:
            side.node.confirm_clock()
    going.pair.sync()
    _unbroken(going)
    sizes = [(side.node.holding.home.size, side.node.holding.peer.size) for side in going.pair.sides()]
    going.chance.shuffle(going.under_way)
    for bundle in going.under_way:
        going.side(bundle.to).node.take_bundle(bundle.raw)
    going.under_way.clear()
    for side in going.pair.sides():
        side.clock.step_to(side.clock.now() - timedelta(seconds=going.skew[side.party]))
        side.node.confirm_clock()
    assert [(s.node.holding.home.size, s.node.holding.peer.size) for s in going.pair.sides()] == sizes, going.where
