"""An open node: what stands in the way first, then the public door as a program uses it."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import servanda as sv
from servanda.assembly.opening import acts_named
from servanda.base.errors import IntegrityError, ServandaError, UsageError
from servanda.cli import story
from servanda.domains import intelligence, logistics
from tests.founded import FOUNDED, TODAY, Pair, new_pair


def code_of(error: type[ServandaError], work: Any) -> str:
    with pytest.raises(error) as caught:
        work()
    return caught.value.code


def opened(path: Path) -> None:
    with sv.open_node(path):
        pass


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    pair = new_pair(tmp_path)
    kr = pair.settings("KR")
    assert code_of(UsageError, lambda: opened(tmp_path / "none.toml")) == "settings_unreadable"
    (tmp_path / "kr" / "keys" / "KR.keys").rename(tmp_path / "kept")
    assert code_of(UsageError, lambda: opened(kr)) == "keys_unreadable"
    (tmp_path / "kept").rename(tmp_path / "kr" / "keys" / "KR.keys")
    (tmp_path / "kr" / "data").rename(tmp_path / "data")
    assert code_of(UsageError, lambda: opened(kr)) == "data_missing"
    (tmp_path / "kr" / "data").mkdir()
    (tmp_path / "kr" / "data" / "node.db").write_bytes(b"something else, and longer than a header of SQLite" * 9)
    assert code_of(IntegrityError, lambda: opened(kr)) == "store_damaged"


def test_before_the_peers_list_nothing_is_done(tmp_path: Path) -> None:
    pair = new_pair(tmp_path)
    listed = tmp_path / "kr" / "JP.keys"
    kept = listed.read_bytes()
    listed.unlink()
    with sv.open_node(pair.settings("KR")) as home:
        assert not home.begun
        draft = sv.Draft(kind="agreement.step.take", agreement="none", payload=None)
        for work in (
            home.sync,
            home.audit,
            home.confirm_clock,
            lambda: home.move_clock(datetime(2032, 1, 1, tzinfo=UTC)),
            lambda: home.submit(draft, officer="kr/envoy-1"),
            lambda: home.preview(draft, officer="kr/envoy-1"),
        ):
            assert code_of(UsageError, work) == "node_not_begun"
        listed.write_bytes(kept)
        home.stand_begun()
        assert home.begun
        assert home.audit().entries == 2


def test_what_governs_is_found_or_asked_for(pair: Pair, tmp_path: Path) -> None:
    with sv.open_node(pair.settings("KR")) as home:
        assert home.agreements() == ("kr-jp-a", "kr-jp-b")
        assert [home.governing(domain) for domain in ("intelligence", "logistics")] == ["kr-jp-a", "kr-jp-b"]
        assert code_of(UsageError, lambda: home.governing("agreement")) == "agreement_missing"
        assert code_of(UsageError, lambda: home.governing("weather")) == "agreement_missing"
        assert code_of(UsageError, lambda: home.seat("weather")) == "domain_unknown"
        assert code_of(UsageError, lambda: home.state("weather")) == "domain_unknown"
        seat = home.seat(logistics)
        assert (seat.agreement, seat.party, seat.other, seat.zone.utcoffset(None)) == (
            "kr-jp-b",
            "KR",
            "JP",
            timedelta(hours=9),
        )
        assert home.state(logistics) == home.state("logistics") == home.state(logistics.DOMAIN)
    fresh = new_pair(tmp_path / "fresh")
    with sv.open_node(fresh.settings("KR")) as home:
        with pytest.raises(UsageError) as caught:
            home.governing("agreement")
        assert (caught.value.message, caught.value.action) == (
            "no agreements are tabled here",
            "have its text tabled first",
        )


def fuel(home: sv.OpenNode, supply_class: str, quantity: tuple[str, str]) -> sv.Draft:
    return logistics.desk.order(
        home.state(logistics),
        home.seat(logistics),
        place="third_territory",
        activity="un_peacekeeping",
        settlement="cash",
        lines=[logistics.desk.line(supply_class, quantity, unit_price="1.05")],
        elements=story.elements("JP", TODAY),
    )


def test_an_order_is_permitted_recorded_and_agreed(pair: Pair) -> None:
    with sv.open_node(pair.settings("JP")) as home:
        draft = fuel(home, "9130", sv.litres(40_000))
        previewed = home.preview(draft, officer="jp/ordering-1")
        assert (previewed.ruling, previewed.index, previewed.item) == (sv.Permit(cites=("3.1",)), None, None)
        ruled = home.submit(draft, officer=["jp/ordering-1"])
        assert (ruled.ruling, ruled.index, ruled.item) == (sv.Permit(cites=("3.1",)), FOUNDED, None)
        assert [cite.text[:29] for cite in ruled.cites] == ["A Party may order supplies an"]
        assert home.standing(ruled) is sv.Standing.PENDING
    pair.carry()
    with sv.open_node(pair.settings("JP")) as home:
        assert home.standing(ruled) is home.standing(ruled.act[:9]) is sv.Standing.AGREED
        assert code_of(UsageError, lambda: home.standing("0" * 64)) == "act_unknown"
        assert home.audit().disputes == 0


def test_a_refusal_is_a_value_with_the_words_that_were_signed(pair: Pair) -> None:
    with sv.open_node(pair.settings("JP")) as home:
        ruled = home.submit(fuel(home, "1305", sv.each(10_000)), officer="jp/ordering-1")
        match ruled.ruling:
            case sv.Refusal(ground=sv.Ground.FORBIDDEN, cites=cites):
                assert cites == ("3.2", "3.5")
            case _:
                raise AssertionError(ruled)
        assert (ruled.index, ruled.item, home.standing(ruled)) == (None, 2, sv.Standing.REFUSED)
        assert ruled.cites[0].text.startswith("Nothing of a barred category is ordered")
        seat = home.seat(intelligence)
        asked = intelligence.desk.request(
            home.state(intelligence), seat, topic="weather", question="?", purpose="warning"
        )
        silent = home.submit(asked, officer="jp/information-1")
        assert silent.ruling == sv.Refusal(ground=sv.Ground.SILENT)
        assert [(near.paragraph, near.facts) for near in silent.near] == [("4.1", ("topic",))]


def test_an_exercise_clock_moves_forward_only_and_stays_moved(pair: Pair) -> None:
    with sv.open_node(pair.settings("KR")) as home:
        assert code_of(UsageError, lambda: home.move_clock(home.node.now() - timedelta(hours=1))) == "clock_not_movable"
        to = home.node.now() + timedelta(days=3)
        home.move_clock(to)
        assert timedelta(0) <= home.node.now() - to < timedelta(minutes=5)
    with sv.open_node(pair.settings("KR")) as home:
        assert timedelta(0) <= home.node.now() - to < timedelta(minutes=5)
        assert timedelta(0) <= home.confirm_clock() - to < timedelta(minutes=5)


def test_two_processes_see_each_other(pair: Pair) -> None:
    with sv.open_node(pair.settings("JP")) as one, sv.open_node(pair.settings("JP")) as other:
        before = other.version()
        ruled = one.submit(fuel(one, "9130", sv.litres(5)), officer="jp/ordering-1")
        assert other.version() != before
        assert other.node.holding.home.size == FOUNDED
        other.refresh()
        assert other.standing(ruled.act) is sv.Standing.PENDING
        assert other.submit(fuel(other, "9130", sv.litres(6)), officer="jp/ordering-1").index == FOUNDED + 1
        assert one.submit(fuel(one, "9130", sv.litres(7)), officer="jp/ordering-1").index == FOUNDED + 2


def test_threads_take_turns(pair: Pair) -> None:
    with sv.open_node(pair.settings("JP")) as home:
        drafts = [fuel(home, "9130", sv.litres(number)) for number in range(1, 9)]
        ruled: list[sv.Ruled] = []
        threads = [
            threading.Thread(target=lambda draft=draft: ruled.append(home.submit(draft, officer="jp/ordering-1")))
            for draft in drafts
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(each.index or 0 for each in ruled) == list(range(FOUNDED, FOUNDED + 8))
        assert home.audit().acts == FOUNDED + 6


def test_an_act_rests_on_what_its_payload_names() -> None:
    one, two, three = ("1" * 64, "2" * 64, "3" * 64)
    payload = {
        "order": one,
        "receipts": [two, "no id", 5],
        "subject": {"act": three, "outcome": "stands", "rows": [{"order": "4" * 64}]},
        "number": 7,
        "title": "5" * 63,
    }
    assert list(acts_named(payload)) == [one, two, three]
    ruled = sv.Ruled(
        act=one, kind="k", agreement="a", at=datetime(2031, 1, 1, tzinfo=UTC), ruling=sv.Permit(cites=("1.1",))
    )
    assert (ruled.cites, replace(ruled, index=3).index) == ((), 3)
