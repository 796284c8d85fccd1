"""Paper: fonts that are missing are named, and no word is a program of the setter."""

from __future__ import annotations

import io

import pypdf
import pytest

from servanda.adapters.paper import faces
from servanda.assembly.accord.exporting import printed_copy
from servanda.base.errors import UsageError
from tests.publishing import HOSTILE, dense, hostile

ALL = frozenset({"Noto Serif CJK KR", "Noto Serif CJK JP", "Noto Sans CJK KR"})


@pytest.mark.parametrize(
    ("words", "families", "script"),
    [
        ("협정", frozenset[str](), "Hangul"),
        ("협정", frozenset({"Noto Serif CJK JP"}), "Hangul"),
        ("かな", frozenset({"Noto Serif CJK KR"}), "Kana"),
        ("協定", frozenset[str](), "Han"),
    ],
)
def test_no_font_for_a_script(words: str, families: frozenset[str], script: str) -> None:
    with pytest.raises(UsageError) as caught:
        faces(["plain", words], "en", families)
    assert (caught.value.code, caught.value.message) == ("paper_fonts", f"no font of this machine shows {script}")
    assert "fonts-noto-cjk" in caught.value.action


def test_faces_of_the_language_come_first() -> None:
    assert faces(["plain"], "en", frozenset()) == ("Libertinus Serif",)
    assert faces(["협정 協定"], "ko", ALL) == ("Noto Serif CJK KR", "Libertinus Serif", "Noto Serif CJK JP")
    assert faces(["협정 かな"], "ja", ALL) == ("Noto Serif CJK JP", "Libertinus Serif", "Noto Serif CJK KR")
    assert faces(["協定"], "en", frozenset({"IPAMincho"})) == ("Libertinus Serif", "IPAMincho")


def test_no_word_is_a_program() -> None:
    printed = printed_copy(hostile(), "en", holder="JP")
    reader = pypdf.PdfReader(io.BytesIO(printed))
    words = dense("".join(page.extract_text() for page in reader.pages))
    # Title, both Parties thrice, heading, paragraph, item, annex; the first Party in the header of every page too.
    assert words.count(dense(HOSTILE)) == 11 + len(reader.pages)
    assert reader.metadata is not None
    assert reader.metadata.title == HOSTILE
