"""Exports: what is not there is told first; printed copies name their holder first and say every word."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import cedarpy
import pypdf
import pytest

from servanda.adapters import paper
from servanda.agreement.layout import written
from servanda.assembly.accord import exporting
from servanda.assembly.accord.assurance import assurance_page
from servanda.assembly.accord.exporting import SCHEMA_SUFFIX, Form, assurance_pdf, copy_data, exported, printed_copy
from servanda.base.errors import UsageError
from tests.publishing import EVERY, LANGUAGES, PACTS, dense, hostile, pact, signed_words, small

FONTS = paper._families()
HAS_CJK = not FONTS.isdisjoint(paper._KOREAN) and not FONTS.isdisjoint(paper._JAPANESE)
cjk = pytest.mark.skipif(not HAS_CJK, reason="no Korean and Japanese fonts: install the package fonts-noto-cjk")


def code_of(work: Callable[[], object]) -> str:
    with pytest.raises(UsageError) as caught:
        work()
    return caught.value.code


def read(printed: bytes) -> list[str]:
    return [dense(page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(printed)).pages]


def test_what_cannot_be_exported(tmp_path: Path) -> None:
    agreement, out = pact("kr-jp-b"), tmp_path / "out"
    assert code_of(lambda: exported(agreement, "pdf", out, holder="US")) == "party_unknown"
    assert code_of(lambda: exported(agreement, "pdf", out, language="fr")) == "words_missing"
    assert code_of(lambda: exported(agreement, "akn", out, language="fr")) == "words_missing"
    assert code_of(lambda: exported(agreement, "akn", tmp_path / "none" / "out")) == "file_unwritable"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("form", "module", "extra"), [("akn", "lxml", "exchange"), ("pdf", "typst", "paper")])
def test_an_extra_that_is_absent_is_named(
    form: Form, module: str, extra: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("servanda.assembly.extras.find_spec", lambda name: None if name == module else object())
    with pytest.raises(UsageError) as caught:
        exported(pact("kr-jp-b"), form, tmp_path / "out")
    assert (caught.value.code, caught.value.action) == ("extra_missing", f"install servanda[{extra}]")
    if form == "pdf":
        assert code_of(lambda: assurance_pdf(assurance_page(pact("kr-jp-b"), "en"))) == "extra_missing"


@pytest.mark.parametrize("name", PACTS)
def test_cedar_policies_hold_under_their_schema(name: str, tmp_path: Path) -> None:
    written = exported(pact(name), "cedar", tmp_path / f"{name}.cedar")
    policies, schema = tmp_path / f"{name}.cedar", tmp_path / f"{name}{SCHEMA_SUFFIX}"
    assert written.files == {str(file): file.stat().st_size for file in (policies, schema)}
    validated = cedarpy.validate_policies(policies.read_text(encoding="utf-8"), schema.read_text(encoding="utf-8"))
    assert validated.validation_passed
    first = f"// {name}, version 1, sha-256 {pact(name).digest}\n// exercise: no government has agreed to this text\n"
    assert all(file.read_text(encoding="utf-8").startswith(first) for file in (policies, schema))


@cjk
@pytest.mark.parametrize(("name", "language"), EVERY)
def test_a_printed_copy_says_every_word_that_is_signed(name: str, language: str) -> None:
    text = pact(name).instrument
    data = {key: dense(value) for key, value in copy_data(text, language).items() if isinstance(value, str)}
    pages = read(printed_copy(text, language))
    head = f"{data['mark']}{data['copy_of']}{data['exercise']}"
    body = ""
    for number, page in enumerate(pages, start=1):
        counted = data["page"].replace("{page}", str(number)).replace("{pages}", str(len(pages)))
        foot = f"{text.id},{data['version']}{counted}{data['digest_says']}:{text.digest}"
        assert (page[: len(head)], page[-len(foot) :]) == (head, foot)
        body += page.removeprefix(head).removesuffix(foot)
    for number, words in signed_words(text, language).items():
        assert f"{number}{dense(words).replace('|', '').replace('---', '')}" in body, number
    for clause in text.clauses:
        assert dense(written(clause.form.value, clause.body)) in body


@cjk
@pytest.mark.parametrize(("name", "language"), EVERY)
@pytest.mark.parametrize("holder", ["KR", "JP"])
def test_a_copy_names_its_holder_first_everywhere(name: str, language: str, holder: str) -> None:
    text = pact(name).instrument
    data = copy_data(text, language, holder=holder)
    names = text.parties if language == "en" else text.wordings[language].parties
    first, second = names[holder], next(name for code, name in names.items() if code != holder)
    assert data["parties"] == [first, second]
    pages = read(printed_copy(text, language, holder=holder))
    title, both = dense(data["title"]), dense(first + second)
    assert f"{title}{both}{dense(data['agreed'])}{both}" in pages[0]
    last = next(page for page in pages if dense(data["witness"]) in page)
    signed = last.partition(dense(data["done"]))[2]
    assert 0 <= signed.index(dense(first)) < signed.index(dense(second))
    assert all(dense(data["copy_of"]) in page for page in pages)
    other = copy_data(text, language, holder="JP" if holder == "KR" else "KR")
    assert {key for key in data if data[key] != other[key]} == {"parties", "copy_of"}


@cjk
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_bytes_from_the_same_text(language: str) -> None:
    text = pact("kr-jp-a").instrument
    assert printed_copy(text, language) == printed_copy(text, language)
    page = assurance_page(pact("kr-jp-a"), language)
    assert assurance_pdf(page) == assurance_pdf(page)


@pytest.mark.parametrize(
    ("language", "done", "prevails"),
    [
        (
            "en",
            "Done in duplicate in the Korean, Japanese and English languages, each text being equally authentic.",
            "In case of any divergence of interpretation, the English text prevails.",
        ),
        (
            "ja",
            "ひとしく正文である韓国語、日本語及び英語により本書二通を作成した。",
            "解釈に相違がある場合には、英語の本文による。",
        ),
        (
            "ko",
            "이 협정은 동등하게 정본인 한국어, 일본어 및 영어로 각 2부를 작성하였다.",
            "해석상의 차이가 있을 경우 영어본이 우선한다.",
        ),
    ],
)
def test_the_closing_words(language: str, done: str, prevails: str) -> None:
    data = copy_data(pact("kr-jp-a").instrument, language)
    assert (data["done"], data["prevails"]) == (done, prevails)


def test_where_no_text_prevails_none_is_said_to() -> None:
    data = copy_data(hostile(), "ko")
    assert (data["prevails"], data["done"]) == ("", "이 협정은 동등하게 정본인 영어 및 한국어로 각 2부를 작성하였다.")
    data = copy_data(small(), "en")
    assert (data["prevails"], data["done"]) == ("", "Done in duplicate in the English language.")


def test_only_an_exercise_is_marked_as_one() -> None:
    marks = [
        [copy_data(hostile(status), "en")[key] for key in ("mark", "exercise")] for status in ("exercise", "agreed")
    ]
    assert marks == [["Exercise", "Exercise: no government has agreed to this text"], ["", ""]]


@cjk
@pytest.mark.parametrize(("name", "language"), EVERY)
def test_the_page_on_paper_says_what_the_page_says(name: str, language: str) -> None:
    page = assurance_page(pact(name), language)
    whole = "".join(read(assurance_pdf(page)))
    for said in (page.title, page.digest, *(page.words[key] for key in ("lead", "never", "always", "same", "check"))):
        assert dense(said) in whole
    for sentence in page.ends:
        assert dense(sentence.says) in whole
    assert len(re.findall(re.escape(dense(page.words["proved"])), whole)) >= sum(
        len(promise.proved) for kept in (page.never, page.always, page.same) for promise in kept
    )


def test_a_text_of_plain_letters_needs_no_font_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "_families", frozenset)
    pages = read(printed_copy(small(), "en", holder="KR"))
    assert dense("And in a second paragraph.") in "".join(pages)
    with pytest.raises(UsageError) as caught:
        printed_copy(pact("kr-jp-a").instrument, "en")
    assert caught.value.code == "paper_fonts"


def test_an_annex_is_printed_as_it_is_signed() -> None:
    rows = copy_data(small(), "en")["annexes"][0]["rows"]
    assert rows == [
        ("truths", '[true, false, "true", yes, no, on, off, True, "~", null]'),
        ("numbers", "[0, -1, 12, 9007199254740991]"),
        ("words", '["012", "1:30", "0x1F", "1_000", 1.5, "-0", "+1", "1e3", ".5", "2030-02-01", "7"]'),
        ("spaces", "two and　one of another kind"),
    ]
    assert exporting.FORMS == ("akn", "pdf", "cedar")
