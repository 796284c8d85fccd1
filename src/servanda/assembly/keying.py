"""Keying: new keys for officers, which an act names before they count.

Rules of this module:
- a key that an act is to name is on disk before the act is said, and waits; it is taken away if the act is refused;
- once the act is in the log the key takes its place, and the one before it is put aside under its id;
- a command that died in between leaves a key that waits: the next one takes it up, and a node that opens puts it in its
  place where the log names it.

Spec: record 9.3.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from servanda.act.entry import Issued
from servanda.act.ruling import Permit
from servanda.adapters.durable import fsync_folder
from servanda.adapters.keyfiles import key_of, officer_file, waiting_file, waiting_officers, write_officer
from servanda.base.errors import UsageError
from servanda.node.people import APPOINT, ROTATE
from servanda.seal.keys import Alg, PublicKey, SecretKey, generate

if TYPE_CHECKING:
    from servanda.assembly.opening import OpenNode, Ruled
    from servanda.node.holding import Holding


class NewKey:
    """A key that was made for an officer and waits for the act that names it.

    Args:
        secret: to sign that act with, as proof of possession.
    """

    def __init__(self, secret: SecretKey) -> None:
        self.secret = secret
        self._is_kept = False

    @property
    def member(self) -> dict[str, str]:
        """The key as a payload names it."""
        return {"alg": self.secret.public.alg.value, "public": self.secret.public.hex}

    @property
    def is_kept(self) -> bool:
        return self._is_kept

    def settle(self, ruled: Ruled) -> None:
        """Keep the key where the act that names it is permitted."""
        self._is_kept = isinstance(ruled.ruling, Permit) and ruled.index is not None


@contextmanager
def new_officer_key(home: OpenNode, officer: str, *, replacing: bool) -> Iterator[NewKey]:
    """A new key for an officer, which takes its place if the act that names it is permitted.

    Args:
        replacing: whether the officer has a keyring already; it is put aside under the id of its key.

    Raises:
        UsageError: `officer_name`, `keys_exist`, `passphrase_missing`, or a keyring or folder that cannot be used.
    """
    if not home.settings.node.exercise:
        raise UsageError(
            "passphrase_missing",
            "a keyring outside an exercise is made by its officer, under a passphrase",
            action="have the officer make the key and name it with `--keys`",
        )
    folder = home.settings.keys
    if not replacing and officer_file(folder, officer).exists():
        raise UsageError(
            "keys_exist", f"`{officer}` has a keyring here", action="name that key, or replace it with `key rotate`"
        )
    waiting = waiting_file(folder, officer)
    if waiting.exists():
        secret = home.keys.waiting(officer)
    else:
        secret = generate(Alg.ED25519)
        write_officer(folder, officer, secret, passphrase=None, waits=True)
    made = NewKey(secret)
    try:
        yield made
    finally:
        with home.alone():
            if made.is_kept:
                _take_place(folder, officer)
            else:
                waiting.unlink(missing_ok=True)
        home.keys.sign_out(officer)


def own_key(home: OpenNode, officer: str) -> SecretKey:
    """The key of an officer who has a keyring here.

    Raises:
        UsageError: `keyring_missing` or another failure of the keyring.
    """
    return home.keys.officer(officer)[0]


def settle_waiting(home: OpenNode) -> None:
    """Put keys that wait in their places where an act in the own log names them."""
    folder = home.settings.keys
    for officer in waiting_officers(folder):
        with home.alone():
            waiting = waiting_file(folder, officer)
            if waiting.exists() and _is_named(home.node.holding, officer, key_of(waiting)):
                _take_place(folder, officer)


def _is_named(holding: Holding, officer: str, key: PublicKey) -> bool:
    """Whether a permitted act of the own log names a key for an officer."""
    for entry in reversed(holding.home.entries):
        if not isinstance(entry, Issued) or not isinstance(entry.ruling.ruling, Permit):
            continue
        signed = holding.readable(entry)
        if signed is None or signed.statement.kind not in (APPOINT, ROTATE):
            continue
        said = holding.residue(signed)
        named = (*said.get("keys", ()), *((said["new"],) if "new" in said else ()))
        if said["officer"] == officer and {"alg": key.alg.value, "public": key.hex} in named:
            return True
    return False


def _take_place(folder: Path, officer: str) -> None:
    """Put the key that waits in its place, within a step that no other process shares."""
    path, waiting = officer_file(folder, officer), waiting_file(folder, officer)
    if not waiting.exists():
        return  # another process has done it, having found it named
    if path.exists():
        os.replace(path, path.with_suffix(f".{key_of(path).key_id[:16]}"))
    os.replace(waiting, path)
    fsync_folder(path.parent)
