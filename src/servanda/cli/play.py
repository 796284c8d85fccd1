"""A playing of the story: every step said at its node, every ruling and every comparison held against what must be.

Rules of this module:
- another ruling than the story expects ends the playing as a failure;
- nothing is told of a node that its own commands do not say.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from servanda.assembly.texts import Agreement
from servanda.base import moment
from servanda.base.errors import IntegrityError
from servanda.cli import story, telling
from servanda.cli.render import hanging, short
from servanda.cli.stage import Heard, Side, Stage
from servanda.cli.story import Owed, Scene, Step
from servanda.cli.telling import Said, ruling_of

INTEGRITY = 4


class Play:
    """One playing of the story."""

    def __init__(self, on: Stage, texts: Mapping[str, Agreement]) -> None:
        self._stage = on
        self._named: dict[str, str] = {}
        self._steps = 0
        self._began_s = time.monotonic()
        self._known_s: list[float] = []
        self._quoted: set[str] = set()
        for name, text in texts.items():
            self._named |= {name: text.digest, f"{name}.folder": str(text.path.parent)}

    def all(self) -> None:
        """The whole story."""
        self._two_nodes()
        self._scenes(story.before_any_agreement())
        self._scenes(story.founding(self._stage.begins_at.date()))
        self._into_force()
        now = datetime.now(UTC).replace(microsecond=0)
        today = now.date()
        self._scenes((*story.distress(), *story.admission(now), *story.search(now)))
        self._scenes(story.report())
        self._scenes((*story.fuel(today), *story.rounds(today), *story.food_first(today)))
        self._scenes(story.contingents(today))
        self._cut(story.apart(today))
        self._proofs()
        self._alter()
        self._back()
        self._what_next()

    # -- chapters ----------------------------------------------------------------------------------------------------

    def _two_nodes(self) -> None:
        self._title("Two nodes, each with its own keys, log, journal, vault and database")
        founded = [_done(heard).value for heard in self._stage.found()]
        kr, jp = self._stage.sides()
        for side, peer, made, theirs in ((kr, jp, *founded), (jp, kr, *reversed(founded))):
            shutil.copy(theirs["listed"], side.folder / f"{peer.party}.keys")
            seen = _done(side.say("key", "print", str(side.folder / f"{peer.party}.keys"))).value["fingerprint"]
            self._line(f"{side.party}  made {made['path']}")
            self._line(f"    takes the key list of {peer.party}, which reads aloud {theirs['fingerprint']}")
            _hold(seen == theirs["fingerprint"], f"{side.party} sees the fingerprint {seen}")
        self._stage.run()
        for side in self._stage.sides():
            _done(side.say("node", "status"))
        self._line(f"both listen, a process each; their clocks stand at {self._stage.begins_at:%Y-%m-%d}")

    def _into_force(self) -> None:
        self._stage.settle()
        self._line("every act is decided on both sides; both nodes stop, and both clocks are moved to now")
        self._stage.stop()
        for side in self._stage.sides():
            _done(side.say("node", "clock", "--to", "now"))
        self._stage.run()
        for side in self._stage.sides():
            rows = _done(side.say("agreement", "show")).value
            for each in rows:
                _hold(each["phase"] == "in_force", f"{each['id']} is {each['phase']} at {side.party}")
            since = ", ".join(f"{each['id']} since {each['since'][:10]}" for each in rows)
            self._line(f"{side.party}  in force: {since}")

    def _cut(self, steps: Iterable[Step]) -> None:
        self._title("The link is cut; bundle files are carried by hand")
        self._stage.settle()
        self._stage.stop()
        self._line("both nodes are stopped: nothing listens, nothing calls")
        self._tell(self._say(step) for step in steps)
        stick = self._stage.folder / "stick"
        kr, jp = self._stage.sides()
        for side, peer in ((kr, jp), (jp, kr), (kr, jp)):
            file = _done(side.say("bundle", "make", "--to", str(stick))).value["file"]
            brought = _done(peer.say("bundle", "take", file)).value["brought"]
            entries = f"{brought['entries']} {'entry' if brought['entries'] == 1 else 'entries'}"
            self._line(f"{side.party}  {Path(file).name} is carried to {peer.party}: {entries}")
        self._compare()

    def _compare(self) -> None:
        """Both copies of both logs are one."""
        kr, jp = self._stage.sides()
        for owner, other in ((kr, jp), (jp, kr)):
            own, copy = _head(owner, "home"), _head(other, "peer")
            _hold(own == copy, f"{owner.party}'s log differs: {own} and {copy}")
            self._line(f"{owner.party}'s log  {own['size']} entries, on both sides  {own['spoken']}")

    def _proofs(self) -> None:
        self._title("What can be proved")
        kr = self._stage.kr
        why = _done(kr.say("act", "why", self._named["rounds"])).value
        facts = why["facts"][0]
        told = ", ".join(f"{name} {facts[name]}" for name in ("category", "screening", "life_in_danger"))
        ruled = ruling_of(why["row"]["decision"])
        self._line(f"KR  act why {short(self._named['rounds'])}: {ruled}, by {len(facts)} facts")
        self._line(f"      {told}")
        receipt = self._stage.folder / "share.receipt"
        proved = _done(kr.say("log", "prove", self._named["share"], "--to", str(receipt))).value
        verified = _done(kr.say("log", "verify", str(receipt))).value
        _hold(verified["ok"] is True and proved["outcome"] == "permit", f"the receipt says {verified}")
        share = short(self._named["share"])
        self._line(f"KR  log prove {share}: JP's reply, entry {proved['index']} of {proved['log']}")
        exported = self._stage.folder / "kr.log"
        _done(kr.say("log", "export", "--to", str(exported)))
        verified = _done(kr.say("log", "verify", str(exported))).value
        _hold(all(item["ok"] for item in verified), "the exported log does not verify")
        self._line(f"KR  log export, verified without a node: {len(verified)} items hold")
        for side in self._stage.sides():
            report = _done(side.say("node", "audit")).value
            judged = f"{report['entries']} entries, {report['acts']} acts judged again"
            self._line(f"{side.party}  node audit: {judged}; all holds")

    def _alter(self) -> None:
        self._title("A byte is changed in a copy of KR's database")
        kr = self._stage.kr
        altered = Side("KR", self._stage.folder / "kr-altered")
        shown = _done(kr.say("act", "show", self._named["share"])).value
        holding = kr.watched().node.holding
        envelope = holding.act(self._named["share"], shown["envelope"]).raw
        kr.look_away()
        shutil.copytree(kr.folder, altered.folder)
        _change(altered.folder / "data" / "node.db", envelope)
        found = altered.say("node", "audit")
        message = "" if found.error is None else str(found.error["message"])
        place = f"entry {shown['row']['index']} of `{shown['row']['log']}`"
        _hold(found.exit == INTEGRITY and place in message, f"the audit ended with {found.exit}: {message}")
        for line in hanging("KR  node audit of the copy:", message):
            self._line(line)

    def _back(self) -> None:
        self._title("The link is back")
        self._stage.run()
        self._stage.settle()
        self._compare()

    def _what_next(self) -> None:
        seconds = time.monotonic() - self._began_s
        self._line(f"\n{self._steps} acts, each ruled as expected, in {seconds:.0f} s")

    # -- steps -------------------------------------------------------------------------------------------------------

    def _scenes(self, scenes: Iterable[Scene]) -> None:
        for scene in scenes:
            if scene.title:
                self._title(scene.title)
            self._tell(self._say(step) for step in scene.steps)
            self._stage.decide()
            for duty in scene.owed:
                self._owes(duty)

    def _tell(self, said: Iterable[Said]) -> None:
        """Say and tell: a run of steps that are told alike is told when it has ended."""
        run: list[Said] = []
        for each in said:
            if run and run[0].alike != each.alike:
                self._lines(telling.acts(run, self._quoted))
                run = []
            run.append(each)
            if each.step.timed:
                self._lines(telling.acts(run, self._quoted))
                run = []
                self._know(each)
        self._lines(telling.acts(run, self._quoted))

    def _say(self, step: Step) -> Said:
        self._steps += 1
        side = self._stage.of(step.by)
        if step.timed:
            self._stage.other(step.by).watched()  # opened beforehand, so that opening it takes no part in the time
        heard = side.say(*(self._meant(word) for word in step.words), "--as", f"{step.by.lower()}/{step.officer}")
        said = Said(step=step, number=self._steps, page=heard.value, error=heard.error)
        _hold(
            said.ruling == step.ruling,
            f"step {self._steps}, {step.told}: expected `{step.ruling}`, came out `{said.ruling}`: {heard.error}",
        )
        if step.timed and heard.value is not None:
            self._known_s.append(self._stage.other(step.by).known_after_s(heard.value["act"]))
        if step.name and heard.value is not None:
            self._named[step.name] = heard.value["act"]
            self._remember(side, step)
        return said

    def _know(self, said: Said) -> None:
        """How long the other Party took to know of an act."""
        other = self._stage.other(said.step.by)
        self._line(telling.known(other.party, self._known_s[-1]))

    def _remember(self, side: Side, step: Step) -> None:
        """The control number of a report, by which its readers name it."""
        if step.command == "report share":
            payload = _done(side.say("act", "show", self._named[step.name])).value["payload"]
            self._named[f"{step.name}.control"] = payload["control"]

    def _owes(self, owed: Owed) -> None:
        """A duty stands in the list of a Party as the story says."""
        rows = _done(self._stage.of(owed.by).say("duty", "list", "--all")).value
        started = self._named[owed.after]
        stands = [
            (row["debtor"], row["paragraph"], row["state"], _between(row["started_at"], row["due_at"]))
            for row in rows
            if (row["started_by"], row["does"]) == (started, owed.does)
        ]
        due = (owed.debtor, owed.paragraph, owed.state, owed.within)
        _hold(stands == [due], f"the duty list of {owed.by} shows {stands}, not {due}")
        self._line(telling.owed(owed))

    def _meant(self, word: str) -> str:
        """A word of a step, with what `$name` stands for."""
        if word.startswith("@$"):
            return f"@{self._named[word[2:]]}"
        return self._named[word[1:]] if word.startswith("$") else word

    def _title(self, text: str) -> None:
        click.echo(telling.title(text))

    def _line(self, text: str) -> None:
        click.echo(text)

    def _lines(self, lines: Iterable[str]) -> None:
        for line in lines:
            click.echo(line)


def _done(heard: Heard) -> Heard:
    """An answer of a command that must not fail."""
    if heard.exit != 0:
        raise IntegrityError("story_differs", f"a command of the demo ended with {heard.exit}: {heard.error}")
    return heard


def _hold(holds: bool, otherwise: str) -> None:
    if not holds:
        raise IntegrityError("story_differs", otherwise, action="this is a fault of the program: tell its maintainers")


def _between(start: str, end: str) -> timedelta:
    return moment.parse(end) - moment.parse(start)


def _head(side: Side, log: str) -> dict[str, Any]:
    head: dict[str, Any] = _done(side.say("log", "show", "--log", log, "--last", "0")).value["head"]
    return head


def _change(file: Path, envelope: bytes) -> None:
    """Change one byte of a signature where it lies in a database file."""
    at = envelope.rindex(b'"sig":"') + 10
    before, sign, after = envelope[at - 60 : at], envelope[at : at + 1], envelope[at + 1 : at + 60]
    data = file.read_bytes()
    _hold(before + sign + after in data, "the act does not lie in the file")
    file.write_bytes(data.replace(before + sign + after, before + (b"B" if sign == b"A" else b"A") + after))
