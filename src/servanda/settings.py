"""One TOML file: where things are, and never what is allowed.

Rules of this module:
- what the file says is read whole and checked before anything is opened; one value comes of it, which never changes;
- a name that is not known is refused with the nearest one that is, so that no setting is silently without effect;
- paths count from the folder of the file;
- a bound may be lowered, never raised: the peer counts on it;
- exercise and real never mix: node names say which, on both sides, and so does the file.

Spec: record 5.1 (names), 9.6 (plain HTTP on loopback alone), 9.7 (exercise), 12 (limits).
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path
from typing import Any, NamedTuple

from servanda.base import limits
from servanda.base.errors import UsageError

EXERCISE = "exercise."
PORT_MAX = 65_535
FILE_BYTES_MAX = 65_536

_PARTY = re.compile(r"[A-Z]{2,8}").fullmatch
_AGREEMENT_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*").fullmatch
_NODE_NAME = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,62}[a-z0-9])?").fullmatch
_BIND = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([^\[\]:/]+)):([0-9]{1,5})").fullmatch


class Address(NamedTuple):
    """Where something listens; port 0 takes a free one."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeSettings:
    """This node.

    Args:
        name: name of the node, by which its logs are called.
        data: folder of the database.
        high_water: file of the high-water mark, best on another file system.
        exercise: whether nothing here is real.
    """

    name: str
    party: str
    data: Path
    high_water: Path
    exercise: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerSettings:
    """The other node.

    Args:
        keys: file of its first key list.
        url: `https://host:port` of its exchange, None where bundles go as files alone.
        folder: where bundle files are laid and found, None where there are none.
    """

    party: str
    name: str
    keys: Path
    url: str | None = None
    folder: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistSettings:
    """A list of the own steps to consent; the other nation never sees it.

    Args:
        path: its file.
        agreement: the one whose texts it is for, None for every agreement that has no list of its own.
    """

    path: Path
    agreement: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The bounds that a node may lower: those of its edges.

    Args:
        stream_http_bytes_max: longest stream of a bundle over HTTPS [bytes].
        stream_file_bytes_max: longest stream of a bundle file [bytes].
        exchanges_at_once_max: exchanges of the peer that run at once.
        request_age_max_s: longest time for a request to arrive whole [s].
    """

    stream_http_bytes_max: int = limits.STREAM_HTTP_BYTES_MAX
    stream_file_bytes_max: int = limits.STREAM_FILE_BYTES_MAX
    exchanges_at_once_max: int = limits.EXCHANGES_AT_ONCE_MAX
    request_age_max_s: int = limits.REQUEST_AGE_MAX_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything a node is told by its file.

    Args:
        keys: folder of the keyring files.
        agreements: texts to be found by path; which is in force the record says, not this file.
        link: where the exchange listens, None where the node only calls.
        console: where the console listens, on loopback.
        checklists: own steps to consent, at most one list for an agreement.
    """

    node: NodeSettings
    keys: Path
    peer: PeerSettings
    agreements: tuple[Path, ...] = ()
    link: Address | None = None
    console: Address | None = None
    limits: Limits = field(default_factory=Limits)
    checklists: tuple[ChecklistSettings, ...] = ()


def read_settings(path: Path) -> Settings:
    """The settings of a file.

    Raises:
        UsageError: `settings_unreadable`, `settings_unknown`, `settings_missing`, `settings_wrong`, `limit_raised` or
            `exercise_mixed`.
    """
    return _settings(path, _toml(path))


def as_written(path: Path, settings: Settings) -> Settings:
    """The settings that a file would say which `write_settings` has written.

    Raises:
        UsageError: as `read_settings`.
    """
    return _settings(path, tomllib.loads(_text(settings, path.parent.absolute())))


def _settings(path: Path, values: dict[str, Any]) -> Settings:
    top = _Table(values, path, "", ("node", "keys", "agreement", "peer", "link", "console", "limits", "checklist"))
    node = top.table("node", ("name", "party", "data", "high_water", "exercise"))
    peer = top.table("peer", ("party", "name", "url", "folder", "keys"))
    settings = Settings(
        node=NodeSettings(
            name=node.text("name", _NODE_NAME, "a node name such as `exercise.kr.node`"),
            party=node.text("party", _PARTY, "a party code such as `KR`"),
            data=node.path("data"),
            high_water=node.path("high_water"),
            exercise=node.flag("exercise"),
        ),
        keys=top.table("keys", ("folder",)).path("folder"),
        peer=PeerSettings(
            party=peer.text("party", _PARTY, "a party code such as `JP`"),
            name=peer.text("name", _NODE_NAME, "a node name such as `exercise.jp.node`"),
            keys=peer.path("keys"),
            url=peer.text("url", _is_url, "`https://host:port`") if peer.has("url") else None,
            folder=peer.path("folder") if peer.has("folder") else None,
        ),
        agreements=tuple(one.path("path") for one in top.tables("agreement", ("path",))),
        link=top.table("link", ("bind",)).address("bind") if top.has("link") else None,
        console=_console(top.table("console", ("bind",))) if top.has("console") else None,
        limits=_limits(top) if top.has("limits") else Limits(),
        checklists=_checklists(top),
    )
    _check_parties(settings, node, peer)
    return settings


