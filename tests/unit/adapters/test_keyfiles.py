"""Keyring files of a node and its officers, and the first key list."""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from servanda.adapters.http import HttpCourier, TlsIdentity, serve
from servanda.adapters.keyfiles import FileKeys, NewKeys, officer_file, write_new_keys, write_officer
from servanda.base.errors import MalformedError, UsageError
from servanda.node.ports import Keys
from servanda.seal import keyring
from servanda.seal.certificate import certificates_of, make_certificate
from servanda.seal.keylist import open_list, read_list
from servanda.seal.keys import Alg, from_seed

NINE = datetime(2031, 4, 1, 9, tzinfo=UTC)
KR, JP = "exercise.kr.node", "exercise.jp.node"
SECRET = from_seed(Alg.ED25519, b"o" * 32)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "keys"


def made(folder: Path, *, party: str = "KR", name: str = KR, peer: str = "JP") -> NewKeys:
    return write_new_keys(folder, party=party, name=name, peer=peer, issued_at=NINE)


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_real_node_gets_no_keys_without_passphrase(folder: Path) -> None:
    with pytest.raises(UsageError) as caught:
        made(folder, name="kr.node")
    assert (caught.value.code, folder.exists()) == ("exercise_mixed", False)


def test_a_key_is_never_overwritten(folder: Path) -> None:
    made(folder)
    (folder / "root-ed25519.keyring").unlink()
    before = {name: (folder / name).read_bytes() for name in names(folder)}
    with pytest.raises(UsageError) as caught:
        made(folder)
    assert caught.value.code == "keys_exist"
    with pytest.raises(UsageError) as caught:
        write_officer(folder, "kr/envoy-1", SECRET, passphrase=None)
    assert caught.value.code == "keys_exist"
    assert {name: (folder / name).read_bytes() for name in names(folder)} == before


def test_a_folder_that_takes_no_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(b"a file, no folder")
    with pytest.raises(UsageError) as caught:
        made(tmp_path / "data" / "keys")
    assert caught.value.code == "keys_unwritable"


@pytest.mark.parametrize("officer", ["", "kr", "kr/", "KR/envoy-1", "../x", "kr/../../x", "kr/a_b", "kr/-a", "kr/a\n"])
def test_what_is_no_officer_makes_no_file_name(folder: Path, officer: str) -> None:
    with pytest.raises(UsageError) as caught:
        officer_file(folder, officer)
    assert caught.value.code == "officer_name"


def test_a_missing_keyring_is_told(folder: Path) -> None:
    made(folder)
    (folder / "link-ed25519.keyring").unlink()
    keys = FileKeys(folder, exercise=True)
    for use in (keys.link, lambda: keys.officer("kr/supply-2")):
        with pytest.raises(UsageError) as caught:
            use()
        assert caught.value.code == "keyring_missing"


def test_a_keyring_that_others_may_read_is_refused(folder: Path) -> None:
    made(folder)
    (folder / "seal-mlkem768x25519.keyring").chmod(0o640)
    keys = FileKeys(folder, exercise=True)
    for use in (keys.seal, keys.seal_public):
        with pytest.raises(UsageError, match="others may read the keyring") as caught:
            use()
        assert caught.value.code == "keyring_exposed"


def test_a_damaged_keyring_is_refused(folder: Path) -> None:
    made(folder)
    (folder / "link-ed25519.keyring").write_bytes(b"{}")
    with pytest.raises(MalformedError):
        FileKeys(folder, exercise=True).link()


def test_exercise_and_real_keyrings_never_mix(folder: Path) -> None:
    made(folder)
    write_officer(folder, "kr/supply-2", SECRET, passphrase="a real one")
    with pytest.raises(UsageError, match="is one of an exercise") as caught:
        FileKeys(folder, exercise=False, passphrase=lambda _: "a real one").link()
    assert caught.value.code == "exercise_mixed"
    with pytest.raises(UsageError, match="is not one of an exercise") as caught:
        FileKeys(folder, exercise=True).officer("kr/supply-2")
    assert caught.value.code == "exercise_mixed"


