"""Keys: what signs, what verifies, what payloads are sealed to.

Rules of this module:
- three algorithms and no more; each further one is a verifier the other nation would have to write;
- a public key is valid once built; a signature that does not hold raises, it never answers no;
- an Ed25519 signature means the same in every library: small order and unreduced values are refused first;
- the randomness of an ML-DSA-44 signature is its signer's own; nothing depends on its bytes;
- a secret key never shows its seed.

Spec: record 2.1 to 2.4.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric import ed25519, mldsa, mlkem, x25519

from servanda.base.errors import IntegrityError


class Alg(StrEnum):
    """What a key is for: the first two sign, the last is sealed to."""

    ED25519 = "ed25519"
    ML_DSA_44 = "ml-dsa-44"
    MLKEM768X25519 = "mlkem768x25519"


SEED_BYTES = 32
PUBLIC_BYTES = {Alg.ED25519: 32, Alg.ML_DSA_44: 1312, Alg.MLKEM768X25519: 1216}
SIGNATURE_BYTES = {Alg.ED25519: 64, Alg.ML_DSA_44: 2420}

# Source: RFC 8032 section 5.1, field prime and group order of edwards25519.
_PRIME = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_SIGN_BIT = 2**255
# Source: y of the eight points whose order divides 8: the multiples of an order-8 point, and the neutral point.
_SMALL_ORDER_Y = frozenset(
    (
        0,
        1,
        _PRIME - 1,
        2707385501144840649318225287225658788936804267575313519463743609750303402022,
        _PRIME - 2707385501144840649318225287225658788936804267575313519463743609750303402022,
    )
)
# Source: FIPS 203 section 7.1, the seed d || z of an ML-KEM key.
_MLKEM_SEED_BYTES = 64
_MLKEM_PUBLIC_BYTES = 1184

_Handle = ed25519.Ed25519PrivateKey | mldsa.MLDSA44PrivateKey | hpke.MLKEM768X25519PrivateKey


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicKey:
    """A public key, valid once built.

    Args:
        raw: the bytes of the key, as its algorithm writes them.

    Raises:
        IntegrityError: `key_invalid`, for bytes that are no safe key of that algorithm.
    """

    alg: Alg
    raw: bytes

    def __post_init__(self) -> None:
        if len(self.raw) != PUBLIC_BYTES[self.alg]:
            raise _key_invalid(f"a key of {self.alg} has {PUBLIC_BYTES[self.alg]} bytes, this one {len(self.raw)}")
        if self.alg is Alg.ED25519 and not _is_safe_point(self.raw):
            raise _key_invalid(f"the key `{self.raw.hex()}` is not reduced or has small order")
        if self.alg is Alg.MLKEM768X25519:
            hybrid_public(self.raw)

    @property
    def key_id(self) -> str:
        """The name of the key in hex.

        Spec: record 2.2.
        """
        return hashlib.sha256(b"servanda/key/1\n" + self.alg.encode() + b"\n" + self.raw).hexdigest()

    @property
    def hex(self) -> str:
        """The key as JSON writes it."""
        return self.raw.hex()

    def verify(self, message: bytes, signature: bytes) -> None:
        """Hold a signature against the bytes it signs.

        Raises:
            IntegrityError: `signature_invalid`, or `algorithm_unknown` for a key that does not sign.

        Spec: record 2.3, 2.4.
        """
        if self.alg is Alg.MLKEM768X25519:
            raise _no_signer(self.alg)
        if len(signature) != SIGNATURE_BYTES[self.alg]:
            raise _signature_invalid(self)
        try:
            if self.alg is Alg.ED25519:
                if not _is_safe_point(signature[:32]) or int.from_bytes(signature[32:], "little") >= _ORDER:
                    raise _signature_invalid(self)
                _ed25519(self.raw).verify(signature, message)
            else:
                _mldsa(self.raw).verify(signature, message)
        except InvalidSignature as error:
            raise _signature_invalid(self) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretKey:
    """A secret key, made from its seed.

    Args:
        seed: 32 bytes, the whole of the secret.
        public: the key that others hold; made from the seed.
    """

    alg: Alg
    seed: bytes = field(repr=False)
    public: PublicKey = field(init=False)
    _handle: _Handle = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.seed) != SEED_BYTES:
            raise _key_invalid(f"a seed has {SEED_BYTES} bytes, this one {len(self.seed)}")
        handle: _Handle
        if self.alg is Alg.ED25519:
            handle = ed25519.Ed25519PrivateKey.from_private_bytes(self.seed)
            raw = handle.public_key().public_bytes_raw()
        elif self.alg is Alg.ML_DSA_44:
            handle = mldsa.MLDSA44PrivateKey.from_seed_bytes(self.seed)
            raw = handle.public_key().public_bytes_raw()
        else:
            kem, curve = _hybrid_parts(self.seed)
            handle = hpke.MLKEM768X25519PrivateKey(kem, curve)
            raw = kem.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw()
        object.__setattr__(self, "_handle", handle)
        object.__setattr__(self, "public", PublicKey(alg=self.alg, raw=raw))

    def sign(self, message: bytes) -> bytes:
        """The signature over some bytes.

        Raises:
            IntegrityError: `algorithm_unknown` for a key that does not sign.
        """
        if isinstance(self._handle, hpke.MLKEM768X25519PrivateKey):
            raise _no_signer(self.alg)
        return self._handle.sign(message)

    def opener(self) -> hpke.MLKEM768X25519PrivateKey:
        """What opens files sealed to this key.

        Raises:
            IntegrityError: `algorithm_unknown` for a key that signs.
        """
        if not isinstance(self._handle, hpke.MLKEM768X25519PrivateKey):
            raise IntegrityError(
                "algorithm_unknown",
                f"nothing is sealed to a key of `{self.alg}`",
                action="use the sealing key of the node",
            )
        return self._handle


def generate(alg: Alg) -> SecretKey:
    """A new secret key from the random source of the machine."""
    return SecretKey(alg=alg, seed=secrets.token_bytes(SEED_BYTES))


def from_seed(alg: Alg, seed: bytes) -> SecretKey:
    """The secret key that a seed stands for.

    Raises:
        IntegrityError: `key_invalid` for a seed of another length.
    """
    return SecretKey(alg=alg, seed=seed)


def read_public(alg: str, public: str) -> PublicKey:
    """A public key from its two JSON members.

    Args:
        public: the key in lower-case hex.

    Raises:
        IntegrityError: `algorithm_unknown` or `key_invalid`.
    """
    try:
        known = Alg(alg)
    except ValueError as error:
        raise IntegrityError(
            "algorithm_unknown", f"no key algorithm is called `{alg[:40]}`", action="ask for a key of a known algorithm"
        ) from error
    try:
        raw = bytes.fromhex(public)
    except ValueError as error:
        raise _key_invalid(f"the key `{public[:40]}` is not lower-case hex") from error
    if raw.hex() != public:
        raise _key_invalid(f"the key `{public[:40]}` is not lower-case hex")
    return PublicKey(alg=known, raw=raw)


@lru_cache(maxsize=64)
def hybrid_public(raw: bytes) -> hpke.MLKEM768X25519PublicKey:
    """The key that a file is sealed to, from its bytes: ML-KEM-768, then X25519.

    Raises:
        IntegrityError: `key_invalid`.
    """
    try:
        return hpke.MLKEM768X25519PublicKey(
            mlkem.MLKEM768PublicKey.from_public_bytes(raw[:_MLKEM_PUBLIC_BYTES]),
            x25519.X25519PublicKey.from_public_bytes(raw[_MLKEM_PUBLIC_BYTES:]),
        )
    except ValueError as error:
        raise _key_invalid("the sealing key does not read as ML-KEM-768 and X25519") from error


def _hybrid_parts(seed: bytes) -> tuple[mlkem.MLKEM768PrivateKey, x25519.X25519PrivateKey]:
    """Both secret keys that one seed stands for.

    Source: X-Wing (draft-connolly-cfrg-xwing-kem), key expansion by SHAKE-256.
    """
    expanded = hashlib.shake_256(seed).digest(_MLKEM_SEED_BYTES + 32)
    return (
        mlkem.MLKEM768PrivateKey.from_seed_bytes(expanded[:_MLKEM_SEED_BYTES]),
        x25519.X25519PrivateKey.from_private_bytes(expanded[_MLKEM_SEED_BYTES:]),
    )


def _is_safe_point(encoded: bytes) -> bool:
    """Whether the 32 bytes of a point are reduced and not of small order.

    Spec: record 2.3.
    """
    y = int.from_bytes(encoded, "little") % _SIGN_BIT
    return y < _PRIME and y not in _SMALL_ORDER_Y


@lru_cache(maxsize=1024)
def _ed25519(raw: bytes) -> ed25519.Ed25519PublicKey:
    return ed25519.Ed25519PublicKey.from_public_bytes(raw)


@lru_cache(maxsize=256)
def _mldsa(raw: bytes) -> mldsa.MLDSA44PublicKey:
    return mldsa.MLDSA44PublicKey.from_public_bytes(raw)


def _key_invalid(message: str) -> IntegrityError:
    return IntegrityError("key_invalid", message, action="ask its owner for the key again")


def _signature_invalid(key: PublicKey) -> IntegrityError:
    return IntegrityError(
        "signature_invalid",
        f"the signature of key `{key.key_id[:16]}` does not hold",
        action="ask the sender for the original bytes",
    )


def _no_signer(alg: Alg) -> IntegrityError:
    return IntegrityError("algorithm_unknown", f"a key of `{alg}` does not sign", action="use a signing key")
