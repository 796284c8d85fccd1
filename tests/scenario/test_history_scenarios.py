"""Thirty events of history, each with the ruling that must come out: by acts on their days, or by published cases.

What concerns the life of an agreement is played in test_history. For every other event a published situation with that
content is named, brought about by acts at two nodes, and judged; where history asks for a fact of its own, a published
case with that fact changed is judged. Duties are those that the clauses give.

Source: the public record of the Korea-Japan General Security of Military Information Agreement, of the Arctic, logistic
and rescue agreements of both, and of the mission in South Sudan.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from servanda.act.kind import vocabulary
from servanda.agreement.supposed import owed
from servanda.base.moment import parse_offset
from servanda.cli import story
from servanda.policy.facts import facts_of, from_json
from servanda.policy.judge import judge
from servanda.policy.prove.holds import proofs
from tests.conformance.bringing import brought, say
from tests.conformance.situations import rulings, runs
from tests.founded import TODAY, template
from tests.scenario import test_history as played
from tests.unit.agreement.lives import pact_of

RUNS = {run.id: run for run in runs()}
DAY = parse_offset("2030-06-10T12:00+09:00")
RECEIVED = "logistics.goods.receive"


@dataclass(frozen=True, kw_only=True)
class Changed:
    """A published case with some facts changed.

    Args:
        like: the id of the case that gives all other facts.
    """

    like: str
    kind: str
    expected: str
    author: str = "KR"
    facts: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Owes:
    """A duty after an act: who owes what, and how long it has."""

    agreement: str
    after: str
    author: str
    expected: tuple[str, str, str, str]
    facts: Mapping[str, Any] = field(default_factory=dict)
    otherwise: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Event:
    """An event of history.

    Args:
        chapters: what plays it on its day.
        situations: published situation -> its ruling.
    """

    told: str
    chapters: tuple[Any, ...] = ()
    situations: Mapping[str, str] = field(default_factory=dict)
    cases: tuple[Changed, ...] = ()
    duties: tuple[Owes, ...] = ()


A, B = "kr-jp-a", "kr-jp-b"
RELEASE, SHARE = "intelligence.report.release", "intelligence.report.share"
ORDER, RETURN = "logistics.order.place", "logistics.goods.return"
EVENTS = {
    1: Event(told="May 2012: no day of signature yet, nothing in force", chapters=(played.called_off,)),
    2: Event(
        told="26 June 2012: the cabinet without the vice-ministers",
        chapters=(played.called_off, played.the_step_left_out_is_known_at_home),
    ),
    3: Event(told="29 June 2012: called off within the hour", chapters=(played.called_off,)),
    4: Event(told="2012 and 2016: one mark renamed", chapters=(played.the_texts_differ_in_one_word,)),
    5: Event(told="14 to 23 November 2016: initialled, signed, in force", chapters=(played.resumed,)),
    6: Event(told="a report through the United States", situations={"A-26": "forbidden 4.5", "A-27": "permit 4.2"}),
    7: Event(told="the top grade, with cleared people on both sides", situations={"A-25": "forbidden 4.3"}),
    8: Event(
        told="a report on another neighbour's army",
        situations={"A-03": "silent"},
        cases=(Changed(like="EX-01", kind=SHARE, facts={"topic": "other"}, expected="silent"),),
    ),
    9: Event(told="23 August 2019: notice, and its effect", chapters=(played.crisis,)),
    10: Event(told="2 October 2019: missile data asked for under notice", chapters=(played.crisis,)),
    11: Event(
        told="22 November 2019: a hold of one side",
        chapters=(played.crisis, played.a_hold_of_one_side_stays_a_half),
    ),
    12: Event(
        told="a hold of both, later taken up",
        chapters=(played.crisis, played.a_notice_taken_up_again_ends_it_thirty_days_later),
    ),
    13: Event(
        told="August 2020: silence at the deadline",
        chapters=(played.silence_at_the_deadline_extends, played.a_notice_before_the_deadline_and_after_it),
    ),
    14: Event(told="21 March 2023: withdrawn", chapters=(played.crisis, played.is_kept_whole)),
    15: Event(
        told="after an end: an old report, a loss, a destruction",
        situations={"A-72-ended": "forbidden 6.1", "A-110-ended": "permit 9.1", "A-80-ended": "permit 8.2"},
        cases=(
            Changed(
                like="EX-01", kind=RELEASE, facts={"phase": "ended", "released_to": "public"}, expected="forbidden 6.1"
            ),
        ),
    ),
    16: Event(
        told="to a third state without leave, then with it",
        situations={"A-71": "permit 6.1"},
        cases=(Changed(like="EX-01", kind=RELEASE, facts={"released_to": "third_state"}, expected="forbidden 6.1"),),
    ),
    17: Event(
        told="to a contractor inspected 30 months ago",
        situations={"A-78": "forbidden 7.1"},
        cases=(
            Changed(
                like="EX-01",
                kind=RELEASE,
                facts={"released_to": "own_contractor", "inspected_months_ago": 30},
                expected="forbidden 7.1",
            ),
        ),
    ),
    18: Event(
        told="a leak told late: what is classified stops",
        situations={"A-32": "forbidden 9.3", "A-34": "forbidden 9.3", "A-35": "permit 4.2", "A-36": "permit 4.2"},
        duties=(
            Owes(
                agreement=A,
                after="intelligence.incident.notify",
                author="JP",
                expected=("9.2", "JP", "intelligence.incident.conclude", "2030-07-10T12:00+09:00"),
            ),
        ),
    ),
    19: Event(told="October 2019: one missile or two", situations={"A-40": "permit 4.2", "A-41": "silent"}),
    20: Event(
        told="October 2021: a boat capsizes in the shared area",
        situations={"R-01": "permit 3.2", "R-72": "permit 10.3", "R-73": "silent"},
        duties=(
            Owes(
                agreement=A,
                after="rescue.alert.receive",
                author="JP",
                expected=("10.1", "JP", "rescue.case.open", "2030-06-10T12:15+09:00"),
            ),
        ),
    ),
    21: Event(
        told="rescue in area Q: told, not asked, and no title",
        situations={"R-68": "permit 11.1", "R-69": "silent", "R-81": "forbidden 12.2"},
    ),
    22: Event(
        told="into the other's waters, and no answer",
        situations={"R-62": "forbidden 11.1", "R-60": "permit 11.1"},
        duties=(
            Owes(
                agreement=A,
                after="rescue.admission.request",
                author="JP",
                expected=("11.2", "KR", "rescue.admission.answer", "2030-06-10T12:30+09:00"),
            ),
        ),
    ),
    23: Event(
        told="December 2018: fire-control radar during a rescue",
        situations={"EX-07": "forbidden 11.4", "R-66": "forbidden 11.4"},
        cases=(
            Changed(
                like="EX-09", kind="rescue.admission.begin", facts={"weapons_safe": False}, expected="forbidden 11.4"
            ),
        ),
    ),
    24: Event(
        told="December 2013: 10,000 rounds through the mission, lives in danger",
        situations={"L-02": "forbidden 3.2 3.5", "EX-21": "forbidden 3.2 3.5"},
        cases=(
            Changed(
                like="EX-19",
                kind="peacekeeping.support.offer",
                facts={
                    "category": "ammunition",
                    "screening": "barred",
                    "route": "through_mission",
                    "life_in_danger": True,
                },
                expected="forbidden 3.2 3.5",
            ),
        ),
    ),
    25: Event(
        told="January 2014: what was given goes back, even what is barred, even after the end",
        situations={"L-87": "permit 6.1", "L-86": "forbidden 3.2", "L-85-ended": "permit 6.1"},
        cases=tuple(
            Changed(
                like="EX-13",
                kind=RETURN,
                facts={
                    "phase": phase,
                    "officer_role": "supply_officer",
                    "category": "ammunition",
                    "supplier_acts": False,
                    "returns_receipt": True,
                },
                expected="permit 6.1",
            )
            for phase in ("in_force", "ended")
        ),
    ),
    26: Event(
        told="food, water and medical help to the same unit",
        situations={"L-68": "permit 3.1", "L-78": "permit 3.1", "L-79": "forbidden 4.3"},
        duties=(
            Owes(
                agreement=B,
                after="logistics.goods.issue",
                author="KR",
                facts={"both_signed": False},
                expected=("4.3", "JP", RECEIVED, "2030-06-13T12:00+09:00"),
            ),
        ),
    ),
    27: Event(
        told="November 2025: refuelling withdrawn over a flight; January 2026: given",
        situations={"L-46": "forbidden 4.6", "L-45": "permit 4.6"},
        cases=(
            Changed(
                like="EX-13",
                kind=ORDER,
                facts={"category": "fuel", "activity": "port_or_airfield_call", "supplier_acts": False},
                expected="permit 3.1",
            ),
        ),
    ),
    28: Event(told="2012: the fear of entry by force", situations={"L-18": "forbidden 9.1", "L-21": "permit 3.1"}),
    29: Event(
        told="seats for each other's nationals, from Israel and from Riyadh",
        cases=tuple(
            Changed(
                like="EX-13",
                kind=ORDER,
                author=author,
                facts={
                    "category": "transport",
                    "activity": "evacuation",
                    "place": "third_territory",
                    "supplier_acts": False,
                },
                expected="permit 3.1",
            )
            for author in ("KR", "JP")
        ),
    ),
    30: Event(
        told="ration packs not returned in a year",
        situations={"L-33": "forbidden 6.4", "L-34": "permit 3.1", "L-35": "permit 3.1"},
        duties=(
            Owes(
                agreement=B,
                after=RECEIVED,
                author="JP",
                facts={"settlement": "in_kind"},
                expected=("6.2", "JP", RETURN, "2031-06-10T12:00+09:00"),
                otherwise={"becomes": "cash", "priced_on": "due_date"},
            ),
        ),
    ),
}


def ruled(ruling: Any) -> str:
    """A ruling in few words: `permit 4.2`."""
    ground = getattr(ruling, "ground", None)
    return " ".join(("permit" if ground is None else ground.value, *ruling.cites))


SITUATIONS = [(number, name, said) for number, event in EVENTS.items() for name, said in event.situations.items()]
CASES = [(number, case) for number, event in EVENTS.items() for case in event.cases]
DUTIES = [(number, duty) for number, event in EVENTS.items() for duty in event.duties]


@pytest.mark.parametrize(("number", "name", "expected"), SITUATIONS, ids=lambda value: str(value).replace(" ", "_"))
def test_a_published_situation(number: int, name: str, expected: str) -> None:
    run = RUNS[name]
    assert " ".join((run.expected["ground"] or "permit", *run.expected["cites"])) == expected, EVENTS[number].told
    assert ruled(say(brought(run), run.agreement, run.act).judged.ruling) == expected


@pytest.mark.parametrize(("number", "case"), CASES, ids=lambda value: str(getattr(value, "kind", value)))
def test_a_published_case_with_a_fact_of_history(number: int, case: Changed) -> None:
    (published,) = (each for each in rulings()["cases"] if each["id"] == case.like)
    facts = {**published["facts"], **case.facts}
    assert facts.keys() == facts_of(case.kind).keys()
    ruling = judge(pact_of(published["agreement"]), case.kind, [from_json(facts)], author=case.author)
    assert ruled(ruling) == case.expected, EVENTS[number].told


@pytest.mark.parametrize(("number", "duty"), DUTIES, ids=lambda value: str(getattr(value, "after", value)))
def test_a_duty_of_history(number: int, duty: Owes) -> None:
    found = owed(pact_of(duty.agreement), duty.after, DAY, author=duty.author, facts=duty.facts)
    assert [
        (each.paragraph, each.debtor, each.does, each.due_at, dict(each.otherwise))
        for each in found
        if each.paragraph == duty.expected[0]
    ] == [(*duty.expected[:3], parse_offset(duty.expected[3]), dict(duty.otherwise))], EVENTS[number].told


def test_who_asked_for_ammunition_stands_in_both_records(tmp_path: Any) -> None:
    """The order never leaves; its author shows it with its refusal, and the record of both says who asked."""
    pair = template().copy(tmp_path / "nodes")
    pair.play(*story.rounds(TODAY))
    rounds = pair.named["rounds"]
    assert pair.value("JP", "act", "list", "--kind", "logistics") == []
    paper = json.dumps(pair.value("KR", "act", "show", rounds))
    shown = ("consultation", "open", "--agreement", B, "--about", rounds, "--matter", "who asked", "--paper", paper)
    opened = pair.value("KR", *shown, "--as", "kr/envoy-1")["act"]
    pair.carry()
    kr, jp = (pair.value(party, "act", "show", opened) for party in ("KR", "JP"))
    assert kr["payload"] == jp["payload"] == {"about": rounds, "matter": "who asked", "paper": paper}
    asked = json.loads(jp["payload"]["paper"])
    assert (jp["row"]["author"], asked["row"]["author"], asked["officers"]) == ("KR", "KR", ["kr/ordering-1"])
    assert asked["row"]["decision"]["cites"] == ["3.2", "3.5"]


def test_both_versions_of_a_corrected_report_are_kept() -> None:
    run = RUNS["A-40"]
    stage = brought(run)
    amended = say(stage, run.agreement, run.act).judged.intake.signed.act_id
    stage.pair.sync()
    for side in stage.pair.sides():
        (report,) = side.node.state("intelligence").registries[A].reports.values()
        assert [revision.act_id for revision in report.revisions] == [stage.ids["shared_by_kr"], amended]


def test_no_force_enters_uninvited_whatever_is_asked() -> None:
    proved = [proof for proof in proofs(pact_of(B)) if proof.paragraph == "9.1"]
    assert [proof.proved for proof in proved] == [True]


def test_no_third_side_is_a_fact() -> None:
    """What a third state thinks of an act is no fact: it is named as a recipient, a route or a place."""
    found = {
        fact["name"]
        for domain in vocabulary()["domains"].values()
        for fact in domain.get("facts", [])
        if any("third" in str(value) or str(value).endswith("_us") for value in fact.get("values", []))
    }
    assert found == {"released_to", "route", "place"}


def test_every_event_is_covered(record_property: Any) -> None:
    assert sorted(EVENTS) == [*range(1, 31)]
    assert [number for number, event in EVENTS.items() if not (event.chapters or event.situations or event.cases)] == []
    by_acts = sum(bool(event.chapters) for event in EVENTS.values())
    counted = f"{by_acts} played on their days, {len(SITUATIONS)} situations, {len(CASES)} cases, {len(DUTIES)} duties"
    record_property("counted", f"events of history: {len(EVENTS)}; {counted}")
