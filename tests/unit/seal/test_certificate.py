"""Certificates of `tls` keys."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import NameOID

from servanda.base import canon
from servanda.base.errors import IntegrityError, MalformedError, ServandaError, UsageError
from servanda.seal import envelope
from servanda.seal.certificate import (
    certificate_pem,
    certificates_of,
    certify,
    locked_pem,
    make_certificate,
    public_key_of,
)
from servanda.seal.keylist import KeyList, ListedKey, make, open_list, read_list
from servanda.seal.keys import Alg, from_seed
from servanda.seal.text import b64

SECRET = from_seed(Alg.ED25519, b"t" * 32)
NAME = "exercise.kr.node"


@pytest.mark.parametrize("data", [b"", b"no certificate", make_certificate(SECRET, NAME)[:-1]])
def test_what_is_no_certificate_is_refused(data: bytes) -> None:
    for reader in (public_key_of, certificate_pem):
        with pytest.raises(MalformedError) as caught:
            reader(data)
        assert caught.value.code == "certificate_malformed"


def test_a_certificate_with_another_kind_of_key_is_refused() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    foreign = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2031, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2032, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    with pytest.raises(IntegrityError, match="carries no Ed25519 key") as caught:
        public_key_of(foreign.public_bytes(Encoding.DER))
    assert caught.value.code == "algorithm_unknown"


@pytest.mark.parametrize("alg", [Alg.ML_DSA_44, Alg.MLKEM768X25519])
def test_no_certificate_is_made_for_another_kind_of_key(alg: Alg) -> None:
    secret = from_seed(alg, b"t" * 32)
    with pytest.raises(IntegrityError) as caught:
        make_certificate(secret, NAME)
    assert caught.value.code == "algorithm_unknown"


@pytest.mark.parametrize("name", ["", "n" * 65])
def test_a_name_that_a_certificate_cannot_carry_is_refused(name: str) -> None:
    with pytest.raises(UsageError) as caught:
        make_certificate(SECRET, name)
    assert caught.value.code == "name_length"


def test_a_certificate_follows_from_key_and_name_alone() -> None:
    assert make_certificate(SECRET, NAME) == make_certificate(SECRET, NAME)
    assert make_certificate(SECRET, NAME) != make_certificate(SECRET, "exercise.jp.node")


def test_it_carries_the_key_and_counts_at_every_time() -> None:
    made = make_certificate(SECRET, NAME)
    read = x509.load_der_x509_certificate(made)
    assert public_key_of(made) == SECRET.public
    assert (read.subject.rfc4514_string(), read.issuer.rfc4514_string()) == (f"CN={NAME}", f"CN={NAME}")
    assert (read.not_valid_before_utc.year, read.not_valid_after_utc.year) == (2000, 9999)
    read.verify_directly_issued_by(read)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl command on this machine")
def test_another_tool_finds_it_good(tmp_path: Path) -> None:
    (tmp_path / "own.pem").write_bytes(certificate_pem(make_certificate(SECRET, NAME)))
    verified = subprocess.run(
        ["openssl", "verify", "-x509_strict", "-CAfile", "own.pem", "own.pem"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (verified.returncode, verified.stdout) == (0, "own.pem: OK\n")


def test_the_key_leaves_locked_and_under_a_new_passphrase_each_time() -> None:
    (first, word), (second, other) = locked_pem(SECRET), locked_pem(SECRET)
    assert word != other
    assert first.startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
    for pem, passphrase in ((first, word), (second, other)):
        key = load_pem_private_key(pem, passphrase.encode())
        assert key.private_bytes_raw() == SECRET.seed
    with pytest.raises(ValueError, match="password"):
        load_pem_private_key(first, other.encode())


ROOT = from_seed(Alg.ED25519, b"r" * 32)
NEXT = from_seed(Alg.ED25519, b"n" * 32)
NINE = datetime(2031, 4, 1, 9, tzinfo=UTC)


def bare_list() -> bytes:
    """A list with an old and a new `tls` key, neither with its certificate."""
    keys = [
        ListedKey(use="root", public=ROOT.public, name="KR"),
        ListedKey(use="tls", public=SECRET.public, name=NAME, until=NINE),
        ListedKey(use="tls", public=NEXT.public, name=NAME),
    ]
    return make(party="KR", previous=None, issued_at=NINE, keys=keys, roots=[ROOT])


def changed(raw: bytes, certificate: object) -> KeyList:
    """The list with something else for the certificate of its last key."""
    members = json.loads(read_list(raw).body)
    members["keys"][-1]["certificate"] = certificate
    return read_list(envelope.make(envelope.KEYS, canon.encode(members), [ROOT]))


def test_a_list_without_certificates_says_what_is_missing() -> None:
    with pytest.raises(MalformedError) as caught:
        certificates_of(read_list(bare_list()), at=NINE)
    assert caught.value.code == "field_missing"


@pytest.mark.parametrize(
    ("certificate", "code"),
    [
        (7, "field_type"),
        ("A" * 5_000, "field_type"),
        ("no base64", "base64_invalid"),
        ("AAAA", "certificate_malformed"),
        (b64(make_certificate(SECRET, NAME)), "key_invalid"),
    ],
)
def test_a_certificate_in_a_list_must_carry_the_listed_key(certificate: object, code: str) -> None:
    with pytest.raises(ServandaError) as caught:
        certificates_of(changed(bare_list(), certificate), at=NINE)
    assert caught.value.code == code


def test_a_list_carries_the_certificates_that_count_at_a_moment() -> None:
    certificates = [make_certificate(SECRET, NAME), make_certificate(NEXT, NAME)]
    listed = open_list(certify(bare_list(), certificates, [ROOT]), [ROOT.public], None)
    assert certificates_of(listed, at=NINE - timedelta(seconds=1)) == tuple(certificates)
    assert certificates_of(listed, at=NINE) == (certificates[1],)
    assert listed.keys == read_list(bare_list()).keys
