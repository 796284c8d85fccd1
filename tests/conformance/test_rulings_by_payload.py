"""The published rulings come out by what officers say: payloads through two nodes that both judge, not facts given.

Each situation of spec/vectors/situations is brought about by real acts. Then one more act is said. Its facts must be
those of the published ruling, as far as any clause on its kind asks; its ruling must be that ruling, at home and at the
peer. What is refused at home leaves nothing behind but an item of the journal; a peer that is faulty then sends it all
the same, and the honest node refuses it by the same paragraphs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from servanda.act.entry import Issued
from servanda.act.journal import Refused, Released
from servanda.act.kind import JudgedBy, kinds
from servanda.act.ruling import Permit, Ruling
from servanda.agreement.clause import Form
from servanda.agreement.instrument import Instrument, load
from servanda.base.errors import IntegrityError
from servanda.node.ports import Space
from servanda.node.stages import Recorded, Standing
from servanda.policy.facts import facts_of, from_json
from servanda.policy.judge import judge
from servanda.policy.rules import Effect, rules, rules_of
from tests.conformance.bringing import (
    Stage,
    brought,
    folded,
    in_force,
    reply,
    say,
    sent_nevertheless,
    standings,
)
from tests.conformance.situations import IN_FORCE, Members, Run, rulings, runs
from tests.simulation.world import TEXTS

LIFE_FIRST = {name for name, kind in kinds().items() if kind.life_first}
JUDGED = sorted(name for name, kind in kinds().items() if kind.judged_by is JudgedBy.CLAUSES)
NEVER_DECIDES = {
    # What a node sends is sealed, so `enciphered` is true by record 4.4 and 5.3 has nothing to refuse.
    "kr-jp-a": {(f"intelligence.report.{verb}", "5.3", False) for verb in ("share", "amend")},
}
NOTHING_ELSE: Members = {"facts": [], "line": None, "code": None}
"""What a ruling does not name: facts that are missing, the line of several, the failure."""
NOT_BY_PAYLOAD = {
    "EX-06": "the number of witnesses follows from who signs, so it is never missing",
    "EX-12": "a node states the facts of its vocabulary and no other",
}


@pytest.mark.parametrize("run", runs(), ids=lambda run: run.id)
def test_a_situation_is_ruled_alike_by_two_nodes(run: Run) -> None:
    stage = brought(run)
    before = folded(stage)
    recorded = say(stage, run.agreement, run.act)
    states_its_facts(run, recorded, in_force(stage, run.agreement))
    assert shown(recorded.judged.ruling) == {**NOTHING_ELSE, **run.expected}

    if isinstance(recorded.entry, Issued):
        delivered(run, stage, recorded)
    else:
        stays_home(stage, run, recorded)
        assert folded(stage) == before
        refused_when_sent(run, stage, recorded)
        assert (folded(stage) == before) is not run.permits
    if run.example is not None:
        both_audit(run, stage, honest=isinstance(recorded.entry, Issued))


def states_its_facts(run: Run, recorded: Recorded, instrument: Instrument) -> None:
    """The facts of an act are those that its table and its example name."""
    lines = recorded.judged.facts
    if not lines:
        assert run.expected["ground"] == "invalid" or run.act["agreement"] == "none"
        return
    assert {line["phase"] for line in lines} == {run.phase}
    for line in lines:
        assert {name: line[name] for name in run.stated} == from_json(run.stated)
    if run.example is not None:
        asked = asked_of(instrument, run.kind)
        assert [only(line, asked) for line in lines] == [only(facts, asked) for facts in given(run.example)]


def delivered(run: Run, stage: Stage, recorded: Recorded) -> None:
    """An act that was issued is held and judged by the peer, by the same facts, with the same ruling."""
    judged, entry = recorded.judged, recorded.entry
    assert isinstance(entry, Issued)
    stage.pair.sync()
    answer = reply(stage, run.act["party"], entry.act)
    assert answer.ruling.ruling == judged.ruling == entry.ruling.ruling
    assert answer.ruling.facts == judged.facts_commit == entry.ruling.facts
    assert standings(stage, entry.act) == {Standing.AGREED if run.permits else Standing.REFUSED}
    assert (entry.act in folded(stage).acts) is not (run.expected["ground"] == "invalid")
    assert run.permits or run.kind in LIFE_FIRST


def stays_home(stage: Stage, run: Run, recorded: Recorded) -> None:
    """Nothing of an act leaves that is refused at home, or released to the own people; the journal has it."""
    judged = recorded.judged
    author, other = stage.side(run.act["party"]), stage.side("JP" if run.act["party"] == "KR" else "KR")
    size = author.node.holding.home.size
    assert isinstance(recorded.item, Released if run.permits else Refused)
    assert (recorded.item.act, recorded.item.ruling.ruling) == (judged.intake.signed.act_id, judged.ruling)
    assert recorded.entry is None
    assert not author.node.has_news()
    stage.pair.sync()
    assert author.node.holding.home.size == size == other.node.holding.peer.size
    assert other.store.get(Space.ENVELOPE, judged.intake.signed.envelope_digest) is None


def refused_when_sent(run: Run, stage: Stage, recorded: Recorded) -> None:
    """What should have stayed home is judged by the honest node as it should have been at home."""
    judged = recorded.judged
    issued, answer = sent_nevertheless(stage, run.act["party"], judged.intake)
    assert (answer.ruling.ruling, answer.ruling.facts) == (judged.ruling, judged.facts_commit)
    assert answer.act == issued.act
    if run.permits:
        return
    assert standings(stage, issued.act) == {Standing.DISPUTED}
    assert issued.act not in folded(stage).acts


def both_audit(run: Run, stage: Stage, *, honest: bool) -> None:
    """Either record is sound; but the faulty peer's own audit finds the ruling that it made up."""
    author, other = run.act["party"], "JP" if run.act["party"] == "KR" else "KR"
    stage.side(other).node.audit()
    if honest:
        stage.side(author).node.audit()
        return
    with pytest.raises(IntegrityError) as caught:
        stage.side(author).node.audit()
    assert caught.value.code == "ruling_changed"


