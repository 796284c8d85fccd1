"""Lives of agreements for tests: acts said one after another, judged, folded, received."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from servanda.act.act import Applied
from servanda.act.ruling import Permit, Ruling
from servanda.agreement import life
from servanda.agreement.instrument import Instrument
from servanda.agreement.life import Life, Status
from servanda.base.moment import parse_offset
from tests.wordings import loaded, words_of

OTHER = {"KR": "JP", "JP": "KR"}
ROOT = Path(__file__).resolve().parents[3]
DAWN = "2030-01-01T09:00+09:00"


def text_of(pact: str) -> str:
    """The English text of an exercise agreement."""
    return (ROOT / "agreements" / pact / "en.md").read_text(encoding="utf-8")


def pact_of(pact: str) -> Instrument:
    return loaded(text_of(pact), pact)


def edited(pact: str, *edits: tuple[str, str]) -> str:
    """A text with some words changed, each of which stands in it once."""
    text = text_of(pact)
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def with_words(payload: dict[str, Any]) -> dict[str, Any]:
    """The members of an act; a text with its words in every language."""
    text = payload.get("text")
    return payload if text is None or "words" in payload else {**payload, "words": words_of(text)}


def moment(text: str) -> datetime:
    return parse_offset(text)


@dataclass
class Story:
    """One agreement, its acts as they are said, and when the other Party received each."""

    agreement: str = "kr-jp-a"
    life: Life = field(init=False)
    acts: list[Applied] = field(default_factory=list)
    receipts: dict[str, datetime] = field(default_factory=dict)
    rulings: list[Ruling] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.life = life.new(self.agreement)

    def say(
        self,
        author: str,
        kind: str,
        at: str = DAWN,
        *,
        received: str | None = "",
        role: str = "envoy",
        by: tuple[str, ...] = (),
        exercise: bool = True,
        elsewhere: frozenset[str] = frozenset(),
        **payload: Any,
    ) -> Ruling:
        """An act of the life cycle: judged at its moment, folded where it is permitted.

        Args:
            received: when the other Party has it; at once unless given, None for not yet.
        """
        payload = with_words(payload)
        ruling = self.judge(author, kind, at, role=role, by=by, exercise=exercise, elsewhere=elsewhere, **payload)
        self.rulings.append(ruling)
        if isinstance(ruling, Permit):
            act = self.act(author, kind, at, payload)
            self.take(act)
            if received is not None:
                self.receipts[act.act_id] = moment(received or at)
        return ruling

    def judge(
        self,
        author: str,
        kind: str,
        at: str = DAWN,
        *,
        role: str = "envoy",
        by: tuple[str, ...] = (),
        exercise: bool = True,
        elsewhere: frozenset[str] = frozenset(),
        **payload: Any,
    ) -> Ruling:
        return life.guard(
            self.life,
            author=author,
            other=OTHER[author],
            kind=f"agreement.{kind}",
            payload=payload,
            role=role,
            keys=by,
            at=moment(at),
            received_at=self.receipts.get,
            exercise=exercise,
            governed_elsewhere=elsewhere,
        )

    def act(self, author: str, kind: str, at: str, payload: Mapping[str, Any]) -> Applied:
        rank = len(self.acts) + 1
        return Applied(
            act_id=hashlib.sha256(f"{self.agreement}/{author}/{kind}/{rank}".encode()).hexdigest(),
            kind=f"agreement.{kind}",
            agreement=self.agreement,
            digest="0" * 64,
            author=author,
            other=OTHER[author],
            officers=(f"{author.lower()}/envoy",),
            causes=(),
            payload=payload,
            recorded_at=moment(at),
            rank=rank,
            log=f"exercise.{author.lower()}/{OTHER[author].lower()}/1",
            index=rank,
        )

    def take(self, act: Applied) -> None:
        self.acts.append(act)
        self.life = life.fold(self.life, act)

    def status(self, at: str) -> Status:
        return life.status(self.life, moment(at), self.receipts.get)

    def last(self) -> str:
        return self.acts[-1].act_id

    def table(self, text: str | None = None, *, author: str = "KR", base: str | None = None, at: str = DAWN) -> str:
        """A text tabled; its digest."""
        source = text_of(self.agreement) if text is None else text
        payload = {"text": source} if base is None else {"text": source, "base": base}
        self.must(self.say(author, "text.table", at, **payload))
        return loaded(source, self.agreement).digest

    def agree(self, digest: str, at: str = DAWN) -> None:
        """Both initial a text, and show the powers of those who will sign."""
        for party in ("KR", "JP"):
            self.must(self.say(party, "text.initial", at, digest=digest))
            officer = f"{party.lower()}/envoy"
            self.must(
                self.say(
                    party,
                    "powers.show",
                    at,
                    officer=officer,
                    may=["sign"],
                    issued_by="foreign_minister",
                    date="2030-01-01",
                )
            )

    def sign(self, digest: str, at: str = "2030-02-01T09:00+09:00") -> None:
        for party in ("KR", "JP"):
            self.must(self.say(party, "text.sign", at, digest=digest))

    def notify(self, digest: str, at: str = "2030-02-01T10:00+09:00") -> None:
        for party in ("KR", "JP"):
            self.must(self.say(party, "completion.notify", at, digest=digest, note=f"{party} 1", date=at[:10]))

    def begin(self, text: str | None = None) -> str:
        """A text brought into force from 1 February 2030, or later as it says; its digest."""
        digest = self.table(text)
        self.agree(digest)
        self.sign(digest)
        self.notify(digest)
        return digest

    @staticmethod
    def must(ruling: Ruling) -> None:
        assert isinstance(ruling, Permit), ruling
