"""What an agreement is signed as: the digest, and what stays out of it."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta, timezone
from pathlib import Path

import pytest

from servanda.agreement.head import Languages
from servanda.agreement.instrument import Instrument, load
from servanda.base.calendar import Span

ROOT = Path(__file__).parents[3]
GOOD = ROOT / "tests" / "agreements" / "good"
SMALL = (GOOD / "small.md").read_text(encoding="utf-8")
DIGESTS = {
    "kr-jp-a": "cad636ceb5a978bfe15634551be8cd1a5b9c89de33e8a55c782fad503767fb7a",
    "kr-jp-b": "5ea87ad70c2bbb09276bc69375a597d5f6cd09a4ccc84861f5935468a7ec0177",
}


def pact(name: str) -> str:
    return (ROOT / "agreements" / name / "en.md").read_text(encoding="utf-8")


def small(*edits: tuple[str, str]) -> Instrument:
    text = SMALL
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return load(text, path="small.md")


def test_the_digest_is_that_of_what_is_signed() -> None:
    signed = json.loads((GOOD / "small.signed.json").read_text(encoding="utf-8"))
    canonical = json.dumps(signed, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    assert small().digest == hashlib.sha256(canonical).hexdigest()


@pytest.mark.parametrize("name", DIGESTS)
def test_the_digests_of_the_example_texts_stand(name: str) -> None:
    assert load(pact(name), path=name).digest == DIGESTS[name]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('{JP: Japan, KR: "Republic of Korea"}', "\n  KR: Republic of Korea\n  JP: Japan"),
        ("[logistics, intelligence]", "[intelligence, logistics]"),
        ("defines:   # a comment is not signed", "defines:"),
        ("These words stand before the first article and are not signed.\n", ""),
        ("Words of an annex are not signed.", "Other words."),
        ("The Parties use these words.\nThey stand", "The Parties  use these words. They\tstand"),
        ("## Article 12 · Clauses", "## Article 12 · Other title"),
        ("```clause\ntext_only: 'true'\n```", '~~~~ clause\n"text_only":   "true"\n~~~~'),
        ("  by: KR\n  amount: order_usd\n", "  amount: order_usd\n  by: KR\n"),
        ("[0, -1, 12, 9007199254740991]", "\n  - 0\n  - -1\n  - 12\n  - 9007199254740991"),
        ("1.5, -0", '"1.5", "-0"'),
    ],
)
def test_layout_stays_out_of_the_digest(old: str, new: str) -> None:
    assert small((old, new)).digest == small().digest


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("version: 12", "version: 13"),
        ('status: "exercise"', "status: agreed"),
        ('KR: "Republic of Korea"', "KR: Korea"),
        ("languages: {authentic: [en]}", "languages: {authentic: [en], prevailing: en}"),
        ('time_zone: "-00:30"', 'time_zone: "+09:00"'),
        ("use these words.", "use these\u3000words."),
        ("And in a second paragraph.", "And in a 2nd paragraph."),
        ("| 1 | 2 |", "| 1 | 3 |"),
        ("**1.3** A number", "**1.4** A number"),
        ("text_only: 'true'", "text_only: 'false'"),
        ("at_most: 1000", "at_most: 1001"),
        ("  by: JP\n", "  by: KR\n"),
        ("[secret, 3]", "[3, secret]"),
        ('[true, false, "true"', "[true, false, true"),
        ("1.5, -0", "1.50, -0"),
        ("[0, -1, 12,", '["0", -1, 12,'),
    ],
)
def test_what_is_signed_enters_the_digest(old: str, new: str) -> None:
    assert small((old, new)).digest != small().digest


def test_two_clauses_change_places_only_within_the_digest() -> None:
    first = "```clause\nholds:\n  always: {kinds: [intelligence.report.decline]}\n```\n\n"
    second = "```clause\nholds:\n  never: {kinds: [logistics.goods.transfer]}\n```\n\n"
    assert small((first + second, second + first)).digest != small().digest


def test_an_instrument_as_read() -> None:
    read = small()
    assert (read.id, read.title, read.version, read.status) == ("small-1", "Agreement on small things", 12, "exercise")
    assert dict(read.parties) == {"JP": "Japan", "KR": "Republic of Korea"}
    assert read.governs == ("logistics", "intelligence")
    assert read.languages == Languages(authentic=("en",), prevailing=None)
    assert (read.time_zone, read.zone) == ("-00:30", timezone(-timedelta(minutes=30)))
    assert list(read.paragraphs) == ["1.1", "1.3", "12.10", "12.11", "13.1", "13.2"]
    assert read.word("outside_body") == ("third_state", "public")
    assert read.word("level") is None
    assert read.scale("level") == {"unclassified": 0, "confidential": 1, "secret": 2, "top_secret": 3}
    assert read.scale("outside_body") is None
    assert read.annexes["values"]["numbers"] == [0, -1, 12, 9007199254740991]
    assert read.source == SMALL


def test_the_terms_of_a_text() -> None:
    terms = load(pact("kr-jp-b"), path="kr-jp-b").terms
    assert (terms.word("notice"), terms.span("notice"), terms.paragraph("notice")) == (
        "180 days", Span(days=180), "13.2",
    )  # fmt: skip
    assert (terms.word("suspends"), terms.span("suspends"), terms.paragraph("suspends")) == ("either", None, "13.3")
    assert terms.kinds("suspendable") == (
        "logistics.order.place",
        "logistics.order.accept",
        "peacekeeping.support.request",
        "peacekeeping.support.offer",
        "peacekeeping.support.accept",
    )
    assert "hold_resumes_with" not in terms
    assert (
        terms.word("hold_resumes_with"),
        terms.span("hold_resumes_with"),
        terms.kinds("hold_resumes_with"),
        terms.paragraph("hold_resumes_with"),
    ) == (None, None, (), None)


def test_instruments_are_the_same_when_digest_and_source_are() -> None:
    layout = small(("## Article 12 · Clauses", "## Article 12 · Other title"))
    assert load(SMALL, path="one.md") == load(SMALL, path="another.md")
    assert hash(load(SMALL, path="one.md")) == hash(layout)
    assert layout != small()
    assert small() != SMALL
