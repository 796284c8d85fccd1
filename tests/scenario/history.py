"""Two nodes at the desks of two nations: what they say on the days of history, and how it stands on both sides.

Rules of this module:
- both nodes are processes of their own that speak over mutual TLS; all is said with commands that a person types;
- a day is a move of both clocks of the exercise, in the zone of the text; between days nothing is said;
- every act has the ruling that it must have, and both nodes show one and the same agreement afterwards;
- another course of things is played by copies of both nodes that exchange bundle files.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from servanda.assembly.texts import Agreement
from servanda.base import moment
from servanda.cli.stage import Heard, Stage, stage
from servanda.cli.telling import ruling_of
from tests.founded import AGREEMENTS, ROOT, Pair, new_pair

ZONE = timezone(timedelta(hours=9))
ENVOY = "envoy-1"
PARTIES = ("KR", "JP")
CHECKLISTS = ROOT / "examples" / "checklists"


def hour(text: str) -> datetime:
    """A moment in the zone of the text: `2012-06-29 16:00`."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=ZONE)


def utc(text: str) -> str:
    """The same moment as a node writes it."""
    return moment.text(hour(text).astimezone(UTC))


def edited(folder: Path, pact: str, **edits: Sequence[tuple[str, str]]) -> Path:
    """A folder with a published agreement in every language and some words changed, each of which stands in it once.

    Args:
        edits: by language; those of `en` are of the text with its clauses.
    """
    shutil.copytree(AGREEMENTS / pact, folder)
    for language, changes in edits.items():
        path = folder / f"{language}.md"
        text = path.read_text(encoding="utf-8")
        for old, new in changes:
            assert text.count(old) == 1, (path, old)
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")
    return folder


def digest_of(folder: Path) -> str:
    """What a folder is signed as."""
    return Agreement.load(folder).digest


@dataclass(kw_only=True)
class Desks:
    """The desks of both nations, at nodes that somehow exchange.

    Args:
        chronicle: the day, who, what and its ruling, of every act so far.
        named: acts by the name they were said under.
    """

    agreement: str
    chronicle: list[tuple[str, str, str, str]] = field(default_factory=list)
    named: dict[str, str] = field(default_factory=dict)

    def heard(self, party: str, *words: str) -> Heard:
        """What a command answers at the node of a Party."""
        raise NotImplementedError

    def deliver(self, by: str) -> None:
        """What a Party has said is decided on both sides when this returns."""
        raise NotImplementedError

    def value(self, party: str, *words: str) -> Any:
        """What a command that must not fail answers."""
        heard = self.heard(party, *words)
        assert heard.exit == 0, (words, heard)
        return heard.value

    def day(self, text: str) -> None:
        """Both clocks are moved to a moment."""
        for party in PARTIES:
            self.value(party, "node", "clock", "--to", hour(text).isoformat())

    def say(
        self,
        party: str,
        *words: str,
        ruling: str,
        officer: str = ENVOY,
        also: Sequence[str] = (),
        name: str = "",
    ) -> str:
        """An act, which is ruled as it must be; its id.

        Args:
            also: words for those who sign after the officer.
        """
        code = party.lower()
        meant = [self.named[word[1:]] if word.startswith("$") else word for word in words]
        under = () if "--agreement" in words else ("--agreement", self.agreement)
        heard = self.heard(party, *meant, *under, "--as", f"{code}/{officer}", *also)
        assert heard.error is None, (words, heard.error)
        said = heard.value
        assert ruling_of(said["decision"]) == ruling, (words, said)
        at = moment.parse(said["at"]).astimezone(ZONE)
        self.chronicle.append((f"{at:%Y-%m-%d}", party, " ".join(words[:2]), ruling))
        if name:
            self.named[name] = said["act"]
        if said["recorded"] == "log":
            self.deliver(party)
        return str(said["act"])

    def stopped(self, party: str, *words: str) -> str:
        """What stands in the way of saying something at all."""
        under = ("--agreement", self.agreement, "--as", f"{party.lower()}/{ENVOY}")
        heard = self.heard(party, *words, *under)
        assert (heard.value, heard.exit) == (None, 2)
        assert heard.error is not None
        return str(heard.error["error"])

    def both(self, *words: str, ruling: str) -> None:
        """The same by each Party; `$envoy` is its envoy."""
        for party in PARTIES:
            meant = [word.replace("$envoy", f"{party.lower()}/{ENVOY}") for word in words]
            self.say(party, *meant, ruling=ruling)

    def page(self) -> Mapping[str, Any]:
        """How the agreement stands, which both nodes tell alike."""
        kr, jp = (self._page(party) for party in PARTIES)
        assert kr == jp
        return kr

    def _page(self, party: str) -> Mapping[str, Any]:
        page: dict[str, Any] = self.value(party, "agreement", "show", self.agreement)
        return {
            **page,
            "officers": sorted(page["officers"], key=lambda row: str(row["officer"])),
        }  # own ones stand first

    def stands(self) -> dict[str, Any]:
        """Phase, version, notice and halves, as both nodes tell them."""
        page = self.page()
        row = page["row"]
        return {
            "phase": row["phase"],
            "version": row["version"] or None,
            "from": page["in_force_from"],
            "effect": page["effect"],
            "halves": page["halves"],
            "ended": page["ended_at"],
        }

    def audited(self) -> None:
        """Each node verifies and judges everything again; both hold the same two logs."""
        for party in PARTIES:
            assert self.value(party, "node", "audit")["disputes"] == 0
        kr, jp = (self._heads(party) for party in PARTIES)
        assert kr == jp[::-1]

    def _heads(self, party: str) -> list[Any]:
        return [self.value(party, "log", "show", "--log", log, "--last", "0")["head"] for log in ("home", "peer")]


