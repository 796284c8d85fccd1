"""Key lists: the own one, and those of the peer that were accepted here.

Rules of this module:
- the first list of a nation names its root keys, is signed by them, and is taken for its fingerprint read aloud;
- a later one follows it by number and digest, and is signed by the same roots;
- a list of another Party, node or sort (exercise or real) is refused.

Spec: record 9.2, 9.7.
"""

from __future__ import annotations

from servanda.base.errors import IntegrityError, UsageError
from servanda.node.holding import LogCopy
from servanda.node.identity import Identity
from servanda.node.people import People
from servanda.node.ports import Space, Store
from servanda.seal.keylist import KeyList, open_list, read_list
from servanda.seal.keys import Alg, PublicKey

ROOT = "root"


class Lists:
    """The key lists in force on both sides, as the own log names them."""

    def __init__(self, *, store: Store, home: LogCopy, people: People, identity: Identity) -> None:
        self._store = store
        self._home = home
        self._people = people
        self._identity = identity

    @property
    def own(self) -> KeyList:
        """The own list in force.

        Raises:
            UsageError: `node_not_begun`.
        """
        return self._named(self._identity.party)

    @property
    def peer(self) -> KeyList:
        """The peer's list accepted last.

        Raises:
            UsageError: `node_not_begun`.
        """
        return self._named(self._identity.peer_party)

    def has(self, party: str) -> bool:
        return self._home.key_list(party, self._home.size) is not None

    def _named(self, party: str) -> KeyList:
        digest = self._home.key_list(party, self._home.size)
        if digest is None:
            raise UsageError(
                "node_not_begun",
                f"no key list of `{party}` was accepted here",
                action="run `servanda node init`, hand the key lists over and name the peer's in the settings",
            )
        return self._people.key_list(digest)

    def by_digest(self, digest: str) -> KeyList:
        """A list accepted here, by the SHA-256 of its body."""
        return self._people.key_list(digest)

    def peer_key(self, use: str) -> PublicKey:
        """The peer's newest key for one use: link, seal or tls."""
        return self.peer.of_use(use)[-1].public

    def take_first(self, raw: bytes, *, party: str, name: str) -> KeyList:
        """The first list of a nation, which vouches for itself; its fingerprint is compared by people.

        Raises:
            IntegrityError: `key_unknown` for a list without its roots, `origin_wrong` for one of another Party or
                node, `signature_*`, `keys_out_of_order`.
        """
        claimed = read_list(raw)
        roots = [key.public for key in claimed.of_use(ROOT)]
        if not roots:
            raise IntegrityError("key_unknown", f"the key list of `{claimed.party}` names no root key")
        listed = open_list(raw, roots, None)
        self._stand(listed, party, name)
        self._store.put(Space.KEYS, listed.digest, raw)
        return listed

    def take_next(self, raw: bytes) -> KeyList | None:
        """A later list of the peer; None where it is the one in force or an earlier one.

        Raises:
            IntegrityError: as for the first.
        """
        known = self.peer
        claimed = read_list(raw)
        if claimed.number <= known.number:
            return None
        first = known
        while first.previous is not None:
            first = self._people.key_list(first.previous)
        listed = open_list(raw, [key.public for key in first.of_use(ROOT)], known.place)
        self._stand(listed, self._identity.peer_party, self._identity.peer_name)
        self._store.put(Space.KEYS, listed.digest, raw)
        return listed

    def _stand(self, listed: KeyList, party: str, name: str) -> None:
        names = {key.name for key in listed.of_use("link")}
        if listed.party != party or names != {name}:
            raise IntegrityError(
                "origin_wrong",
                f"the key list is of `{listed.party}`, node `{', '.join(sorted(names))}`, not of `{party}`, `{name}`",
                action="ask the other nation for the key list of its node",
            )
        seals = listed.of_use("seal")
        if not seals or any(key.public.alg is not Alg.MLKEM768X25519 for key in seals):
            raise IntegrityError("key_unknown", f"the key list of `{party}` names no sealing key")
