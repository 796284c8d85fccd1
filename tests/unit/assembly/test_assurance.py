"""The page for parliaments and the public: nothing unproved, nothing secret, every word of the texts."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from html.parser import HTMLParser
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import pytest

import servanda as sv
from servanda.agreement.clause import Allows, Always, Never, SameIn
from servanda.agreement.instrument import Instrument
from servanda.agreement.layout import Prose
from servanda.agreement.vocabulary import Answer, facts_of
from servanda.assembly.accord import assurance
from servanda.assembly.accord.assurance import (
    COUNT_SHOWN_MIN,
    AssurancePage,
    Count,
    Office,
    assurance_page,
    possible_acts,
)
from servanda.assembly.accord.exporting import assurance_html
from servanda.assembly.accord.proof import proof_page
from servanda.assembly.shown import acts
from servanda.assembly.texts import Agreement
from servanda.base.errors import AgreementError, UsageError
from servanda.cli import story
from tests.founded import Pair
from tests.publishing import EVERY, HOSTILE, LANGUAGES, PACTS, broken, hostile, pact, small


class Reader(HTMLParser):
    """What a browser would make of a page: its elements, and the words between them."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._within: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._within.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._within and self._within.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "style" not in self._within:
            self.words.append(data)

    def named(self, *tags: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.elements if tag in tags]


def of(text: Instrument) -> Agreement:
    return Agreement(path=Path("text.md"), instrument=text)


def test_a_promise_that_does_not_hold_makes_no_page(tmp_path: Path) -> None:
    agreement = broken(tmp_path)
    assert not proof_page(agreement.instrument).proved
    with pytest.raises(AgreementError) as caught:
        assurance_page(agreement, "ko")
    assert {(one.path, one.code, one.paragraph) for one in caught.value.complaints} == {
        (str(tmp_path / "en.md"), "invariant_broken", "4.3")
    }


@pytest.mark.parametrize("language", ["fr", "ko"])
def test_a_language_that_was_not_read(language: str) -> None:
    with pytest.raises(UsageError) as caught:
        assurance_page(of(small()), language)
    assert caught.value.code == "words_missing"


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_every_promise_stands_there_once_as_proved(name: str, language: str) -> None:
    text = pact(name).instrument
    page = assurance_page(pact(name), language)
    for kept, form in ((page.never, Never), (page.always, Always), (page.same, SameIn)):
        promised = [clause for clause in text.clauses if isinstance(clause, form)]
        assert [promise.paragraph.number for promise in kept] == list(dict.fromkeys(c.paragraph for c in promised))
        proved = [proved for promise in kept for proved in promise.proved]
        assert [(p.clause.split(":")[0], p.possible) for p in proved] == [
            ("holds", str(possible_acts(clause, text))) for clause in promised
        ]
    opened = dict.fromkeys(clause.paragraph for clause in text.clauses if isinstance(clause, Allows))
    assert [o.paragraph.number for openings in page.allows.values() for o in openings] == list(opened)
    assert page.digest == text.digest


def test_paragraphs_that_a_promise_names_are_quoted_with_it() -> None:
    page = assurance_page(pact("kr-jp-b"), "ko")
    assert [(p.paragraph.number, [n.number for n in p.names]) for p in page.never] == [
        ("3.4", ["3.2", "3.3"]),
        ("9.1", []),
    ]
    assert page.never[0].names[1].parts[0] == pact_words("kr-jp-b", "ko", "3.3")


def pact_words(name: str, language: str, number: str) -> Prose:
    return Prose(words=pact(name).instrument.wordings[language].paragraphs[number])


LATER = "the later of the two notes by which the Parties tell each other that their own law is satisfied"
QUESTIONED = (
    "A Party that says that a clause differs from the words of its paragraph makes what that paragraph allows wait, "
    "for at most 30 days; what is forbidden stays forbidden."
)


