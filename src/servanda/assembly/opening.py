"""Opening a node: settings, store, keys, clock and domains put together, and what people do with the whole.

Rules of this module:
- one file says where everything is; what is opened here is closed here;
- the log is opened with the first use that finds the peer's key list; before it nothing can be said;
- one step at a time: several threads of one process take turns, several processes do so at the store;
- an act's causes are those named and every act that its payload names and a log has issued.

Spec: record 3.1 (causes), 5, 9.2, 11.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from servanda.act.act import Draft
from servanda.act.content import write
from servanda.act.kind import JudgedBy, Kind, With, kinds
from servanda.act.ruling import Permit, Ruling
from servanda.act.statement import NO_AGREEMENT
from servanda.adapters.clock import ExerciseClock, SystemClock
from servanda.adapters.keyfiles import FileKeys
from servanda.adapters.mark import FileMark
from servanda.adapters.sqlite import SqliteStore
from servanda.agreement.acts_force import ClauseCorrect
from servanda.agreement.acts_text import TextInitial
from servanda.agreement.instrument import Instrument
from servanda.assembly.accord.gate import stand_by
from servanda.assembly.accord.proof import stand_proved
from servanda.assembly.keying import settle_waiting
from servanda.assembly.linking import Link
from servanda.assembly.loaded import ACCORD, domains, loaded
from servanda.assembly.words import Cite, Near, near_to, worded
from servanda.base.errors import UsageError
from servanda.base.fields import is_hex
from servanda.domain import Domain, Seat
from servanda.node import answers
from servanda.node.audit import Report
from servanda.node.identity import Identity
from servanda.node.node import Node
from servanda.node.ports import Space
from servanda.node.repeated import is_asked
from servanda.node.scene import Scene
from servanda.node.stages import Judged, Recorded, Standing
from servanda.seal.keys import SecretKey
from servanda.settings import Settings, read_settings

DATABASE = "node.db"
CLOCK_OFFSET = "clock_offset"
_WITHOUT_FORCE = frozenset({"not_in_force", "ended"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruled:
    """An act as this node ruled on it and recorded it.

    Args:
        ruling: its cites know their words.
        near: the clauses nearest to allowing it, where it is refused as silent.
        index: of the issuing entry; None where it stayed home.
        item: of the journal, where it stayed home or answers what was noted there; None for a preview.
    """

    act: str
    kind: str
    agreement: str
    at: datetime
    ruling: Ruling
    near: tuple[Near, ...] = ()
    index: int | None = None
    item: int | None = None

    @property
    def cites(self) -> tuple[Cite, ...]:
        """The paragraphs that decided, with their words."""
        return tuple(cite for cite in self.ruling.cites if isinstance(cite, Cite))


class OpenNode:
    """A node and all that lies around it, open."""

    def __init__(self, settings: Settings, store: SqliteStore, keys: FileKeys) -> None:
        self.settings = settings
        self.keys = keys
        self.lock = threading.RLock()
        self._store = store
        self.node = Node(
            identity=Identity(
                party=settings.node.party,
                name=settings.node.name,
                peer_party=settings.peer.party,
                peer_name=settings.peer.name,
            ),
            store=store,
            vault=store,
            keys=keys,
            clock=ExerciseClock(self._offset_s) if settings.node.exercise else SystemClock(),
            mark=FileMark(settings.node.high_water),
            domains=domains(),
        )
        self._link = Link(self.node, settings, keys, self.lock)
        self.refresh()
        self._begin()
        settle_waiting(self)

    # -- its state ---------------------------------------------------------------------------------------------------

    @property
    def begun(self) -> bool:
        """Whether the peer's key list was accepted, so that acts can be said."""
        return self.node.lists.has(self.settings.peer.party)

    @property
    def link(self) -> Link:
        """The way to the peer.

        Raises:
            UsageError: `node_not_begun`.
        """
        self.stand_begun()
        return self._link

    def refresh(self) -> None:
        """Read what other processes have written since."""
        with self.alone():
            pass

    @contextmanager
    def alone(self) -> Iterator[None]:
        """While it lasts no other thread and no other process writes, here or to what lies beside the database."""
        with self.lock, self._store.writing():
            self.node.catch_up()
            yield

    def version(self) -> int:
        """A number that changes when another process has written."""
        return self._store.version()

    def state(self, domain: Any) -> Any:
        """The state of a domain, folded from both logs.

        Args:
            domain: the module of the domain, or its name.
        """
        with self.lock:
            return self.node.state(_name(domain))

    def agreements(self) -> tuple[str, ...]:
        """Ids of the agreements whose texts were tabled."""
        with self.lock:
            scene = self.node.scene()
            return tuple(each for each in sorted(scene.folded.lives) if scene.instrument(each) is not None)

    def governing(self, domain: str) -> str:
        """Id of the agreement that governs a domain: the one in force, else the only one tabled.

        Raises:
            UsageError: `agreement_missing`.
        """
        tabled: list[str] = []
        in_force: list[str] = []
        with self.lock:
            scene = self.node.scene()
            for agreement in self.agreements():
                text = scene.instrument(agreement)
                if text is not None and domain in (ACCORD, *text.governs):
                    tabled.append(agreement)
                    in_force += [agreement] if scene.status(agreement).phase not in _WITHOUT_FORCE else []
        for found in (tabled,) if domain == ACCORD else (in_force, tabled):
            if len(found) == 1:
                return found[0]
        raise UsageError(
            "agreement_missing",
            f"{len(tabled) or 'no'} agreements are tabled here"
            + ("" if domain == ACCORD else f" that govern `{domain}`"),
            action=f"name one with `--agreement`: {', '.join(tabled)}" if tabled else "have its text tabled first",
        )

    def covering(self, kind: Kind) -> str:
        """Id of the agreement that covers an act of a kind: the one that governs its domain.

        Returns:
            `none` for a life-first kind, or one that stays home, where no agreement governs its domain.

        Raises:
            UsageError: `agreement_missing`.
        """
        try:
            return self.governing(kind.domain)
        except UsageError:
            if kind.life_first or kind.recorded is With.JOURNAL:
                return NO_AGREEMENT
            raise

    def seat(self, domain: Any, agreement: str | None = None) -> Seat:
        """Where an officer of a domain sits here and now, as its desk asks for.

        Args:
            domain: the module of the domain, or its name.
            agreement: the one that governs the domain, where none is named.

        Raises:
            UsageError: `agreement_missing`.
        """
        with self.lock:
            return self.node.seat(agreement or self.governing(_name(domain)))

    # -- acts --------------------------------------------------------------------------------------------------------

    def submit(
        self,
        draft: Draft,
        *,
        officer: str | Sequence[str],
        proving: Sequence[SecretKey] = (),
        reference: str | None = None,
        unfinished: str | None = None,
    ) -> Ruled:
        """Say an act: in the log if it is permitted, in the journal if not.

        Args:
            officer: who signs; the first of several is its author.
            proving: keys that the act names, which sign it too.
            reference: given again for a retry of the same intention.
            unfinished: why it is said with steps of the own checklist unfinished; it stays in the own journal.

        Raises:
            UsageError: it cannot be said by these officers from here, or `steps_unfinished`.
            PeerError: `clock_unsure`, `behind_mark` or `backlog_full`.
            AgreementError: a text to be initialled breaks what it promises, or what is in force.
        """
        with self.lock:
            self.stand_begun()
            self._stand_proved(draft)
            whole = self._with_causes(draft)
            if reference is None or self.node.recorded_under(reference) is None:
                skipped = stand_by(self, whole, _officers(officer), unfinished)
                if skipped and isinstance(self.node.preview(whole, _officers(officer)).ruling, Permit):
                    for note in skipped:
                        self.node.submit(note, _officers(officer))
            return self._recorded(self.node.submit(whole, _officers(officer), proving=proving, reference=reference))

    def said_before(self, reference: str, *, kind: str, asked: bytes) -> Ruled | None:
        """What became of an act that is said again under its reference; None where nothing, or another act, lies there.

        Args:
            asked: what the officer gives; what a desk makes of it may be another thing now.
        """
        self.refresh()
        with self.lock:
            recorded = self.node.recorded_under(reference)
            if recorded is None or not is_asked(self.node.holding, recorded, kind, asked):
                return None
            return self._recorded(recorded)

    def _recorded(self, recorded: Recorded) -> Ruled:
        index = None if recorded.entry is None else recorded.entry.index
        item = None if recorded.item is None else recorded.item.index
        return replace(self._ruled(recorded.judged), index=index, item=item)

    def preview(
        self,
        draft: Draft,
        *,
        officer: str | Sequence[str],
        proving: Sequence[SecretKey] = (),
        unfinished: str | None = None,
    ) -> Ruled:
        """The ruling a draft would get here and now; nothing is recorded.

        Raises:
            UsageError: as `submit`.
            AgreementError: a text to be initialled breaks what it promises, or what is in force.
        """
        with self.lock:
            self.stand_begun()
            self._stand_proved(draft)
            stand_by(self, draft, _officers(officer), unfinished)
            return self._ruled(self.node.preview(self._with_causes(draft), _officers(officer), proving=proving))

    def standing(self, act: Ruled | str) -> Standing:
        """How an act stands between the two; what was refused at home is refused.

        Raises:
            UsageError: `act_unknown` or `act_ambiguous`.
        """
        if isinstance(act, Ruled) and act.index is None:
            return Standing.REFUSED
        with self.lock:
            found = answers.find(self.node.holding, act.act if isinstance(act, Ruled) else act)
            return answers.standing(found, self.node.scene().folded)

    def _ruled(self, judged: Judged) -> Ruled:
        said = judged.intake.signed.statement
        text = text_for(self.node.scene(), said.agreement, said.kind, said.agreement_digest)
        return Ruled(
            act=judged.intake.signed.act_id,
            kind=said.kind,
            agreement=said.agreement,
            at=judged.place.at,
            ruling=worded(judged.ruling, text),
            near=near_to(judged.ruling, said.kind, judged.facts, said.author, text),
        )

    def _stand_proved(self, draft: Draft) -> None:
        """A text that is fixed here, or corrects what is in force, does not break what it promises or what is in force.

        Spec: agreement 7.6 (before initialling).
        """
        if not isinstance(draft.payload, TextInitial | ClauseCorrect):
            return
        scene = self.node.scene()
        tabled = scene.life(draft.agreement).will.texts.get(draft.payload.digest)
        in_force = scene.status(draft.agreement).instrument
        if tabled is None or tabled.instrument == in_force or self.settings.node.party in tabled.initials:
            return
        stand_proved(tabled.instrument, in_force)

    def _with_causes(self, draft: Draft) -> Draft:
        """The draft, with every act that its payload names among its causes."""
        named = () if draft.payload is None else acts_named(write(draft.payload))
        issued = [act for act in named if self.node.holding.author_copy(act) is not None]
        return replace(draft, causes=tuple(dict.fromkeys((*draft.causes, *issued))))

    # -- itself ------------------------------------------------------------------------------------------------------

    def sync(self) -> int:
        """Exchange with the peer until nothing is left to say on either side; the number of exchanges.

        Raises:
            UsageError: `link_missing` or `node_not_begun`.
            PeerError: the link is down, or the peer refuses; what was exchanged stays.
        """
        return self.link.sync()

    def audit(self) -> Report:
        """Every signature, proof, ruling and fold again, from entry 0.

        Raises:
            IntegrityError: the first thing that does not hold, with its place.
        """
        with self.lock:
            self.stand_begun()
            return self.node.audit()

    def move_clock(self, to: datetime) -> None:
        """Move the clock of an exercise forward.

        Raises:
            UsageError: `clock_not_movable` or `node_not_begun`.
        """
        with self.lock:
            self.stand_begun()
            self.node.move_clock(to, self._move_offset)

    def confirm_clock(self) -> datetime:
        """Confirm that the clock is right, for the journal.

        Raises:
            UsageError: `node_not_begun`.
        """
        with self.lock:
            self.stand_begun()
            return self.node.confirm_clock()

    def close(self) -> None:
        """Let the database go."""
        with self.lock:
            self._store.close()

    def stand_begun(self) -> None:
        """The log is open, or can be opened now.

        Raises:
            UsageError: `node_not_begun`, where the peer's key list is missing.
        """
        self._begin()
        _ = self.node.lists.peer

    def _begin(self) -> None:
        settings = self.settings
        with self.lock:
            if not self.begun and settings.peer.keys.exists():
                self.node.begin(_file(own_list(settings)), _file(settings.peer.keys))

    def _offset_s(self) -> int:
        return int(self._store.get(Space.NOTE, CLOCK_OFFSET) or b"0")

    def _move_offset(self, seconds: int) -> None:
        self._store.put(Space.NOTE, CLOCK_OFFSET, str(self._offset_s() + seconds).encode())


