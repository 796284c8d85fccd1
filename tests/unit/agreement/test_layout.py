"""Texts laid out for readers: every word that is signed, and no other; clauses as they are signed."""

from __future__ import annotations

import re

import pytest

from servanda.agreement.blocks import plain
from servanda.agreement.complaints import Complaints
from servanda.agreement.layout import Grid, Items, Prose, layout, written
from servanda.agreement.text import read_block
from tests.publishing import EVERY, HOSTILE, dense, hostile, pact, signed_words, small, words_of


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_every_word_that_is_signed_is_laid_out_in_its_order(name: str, language: str) -> None:
    text = pact(name).instrument
    laid = layout(text, language)
    found = {each.number: words_of(each) for article in laid.articles for each in article.paragraphs}
    signed = signed_words(text, language)
    assert list(found) == list(signed)
    for number, words in found.items():
        assert dense("".join(words)) == re.sub(r"\||---", "", dense(signed[number])), number
    assert [article.number for article in laid.articles] == list(dict.fromkeys(n.split(".")[0] for n in signed))
    source = text.source if language == "en" else text.wordings[language].source
    assert all(f"## {article.label} · {article.heading}\n" in source for article in laid.articles)


def test_parts_of_a_paragraph() -> None:
    laid = layout(small(), "en")
    assert laid.paragraph("1.1").parts == (
        Prose(words="The Parties use these words. They stand on two lines."),
        Items(items=(("-", "and in a list,"), ("-", "of two items"))),
        Grid(head=("and", "a table"), rows=(("1", "2"),)),
        Prose(words="And in a second paragraph."),
    )
    assert [(a.label, a.heading, [p.number for p in a.paragraphs]) for a in laid.articles] == [
        ("Article 1", "Words", ["1.1", "1.3"]),
        ("Article 12", "Clauses", ["12.10", "12.11"]),
        ("Article 13", "Time", ["13.1", "13.2"]),
    ]


def test_cells_and_items_keep_what_only_looks_like_layout() -> None:
    laid = layout(hostile(), "ko")
    assert laid.paragraph("1.1").parts == (Prose(words=HOSTILE), Items(items=(("-", HOSTILE),)))
    assert (laid.title, laid.articles[0].label, laid.articles[0].heading) == (HOSTILE, "제1조", HOSTILE)
    assert laid.parties == {"KR": HOSTILE, "JP": f"{HOSTILE} second"}


@pytest.mark.parametrize("name", ["kr-jp-a", "kr-jp-b", "small"])
def test_a_clause_is_written_so_that_it_reads_as_what_was_signed(name: str) -> None:
    text = small() if name == "small" else pact(name).instrument
    for clause in text.clauses:
        if isinstance(clause.body, str):
            assert written(clause.form.value, clause.body) == f"{clause.form.value}: {clause.body}"
            continue
        block = read_block(written(clause.form.value, clause.body), Complaints("x"), paragraph="", before=0)
        assert block is not None
        assert plain(block) == {clause.form.value: clause.body}
    for body in text.annexes.values():
        block = read_block(written("annex", body), Complaints("x"), paragraph="", before=0)
        assert block is not None
        assert plain(block) == {"annex": body}
