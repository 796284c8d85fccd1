"""Signatures: acts that their officers did not sign, bundles, heads and entries that are not what was signed."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from typing import Any

from servanda.act.entry import encode
from servanda.act.ruling import Ground, Permit, Refusal
from servanda.base import canon, moment
from servanda.cli.render import hour
from servanda.log.checkpoint import Checkpoint
from servanda.node import bundle
from servanda.node.bundle import MAGIC, Manifest
from servanda.node.ports import Space
from servanda.node.stages import Intake
from servanda.node.stream import Record
from servanda.seal.keys import Alg, generate
from servanda.seal.text import b64, from_b64
from tests.attack.nodes import Attack, Faulty, asks, orders
from tests.unit.node import actors

STRANGER = generate(Alg.ED25519)
SAYS = Permit(cites=("3.1",))


def signed_by_another(faulty: Faulty, said: Intake) -> Intake:
    """The statement names the ordering officer's key; the supply officer's signs."""
    return actors.stated(said, faulty.signing("supply-1"))


def key_of_another(faulty: Faulty, said: Intake) -> Intake:
    """The statement names the ordering officer with the supply officer's key, which signs."""
    (key,) = faulty.signing("supply-1")
    named = [{"officer": "jp/ordering-1", "key": key.public.key_id}]
    return actors.stated(said, [key], signed_by=named)


def key_of_nobody(faulty: Faulty, said: Intake) -> Intake:
    named = [{"officer": "jp/ordering-1", "key": STRANGER.public.key_id}]
    return actors.stated(said, [STRANGER], signed_by=named)


FORGED = {
    "signature_unlisted": signed_by_another,
    "key_not_of_officer": key_of_another,
    "key_unknown": key_of_nobody,
    "signature_invalid": lambda faulty, said: actors.flipped(said),
}


def test_acts_that_their_officers_did_not_sign_are_invalid_and_the_log_goes_on(attacked: Attack) -> None:
    victim, faulty = attacked.victim, attacked.faulty
    acts: dict[str, str] = {}
    for code, forge in FORGED.items():
        said = forge(faulty, faulty.taken(orders(faulty), "ordering-1"))
        acts[code] = faulty.issues(said, ruling=SAYS).act
        faulty.brings(said)

    for code, act in acts.items():
        assert faulty.reply(act) == Refusal(ground=Ground.INVALID, code=code)
        assert victim.listed(act)[2:] == [
            *("JP", "logistics.order.place", f"permit 3.1, reply invalid {code}", "disputed", "-")
        ]
        assert f"KR ruled: invalid {code}" in victim.shows("act", "why", act)
        assert f"reply      invalid {code}" in victim.shows("act", "show", act)
        accepted = victim.at("order", "accept", "--order", act, "--as", "kr/ordering-1", "--json")
        assert (accepted.exit, accepted.error["error"]) == (2, "order_unknown")
    assert [row["act"] for row in victim.value("dispute", "list")] == list(acts.values())
    assert victim.alarms() == []
    attacked.goes_on()


def test_an_act_that_cannot_be_read_is_invalid_and_is_shown_as_that(attacked: Attack) -> None:
    """No envelope at all, one too deep, one of another act, one that nobody signed."""
    victim, faulty = attacked.victim, attacked.faulty
    said = faulty.taken(asks(faulty), "information-1")
    another = faulty.taken(asks(faulty, "another"), "information-1")
    acts: dict[str, str] = {}
    for code, raw in {
        "json_syntax": b"\x00 no JSON",
        "json_depth": b'{"payload":' + b"[" * 40 + b"]" * 40 + b"}",
        "act_mismatch": another.signed.raw,
        "too_large": b'{"payload":"' + b"A" * 65_536 + b'"}',
        "signature_missing": unsigned_envelope(said),
    }.items():
        digest = hashlib.sha256(raw).hexdigest()
        act = said.signed.act_id if code == "signature_missing" else hashlib.sha256(b"act " + raw).hexdigest()
        entry = faulty.issues(said, ruling=SAYS, act=act, envelope=digest)
        records = [*faulty.records(said, another), Record(type="ACT", body=raw)]
        faulty.takes(faulty.sends(faulty.bundle(records)))
        acts[code] = entry.act
        faulty.store.put(Space.ENVELOPE, digest, raw)  # what its own node needs to hold to go on

    for code, act in acts.items():
        assert faulty.reply(act) == Refusal(ground=Ground.INVALID, code=code)
        kind = "intelligence.report.request" if code == "signature_missing" else "unreadable"
        assert victim.listed(act)[2:] == ["JP", kind, f"permit 3.1, reply invalid {code}", "disputed", "-"]
        row = victim.row(act)
        hour_of = hour(moment.parse(row["recorded_at"]))
        assert victim.shows("act", "why", act)[0] == f"{kind} of JP, act {act[:12]}, recorded {hour_of}"
        assert f"KR ruled: invalid {code}" in victim.shows("act", "why", act)
        if kind == "unreadable":
            assert victim.shows("act", "show", act) == [
                f"act        {act}",
                "kind       unreadable",
                "agreement",
                "from, to   JP,",
                "officers",
                "claimed    -",
                f"recorded   {hour_of}, exercise.jp.node/kr/1 {row['index']}",
                "causes     -",
                "ruling     permit 3.1",
                f"reply      invalid {code}",
                "standing   disputed",
                "delivery   -",
            ]
    attacked.goes_on()


