"""Bombs: what is larger, deeper, longer or slower than it says, and how much memory it takes from the victim."""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from itertools import repeat
from pathlib import Path

import pytest

from servanda.act import frame
from servanda.act.entry import Withheld, encode
from servanda.act.ruling import Ground, Permit, Refusal
from servanda.base import canon, limits
from servanda.node import bundle, stream
from servanda.node.bundle import Manifest
from servanda.node.stages import Intake
from servanda.node.stream import Record
from servanda.seal import age, draw
from tests.attack.nodes import Attack, Faulty, asks, attack
from tests.unit.node import actors

MIB = 1 << 20
PEAK_MIB_MAX = 640.0
"""Most memory of a node under attack [MiB].

Of one bundle as long as the link carries (64 MiB) the node holds at once: the body as it came and as it is handed on,
its sealed part, that part unsealed, the stream expanded, and its records: six times 64 MiB. A second exchange may
be read meanwhile, twice 64 MiB, and the node itself takes about 64 MiB. What is sent beyond that must not be held.
"""


def packed(parts: Iterator[bytes] | list[bytes], *, level: int = 6) -> bytes:
    """One gzip member of all parts."""
    packer = zlib.compressobj(level, zlib.DEFLATED, 31)
    return b"".join([*map(packer.compress, parts), packer.flush()])


def wrapped(faulty: Faulty, member: bytes, expanded: int) -> bytes:
    """A bundle of any compressed bytes, sealed and signed as it should be."""
    sealed = age.seal(member, [faulty.node.lists.peer_key("seal")])
    link, stands = faulty.keys.link(), faulty.node.correspondence()
    manifest = Manifest(
        from_party="JP",
        to_party="KR",
        number=stands.out_number + 1,
        previous=stands.out_digest,
        created_at=faulty.node.now(),
        size=len(sealed),
        sha256=hashlib.sha256(sealed).hexdigest(),
        expanded=expanded,
        signed_by=link.public.key_id,
    )
    return bundle.wrap(manifest, link, sealed)


def streamed(faulty: Faulty, body: bytes) -> bytes:
    """A bundle of a record stream as it is written here, which says truly how long it is."""
    return wrapped(faulty, packed([body]), len(body))


def framed(faulty: Faulty, *records: Record) -> bytes:
    """A record stream with its own beginning, and without an end."""
    opening = canon.encode({"from": "JP", "number": faulty.node.correspondence().out_number + 1, "to": "KR"})
    return b"".join(map(stream._framed, (Record(type="BUNDLE", body=opening), *records)))


def run_line(faulty: Faulty, count: int) -> bytes:
    return canon.encode({"count": count, "from": faulty.head.size, "log": faulty.head.log}) + b"\n"


def bombs(faulty: Faulty) -> Iterator[tuple[str, str, bytes]]:
    """Code, what it is, and the bundle."""
    zeros = packed(repeat(bytes(MIB), 256), level=9)
    most = limits.STREAM_HTTP_BYTES_MAX
    whole = stream.write([Record(type="BUNDLE", body=framed(faulty))])
    head, small = faulty.signed_head(faulty.head), packed([whole])
    many = b"ACT 0\n\n" * (limits.BUNDLE_RECORDS_MAX + 1)
    yield "too_large", "256 MiB of zeros in a few kB, said to be 1,000 bytes", wrapped(faulty, zeros, 1_000)
    yield "too_large", "256 MiB of zeros, said to be as long as may be", wrapped(faulty, zeros, most)
    yield "too_large", "256 MiB of zeros, truly said so", wrapped(faulty, zeros, 256 * MIB)
    yield "too_large", "said to be longer than any number here", wrapped(faulty, small, limits.JSON_INTEGER_MAX)
    yield "compression_invalid", "said to be longer than it is", wrapped(faulty, small, len(whole) + 1)
    yield "compression_invalid", "two members", wrapped(faulty, small + small, len(whole))
    yield "compression_invalid", "cut short", wrapped(faulty, small[:-1], len(whole))
    yield "compression_invalid", "no gzip", wrapped(faulty, whole, len(whole))
    yield "too_large", "more records than may be", streamed(faulty, framed(faulty) + many)
    yield "too_large", "a record longer than may be", streamed(faulty, framed(faulty) + b"ACT 8388609\n")
    yield "stream_truncated", "a record that is not there", streamed(faulty, framed(faulty) + b"ACT 8388608\nx")
    yield "stream_truncated", "no end", streamed(faulty, framed(faulty, head))
    yield "stream_malformed", "a length of many digits", streamed(faulty, framed(faulty) + b"ACT " + b"9" * 60)
    for code, told, body in (
        ("stream_malformed", "entries that end within one", run_line(faulty, 1) + b"\xff\xff" + b"{}"),
        ("stream_malformed", "a count that lies", run_line(faulty, 1_000_000) + b"\x00\x02{}"),
        ("stream_malformed", "no first line", b"{" * MIB),
        ("too_large", "four million entries of nothing", run_line(faulty, 4_000_000) + bytes(8_000_000)),
        ("json_depth", "an entry that is too deep", run_line(faulty, 1) + b"\x01\x00" + b"[" * 128 + b"]" * 128),
    ):
        size = faulty.head.size + (4_000_000 if "million" in told else 1)
        beyond = faulty.signed_head(actors.Checkpoint(log=faulty.head.log, size=size, root=bytes(32)))
        yield code, told, faulty.bundle([beyond, Record(type="ENTRIES", body=body)])
    yield "too_large", "more entries than may be, in several records", entries_in_records(faulty)
    yield "too_large", "more runs asked for than may be", faulty.bundle([head, wanting(faulty, 257)])
    yield (
        "field_type",
        "a want of what is no digest",
        faulty.bundle([head, Record(type="WANT", body=canon.encode({"entries": [], "payloads": ["no digest"]}))]),
    )
    yield "json_depth", "a want too deep", faulty.bundle([head, Record(type="WANT", body=b"[" * MIB + b"]" * MIB)])
    yield "bundle_malformed", "a manifest without end", bundle.MAGIC + b"A" * MIB
    yield "json_depth", "a manifest too deep", bundle.MAGIC + b"[" * 8_000 + b"]" * 8_000 + b"\n"


