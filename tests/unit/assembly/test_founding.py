"""Founding an exercise node: what is refused leaves nothing behind, what is made can be opened."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import servanda as sv
from servanda.assembly.founding import Plan, found_exercise, key_list, own_key_list
from servanda.base.errors import ServandaError, UsageError
from servanda.settings import read_settings


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


def test_a_founding_that_was_cut_short_is_begun_anew_or_ended(tmp_path: Path) -> None:
    plan = Plan(party="KR", peer="JP", data=tmp_path)
    keys, waiting = tmp_path / "keys", tmp_path / "keys.part"
    waiting.mkdir()
    (waiting / "log-ed25519.keyring").write_bytes(b"half a")  # it died while it made the keys
    founded = found_exercise(plan)
    assert (waiting.exists(), own_key_list(founded.path).fingerprint) == (False, founded.fingerprint)
    keys.rename(waiting)  # it died before its last step
    assert found_exercise(plan) == founded
    keys.rename(waiting)
    with pytest.raises(UsageError) as caught:
        found_exercise(Plan(party="KR", peer="JP", data=tmp_path, bind="127.0.0.1:8443"))
    assert (caught.value.code, waiting.exists()) == ("settings_exist", True)
