"""The casebook: what does not follow is kept and named; what does follow stands in its case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from servanda.base.moment import parse
from servanda.domains.rescue.acts import CloseCase
from servanda.domains.rescue.casebook import EMPTY, Half, OutOfOrder, State, Told
from servanda.domains.rescue.state import broken, fold
from tests.unit.rescue.test_rescue_acts import AREA, SAMPLES
from tests.unit.rescue.watch import AGREEMENT, HOUR, IN_K, LATER, OPEN, Watch, moment

NOBODY = "f" * 64
CLOSE = {"outcome": "none_found"}


def said(watch: Watch, kind: str, author: str, **changes: Any) -> str:
    members = {name: value for name, value in {**SAMPLES[kind], **changes}.items() if value is not None}
    return watch.take(kind, author, members)


def closed(watch: Watch) -> str:
    case = watch.opened()
    watch.take("rescue.case.close", "KR", {"case": case, **CLOSE})
    return case


def plan_of(watch: Watch, case: str, author: str = "KR", **changes: Any) -> str:
    return said(watch, "rescue.plan.propose", author, case=case, **{"replaces": None, **changes})


def request_of(watch: Watch, case: str, author: str = "JP") -> str:
    return said(watch, "rescue.admission.request", author, case=case)


OF_NO_CASE = [
    ("rescue.case.concur", {}),
    ("rescue.case.close", {}),
    ("rescue.sighting.lodge", {}),
    ("rescue.asset.offer", {}),
    ("rescue.plan.propose", {"replaces": None}),
    ("rescue.search.report", {"plan": None, "area": None}),
    ("rescue.lead.pass", {}),
    ("rescue.admission.request", {}),
    ("rescue.admission.begin", {"request": None}),
    ("rescue.case.open", {}),
]


@pytest.mark.parametrize(("kind", "changes"), OF_NO_CASE)
def test_an_act_on_a_case_that_nobody_opened_is_out_of_order(kind: str, changes: Mapping[str, Any]) -> None:
    watch = Watch()
    act = said(watch, kind, "KR", **changes)
    assert dict(watch.book.out_of_order) == {act: OutOfOrder.CASE_UNKNOWN}
    assert broken(watch.book) == ()


@pytest.mark.parametrize(
    ("kind", "kept"),
    [
        ("rescue.sighting.lodge", "sightings"),
        ("rescue.asset.offer", "offers"),
        ("rescue.plan.propose", "plans"),
        ("rescue.search.report", "searches"),
        ("rescue.admission.request", "admissions"),
        ("rescue.admission.begin", "begun"),
    ],
)
def test_what_is_said_of_a_closed_case_is_kept_with_it_and_out_of_order(kind: str, kept: str) -> None:
    watch = Watch()
    case = closed(watch)
    ended = watch.case(case).closed
    changes = dict.fromkeys({"replaces", "plan", "area", "request"} & SAMPLES[kind].keys())
    act = said(watch, kind, "JP", case=case, **changes)
    assert dict(watch.book.out_of_order) == {act: OutOfOrder.CASE_CLOSED}
    assert getattr(watch.case(case), kept) == (act,)
    assert act in getattr(watch.book, kept)
    assert watch.case(case).closed == ended
    assert broken(watch.book) == ()


@pytest.mark.parametrize("kind", ["rescue.case.concur", "rescue.case.close", "rescue.lead.pass"])
def test_nothing_changes_how_a_closed_case_ended(kind: str) -> None:
    watch = Watch()
    case = closed(watch)
    before = watch.case(case)
    subject = {"subject": {"case": case, "to": "JP", "turn": 1}}
    act = watch.take(kind, "JP", subject if kind == "rescue.lead.pass" else {"case": case, **CLOSE})
    assert dict(watch.book.out_of_order) == {act: OutOfOrder.CASE_CLOSED}
    assert watch.case(case) == before


def test_a_case_is_closed_as_its_act_says() -> None:
    watch = Watch()
    case = watch.opened()
    act = watch.take("rescue.case.close", "KR", {"case": case, "outcome": "some_saved", "saved": 6, "lost": 1})
    assert watch.case(case).closed == Told(
        act_id=act,
        author="KR",
        recorded_at=moment("2031-03-01T09:00+09:00"),
        content=CloseCase(case=case, outcome="some_saved", saved=6, lost=1),
    )
    assert not watch.case(case).open
    assert broken(watch.book) == ()


def test_a_case_goes_on_in_the_one_that_reopens_it() -> None:
    watch = Watch()
    case = closed(watch)
    again = watch.opened("JP", reopens=case)
    assert (watch.case(case).reopened_by, watch.case(again).open, dict(watch.book.out_of_order)) == (again, True, {})
    still = watch.opened("JP", reopens=again)
    assert watch.case(again).reopened_by == still
    assert dict(watch.book.out_of_order) == {still: OutOfOrder.CASE_OPEN}


def test_a_sighting_is_kept_with_or_without_its_case() -> None:
    watch = Watch()
    case = watch.opened()
    alone = watch.take("rescue.sighting.lodge", "JP", {"seen_at": HOUR, "what": "light"})
    about = watch.take("rescue.sighting.lodge", "JP", {"seen_at": HOUR, "what": "raft", "case": case})
    lost = watch.take("rescue.sighting.lodge", "JP", {"seen_at": HOUR, "what": "raft", "case": NOBODY})
    assert set(watch.book.sightings) == {alone, about, lost}
    assert watch.case(case).sightings == (about,)
    assert dict(watch.book.out_of_order) == {lost: OutOfOrder.CASE_UNKNOWN}


def test_a_plan_is_agreed_to_once_by_the_other_party() -> None:
    watch = Watch()
    plan = plan_of(watch, watch.opened())
    own = said(watch, "rescue.plan.agree", "KR", plan=plan)
    agreed = said(watch, "rescue.plan.agree", "JP", plan=plan)
    again = said(watch, "rescue.plan.agree", "JP", plan=plan)
    none = said(watch, "rescue.plan.agree", "JP", plan=NOBODY)
    assert watch.book.plans[plan].agreed_by == agreed
    assert dict(watch.book.out_of_order) == {
        own: OutOfOrder.PLAN_OWN,
        again: OutOfOrder.PLAN_AGREED,
        none: OutOfOrder.PLAN_UNKNOWN,
    }


def test_a_plan_that_was_replaced_is_agreed_to_no_more() -> None:
    watch = Watch()
    case, other = watch.opened(), watch.opened("JP")
    first = plan_of(watch, case)
    second = plan_of(watch, case, "JP", replaces=first)
    third = plan_of(watch, case, replaces=first)
    strange = plan_of(watch, other, replaces=second)
    late = said(watch, "rescue.plan.agree", "JP", plan=first)
    assert [watch.book.plans[each].replaced_by for each in (first, second, third)] == [second, None, None]
    assert watch.case(case).plans == (first, second, third)
    assert dict(watch.book.out_of_order) == {
        third: OutOfOrder.PLAN_REPLACED,
        strange: OutOfOrder.PLAN_UNKNOWN,
        late: OutOfOrder.PLAN_REPLACED,
    }


def test_a_plan_agreed_to_after_the_case_was_closed_is_out_of_order() -> None:
    watch = Watch()
    case = watch.opened()
    plan = plan_of(watch, case)
    watch.take("rescue.case.close", "KR", {"case": case, **CLOSE})
    agreed = said(watch, "rescue.plan.agree", "JP", plan=plan)
    assert dict(watch.book.out_of_order) == {agreed: OutOfOrder.CASE_CLOSED}
    assert watch.book.plans[plan].agreed_by == agreed


def test_a_search_by_a_plan_names_one_of_its_areas() -> None:
    watch = Watch()
    case, other = watch.opened(), watch.opened("JP")
    plan = plan_of(watch, case, areas=[{**AREA, "number": 3}])
    good = said(watch, "rescue.search.report", "JP", case=case, plan=plan, area=3)
    whole = said(watch, "rescue.search.report", "JP", case=case, plan=plan, area=None)
    none = said(watch, "rescue.search.report", "JP", case=case, plan=plan, area=1)
    strange = said(watch, "rescue.search.report", "JP", case=other, plan=plan, area=3)
    assert watch.case(case).searches == (good, whole, none)
    assert dict(watch.book.out_of_order) == {none: OutOfOrder.AREA_UNKNOWN, strange: OutOfOrder.PLAN_UNKNOWN}


def passes(watch: Watch, author: str, case: str, to: str, turn: int, agreement: str = AGREEMENT) -> str:
    members = {"subject": {"case": case, "to": to, "turn": turn}}
    return watch.take("rescue.lead.pass", author, members, agreement=agreement)


def test_the_lead_passes_at_the_later_half() -> None:
    watch = Watch()
    case = watch.opened()
    half = passes(watch, "KR", case, "JP", 1)
    waiting = watch.case(case)
    assert (waiting.lead, waiting.turns) == (None, 0)
    assert list(waiting.halves.values()) == [Half(act_id=half, author="KR", to="JP", turn=1)]
    repeated = passes(watch, "KR", case, "JP", 1)
    passes(watch, "JP", case, "JP", 1)
    passed = watch.case(case)
    assert (passed.lead, passed.turns, list(passed.halves)) == ("JP", 1, [])
    assert dict(watch.book.out_of_order) == {repeated: OutOfOrder.HALF_REPEATED}


def test_the_lead_passes_there_and_back_and_there_again() -> None:
    watch = Watch()
    case = watch.opened()
    for turn, to in ((1, "JP"), (2, "KR"), (3, "JP")):
        for author in ("JP", "KR"):
            passes(watch, author, case, to, turn)
        assert (watch.case(case).lead, watch.case(case).turns) == (to, turn)
    assert dict(watch.book.out_of_order) == {}
    assert broken(watch.book) == ()


def test_of_two_passes_that_cross_the_first_that_both_said_counts() -> None:
    watch = Watch()
    case = watch.opened()
    passes(watch, "KR", case, "JP", 1)
    passes(watch, "JP", case, "KR", 1)
    passes(watch, "KR", case, "KR", 1)
    late = passes(watch, "JP", case, "JP", 1)
    assert (watch.case(case).lead, watch.case(case).turns) == ("KR", 1)
    assert dict(watch.book.out_of_order) == {late: OutOfOrder.TURN_WRONG}


def test_halves_under_two_agreements_make_no_pass() -> None:
    watch = Watch()
    case = watch.opened()
    passes(watch, "KR", case, "JP", 1)
    passes(watch, "JP", case, "JP", 1, agreement="kr-jp-c")
    assert (watch.case(case).lead, len(watch.case(case).halves)) == (None, 2)


@pytest.mark.parametrize(
    ("to", "turn", "why"),
    [("US", 1, OutOfOrder.PARTY_UNKNOWN), ("JP", 2, OutOfOrder.TURN_WRONG), ("JP", 1000, OutOfOrder.TURN_WRONG)],
)
def test_a_pass_to_nobody_or_out_of_turn_is_out_of_order(to: str, turn: int, why: OutOfOrder) -> None:
    watch = Watch()
    case = watch.opened()
    act = passes(watch, "KR", case, to, turn)
    assert dict(watch.book.out_of_order) == {act: why}
    assert list(watch.case(case).halves) == []


def test_a_request_is_answered_by_the_other_party_and_the_last_answer_counts() -> None:
    watch = Watch()
    case = watch.opened()
    asked = request_of(watch, case)
    assert (watch.book.admissions[asked].granted, watch.case(case).admissions) == (False, (asked,))
    own = said(watch, "rescue.admission.answer", "JP", request=asked)
    none = said(watch, "rescue.admission.answer", "KR", request=NOBODY)
    yes = said(watch, "rescue.admission.answer", "KR", request=asked, until=HOUR)
    admission = watch.book.admissions[asked]
    assert (admission.granted, admission.ends_at) == (True, parse(HOUR))
    no = said(watch, "rescue.admission.answer", "KR", request=asked, granted=False, until=None)
    admission = watch.book.admissions[asked]
    assert (admission.granted, admission.ends_at) == (False, parse(LATER))
    assert [answer.act_id for answer in admission.answers] == [yes, no]
    assert dict(watch.book.out_of_order) == {own: OutOfOrder.REQUEST_OWN, none: OutOfOrder.REQUEST_UNKNOWN}


def test_a_unit_that_goes_in_belongs_to_the_case_of_its_request() -> None:
    watch = Watch()
    case = watch.opened()
    asked = request_of(watch, case)
    by_request = said(watch, "rescue.admission.begin", "JP", case=None, request=asked)
    of_no_case = said(watch, "rescue.admission.begin", "JP", case=None, request=None)
    no_request = said(watch, "rescue.admission.begin", "JP", case=case, request=NOBODY)
    assert watch.case(case).begun == (by_request, no_request)
    assert set(watch.book.begun) == {by_request, of_no_case, no_request}
    assert dict(watch.book.out_of_order) == {no_request: OutOfOrder.REQUEST_UNKNOWN}


def test_a_party_concurs_once() -> None:
    watch = Watch()
    case = watch.opened()
    heard = watch.take("rescue.case.concur", "JP", {"case": case})
    again = watch.take("rescue.case.concur", "JP", {"case": case})
    assert dict(watch.case(case).heard) == {"JP": heard}
    assert dict(watch.book.out_of_order) == {again: OutOfOrder.ALREADY_CONCURRED}


@pytest.mark.parametrize("kind", [kind for kind in SAMPLES if kind != "rescue.alert.receive"])
def test_what_does_not_read_is_kept_as_unreadable(kind: str) -> None:
    watch = Watch()
    act = watch.take(kind, "KR", {})
    assert dict(watch.book.out_of_order) == {act: OutOfOrder.UNREADABLE}
    assert watch.book == replace(EMPTY, out_of_order=watch.book.out_of_order)


def test_what_is_of_no_case_leaves_the_book_as_it_was() -> None:
    watch = Watch()
    watch.take("rescue.alert.receive", "KR", {"received_at": HOUR, "source": "radio"})
    act = next(iter(watch.acts.values()))
    assert (watch.book, fold(EMPTY, replace(act, kind="agreement.text.table"))) == (EMPTY, EMPTY)


def test_a_casebook_that_does_not_hold_says_why() -> None:
    watch = Watch()
    case = watch.opened()
    asked, plan = request_of(watch, case), plan_of(watch, case)
    watch.take("rescue.case.close", "KR", {"case": case, **CLOSE})
    known, admission = watch.case(case), watch.book.admissions[asked]
    assert known.closed is not None

    def changed(**members: Any) -> State:
        return replace(watch.book, **members)

    def cases(**members: Any) -> State:
        return changed(cases=watch.book.cases.insert(case, replace(known, **members)))

    answer = Told(act_id=NOBODY, author="JP", recorded_at=admission.recorded_at, content=None)
    ended = known.closed.act_id
    for book, why in (
        (cases(sightings=(NOBODY,)), f"`{NOBODY}` of case `{case}` is not among the sightings"),
        (cases(turns=1), f"the lead of case `{case}` was passed 1 times"),
        (cases(lead="JP"), f"the lead of case `{case}` was passed 0 times"),
        (
            changed(out_of_order=watch.book.out_of_order.insert(ended, OutOfOrder.CASE_CLOSED)),
            f"case `{case}` is closed by an act that is out of order",
        ),
        (
            changed(plans=watch.book.plans.insert(plan, replace(watch.book.plans[plan], replaced_by=NOBODY))),
            f"plan `{plan}` is replaced by no plan",
        ),
        (
            changed(admissions=watch.book.admissions.insert(asked, replace(admission, answers=(answer,)))),
            f"admission `{asked}` is answered by the Party that asked",
        ),
    ):
        assert broken(book) == (why,)
    assert (broken(watch.book), known.content.position is not None, OPEN["position"]) == ((), True, IN_K)
