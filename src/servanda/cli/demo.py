"""The demo: two nodes on this machine sign two agreements, bring them into force and play a story.

Rules of this module:
- nothing is feigned: two processes, mutual TLS on loopback, every act said by the commands a person would type;
- every ruling and every comparison is held against what must come out; a wrong one ends the demo as a failure;
- lines are plain: who, what, the ruling, and the words that decided.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from servanda.assembly.texts import Agreement
from servanda.base.errors import IntegrityError, UsageError
from servanda.cli import story
from servanda.cli.render import hanging, pairs, short
from servanda.cli.stage import Heard, Side, Stage, stage
from servanda.cli.story import Scene, Step

BACK = timedelta(days=40)
FOLDER = Path(".demo")
INTEGRITY = 4


@click.command()
@click.option("--once", is_flag=True, help="Play in a folder that is cleared away, and end.")
@click.option("--folder", type=click.Path(path_type=Path), help="Where to play; `.demo` where none is named.")
@click.option("--agreements", type=click.Path(path_type=Path), help="Folder of the agreements' texts.")
def demo(once: bool, folder: Path | None, agreements: Path | None) -> None:
    """Play a story between two nodes on this machine, with every ruling shown.

    Both nodes stay running at the end, until Ctrl-C; with `--once` they are stopped and cleared away.
    """
    texts = _texts(agreements)
    begins_at = datetime.now(UTC).replace(microsecond=0) - BACK
    if once and folder is None:
        with TemporaryDirectory(prefix="servanda-demo-") as made, stage(Path(made) / "demo", begins_at) as scene:
            Play(scene, texts).all()
        return
    with stage(folder or FOLDER, begins_at) as scene:
        Play(scene, texts).all()
        if not once:
            _stay(scene)


class Play:
    """One playing of the story."""

    def __init__(self, on: Stage, texts: Mapping[str, Agreement]) -> None:
        self._stage = on
        self._texts = texts
        self._named: dict[str, str] = {}
        self._steps = 0
        self._began_s = time.monotonic()
        for name, text in texts.items():
            self._named |= {name: text.digest, f"{name}.path": str(text.path)}

    def all(self) -> None:
        """The whole story."""
        today = datetime.now(UTC).date()
        self._two_nodes()
        self._scenes(story.founding(self._stage.begins_at.date()))
        self._into_force()
        self._scenes(story.report())
        self._scenes((*story.fuel(today), *story.rounds(today)))
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
        for side, made in zip((kr, jp), founded, strict=True):
            self._line(f"{side.party}  made {made['path']}")
        for side, peer, made in ((kr, jp, founded[1]), (jp, kr, founded[0])):
            shutil.copy(made["listed"], side.folder / f"{peer.party}.keys")
            seen = _done(side.say("key", "print", str(side.folder / f"{peer.party}.keys"))).value["fingerprint"]
            self._line(
                f"{side.party}  takes the key list of {peer.party}; {peer.party} reads aloud {made['fingerprint']}"
            )
            _hold(seen == made["fingerprint"], f"{side.party} sees the fingerprint {seen}")
        self._stage.run()
        for side in self._stage.sides():
            _done(side.say("node", "status"))
            self._line(
                f"{side.party}  listens, a process of its own; its clock stands at {self._stage.begins_at:%Y-%m-%d}"
            )

    def _into_force(self) -> None:
        self._line("")
        self._stage.settle()
        self._line("every act is decided on both sides; both nodes stop, and both clocks are moved to now")
        self._stage.stop()
        for side in self._stage.sides():
            _done(side.say("node", "clock", "--to", "now"))
        self._stage.run()
        for side in self._stage.sides():
            for row in _done(side.say("agreement", "show")).value:
                _hold(row["phase"] == "in_force", f"{row['id']} is {row['phase']} at {side.party}")
                self._line(f"{side.party}  {row['id']}  in force since {row['since']}")

    def _cut(self, steps: Iterable[Step]) -> None:
        self._title("The link is cut; a bundle file is carried by hand")
        self._stage.stop()
        self._line("both nodes are stopped: nothing listens, nothing calls")
        for step in steps:
            self._step(step)
        stick = self._stage.folder / "stick"
        kr, jp = self._stage.sides()
        for side, peer in ((kr, jp), (jp, kr), (kr, jp)):
            file = _done(side.say("bundle", "make", "--to", str(stick))).value["file"]
            brought = _done(peer.say("bundle", "take", file)).value["brought"]
            self._line(f"{side.party}  {Path(file).name} is carried to {peer.party}: {brought['entries']} entries")
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
        self._line(
            f"KR  act why {short(self._named['rounds'])}: {_ruling(why['row']['decision'])}, by {len(facts)} facts"
        )
        self._line(f"      {told}")
        receipt = self._stage.folder / "share.receipt"
        proved = _done(kr.say("log", "prove", self._named["share"], "--to", str(receipt))).value
        verified = _done(kr.say("log", "verify", str(receipt))).value
        _hold(verified["ok"] is True and proved["outcome"] == "permit", f"the receipt says {verified}")
        self._line(
            f"KR  log prove {short(self._named['share'])}: JP's reply, entry {proved['index']} of {proved['log']}"
        )
        exported = self._stage.folder / "kr.log"
        _done(kr.say("log", "export", "--to", str(exported)))
        verified = _done(kr.say("log", "verify", str(exported))).value
        _hold(all(item["ok"] for item in verified), "the exported log does not verify")
        self._line(f"KR  log export, verified without a node: {len(verified)} items hold")
        for side in self._stage.sides():
            report = _done(side.say("node", "audit")).value
            self._line(
                f"{side.party}  node audit: {report['entries']} entries, {report['acts']} acts judged again; all holds"
            )

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
        self._line("")
        self._line(f"{self._steps} acts said, each ruled as expected, in {seconds:.0f} s")

    # -- steps -------------------------------------------------------------------------------------------------------

    def _scenes(self, scenes: Iterable[Scene]) -> None:
        for scene in scenes:
            if scene.title:
                self._title(scene.title)
            for step in scene.steps:
                self._step(step)
            self._stage.settle()

    def _step(self, step: Step) -> None:
        self._steps += 1
        side = self._stage.of(step.by)
        words = [self._meant(word) for word in step.words]
        heard = side.say(*words, "--as", f"{step.by.lower()}/{step.officer}")
        if heard.value is None:
            raise IntegrityError("story_differs", f"step {self._steps}, {step.told}: {heard.error}")
        decision = heard.value["decision"]
        ruling = _ruling(decision)
        if step.name:
            self._named[step.name] = heard.value["act"]
            self._remember(side, step)
        command = " ".join(step.words[:2])
        self._line(f"{self._steps:>3}  {step.by}  {command:<19}  {step.told}")
        for cite in decision["cites"]:
            self._cite(ruling.split(" ")[0], cite, decision["words"].get(cite, ""))
        _hold(ruling == step.ruling, f"step {self._steps}, {step.told}: expected `{step.ruling}`, ruled `{ruling}`")

    def _remember(self, side: Side, step: Step) -> None:
        """The control number of a report, by which its readers name it."""
        if step.words[:2] == ("report", "share"):
            payload = _done(side.say("act", "show", self._named[step.name])).value["payload"]
            self._named[f"{step.name}.control"] = payload["control"]

    def _cite(self, word: str, cite: str, words: str) -> None:
        """The paragraph that decided: in full where it forbids, its beginning where it permits."""
        label = f"         {'refused' if word == 'forbidden' else word:<7}  {cite:<7}"
        lines = list(hanging(label, words))
        for line in lines if word == "forbidden" else lines[:1]:
            self._line(line + (" ..." if word != "forbidden" and len(lines) > 1 else ""))

    def _meant(self, word: str) -> str:
        """A word of a step, with what `$name` stands for."""
        if word.startswith("@$"):
            return f"@{self._named[word[2:]]}"
        return self._named[word[1:]] if word.startswith("$") else word

    def _title(self, text: str) -> None:
        click.echo(f"\n{text}\n{'-' * len(text)}")

    def _line(self, text: str) -> None:
        click.echo(text)


def _stay(on: Stage) -> None:
    """Both nodes go on until somebody interrupts."""
    program = os.path.relpath(sys.argv[0]) if sys.argv[0].endswith("servanda") else "servanda"
    click.echo("\nBoth nodes are running. What to try next, in another terminal:\n")
    click.echo(f"  export SERVANDA_NODE={on.kr.settings}\n")
    rows = [
        (f"{program} node status", "how node, logs and agreements stand"),
        (f"{program} act list", "every act, both rulings, how far it was delivered"),
        (f"{program} duty list", "what is owed, by whom, until when"),
        (f"{program} journal list", "what stayed home, the refused rounds among it"),
        (f"{program} order --help", "what can be said of orders"),
    ]
    for line in pairs(rows):
        click.echo(f"  {line}")
    click.echo("\nCtrl-C stops both nodes.")
    try:
        while all(side.is_running for side in on.sides()):
            time.sleep(1)
    except KeyboardInterrupt:
        click.echo("\nstopping both nodes")


def _texts(folder: Path | None) -> Mapping[str, Agreement]:
    """The texts of both agreements, in the folder named, here, or beside the source.

    Raises:
        UsageError: `texts_missing`.
    """
    beside = Path(__file__).parents[3] / "agreements"
    for each in (Path("agreements"), beside) if folder is None else (folder,):
        if all((each / name).exists() for name in (story.PACT_A, story.PACT_B)):
            return {name: Agreement.load(each / name) for name in (story.PACT_A, story.PACT_B)}
    raise UsageError(
        "texts_missing", "the texts of the agreements are not found", action="name their folder with `--agreements`"
    )


def _done(heard: Heard) -> Heard:
    """An answer of a command that must not fail."""
    if heard.exit != 0:
        raise IntegrityError("story_differs", f"a command of the demo ended with {heard.exit}: {heard.error}")
    return heard


def _hold(holds: bool, otherwise: str) -> None:
    if not holds:
        raise IntegrityError("story_differs", otherwise, action="this is a fault of the program: tell its maintainers")


def _ruling(decision: Mapping[str, Any]) -> str:
    return " ".join((decision["ground"] or decision["ruling"], *decision["cites"]))


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
