"""The vocabulary, walked by two real nodes: no kind and no value of a fact is there that payloads do not reach.

A kind that is added needs a row in the tour of its domain and in `REACHES`; a fact needs rows that state its values.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from servanda.act.act import Signed
from servanda.act.entry import Issued
from servanda.act.kind import With, kinds, vocabulary
from servanda.agreement.duties import Duty
from servanda.agreement.vocabulary import Answer, FactType, facts_of
from servanda.assembly.loaded import ACCORD, loaded
from servanda.node.node import Node
from tests.conformance import tour_accord, tour_information, tour_missions, tour_rescue, tour_supply
from tests.conformance.walking import PERMIT, Reached, Step, Walk
from tests.simulation.world import Pair

TOUR: tuple[tuple[Step, ...], ...] = (
    tour_accord.TALKS,
    tour_accord.TEXT_MADE,
    tour_accord.OFFICERS_NAMED,
    tour_information.ASKED,
    tour_information.SHARED,
    tour_information.PASSED_ON,
    tour_information.TAKEN_BACK,
    tour_information.LOST,
    tour_rescue.UNCOVERED,
    tour_rescue.TOLD,
    tour_rescue.SEARCHED,
    tour_rescue.LED,
    tour_rescue.ADMITTED,
    tour_rescue.CLOSED,
    tour_supply.ORDERED,
    tour_supply.CLEARED_FIRST,
    tour_supply.DELIVERED,
    tour_supply.PASSED_ON,
    tour_supply.PAID,
    tour_missions.JOINS,
    tour_missions.OFFERED,
    tour_missions.GIVEN,
    tour_accord.SECOND_VERSION,
    tour_accord.QUESTION,
    tour_accord.SUSPENSION,
    tour_accord.CONSULTATION,
    tour_supply.LATE,
    tour_accord.NOTICE,
    tour_accord.END,
)

REACHES: Mapping[str, str] = {
    "agreement.meeting.propose": "life",
    "agreement.meeting.answer": "life",
    "agreement.meeting.minute": "joint life",
    "agreement.text.table": "life",
    "agreement.text.counter": "life",
    "agreement.text.initial": "joint life",
    "agreement.text.withdraw": "life",
    "agreement.text.sign": "joint life",
    "agreement.signature.confirm": "life",
    "agreement.powers.show": "life",
    "agreement.completion.notify": "life",
    "agreement.notice.give": "life",
    "agreement.notice.withdraw": "life",
    "agreement.notice.hold": "joint life",
    "agreement.notice.resume": "life",
    "agreement.force.suspend": "joint life",
    "agreement.force.resume": "joint life",
    "agreement.termination.agree": "joint life",
    "agreement.clause.question": "life",
    "agreement.clause.correct": "joint life",
    "agreement.officer.appoint": "life",
    "agreement.officer.dismiss": "life",
    "agreement.key.rotate": "life",
    "agreement.key.revoke": "life",
    "agreement.registration.lodge": "duties life",
    "agreement.consultation.open": "life",
    "agreement.consultation.close": "closed joint life",
    "agreement.step.take": "journal",
    "intelligence.report.request": "state",
    "intelligence.report.decline": "state",
    "intelligence.report.share": "duties state",
    "intelligence.report.amend": "duties state",
    "intelligence.report.recall": "duties state",
    "intelligence.report.acknowledge": "duties state",
    "intelligence.report.release": "state",
    "intelligence.report.destroy": "duties state",
    "intelligence.consent.ask": "state",
    "intelligence.consent.give": "state",
    "intelligence.addressee.assure": "state",
    "intelligence.facility.attest": "state",
    "intelligence.register.extract": "state",
    "intelligence.incident.find": "journal duties",
    "intelligence.incident.notify": "duties state",
    "intelligence.incident.conclude": "duties state",
    "rescue.alert.receive": "journal duties",
    "rescue.case.open": "state",
    "rescue.case.concur": "state",
    "rescue.case.close": "state",
    "rescue.sighting.lodge": "state",
    "rescue.asset.offer": "state",
    "rescue.plan.propose": "state",
    "rescue.plan.agree": "state",
    "rescue.search.report": "state",
    "rescue.lead.pass": "joint state",
    "rescue.admission.request": "duties state",
    "rescue.admission.answer": "duties state",
    "rescue.admission.begin": "state",
    "logistics.order.place": "state",
    "logistics.order.accept": "state",
    "logistics.order.decline": "state",
    "logistics.order.withdraw": "state",
    "logistics.order.clear": "joint state",
    "logistics.item.pass": "joint state",
    "logistics.invitation.give": "state",
    "logistics.goods.issue": "duties state",
    "logistics.goods.receive": "duties state",
    "logistics.goods.return": "duties state",
    "logistics.goods.transfer": "state",
    "logistics.consent.ask": "state",
    "logistics.consent.give": "state",
    "logistics.invoice.raise": "duties state",
    "logistics.settlement.agree": "duties state",
    "logistics.statement.sign": "duties joint state",
    "peacekeeping.mission.join": "state",
    "peacekeeping.mission.update": "duties state",
    "peacekeeping.mission.end": "state",
    "peacekeeping.support.request": "state",
    "peacekeeping.support.offer": "state",
    "peacekeeping.support.accept": "state",
    "peacekeeping.support.fulfil": "duties state",
}
"""What the acts of a kind change on both sides; of what stays home, where it is kept and whether it starts a duty."""

UNSTATED: Mapping[tuple[str, str, Any], str] = {
    (
        "intelligence",
        "enciphered",
        False,
    ): "every payload that is judged was sealed for both nodes, which is what it asks",
}
"""Values that no payload can state, each with its reason, which a test below holds."""

SPEC = (Path(__file__).parents[2] / "spec" / "record.md").read_text(encoding="utf-8")
MAY_BE_JOINT = frozenset({"agreement.force.suspend", "agreement.force.resume"})
OCCASIONS = ("agreement.force.begin", "agreement.force.end", "agreement.year.turn")


@cache
def walked() -> Walk:
    """The whole tour, once in this process."""
    walk = Walk(pair=Pair())
    for steps in TOUR:
        walk.go(steps)
    return walk


def of_kind(kind: str) -> list[Reached]:
    """What the acts of a kind reached that have effect, or that the journal keeps."""
    there = (each for each in walked().reached if each.row.kind == kind)
    return [each for each in there if each.row.ruling == PERMIT or "acts" in each.changed]


def test_every_kind_of_the_vocabulary_is_in_the_table() -> None:
    assert set(REACHES) | set(OCCASIONS) == set(kinds())
    assert set(OCCASIONS) == {name for name, kind in kinds().items() if kind.recorded is With.OCCASION}


@pytest.mark.parametrize("kind", [name for name in REACHES if kinds()[name].recorded is With.ACT])
def test_an_act_reaches_what_the_table_says(kind: str) -> None:
    """It is permitted, delivered, ruled alike by the peer, and what follows from it is folded alike on both sides."""
    reached = of_kind(kind)
    changed = {name for each in reached for name in each.changed} - {"acts"}

    assert "log" in {each.recorded for each in reached}
    assert changed == set(REACHES[kind].split())
    assert ("joint" in changed) is (kinds()[kind].joint or kind in MAY_BE_JOINT)


@pytest.mark.parametrize("kind", [name for name in REACHES if kinds()[name].recorded is With.JOURNAL])
def test_what_is_noted_stays_home_and_starts_its_duty_there(kind: str) -> None:
    walk = walked()
    (noted,) = of_kind(kind)
    home = walk.side(noted.row.party).node
    peer = walk.side("KR" if noted.row.party == "JP" else "JP").node

    assert (noted.recorded, noted.changed) == ("noted", frozenset())
    assert kind not in {signed.statement.kind for signed in acts_of(peer)} | {
        signed.statement.kind for signed in acts_of(home)
    }
    owed = {node: [duty for duty in node.duties(noted.row.under) if duty.after == kind] for node in (home, peer)}
    assert owed[peer] == []
    assert bool(owed[home]) is ("duties" in REACHES[kind].split())
    assert all(duty.met_by is not None for duty in owed[home])


def acts_of(node: Node) -> Iterator[Signed]:
    """Every act in either log."""
    for copy in (node.holding.home, node.holding.peer):
        for entry in copy.entries:
            if isinstance(entry, Issued) and (signed := node.holding.readable(entry)) is not None:
                yield signed


@pytest.mark.parametrize("kind", OCCASIONS)
def test_an_occasion_is_computed_alike_by_both(kind: str) -> None:
    kr, jp = ([duty for duty in duties_of(side.node) if duty.started_by == kind] for side in walked().pair.sides())

    assert kr == jp
    assert kr
    assert {(duty.agreement, duty.started_at.astimezone(ZONE).isoformat()[:16]) for duty in kr} == MOMENTS[kind]


def duties_of(node: Node) -> list[Duty]:
    return [duty for agreement in ("kr-jp-a", "kr-jp-b") for duty in node.duties(agreement)]


ZONE = timezone(timedelta(hours=9))
MOMENTS: Mapping[str, set[tuple[str, str]]] = {
    "agreement.force.begin": {
        ("kr-jp-a", "2031-04-01T00:00"),
        ("kr-jp-a", "2031-06-03T00:00"),
        ("kr-jp-b", "2031-05-01T00:00"),
    },
    "agreement.force.end": {("kr-jp-a", "2033-04-01T00:00")},
    "agreement.year.turn": {("kr-jp-b", "2032-01-01T00:00"), ("kr-jp-b", "2033-01-01T00:00")},
}
"""When each occasion came, in the zone of the texts: both versions of the first accord, and the second one."""


def stated() -> Mapping[tuple[str, str], frozenset[Any]]:
    """(domain, fact) -> every value kept with a ruling; common facts stand under `common`."""
    found: dict[tuple[str, str], set[Any]] = {}
    for each in walked().reached:
        for line in each.facts:
            for name, value in line.items():
                found.setdefault((facts_of(each.row.kind)[name].domain, name), set()).add(value)
    return {place: frozenset(values) for place, values in found.items()}


def asked() -> Mapping[tuple[str, str], tuple[FactType, tuple[Any, ...]]]:
    """(domain, fact) -> its type, and the values it can have; none for a number or a set."""
    rows = [
        *vocabulary()["common"],
        *(row for body in vocabulary()["domains"].values() for row in body.get("facts", ())),
    ]
    of = {fact.domain: kind for kind in REACHES for fact in facts_of(kind).values() if fact.domain != "common"}
    values = {Answer.BOOL.value: (True, False), Answer.INT.value: (), Answer.PARAGRAPHS.value: ()}
    return {
        (row["domain"], row["name"]): (
            facts_of(of.get(row["domain"], next(iter(REACHES))))[row["name"]],
            tuple(row["values"]) if row["type"] == Answer.WORD.value else values[row["type"]],
        )
        for row in rows
    }


def test_every_value_of_every_fact_was_stated_with_a_ruling() -> None:
    """Truth values and words all of them; of numbers, and of sets, two at least."""
    there = stated()
    unstated = {
        (*place, value) for place, (_, values) in asked().items() for value in values if value not in there[place]
    }
    few = {place for place, (fact, _) in asked().items() if fact.answer in (Answer.INT, Answer.PARAGRAPHS)}

    assert unstated == set(UNSTATED)
    assert {place: there[place] for place in few if len(there[place]) < 2} == {}


def test_the_least_favourable_value_of_every_fact_was_stated() -> None:
    """What does not arise, or could not be established, is stated at it; of sets it is every paragraph at once."""
    there = stated()
    least = {
        place: fact.least_favourable for place, (fact, _) in asked().items() if fact.answer is not Answer.PARAGRAPHS
    }

    assert {place for place, value in least.items() if value is not None and value not in there[place]} == {
        (domain, fact) for domain, fact, value in UNSTATED if value == least[(domain, fact)]
    }


def test_what_no_payload_states_cannot_be_stated() -> None:
    """A payload travels sealed for both nodes, whoever says it; so `enciphered` is true of every act that has one."""
    reports = [each for each in walked().reached if each.row.kind.startswith("intelligence.") and each.facts]

    assert {line["enciphered"] for each in reports for line in each.facts} == {True}
    assert set(UNSTATED) == {("intelligence", "enciphered", False)}
    assert "`enciphered` is true by\n4.2" in SPEC


def test_every_kind_of_a_domain_has_a_desk() -> None:
    for each in loaded().values():
        said = set() if each.domain.name == ACCORD else set(each.domain.payloads)
        assert set(each.verbs) == said, each.domain.name


def test_counts(record_property: Callable[[str, object], None]) -> None:
    """What was walked, told once at the end of the run."""
    recorded = Counter(kind.recorded.value for kind in kinds().values())
    walk = walked()
    ruled = Counter("permitted" if each.row.ruling == PERMIT else "refused" for each in walk.reached)
    words = sum(len(values) for _, values in asked().values())
    numbers = sum(not values for _, values in asked().values())
    record_property(
        "counted",
        f"vocabulary: {len(kinds())} kinds ({', '.join(f'{n} {name}' for name, n in recorded.items())}), "
        f"{len(asked())} facts with {words} values and {numbers} numbers or sets, "
        f"reached by {len(walk.reached)} acts ({ruled['permitted']} permitted, {ruled['refused']} refused)",
    )
    assert len(walk.reached) > len(kinds())
