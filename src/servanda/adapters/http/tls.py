"""TLS between two nodes: each trusts the other's own certificate and no authority beside it.

Rules of this module:
- TLS 1.3 alone, with the certificates of both sides, and no session that outlives a withdrawn key;
- after the handshake the key of the certificate is compared with those of use `tls` in the key list;
- TLS is a second wall: bundles are signed and sealed, and nothing above relies on it.

Spec: record 9.2 (TLS), 10.4.
"""

from __future__ import annotations

import ssl
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from servanda.base.errors import IntegrityError, ServandaError, UsageError
from servanda.seal.certificate import certificate_pem, locked_pem, public_key_of
from servanda.seal.keys import SecretKey

EXCHANGE_PATH = "/servanda/1/exchange"
ALIVE_PATH = "/healthz"
BUNDLE_TYPE = "application/vnd.servanda.bundle.v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsIdentity:
    """The `tls` key of a node and its certificate in DER.

    Raises:
        IntegrityError: `key_invalid` where the certificate carries another key.
    """

    secret: SecretKey
    certificate: bytes

    def __post_init__(self) -> None:
        if public_key_of(self.certificate) != self.secret.public:
            raise IntegrityError(
                "key_invalid",
                "the certificate of this node carries another key than its `tls` key",
                action="make the certificate again from the key",
            )


def context_of(side: int, own: TlsIdentity, peer: Sequence[bytes]) -> ssl.SSLContext:
    """TLS 1.3 that shows our certificate and accepts no other than the peer's."""
    context = ssl.SSLContext(side)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False  # a key is pinned, not a name
    context.verify_mode = ssl.CERT_REQUIRED
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # exactly these, also where two bear one name
    if side == ssl.PROTOCOL_TLS_SERVER:
        context.num_tickets = 0  # a resumed session would outlive a key that was withdrawn
    for certificate in peer:
        context.load_verify_locations(cadata=certificate)
    # The ssl module reads keys from files alone: the key lies there for a moment, locked.
    key, passphrase = locked_pem(own.secret)
    with tempfile.TemporaryDirectory(prefix="servanda-") as folder:
        pem = Path(folder) / "own.pem"
        pem.write_bytes(key + certificate_pem(own.certificate))
        context.load_cert_chain(pem, password=passphrase)
    return context


def pins_of(peer: Sequence[bytes]) -> frozenset[bytes]:
    """The raw keys that certificates in DER carry.

    Raises:
        UsageError: `peer_unknown` where there is none.
    """
    if not peer:
        raise UsageError(
            "peer_unknown", "no `tls` key of the peer is known", action="take in the peer's key list first"
        )
    return frozenset(public_key_of(certificate).raw for certificate in peer)


def is_pinned(certificate: bytes | None, pins: frozenset[bytes]) -> bool:
    """Whether a connection shows a certificate that carries a pinned key."""
    try:
        return certificate is not None and public_key_of(certificate).raw in pins
    except ServandaError:  # a key of another sort, or none that is safe
        return False
