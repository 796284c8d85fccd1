"""What a node shows: acts, pages, reasons, the journal, and how all stands."""

from __future__ import annotations

from typing import Any

import pytest

import servanda as sv
from servanda.assembly import naming, proving, shown, stands
from servanda.assembly.proving import Side
from servanda.base.errors import UsageError
from servanda.cli import story
from tests.founded import FOUNDED, Pair, new_pair


@pytest.fixture
def told(pair: Pair) -> Pair:
    """A report was shared and acknowledged, and its release refused."""
    pair.play(*story.report())
    return pair


def code_of(work: Any) -> str:
    with pytest.raises(UsageError) as caught:
        work()
    return caught.value.code


def test_what_is_not_known_is_said(pair: Pair) -> None:
    with sv.open_node(pair.settings("KR")) as home:
        for work, code in (
            (lambda: shown.page(home, "0" * 64), "act_unknown"),
            (lambda: shown.why(home, ""), "act_unknown"),
            (lambda: proving.prove(home, "0" * 64), "act_unknown"),
            (lambda: proving.head_of(home, Side.HOME, 99), "size_unknown"),
            (lambda: stands.agreement_page(home, "kr-jp-x"), "agreement_missing"),
            (lambda: naming.known_id(home, "0" * 12), "id_unknown"),
            (lambda: naming.known_id(home, home.node.status("kr-jp-a").tabled.digest[:5]), "id_ambiguous"),
        ):
            assert code_of(work) == code


def test_an_act_that_the_peer_has_not_decided_is_not_proved(pair: Pair) -> None:
    said = pair.value(
        *("KR", "registration", "lodge", "--date", "2031-05-02", "--agreement", "kr-jp-a", "--as", "kr/envoy-1")
    )
    with sv.open_node(pair.settings("KR")) as home:
        assert code_of(lambda: proving.prove(home, said["act"])) == "receipt_not_yet"
        theirs = next(iter(home.node.holding.peer.issued))
        assert code_of(lambda: proving.prove(home, theirs)) == "receipt_not_yet"


def test_a_log_that_nobody_cosigned_is_not_exported(tmp_path: Any) -> None:
    with sv.open_node(new_pair(tmp_path).settings("KR")) as home:
        assert [code_of(lambda side=side: proving.export(home, side)) for side in Side] == ["log_not_cosigned"] * 2


def test_acts_stand_in_the_order_of_the_fold_on_both_sides(told: Pair) -> None:
    rows = {}
    for party in ("KR", "JP"):
        with sv.open_node(told.settings(party)) as home:
            rows[party] = shown.acts(home)
    assert [row.act for row in rows["KR"]] == [row.act for row in rows["JP"]]
    for kr, jp in zip(rows["KR"], rows["JP"], strict=True):
        assert (kr.standing, kr.decision, kr.reply) == (jp.standing, jp.decision, jp.reply)
        assert (kr.delivery is None) is (kr.author == "JP")
    delivered = rows["KR"][-2].delivery
    assert delivered is not None
    assert (delivered.recorded, delivered.held is None, delivered.decided is None) == (FOUNDED + 1, False, False)


def test_a_refused_act_is_shown_where_it_was_refused_and_nowhere_else(told: Pair) -> None:
    act = told.named["release"]
    with sv.open_node(told.settings("JP")) as home:
        why = shown.why(home, act[:10])
        assert (why.row.standing, why.row.decision.cites, why.row.log, why.row.index) == (
            sv.Standing.REFUSED,
            ("6.1",),
            "exercise.jp.node/kr/1/journal",
            2,
        )
        assert why.facts[0]["released_to"] == "third_state"
        page = shown.page(home, act)
        assert page.payload is not None
        assert (page.payload["body"], page.row.delivery, page.is_destroyed) == ("third-state-1", None, False)
        assert [(item.type, item.about) for item in shown.items(home)] == [
            ("opened", "exercise.jp.node/kr/1/journal"),
            ("clock", "2031-05-02T00:00:00Z"),
            ("refused", act),
        ]
        assert naming.known_id(home, act[:8]) == act
        assert naming.agreement_named(home, {"about": told.named["share"]}) == "kr-jp-a"
        assert naming.agreement_named(home, {"about": "0" * 64}) is None
    with sv.open_node(told.settings("KR")) as home:
        assert code_of(lambda: shown.page(home, act)) == "act_unknown"