def write_settings(path: Path, settings: Settings) -> None:
    """Write the first settings of a node; paths within the folder of the file are written from there.

    Raises:
        UsageError: `settings_exist`, or `settings_unwritable`.
    """
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("w", encoding="utf-8") as stream:
            stream.write(_text(settings, path.parent.absolute()))
            stream.flush()
            os.fsync(stream.fileno())
        try:
            os.link(part, path)  # whole, and never over another file
        finally:
            part.unlink()
    except FileExistsError as error:
        raise UsageError(
            "settings_exist", f"`{path}` is there already", action="name another file, or move it away"
        ) from error
    except OSError as error:
        raise UsageError(
            "settings_unwritable", f"`{path}` cannot be written: {error.strerror}", action="see to its folder"
        ) from error


class _Table:
    """One table of the file, whose names are all known."""

    def __init__(self, values: dict[str, Any], file: Path, name: str, known: tuple[str, ...]) -> None:
        self._values = values
        self._file = file
        self._name = name
        for key in values:
            if key not in known:
                nearest = get_close_matches(key, known, n=1, cutoff=0.0)
                raise UsageError(
                    "settings_unknown",
                    f"{self.place}: nothing is called `{key}`",
                    action=f"write `{nearest[0]}` if that is meant; known here: {', '.join(known)}",
                )

    @property
    def place(self) -> str:
        return f"`{self._file}` [{self._name}]" if self._name else f"`{self._file}`"

    def has(self, key: str) -> bool:
        return key in self._values

    def table(self, key: str, known: tuple[str, ...]) -> _Table:
        if not isinstance(self._value(key), dict):
            raise self.wrong(key, f"a table `[{key}]`")
        return _Table(self._value(key), self._file, key, known)

    def tables(self, key: str, known: tuple[str, ...]) -> list[_Table]:
        rows = self._values.get(key, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise self.wrong(key, f"tables `[[{key}]]`")
        return [_Table(row, self._file, f"[{key}]", known) for row in rows]

    def text(self, key: str, form: Callable[[str], object], wanted: str) -> str:
        value = self._value(key)
        if not isinstance(value, str) or not form(value):
            raise self.wrong(key, wanted)
        return value

    def path(self, key: str) -> Path:
        return (self._file.parent / self.text(key, lambda text: "\0" not in text and text, "a path")).absolute()

    def flag(self, key: str) -> bool:
        value = self._values.get(key, False)
        if not isinstance(value, bool):
            raise self.wrong(key, "true or false")
        return value

    def bound(self, key: str, highest: int) -> int:
        value = self._values.get(key, highest)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise self.wrong(key, f"a whole number from 1 to {highest}")
        if value > highest:
            raise UsageError(
                "limit_raised",
                f"{self.place}: `{key}` is {value}, and no node may go beyond {highest}",
                action="lower it, or leave it out",
            )
        return value

    def address(self, key: str) -> Address:
        match = _BIND(self.text(key, _BIND, "`host:port`"))
        if match is None or int(match[3]) > PORT_MAX:
            raise self.wrong(key, f"`host:port`, the port at most {PORT_MAX}")
        return Address(match[1] or match[2], int(match[3]))

    def wrong(self, key: str, wanted: str) -> UsageError:
        value = self._values.get(key)
        got = f", got `{value!s:.80}`" if isinstance(value, str | int | float) else ""
        return UsageError(
            "settings_wrong", f"{self.place}: `{key}` is not {wanted}{got}", action=f"correct `{key}` in that file"
        )

    def _value(self, key: str) -> Any:
        if key not in self._values:
            raise UsageError("settings_missing", f"{self.place}: `{key}` is missing", action=f"add `{key}`")
        return self._values[key]


def _toml(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as stream:
            data = stream.read(FILE_BYTES_MAX + 1)
        if len(data) > FILE_BYTES_MAX:
            raise UsageError(
                "settings_unreadable", f"`{path}` has more than {FILE_BYTES_MAX} bytes", action="name a settings file"
            )
        return tomllib.loads(data.decode())
    except OSError as error:
        raise UsageError(
            "settings_unreadable",
            f"the settings `{path}` cannot be read: {error.strerror}",
            action="name the file, or run `servanda node init` to make one",
        ) from error
    except ValueError as error:  # no UTF-8, or no TOML
        raise UsageError("settings_unreadable", f"`{path}` is no TOML: {error}", action="correct that line") from error


def _is_url(text: str) -> bool:
    scheme, _, rest = text.partition("://")
    return scheme == "https" and bool(_BIND(rest.removesuffix("/")))


def _console(table: _Table) -> Address:
    bind = table.address("bind")
    try:
        is_local = bind.host == "localhost" or ip_address(bind.host).is_loopback
    except ValueError:
        is_local = False
    if not is_local:
        raise table.wrong("bind", "an address of this machine alone, such as `127.0.0.1:8080`")
    return bind


def _checklists(top: _Table) -> tuple[ChecklistSettings, ...]:
    found: dict[str | None, ChecklistSettings] = {}
    for row in top.tables("checklist", ("path", "agreement")):
        named = row.has("agreement")
        agreement = row.text("agreement", _AGREEMENT_ID, "the id of an agreement") if named else None
        if agreement in found:
            wanted = "an agreement that no other list is for" if named else "left out in one list alone"
            raise row.wrong("agreement", wanted)
        found[agreement] = ChecklistSettings(path=row.path("path"), agreement=agreement)
    return tuple(found.values())


def _limits(top: _Table) -> Limits:
    known = tuple(bound.name for bound in fields(Limits))
    table = top.table("limits", known)
    highest = Limits()
    return Limits(**{name: table.bound(name, getattr(highest, name)) for name in known})


def _check_parties(settings: Settings, node: _Table, peer: _Table) -> None:
    if settings.node.party == settings.peer.party:
        raise peer.wrong("party", "another party than that of this node")
    if settings.node.name == settings.peer.name:
        raise peer.wrong("name", "another name than that of this node")
    for table, name in ((node, settings.node.name), (peer, settings.peer.name)):
        if name.startswith(EXERCISE) is not settings.node.exercise:
            sort = "an exercise" if settings.node.exercise else "no exercise"
            raise UsageError(
                "exercise_mixed",
                f"{table.place}: this node is {sort}, and `{name}` says otherwise",
                action=f"start both names with `{EXERCISE}` and set `exercise = true`, or neither",
            )


def _text(settings: Settings, folder: Path) -> str:
    """The file that reads as these settings."""

    def written(path: Path) -> str:
        absolute = path.absolute()
        return _quoted(str(absolute.relative_to(folder) if absolute.is_relative_to(folder) else absolute))

    node, peer = settings.node, settings.peer
    rows = [
        "[node]",
        f"name = {_quoted(node.name)}",
        f"party = {_quoted(node.party)}",
        f"exercise = {json.dumps(node.exercise)}",
        f"data = {written(node.data)}",
        "# The high-water mark tells a restored database from a whole one: keep it on another file system.",
        f"high_water = {written(node.high_water)}",
        "",
        "[keys]",
        f"folder = {written(settings.keys)}",
        "",
        "[peer]",
        f"party = {_quoted(peer.party)}",
        f"name = {_quoted(peer.name)}",
        "# The peer's first key list, as handed over; compare its fingerprint by voice.",
        f"keys = {written(peer.keys)}",
    ]
    rows += [f"url = {_quoted(peer.url)}"] if peer.url is not None else []
    rows += [f"folder = {written(peer.folder)}"] if peer.folder is not None else []
    for agreement in settings.agreements:
        rows += ["", "[[agreement]]", f"path = {written(agreement)}"]
    for checklist in settings.checklists:
        rows += ["", "[[checklist]]", f"path = {written(checklist.path)}"]
        rows += [f"agreement = {_quoted(checklist.agreement)}"] if checklist.agreement is not None else []
    for name, bind in (("link", settings.link), ("console", settings.console)):
        rows += ["", f"[{name}]", f"bind = {_quoted(str(bind))}"] if bind is not None else []
    lowered = [bound.name for bound in fields(Limits) if getattr(settings.limits, bound.name) != bound.default]
    if lowered:
        rows += ["", "[limits]"] + [f"{name} = {getattr(settings.limits, name)}" for name in lowered]
    return "\n".join(rows) + "\n"


def _quoted(text: str) -> str:
    """A TOML basic string, which is a JSON string save for one character that JSON leaves bare."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
