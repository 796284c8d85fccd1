"""Payloads: kept back, swapped, destroyed before they were read; and two acts under one reference."""

from __future__ import annotations

from dataclasses import replace

from servanda.act.entry import Destroyed
from servanda.act.ruling import Ground, Permit, Refusal
from servanda.node.stream import Record
from tests.attack.nodes import Attack, asks
from tests.unit.node import actors

SAYS = Permit(cites=("4.1",))


def test_a_payload_kept_back_is_shown_as_missing_and_nothing_is_cosigned_without_it(attacked: Attack) -> None:
    victim, faulty = attacked.victim, attacked.faulty
    faulty.syncs()
    size = faulty.head.size
    said = faulty.taken(asks(faulty), "information-1")
    entry = faulty.issues(said, ruling=SAYS)
    act = Record(type="ACT", body=said.signed.raw)
    for lacking, missing in (([], said.signed.envelope_digest), ([act], said.signed.statement.payload_commit)):
        for _ in range(2):
            faulty.takes(faulty.sends(faulty.bundle([*faulty.records(), *lacking])))
        assert missing in faulty.node.correspondence().asked
        status = victim.value("node", "status")
        assert (status["missing"], status["cosigned"], status["peer_log"]["size"]) == (1, size, size)
        assert victim.stands()["missing"] == (
            "1 acts or payloads that the peer's log names and has not sent; it is held up to entry "
            f"{size}, and they are asked for with every bundle"
        )
        assert (faulty.node.correspondence().held, faulty.reply(entry.act)) == (size, None)
        assert victim.at("act", "show", entry.act, "--json").error["error"] == "act_unknown"

    # Meanwhile the victim's own log goes out, and what it needs of the peer's is taken as soon as it comes.
    ours = victim.value("registration", "lodge", "--date", "2031-05-02", "--agreement", "kr-jp-b", "--as", "kr/envoy-1")
    faulty.takes(faulty.sends(faulty.bundle(faulty.records())))
    assert faulty.node.holding.peer.entry_issuing(ours["act"]) is not None
    faulty.syncs()
    assert victim.row(entry.act)["standing"] == "agreed"
    assert "missing" not in victim.stands()
    assert victim.alarms() == []
    attacked.goes_on()


def test_a_payload_swapped_for_another_is_invalid(attacked: Attack) -> None:
    """Under its commitment lies what another act says, sealed as it should be."""
    victim, faulty = attacked.victim, attacked.faulty
    said, other = (faulty.taken(asks(faulty, question), "information-1") for question in ("said", "meant"))
    with faulty.store.writing():
        faulty.store.destroy(said.signed.statement.payload_commit or "")
    swapped = replace(said, sealed=other.sealed)
    entry = faulty.issues(swapped, ruling=SAYS)
    faulty.brings(swapped)
    assert faulty.reply(entry.act) == Refusal(ground=Ground.INVALID, code="payload_mismatch")
    assert victim.listed(entry.act)[4:] == ["permit 4.1, reply invalid payload_mismatch", "disputed", "-"]
    assert "KR ruled: invalid payload_mismatch" in victim.shows("act", "why", entry.act)
    assert victim.value("act", "show", entry.act)["payload"] is None
    attacked.goes_on()


def test_a_payload_destroyed_before_it_was_ruled_on_is_invalid(attacked: Attack) -> None:
    victim, faulty = attacked.victim, attacked.faulty
    said = faulty.taken(asks(faulty), "information-1")
    entry = faulty.issues(said, ruling=SAYS)
    log, commit = faulty.node.holding.home, said.signed.statement.payload_commit or ""
    destroyed = Destroyed(
        log=log.name, index=log.size, recorded_at=entry.recorded_at, act=entry.act, commit=commit, residue={}
    )
    actors.append(faulty, destroyed)
    bare = replace(said, sealed=None)
    faulty.brings(bare)
    assert faulty.reply(entry.act) == Refusal(ground=Ground.INVALID, code="payload_unopened")
    assert victim.listed(entry.act)[4:] == ["permit 4.1, reply invalid payload_unopened", "disputed", "-"]
    assert "missing" not in victim.stands()
    attacked.goes_on()


def test_two_acts_under_one_reference_are_two_acts(attacked: Attack) -> None:
    """A reference is its author's own affair: each act is judged by itself, and neither takes the other's place."""
    victim, faulty = attacked.victim, attacked.faulty
    key = faulty.signing("information-1")
    acts: list[str] = []
    for question in ("one", "two"):
        said = faulty.taken(asks(faulty, question), "information-1")
        said = actors.stated(said, key, reference="ab" * 16)
        acts.append(faulty.issues(said, ruling=SAYS).act)
        faulty.brings(said)
    pages = [victim.value("act", "show", act) for act in acts]
    assert [(page["payload"]["question"], page["reference"], page["row"]["standing"]) for page in pages] == [
        ("one", "ab" * 16, "agreed"),
        ("two", "ab" * 16, "agreed"),
    ]
    # What the victim says under that reference is its own, too.
    asked = ("report", "request", "--topic", "nk_missile", "--question", "Exercise", "--purpose", "warning")
    assert victim.value(*asked, "--as", "kr/information-1")["decision"]["ruling"] == "permit"
    attacked.goes_on()