def entries_in_records(faulty: Faulty) -> bytes:
    """Three records of 40,000 entries each, of two bytes: the smallest that a JSON object can be."""
    start, log = faulty.head.size, faulty.head.log
    beyond = faulty.signed_head(actors.Checkpoint(log=log, size=start + 120_000, root=bytes(32)))
    runs = [
        canon.encode({"count": 40_000, "from": start + first, "log": log}) + b"\n" + b"\x00\x02{}" * 40_000
        for first in range(0, 120_000, 40_000)
    ]
    return faulty.bundle([beyond, *(Record(type="ENTRIES", body=run) for run in runs)])


def wanting(faulty: Faulty, runs: int) -> Record:
    value = {"entries": [[faulty.head.log, 0, 1 << 40]] * runs, "payloads": []}
    return Record(type="WANT", body=canon.encode(value))


def test_bombs_are_refused_by_name_and_memory_stays_bounded(attacked: Attack) -> None:
    victim, faulty = attacked.victim, attacked.faulty
    before = [victim.value("log", "show", "--log", side) for side in ("home", "peer")]
    codes: list[str] = []
    for code, told, raw in bombs(faulty):
        assert faulty.is_refused(raw) == code, told
        victim.tells(f"refused what the peer sends: {code}: ")
        codes.append(code)
    assert [victim.value("log", "show", "--log", side) for side in ("home", "peer")] == before
    raised = [about.split(" ")[0] for about in victim.alarms()]
    assert raised == [code for code in dict.fromkeys(codes) if code != "stream_truncated"]
    attacked.goes_on()
    assert "refused" not in victim.stands()
    assert victim.peak_mib < PEAK_MIB_MAX