def unsigned_envelope(said: Intake) -> bytes:
    members: dict[str, Any] = canon.decode_object(said.signed.raw, bytes_max=65_536)
    return canon.encode({**members, "signatures": []})


def test_bundles_heads_and_entries_that_are_not_what_was_signed_are_refused_whole(attacked: Attack) -> None:
    victim, faulty = attacked.victim, attacked.faulty
    said = faulty.taken(asks(faulty), "information-1")
    raws = [encode(faulty.would_issue(said))]
    records = faulty.forges(raws, said)
    head, rest = records[0], records[1:]
    size = faulty.head.size
    other = Checkpoint(log=faulty.head.log, size=size + 1, root=bytes(32))
    middle = [raw.replace(b'"version":1', b'"version":1') for raw in faulty.entries(size - 3, size)]
    middle[0] = changed(middle[0])
    attacks = [
        ("signature_invalid", flipped_manifest(faulty.bundle(records))),
        ("signature_unlisted", manifest_of_another(faulty, records)),
        ("signature_missing", faulty.bundle([faulty.signed_head(faulty.head, keys=[STRANGER]), *rest])),
        ("signature_invalid", faulty.bundle([flipped_head(head), *rest])),
        ("origin_wrong", faulty.bundle([faulty.signed_head(replace(other, log="exercise.jp.node/us/1")), *rest])),
        ("consistency_invalid", faulty.bundle([faulty.signed_head(other), *rest])),
        ("consistency_invalid", faulty.bundle(faulty.forges([*middle, *raws], said, instead=3))),
        ("consistency_invalid", faulty.bundle([head, *faulty.run_of([changed(raws[0])]), *actors.carried(said)])),
    ]
    before = victim.value("log", "show", "--log", "peer", "--last", "0")
    for code, raw in attacks:
        assert faulty.is_refused(raw) == code
        assert victim.stands()["refused"].split(": ", 1)[1].startswith(f"{code}, ")
        assert victim.value("node", "status")["refused"]["code"] == code
        victim.tells(f"refused what the peer sends: {code}: ")
    assert victim.value("log", "show", "--log", "peer", "--last", "0") == before
    codes = [about.split(" ")[0] for about in victim.alarms()]
    assert codes == list(dict.fromkeys(code for code, _ in attacks))
    attacked.goes_on()
    assert "refused" not in victim.stands()


def changed(raw: bytes) -> bytes:
    """The same entry with one digit of the first digest in it another."""
    found = re.search(rb'"(?:act|commit|keys)":"([0-9a-f])', raw)
    assert found, raw
    digit = b"0" if found[1] != b"0" else b"1"
    return raw[: found.start(1)] + digit + raw[found.end(1) :]


def flipped_manifest(raw: bytes) -> bytes:
    end = raw.index(b"\n", len(MAGIC))
    members: dict[str, Any] = canon.decode_object(raw[len(MAGIC) : end], bytes_max=65_536)
    value = bytearray(from_b64(members["signatures"][0]["sig"]))
    value[40] ^= 1
    members["signatures"][0]["sig"] = b64(bytes(value))
    return MAGIC + canon.encode(members) + raw[end:]


def manifest_of_another(faulty: Faulty, records: Any) -> bytes:
    """The manifest names the link key; another signs."""
    raw = faulty.bundle(records)
    manifest, sealed = read(faulty, raw)
    return bundle.wrap(manifest, STRANGER, sealed)


def read(faulty: Faulty, raw: bytes) -> tuple[Manifest, bytes]:
    return bundle.read_manifest(raw, lambda party, key: faulty.keys.link().public)


def flipped_head(head: Record) -> Record:
    text, line = head.body.split(b"\n\n")
    signature = bytearray(from_b64(line.rstrip(b"\n").rsplit(b" ", 1)[1].decode()))
    signature[40] ^= 1
    return replace(head, body=text + b"\n\n" + line.rsplit(b" ", 1)[0] + b" " + b64(bytes(signature)).encode() + b"\n")
