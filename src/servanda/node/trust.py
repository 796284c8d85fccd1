"""Trust: whose lines on a head count, from the key lists in force on both sides.

Rules of this module:
- a log's own keys sign its heads; the other node's witness keys say that it is held;
- outside an exercise the post-quantum line is required wherever the other one is.

Spec: record 6.2.
"""

from __future__ import annotations

from collections.abc import Iterable

from servanda.log.checkpoint import LineType, Trust
from servanda.node.identity import Identity
from servanda.node.lists import Lists
from servanda.seal.keylist import ListedKey
from servanda.seal.keys import Alg


def of_log(log: str, lists: Lists, identity: Identity) -> list[Trust]:
    """The keys of a log itself, the own one or the peer's."""
    listed = lists.own if log == identity.log else lists.peer
    return _trusted(log, listed.of_use("log"), LineType.ED25519, identity)


def of_witness(party: str, lists: Lists, identity: Identity) -> list[Trust]:
    """The keys by which a Party's node says that it holds the other's log."""
    own = party == identity.party
    name = f"{identity.name if own else identity.peer_name}/witness"
    listed = lists.own if own else lists.peer
    return _trusted(name, listed.of_use("witness"), LineType.COSIGNATURE, identity)


def of_kept(key: str, lists: Lists, identity: Identity) -> list[Trust]:
    """Whose lines a head must carry that is kept under a name: the peer's, ours as held, the peer's as cosigned."""
    if key == identity.peer_log:
        return of_log(identity.peer_log, lists, identity)
    if key == f"{identity.log}/held":
        return [*of_log(identity.log, lists, identity), *of_witness(identity.peer_party, lists, identity)]
    return [*of_log(identity.peer_log, lists, identity), *of_witness(identity.party, lists, identity)]


def _trusted(name: str, keys: Iterable[ListedKey], classic: LineType, identity: Identity) -> list[Trust]:
    return [
        Trust(name=name, type=LineType.ML_DSA_44 if key.public.alg is Alg.ML_DSA_44 else classic, public=key.public)
        for key in keys
        if key.public.alg is Alg.ED25519 or not identity.exercise
    ]
