"""A keyring file: one secret key, locked under a passphrase or, in an exercise, in the open.

Rules of this module:
- the passphrase is stretched by Argon2id; what the file says of the key is bound to what it holds;
- a file without passphrase is for exercises; it says so itself and is never opened with one;
- a wrong passphrase and a changed file look the same.

Spec: record 9.5, 9.7.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from servanda.base import canon, fields, limits
from servanda.base.errors import IntegrityError, UsageError
from servanda.seal.keys import PublicKey, SecretKey, from_seed, read_public

FORMAT = "servanda-keyring/1"
_SALT_BYTES = 16
_NONCE_BYTES = 12
_TAG_BYTES = 16
_SEED_BYTES = 32
# Least values, with which files are written, and the most that a file may ask this machine for.
_MEMORY_KIB, _MEMORY_KIB_MAX = 65_536, 1_048_576
_ITERATIONS, _ITERATIONS_MAX = 3, 16
_LANES, _LANES_MAX = 1, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What a keyring says of its key while it is locked.

    Args:
        exercise: whether it opens without a passphrase.
    """

    public: PublicKey
    exercise: bool


def lock(secret: SecretKey, passphrase: str | None) -> bytes:
    """The keyring file of a secret key.

    Args:
        passphrase: None for an exercise, where the file opens without one.
    """
    head: dict[str, canon.Json] = {"alg": secret.alg.value, "format": FORMAT, "public": secret.public.hex}
    if passphrase is None:
        return canon.encode({**head, "kdf": {"name": "none"}, "seed": secret.seed.hex()})
    kdf: dict[str, canon.Json] = {
        "iterations": _ITERATIONS,
        "lanes": _LANES,
        "memory_kib": _MEMORY_KIB,
        "name": "argon2id",
        "salt": secrets.token_bytes(_SALT_BYTES).hex(),
    }
    nonce = secrets.token_bytes(_NONCE_BYTES)
    open_members: dict[str, canon.Json] = {**head, "kdf": kdf, "nonce": nonce.hex()}
    sealed = AESGCM(_stretched(passphrase, kdf)).encrypt(nonce, secret.seed, canon.encode(open_members))
    return canon.encode({**open_members, "sealed": sealed.hex()})


def label(data: bytes) -> Label:
    """What a keyring says of its key; nothing is opened.

    Raises:
        MalformedError: `too_large`, `json_*` or `field_*`.
        IntegrityError: `json_not_canonical`, `algorithm_unknown` or `key_invalid`.
    """
    members = canon.decode_object(data, bytes_max=limits.KEYRING_BYTES_MAX)
    if fields.text(members, "format") != FORMAT:
        raise fields.wrong("format", f"`{FORMAT}`")
    name = fields.text(fields.nested(members, "kdf"), "name")
    if name not in ("argon2id", "none"):
        raise fields.wrong("kdf", "argon2id, or none in an exercise")
    public = read_public(
        fields.text(members, "alg"), fields.text(members, "public", characters_max=limits.KEYRING_BYTES_MAX)
    )
    return Label(public=public, exercise=name == "none")


def unlock(data: bytes, passphrase: str | None) -> SecretKey:
    """The secret key of a keyring file.

    Args:
        passphrase: None for a file of an exercise.

    Raises:
        UsageError: `passphrase_wrong`, or `passphrase_missing` where the file is locked.
        MalformedError, IntegrityError: as `label`; `key_invalid` too where the key is not the one the file names.
    """
    said = label(data)
    members = canon.decode_object(data, bytes_max=limits.KEYRING_BYTES_MAX)
    if said.exercise:
        if passphrase is not None:
            raise _wrong_passphrase()
        seed = bytes.fromhex(fields.hex_text(members, "seed", characters=2 * _SEED_BYTES))
    else:
        seed = _opened(members, passphrase)
    secret = from_seed(said.public.alg, seed)
    if secret.public != said.public:
        raise IntegrityError(
            "key_invalid", "the keyring holds another key than it names", action="restore the file from its copy"
        )
    return secret


def _opened(members: dict[str, canon.Json], passphrase: str | None) -> bytes:
    if passphrase is None:
        raise UsageError("passphrase_missing", "the keyring is locked", action="give its passphrase")
    nonce = bytes.fromhex(fields.hex_text(members, "nonce", characters=2 * _NONCE_BYTES))
    sealed = bytes.fromhex(fields.hex_text(members, "sealed", characters=2 * (_SEED_BYTES + _TAG_BYTES)))
    bound = canon.encode({name: value for name, value in members.items() if name != "sealed"})
    try:
        return AESGCM(_stretched(passphrase, fields.nested(members, "kdf"))).decrypt(nonce, sealed, bound)
    except InvalidTag as error:
        raise _wrong_passphrase() from error


def _stretched(passphrase: str, kdf: Mapping[str, canon.Json]) -> bytes:
    """The key that a passphrase stands for, with the costs the file names, within bounds."""
    return Argon2id(
        salt=bytes.fromhex(fields.hex_text(kdf, "salt", characters=2 * _SALT_BYTES)),
        length=32,
        iterations=fields.whole(kdf, "iterations", least=_ITERATIONS, most=_ITERATIONS_MAX),
        lanes=fields.whole(kdf, "lanes", least=_LANES, most=_LANES_MAX),
        memory_cost=fields.whole(kdf, "memory_kib", least=_MEMORY_KIB, most=_MEMORY_KIB_MAX),
    ).derive(passphrase.encode())


def _wrong_passphrase() -> UsageError:
    return UsageError("passphrase_wrong", "the passphrase does not open the keyring", action="try again")
