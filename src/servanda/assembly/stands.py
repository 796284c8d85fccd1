"""How things stand: the node, its agreements, what is owed, and the entries of both logs.

Rules of this module:
- a row is a plain value whose members are those of its JSON;
- what stands follows from both logs and the clock now, and from nothing that this process remembers.

Spec: judging 8 (life), 11 (duties); record 5, 11.6.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from servanda.act.entry import Destroyed, Entry, Issued, Keyed, Opened, Received, Withheld
from servanda.act.ruling import Permit
from servanda.agreement import life
from servanda.agreement.duties import Duty, DutyState
from servanda.agreement.instrument import Instrument
from servanda.assembly.opening import OpenNode
from servanda.assembly.proving import Head, Side, head_of, log_of
from servanda.assembly.shown import disputes
from servanda.base.errors import PeerError, UsageError
from servanda.node.alarms import RefusedBundle, refused_last
from servanda.node.ports import Space
from servanda.node.scene import Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """An agreement in one line.

    Args:
        version: the one in force, after the end the last; None before force.
        since: from when that version is in force.
    """

    id: str
    title: str
    phase: str
    version: int | None
    digest: str
    since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NodePage:
    """A node at one look.

    Args:
        clock: `sure`, or why it may not be signed with.
        begun: whether the peer's key list was accepted.
        held: size of the own log that the peer has cosigned; cosigned: of the peer's that this node has.
        waiting: own acts that the peer has not cosigned yet.
        undecided: own acts that the peer has not replied to.
        late: duties that are late, of either Party.
        frozen: why the peer's log is no longer applied, None while it is.
        accused: whether the peer holds two histories that the own log signed.
        missing: acts and payloads that the peer's log names and has not sent; it stands still until they come.
        refused: why the peer's last bundle was refused, None where it was taken.
    """

    party: str
    name: str
    peer: str
    peer_name: str
    exercise: bool
    begun: bool
    now: datetime
    clock: str
    home_log: Head | None = None
    peer_log: Head | None = None
    held: int = 0
    cosigned: int = 0
    waiting: int = 0
    undecided: int = 0
    late: int = 0
    disputes: int = 0
    journal: int = 0
    frozen: str | None = None
    accused: bool = False
    missing: int = 0
    refused: RefusedBundle | None = None
    agreements: tuple[InForce, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerRow:
    """An officer whose appointment counts now."""

    party: str
    officer: str
    office: str
    limit_usd: int | None
    since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementPage:
    """One agreement and its life.

    Args:
        tabled: digest of the text tabled last.
        signed_by: digest -> Parties that signed it, of texts signed and not yet in force.
        effect: when a notice that runs takes effect.
        halves: acts that are one half of a joint act.
        consultations: acts that opened one that both have not closed yet.
    """

    row: InForce
    parties: Mapping[str, str]
    governs: tuple[str, ...]
    status: str
    tabled: str
    initialled: tuple[str, ...]
    signed_by: Mapping[str, tuple[str, ...]]
    in_force_from: datetime | None
    ended_at: datetime | None
    effect: datetime | None
    questioned: tuple[str, ...]
    halves: tuple[str, ...]
    lodged: tuple[str, ...]
    consultations: tuple[str, ...]
    officers: tuple[OfficerRow, ...]
    paragraphs: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyRow:
    """Something owed.

    Args:
        started_by: act or journal item that started it, or the kind of the occasion.
    """

    agreement: str
    paragraph: str
    state: DutyState
    debtor: str
    does: str
    after: str
    started_by: str
    started_at: datetime
    due_at: datetime
    met_at: datetime | None
    met_by: str | None
    days_late: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRow:
    """An entry of a log in one line.

    Args:
        about: the act, or what else it is about; act: its kind, where it is of an act that is known here.
        ruling: permit or refusal, with its cites, where it has one.
    """

    log: str
    index: int
    recorded_at: datetime
    type: str
    about: str
    kind: str | None
    ruling: str | None
    cites: tuple[str, ...]


def node_page(home: OpenNode) -> NodePage:
    """How a node stands now."""
    with home.lock:
        node, identity = home.node, home.node.identity
        page = NodePage(
            party=identity.party,
            name=identity.name,
            peer=identity.peer_party,
            peer_name=identity.peer_name,
            exercise=identity.exercise,
            begun=home.begun,
            now=node.now(),
            clock=clock_of(home) if home.begun else "not begun",
        )
        if not home.begun:
            return page
        stands, copy = node.correspondence(), node.holding.home
        return replace(
            page,
            home_log=head_of(home, Side.HOME),
            peer_log=head_of(home, Side.PEER),
            held=stands.held,
            cosigned=stands.cosigned,
            waiting=node.holding.store.count(Space.OUTBOX),
            undecided=sum(not _is_decided(home, index) for index in copy.issued_between(0, copy.size)),
            late=sum(row.state is DutyState.LATE for row in duties(home)),
            disputes=len(disputes(home)),
            journal=len(node.journal.items),
            frozen=stands.frozen,
            accused=node.holding.store.get(Space.EVIDENCE, copy.name) is not None,
            missing=len(stands.wanted),
            refused=refused_last(node.holding.store),
            agreements=agreements(home),
        )


def agreements(home: OpenNode) -> tuple[InForce, ...]:
    """Every agreement whose text was tabled, by id."""
    with home.lock:
        scene = home.node.scene()
        found = ((each, scene.instrument(each)) for each in home.agreements())
        return tuple(_in_force(scene, each, text) for each, text in found if text is not None)


def agreement_page(home: OpenNode, agreement: str) -> AgreementPage:
    """One agreement and its life.

    Raises:
        UsageError: `agreement_missing`.
    """
    with home.lock:
        scene = home.node.scene()
        text, status = scene.instrument(agreement), scene.status(agreement)
        if text is None:
            raise UsageError(
                "agreement_missing",
                f"no text was tabled under `{agreement}`",
                action=f"name one of {', '.join(home.agreements()) or 'none yet'}",
            )
        return AgreementPage(
            row=_in_force(scene, agreement, text),
            parties=dict(text.parties),
            governs=text.governs,
            status=text.status,
            tabled="" if status.tabled is None else status.tabled.digest,
            initialled=status.initialled,
            signed_by={digest: tuple(sorted(parties)) for digest, parties in status.signed_by.items()},
            in_force_from=status.in_force_from,
            ended_at=status.ended_at,
            effect=status.effect,
            questioned=tuple(sorted(status.questioned)),
            halves=status.halves,
            lodged=status.lodged,
            consultations=status.consultations,
            officers=_officers(home, scene, agreement),
            paragraphs={number: paragraph.text for number, paragraph in text.paragraphs.items()},
        )


def duties(home: OpenNode, *, met: bool = False) -> tuple[DutyRow, ...]:
    """What is owed under every agreement, the first due first.

    Args:
        met: whether those that were met are shown too.
    """
    with home.lock:
        found = [duty for agreement in home.agreements() for duty in home.node.duties(agreement)]
    rows = [_duty(duty) for duty in found if met or duty.state is not DutyState.MET]
    return tuple(sorted(rows, key=lambda row: row.due_at))


def entries(home: OpenNode, side: Side, start: int = 0) -> tuple[EntryRow, ...]:
    """The entries of a log from an index on."""
    with home.lock:
        return tuple(_entry(home, entry) for entry in log_of(home, side).entries[start:])


def clock_of(home: OpenNode) -> str:
    """Whether the clock may be signed with: `sure`, or why not."""
    try:
        home.node.watch.sure()
    except PeerError as error:
        return error.message
    return "sure"


def _is_decided(home: OpenNode, index: int) -> bool:
    entry = home.node.holding.home.entries[index]
    peer = home.node.holding.peer
    return isinstance(entry, Issued) and peer.reply(entry.act, peer.size) is not None


def _in_force(scene: Scene, agreement: str, text: Instrument) -> InForce:
    version = scene.status(agreement).version
    return InForce(
        id=agreement,
        title=text.title,
        phase=scene.status(agreement).phase,
        version=None if version is None else version.instrument.version,
        digest=text.digest,
        since=None if version is None else version.since,
    )


def _officers(home: OpenNode, scene: Scene, agreement: str) -> tuple[OfficerRow, ...]:
    people, holding = home.node.people, home.node.holding
    rows: list[OfficerRow] = []
    for copy in (holding.home, holding.peer):
        found = life.appointments(
            scene.life(agreement), copy.party, scene.received_at, listed=people.envoys(copy, copy.size)
        )
        rows += [
            OfficerRow(party=copy.party, officer=officer, office=held.role, limit_usd=held.limit_usd, since=held.since)
            for officer, held in found.items()
        ]
    return tuple(rows)


def _duty(duty: Duty) -> DutyRow:
    return DutyRow(
        agreement=duty.agreement,
        paragraph=duty.paragraph,
        state=duty.state,
        debtor=duty.debtor,
        does=duty.does,
        after=duty.after,
        started_by=duty.started_by,
        started_at=duty.started_at,
        due_at=duty.due_at,
        met_at=duty.met_at,
        met_by=duty.met_by,
        days_late=duty.days_late,
    )


def _entry(home: OpenNode, entry: Entry) -> EntryRow:
    kind: str | None = None
    ruling: str | None = None
    cites: Sequence[str] = ()
    match entry:
        case Issued() | Received():
            about, kind = entry.act, _kind(home, entry)
            ruled = entry.ruling.ruling
            ruling = "permit" if isinstance(ruled, Permit) else ruled.ground.value
            cites = ruled.cites
        case Destroyed():
            about = entry.act
        case Withheld():
            about = "the journal's head"
        case Opened():
            about = f"{entry.party} epoch {entry.epoch}"
        case Keyed():
            about = f"{entry.party} list {entry.number}"
        case _:
            assert_never(entry)
    return EntryRow(
        log=entry.log,
        index=entry.index,
        recorded_at=entry.recorded_at,
        type=type(entry).__name__.lower(),
        about=about,
        kind=kind,
        ruling=ruling,
        cites=tuple(cites),
    )


def _kind(home: OpenNode, entry: Issued | Received) -> str | None:
    holding = home.node.holding
    copy = holding.author_copy(entry.act)
    issuing = None if copy is None else copy.entry_issuing(entry.act)
    signed = None if issuing is None else holding.readable(issuing)
    return None if signed is None else signed.statement.kind
