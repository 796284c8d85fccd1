"""Two nodes of an exercise on disk, KR and JP, and the command line as a person types it.

Rules of this module:
- everything goes through the command line, in this process; bundles are carried as files;
- the founding is that of the demo, so the scenes of the demo and those of the tests are one.
"""

from __future__ import annotations

import atexit
import io
import json
import shutil
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from servanda.assembly.texts import Agreement
from servanda.cli import story
from servanda.cli.app import main
from servanda.cli.story import Owed, Scene

ROOT = Path(__file__).resolve().parents[1]
AGREEMENTS = ROOT / "agreements"
BEGINS = "2031-04-01T00:00:00Z"
IN_FORCE = "2031-05-02T00:00:00Z"
TODAY = date(2031, 5, 2)
FOUNDED = 34
"""Entries of each log once both agreements are in force and every officer is appointed."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a command printed, and how it ended."""

    exit: int
    out: str
    err: str

    @property
    def value(self) -> Any:
        """What it printed with `--json`."""
        return json.loads(self.out)

    @property
    def error(self) -> Any:
        """What stood in the way, with `--json`."""
        return json.loads(self.err)


def servanda(*words: str) -> Answer:
    """One command, without a node."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main(list(words))
    return Answer(exit=code, out=out.getvalue(), err=err.getvalue())


@dataclass(kw_only=True)
class Pair:
    """Both nodes in one folder."""

    folder: Path
    named: dict[str, str] = field(default_factory=dict)

    def settings(self, party: str) -> Path:
        return self.folder / party.lower() / "node.toml"

    def at(self, party: str, *words: str) -> Answer:
        """One command at the node of a Party."""
        return servanda("--node", str(self.settings(party)), *words)

    def value(self, party: str, *words: str) -> Any:
        """What a command that must not fail tells programs."""
        answer = self.at(party, *words, "--json")
        assert (answer.exit, answer.err) == (0, ""), (words, answer)
        return answer.value

    def carry(self) -> None:
        """Bundles to and fro, until both hold and have decided all."""
        stick = str(self.folder / "stick")
        for party, peer in (("KR", "JP"), ("JP", "KR"), ("KR", "JP"), ("JP", "KR")):
            self.value(party, "bundle", "make", "--to", stick)
            self.value(peer, "bundle", "take", stick)

    def play(self, *scenes: Scene) -> None:
        """Scenes of the demo, each ruled as it says."""
        for scene in scenes:
            for step in scene.steps:
                words = [self._meant(word) for word in step.words]
                answer = self.at(step.by, *words, "--as", f"{step.by.lower()}/{step.officer}", "--json")
                if not answer.out:
                    assert answer.error["error"] == step.ruling
                    continue
                said = answer.value
                decision = said["decision"]
                ruling = " ".join((decision["ground"] or decision["ruling"], *decision["cites"]))
                assert ruling == step.ruling, (step.told, said)
                if step.name:
                    self.named[step.name] = said["act"]
                    if step.words[:2] == ("report", "share"):
                        page = self.value(step.by, "act", "show", said["act"])
                        self.named[f"{step.name}.control"] = page["payload"]["control"]
            self.carry()
            for owed in scene.owed:
                self.owes(owed)

    def owes(self, owed: Owed) -> None:
        """A duty stands in the list of a Party as the scene says."""
        stands = [
            (row["debtor"], row["paragraph"], row["state"])
            for row in self.value(owed.by, "duty", "list", "--all")
            if (row["started_by"], row["does"]) == (self.named[owed.after], owed.does)
        ]
        assert stands == [(owed.debtor, owed.paragraph, owed.state)]

    def _meant(self, word: str) -> str:
        if word.startswith("@$"):
            return f"@{self.named[word[2:]]}"
        return self.named[word[1:]] if word.startswith("$") else word

    def copy(self, folder: Path) -> Pair:
        """The same two nodes in another folder, sharing nothing that changes."""
        shutil.copytree(self.folder, folder)
        return Pair(folder=folder, named=dict(self.named))


def new_pair(folder: Path) -> Pair:
    """Two new nodes with each other's key lists, nothing said yet."""
    pair = Pair(folder=folder)
    for name in (story.PACT_A, story.PACT_B):
        text = Agreement.load(AGREEMENTS / name)
        pair.named |= {name: text.digest, f"{name}.folder": str(text.path.parent)}
    for party, peer in (("KR", "JP"), ("JP", "KR")):
        data = folder / party.lower()
        made = servanda(
            *("node", "init", "--exercise", "--party", party, "--peer", peer, "--data", str(data), "--clock", BEGINS)
        )
        assert made.exit == 0, made
    for party, peer in (("kr", "JP"), ("jp", "KR")):
        shutil.copy(folder / peer.lower() / "keys" / f"{peer}.keys", folder / party / f"{peer}.keys")
    return pair


@cache
def template() -> Pair:
    """Two nodes with both agreements in force and officers appointed, made once."""
    folder = mkdtemp(prefix="servanda-founded-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    pair = new_pair(Path(folder))
    pair.play(*story.founding(date(2031, 4, 1)))
    for party in ("KR", "JP"):
        pair.value(party, "node", "clock", "--to", IN_FORCE)
    return pair
