"""Every act of the log judged again by a new text: what would have been refused, what permitted, under which paragraph.

Rules of this module:
- the database is read and nothing else: no key is opened, no state folded, nothing written;
- of an entry, an envelope and the facts only what is asked for is decoded, one after another, however long the log is;
- what the database holds is taken at its word; whether it is whole the audit tells;
- both Parties' acts stand in the own log with the own ruling: as issued, or as the reply to what was received.

Spec: agreement 12 (judging again), record 4.7 (facts kept), 5.2 (entries).
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from servanda.act.ruling import Ground, Permit, Refusal, Ruling
from servanda.adapters.sqlite import SqliteStore
from servanda.agreement.instrument import Instrument
from servanda.assembly.opening import DATABASE
from servanda.assembly.texts import Agreement
from servanda.base.canon import Json
from servanda.base.errors import IntegrityError, UsageError
from servanda.node.identity import Identity
from servanda.node.ports import Space, Store
from servanda.policy.judging import members
from servanda.policy.rejudge import Changed, Rejudge, changed
from servanda.settings import Settings, read_settings

ENTRIES_PER_READ: Final = 2_000
_FACTS_BEGIN, _FACTS_END = b'{"lines":', b',"salt":"'
_SALT_CHARACTERS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class ActChanged:
    """An act on which the new text rules otherwise.

    Args:
        index: of the entry of the own log that holds the ruling.
        old, new: rulings, as `agreement judge` answers.
    """

    act: str
    index: int
    kind: str
    author: str
    change: Changed
    old: Mapping[str, Json]
    new: Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Acts of one kind that one paragraph refuses, in the new text or in the old; or a ground where none is cited."""

    change: Changed
    kind: str
    paragraph: str
    acts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RejudgedPage:
    """What another text would have said of the record.

    Args:
        digest: of that text.
        acts: acts of the log; judged: those judged again; the others are of the life cycle, invalid, or not of this
            agreement.
        cited_otherwise: acts refused on another ground, or ruled alike under other paragraphs.
    """

    agreement: str
    version: int
    digest: str
    acts: int
    judged: int
    newly_refused: int
    newly_permitted: int
    cited_otherwise: int
    counts: tuple[Count, ...]


class _Ruling(msgspec.Struct):
    cites: list[str]
    ground: Ground | None = None
    facts: str | None = None
    line: int | None = None
    missing: list[str] = []


class _Entry(msgspec.Struct, tag_field="type"):
    """One entry, of which only what is asked for is read."""


class _Ruled(_Entry):
    """What an entry says of an act and its ruling."""

    act: str
    envelope: str
    ruling: _Ruling


class _Issued(_Ruled, tag="issued"):
    """An own act."""


class _Received(_Ruled, tag="received"):
    """The reply to an act of the other Party."""


class _Withheld(_Entry, tag="withheld"):
    pass


class _Destroyed(_Entry, tag="destroyed"):
    pass


class _Keyed(_Entry, tag="keyed"):
    pass


class _Opened(_Entry, tag="opened"):
    pass


class _Envelope(msgspec.Struct):
    payload: bytes


class _Statement(msgspec.Struct):
    agreement: str
    author: str
    kind: str


