"""Intake: what cannot be said, what is said as it was meant, and who proves a key."""

from __future__ import annotations

from dataclasses import replace

import pytest

from servanda.act import content
from servanda.act.act import Draft
from servanda.act.ruling import Permit
from servanda.agreement import acts as accord
from servanda.agreement.acts import KeyMember
from servanda.base import canon, limits
from servanda.base.errors import MalformedError, ServandaError, UsageError
from servanda.node.holding import open_payload
from servanda.seal.keys import Alg, generate
from tests.simulation.world import Pair
from tests.unit.node.actors import PACT, asks, known, officer, shares, taken
from tests.wordings import tabled

NOTE = Draft(kind="agreement.notice.withdraw", agreement=PACT, payload=None)


@pytest.mark.parametrize("kind", ["intelligence.report.whisper", "weather", "", "agreement.force.begin"])
def test_what_nobody_can_say_is_not_taken(pair: Pair, kind: str) -> None:
    before = known(pair.kr)
    with pytest.raises(UsageError, match="cannot be said") as caught:
        pair.kr.node.submit(replace(asks(pair.kr), kind=kind), [officer(pair.kr)])
    assert (caught.value.code, known(pair.kr)) == ("kind_unknown", before)


def test_somebody_must_say_it(pair: Pair) -> None:
    with pytest.raises(UsageError, match="no officer signs") as caught:
        pair.kr.node.submit(asks(pair.kr), [])
    assert caught.value.code == "officer_missing"


@pytest.mark.parametrize("name", ["kr/nobody-1", "jp/information-1"])
def test_an_officer_who_is_not_signed_in_says_nothing(pair: Pair, name: str) -> None:
    before = known(pair.kr)
    with pytest.raises(UsageError, match=f"no keyring of `{name}` is open here") as caught:
        pair.kr.node.submit(asks(pair.kr), [officer(pair.kr), name])
    assert (caught.value.code, known(pair.kr)) == ("keyring_closed", before)


def test_a_payload_beyond_the_bound_is_not_taken(pair: Pair) -> None:
    before = known(pair.kr)
    text = "\x01" * 1_000_000  # of its form, and six bytes each once it is written
    draft = Draft(kind="agreement.text.table", agreement=PACT, payload=tabled(text))
    with pytest.raises(MalformedError, match="the payload has 6000011 bytes") as caught:
        pair.kr.node.submit(draft, [pair.kr.envoy])
    assert (caught.value.code, known(pair.kr)) == ("too_large", before)


def test_more_signatures_than_a_statement_takes_are_not_made(pair: Pair) -> None:
    proving = [generate(Alg.ED25519) for _ in range(limits.SIGNERS_MAX)]
    with pytest.raises(ServandaError, match="signed_by"):
        taken(pair.kr, asks(pair.kr), proving=proving)


def test_an_act_says_what_the_draft_says(pair: Pair) -> None:
    draft = replace(asks(pair.kr, "일본에 묻다 · 質問"), causes=("ab" * 32,))
    said = taken(pair.kr, draft, [officer(pair.kr), officer(pair.kr, "information-2")])
    statement = said.signed.statement
    digest = pair.kr.node.status(PACT).instrument.digest
    keys = [pair.kr.keys.officer(officer(pair.kr, name))[0] for name in ("information-1", "information-2")]

    assert dict(statement.members) == {
        "version": 1,
        "agreement": PACT,
        "agreement_digest": digest,
        "author": "KR",
        "addressee": "JP",
        "kind": draft.kind,
        "reference": statement.reference,
        "claimed_at": "2031-05-02T00:00:00Z",
        "causes": ["ab" * 32],
        "payload": {"commit": statement.payload_commit, "form": f"{draft.kind}/1"},
        "signed_by": [
            {"officer": "kr/information-1", "key": keys[0].public.key_id},
            {"officer": "kr/information-2", "key": keys[1].public.key_id},
        ],
    }
    for side in pair.sides():
        opened = open_payload(said.signed, said.sealed, side.keys.seal())
        assert opened is not None
        assert opened.raw == canon.encode(content.write(draft.payload))


