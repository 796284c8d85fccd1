"""The life of an agreement, said act by act: talks, texts, officers, force, questions, suspension, notice, the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from servanda.node import answers
from servanda.node.stages import Standing
from servanda.seal.keys import Alg, SecretKey, generate
from tests.conformance.walking import DAYS, Do, Row, Step, Wait, Walk
from tests.simulation.world import OFFICERS, TEXTS, Side
from tests.unit.node import actors
from tests.wordings import loaded, words_of

A, B = "kr-jp-a", "kr-jp-b"
TEXT = TEXTS[A]
DRAFTED = TEXT.replace("  within: 24 hours\n", "  within: 36 hours\n")
AFTER_THE_END = """

```clause
owes:
  after: agreement.force.end
  who: both
  does: intelligence.report.destroy
  within: 90 days
```

**16.8**"""
SECOND = TEXT.replace("\nversion: 1\n", "\nversion: 2\n").replace("\n\n**16.8**", AFTER_THE_END)
SCOPE = "when: {topic: topic_in_scope, purpose_stated: true}"
CORRECTED = SECOND.replace(SCOPE, f"{SCOPE[:-1]}, enciphered: true}}")


def words(text: str) -> dict[str, Any]:
    """A text with its words in every language."""
    return {"text": text, "words": words_of(text)}


FIRST, BEFORE, NEXT, CORRECT = (loaded(text, A).digest for text in (TEXT, DRAFTED, SECOND, CORRECTED))

kr = partial(Row, party="KR", by="envoy-1", under=A)
jp = partial(Row, party="JP", by="envoy-1", under=A)
jp_b = partial(Row, party="JP", by="envoy-1", under=B)
both = (kr, jp)
NOTE: Mapping[str, Any] = {"digest": FIRST}


def key_of(office: str, name: str) -> Any:
    """A new key for an officer, which signs its appointment and is then there to sign with."""

    def proves(side: Side) -> tuple[Mapping[str, Any], Sequence[SecretKey]]:
        key, officer = generate(Alg.ED25519), f"{side.party.lower()}/{name}"
        side.keys.sign_in(officer, [key])
        members = {"officer": officer, "office": office, "keys": [{"alg": "ed25519", "public": key.public.hex}]}
        return members, [key]

    return proves


def next_key(side: Side) -> tuple[Mapping[str, Any], Sequence[SecretKey]]:
    """The key that takes the place of the one a spare officer has."""
    new, officer = generate(Alg.ED25519), f"{side.party.lower()}/spare-1"
    (old,) = side.keys.officer(officer)
    return {"officer": officer, "old": old.public.key_id, "new": {"alg": "ed25519", "public": new.public.hex}}, [new]


def own_key(side: Side) -> tuple[Mapping[str, Any], Sequence[SecretKey]]:
    """The key of a spare officer, by its id."""
    (key,) = side.keys.officer(f"{side.party.lower()}/spare-2")
    home = side.node.holding.home
    return {"key": key.public.key_id, "last_trusted": {"log": home.name, "index": home.size - 1}}, []


TALKS: tuple[Step, ...] = (
    kr(kind="agreement.meeting.propose", named="talks"),
    jp(kind="agreement.meeting.answer", says={"proposal": "@talks"}, named="other day"),
    kr(kind="agreement.meeting.answer", example=2, says={"proposal": "@other day", "attends": ["kr/envoy-1"]}),
    *(
        say(
            kind="agreement.meeting.minute",
            says={"subject": {"proposal": "@talks", "held": "2031-01-21", "settled": ["1.1"], "open": ["16.3"]}},
        )
        for say in both
    ),
    jp(kind="agreement.step.take"),
)

TEXT_MADE: tuple[Step, ...] = (
    kr(kind="agreement.text.table", says={**words(DRAFTED), "digest": BEFORE}),
    jp(kind="agreement.text.counter", says={**words(TEXT), "digest": FIRST, "answers": BEFORE}),
    kr(kind="agreement.text.withdraw", says={"digest": BEFORE}),
    *(say(kind="agreement.text.initial", says=NOTE) for say in both),
    kr(kind="agreement.powers.show"),
    kr(kind="agreement.text.sign", says={**NOTE, "ad_referendum": None}),
    jp(kind="agreement.text.sign", says=NOTE),
    kr(kind="agreement.signature.confirm", says=NOTE, ruling="forbidden life.13"),
    jp(kind="agreement.signature.confirm", says=NOTE),
    kr(kind="agreement.officer.appoint", example=0, proves=key_of("information_officer", "information-1")),
    kr(kind="intelligence.report.request", by="information-1", example=1, ruling="forbidden 16.1"),
    *(say(kind="agreement.completion.notify", says=NOTE) for say in both),
)


def _others_come(walk: Walk) -> None:
    """The other officers of both, and the other agreement, as any two nodes come to have them."""
    for side in walk.pair.sides():
        for name, office, limit_usd in OFFICERS[A]:
            if (side.party, name) != ("KR", "information-1"):
                side.appoint(A, name, office, limit_usd)
    walk.pair.sync()


def _supply_signed(walk: Walk) -> None:
    """The other agreement is signed and notified; its force begins thirty days later."""
    walk.pair.into_force(B)
    for name, office in (("staff-1", "joint_staff"), ("other-1", "other")):
        walk.pair.jp.appoint(B, name, office, None)
    walk.pair.sync()


OFFICERS_NAMED: tuple[Step, ...] = (
    Do(what=_others_come),
    *(
        kr(kind="agreement.officer.appoint", says={"limit_usd": 1_000}, proves=key_of("other", name))
        for name in ("spare-1", "spare-2", "spare-3")
    ),
    kr(kind="agreement.key.rotate", by="envoy-1", also=("spare-1",), example=0, proves=next_key),
    kr(kind="agreement.key.revoke", says={"officer": "kr/spare-2"}, proves=own_key),
    kr(kind="agreement.officer.dismiss", says={"officer": "kr/spare-3"}),
    kr(kind="agreement.registration.lodge"),
    Do(what=_supply_signed),
    jp_b(kind="logistics.order.place", by="ordering-1", ruling="forbidden 13.1"),
    Wait(seconds=62 * DAYS),
)

SECOND_VERSION: tuple[Step, ...] = (
    kr(kind="agreement.text.table", example=2, says={**words(SECOND), "digest": NEXT, "base": FIRST}),
    *(say(kind="agreement.text.initial", says={"digest": NEXT}) for say in both),
    jp(kind="agreement.powers.show", says={"officer": "jp/envoy-1"}),
    *(say(kind="agreement.text.sign", says={"digest": NEXT, "ad_referendum": None}) for say in both),
    *(say(kind="agreement.completion.notify", says={"digest": NEXT}) for say in both),
)

ASKED = partial(Row, kind="intelligence.report.request", by="information-1", party="JP", under=A)

QUESTION: tuple[Step, ...] = (
    kr(kind="agreement.clause.question", says={"paragraph": "4.1"}),
    ASKED(ruling="forbidden 16.8"),
    jp(kind="agreement.text.table", example=2, says={**words(CORRECTED), "digest": CORRECT, "base": NEXT}),
    *(say(kind="agreement.clause.correct", says={"paragraph": "4.1", "digest": CORRECT}) for say in both),
    ASKED(),
    jp(kind="agreement.clause.question", says={"paragraph": "6.4"}),
    *(say(kind="agreement.clause.correct", says={"paragraph": "6.4", "digest": CORRECT}) for say in both),
)

SUSPENSION: tuple[Step, ...] = (
    *(say(kind="agreement.force.suspend", says={"subject": {"digest": CORRECT}}) for say in both),
    ASKED(ruling="forbidden 16.4"),
    *(say(kind="agreement.force.resume", says={"subject": {"digest": CORRECT}}) for say in both),
    jp_b(kind="agreement.force.suspend", example=2, named="stop"),
    Wait(seconds=8 * DAYS),
    jp_b(kind="logistics.order.place", by="ordering-1", ruling="forbidden 13.3"),
    jp_b(kind="agreement.force.resume", example=2, says={"suspension": "@stop"}),
)


def _disputed(walk: Walk) -> None:
    """A node of JP that is faulty records a report above secret as permitted; the other one refuses it."""
    side = walk.pair.jp
    draft = actors.shares(side, level=3)
    issued = actors.issue(side, actors.taken(side, draft))
    walk.pair.sync()
    walk.ids["disputed"] = issued.act
    assert _standing(walk) == {Standing.DISPUTED}


def _standing(walk: Walk) -> set[Standing]:
    """How the disputed report stands on both sides."""
    nodes = [side.node for side in walk.pair.sides()]
    found = [(node, answers.find(node.holding, walk.ids["disputed"])) for node in nodes]
    return {answers.standing(each, node.scene().folded) for node, each in found}


def _void(walk: Walk) -> None:
    assert _standing(walk) == {Standing.REFUSED}


VOID: Mapping[str, Any] = {"subject": {"act": "@disputed", "outcome": "void"}}
CONSULTATION: tuple[Step, ...] = (
    Do(what=_disputed),
    kr(kind="agreement.consultation.open", says={"about": "@disputed"}),
    *(say(kind="agreement.consultation.close", says=VOID, causes=("@disputed",)) for say in both),
    Do(what=_void),
)

NOTICE: tuple[Step, ...] = (
    kr(kind="agreement.notice.give", named="notice"),
    ASKED(),
    *(say(kind="agreement.notice.hold", says={"notice": "@notice"}) for say in both),
    ASKED(),
    kr(kind="agreement.notice.resume", says={"notice": "@notice"}),
    kr(kind="agreement.notice.withdraw", says={"notice": "@notice"}),
    kr(kind="agreement.notice.give", named="last notice"),
)

END: tuple[Step, ...] = (
    *(
        partial(Row, party=party, by="envoy-1", under=B)(
            kind="agreement.termination.agree", says={"subject": {"digest": f"@digest:{B}"}}
        )
        for party in ("KR", "JP")
    ),
    Row(kind="logistics.order.place", party="JP", by="ordering-1", under=B, ruling="forbidden 13.4"),
    Wait(seconds=700 * DAYS),
    ASKED(ruling="forbidden 16.5"),
)
