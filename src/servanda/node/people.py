"""People: whose key counts for which officer of a Party, at a cut.

Rules of this module:
- envoys stand in the root-signed key list of their Party, for every agreement; all others are appointed by acts;
- a Party's own list holds from its own `opened` or `keyed` entry, which lies in every later cut;
- the new key that an appointment or a rotation names counts for that one act.

Spec: record 3.3, 9.2, 9.3.
"""

from __future__ import annotations

from collections.abc import Mapping

from servanda.base.errors import IntegrityError
from servanda.node.holding import LogCopy
from servanda.node.ports import Space, Store
from servanda.seal.keylist import KeyList, read_list
from servanda.seal.keys import PublicKey

APPOINT = "agreement.officer.appoint"
ROTATE = "agreement.key.rotate"


class People:
    """The key lists a store holds, and the officers they and the acts name."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lists: dict[str, KeyList] = {}

    def key_list(self, digest: str) -> KeyList:
        """A key list by the SHA-256 of its body; its signatures were verified when it was accepted.

        Raises:
            IntegrityError: `key_unknown` where it is not in the store, `list_mismatch` where another one is kept so.
        """
        known = self._lists.get(digest)
        if known is None:
            raw = self._store.get(Space.KEYS, digest)
            if raw is None:
                raise IntegrityError("key_unknown", f"key list `{digest[:16]}` is not in the store")
            known = read_list(raw)
            if known.digest != digest:
                raise IntegrityError("list_mismatch", f"what is kept as key list `{digest[:16]}` is another one")
            self._lists[digest] = known
        return known

    def list_in_force(self, copy: LogCopy, below: int) -> KeyList | None:
        """The list of a log's own Party that holds for its entries from `below` on."""
        digest = copy.key_list(copy.party, below)
        return None if digest is None else self.key_list(digest)

    def envoys(self, copy: LogCopy, below: int) -> Mapping[str, tuple[PublicKey, ...]]:
        """Officer -> keys of the envoys that a Party's key list names."""
        found: dict[str, tuple[PublicKey, ...]] = {}
        listed = self.list_in_force(copy, below)
        for key in () if listed is None else listed.of_use("officer"):
            found[key.name] = (*found.get(key.name, ()), key.public)
        return found
