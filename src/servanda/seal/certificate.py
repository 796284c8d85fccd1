"""The certificate that carries a node's `tls` key: self-signed, pinned, and nothing beyond its key.

Rules of this module:
- what is trusted is the key in the key list; dates, names and serial number of a certificate decide nothing;
- a certificate follows from its key and name alone: made again, it has the same bytes;
- it travels in the key list, beside its key;
- its own authority: each side loads exactly the other's certificate and no other.

Spec: record 9.2 (TLS), 10.4.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat
from cryptography.x509.oid import NameOID

from servanda.base import canon, fields, limits
from servanda.base.errors import IntegrityError, MalformedError, UsageError
from servanda.seal import envelope
from servanda.seal.keylist import KEYS_MAX, KeyList, read_list
from servanda.seal.keys import Alg, PublicKey, SecretKey
from servanda.seal.text import b64, from_b64

TLS = "tls"
# The key list says how long a key counts, so a certificate covers every time, that of an exercise clock too.
# Source: RFC 5280 section 4.1.2.5, the last date for a certificate without an end.
_NOT_BEFORE = datetime(2000, 1, 1, tzinfo=UTC)
_NOT_AFTER = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
_NAME_CHARACTERS_MAX = 64  # RFC 5280 appendix A, ub-common-name
_SERIAL_BYTES = 16
_CERTIFICATE_CHARACTERS_MAX = 4_096
# It signs handshakes, and itself: what a strict reader asks of a certificate that is its own authority.
_USAGE = x509.KeyUsage(
    digital_signature=True,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)


def make_certificate(secret: SecretKey, name: str) -> bytes:
    """The self-signed certificate of a `tls` key, in DER.

    Args:
        name: name of the node.

    Raises:
        UsageError: `name_length`.
        IntegrityError: `algorithm_unknown` for another key than Ed25519.
    """
    if not 1 <= len(name) <= _NAME_CHARACTERS_MAX:
        raise UsageError(
            "name_length",
            f"a certificate names a node in 1 to {_NAME_CHARACTERS_MAX} characters, not `{name[:80]}`",
            action="give the node a shorter name",
        )
    signer = _signer(secret)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    serial = hashlib.sha256(b"servanda/certificate/1\n" + secret.public.raw).digest()[:_SERIAL_BYTES]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(signer.public_key())
        .serial_number(int.from_bytes(serial, "big") | 1)
        .not_valid_before(_NOT_BEFORE)
        .not_valid_after(_NOT_AFTER)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_USAGE, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(signer.public_key()), critical=False)
        .sign(signer, None)
    )
    return certificate.public_bytes(Encoding.DER)


def public_key_of(certificate: bytes) -> PublicKey:
    """The key that a certificate carries.

    Args:
        certificate: DER.

    Raises:
        MalformedError: `certificate_malformed`.
        IntegrityError: `algorithm_unknown` for another key than Ed25519, `key_invalid`.
    """
    try:
        key = x509.load_der_x509_certificate(certificate).public_key()
    except ValueError as error:
        raise MalformedError(
            "certificate_malformed", "the certificate does not read", action="ask the peer for its key list again"
        ) from error
    if not isinstance(key, ed25519.Ed25519PublicKey):
        raise IntegrityError(
            "algorithm_unknown",
            "the certificate carries no Ed25519 key",
            action="ask the peer for a key list with an Ed25519 key of use `tls`",
        )
    return PublicKey(alg=Alg.ED25519, raw=key.public_bytes_raw())


def certificate_pem(certificate: bytes) -> bytes:
    """A certificate in PEM.

    Raises:
        MalformedError: `certificate_malformed`.
    """
    public_key_of(certificate)
    return x509.load_der_x509_certificate(certificate).public_bytes(Encoding.PEM)


def certify(raw: bytes, certificates: Sequence[bytes], roots: Sequence[SecretKey]) -> bytes:
    """A key list whose `tls` keys carry their certificates in the member `certificate`, signed with the root keys.

    Args:
        raw: envelope of the key list without them.
        certificates: DER, one for each `tls` key of the list.
    """
    by_key = {public_key_of(certificate).hex: certificate for certificate in certificates}
    members = canon.decode_object(read_list(raw).body, bytes_max=limits.KEY_LIST_BYTES_MAX)
    for key in fields.items(members, "keys", most=KEYS_MAX):
        if isinstance(key, dict) and key["use"] == TLS:
            key["certificate"] = b64(by_key[str(key["public"])])
    return envelope.make(envelope.KEYS, canon.encode(members), roots)


def certificates_of(listed: KeyList, *, at: datetime) -> tuple[bytes, ...]:
    """The certificates in DER that a nation's node may show at a moment: two while it changes keys.

    Raises:
        MalformedError: `field_missing`, `field_type` or `certificate_malformed`.
        IntegrityError: `base64_invalid`, or `key_invalid` where one carries another key than the list names.

    Spec: record 9.2, the member `certificate` of a key of use `tls`.
    """
    members = canon.decode_object(listed.body, bytes_max=limits.KEY_LIST_BYTES_MAX)
    found = []
    for written, key in zip(fields.items(members, "keys", most=KEYS_MAX), listed.keys, strict=True):
        if key.use != TLS or not isinstance(written, dict) or (key.until is not None and key.until <= at):
            continue
        certificate = from_b64(fields.text(written, "certificate", characters_max=_CERTIFICATE_CHARACTERS_MAX))
        if public_key_of(certificate) != key.public:
            raise IntegrityError(
                "key_invalid",
                f"the certificate of `{key.name}` carries another key than the key list of `{listed.party}` names",
                action="ask the other nation for its key list again",
            )
        found.append(certificate)
    return tuple(found)


def locked_pem(secret: SecretKey) -> tuple[bytes, str]:
    """A `tls` key in PEM for a TLS library that reads keys from files alone, and the passphrase drawn to lock it.

    Raises:
        IntegrityError: `algorithm_unknown` for another key than Ed25519.
    """
    passphrase = secrets.token_hex(32)
    lock = BestAvailableEncryption(passphrase.encode())
    return _signer(secret).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock), passphrase


def _signer(secret: SecretKey) -> ed25519.Ed25519PrivateKey:
    if secret.alg is not Alg.ED25519:
        raise IntegrityError(
            "algorithm_unknown",
            f"a certificate is made for an Ed25519 key, not `{secret.alg}`",
            action="use a `tls` key",
        )
    return ed25519.Ed25519PrivateKey.from_private_bytes(secret.seed)