def test_how_it_ends() -> None:
    text = "Either Party can suspend these acts, and no others:"
    page = assurance_page(pact("kr-jp-b"), "en")
    assert [(each.paragraph, each.says, len(each.acts)) for each in page.ends] == [
        ("13.1", f"It is in force 30 days after {LATER}.", 0),
        ("13.2", "It lasts 10 years.", 0),
        ("13.2", "Then it goes on, 10 years more each time, unless a Party gives notice.", 0),
        ("13.2", "Either Party can end it by notice, received at least 180 days before the running term ends.", 0),
        ("13.2", "A notice can be withdrawn until it takes effect.", 0),
        ("13.2", "The effect of a notice cannot be held.", 0),
        ("", "Both Parties together can end it at any time.", 0),
        ("13.3", text, 5),
        ("13.3", "A suspension begins 7 days after the other Party received word of it.", 0),
        ("13.6", QUESTIONED, 0),
        ("13.6", "A Party questions one paragraph once in a term.", 0),
        ("13.6", "No such question makes these acts wait:", 11),
        ("13.5", "It is changed only by both Parties together, in writing.", 0),
        ("13.4", "After the end nothing new is done. Only these acts go on:", 12),
    ]
    assert [each.paragraph for each in assurance_page(pact("kr-jp-b"), "ja").ends] == [e.paragraph for e in page.ends]


@pytest.mark.parametrize(
    ("lasts", "said"),
    [
        ("survives: [], term: 2 years", "It lasts 2 years."),
        ("survives: []", "After the end no act is done."),
        ("survives: []", "It says nothing of notice: a Party that gives notice leaves after 12 months."),
        (
            "survives: [], notice: 30 days",
            "Either Party can end it by notice; it ends 30 days after the notice is received.",
        ),
        (
            "survives: [], suspends: joint, suspendable: [intelligence.report.share]",
            "Both Parties together can suspend these acts, and no others:",
        ),
    ],
)
def test_how_a_text_ends_that_says_little(lasts: str, said: str) -> None:
    assert said in [each.says for each in assurance_page(of(hostile(lasts=lasts)), "en").ends]


def test_who_decides() -> None:
    page = assurance_page(pact("kr-jp-a"), "ja")
    assert [(each.paragraph, each.offices) for each in page.offices] == [
        ("3.1", ("情報担当官",)),
        ("3.1", ("救助調整官", "当直官")),
    ]
    assert isinstance(page.offices[0], Office)


def test_possible_acts_are_counted_as_the_sets_of_facts_that_there_are() -> None:
    text = hostile()
    (never,) = (clause for clause in text.clauses if isinstance(clause, Never))
    ranges: list[Any] = [sorted(text.parties)]
    for fact in facts_of("intelligence.report.share").values():
        match fact.answer:
            case Answer.BOOL:
                ranges.append((False, True))
            case Answer.INT:
                ranges.append(range(fact.least, fact.most + 1))
            case Answer.WORD:
                ranges.append(text.values(fact))
            case Answer.PARAGRAPHS:
                ranges.append(list(product((False, True), repeat=len(text.paragraphs))))
    count = 1
    for each in ranges:
        count *= len(each)
    assert possible_acts(never, text) == count


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_the_page_is_one_file_that_asks_for_nothing(name: str, language: str) -> None:
    html = assurance_html(assurance_page(pact(name), language))
    read = Reader(html)
    assert read.named("html") == [{"lang": language}]
    assert not read.named("script", "link", "img", "iframe", "object", "embed", "form", "a", "base", "source", "video")
    assert not re.search(r"url\(|@import|https?:|\bon[a-z]+=|javascript:", html)
    assert not [attrs for _, attrs in read.elements if set(attrs) & {"src", "href", "style"}]
    headings = [tag for tag, _ in read.elements if re.fullmatch("h[1-6]", tag)]
    assert headings[0] == "h1"
    assert headings.count("h1") == 1
    assert all(int(after[1]) - int(before[1]) <= 1 for before, after in pairwise(headings))
    ids = [attrs["id"] for _, attrs in read.elements if "id" in attrs]
    assert [attrs["aria-labelledby"] for attrs in read.named("section")] == ids
    assert len(set(ids)) == len(ids)
    words = "".join(read.words)
    assert pact(name).digest in words
    assert all(quoted.words in words for quoted in prose(assurance_page(pact(name), language)))