class Rejudging:
    """One reading of the log, which counts as it goes; the page is whole after `changes` ran to its end."""

    def __init__(self, store: Store, log: str, text: Instrument) -> None:
        self._store = store
        self._log = log
        self._text = text
        self._judge = Rejudge(text)
        self._acts = 0
        self._judged = 0
        self._changes: Counter[Changed] = Counter()
        self._counts: Counter[tuple[Changed, str, str]] = Counter()

    def changes(self) -> Iterator[ActChanged]:
        """Every act on which the new text rules otherwise, in the order of the log.

        Raises:
            IntegrityError: `store_damaged` where what lies beside an entry is missing or does not read.
        """
        size = self._store.size(self._log)
        for start in range(0, size, ENTRIES_PER_READ):
            end = min(start + ENTRIES_PER_READ, size)
            yield from self._of(start, self._store.entries(self._log, start, end))

    @property
    def page(self) -> RejudgedPage:
        """What was counted so far."""
        return RejudgedPage(
            agreement=self._text.id,
            version=self._text.version,
            digest=self._text.digest,
            acts=self._acts,
            judged=self._judged,
            newly_refused=self._changes[Changed.NEWLY_REFUSED],
            newly_permitted=self._changes[Changed.NEWLY_PERMITTED],
            cited_otherwise=self._changes[Changed.CITED_OTHERWISE],
            counts=tuple(
                Count(change=change, kind=kind, paragraph=paragraph, acts=acts)
                for (change, kind, paragraph), acts in sorted(self._counts.items())
            ),
        )

    def _of(self, start: int, raws: Sequence[bytes]) -> Iterator[ActChanged]:
        """Those of some entries that follow each other."""
        try:
            for index, recorded, said, lines in self._said(start, raws):
                old, new = _ruling(recorded.ruling), self._judge.ruling(said.kind, said.author, lines)
                self._judged += 1
                change = changed(old, new)
                if change is not None:
                    yield from self._counted(index, recorded.act, said, change, old, new)
        except msgspec.MsgspecError as error:
            raise _damaged(f"entries {start} and following do not read with what lies beside them: {error}") from error

    def _said(self, start: int, raws: Sequence[bytes]) -> Iterator[tuple[int, _Ruled, _Statement, bytes]]:
        """The acts of this agreement that clauses judged: index, ruling, statement, facts."""
        ruled = [
            (index, entry) for index, entry in enumerate(map(_read_entry, raws), start) if isinstance(entry, _Ruled)
        ]
        self._acts += len(ruled)
        judged = [(index, entry) for index, entry in ruled if entry.ruling.facts is not None]
        envelopes = self._kept(Space.ENVELOPE, [entry.envelope for _, entry in judged])
        said = (
            (index, entry, _read_statement(_read_envelope(envelopes[entry.envelope]).payload))
            for index, entry in judged
        )
        ours = [(index, entry, statement) for index, entry, statement in said if statement.agreement == self._text.id]
        facts = self._kept(Space.FACTS, [entry.act for _, entry, _ in ours])
        return ((index, entry, statement, _lines(facts[entry.act])) for index, entry, statement in ours)

    def _counted(
        self, index: int, act: str, said: _Statement, change: Changed, old: Ruling, new: Ruling
    ) -> Iterator[ActChanged]:
        self._changes[change] += 1
        if change is Changed.CITED_OTHERWISE:
            return
        refusing = new if change is Changed.NEWLY_REFUSED else old
        self._counts.update((change, said.kind, place) for place in _refusing(refusing))
        yield ActChanged(
            act=act, index=index, kind=said.kind, author=said.author, change=change, old=members(old), new=members(new)
        )

    def _kept(self, space: Space, keys: Sequence[str]) -> Mapping[str, bytes]:
        found = self._store.several(space, keys)
        if len(found) < len(keys):
            missing = next((key for key in keys if key not in found), None)
            if missing is not None:
                raise _damaged(f"`{space}` has nothing under `{missing[:16]}`, which the log names")
        return found


@contextmanager
def rejudging(settings: Path, text: Path) -> Iterator[Rejudging]:
    """The record of a node, to be judged again by the text of a file or folder.

    Raises:
        UsageError: the settings or the database cannot be used, or `text_unreadable`.
        AgreementError: the text does not read.
        IntegrityError: `store_damaged`.
    """
    known = read_settings(settings)
    new = Agreement.load(text).instrument
    database = known.node.data / DATABASE
    if not database.is_file():
        raise UsageError(
            "data_missing",
            f"the database `{os.fspath(database)}` is not there",
            action="run `servanda node init`, and hand over the key lists",
        )
    store = SqliteStore(database)
    try:
        yield Rejudging(store, _log(known), new)
    finally:
        store.close()


def _log(settings: Settings) -> str:
    return Identity(
        party=settings.node.party,
        name=settings.node.name,
        peer_party=settings.peer.party,
        peer_name=settings.peer.name,
    ).log


_read_entry = msgspec.json.Decoder(_Issued | _Received | _Withheld | _Destroyed | _Keyed | _Opened).decode
_read_envelope = msgspec.json.Decoder(_Envelope).decode
_read_statement = msgspec.json.Decoder(_Statement).decode


def _lines(kept: bytes) -> bytes:
    """The facts of an act as they were kept, without the salt that makes every one of them another."""
    end = len(kept) - len(_FACTS_END) - _SALT_CHARACTERS - len(b'"}')
    if not kept.startswith(_FACTS_BEGIN) or kept[end : end + len(_FACTS_END)] != _FACTS_END:
        raise _damaged("the facts kept with an act are not written as they were")
    return kept[len(_FACTS_BEGIN) : end]


def _ruling(recorded: _Ruling) -> Ruling:
    cites = tuple(recorded.cites)
    if recorded.ground is None:
        return Permit(cites=cites)
    return Refusal(ground=recorded.ground, cites=cites, missing=tuple(recorded.missing), line=recorded.line)


def _refusing(ruling: Ruling) -> tuple[str, ...]:
    if isinstance(ruling, Permit):
        return ()
    return ruling.cites or (ruling.ground.value,)


def _damaged(message: str) -> IntegrityError:
    return IntegrityError("store_damaged", message, action="audit the node: `servanda node audit`")
