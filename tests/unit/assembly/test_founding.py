"""Founding an exercise node: what is refused leaves nothing behind, what is made can be opened."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import servanda as sv
from servanda.assembly.founding import Plan, found_exercise, key_list, new_officer_key, own_key, own_key_list
from servanda.base.errors import ServandaError, UsageError
from servanda.settings import read_settings
from tests.founded import Pair


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        ({"party": "kr"}, "settings_wrong"),
        ({"peer": "KR"}, "settings_wrong"),
        ({"name": "kr.node"}, "exercise_mixed"),
        ({"peer_name": "jp.node"}, "exercise_mixed"),
        ({"bind": "127.0.0.1"}, "settings_wrong"),
        ({"bind": "127.0.0.1:70000"}, "settings_wrong"),
        ({"peer_url": "http://127.0.0.1:1"}, "settings_wrong"),
    ],
)
def test_a_plan_that_cannot_be_leaves_no_settings_and_no_key(plan: dict[str, str], code: str, tmp_path: Path) -> None:
    with pytest.raises(ServandaError) as caught:
        found_exercise(Plan(**{"party": "KR", "peer": "JP", "data": tmp_path / "kr", **plan}))  # type: ignore[arg-type]  # texts all
    assert caught.value.code == code
    assert [path for path in (tmp_path / "kr").rglob("*") if path.is_file()] == []


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    plan = Plan(party="KR", peer="JP", data=tmp_path)
    found_exercise(plan)
    kept = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    for again, code in (
        (plan, "settings_exist"),
        (Plan(party="KR", peer="JP", data=tmp_path, settings=tmp_path / "x"), "keys_exist"),
    ):
        with pytest.raises(UsageError) as caught:
            found_exercise(again)
        assert caught.value.code == code
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == kept
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageError) as caught:
        found_exercise(Plan(party="KR", peer="JP", data=tmp_path / "file" / "kr"))
    assert caught.value.code == "data_unwritable"


def test_what_is_made_says_where_everything_is(tmp_path: Path) -> None:
    at = datetime(2031, 4, 1, tzinfo=UTC)
    founded = found_exercise(
        Plan(
            party="KR",
            peer="JP",
            data=tmp_path / "kr",
            settings=tmp_path / "kr.toml",
            bind="[::1]:7401",
            peer_url="https://[::1]:7402",
            folder=tmp_path / "stick",
            begins_at=at,
        )
    )
    assert (founded.path, founded.listed, founded.peer_list, founded.envoys) == (
        tmp_path / "kr.toml",
        tmp_path / "kr" / "keys" / "KR.keys",
        tmp_path / "kr" / "JP.keys",
        ("kr/envoy-1", "kr/envoy-2"),
    )
    settings = read_settings(founded.path)
    assert (settings.node.name, settings.peer.name, str(settings.link), settings.peer.url, settings.peer.folder) == (
        "exercise.kr.node",
        "exercise.jp.node",
        "[::1]:7401",
        "https://[::1]:7402",
        tmp_path / "stick",
    )
    page = own_key_list(founded.path)
    assert (page.party, page.number, page.issued_at, page.fingerprint) == ("KR", 1, at, founded.fingerprint)
    assert [key.use for key in page.keys] == [
        *("root", "root", "log", "witness", "link", "seal", "tls", "officer", "officer")
    ]
    with sv.open_node(founded.path) as home:
        assert timedelta(0) <= home.node.now() - at < timedelta(minutes=5)
        assert not home.begun


def test_a_key_list_that_is_not_there_or_does_not_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        key_list(tmp_path / "none")
    assert caught.value.code == "keys_unreadable"
    (tmp_path / "list").write_bytes(b"{")
    with pytest.raises(ServandaError) as read:
        key_list(tmp_path / "list")
    assert read.value.code == "json_syntax"


def test_a_new_key_stays_only_where_its_act_is_permitted(pair: Pair) -> None:
    with sv.open_node(pair.settings("KR")) as home:
        folder = pair.folder / "kr" / "keys" / "officers"
        before = {path.name: path.read_bytes() for path in folder.iterdir()}
        with new_officer_key(home, "kr/new-1", replacing=False) as new:
            assert own_key(home, "kr/new-1").public == new.secret.public
        with new_officer_key(home, "kr/supply-1", replacing=True):
            pass
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
        for officer, code in (("kr/supply-1", "keys_exist"), ("Kim", "officer_name")):
            with pytest.raises(UsageError) as caught, new_officer_key(home, officer, replacing=False):
                pass
            assert caught.value.code == code
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