def test_a_locked_keyring_asks_whose_passphrase_it_wants(folder: Path) -> None:
    write_officer(folder, "kr/supply-2", SECRET, passphrase="right")
    asked: list[str] = []

    def passphrase(whose: str) -> str:
        asked.append(whose)
        return ["wrong", "right"][min(len(asked), 2) - 1]

    with pytest.raises(UsageError) as caught:
        FileKeys(folder, exercise=False).officer("kr/supply-2")
    assert caught.value.code == "keyring_closed"
    keys = FileKeys(folder, exercise=False, passphrase=passphrase)
    with pytest.raises(UsageError) as caught:
        keys.officer("kr/supply-2")
    assert caught.value.code == "passphrase_wrong"
    assert [keys.officer("kr/supply-2"), keys.officer("kr/supply-2")] == [(SECRET,), (SECRET,)]
    assert asked == ["kr/supply-2"] * 2
    keys.sign_out("kr/supply-2")
    keys.officer("kr/supply-2")
    assert asked == ["kr/supply-2"] * 3


def test_the_files_of_a_new_node(folder: Path) -> None:
    new = made(folder)
    assert names(folder) == [
        "KR.keys",
        "link-ed25519.keyring",
        "log-ed25519.keyring",
        "officers/kr_envoy-1.keyring",
        "officers/kr_envoy-2.keyring",
        "root-ed25519.keyring",
        "root-ml-dsa-44.keyring",
        "seal-mlkem768x25519.keyring",
        "tls-ed25519.keyring",
        "witness-ed25519.keyring",
    ]
    modes = {name: stat.S_IMODE((folder / name).stat().st_mode) for name in names(folder)}
    assert modes == {name: 0o644 if name == "KR.keys" else 0o600 for name in names(folder)}
    assert [stat.S_IMODE(path.stat().st_mode) for path in (folder.parent, folder, folder / "officers")] == [0o700] * 3
    assert (new.path, new.envoys, new.listed.raw) == (
        folder / "KR.keys",
        ("kr/envoy-1", "kr/envoy-2"),
        (folder / "KR.keys").read_bytes(),
    )


def test_the_first_list_names_every_key_and_holds_against_its_roots(folder: Path) -> None:
    new = made(folder)
    keys = FileKeys(folder, exercise=True)
    as_port: Keys = keys
    listed = open_list(new.path.read_bytes(), [key.public for key in read_list(new.listed.raw).of_use("root")], None)
    assert listed == new.listed
    assert (listed.party, listed.number, listed.previous, listed.issued_at) == ("KR", 1, None, NINE)
    held = [
        *(("root", key.public, "KR") for key in keys.root()),
        *(("log", key.public, f"{KR}/jp/1") for key in as_port.log()),
        *(("witness", key.public, f"{KR}/witness") for key in as_port.witness()),
        ("link", as_port.link().public, KR),
        ("seal", as_port.seal().public, KR),
        ("tls", keys.tls().public, KR),
        *(("officer", as_port.officer(envoy)[0].public, envoy) for envoy in new.envoys),
    ]
    assert [(key.use, key.public, key.name) for key in listed.keys] == held
    assert (as_port.seal_public(), keys.officers()) == (as_port.seal().public, new.envoys)
    assert certificates_of(listed, at=NINE) == (make_certificate(keys.tls(), KR),)


def test_a_real_node_adds_post_quantum_keys_where_they_lie(folder: Path) -> None:
    pair = (from_seed(Alg.ED25519, b"l" * 32), from_seed(Alg.ML_DSA_44, b"l" * 32))
    write_officer(folder, "kr/supply-2", SECRET, passphrase="p")
    for secret in pair:
        path = folder / f"log-{secret.alg}.keyring"
        path.write_bytes(keyring.lock(secret, "p"))
        os.chmod(path, 0o600)
    assert FileKeys(folder, exercise=False, passphrase=lambda _: "p").log() == pair


def test_two_new_nodes_meet_by_their_lists_alone(tmp_path: Path) -> None:
    kr, jp = made(tmp_path / "kr"), made(tmp_path / "jp", party="JP", name=JP, peer="KR")
    assert kr.listed.fingerprint != jp.listed.fingerprint

    def shown(folder: str, name: str) -> TlsIdentity:
        secret = FileKeys(tmp_path / folder, exercise=True).tls()
        return TlsIdentity(secret=secret, certificate=make_certificate(secret, name))

    known_to_jp, known_to_kr = certificates_of(kr.listed, at=NINE), certificates_of(jp.listed, at=NINE)
    with serve(("127.0.0.1", 0), bytes.upper, own=shown("jp", JP), peer=known_to_jp) as server:
        courier = HttpCourier(server.url, own=shown("kr", KR), peer=known_to_kr)
        assert courier.exchange(b"bundle") == b"BUNDLE"
        courier.close()
