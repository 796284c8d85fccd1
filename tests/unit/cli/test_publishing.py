"""Publishing through the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from servanda.cli import story
from tests.founded import AGREEMENTS, Pair, servanda
from tests.publishing import broken, pact

A = str(AGREEMENTS / "kr-jp-a")


def test_an_agreement_that_promises_too_much_has_no_page(tmp_path: Path) -> None:
    broken(tmp_path)
    out = tmp_path / "page.html"
    found = servanda("agreement", "assurance", str(tmp_path), "--language", "ko", "--out", str(out))
    assert (found.exit, found.out, out.exists()) == (7, "", False)
    assert "what paragraph 4.3 promises does not hold" in found.err


@pytest.mark.parametrize(
    "words",
    [
        ("export", A, "--to", "docx", "--out", "x"),
        ("export", A, "--to", "akn"),
        ("export", A, "--to", "akn", "--out", "x", "--signed", "yesterday"),
        ("assurance", A, "--to", "akn", "--out", "x"),
    ],
)
def test_commands_that_are_not_said_so(words: tuple[str, ...]) -> None:
    assert servanda("agreement", *words).exit == 2


def test_an_export_says_what_it_wrote(tmp_path: Path) -> None:
    out = tmp_path / "a.xml"
    words = ("agreement", "export", A, "--to", "akn", "--language", "ja", "--signed", "2030-02-01", "--out", str(out))
    digest = pact("kr-jp-a").digest
    size = servanda(*words, "--json").value["files"][str(out)]
    assert size == out.stat().st_size
    assert servanda(*words).out == f"wrote {out}, {size} bytes\ndigest {digest}\n"
    assert "/jpn@2030-02-01" in out.read_text(encoding="utf-8")


def test_a_node_that_is_named_counts(pair: Pair, tmp_path: Path) -> None:
    pair.play(*story.report())
    alone, counted = tmp_path / "alone.html", tmp_path / "counted.html"
    assert servanda("agreement", "assurance", A, "--out", str(alone)).exit == 0
    value = pair.value("KR", "agreement", "assurance", A, "--out", str(counted))
    assert value == {
        "id": "kr-jp-a",
        "digest": pact("kr-jp-a").digest,
        "form": "html",
        "language": "en",
        "files": {str(counted): counted.stat().st_size},
    }
    assert ("What was exchanged" in alone.read_text(), "What was exchanged" in counted.read_text()) == (False, True)
