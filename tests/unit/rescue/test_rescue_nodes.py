"""Life first between two nodes: with no agreement, before force, while one stands, and after its end."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from servanda.act.act import Draft
from servanda.act.entry import Issued
from servanda.act.ruling import Ground, Permit, Refusal, Ruling
from servanda.agreement import acts as accord
from servanda.base.errors import PeerError, UsageError
from servanda.domains.rescue import desk
from servanda.domains.rescue.acts import OpenCase
from servanda.domains.rescue.casebook import State
from servanda.domains.rescue.state import broken
from servanda.node import answers
from servanda.node.stages import Recorded, Standing
from tests.simulation.world import TEXTS, Pair, Side, both_in_force
from tests.wordings import loaded, tabled

PACT, NONE = "kr-jp-a", "none"
SILENT = Refusal(ground=Ground.SILENT)
IN_K, IN_U, IN_Q, IN_J = "35.6,129.4", "37.5,130.87", "37.24,131.87", "35,131.5"
DISTRESS = {"stage": "distress", "nature": "sinking"}


def officer(side: Side, name: str) -> str:
    return f"{side.party.lower()}/{name}"


def book(side: Side) -> State:
    state = side.node.state("rescue")
    assert isinstance(state, State)
    return state


def draft(side: Side, verb: Any, agreement: str = PACT, **members: Any) -> Draft:
    made = verb(book(side), side.node.seat(agreement), **members)
    assert isinstance(made, Draft)
    return made


def says(side: Side, by: str, verb: Any, agreement: str = PACT, **members: Any) -> Recorded:
    return side.node.submit(draft(side, verb, agreement, **members), [officer(side, by)])


def opens(side: Side, by: str, agreement: str = PACT, position: str = IN_K) -> Recorded:
    return says(side, by, desk.open_case, agreement, position=position, **DISTRESS)


def entry(recorded: Recorded) -> Issued:
    assert recorded.entry is not None, recorded.judged.ruling
    return recorded.entry


def reply(side: Side, act: str) -> Ruling | None:
    """How this node has ruled on an act of the other."""
    home = side.node.holding.home
    found = home.reply(act, home.size)
    return None if found is None else found.ruling.ruling


def reply_after(pair: Pair, recorded: Recorded) -> Ruling | None:
    """How JP has ruled on an act of KR once it has it."""
    at_rest(pair)
    return reply(pair.jp, entry(recorded).act)


def standing(side: Side, act: str) -> Standing:
    return answers.standing(answers.find(side.node.holding, act), side.node.scene().folded)


def at_rest(pair: Pair) -> State:
    """Both books, which are one."""
    pair.sync()
    assert book(pair.kr) == book(pair.jp)
    assert broken(book(pair.kr)) == ()
    for side in pair.sides():
        side.node.audit()
    return book(pair.kr)


def delivered(pair: Pair, side: Side, recorded: Recorded, ruling: Ruling, stands: Standing) -> str:
    """An act of a side that both nodes rule on alike, that stands alike on both, and that both books hold."""
    act = entry(recorded).act
    state = at_rest(pair)
    other = pair.jp if side is pair.kr else pair.kr
    assert (recorded.judged.ruling, reply(other, act)) == (ruling, ruling)
    assert [standing(each, act) for each in pair.sides()] == [stands, stands]
    assert act in state.cases or act in state.sightings
    return act


@cache
def _ended() -> Pair:
    pair = both_in_force().copy()
    version = loaded(TEXTS[PACT], PACT).digest
    for side in pair.sides():
        subject = accord.VersionSubject(digest=version)
        side.envoy_says(PACT, "agreement.termination.agree", accord.TerminationAgree(subject=subject))
    pair.sync()
    assert {side.node.status(PACT).phase for side in pair.sides()} == {"ended"}
    return pair


def in_force() -> Pair:
    return both_in_force().copy()


def ended() -> Pair:
    return _ended().copy()


@cache
def _tabled() -> Pair:
    pair = Pair()
    pair.kr.envoy_says(PACT, "agreement.text.table", tabled(TEXTS[PACT]))
    for side in pair.sides():
        for name, office in (("duty-1", "duty_officer"), ("information-1", "information_officer")):
            side.appoint(PACT, name, office, None)
    pair.sync()
    assert {side.node.status(PACT).phase for side in pair.sides()} == {"not_in_force"}
    return pair


def test_a_stranger_opens_no_case() -> None:
    """No key of the Party: not a ruling but a signature that fails, and the other Party has no case of it."""
    pair = Pair()
    with pytest.raises(UsageError):
        opens(pair.kr, "duty-1", NONE)
    assert at_rest(pair).cases == State().cases


@pytest.mark.parametrize(
    ("verb", "members"),
    [
        (desk.offer, {"unit": "kr-1", "sort": "ship", "weapons_safe": True}),
        (desk.concur, {}),
        (desk.close, {"outcome": "all_saved"}),
        (desk.pass_lead, {}),
    ],
)
def test_with_no_agreement_nothing_is_said_but_a_case_and_a_sighting(verb: Any, members: dict[str, Any]) -> None:
    pair = Pair()
    case = entry(opens(pair.kr, "envoy-1", NONE)).act
    with pytest.raises(PeerError) as caught:
        says(pair.kr, "envoy-1", verb, NONE, case=case, **members)
    assert caught.value.code == "agreement_unknown"


def test_with_no_agreement_at_all_an_envoy_opens_a_case_and_the_other_has_it() -> None:
    pair = Pair()
    case = delivered(pair, pair.kr, opens(pair.kr, "envoy-1", NONE), SILENT, Standing.REFUSED)
    seen = says(pair.jp, "envoy-1", desk.lodge_sighting, NONE, what="raft", case=case, position=IN_Q)
    sighting = delivered(pair, pair.jp, seen, SILENT, Standing.REFUSED)
    found = book(pair.jp).cases[case]
    assert (found.author, found.agreement, found.sightings, found.open) == ("KR", NONE, (sighting,), True)


def test_an_alert_with_no_agreement_is_noted_and_taken_over() -> None:
    pair = Pair()
    noted = says(
        pair.kr, "envoy-1", desk.receive_alert, NONE, source="phone", position=IN_K, persons=3, note="a whistle"
    )
    assert (noted.entry, noted.item is not None) == (None, True)
    alert = noted.judged.intake.signed.act_id
    pair.advance(300)
    opened = says(pair.kr, "envoy-1", desk.open_case, NONE, alert=alert, **DISTRESS)
    case = delivered(pair, pair.kr, opened, SILENT, Standing.REFUSED)
    content = book(pair.jp).cases[case].content
    assert (content.source, content.persons, content.note) == ("phone", 3, None)
    assert content.received_at == "2031-04-01T00:00:00Z"


@pytest.mark.parametrize("name", ["envoy-1", "duty-1", "information-1"])
@pytest.mark.parametrize("agreement", [PACT, NONE])
def test_before_force_a_case_is_refused_and_delivered_all_the_same(name: str, agreement: str) -> None:
    pair = _tabled().copy()
    ruling = SILENT if agreement == NONE else Refusal(ground=Ground.FORBIDDEN, cites=("16.1",))
    delivered(pair, pair.jp, opens(pair.jp, name, agreement), ruling, Standing.REFUSED)


@pytest.mark.parametrize("name", ["envoy-1", "duty-1", "information-1", "supply-1"])
def test_while_it_is_in_force_any_officer_of_any_agreement_opens_a_case(name: str) -> None:
    pair = in_force()
    case = delivered(pair, pair.kr, opens(pair.kr, name), Permit(cites=("3.2",)), Standing.AGREED)
    seen = says(pair.jp, name, desk.lodge_sighting, what="raft", case=case)
    delivered(pair, pair.jp, seen, Permit(cites=("3.2",)), Standing.AGREED)


@pytest.mark.parametrize("name", ["envoy-1", "duty-1", "information-1", "supply-1"])
@pytest.mark.parametrize("agreement", [PACT, NONE])
def test_after_the_end_any_officer_opens_a_case(name: str, agreement: str) -> None:
    pair = ended()
    ruling = SILENT if agreement == NONE else Permit(cites=("3.2",))
    stands = Standing.REFUSED if agreement == NONE else Standing.AGREED
    delivered(pair, pair.kr, opens(pair.kr, name, agreement), ruling, stands)


def test_an_officer_of_another_agreement_says_nothing_else_of_rescue() -> None:
    pair = in_force()
    case = entry(opens(pair.kr, "duty-1")).act
    offer = says(pair.kr, "supply-1", desk.offer, case=case, unit="kr-1", sort="ship", weapons_safe=True)
    assert (offer.entry, offer.judged.ruling) == (None, Refusal(ground=Ground.INVALID, code="key_unknown"))


def test_an_officer_dismissed_or_a_key_revoked_opens_no_case_under_its_agreement() -> None:
    pair = in_force()
    pair.kr.envoy_says(PACT, "agreement.officer.dismiss", accord.OfficerDismiss(officer=officer(pair.kr, "duty-1")))
    pair.sync()
    for agreement, code in ((PACT, "key_revoked"), (NONE, "key_unknown")):
        opened = opens(pair.kr, "duty-1", agreement)
        # It is delivered, and has no effect.
        assert opened.judged.ruling == reply_after(pair, opened) == Refusal(ground=Ground.INVALID, code=code)
        assert book(pair.jp).cases.get(entry(opened).act) is None


def test_after_the_end_nothing_new_is_done_and_a_request_is_still_answered() -> None:
    pair = in_force()
    case = entry(opens(pair.jp, "duty-1", position=IN_U)).act
    pair.sync()
    ask = {"case": case, "unit": "jp-1", "sort": "helicopter", "why": "rescue", "sole_purpose_rescue": True}
    asked = entry(says(pair.jp, "duty-1", desk.request, ends="2031-05-02T06:00:00Z", positions=[IN_U], **ask)).act
    pair.sync()
    version = loaded(TEXTS[PACT], PACT).digest
    for side in pair.sides():
        subject = accord.VersionSubject(digest=version)
        side.envoy_says(PACT, "agreement.termination.agree", accord.TerminationAgree(subject=subject))
    pair.sync()
    (owed,) = [duty for duty in pair.kr.node.duties(PACT) if duty.started_by == asked and duty.met_at is None]
    assert (owed.paragraph, owed.debtor) == ("11.2", "KR")
    answer = says(pair.kr, "duty-1", desk.answer, request=asked, granted=True)
    assert answer.judged.ruling == Permit(cites=("11.1",))
    state = at_rest(pair)
    assert state.admissions[asked].granted
    assert [duty for duty in pair.kr.node.duties(PACT) if duty.started_by == asked and duty.met_at is None] == []
    go = {"unit": "jp-1", "sole_purpose_rescue": True, "weapons_safe": True, "positions": [IN_U]}
    assert says(pair.jp, "duty-1", desk.begin, **go).judged.ruling == Refusal(ground=Ground.FORBIDDEN, cites=("16.5",))


def test_the_answer_to_an_alert_is_owed_and_known_at_home_only() -> None:
    pair = in_force()
    noted = says(pair.kr, "duty-1", desk.receive_alert, source="radio", position=IN_K)
    alert = noted.judged.intake.signed.act_id

    def owed(side: Side) -> list[tuple[str, str, str, str]]:
        return [
            (duty.paragraph, duty.debtor, duty.started_by, duty.state.value)
            for duty in side.node.duties(PACT)
            if duty.does == "rescue.case.open"
        ]

    assert owed(pair.kr) == [("10.1", "KR", alert, "open")]
    pair.advance(16 * 60)
    assert owed(pair.kr) == [("10.1", "KR", alert, "late")]
    case = entry(says(pair.kr, "duty-1", desk.open_case, alert=alert, **DISTRESS)).act
    assert owed(pair.kr) == [("10.1", "KR", alert, "met")]
    content = at_rest(pair).cases[case].content
    assert isinstance(content, OpenCase)
    assert owed(pair.jp) == []
    # The other Party learns lateness from the hour that the act states.
    opened = book(pair.jp).cases[case]
    assert (opened.recorded_at - noted.judged.place.at).total_seconds() == 16 * 60
    assert content.received_at == noted.judged.place.at.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_a_case_opened_under_no_agreement_is_worked_once_one_is_in_force() -> None:
    pair = Pair()
    case = entry(opens(pair.jp, "envoy-1", NONE)).act
    pair.into_force(PACT)
    pair.advance(31 * 86_400)
    for side in pair.sides():
        side.node.confirm_clock()
    offer = says(pair.kr, "duty-1", desk.offer, case=case, unit="kr-1", sort="ship", weapons_safe=True)
    assert offer.judged.ruling == Permit(cites=("10.2",))
    at_rest(pair)
    # Its position lies in waters of KR, so KR leads and hears JP, whoever opened it.
    assert says(pair.jp, "duty-1", desk.concur, case=case).judged.ruling == Permit(cites=("10.3",))
    at_rest(pair)
    assert says(pair.kr, "duty-1", desk.close, case=case, outcome="all_saved").judged.ruling == Permit(cites=("10.3",))
    assert not at_rest(pair).cases[case].open


def test_what_crosses_comes_to_one_book() -> None:
    """Both say at once what only one of them can: the same order on both sides decides."""
    pair = in_force()
    case = entry(opens(pair.kr, "duty-1", position=IN_Q)).act
    pair.sync()
    says(pair.jp, "duty-1", desk.concur, case=case)
    pair.sync()
    closed = entry(says(pair.kr, "duty-1", desk.close, case=case, outcome="none_found")).act
    late = entry(
        says(pair.jp, "duty-1", desk.report, case=case, unit="jp-1", began="2031-05-02T00:00:00Z", track=[IN_J])
    ).act
    state = at_rest(pair)
    assert (state.cases[case].open, state.cases[case].searches) == (False, (late,))
    assert set(state.out_of_order) <= {closed, late}


def test_the_lead_passes_by_halves_that_cross() -> None:
    pair = in_force()
    case = entry(opens(pair.kr, "duty-1")).act
    pair.sync()
    for side in (pair.kr, pair.jp):
        assert says(side, "duty-1", desk.pass_lead, case=case, to="JP").judged.ruling == Permit(cites=("10.3",))
    state = at_rest(pair)
    assert (state.cases[case].lead, state.cases[case].turns) == ("JP", 1)
