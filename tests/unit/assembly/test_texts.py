"""Texts as files: what is no text first, then what a text answers."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

import servanda as sv
from servanda.assembly.accord.checking import checked
from servanda.assembly.accord.showing import text_page
from servanda.assembly.texts import TEXT_BYTES_MAX, AgreementFiles, agreement_files
from servanda.base.errors import AgreementError, ServandaError
from tests.founded import AGREEMENTS


@pytest.mark.parametrize(
    ("files", "named", "code"),
    [
        ({}, "none.md", "text_unreadable"),
        ({}, ".", "text_unreadable"),
        ({"a.md": b"x", "b.md": b"x"}, ".", "text_unreadable"),
        ({"a.md": b"\xff\xfe"}, "a.md", "text_encoding"),
        ({"a.md": b"x" * (TEXT_BYTES_MAX + 1)}, "a.md", "text_unreadable"),
    ],
)
def test_what_is_no_text(files: dict[str, bytes], named: str, code: str, tmp_path: Path) -> None:
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ServandaError) as caught:
        sv.Agreement.load(tmp_path / named)
    assert caught.value.code == code


def test_a_text_that_does_not_read_says_where(tmp_path: Path) -> None:
    file = tmp_path / "en.md"
    file.write_text("---\n---\n")
    with pytest.raises(AgreementError) as caught:
        sv.Agreement.load(tmp_path)
    assert {complaint.path for complaint in caught.value.complaints} == {str(file)}
    assert checked([tmp_path], prove=False) == caught.value.complaints


def test_a_folder_stands_for_its_text_and_its_words_in_every_language() -> None:
    folder = AGREEMENTS / "kr-jp-a"
    files = agreement_files(folder)
    assert (files.path, files.source) == (folder / "en.md", (folder / "en.md").read_text(encoding="utf-8"))
    assert [(words.language, words.path) for words in files.words] == [
        ("ja", str(folder / "ja.md")),
        ("ko", str(folder / "ko.md")),
    ]
    assert agreement_files(folder / "en.md") == replace(files, words=())


def test_notes_beside_a_text_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# Notes\n")
    (tmp_path / "text.md").write_text("---\n---\n")
    assert agreement_files(tmp_path) == AgreementFiles(path=tmp_path / "text.md", source="---\n---\n")


def test_an_agreement_answers_for_its_words_and_judges_lines() -> None:
    agreement = sv.Agreement.load(AGREEMENTS / "kr-jp-b")
    assert (agreement.id, agreement.digest, agreement.words("1.2")[:24]) == (
        "kr-jp-b",
        agreement.instrument.digest,
        "No Party is obliged to h",
    )
    with pytest.raises(ServandaError) as caught:
        agreement.words("99.1")
    assert caught.value.code == "paragraph_unknown"
    line = json.dumps({"kind": "logistics.order.place", "author": "JP", "facts": {"phase": "in_force"}})
    ruling = agreement.judge(line)
    assert (ruling["ruling"], ruling["ground"], ruling["cites"]) == ("refusal", "unjudgeable", [])
    page = text_page(agreement)
    assert (page.id, page.version, page.status, page.governs, len(page.paragraphs)) == (
        "kr-jp-b",
        1,
        "exercise",
        ("logistics", "peacekeeping"),
        len(agreement.instrument.paragraphs),
    )
