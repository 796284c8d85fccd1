"""Applying: the entries of the peer's log that a bundle brings, verified before any is held.

Rules of this module:
- entries are taken up to a signed head whose root this node computes itself, without gaps, or not at all;
- what an entry says of us must be true: seen is our own root at that size, grows, and is not behind a cosignature that
  the peer gave; a reply is about the act that stands at its source, once;
- entries made under a key list that was not accepted here are not applied;
- every issued act comes with its envelope, and with its payload unless that was destroyed.

Spec: record 5.4, 6.4, 7.4, 10.5.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from servanda.act.act import read_act
from servanda.act.entry import Destroyed, Entry, Issued, Keyed, Opened, Received, decode
from servanda.act.order import rank_after
from servanda.base.errors import IntegrityError, ServandaError
from servanda.log.checkpoint import Checkpoint
from servanda.log.tree import leaf_hash
from servanda.node.correspondence import Correspondence
from servanda.node.holding import Holding, LogCopy
from servanda.node.ports import Space
from servanda.seal.keylist import read_list


def take_entries(holding: Holding, head: Checkpoint, raws: Sequence[bytes], stands: Correspondence) -> None:
    """Add the next entries of the peer's log; memory and store then stand at the head.

    Args:
        raws: the entries from the size held up to the head's.

    Raises:
        IntegrityError: `consistency_invalid` where they do not make the head's root, `seen_*`, `rank_wrong`,
            `entry_misplaced`, `key_unknown`, `origin_wrong`.
    """
    peer = holding.peer
    held = peer.size
    for raw in raws:
        peer.tree.append(leaf_hash(raw))
    root = peer.tree.root(head.size)
    peer.tree.truncate(held)
    if root != head.root:
        raise IntegrityError(
            "consistency_invalid",
            f"the entries sent do not make the root that `{head.log}` signs at size {head.size}",
            action="nothing was applied; ask the peer for its log again",
        )
    for raw in raws:
        entry = decode(raw, log=peer.name, index=peer.size, not_before=peer.last_time)
        _stand(holding, entry, stands)
        holding.store.append(peer.name, entry.index, raw)
        holding.add(peer, raw, entry)


def missing(
    holding: Holding, raws: Sequence[bytes], envelopes: Mapping[str, bytes], payloads: Mapping[str, bytes]
) -> tuple[str, ...]:
    """Digests of envelopes and commitments of payloads that the entries need and nobody has brought yet."""
    peer = holding.peer
    entries = [decode(raw, log=peer.name, index=peer.size + place) for place, raw in enumerate(raws)]
    gone = {entry.act for entry in entries if isinstance(entry, Destroyed)}
    wanted: list[str] = []
    for entry in entries:
        if not isinstance(entry, Issued):
            continue
        raw = envelopes.get(entry.envelope) or holding.store.get(Space.ENVELOPE, entry.envelope)
        if raw is None:
            wanted.append(entry.envelope)
            continue
        commit = _commit(raw)
        if commit is None or entry.act in gone or commit in payloads or holding.vault.fetch(commit) is not None:
            continue
        wanted.append(commit)
    return tuple(dict.fromkeys(wanted))


def keep(
    holding: Holding,
    raws: Sequence[bytes],
    wanted: Sequence[str],
    envelopes: Mapping[str, bytes],
    payloads: Mapping[str, bytes],
) -> None:
    """Keep the envelopes and sealed payloads that the entries name, or that were asked for; nothing else."""
    peer = holding.peer
    entries = [decode(raw, log=peer.name, index=peer.size + place) for place, raw in enumerate(raws)]
    named = {entry.envelope for entry in entries if isinstance(entry, Issued)} | set(wanted)
    for digest, raw in envelopes.items():
        if digest in named:
            holding.store.put(Space.ENVELOPE, digest, raw)
            named.add(_commit(raw) or "")
    for commit, sealed in payloads.items():
        if commit in named:
            holding.vault.lay(commit, sealed)


def digest_of(envelope: bytes) -> str:
    """Name of an envelope among those kept."""
    return hashlib.sha256(envelope).hexdigest()


def _commit(envelope: bytes) -> str | None:
    """Commitment of an act's payload; None for an act without, or one that cannot be read and is ruled invalid."""
    try:
        return read_act(envelope).statement.payload_commit
    except ServandaError:
        return None


def _stand(holding: Holding, entry: Entry, stands: Correspondence) -> None:
    """What the entry says of both logs is true.

    No circle can come about: its own size is in no root of ours that it could have seen.

    Spec: record 5.4, 9.2.
    """
    if isinstance(entry, Opened | Keyed):
        _accepted(holding, entry)
    if not isinstance(entry, Issued | Received):
        return
    seen, home, peer = entry.seen, holding.home, holding.peer
    if seen.log != home.name or seen.size > home.size or seen.root != home.tree.root(seen.size):
        raise _wrong("seen_impossible", entry, f"it names {seen.size} entries of `{seen.log}`, which never stood so")
    if seen.size < max(peer.last_seen, stands.floor(entry.index)):
        raise _wrong("seen_shrank", entry, f"it has seen {seen.size} entries, its node held more before")
    if isinstance(entry, Received):
        if not peer.replied <= entry.source[1] < seen.size or not is_source(home, entry):
            raise _wrong("entry_misplaced", entry, "it replies to no act of ours, or to one that has its reply")
        return
    due = rank_after(peer.rank_below(entry.index), home.rank_below(seen.size))
    if entry.rank != due:
        raise _wrong("rank_wrong", entry, f"its rank is {entry.rank}, by what it has seen it is {due}")


def is_source(copy: LogCopy, reply: Received) -> bool:
    """Whether a reply is about the act that stands at its source in this log."""
    log, index = reply.source
    source = copy.entries[index] if log == copy.name and index < copy.size else None
    return isinstance(source, Issued) and (source.act, source.envelope) == (reply.act, reply.envelope)


def _accepted(holding: Holding, entry: Opened | Keyed) -> None:
    """The list that the peer goes on under is one of its own Party that was accepted here.

    Spec: record 9.2.
    """
    party = holding.peer.party
    if isinstance(entry, Opened) and entry.party != party:
        raise _wrong("origin_wrong", entry, f"it opens the log of `{entry.party}`, not of `{party}`")
    if entry.party != party:
        return
    raw = holding.store.get(Space.KEYS, entry.keys)
    if raw is None or read_list(raw).party != party:
        raise _wrong("key_unknown", entry, f"key list `{entry.keys[:16]}` of `{party}` was not accepted here")


def _wrong(code: str, entry: Entry, why: str) -> IntegrityError:
    return IntegrityError(
        code, f"entry {entry.index} of `{entry.log}`: {why}", action="nothing was applied; ask the peer's node"
    )
