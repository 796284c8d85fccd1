"""New keys of officers: what an act has named stays, what none has named goes, whatever came between."""

from __future__ import annotations

from pathlib import Path

import pytest

import servanda as sv
from servanda.adapters.keyfiles import key_of, officer_file, waiting_file, write_officer
from servanda.assembly.keying import new_officer_key, own_key
from servanda.base.errors import UsageError
from servanda.seal.keys import Alg, generate
from tests.founded import Pair

APPOINT = ("officer", "appoint", "--officer", "kr/new-1", "--office", "supply_officer", "--new-key")
ROTATE = ("key", "rotate", "--officer", "kr/supply-1", "--new-key")
SAID = ("--agreement", "kr-jp-b", "--as", "kr/envoy-1", "--reference", "5a" * 16)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "officers").iterdir()}


def test_a_new_key_stays_only_where_its_act_is_permitted(pair: Pair) -> None:
    folder = pair.folder / "kr" / "keys"
    before = files(folder)
    with sv.open_node(pair.settings("KR")) as home:
        with new_officer_key(home, "kr/new-1", replacing=False) as new:
            assert key_of(waiting_file(folder, "kr/new-1")) == new.secret.public
        with new_officer_key(home, "kr/supply-1", replacing=True) as new:
            assert own_key(home, "kr/supply-1").public != new.secret.public
        for officer, code in (("kr/supply-1", "keys_exist"), ("Kim", "officer_name")):
            with pytest.raises(UsageError) as caught, new_officer_key(home, officer, replacing=False):
                pass
            assert caught.value.code == code
    assert files(folder) == before


@pytest.mark.parametrize(("words", "officer"), [(APPOINT, "kr/new-1"), (ROTATE, "kr/supply-1")])
def test_a_key_that_waits_is_taken_up_by_the_next_command(pair: Pair, words: tuple[str, ...], officer: str) -> None:
    """The command before died after it had made the key, before its act was recorded."""
    folder, secret = pair.folder / "kr" / "keys", generate(Alg.ED25519)
    write_officer(folder, officer, secret, passphrase=None, waits=True)
    pair.value("KR", "node", "status")
    assert waiting_file(folder, officer).exists()
    pair.value("KR", *words, *SAID)
    assert key_of(officer_file(folder, officer)) == secret.public
    assert not waiting_file(folder, officer).exists()


@pytest.mark.parametrize(("words", "officer"), [(APPOINT, "kr/new-1"), (ROTATE, "kr/supply-1")])
def test_a_key_that_the_log_names_takes_its_place(pair: Pair, words: tuple[str, ...], officer: str) -> None:
    """The command before died after its act was recorded, before the key was in its place."""
    folder = pair.folder / "kr" / "keys"
    before = files(folder)
    said = pair.value("KR", *words, *SAID)
    after = files(folder)
    waiting_file(folder, officer).touch(0o600)
    waiting_file(folder, officer).write_bytes(after[officer_file(folder, officer).name])
    for name in after:
        (folder / "officers" / name).unlink()
    for name, keyring in before.items():
        (folder / "officers" / name).touch(0o600)
        (folder / "officers" / name).write_bytes(keyring)
    assert pair.value("KR", *words, *SAID)["act"] == said["act"]
    assert files(folder) == after