@contextmanager
def open_node(path: str | os.PathLike[str], *, passphrase: Callable[[str], str] | None = None) -> Iterator[OpenNode]:
    """A node by its settings file, open for the length of a `with`.

    Args:
        passphrase: asks for the passphrase of a use or an officer; an exercise has none.

    Raises:
        UsageError: the settings, the keys or the database cannot be used as they are.
        IntegrityError: a key list or the database does not hold.
    """
    settings = read_settings(Path(path))
    if not settings.node.data.is_dir():
        raise UsageError(
            "data_missing", f"the data folder `{settings.node.data}` is not there", action="run `servanda node init`"
        )
    store = SqliteStore(settings.node.data / DATABASE)
    try:
        keys = FileKeys(settings.keys, exercise=settings.node.exercise, passphrase=passphrase)
        home = OpenNode(settings, store, keys)
    except BaseException:
        store.close()
        raise
    try:
        yield home
    finally:
        home.close()


def text_for(scene: Scene, agreement: str, kind: str, digest: str) -> Instrument | None:
    """The text whose paragraphs a ruling on an act cites; None where none was tabled.

    Args:
        digest: the one the act names.
    """
    known, named = kinds().get(kind), scene.life(agreement).will.texts.get(digest)
    if named is not None and known is not None and known.judged_by is JudgedBy.CLAUSES:
        return named.instrument
    return scene.instrument(agreement)


def acts_named(payload: Mapping[str, Any]) -> Iterator[str]:
    """What a payload names as acts and texts are named: in a member, in a list, or in the subject of a joint act."""
    for member in payload.values():
        inner = member.values() if isinstance(member, Mapping) else member if isinstance(member, list) else (member,)
        yield from (value for value in inner if is_hex(value))


def own_list(settings: Settings) -> Path:
    """The file of the own key list, to be handed to the other nation."""
    return settings.keys / f"{settings.node.party}.keys"


def _name(domain: Any) -> str:
    """Name of a domain, given by name, by its module or itself.

    Raises:
        UsageError: `domain_unknown`.
    """
    found = getattr(domain, "DOMAIN", domain)
    name = found.name if isinstance(found, Domain) else str(found)
    if name not in loaded():
        raise UsageError("domain_unknown", f"`{name}` is no domain here", action=f"name one of {', '.join(loaded())}")
    return name


def _officers(officer: str | Sequence[str]) -> tuple[str, ...]:
    return (officer,) if isinstance(officer, str) else tuple(officer)


def _file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(
            "keys_unreadable", f"the key list `{path}` cannot be read: {error.strerror}", action="restore the file"
        ) from error
