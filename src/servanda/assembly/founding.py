"""Founding: the keys, settings and database of a new exercise node, and new keys for its officers.

Rules of this module:
- what is there already is never overwritten;
- an exercise clock may begin at another hour than the machine's; afterwards it moves forward only;
- a key that an act is to name is on disk before the act is said, and is taken away again if the act is refused.

Spec: record 9.1, 9.3, 9.7, 11.6.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from servanda.act.ruling import Permit
from servanda.adapters.clock import SystemClock
from servanda.adapters.keyfiles import officer_file, write_new_keys, write_officer
from servanda.adapters.sqlite import SqliteStore
from servanda.assembly.opening import CLOCK_OFFSET, DATABASE, OpenNode, Ruled, own_list
from servanda.base.errors import UsageError
from servanda.base.limits import KEY_LIST_ENVELOPE_BYTES_MAX
from servanda.node.identity import EXERCISE
from servanda.node.ports import Space
from servanda.seal.keylist import read_list
from servanda.seal.keys import Alg, SecretKey, generate
from servanda.settings import Address, NodeSettings, PeerSettings, Settings, read_settings, write_settings

SETTINGS = "node.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Founded:
    """A new node.

    Args:
        path: its settings file.
        listed: file of its key list, to be handed to the other nation.
        fingerprint: of that list, to be read aloud.
        peer_list: where the other nation's key list belongs.
        envoys: the officers its key list names.
    """

    path: Path
    listed: Path
    fingerprint: str
    peer_list: Path
    envoys: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a new exercise node is to be.

    Args:
        data: folder of all that it keeps.
        settings: file of its settings; `node.toml` in that folder where none is named.
        name, peer_name: node names, which begin with `exercise.`.
        begins_at: hour that its clock begins with, that of the machine where none is named.
    """

    party: str
    peer: str
    data: Path
    settings: Path | None = None
    name: str | None = None
    peer_name: str | None = None
    bind: str | None = None
    peer_url: str | None = None
    folder: Path | None = None
    begins_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRow:
    """A key of a list in one line, by its id."""

    use: str
    alg: str
    key: str
    name: str
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """A key list, with the fingerprint that is read aloud."""

    party: str
    number: int
    issued_at: datetime
    fingerprint: str
    digest: str
    keys: tuple[KeyRow, ...]


def found_exercise(plan: Plan) -> Founded:
    """Make every key, the settings and the database of an exercise node.

    Raises:
        UsageError: `settings_exist`, `keys_exist`, `exercise_mixed`, `settings_wrong`, or a folder that cannot be
            written.
    """
    path = plan.settings or plan.data / SETTINGS
    settings = _settings(plan)
    try:
        for folder in (path.parent, settings.node.data, settings.node.high_water.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            "data_unwritable", f"`{plan.data}` cannot be made: {error.strerror}", action="name another folder"
        ) from error
    write_settings(path, settings)
    try:
        # What does not read again is refused before a key is made.
        return _founded(path, read_settings(path), plan.begins_at)
    except BaseException:
        path.unlink()
        raise


def _founded(path: Path, settings: Settings, begins_at: datetime | None) -> Founded:
    now = SystemClock().now()
    made = write_new_keys(
        settings.keys,
        party=settings.node.party,
        name=settings.node.name,
        peer=settings.peer.party,
        issued_at=begins_at or now,
    )
    store = SqliteStore(settings.node.data / DATABASE)
    try:
        with store.writing():
            offset_s = 0 if begins_at is None else int((begins_at - now).total_seconds())
            store.put(Space.NOTE, CLOCK_OFFSET, str(offset_s).encode())
    finally:
        store.close()
    return Founded(
        path=path,
        listed=made.path,
        fingerprint=made.listed.fingerprint,
        peer_list=settings.peer.keys,
        envoys=made.envoys,
    )


def _settings(plan: Plan) -> Settings:
    data = plan.data.absolute()
    return Settings(
        node=NodeSettings(
            name=plan.name or _named(plan.party),
            party=plan.party,
            data=data / "data",
            high_water=data / "mark" / "high-water",
            exercise=True,
        ),
        keys=data / "keys",
        peer=PeerSettings(
            party=plan.peer,
            name=plan.peer_name or _named(plan.peer),
            keys=data / f"{plan.peer}.keys",
            url=plan.peer_url,
            folder=plan.folder or data / "bundles",
        ),
        link=None if plan.bind is None else _address(plan.bind),
    )


def _address(bind: str) -> Address:
    host, _, port = bind.rpartition(":")
    if not host or not port.isdecimal():
        raise UsageError("settings_wrong", f"`{bind}` is not `host:port`", action="name both, such as `127.0.0.1:8443`")
    return Address(host.strip("[]"), int(port))


def _named(party: str) -> str:
    return f"{EXERCISE}{party.lower()}.node"


def key_list(path: Path) -> ListPage:
    """A key list as it was handed over. Nothing is verified here: people compare its fingerprint.

    Raises:
        UsageError: `keys_unreadable`.
        MalformedError, IntegrityError: it does not read.
    """
    try:
        with path.open("rb") as stream:
            raw = stream.read(KEY_LIST_ENVELOPE_BYTES_MAX + 1)
    except OSError as error:
        raise UsageError(
            "keys_unreadable", f"the key list `{path}` cannot be read: {error.strerror}", action="name its file"
        ) from error
    listed = read_list(raw)
    return ListPage(
        party=listed.party,
        number=listed.number,
        issued_at=listed.issued_at,
        fingerprint=listed.fingerprint,
        digest=listed.digest,
        keys=tuple(
            KeyRow(use=key.use, alg=key.public.alg.value, key=key.public.key_id, name=key.name, until=key.until)
            for key in listed.keys
        ),
    )


def own_key_list(settings: Path) -> ListPage:
    """The own key list, by the settings of its node.

    Raises:
        UsageError: the settings or the list cannot be read.
    """
    return key_list(own_list(read_settings(settings)))


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
    """A new keyring for an officer, which stays if the act that names its key is permitted.

    Args:
        replacing: whether the officer has a keyring already; it is put aside under the id of its key, and put back if
            the act is refused.

    Raises:
        UsageError: `officer_name`, `keys_exist`, `passphrase_missing`, or a keyring or folder that cannot be used.
    """
    if not home.settings.node.exercise:
        raise UsageError(
            "passphrase_missing",
            "a keyring outside an exercise is made by its officer, under a passphrase",
            action="have the officer make the key and name it with `--keys`",
        )
    path = officer_file(home.settings.keys, officer)
    aside: Path | None = None
    if replacing:
        aside = path.with_suffix(f".{own_key(home, officer).public.key_id[:16]}")
        os.replace(path, aside)
    made = NewKey(generate(Alg.ED25519))
    try:
        written = write_officer(home.settings.keys, officer, made.secret, passphrase=None)
    except BaseException:
        _put_back(aside, path)
        raise
    try:
        yield made
    finally:
        if not made.is_kept:
            written.unlink()
            _put_back(aside, path)
        home.keys.sign_out(officer)


def _put_back(aside: Path | None, path: Path) -> None:
    if aside is not None:
        os.replace(aside, path)


def own_key(home: OpenNode, officer: str) -> SecretKey:
    """The key of an officer who has a keyring here.

    Raises:
        UsageError: `keyring_missing` or another failure of the keyring.
    """
    return home.keys.officer(officer)[0]
