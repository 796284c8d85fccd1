"""Rulings: an order that nobody may place issued as if it were permitted, and a reply that refuses wrongly."""

from __future__ import annotations

from servanda.act.ruling import Ground, Permit, Refusal
from servanda.cli.render import hour
from tests.attack.nodes import FUEL, ROUNDS, Attack, orders
from tests.unit.node import actors

BARRED = (
    "Nothing of a barred category is ordered, given, passed on or carried, in either direction and in any activity."
)


def test_an_order_for_ammunition_issued_as_if_permitted_is_refused_here_and_has_no_effect(attacked: Attack) -> None:
    victim, faulty = attacked.victim, attacked.faulty
    said = faulty.taken(orders(faulty, ROUNDS), "ordering-1")
    entry = faulty.issues(said, ruling=Permit(cites=("3.1",)))
    faulty.brings(said)

    assert faulty.reply(entry.act) == Refusal(ground=Ground.FORBIDDEN, cites=("3.2", "3.5"))
    row = victim.row(entry.act)
    assert [row["decision"][name] for name in ("ruling", "cites")] == ["permit", ["3.1"]]
    assert [row["reply"][name] for name in ("ruling", "ground", "cites", "line")] == [
        "refusal",
        "forbidden",
        ["3.2", "3.5"],
        None,
    ]
    told = (
        f"{entry.act[:12]}  {hour(entry.recorded_at)}  JP  logistics.order.place  permit 3.1, reply forbidden 3.2 3.5"
    )
    assert victim.shows("dispute", "list")[1:] == [f"{told}  disputed  -"]
    assert victim.shows("act", "list", "--kind", "logistics")[1:] == [f"{told}  disputed  -"]
    assert victim.stands()["open"].split(", ")[1] == "1 disputes"
    why = victim.shows("act", "why", entry.act)
    assert why[1] == "JP ruled: permit 3.1"
    assert why[4:6] == [
        "KR ruled: forbidden 3.2 3.5",
        f"  3.2  {BARRED[: BARRED.index(', in either')]}, in either direction and",
    ]
    assert '  category               "ammunition"' in why
    assert victim.shows("log", "show", "--last", "1")[-1].split()[3:] == [
        *("received", "logistics.order.place", "forbidden", "3.2", "3.5", entry.act[:12])
    ]
    accepted = victim.at("order", "accept", "--order", entry.act, "--as", "kr/ordering-1", "--json")
    assert (accepted.exit, accepted.error["error"]) == (2, "order_unknown")
    assert entry.act not in {row["started_by"] for row in victim.value("duty", "list", "--all")}

    theirs = faulty.value("dispute", "list")
    assert [(each["act"], each["reply"]["cites"]) for each in theirs] == [(entry.act, ["3.2", "3.5"])]
    attacked.goes_on()


def test_a_false_refusal_of_what_is_permitted_is_a_dispute_on_both_sides(attacked: Attack) -> None:
    """JP's node refuses a request that its own rules permit: KR sees what it cites, and that it does not bind."""
    victim, faulty = attacked.victim, attacked.faulty
    asked = ("report", "request", "--topic", "nk_missile", "--question", "Exercise", "--purpose", "warning")
    act = victim.value(*asked, "--as", "kr/information-1")["act"]
    with faulty.node._step():
        faulty.node._deliverer.take(
            faulty.sends(faulty.bundle(faulty.records())), faulty.node.now(), expanded_max=1 << 26
        )
    issued = faulty.node.holding.peer.entry_issuing(act)
    assert issued is not None
    actors.replies(faulty, issued, ruling=Refusal(ground=Ground.FORBIDDEN, cites=("6.1",)))
    faulty.syncs()

    row = victim.row(act)
    assert (row["reply"]["cites"], row["standing"]) == (["6.1"], "disputed")
    assert victim.shows("act", "list", "--kind", "intelligence")[1].endswith(
        "permit 4.1, reply forbidden 6.1  disputed  decided"
    )
    attacked.goes_on()


def test_the_same_order_for_fuel_is_permitted(attacked: Attack) -> None:
    """What the attack rests on: nothing but its category stands against it."""
    said = attacked.faulty.home.submit(orders(attacked.faulty, FUEL), officer="jp/ordering-1")
    attacked.faulty.syncs()
    assert attacked.victim.row(said.act)["standing"] == "agreed"
