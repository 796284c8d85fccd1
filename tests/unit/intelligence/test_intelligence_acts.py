"""What may be said of reports: faults by field first, then what reads, and what outlives destruction."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from servanda.act import content
from servanda.act.kind import kinds
from servanda.base import canon, limits
from servanda.base.errors import MalformedError
from servanda.domains.intelligence import acts
from tests.unit.intelligence.reports import AMEND, CANARY, HEAD, PAYLOAD, SHARE

SHARING = "intelligence.report.share"
AMENDING = "intelligence.report.amend"

FAULTS: list[tuple[str, dict[str, Any], str, str]] = [
    (SHARING, {"control": "KR-31-41"}, "field_type", "$.control"),
    (SHARING, {"control": "KR-2031-000041\n"}, "field_type", "$.control"),
    (SHARING, {"control": "JP-2031-000041"}, "field_value", "`control`: expected a number that begins with `KR`"),
    (SHARING, {"revision": 0}, "field_type", "$.revision"),
    (SHARING, {"revision": 2}, "field_value", "`revision`: expected 1"),
    (SHARING, {"revision": True}, "field_type", "$.revision"),
    (SHARING, {"originator": "Republic of Korea"}, "field_type", "$.originator"),
    (SHARING, {"topic": "North Korea"}, "field_type", "$.topic"),
    (SHARING, {"level": 4}, "field_type", "$.level"),
    (SHARING, {"level": -1}, "field_type", "$.level"),
    (SHARING, {"level": "secret"}, "field_type", "$.level"),
    (SHARING, {"marks": {"KR": "군사Ⅱ급비밀"}}, "field_type", "$.marks[...]"),
    (SHARING, {"marks": {"korea": "KR-2"}}, "field_type", "in `$.marks`"),
    (SHARING, {"purpose": ""}, "field_type", "$.purpose"),
    (SHARING, {"reported_at": "2031-05-01T22:11:05+00:00"}, "field_type", "$.reported_at"),
    (
        SHARING,
        {"reported_at": "2031-02-29T22:11:05Z"},
        "field_value",
        "`reported_at`: expected a moment of the",
    ),
    (SHARING, {"precedence": "urgent"}, "field_type", "$.precedence"),
    (SHARING, {"caveats": ["eyes_only"]}, "field_type", "$.caveats[0]"),
    (SHARING, {"caveats": ["no_copy", "no_copy"]}, "field_value", "`caveats[1]`: expected each once"),
    (SHARING, {"addressees": []}, "field_type", "$.addressees"),
    (SHARING, {"addressees": ["Kim Min-jun"]}, "field_type", "$.addressees[0]"),
    (SHARING, {"addressees": ["jp/han-jiwoo"]}, "field_type", "$.addressees[0]"),
    (SHARING, {"addressees": ["jp-desk", "kr-desk", "jp-desk"]}, "field_value", "`addressees[2]`: expected each once"),
    (SHARING, {"addressees": [f"jp-{number}" for number in range(13)]}, "field_type", "$.addressees"),
    (SHARING, {"carrier": "pigeon"}, "field_type", "$.carrier"),
    (SHARING, {"route": "relay_uk"}, "field_type", "$.route"),
    (SHARING, {"relay_asked": "yes"}, "field_type", "$.relay_asked"),
    (SHARING, {"title": " "}, "field_type", "$.title"),
    (SHARING, {"title": "x" * 121}, "field_type", "$.title"),
    (SHARING, {"text": "x" * 200_001}, "field_type", "$.text"),
    (AMENDING, {"revision": 1}, "field_value", "`revision`: expected more than the 1 it amends"),
    (AMENDING, {"revision": 100}, "field_type", "$.revision"),
    (AMENDING, {"amends": {"revision": 1, "changes": ["../text"]}}, "field_type", "$.amends.changes[0]"),
    (AMENDING, {"amends": {"revision": 1, "changes": ["text", "text"]}}, "field_value", "`amends.changes[1]`"),
    (AMENDING, {"amends": None}, "field_type", "$.amends"),
    ("intelligence.report.request", {"question": "  "}, "field_type", "$.question"),
    ("intelligence.report.request", {"purpose": "to warn ships"}, "field_type", "$.purpose"),
    ("intelligence.report.decline", {"request": "A" * 64}, "field_type", "$.request"),
    ("intelligence.report.recall", {"report": "41"}, "field_type", "$.report"),
    ("intelligence.report.acknowledge", {"about": "abc"}, "field_type", "$.about"),
    ("intelligence.report.acknowledge", {"marked_as": "極秘"}, "field_type", "$.marked_as"),
    ("intelligence.report.release", {"reader_clearance": 9}, "field_type", "$.reader_clearance"),
    ("intelligence.report.release", {"need_to_know": 1}, "field_type", "$.need_to_know"),
    ("intelligence.report.release", {"body": "Acme, Inc."}, "field_type", "$.body"),
    ("intelligence.report.destroy", {"method": "lost"}, "field_type", "$.method"),
    ("intelligence.report.destroy", {"certificate": ""}, "field_type", "$.certificate"),
    ("intelligence.consent.ask", {"purpose": None}, "field_type", "$.purpose"),
    ("intelligence.consent.give", {"until": "2031-06-31"}, "field_type", "$.until"),
    ("intelligence.addressee.assure", {"level": 4}, "field_type", "$.level"),
    ("intelligence.facility.attest", {"cleared": None}, "field_type", "$.cleared"),
    ("intelligence.facility.attest", {"inspected_on": "June"}, "field_type", "$.inspected_on"),
    ("intelligence.register.extract", {"readers": -1}, "field_type", "$.readers"),
    ("intelligence.register.extract", {"root": "b" * 63}, "field_type", "$.root"),
    ("intelligence.incident.find", {"found_at": "yesterday"}, "field_type", "$.found_at"),
    ("intelligence.incident.notify", {"found_at": "2031-05-01T25:00:00Z"}, "field_value", "`found_at`"),
    ("intelligence.incident.notify", {"nature": "unknown"}, "field_type", "$.nature"),
    ("intelligence.incident.conclude", {"measures": ""}, "field_type", "$.measures"),
]


@pytest.mark.parametrize(("kind", "members", "code", "names"), FAULTS)
def test_a_fault_names_its_field(kind: str, members: dict[str, Any], code: str, names: str):
    with pytest.raises(MalformedError) as caught:
        content.read(acts.PAYLOADS[kind], {**PAYLOAD[kind], **members})
    assert caught.value.code == code
    assert names in caught.value.message
    assert caught.value.action == "correct the field named and say the act again"


@pytest.mark.parametrize("kind", sorted(acts.PAYLOADS))
def test_a_member_that_must_be_said_is_missed_by_name(kind: str):
    for name in PAYLOAD[kind]:
        members = {other: value for other, value in PAYLOAD[kind].items() if other != name}
        if name not in {field.name for field in msgspec.structs.fields(acts.PAYLOADS[kind]) if field.required}:
            content.read(acts.PAYLOADS[kind], members)
            continue
        with pytest.raises(MalformedError) as caught:
            content.read(acts.PAYLOADS[kind], members)
        assert (caught.value.code, f"`{name}`" in caught.value.message) == ("field_missing", True)


@pytest.mark.parametrize(
    ("build", "names"),
    [
        (lambda: acts.Assure(addressee="jp-desk", level=9), "`level`: expected `int` <= 3"),
        (lambda: acts.Assure(addressee="Kim", level=1), "`addressee`: "),
        (lambda: acts.Decline(request="none"), "`request`: "),
        (
            lambda: acts.GiveConsent(report="KR-2031-000041", body="x", purpose="y", until="2031-01-01x"),
            "`until`: ",
        ),
        (lambda: acts.Amends(revision=0), "`revision`: expected `int` >= 1"),
    ],
)
def test_a_payload_built_by_hand_is_checked_too(build: Any, names: str):
    with pytest.raises(MalformedError) as caught:
        build()
    assert (caught.value.code, names in caught.value.message) == ("field_type", True)


def test_every_kind_that_is_said_or_noted_has_a_payload():
    said = {name for name, kind in kinds().items() if kind.domain == "intelligence"}
    assert set(acts.PAYLOADS) == said == set(PAYLOAD)


@pytest.mark.parametrize("kind", sorted(acts.PAYLOADS))
def test_what_is_written_reads_as_the_same(kind: str):
    payload = content.read(acts.PAYLOADS[kind], PAYLOAD[kind])
    raw = canon.encode(content.write(payload))
    assert content.read(acts.PAYLOADS[kind], canon.decode(raw, bytes_max=limits.PAYLOAD_BYTES_MAX)) == payload
    assert canon.decode(raw, bytes_max=limits.PAYLOAD_BYTES_MAX) == PAYLOAD[kind]


@pytest.mark.parametrize("kind", sorted(acts.PAYLOADS))
def test_no_free_text_outlives_destruction(kind: str):
    members = {**PAYLOAD[kind]}
    kept = content.residue(acts.PAYLOADS[kind], members)
    assert CANARY not in canon.encode(kept).decode()
    assert kept.keys() == members.keys() - {"title", "text", "question", "reason", "account", "findings", "measures"}


def test_what_outlives_a_report_is_its_head():
    strange = {**SHARE, "annex": CANARY}
    assert content.residue(acts.Share, strange) == HEAD
    assert content.residue(acts.Amend, {**AMEND, "annex": CANARY}) == {
        **HEAD,
        "revision": 2,
        "amends": {"revision": 1, "changes": ["text"]},
    }


def test_a_report_that_the_agreement_will_refuse_still_reads():
    members = {**SHARE, "level": 3, "marks": {}, "carrier": "open_network", "route": "relay_other", "topic": "weather"}
    del members["purpose"]
    report = content.read(acts.Share, members)
    assert (report.level, report.marks, report.purpose, report.topic) == (3, {}, None, "weather")


def test_the_largest_report_fits_a_payload():
    members = {**SHARE, "title": "\u6975" * 120, "text": "\u6975" * 200_000}
    raw = canon.encode(content.write(content.read(acts.Share, members)))
    assert len(raw) < limits.PAYLOAD_BYTES_MAX


def test_defaults_stay_out_of_the_bytes():
    assert content.write(acts.Release(report="KR-2031-000041", released_to="public", body="press")) == {
        "report": "KR-2031-000041",
        "released_to": "public",
        "body": "press",
    }


def test_days_are_days():
    consent = content.read(acts.GiveConsent, PAYLOAD["intelligence.consent.give"])
    assert consent == acts.GiveConsent(
        report="KR-2031-000041", body="us-liaison", purpose="warning", until=date(2031, 6, 30)
    )