def prose(page: AssurancePage) -> list[Any]:
    quoted = [promise.paragraph for kept in (page.never, page.always, page.same) for promise in kept]
    quoted += [opening.paragraph for openings in page.allows.values() for opening in openings]
    return [part for paragraph in quoted for part in paragraph.parts if hasattr(part, "words")]


def test_an_exercise_says_so_and_nothing_else_does() -> None:
    for status, says in (("exercise", True), ("agreed", False)):
        html = assurance_html(assurance_page(of(hostile(status)), "en"))
        assert ("no government has agreed" in html) is says


def test_no_word_of_a_text_is_markup() -> None:
    for language in ("en", "ko"):
        page = assurance_page(of(hostile()), language)
        read = Reader(assurance_html(page))
        assert not read.named("script")
        # Title and heading, two Parties, article; the paragraph and its list under the promise, and where it opens.
        assert "".join(read.words).count(HOSTILE) == 9


def test_the_same_page_from_the_same_text() -> None:
    pages = {assurance_html(assurance_page(pact("kr-jp-a"), "en")) for _ in range(2)}
    assert len(pages) == 1


def test_counts_are_by_kind_and_small_ones_are_not_told_from_none(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    pair.play(*story.report())
    with sv.open_node(pair.settings("KR")) as home:
        page = assurance_page(pact("kr-jp-a"), "en", home)
        assert page.counts is not None
        numbers = {count.number for counts in page.counts.values() for count in counts}
        assert (list(page.counts), numbers, page.until) == (["Information", "Rescue at sea"], {"fewer than 3"}, "")
        html = assurance_html(page)
        assert not [row.act for row in acts(home) if row.act[:8] in html]
        assert not re.search(r"2031|kr/|jp/|officer-|[a-z]+-1\b", html.replace("kr-jp-a", ""))

        monkeypatch.setattr(assurance, "COUNT_SHOWN_MIN", 1)
        page = assurance_page(pact("kr-jp-a"), "en", home)
        assert page.counts is not None
        exchanged = dict.fromkeys(("report shared", "receipt acknowledged", "assurance about an addressee"), "1")
        told = {c.act: c.number for c in page.counts["Information"] if not c.number.startswith("fewer")}
        assert (told, page.until) == (exchanged, "Up to 2031-05.")
        assert Count(act="report passed on", number="fewer than 1") in page.counts["Information"]
    assert COUNT_SHOWN_MIN == 3


def test_both_nodes_count_alike(pair: Pair) -> None:
    pair.play(*story.report())
    pages = []
    for party in ("KR", "JP"):
        with sv.open_node(pair.settings(party)) as home:
            pages.append(assurance_page(pact("kr-jp-a"), "ko", home))
    assert pages[0] == pages[1]
    alone = assurance_page(pact("kr-jp-a"), "ko")
    assert alone == replace(pages[0], counts=None, until="")


def test_pages_say_the_same_in_each_language() -> None:
    for name in PACTS:
        shapes = {shape(assurance_page(pact(name), language)) for language in LANGUAGES}
        assert len(shapes) == 1


def shape(page: AssurancePage) -> str:
    """A page without its words."""
    numbers = [
        [(p.paragraph.number, [n.number for n in p.names], [(len(x.acts), x.possible) for x in p.proved]) for p in kept]
        for kept in (page.never, page.always, page.same)
    ]
    rest = [(e.paragraph, len(e.acts)) for e in page.ends], [(o.paragraph, len(o.acts)) for o in page.offices]
    return repr((numbers, rest, [field.name for field in fields(page)]))
