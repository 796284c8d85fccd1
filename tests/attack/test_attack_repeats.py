"""Repeats and wrong addresses: acts that were issued before, bundles that come again, acts of another agreement."""

from __future__ import annotations

from typing import Any

from servanda.act.ruling import Ground, Permit, Refusal
from tests.attack.nodes import FUEL, Attack, asks, orders
from tests.unit.node import actors

SAYS = Permit(cites=("3.1",))


def invalid(code: str) -> Refusal:
    return Refusal(ground=Ground.INVALID, code=code)


def without_clock(page: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in page.items() if name != "now"}


def test_an_act_issued_again_is_invalid_and_has_its_effect_once(attacked: Attack) -> None:
    victim, faulty = attacked.victim, attacked.faulty
    said = faulty.taken(orders(faulty, FUEL), "ordering-1")
    first = faulty.issues(said, ruling=SAYS)
    faulty.brings(said)
    again = faulty.issues(said, ruling=SAYS)
    faulty.brings(said)

    assert first.act == again.act
    lines = [line.split() for line in victim.shows("act", "list") if line.startswith(first.act[:12])]
    assert [line[5:] for line in lines] == [
        ["permit", "3.1", "agreed", "-"],
        ["permit", "3.1,", "reply", "invalid", "act_repeated", "disputed", "-"],
    ]
    rows = [row for row in victim.value("act", "list") if row["act"] == first.act]
    assert [(row["index"], row["reply"]["code"]) for row in rows] == [
        (first.index, None),
        (again.index, "act_repeated"),
    ]
    assert [row["index"] for row in victim.value("dispute", "list")] == [again.index]
    said_here = victim.value("order", "accept", "--order", first.act, "--as", "kr/ordering-1")
    assert said_here["decision"]["ruling"] == "permit"
    attacked.goes_on()


def test_an_act_of_the_victim_issued_by_the_peer_is_invalid(attacked: Attack) -> None:
    """JP's log names an act of KR's as its own."""
    victim, faulty = attacked.victim, attacked.faulty
    asked = ("report", "request", "--topic", "nk_missile", "--question", "Exercise", "--purpose", "warning")
    act = victim.value(*asked, "--as", "kr/information-1")["act"]
    faulty.syncs()
    issued = faulty.node.holding.peer.entry_issuing(act)
    assert issued is not None
    signed = faulty.node.holding.act(issued.act, issued.envelope)
    faulty.issues(actors.Intake(signed=signed, sealed=faulty.node.holding.sealed(signed)), ruling=SAYS)
    faulty.brings()

    rows = [row for row in victim.value("act", "list") if row["act"] == act]
    assert [(row["author"], row["standing"], row["reply"]["code"]) for row in rows] == [
        ("KR", "agreed", None),
        ("JP", "disputed", "act_repeated"),
    ]
    attacked.goes_on()


def test_a_bundle_that_comes_again_has_no_effect(attacked: Attack) -> None:
    victim, faulty = attacked.victim, attacked.faulty
    faulty.home.submit(asks(faulty), officer="jp/information-1")
    raw = faulty.node.make_bundle()
    faulty.sends(raw)
    faulty.syncs()
    looks = (("act", "list"), ("log", "show", "--log", "peer"), ("log", "show"), ("journal", "list"), ("duty", "list"))
    before = [victim.value(*look) for look in looks], without_clock(victim.value("node", "status"))
    for _ in range(3):
        faulty.sends(raw)
    assert ([victim.value(*look) for look in looks], without_clock(victim.value("node", "status"))) == before
    attacked.goes_on()


def test_acts_of_another_agreement_or_for_another_party_are_invalid(attacked: Attack) -> None:
    victim, faulty = attacked.victim, attacked.faulty
    digests = {row["id"]: row["digest"] for row in victim.value("node", "status")["agreements"]}
    under = {name: {"agreement": name, "agreement_digest": digest} for name, digest in digests.items()}
    owed = victim.value("duty", "list", "--all")
    due: list[tuple[str, Refusal]] = []
    # An envoy's key counts under every agreement, an officer's under the one that names him.
    for officer, changes, ruling in (
        ("ordering-1", {"agreement_digest": digests["kr-jp-a"]}, invalid("agreement_not_in_force")),
        ("ordering-1", {"agreement_digest": "ab" * 32}, invalid("agreement_not_in_force")),
        ("ordering-1", under["kr-jp-a"], invalid("key_unknown")),
        ("envoy-1", under["kr-jp-a"], Refusal(ground=Ground.SILENT)),
        ("envoy-1", {"agreement": "kr-jp-z"}, invalid("agreement_unknown")),
        ("envoy-1", {"agreement": "none", "agreement_digest": "00" * 32}, invalid("agreement_unknown")),
        ("ordering-1", {"addressee": "US"}, invalid("addressee_wrong")),
        ("ordering-1", {"author": "US"}, invalid("addressee_wrong")),
        ("ordering-1", {"author": "KR", "addressee": "JP"}, invalid("addressee_wrong")),
        ("ordering-1", {"kind": "logistics.order.demand"}, Refusal(ground=Ground.SILENT)),
    ):
        said = faulty.taken(orders(faulty, FUEL), officer)
        said = actors.stated(said, faulty.signing(officer), **changes)
        due.append((faulty.issues(said, ruling=SAYS).act, ruling))
        faulty.brings(said)
    said = faulty.taken(asks(faulty), "information-1")
    said = actors.stated(said, faulty.signing("information-1"), **under["kr-jp-b"])
    due.append((faulty.issues(said, ruling=SAYS).act, invalid("key_unknown")))
    faulty.brings(said)

    assert [(act, faulty.reply(act)) for act, _ in due] == due
    for act, ruling in due:
        told = " ".join(filter(None, (ruling.ground.value, ruling.code)))
        assert victim.listed(act)[4:] == [f"permit 3.1, reply {told}", "disputed", "-"]
        assert f"KR ruled: {told}" in victim.shows("act", "why", act)
        assert victim.value("act", "show", act)["payload"] is not None
    assert [row["act"] for row in victim.value("dispute", "list")] == [act for act, _ in due]
    assert victim.value("duty", "list", "--all") == owed
    attacked.goes_on()
