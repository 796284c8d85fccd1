"""The record judged again: a real node, a destroyed payload, both directions, and a long list cut short."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import servanda as sv
from bench.records import LOG, lay, opened, said_by, write_acts
from servanda.act.entry import Issued, Received, decode
from servanda.act.ruling import Ground, Permit, Refusal
from servanda.adapters.memory import MemoryStore
from servanda.adapters.sqlite import SqliteStore
from servanda.agreement.instrument import Instrument, load
from servanda.assembly.accord.rejudging import ENTRIES_PER_PART, Rejudging, judged_again
from servanda.assembly.accord.rereading import Reading
from servanda.base.errors import IntegrityError
from servanda.cli import story
from servanda.node.ports import Space, Store
from servanda.policy.rejudge import Changed
from tests.cases import Case, Cases, pact, source
from tests.founded import TODAY, Pair, template

NOW = datetime(2031, 5, 2, tzinfo=UTC)
PACTS = ("kr-jp-a", "kr-jp-b")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """Acts of all four domains, some refused at home; the secret report is destroyed at JP."""
    pair = template().copy(tmp_path_factory.mktemp("told") / "nodes")
    pair.play(*story.report(), *story.fuel(TODAY), *story.rounds(TODAY), *story.distress(), *story.contingents(TODAY))
    with sv.open_node(pair.settings("JP")) as home:
        home.node.destroy(pair.named["share"])
    return pair


def amended(folder: Path, name: str, *edits: tuple[str, str]) -> str:
    text = source(name)
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path = folder / f"{name}.md"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_node_is_needed(tmp_path: Path) -> None:
    from tests.founded import servanda

    answer = servanda("agreement", "rejudge", amended(tmp_path, "kr-jp-a"), "--json")
    assert (answer.exit, answer.out, answer.error["error"]) == (2, "", "node_missing")


def test_a_text_that_is_not_there(told: Pair, tmp_path: Path) -> None:
    answer = told.at("KR", "agreement", "rejudge", str(tmp_path / "absent"), "--json")
    assert (answer.exit, answer.out, answer.error["error"]) == (2, "", "text_unreadable")


def test_a_node_without_a_record(told: Pair, tmp_path: Path) -> None:
    copy = told.copy(tmp_path / "nodes")
    found = [*(copy.folder / "kr").rglob("node.db*")]
    for file in found:
        file.unlink()
    answer = copy.at("KR", "agreement", "rejudge", amended(tmp_path, "kr-jp-a"), "--json")
    assert (answer.exit, answer.out, answer.error["error"]) == (2, "", "data_missing")
    assert found
    assert not any(file.exists() for file in found)


@pytest.mark.parametrize("party", ["KR", "JP"])
@pytest.mark.parametrize("name", PACTS)
def test_the_text_in_force_rules_as_was_recorded(told: Pair, party: str, name: str) -> None:
    page = told.value(party, "agreement", "rejudge", str(Path("agreements") / name))
    acts = [row for row in told.value(party, "act", "list") if row["kind"].partition(".")[0] != "agreement"]
    assert (page["changes"], page["counts"]) == ([], [])
    assert (page["newly_refused"], page["newly_permitted"], page["cited_otherwise"]) == (0, 0, 0)
    assert page["judged"] == len([row for row in acts if row["agreement"] == name])
    assert page["acts"] > page["judged"] > 3


@pytest.mark.parametrize("party", ["KR", "JP"])
def test_a_destroyed_report_is_judged_by_the_facts_kept_with_it(told: Pair, party: str, tmp_path: Path) -> None:
    """KR still holds the payload, and JP does not; both tell the same."""
    new = amended(
        tmp_path, "kr-jp-a", ("level: {at_most: secret}, originator", "level: {at_most: confidential}, originator")
    )
    page = told.value(party, "agreement", "rejudge", new)
    act = told.named["share"]
    assert [{name: value for name, value in change.items() if name != "index"} for change in page["changes"]] == [
        {
            "act": act,
            "kind": "intelligence.report.share",
            "author": "KR",
            "change": "newly_refused",
            "old": {"ruling": "permit", "ground": None, "cites": ["4.2"], "line": None, "missing": []},
            "new": {"ruling": "refusal", "ground": "silent", "cites": [], "line": None, "missing": []},
        }
    ]
    kind = "intelligence.report.share"
    assert page["counts"] == [{"change": "newly_refused", "kind": kind, "paragraph": "silent", "acts": 1}]
    assert told.value(party, "act", "show", act)["is_destroyed"] is (party == "JP")


def test_for_people(told: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    new = amended(
        tmp_path, "kr-jp-b", ("outside_territory: [third_territory, high_seas]", "outside_territory: [high_seas]")
    )
    answer = told.at("KR", "agreement", "rejudge", new)
    assert (answer.exit, answer.err) == (0, "")
    page = told.value("KR", "agreement", "rejudge", new)
    lines = answer.out.splitlines()
    refused, others = page["newly_refused"], page["acts"] - page["judged"]
    assert refused > 0
    assert lines[:3] == [
        f"of {page['judged']} acts {refused} would have been refused and 0 permitted (kr-jp-b, version 1)",
        f"not judged again: life cycle, invalid, or of no or another agreement  {others}",
        "change         kind                          refused under  acts",
    ]
    assert lines[-refused - 1].split() == ["act", "kind", "author", "was", "would", "be"]
    assert [line.split()[0] for line in lines[-refused:]] == [change["act"][:12] for change in page["changes"]]


# -- a record of its own, on the real encodings ----------------------------------------------------------------------


def judging_again(store: Store, text: Instrument) -> Rejudging:
    return Rejudging(text, Reading(store, LOG, text).parts())


def record(*acts: tuple[Case, Any]) -> MemoryStore:
    """A log of acts, each with the ruling told, or that of the text in force."""
    store = MemoryStore()
    store.append(LOG, 0, opened())
    for index, (case, ruling) in enumerate(acts):
        lay(store, index, said_by(pact("kr-jp-b"), case, ruling))
    return store


def order(**facts: Any) -> Case:
    base = next(
        case
        for case in Cases(pact("kr-jp-b"), seed=7).draw(10**6)
        if case.kind == "logistics.order.accept" and case.author == "JP" and _permitted(case)
    )
    return Case(kind=base.kind, author="JP", facts={**base.facts, **facts})


def _permitted(case: Case) -> bool:
    from servanda.policy.judge import judge

    return isinstance(judge(pact("kr-jp-b"), case.kind, [case.facts], author=case.author), Permit)


def told_again(store: MemoryStore, *edits: tuple[str, str]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    text = source("kr-jp-b")
    for old, new in edits:
        text = text.replace(old, new)
    again = judging_again(store, load(text, path="new"))
    found = [asdict(change) for change in again.changes()]
    return found, asdict(again.page)


def test_what_was_refused_and_would_be_permitted() -> None:
    """The count goes under the paragraph that refused, and no longer does."""
    dear = order(order_usd=600_000, officer_limit_usd=900_000, year_usd=1, committee_agreed=False)
    refusal = Refusal(ground=Ground.FORBIDDEN, cites=("4.4",))
    changes, page = told_again(record((dear, refusal), (dear, refusal)), ("at_most: 500000", "at_most: 700000"))
    assert [
        (change["index"], change["change"], change["old"]["cites"], change["new"]["ruling"]) for change in changes
    ] == [
        (1, Changed.NEWLY_PERMITTED, ["4.4"], "permit"),
        (2, Changed.NEWLY_PERMITTED, ["4.4"], "permit"),
    ]
    assert page["counts"] == (
        {"change": Changed.NEWLY_PERMITTED, "kind": "logistics.order.accept", "paragraph": "4.4", "acts": 2},
    )
    assert (page["acts"], page["judged"], page["newly_permitted"], page["newly_refused"]) == (2, 2, 2, 0)


def test_a_word_that_the_new_text_does_not_know() -> None:
    found = order()
    edits = ("calibration, port_services]", "port_services]")
    changes, page = told_again(record((order(category="calibration"), None), (found, None)), edits)
    assert [(change["new"]["ground"], change["new"]["missing"]) for change in changes] == [
        ("unjudgeable", ["category"])
    ]
    assert [count["paragraph"] for count in page["counts"]] == ["unjudgeable"]


def test_the_same_outcome_under_another_paragraph_is_only_counted() -> None:
    refusal = Refusal(ground=Ground.FORBIDDEN, cites=("5.1",))
    changes, page = told_again(record((order(for_combat=True, serves_weapon=True), refusal)))
    assert (changes, page["cited_otherwise"], page["counts"]) == ([], 1, ())


def test_what_is_written_in_bulk_reads_as_a_node_writes_it() -> None:
    store = MemoryStore()
    write_acts(store, pact("kr-jp-b"), 300, recurring=20, own=5)
    entries = [decode(raw, log=LOG, index=index) for index, raw in enumerate(store.entries(LOG, 0, 301))]
    ruled = [entry for entry in entries if isinstance(entry, Issued | Received)]
    assert len(ruled) == len({entry.act for entry in ruled}) == 300
    assert {entry.act for entry in ruled} == set(store.keys(Space.FACTS))
    assert {entry.envelope for entry in ruled} == set(store.keys(Space.ENVELOPE))
    changes, page = told_again(store)
    assert (changes, page["judged"], page["cited_otherwise"]) == ([], 300, 0)


@pytest.mark.parametrize("space", [Space.ENVELOPE, Space.FACTS])
def test_what_the_log_names_and_the_store_lacks(space: Space) -> None:
    store = record((order(), None))
    store.remove(space, next(iter(store.keys(space))))
    with pytest.raises(IntegrityError) as caught:
        told_again(store)
    assert caught.value.code == "store_damaged"


@pytest.mark.parametrize(("space", "value"), [(Space.ENVELOPE, b"{}"), (Space.FACTS, b"{}"), (Space.FACTS, b"")])
def test_what_does_not_read(space: Space, value: bytes) -> None:
    store = record((order(), None))
    store.put(space, next(iter(store.keys(space))), value)
    with pytest.raises(IntegrityError) as caught:
        told_again(store)
    assert caught.value.code == "store_damaged"


def test_what_is_remembered_is_bounded() -> None:
    from servanda.policy.rejudge import Rejudge

    store = MemoryStore()
    write_acts(store, pact("kr-jp-b"), 200, recurring=20, own=2)
    reading = Reading(store, LOG, pact("kr-jp-b"))
    reading._judge = Rejudge(pact("kr-jp-b"), remembered_max=3)
    assert [part.changed for part in reading.parts()] == [()]
    assert len(reading._judge._known) <= 3


def test_a_long_list_is_cut_short_for_people_and_whole_for_programs() -> None:
    from servanda.cli.accord.comparing import ACTS_SHOWN, _again, _as_one_json

    dear = order(order_usd=400_000, officer_limit_usd=900_000, year_usd=1, committee_agreed=False)
    store = record(*[(dear, None)] * (ACTS_SHOWN + 5))
    text = load(source("kr-jp-b").replace("at_most: 500000", "at_most: 250000"), path="new")
    lines = list(_again(judging_again(store, text)))
    assert lines[0] == "of 45 acts 45 would have been refused and 0 permitted (kr-jp-b, version 1)"
    assert lines[1:3] == [
        "change         kind                    refused under  acts",
        "newly refused  logistics.order.accept  4.4            45",
    ]
    assert (len(lines), lines[-1]) == (4 + ACTS_SHOWN + 1, "these are the first 40; `--json` gives all")
    whole = json.loads("".join(_as_one_json(judging_again(store, text))))
    assert (len(whole["changes"]), whole["newly_refused"], whole["judged"]) == (45, 45, 45)


def test_a_long_log_is_read_side_by_side_and_told_in_its_order(tmp_path: Path) -> None:
    """By several processes where there are several processors, and as one process tells it."""
    path, acts = tmp_path / "node.db", 2 * ENTRIES_PER_PART + 1
    store = SqliteStore(path)
    write_acts(store, pact("kr-jp-b"), acts, recurring=50, own=5)
    text = load(source("kr-jp-b").replace("at_most: 500000", "at_most: 250000"), path="new")
    alone = judging_again(store, text)
    told = list(alone.changes())
    store.close()
    with judged_again(path, LOG, text) as again:
        assert list(again.changes()) == told
    assert again.page == alone.page
    assert 0 < len(told) < again.page.judged == acts
