"""The keys of a node and its officers as keyring files in one folder.

Rules of this module:
- one file a key, readable by its owner alone: `<use>-<alg>.keyring`, an officer's under `officers/`;
- keyrings of an exercise open without a passphrase, all others with one, and a node opens only its own sort;
- what is open stays open for the session; `sign_out` forgets an officer's keys;
- new keys come with the first key list, which names the root keys it is signed with, and its fingerprint.

Spec: record 9.1, 9.2, 9.5, 9.7.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from servanda.adapters.folder import write_whole
from servanda.base.errors import UsageError
from servanda.seal import keylist, keyring
from servanda.seal.certificate import TLS, certify, make_certificate
from servanda.seal.keylist import KeyList, ListedKey
from servanda.seal.keys import Alg, PublicKey, SecretKey, generate

Passphrase = Callable[[str], str]

_OFFICER = re.compile(r"[a-z]{2,8}/[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?").fullmatch
_OFFICERS = "officers"
_KEYRING, _WAITING = ".keyring", ".waiting"
_ROOT, _LOG, _WITNESS, _LINK, _SEAL = "root", "log", "witness", "link", "seal"
_OFFICER_USE = "officer"
# What an exercise makes; a real node adds an ML-DSA-44 key for log and witness. Spec: record 6.2, 9.1.
_NODE_KEYS = (
    (_ROOT, Alg.ED25519),
    (_ROOT, Alg.ML_DSA_44),
    (_LOG, Alg.ED25519),
    (_WITNESS, Alg.ED25519),
    (_LINK, Alg.ED25519),
    (_SEAL, Alg.MLKEM768X25519),
    (TLS, Alg.ED25519),
)
_ENVOYS = ("envoy-1", "envoy-2")


class FileKeys:
    """The secret keys of a node, opened when they are first asked for.

    Args:
        folder: where the keyring files lie.
        exercise: whether this is an exercise node; keyrings of the other sort are refused.
        passphrase: asks for the passphrase of a use or an officer; None where nobody can be asked.
    """

    def __init__(self, folder: Path, *, exercise: bool, passphrase: Passphrase | None = None) -> None:
        self._folder = folder
        self._exercise = exercise
        self._passphrase = passphrase
        self._open: dict[Path, SecretKey] = {}
        self._officers: dict[str, tuple[SecretKey, ...]] = {}

    def root(self) -> Sequence[SecretKey]:
        """Root keys, which an exercise alone keeps in this folder."""
        return self._of(_ROOT, Alg.ED25519, Alg.ML_DSA_44)

    def log(self) -> Sequence[SecretKey]:
        """Log keys: Ed25519 and, outside an exercise, ML-DSA-44."""
        return self._of(_LOG, Alg.ED25519, Alg.ML_DSA_44)

    def witness(self) -> Sequence[SecretKey]:
        """Keys that cosign the peer's log: Ed25519 and, outside an exercise, ML-DSA-44."""
        return self._of(_WITNESS, Alg.ED25519, Alg.ML_DSA_44)

    def link(self) -> SecretKey:
        """The key that signs bundles."""
        return self._of(_LINK, Alg.ED25519)[0]

    def seal(self) -> SecretKey:
        """The key that payloads and bundles for this node are sealed to."""
        return self._of(_SEAL, Alg.MLKEM768X25519)[0]

    def tls(self) -> SecretKey:
        """The key that the node shows to its peer on the link."""
        return self._of(TLS, Alg.ED25519)[0]

    def seal_public(self) -> PublicKey:
        """The public half of the sealing key; its keyring stays closed."""
        return key_of(self._folder / _name(_SEAL, Alg.MLKEM768X25519))

    def officer(self, officer: str) -> Sequence[SecretKey]:
        """Keys of an officer, whose keyring is opened where it opens without a passphrase or somebody can be asked.

        Raises:
            UsageError: `officer_name`, `keyring_closed`, `keyring_missing`, `keyring_exposed`, `exercise_mixed` or
                `passphrase_wrong`.
        """
        if officer not in self._officers:
            path = officer_file(self._folder, officer)
            self._officers[officer] = (self._unlock(path, officer),)
        return self._officers[officer]

    def officers(self) -> tuple[str, ...]:
        """Every officer who has a keyring here, open or not."""
        return _named(self._folder, _KEYRING)

    def waiting(self, officer: str) -> SecretKey:
        """The new key of an officer that waits for the act that names it.

        Raises:
            UsageError: as `officer`.
        """
        return self._unlock(waiting_file(self._folder, officer), officer)

    def sign_out(self, officer: str) -> None:
        """Forget the keys of an officer."""
        self._officers.pop(officer, None)

    def _of(self, use: str, *algs: Alg) -> tuple[SecretKey, ...]:
        """The keys of a use; those after the first may be absent."""
        paths = [self._folder / _name(use, alg) for alg in algs]
        for path in paths[:1] + [path for path in paths[1:] if path.exists()]:
            if path not in self._open:
                self._open[path] = self._unlock(path, use)
        return tuple(self._open[path] for path in paths if path in self._open)

    def _unlock(self, path: Path, whose: str) -> SecretKey:
        data = _read(path)
        if keyring.label(data).exercise is not self._exercise:
            raise UsageError(
                "exercise_mixed",
                f"the keyring `{path}` is {'not ' if self._exercise else ''}one of an exercise",
                action="use keys of an exercise on an exercise node only",
            )
        if self._exercise:
            return keyring.unlock(data, None)
        if self._passphrase is None:
            raise UsageError("keyring_closed", f"the keyring of `{whose}` is closed", action=f"sign in as `{whose}`")
        return keyring.unlock(data, self._passphrase(whose))


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKeys:
    """What `write_new_keys` has made.

    Args:
        listed: the first key list, to be handed to the other nation; its `fingerprint` is read aloud.
        path: the file it lies in.
        envoys: the officers it names.
    """

    listed: KeyList
    path: Path
    envoys: tuple[str, ...]