def test_a_destroyed_payload_shows_what_outlives_it(told: Pair) -> None:
    with sv.open_node(told.settings("JP")) as home:
        before = shown.page(home, told.named["share"]).payload
        home.node.destroy(told.named["share"])
        page = shown.page(home, told.named["share"])
        assert before is not None
        assert page.payload is not None
        assert (page.is_destroyed, set(before) - set(page.payload)) == (True, {"title", "text"})
        assert stands.entries(home, Side.HOME)[-1].type == "destroyed"
        assert home.audit().destroyed == 1


def test_how_all_stands(told: Pair) -> None:
    with sv.open_node(told.settings("KR")) as home:
        page = stands.node_page(home)
        assert (page.party, page.begun, page.clock, page.held, page.waiting, page.undecided, page.late) == (
            *("KR", True, "sure"),
            *(FOUNDED + 3, 0, 0, 0),
        )
        assert [(row.id, row.phase, row.version) for row in page.agreements] == [
            ("kr-jp-a", "in_force", 1),
            ("kr-jp-b", "in_force", 1),
        ]
        owed = stands.duties(home, met=True)
        assert [(row.does, row.debtor, row.state.value) for row in owed if row.state.value == "met"] == [
            ("intelligence.report.acknowledge", "JP", "met")
        ]
        agreement = stands.agreement_page(home, "kr-jp-a")
        assert [(row.officer, row.office) for row in agreement.officers if row.office != "envoy"] == [
            ("kr/duty-1", "duty_officer"),
            ("kr/information-1", "information_officer"),
            ("kr/rescue-1", "rescue_coordinator"),
            ("jp/duty-1", "duty_officer"),
            ("jp/information-1", "information_officer"),
            ("jp/rescue-1", "rescue_coordinator"),
        ]
        rows = stands.entries(home, Side.PEER, FOUNDED)
        assert [(row.type, row.kind, row.ruling, row.cites) for row in rows][:2] == [
            ("issued", "intelligence.addressee.assure", "permit", ("5.4",)),
            ("received", "intelligence.report.share", "permit", ("4.2",)),
        ]


def test_a_case_that_no_agreement_covers_has_effect_all_the_same(tmp_path: Any) -> None:
    pair = new_pair(tmp_path)
    pair.play(*story.before_any_agreement())
    rows = {}
    for party in ("KR", "JP"):
        with sv.open_node(pair.settings(party)) as home:
            (rows[party],) = shown.acts(home)
            page = shown.page(home, rows[party].act)
            assert (page.row.agreement, page.agreement_digest) == ("none", "0" * 64)
            assert (shown.why(home, rows[party].act).facts, shown.disputes(home)) == ((), ())
            assert rows[party].act in home.node.scene().folded.acts
    for row in rows.values():
        assert (row.kind, row.decision.ground, row.reply, row.standing, row.life_first, row.kept_home) == (
            *("rescue.case.open", "silent", row.decision),
            *(sv.Standing.REFUSED, True, False),
        )
    with sv.open_node(pair.settings("KR")) as home:
        alert = shown.page(home, pair.named["first-alert"])
        assert (alert.row.kept_home, alert.row.life_first, alert.row.standing) == (True, False, sv.Standing.AGREED)
        assert [(item.type, item.kind, item.about) for item in shown.items(home)][1:] == [
            ("noted", "rescue.alert.receive", alert.row.act),
            ("answered", "rescue.case.open", rows["KR"].act),
        ]


def test_quantities_are_exact() -> None:
    assert [sv.litres(40_000), sv.kilograms("1.50"), sv.each(3)] == [("40000", "LTR"), ("1.50", "KGM"), ("3", "EA")]
    with pytest.raises(sv.ServandaError):
        sv.litres("1e3")
    with pytest.raises(AttributeError):
        _ = sv.gallons  # type: ignore[attr-defined]  # it is not there