def test_an_officer_named_twice_signs_once(pair: Pair) -> None:
    said = taken(pair.kr, asks(pair.kr), [officer(pair.kr)] * 2)
    assert said.signed.statement.officers == ("kr/information-1",)
    assert len(said.signed.statement.signed_by) == 1


def test_an_act_without_payload_seals_nothing(pair: Pair) -> None:
    said = taken(pair.kr, NOTE, [pair.kr.envoy])
    assert (said.sealed, said.signed.statement.payload_commit, said.signed.statement.payload_form) == (None, None, None)


def test_one_saying_is_one_act_and_tells_nothing_of_another(pair: Pair) -> None:
    """The same words twice: salt and reference are drawn anew, so neither act tells that it repeats the other."""
    first, second = (taken(pair.kr, asks(pair.kr)) for _ in range(2))
    one, other = first.signed.statement, second.signed.statement
    assert first.signed.act_id != second.signed.act_id
    assert one.payload_commit != other.payload_commit
    assert one.reference != other.reference


def test_a_named_key_signs_after_the_officer_who_appoints_it(pair: Pair) -> None:
    key = generate(Alg.ED25519)
    payload = accord.OfficerAppoint(
        officer="kr/information-9",
        office="information_officer",
        keys=(KeyMember(alg="ed25519", public=key.public.hex),),
    )
    draft = Draft(kind="agreement.officer.appoint", agreement=PACT, payload=payload)
    envoy = pair.kr.keys.officer(pair.kr.envoy)[0].public.key_id

    said = taken(pair.kr, draft, [pair.kr.envoy], proving=[key])
    assert said.signed.statement.signed_by == ((pair.kr.envoy, envoy), ("kr/information-9", key.public.key_id))
    unproved = pair.kr.node.submit(draft, [pair.kr.envoy])
    assert (unproved.entry, unproved.judged.ruling.cites) == (None, ("life.25",))


def test_a_finding_that_was_not_noted_is_not_answered(pair: Pair) -> None:
    before = known(pair.kr)
    with pytest.raises(UsageError, match="was not noted here") as caught:
        pair.kr.node.submit(replace(asks(pair.kr), finding="ab" * 32), [officer(pair.kr)])
    assert (caught.value.code, known(pair.kr)) == ("finding_unknown", before)


# -- a retry -----------------------------------------------------------------------------------------------------------

REFERENCE = "ab" * 16


def test_a_retry_is_the_same_act(pair: Pair) -> None:
    """The step was written, the answer was lost: the officer says it again, a minute later."""
    draft = asks(pair.kr)
    first = pair.kr.node.submit(draft, [officer(pair.kr)], reference=REFERENCE)
    pair.advance(60)
    before = known(pair.kr)

    again = pair.kr.node.submit(draft, [officer(pair.kr)], reference=REFERENCE)

    assert isinstance(first.judged.ruling, Permit)
    assert (again.entry, again.judged.ruling, again.judged.repeated) == (first.entry, first.judged.ruling, True)
    assert (again.judged.facts, again.judged.place) == (first.judged.facts, first.judged.place)
    assert known(pair.kr) == before


def test_a_reference_is_that_of_one_intention(pair: Pair) -> None:
    pair.kr.node.submit(asks(pair.kr), [officer(pair.kr)], reference=REFERENCE)
    before = known(pair.kr)
    for other in (asks(pair.kr, "another question"), shares(pair.kr), replace(asks(pair.kr), agreement="kr-jp-b")):
        with pytest.raises(UsageError, match=f"reference `{REFERENCE}` is that of act") as caught:
            pair.kr.node.submit(other, [officer(pair.kr)], reference=REFERENCE)
        assert (caught.value.code, known(pair.kr)) == ("reference_used", before)


@pytest.mark.parametrize("reference", ["ab", "zz" * 16, "AB" * 16, "ab" * 17])
def test_a_reference_has_one_form(pair: Pair, reference: str) -> None:
    before = known(pair.kr)
    with pytest.raises(MalformedError, match="reference"):
        pair.kr.node.submit(asks(pair.kr), [officer(pair.kr)], reference=reference)
    assert known(pair.kr) == before
