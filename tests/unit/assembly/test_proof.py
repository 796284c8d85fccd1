"""Proof before initialling: what fails is not initialled here, whoever asks; judging never comes here."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import pytest

import servanda as sv
from servanda.agreement.acts_text import TextInitial
from servanda.agreement.instrument import Instrument
from servanda.assembly.accord import checking, proof
from servanda.assembly.accord.proof import BreachRow, proof_page, stand_proved
from servanda.base.errors import AgreementError, Complaint, UsageError
from tests.founded import AGREEMENTS, Pair, new_pair
from tests.wordings import loaded, words_of

TOO_HIGH = (
    ("level: {at_most: secret}, originator_acts", "level: {at_most: top_secret}, originator_acts"),
    (
        "  when: {level: {at_least: top_secret}}\n```\n\n```clause\nholds",
        "  when: {level: 3, marked: false}\n```\n\n```clause\nholds",
    ),
)
HOLLOWED = (
    ("version: 1\n", "version: 2\n"),
    ("barred_category: [weapon, ammunition, ", "barred_category: [weapon, "),
    ("training, spare_parts,", "training, ammunition, spare_parts,"),
)


def edited(name: str, *edits: tuple[str, str]) -> str:
    text = (AGREEMENTS / name / "en.md").read_text(encoding="utf-8")
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def pact(name: str, *edits: tuple[str, str]) -> Instrument:
    return loaded(edited(name, *edits), path=name)


def refused(work: Callable[[], object]) -> tuple[Complaint, ...]:
    with pytest.raises(AgreementError) as caught:
        work()
    return caught.value.complaints


def folder(path: Path, source: str) -> str:
    """A folder of an agreement, with words in every language."""
    path.mkdir()
    (path / "en.md").write_text(source, encoding="utf-8")
    for language, words in words_of(source).items():
        (path / f"{language}.md").write_text(words, encoding="utf-8")
    return f"@{path}"


def test_a_promise_that_fails() -> None:
    text = pact("kr-jp-a", *TOO_HIGH)
    found = refused(lambda: stand_proved(text, None))
    assert [(one.path, one.line, one.paragraph, one.code, one.word, one.level) for one in found] == [
        ("kr-jp-a", 136, "4.3", "invariant_broken", f"intelligence.report.{verb}", "fault")
        for verb in ("share", "amend")
    ]
    assert found[0].message.startswith(
        "what paragraph 4.3 promises does not hold: `intelligence.report.share` would be permitted with "
    )
    assert "level: top_secret" in found[0].message


def test_what_is_in_force_is_not_hollowed_out() -> None:
    old, new = pact("kr-jp-b"), pact("kr-jp-b", *HOLLOWED)
    stand_proved(new, None)
    found = refused(lambda: stand_proved(new, old))
    assert {(one.path, one.line, one.paragraph, one.code) for one in found} == {
        ("kr-jp-b", 1, "3.4", "invariant_broken")
    }
    assert {one.word for one in found} >= {"logistics.order.place", "logistics.goods.issue"}
    assert found[0].message.startswith(
        "paragraph 3.4 of version 1, which is in force, would be broken, read with the words in force: "
    )
    assert all("category: ammunition" in one.message for one in found)
    stand_proved(old, old)


def test_the_page_of_a_text_whose_promises_hold() -> None:
    text = pact("kr-jp-a")
    page = proof_page(text)
    assert (page.id, page.version, page.digest, page.proved) == ("kr-jp-a", 1, text.digest, True)
    assert [(row.paragraph, row.promise, row.proved, row.breaches) for row in page.invariants] == [
        ("3.2", "each is permitted, whatever the facts, in every phase but not_in_force", True, ()),
        ("4.3", "none is ever permitted with level: at least top_secret", True, ()),
        ("6.1", "none is ever permitted with released_to: outside_body; consent: false", True, ()),
        ("16.3", "each is ruled alike in in_force, notice, held", True, ()),
        ("16.4", "each is ruled alike in in_force, suspended", True, ()),
        ("16.5", "each is ruled alike in in_force, ended", True, ()),
    ]
    assert [row.words for row in page.invariants] == [text.paragraphs[row.paragraph].text for row in page.invariants]
    assert 0 <= sum(row.seconds for row in page.invariants) <= page.seconds + 0.01


def test_the_page_of_a_text_that_breaks_its_promise() -> None:
    page = proof_page(pact("kr-jp-a", *TOO_HIGH))
    assert (page.proved, [row.paragraph for row in page.invariants if not row.proved]) == (False, ["4.3"])
    first, second = page.invariants[1].breaches
    assert isinstance(first, BreachRow)
    assert [(each.kind, each.phases) for each in (first, second)] == [
        ("intelligence.report.share", ()),
        ("intelligence.report.amend", ()),
    ]
    assert first.facts["level"] == "top_secret"
    assert first.facts["topic"] == "topic_in_scope"
    assert "level: top_secret" in first.told
    assert (first.example["level"], first.author) == (3, first.facts.get("author", first.author))


@contextmanager
def without_solver(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The extra is not installed: nothing of it can be found, and nothing imports it."""

    def absent(name: str) -> object:
        return None if name == "z3" else find_spec(name)

    with monkeypatch.context() as context:
        context.setattr("servanda.assembly.extras.find_spec", absent)
        context.setattr(checking, "find_spec", absent)
        context.setitem(sys.modules, "z3", None)
        yield


