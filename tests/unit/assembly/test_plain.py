"""Plain words: every name of the vocabulary in every language, spans and counts as people read them."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Any

import pytest

from servanda.act.kind import kinds, offices
from servanda.agreement.terms import _KEYS, _KINDS, _WORDS
from servanda.agreement.vocabulary import domains, phases
from servanda.assembly.accord.plain import LANGUAGES, PlainWords, rounded
from servanda.base.calendar import span
from servanda.base.errors import UsageError


def data(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files("servanda").joinpath("data", name).read_text(encoding="utf-8"))


def test_a_language_that_has_no_words() -> None:
    with pytest.raises(UsageError) as caught:
        PlainWords("fr")
    assert (caught.value.code, caught.value.action) == ("words_missing", "name one of `en`, `ja`, `ko`")


def test_every_name_of_the_vocabulary_has_words_and_no_other() -> None:
    words = data("kind_words.toml")
    assert {table: set(words[table]) for table in words} == {
        "domains": {*domains(), "agreement"},
        "phases": set(phases()),
        "offices": set(offices()),
        "kinds": set(kinds()),
    }


@pytest.mark.parametrize("name", ["kind_words.toml", "page_words.toml"])
def test_every_word_is_there_in_every_language(name: str) -> None:
    for table, entries in data(name).items():
        for key, said in entries.items():
            assert set(said) == set(LANGUAGES), (table, key)
            forms = [each if isinstance(each, list) else [each] for each in said.values()]
            assert all(words.strip() == words or table == "copy" for form in forms for words in form), (table, key)


def test_no_two_kinds_of_a_domain_go_by_one_word() -> None:
    for language in LANGUAGES:
        words = PlainWords(language)
        for domain in (*domains(), "agreement"):
            named = [words.named("kinds", name) for name, kind in kinds().items() if kind.domain == domain]
            assert len(set(named)) == len(named), (language, domain)


def test_every_sentence_takes_the_same_in_every_language() -> None:
    for table, entries in data("page_words.toml").items():
        for key, said in entries.items():
            taken = {
                tuple(sorted({part.partition("}")[0] for part in each.split("{")[1:]}))
                for form in said.values()
                for each in (form if isinstance(form, list) else [form])
            }
            assert len(taken) == 1, (table, key, taken)


def test_every_key_of_lasts_has_its_sentence() -> None:
    said = set(data("page_words.toml")["ends"])
    due = {
        *(key for key in _KEYS if key not in _KINDS and key not in ("notice_hold", "suspends")),
        *(f"{key}_{word}" for key in ("notice_hold", "suspends") for word in _WORDS[key]),
        *("survives", "never_waits", "starts_after", "notice_alone", "notice_silent", "survives_nothing", "together"),
    }
    assert said == due
    assert all(len(_WORDS[key]) == 1 for key in _WORDS if key not in ("notice_hold", "suspends"))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("1 year", ("1 year", "1年", "1년")),
        ("10 years", ("10 years", "10年", "10년")),
        ("2 months", ("2 months", "2か月", "2개월")),
        ("90 days", ("90 days", "90日", "90일")),
        ("24 hours", ("24 hours", "24時間", "24시간")),
        ("15 minutes", ("15 minutes", "15分", "15분")),
        ("1 second", ("1 second", "1秒", "1초")),
    ],
)
def test_spans(written: str, said: tuple[str, str, str]) -> None:
    assert tuple(PlainWords(language).span(span(written)) for language in LANGUAGES) == said


def test_names_in_a_row() -> None:
    assert [PlainWords(each).listed(["a", "b", "c"]) for each in LANGUAGES] == ["a, b and c", "a、b及びc", "a, b 및 c"]
    assert PlainWords("en").listed(["a"]) == "a"


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (0, ("0", "")),
        (999_999, ("999,999", "")),
        (1_000_000, ("1.0 × 10", "6")),
        (9_949_999, ("9.9 × 10", "6")),
        (9_950_000, ("1.0 × 10", "7")),
        (2**100, ("1.3 × 10", "30")),
    ],
)
def test_counts(number: int, told: tuple[str, str]) -> None:
    assert rounded(number) == told
