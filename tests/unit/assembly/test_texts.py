"""Texts as files: what is no text first, then what a text answers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import servanda as sv
from servanda.assembly.texts import TEXT_BYTES_MAX, complaints, text_file, text_page
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
    file = tmp_path / "ko.md"
    file.write_text("---\n---\n")
    with pytest.raises(AgreementError) as caught:
        sv.Agreement.load(tmp_path)
    assert {complaint.path for complaint in caught.value.complaints} == {str(file)}
    assert complaints([tmp_path]) == caught.value.complaints


def test_a_folder_stands_for_its_text(tmp_path: Path) -> None:
    assert text_file(AGREEMENTS / "kr-jp-a") == AGREEMENTS / "kr-jp-a" / "en.md"
    (tmp_path / "ko.md").write_text("x")
    assert text_file(tmp_path) == tmp_path / "ko.md"
    (tmp_path / "en.md").write_text("x")
    assert text_file(tmp_path) == tmp_path / "en.md"


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