def test_without_the_solver_nothing_is_proved_and_a_text_without_promises_stands(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = pact("kr-jp-a")
    proof._proved.cache_clear()
    with without_solver(monkeypatch):
        for work in (lambda: proof_page(text), lambda: stand_proved(text, None)):
            with pytest.raises(UsageError) as caught:
                work()
            assert (caught.value.code, caught.value.action) == ("extra_missing", "install servanda[prove]")
        small = loaded((AGREEMENTS.parent / "tests/agreements/good/small.md").read_text(encoding="utf-8"))
        with pytest.raises(UsageError):
            stand_proved(small, None)


def initial(digest: str, agreement: str) -> sv.Draft:
    return sv.Draft(kind="agreement.text.initial", agreement=agreement, payload=TextInitial(digest=digest))


def test_a_text_whose_promise_fails_is_not_initialled_and_the_mended_one_is(tmp_path: Path) -> None:
    pair = new_pair(tmp_path / "nodes")
    faulty, mended = edited("kr-jp-a", *TOO_HIGH), edited("kr-jp-a")
    for source, name in ((faulty, "faulty"), (mended, "mended")):
        said = pair.value("KR", "text", "table", "--text", folder(tmp_path / name, source), "--as", "kr/envoy-1")
        assert said["decision"]["ruling"] == "permit"
    pair.carry()
    digests = [loaded(source).digest for source in (faulty, mended)]
    for party in ("KR", "JP"):
        initialling = ("text", "initial", "--as", f"{party.lower()}/envoy-1", "--agreement", "kr-jp-a")
        before = pair.value(party, "log", "show"), pair.value(party, "journal", "list")
        for more in ((), ("--preview",)):
            answer = pair.at(party, *initialling, "--digest", digests[0], *more, "--json")
            assert (answer.exit, answer.out, answer.error["error"]) == (7, "", "invariant_broken")
            assert "what paragraph 4.3 promises does not hold" in answer.err
        with sv.open_node(pair.settings(party)) as home:
            for say in (home.submit, home.preview):
                found = refused(partial(say, initial(digests[0], "kr-jp-a"), officer=f"{party.lower()}/envoy-1"))
                assert [one.paragraph for one in found] == ["4.3", "4.3"]
        assert (pair.value(party, "log", "show"), pair.value(party, "journal", "list")) == before
        said = pair.value(party, *initialling, "--digest", digests[1])
        assert said["decision"]["ruling"] == "permit"
    pair.carry()
    page = pair.value("JP", "agreement", "show", "kr-jp-a")
    assert page["initialled"] == [digests[1]]


def test_an_amendment_that_hollows_out_what_is_in_force_is_not_initialled(pair: Pair, tmp_path: Path) -> None:
    source = edited("kr-jp-b", *HOLLOWED)
    base = loaded(edited("kr-jp-b")).digest
    said = pair.value(
        *("JP", "text", "table", "--text", folder(tmp_path / "new", source), "--base", base),
        *("--as", "jp/envoy-1", "--agreement", "kr-jp-b"),
    )
    assert said["decision"]["ruling"] == "permit"
    pair.carry()
    with sv.open_node(pair.settings("KR")) as home:
        found = refused(lambda: home.submit(initial(loaded(source).digest, "kr-jp-b"), officer="kr/envoy-1"))
        assert {one.paragraph for one in found} == {"3.4"}


def test_a_correction_that_breaks_what_is_in_force_is_not_said_and_letting_it_stand_is(
    pair: Pair, tmp_path: Path
) -> None:
    source = edited(
        "kr-jp-a",
        ("  that: {consent: true}\n```\n\n```clause\nholds", "  that: {marked: true}\n```\n\n```clause\nholds"),
    )
    base = loaded(edited("kr-jp-a")).digest
    said = ("--as", "kr/envoy-1", "--agreement", "kr-jp-a")
    asked = ("--words", "It passes nothing", "--reading", "marked papers may pass")
    assert pair.value("KR", "clause", "question", "--paragraph", "6.1", *asked, *said)["decision"]["ruling"] == "permit"
    new = folder(tmp_path / "new", source)
    assert pair.value("KR", "text", "table", "--text", new, "--base", base, *said)["decision"]["ruling"] == "permit"
    correcting = ("clause", "correct", "--paragraph", "6.1", *said)
    answer = pair.at("KR", *correcting, "--digest", loaded(source).digest, "--json")
    assert (answer.exit, answer.out, answer.error["error"]) == (7, "", "invariant_broken")
    assert pair.value("KR", *correcting, "--digest", base)["decision"]["ruling"] == "permit"


def test_a_node_without_the_solver_records_what_the_peer_initials_and_initials_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = new_pair(tmp_path / "nodes")
    digest = loaded(edited("kr-jp-a")).digest
    pair.value("KR", "text", "table", "--text", folder(tmp_path / "text", edited("kr-jp-a")), "--as", "kr/envoy-1")
    pair.value("KR", "text", "initial", "--digest", digest, "--as", "kr/envoy-1", "--agreement", "kr-jp-a")
    with without_solver(monkeypatch):
        proof._proved.cache_clear()
        pair.carry()
        with sv.open_node(pair.settings("JP")) as home:
            home.audit()
            with pytest.raises(UsageError) as caught:
                home.submit(initial(digest, "kr-jp-a"), officer="jp/envoy-1")
            assert caught.value.code == "extra_missing"
    with sv.open_node(pair.settings("JP")) as home:
        said = home.submit(initial(digest, "kr-jp-a"), officer="jp/envoy-1")
        assert isinstance(said.ruling, sv.Permit)


def test_what_is_not_on_the_table_is_left_to_the_ordinary_rules(tmp_path: Path) -> None:
    pair = new_pair(tmp_path)
    with sv.open_node(pair.settings("KR")) as home:
        said = home.submit(initial("0" * 64, "kr-jp-a"), officer="kr/envoy-1")
        assert isinstance(said.ruling, sv.Refusal)
        assert said.index is None
