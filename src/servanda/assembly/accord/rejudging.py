"""Every act of the log judged again by a new text: what would have been refused, what permitted, under which paragraph.

Rules of this module:
- the database is read and nothing else: no key is opened, no state folded, nothing written;
- a long log is read by several processes, and what they find is told in the order of the log.

Spec: agreement 12 (judging again), record 4.7 (facts kept), 5.2 (entries).
"""

from __future__ import annotations

import os
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from servanda.adapters.sqlite import SqliteStore
from servanda.agreement.instrument import Instrument, load
from servanda.assembly.accord.rereading import ActChanged, Part, Reading
from servanda.assembly.opening import DATABASE
from servanda.assembly.texts import Agreement
from servanda.base.errors import UsageError
from servanda.node.identity import Identity
from servanda.policy.rejudge import Changed
from servanda.settings import Settings, read_settings

ENTRIES_PER_PART: Final = 10_000
"""Entries that one process reads at a time, where several read a long log."""
WORKERS_MAX: Final = 8


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


class Rejudging:
    """One reading of the log, which counts as it goes; the page is whole after `changes` ran to its end.

    Args:
        parts: of the log, in its order.
    """

    def __init__(self, text: Instrument, parts: Iterable[Part]) -> None:
        self._text = text
        self._parts = parts
        self._acts = 0
        self._judged = 0
        self._changes: Counter[Changed] = Counter()
        self._counts: Counter[tuple[Changed, str, str]] = Counter()

    def changes(self) -> Iterator[ActChanged]:
        """Every act on which the new text rules otherwise, in the order of the log.

        Raises:
            IntegrityError: `store_damaged` where what lies beside an entry is missing or does not read.
        """
        for part in self._parts:
            self._acts += part.acts
            self._judged += part.judged
            self._changes.update(part.changes)
            self._counts.update(part.counts)
            yield from part.changed

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
    with judged_again(database, _log(known), new) as again:
        yield again


@contextmanager
def judged_again(database: Path, log: str, text: Instrument) -> Iterator[Rejudging]:
    """A log of a database, to be judged again: a long one by as many processes as there are processors.

    Raises:
        IntegrityError: `store_damaged`.
    """
    store = SqliteStore(database)
    try:
        size, workers = store.size(log), min(os.cpu_count() or 1, WORKERS_MAX)
        if size < 2 * ENTRIES_PER_PART or workers == 1:
            yield Rejudging(text, Reading(store, log, text).parts())
            return
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            asked = partial(_part, os.fspath(database), log, text.source)
            yield Rejudging(text, _side_by_side(pool, asked, size, 2 * workers))
    finally:
        store.close()


def _side_by_side(
    pool: ProcessPoolExecutor, asked: Callable[[int, int], Part], size: int, ahead: int
) -> Iterator[Part]:
    """The parts of a log in its order; of what is not yet asked for, no more is read than `ahead` parts."""
    waiting: deque[Future[Part]] = deque()
    for start in range(0, size, ENTRIES_PER_PART):
        if len(waiting) == ahead:
            yield waiting.popleft().result()
        waiting.append(pool.submit(asked, start, min(start + ENTRIES_PER_PART, size)))
    while waiting:
        yield waiting.popleft().result()


def _part(database: str, log: str, source: str, start: int, end: int) -> Part:
    return _reading(database, log, source).part(start, end)


@lru_cache(maxsize=1)
def _reading(database: str, log: str, source: str) -> Reading:
    """The reading of this process, which lives as long as the pool."""
    return Reading(SqliteStore(Path(database)), log, load(source, path="new"))


def _log(settings: Settings) -> str:
    return Identity(
        party=settings.node.party,
        name=settings.node.name,
        peer_party=settings.peer.party,
        peer_name=settings.peer.name,
    ).log