def shown(ruling: Ruling) -> Mapping[str, Any]:
    """A ruling in the words of the published rulings."""
    if isinstance(ruling, Permit):
        return {"ruling": "permit", "ground": None, "cites": [*ruling.cites], **NOTHING_ELSE}
    return {
        "ruling": "refusal",
        "ground": ruling.ground.value,
        "cites": [*ruling.cites],
        "facts": [*ruling.missing],
        "line": ruling.line,
        "code": ruling.code,
    }


# -- what the published rulings ask -----------------------------------------------------------------------------------


def case(example: str) -> Members:
    (found,) = (case for case in rulings()["cases"] if case["id"] == example)
    return found


def given(example: str) -> list[Members]:
    """The facts of a published ruling, one set a line."""
    published = case(example)
    return [from_json(facts) for facts in published.get("lines", [published.get("facts")])]


def asked_of(instrument: Instrument, kind: str) -> set[str]:
    """The facts that any rule on a kind asks: those a ruling can rest on."""
    tests = [test for rule in rules_of(instrument, kind) for test in (*rule.when, *rule.that, *rule.unless)]
    return {name for test in tests for name in (test.fact, getattr(test, "other", test.fact))}


def only(facts: Members, names: set[str]) -> Members:
    return {name: value for name, value in facts.items() if name in names}


@pytest.mark.parametrize("example", sorted(NOT_BY_PAYLOAD))
def test_no_payload_brings_about_facts_that_are_not_whole(example: str) -> None:
    published = case(example)
    (facts,) = given(example)
    names = facts_of(published["kind"]).keys()

    assert published["expected"]["ground"] == "unjudgeable"
    assert set(published["expected"]["facts"]) == names ^ facts.keys()


def test_every_other_published_ruling_is_brought_about() -> None:
    assert {run.example for run in runs()} - {None} == {case["id"] for case in rulings()["cases"]} - set(NOT_BY_PAYLOAD)


# -- what the situations cover ----------------------------------------------------------------------------------------


def text(agreement: str) -> Instrument:
    return load(TEXTS[agreement], path=agreement)


def governing(kind: str) -> list[Instrument]:
    """The published agreements that may rule on a kind."""
    return [read for read in map(text, TEXTS) if rules_of(read, kind)]


@pytest.mark.parametrize("kind", JUDGED)
def test_every_kind_is_permitted_and_refused(kind: str) -> None:
    of_kind = [run for run in runs() if run.kind == kind]
    for read in governing(kind):
        under = [run for run in of_kind if run.agreement == read.id]
        conditional = any(rule.form is not Form.LASTS for rule in rules_of(read, kind) if rule.effect is Effect.FORBID)
        found = {(run.phase, run.permits) for run in under}
        assert (IN_FORCE, True) in found
        assert any(not run.permits for run in under)
        assert not conditional or (IN_FORCE, False) in found
        assert ("ended", kind in read.terms.kinds("survives")) in found
        assert kind not in read.terms.kinds("suspendable") or ("suspended", False) in found


@pytest.mark.parametrize("agreement", sorted(TEXTS))
def test_every_paragraph_that_opens_or_closes_a_kind_is_cited_for_it(agreement: str) -> None:
    """Time and questions apart, which close by paragraphs of their own."""
    read = text(agreement)
    cited = {
        (run.kind, cite, run.permits) for run in runs() if run.agreement == agreement for cite in run.expected["cites"]
    }
    ruling = {
        (kind, rule.paragraph, rule.effect is Effect.PERMIT)
        for rule in rules(read)
        if rule.form is not Form.LASTS
        for kind in rule.kinds
    }
    assert ruling - cited == NEVER_DECIDES.get(agreement, set())


def test_the_situations_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    every = runs()
    grounds = Counter("permit" if run.permits else str(run.expected["ground"]) for run in every)
    sent = sum(not run.permits and run.kind not in LIFE_FIRST for run in every)
    with capsys.disabled():
        print(
            f"\n{len(every)} rulings by payload: {dict(grounds)}; {sent} of them once more, sent by a faulty peer; "
            f"{len({run.kind for run in every})} kinds of {len(JUDGED)}; {dict(Counter(run.phase for run in every))}"
        )
    assert len({run.id for run in every}) == len(every)


def test_facts_that_no_clause_asks_cannot_matter() -> None:
    """A published ruling stays as it is with every fact that no rule on its kind asks at another value."""
    for published in rulings()["cases"]:
        read = text(published["agreement"])
        asked = asked_of(read, published["kind"])
        lines = [
            {
                name: value if name in asked else other_than(read, published["kind"], name, value)
                for name, value in line.items()
            }
            for line in given(published["id"])
        ]
        ruling = judge(read, published["kind"], lines, author=published["party"])
        assert shown(ruling) == {**NOTHING_ELSE, **published["expected"]}


def other_than(read: Instrument, kind: str, name: str, value: Any) -> Any:
    """Another value that a fact can have."""
    fact = facts_of(kind).get(name)
    if fact is None or isinstance(value, frozenset):
        return value
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return fact.least if value != fact.least else fact.most
    return next(word for word in read.values(fact) if word != value)