def write_new_keys(folder: Path, *, party: str, name: str, peer: str, issued_at: datetime) -> NewKeys:
    """Make every key of an exercise node, two envoys' keys and the first key list.

    Args:
        party, peer: codes of the own Party and of the other.
        name: name of the node.

    Raises:
        UsageError: `keys_exist`, `exercise_mixed` for a name that does not say exercise, `keys_unwritable`.

    Spec: record 9.7.
    """
    if not name.startswith("exercise."):
        raise UsageError(
            "exercise_mixed",
            f"`{name}` does not say that it is an exercise, and these keys open without a passphrase",
            action="name the node `exercise.<name>`",
        )
    secrets = [(use, generate(alg)) for use, alg in _NODE_KEYS]
    envoys = tuple((f"{party.lower()}/{envoy}", generate(Alg.ED25519)) for envoy in _ENVOYS)
    names = {_LOG: f"{name}/{peer.lower()}/1", _WITNESS: f"{name}/witness", _ROOT: party}
    listed = [ListedKey(use=use, public=secret.public, name=names.get(use, name)) for use, secret in secrets]
    listed += [ListedKey(use=_OFFICER_USE, public=secret.public, name=officer) for officer, secret in envoys]
    roots = [secret for use, secret in secrets if use == _ROOT]
    bare = keylist.make(party=party, previous=None, issued_at=issued_at, keys=listed, roots=roots)
    certificates = [make_certificate(secret, name) for use, secret in secrets if use == TLS]
    raw = certify(bare, certificates, roots)
    files = {folder / _name(use, secret.alg): secret for use, secret in secrets}
    files |= {officer_file(folder, officer): secret for officer, secret in envoys}
    path = folder / f"{party}.keys"
    taken = [file for file in (*files, path) if file.exists()]
    if taken:
        raise _exist(taken[0])
    for file, secret in files.items():
        _write(file, keyring.lock(secret, None))
    _write(path, raw, mode=0o644)
    return NewKeys(listed=keylist.read_list(raw), path=path, envoys=tuple(officer for officer, _ in envoys))


def write_officer(
    folder: Path, officer: str, secret: SecretKey, *, passphrase: str | None, waits: bool = False
) -> Path:
    """Lay down the keyring of an officer.

    Args:
        passphrase: None in an exercise.
        waits: whether its place is still to come, once an act that names the key is in the log.

    Raises:
        UsageError: `officer_name`, `keys_exist` or `keys_unwritable`.
    """
    path = waiting_file(folder, officer) if waits else officer_file(folder, officer)
    if path.exists():
        raise _exist(path)
    _write(path, keyring.lock(secret, passphrase))
    return path


def key_of(path: Path) -> PublicKey:
    """The public half of a keyring's key; the keyring stays closed.

    Raises:
        UsageError: `keyring_exposed` or `keyring_missing`.
    """
    return keyring.label(_read(path)).public


def officer_file(folder: Path, officer: str) -> Path:
    """Where the keyring of an officer lies: `jp/supply-2` in `officers/jp_supply-2.keyring`.

    Raises:
        UsageError: `officer_name`.
    """
    if not _OFFICER(officer):
        raise UsageError(
            "officer_name",
            f"`{officer}` is no name of an officer",
            action="write party and office in lower case, such as `jp/supply-2`",
        )
    return folder / _OFFICERS / f"{officer.replace('/', '_')}{_KEYRING}"


def waiting_file(folder: Path, officer: str) -> Path:
    """Where a new key of an officer lies until an act that names it is in the log.

    Raises:
        UsageError: `officer_name`.
    """
    return officer_file(folder, officer).with_suffix(_WAITING)


def waiting_officers(folder: Path) -> tuple[str, ...]:
    """Every officer for whom a new key waits."""
    return _named(folder, _WAITING)


def _named(folder: Path, suffix: str) -> tuple[str, ...]:
    paths = (folder / _OFFICERS).glob(f"*{suffix}")
    return tuple(sorted(name for path in paths if _OFFICER(name := path.stem.replace("_", "/", 1))))


def _name(use: str, alg: Alg) -> str:
    return f"{use}-{alg.value}{_KEYRING}"


def _read(path: Path) -> bytes:
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise UsageError(
                "keyring_exposed",
                f"others may read the keyring `{path}`",
                action=f"run `chmod 600 {path}`, and change the key if somebody has",
            )
        return path.read_bytes()
    except OSError as error:
        raise UsageError(
            "keyring_missing",
            f"the keyring `{path}` cannot be read: {error.strerror}",
            action="restore it, or name its folder under `[keys]`",
        ) from error


def _write(path: Path, data: bytes, *, mode: int = 0o600) -> None:
    try:
        for folder in (path.parent.parent, path.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(path, data, mode=mode)
    except OSError as error:
        raise UsageError(
            "keys_unwritable", f"`{path}` cannot be written: {error.strerror}", action="see to the folder of the keys"
        ) from error


def _exist(path: Path) -> UsageError:
    return UsageError(
        "keys_exist",
        f"`{path}` is there already, and a key is never overwritten",
        action=f"move the files in `{os.fspath(path.parent)}` away first",
    )
