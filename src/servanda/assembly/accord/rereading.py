"""The entries of a log read to be judged by another text, part by part.

Rules of this module:
- of an entry, an envelope and the facts only what is asked for is decoded;
- what the database holds is taken at its word; whether it is whole the audit tells;
- both Parties' acts stand in the own log with the own ruling: as issued, or as the reply to what was received.

Spec: agreement 12 (judging again), record 4.7 (facts kept), 5.2 (entries).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from servanda.act.ruling import Ground, Permit, Refusal, Ruling
from servanda.agreement.instrument import Instrument
from servanda.base.canon import Json
from servanda.base.errors import IntegrityError
from servanda.node.ports import Space, Store
from servanda.policy.judging import members
from servanda.policy.rejudge import Changed, Rejudge, changed

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
class Part:
    """What some entries that follow each other say when they are judged again.

    Args:
        acts: those of the entries; judged: those judged again.
    """

    acts: int
    judged: int
    changes: Counter[Changed]
    counts: Counter[tuple[Changed, str, str]]
    changed: tuple[ActChanged, ...]


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


class Reading:
    """The entries of a log, read to be judged by a text."""

    def __init__(self, store: Store, log: str, text: Instrument) -> None:
        self._store = store
        self._log = log
        self._text = text
        self._judge = Rejudge(text)

    def parts(self) -> Iterator[Part]:
        """The whole log, one part after another."""
        size = self._store.size(self._log)
        return (self.part(start, min(start + ENTRIES_PER_READ, size)) for start in range(0, size, ENTRIES_PER_READ))

    def part(self, start: int, end: int) -> Part:
        """The entries from `start` up to and without `end`.

        Raises:
            IntegrityError: `store_damaged`.
        """
        changes: Counter[Changed] = Counter()
        counts: Counter[tuple[Changed, str, str]] = Counter()
        found: list[ActChanged] = []
        judged = 0
        try:
            acts, said = self._said(start, self._store.entries(self._log, start, end))
            for index, recorded, statement, lines in said:
                old, new = _ruling(recorded.ruling), self._judge.ruling(statement.kind, statement.author, lines)
                judged += 1
                change = changed(old, new)
                if change is None:
                    continue
                changes[change] += 1
                if change is not Changed.CITED_OTHERWISE:
                    refusing = new if change is Changed.NEWLY_REFUSED else old
                    counts.update((change, statement.kind, place) for place in _refusing(refusing))
                    found.append(_changed(index, recorded.act, statement, change, old, new))
        except msgspec.MsgspecError as error:
            raise _damaged(f"entries {start} and following do not read with what lies beside them: {error}") from error
        return Part(acts=acts, judged=judged, changes=changes, counts=counts, changed=tuple(found))

    def _said(self, start: int, raws: Sequence[bytes]) -> tuple[int, Iterator[tuple[int, _Ruled, _Statement, bytes]]]:
        """How many acts there are, and those of this agreement that clauses judged: index, ruling, statement, facts."""
        ruled = [
            (index, entry) for index, entry in enumerate(map(_read_entry, raws), start) if isinstance(entry, _Ruled)
        ]
        judged = [(index, entry) for index, entry in ruled if entry.ruling.facts is not None]
        envelopes = self._kept(Space.ENVELOPE, [entry.envelope for _, entry in judged])
        read = (
            (index, entry, _read_statement(_read_envelope(envelopes[entry.envelope]).payload))
            for index, entry in judged
        )
        ours = [(index, entry, said) for index, entry, said in read if said.agreement == self._text.id]
        facts = self._kept(Space.FACTS, [entry.act for _, entry, _ in ours])
        return len(ruled), ((index, entry, said, _lines(facts[entry.act])) for index, entry, said in ours)

    def _kept(self, space: Space, keys: Sequence[str]) -> Mapping[str, bytes]:
        found = self._store.several(space, keys)
        if len(found) < len(keys):
            missing = next((key for key in keys if key not in found), None)
            if missing is not None:
                raise _damaged(f"`{space}` has nothing under `{missing[:16]}`, which the log names")
        return found


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


def _changed(index: int, act: str, said: _Statement, change: Changed, old: Ruling, new: Ruling) -> ActChanged:
    return ActChanged(
        act=act, index=index, kind=said.kind, author=said.author, change=change, old=members(old), new=members(new)
    )


def _refusing(ruling: Ruling) -> tuple[str, ...]:
    if isinstance(ruling, Permit):
        return ()
    return ruling.cites or (ruling.ground.value,)


def _damaged(message: str) -> IntegrityError:
    return IntegrityError("store_damaged", message, action="audit the node: `servanda node audit`")