@dataclass(kw_only=True)
class Linked(Desks):
    """Desks at two processes that speak over mutual TLS."""

    stage: Stage

    def heard(self, party: str, *words: str) -> Heard:
        return self.stage.of(party).say(*words)

    def deliver(self, by: str) -> None:
        self.stage.decide()

    def day(self, text: str) -> None:
        self.stage.settle()
        super().day(text)

    def keep(self, folder: Path) -> None:
        """A copy of both nodes as they stand; neither writes meanwhile."""
        self.stage.settle()
        for side in self.stage.sides():
            with side.watched().alone():
                shutil.copytree(side.folder, folder / side.party.lower())


@dataclass(kw_only=True)
class Carried(Desks):
    """Desks at two nodes whose bundles are carried as files."""

    pair: Pair

    def heard(self, party: str, *words: str) -> Heard:
        answer = self.pair.at(party, *words, "--json")
        return Heard(
            exit=answer.exit,
            value=answer.value if answer.out else None,
            error=answer.error if answer.err else None,
        )

    def deliver(self, by: str) -> None:
        stick = str(self.pair.folder / "stick")
        for party in (by, *(other for other in PARTIES if other != by)):
            file = self.value(party, "bundle", "make", "--to", stick)["file"]
            (peer,) = (other for other in PARTIES if other != party)
            self.value(peer, "bundle", "take", file)


@contextmanager
def linked(folder: Path, agreement: str, begins: str) -> Iterator[Linked]:
    """Two new nodes that run and know each other, at a moment; each with the checklist of its nation."""
    with stage(folder, hour(begins).astimezone(UTC)) as made:
        assert [heard.exit for heard in made.found()] == [0, 0]
        for side in made.sides():
            peer = made.other(side.party)
            shutil.copy(peer.folder / "keys" / f"{peer.party}.keys", side.folder)
            with side.settings.open("a", encoding="utf-8") as settings:
                settings.write(f'\n[[checklist]]\npath = "{CHECKLISTS / side.party.lower()}.toml"\n')
        made.run()
        yield Linked(agreement=agreement, stage=made)


def carried(folder: Path, agreement: str) -> Carried:
    """Two new nodes of 2031 that know each other, and run nowhere."""
    return Carried(agreement=agreement, pair=new_pair(folder))


def elsewhere(kept: Path, folder: Path, was: Desks) -> Carried:
    """Another course of things, from where two nodes were kept."""
    shutil.copytree(kept, folder)
    return Carried(agreement=was.agreement, named=dict(was.named), pair=Pair(folder=folder))