def test_a_bundle_as_long_as_may_be_and_bodies_without_end(attacked: Attack) -> None:
    """Bytes that do not shrink, as many as the link carries; then more than it carries, told so or not."""
    victim, faulty = attacked.victim, attacked.faulty
    noise = hashlib.shake_256(b"exercise").digest(8 * MIB - 1_024)
    records = [Record(type="WEATHER", body=noise)] * 7
    assert faulty.sends(faulty.bundle([faulty.signed_head(faulty.head), *records]))

    most = bundle_most()
    told = faulty.posts(head=f"content-length: {1 << 40}\r\n")
    assert refusal(told) == (413, "too_large", f"send no more than {most} bytes")
    chunked = "transfer-encoding: chunked\r\n"
    # One byte too many is answered. What goes on after that finds nobody who listens: the sending ends by that alone,
    # and whether the answer overtakes the end of the connection is chance.
    over = faulty.posts((*(chunk(MIB) for _ in range(most // MIB)), chunk(most % MIB), chunk(1)), head=chunked)
    assert refusal(over) == (413, "too_large", f"send no more than {most} bytes")
    faulty.posts(repeat(chunk(MIB)), head=chunked)
    victim.tells("refused what the peer sends: too_large: the bundle is longer than the limit")
    assert victim.alarms() == []
    attacked.goes_on()
    assert victim.peak_mib < PEAK_MIB_MAX


def chunk(size: int) -> bytes:
    """A part of a body whose length nobody has told."""
    return b"%x\r\n" % size + bytes(size) + b"\r\n"


def bundle_most() -> int:
    from servanda.adapters.http.listening import BUNDLE_BYTES_MAX

    return BUNDLE_BYTES_MAX


def refusal(answer: bytes) -> tuple[int, str, str]:
    head, _, body = answer.partition(b"\r\n\r\n")
    told = json.loads(body)
    return int(head.split(b" ")[1]), told["error"], told["action"]


def test_a_body_that_does_not_come_is_given_up_and_does_not_hold_up_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    with attack(tmp_path / "nodes", limits="request_age_max_s = 1") as attacked:
        answer = attacked.faulty.posts([b"servanda"], head="content-length: 100\r\n")
        assert refusal(answer) == (408, "request_late", "try again over a better link, or carry the bundle as a file")
        attacked.victim.tells("refused what the peer sends: request_late: ")
        attacked.goes_on()


def payloads(faulty: Faulty, good: Intake) -> Iterator[tuple[str, Intake]]:
    """Acts whose payloads are larger, deeper or other than they may be, each truly committed to and sealed."""
    key = faulty.signing("information-1")
    most = b'{"question":"' + b"A" * (limits.PAYLOAD_BYTES_MAX - 15) + b'"}'
    for code, payload in (
        ("field_type", most),
        ("field_type", b'{"purpose":"warning","question":"","topic":"nk_missile"}'),
        ("json_depth", b'{"question":' + b'{"a":' * 20 + b"1" + b"}" * 21),
        ("json_number", b'{"question":1e999}'),
        ("json_duplicate", b'{"a":1,"a":2}'),
        ("json_syntax", b'{"question":NaN}'),
        ("json_syntax", b""),
    ):
        yield code, actors.holding_payload(faulty, good, payload, key)
    salt = bytes(32)
    for payload, length in ((most + b" ", len(most) + 1), (b"{}", 1 << 31), (b"{}", 1)):
        framed_so = salt + length.to_bytes(4, "big") + payload
        size = frame.frame_bytes(len(payload))
        yield (
            "payload_frame",
            committed(faulty, good, payload, actors.sealed_for_both(faulty, framed_so.ljust(size, b"\0"))),
        )
    yield "payload_frame", committed(faulty, good, b"{}!", actors.sealed_for_both(faulty, b"short"))
    yield "payload_unopened", committed(faulty, good, b"{}?", b"age-encryption.org/v1\n" + bytes(8 * MIB - 100))
    yield (
        "payload_mismatch",
        committed(faulty, good, b"another", actors.sealed_for_both(faulty, frame.pack(b"{}", salt))),
    )


def committed(faulty: Faulty, good: Intake, payload: bytes, sealed: bytes) -> Intake:
    """An act that commits to a payload, with any bytes for it."""
    commit = {"commit": frame.commit(draw.salt(), payload), "form": good.signed.statement.payload_form}
    return replace(actors.stated(good, faulty.signing("information-1"), payload=commit), sealed=sealed)


def test_acts_with_payloads_that_are_too_large_or_lie_are_invalid_and_the_log_goes_on(attacked: Attack) -> None:
    victim, faulty = attacked.victim, attacked.faulty
    acts: list[tuple[str, str]] = []
    for code, said in payloads(faulty, faulty.taken(asks(faulty), "information-1")):
        acts.append((faulty.issues(said, ruling=Permit(cites=("4.1",))).act, code))
        faulty.takes(faulty.sends(faulty.bundle(faulty.records(said))))
    replies = [faulty.reply(act) for act, _ in acts]
    assert replies == [Refusal(ground=Ground.INVALID, code=code) for _, code in acts]
    listed = {line[:12]: re.split("  +", line)[4:] for line in victim.shows("act", "list")}
    assert [listed[act[:12]] for act, _ in acts] == [
        [f"permit 4.1, reply invalid {code}", "disputed", "-"] for _, code in acts
    ]
    for act, code in acts[:: len(acts) - 1]:
        assert f"KR ruled: invalid {code}" in victim.shows("act", "why", act)
    attacked.goes_on()
    assert victim.peak_mib < PEAK_MIB_MAX


def test_very_many_entries_that_say_nothing_are_held_within_bounds(attacked: Attack) -> None:
    """A log filled with commitments: each is an entry as it should be, and none of them costs more than its place."""
    victim, faulty = attacked.victim, attacked.faulty
    count = 5_000
    at, size = faulty.node.now(), faulty.head.size
    raws = [
        encode(Withheld(log=faulty.head.log, index=size + n, recorded_at=at, commit=f"{n:064x}")) for n in range(count)
    ]
    faulty.sends(faulty.bundle(faulty.forges(raws)))
    assert victim.value("node", "status")["peer_log"]["size"] == size + count
    assert victim.peak_mib < PEAK_MIB_MAX
    assert [about.split(" ")[0] for about in victim.alarms()] == []
