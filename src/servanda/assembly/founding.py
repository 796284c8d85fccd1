"""Founding: the keys, settings and database of a new exercise node.

Rules of this module:
- what is there already is never overwritten;
- a founding that was cut short is begun anew, or ended; its settings make the node, and come last but for the keys;
- an exercise clock may begin at another hour than the machine's; afterwards it moves forward only.

Spec: record 9.1, 9.7, 11.6.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from servanda.adapters.clock import SystemClock
from servanda.adapters.durable import fsync_folder
from servanda.adapters.keyfiles import write_new_keys
from servanda.adapters.sqlite import SqliteStore
from servanda.assembly.opening import CLOCK_OFFSET, DATABASE, own_list
from servanda.base.errors import UsageError
from servanda.base.limits import KEY_LIST_ENVELOPE_BYTES_MAX
from servanda.node.identity import EXERCISE
from servanda.node.ports import Space
from servanda.seal.keylist import read_list
from servanda.settings import (
    Address,
    NodeSettings,
    PeerSettings,
    Settings,
    as_written,
    read_settings,
    write_settings,
)

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
    # What does not read again is refused before a key is made.
    settings = as_written(path, _settings(plan))
    try:
        for folder in (path.parent, settings.node.data, settings.node.high_water.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        waiting = settings.keys.with_name(f"{settings.keys.name}.part")
        # Settings whose keys still wait: a founding was cut short at its last step.
        if not (waiting.exists() and path.exists() and read_settings(path) == settings):
            _make(path, settings, waiting, plan.begins_at)
        os.rename(waiting, settings.keys)
        fsync_folder(settings.keys.parent)
    except OSError as error:
        raise UsageError(
            "data_unwritable", f"`{plan.data}` cannot be made: {error.strerror}", action="name another folder"
        ) from error
    listed = read_list(own_list(settings).read_bytes())
    return Founded(
        path=path,
        listed=own_list(settings),
        fingerprint=listed.fingerprint,
        peer_list=settings.peer.keys,
        envoys=tuple(key.name for key in listed.of_use("officer")),
    )


def _make(path: Path, settings: Settings, waiting: Path, begins_at: datetime | None) -> None:
    """Make keys, database and settings; the keys wait beside their place, since the settings make the node.

    Args:
        waiting: what a founding that was cut short left there was told to nobody, and is cleared away.
    """
    if path.exists():
        raise UsageError("settings_exist", f"`{path}` is there already", action="name another file, or move it away")
    if settings.keys.exists() and any(settings.keys.iterdir()):
        raise UsageError(
            "keys_exist",
            f"`{settings.keys}` holds keys already, and a key is never overwritten",
            action="move it away first, or name another folder",
        )
    shutil.rmtree(waiting, ignore_errors=True)
    now = SystemClock().now()
    try:
        write_new_keys(
            waiting,
            party=settings.node.party,
            name=settings.node.name,
            peer=settings.peer.party,
            issued_at=begins_at or now,
        )
        _set_clock(settings, now, begins_at)
        write_settings(path, settings)
    except BaseException:
        shutil.rmtree(waiting, ignore_errors=True)
        raise


def _set_clock(settings: Settings, now: datetime, begins_at: datetime | None) -> None:
    """The hour that the clock begins with, into the new database."""
    store = SqliteStore(settings.node.data / DATABASE)
    try:
        with store.writing():
            offset_s = 0 if begins_at is None else int((begins_at - now).total_seconds())
            store.put(Space.NOTE, CLOCK_OFFSET, str(offset_s).encode())
    finally:
        store.close()


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
