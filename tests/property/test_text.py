"""Texts: layout never changes what is signed, and no text whatever stops the reader without complaints."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from servanda.agreement.instrument import check, load

ROOT = Path(__file__).parents[2]
SMALL = (ROOT / "tests" / "agreements" / "good" / "small.md").read_text(encoding="utf-8")
DIGEST = load(SMALL, path="small.md").digest
# Gaps between words on the first line of a paragraph, where a writer may break it or leave more room.
GAPS = [
    line.start() + gap.start()
    for line in re.finditer(r"^\*\*.*$", SMALL, re.MULTILINE)
    for gap in re.finditer(r"(?<=[a-z,]) (?=[a-z])", line.group())
]
PIECES = st.sampled_from(
    [
        *(
            "\n",
            "\n\n",
            "  ",
            "\t",
            "```",
            "```clause\n",
            "---\n",
            "**1.1** ",
            "**",
            "|",
            ">",
            "# ",
            "`",
            "\\",
            "[1]: x",
        ),
        *(
            "## Article 2 · X\n",
            "## Annex · x\n",
            ": ",
            "- ",
            "? ",
            "[",
            "{",
            "}",
            "'",
            '"',
            "&a ",
            "*a",
            "!!int ",
            "<<: ",
        ),
        *("%YAML 1.1\n", "@", "\x00", "\u202e", "\ufeff", "\ud800", "\u2028", "한", "kinds: []", "when: {}", "9" * 400),
    ]
)


@given(st.dictionaries(st.sampled_from(GAPS), st.sampled_from(["  ", "\n", " \n  ", "\t"])))
def test_room_between_words_stays_out_of_the_digest(gaps: dict[int, str]) -> None:
    text = SMALL
    for at in sorted(gaps, reverse=True):
        text = text[:at] + gaps[at] + text[at + 1 :]
    assert load(text, path="small.md").digest == DIGEST


@given(st.integers(0, len(SMALL)), st.integers(0, 60), st.lists(PIECES, max_size=4))
def test_a_spoilt_text_reads_or_is_complained_of(start: int, length: int, pieces: list[str]) -> None:
    text = SMALL[:start] + "".join(pieces) + SMALL[start + length :]
    complaints = check(text, path="small.md")
    lines = [complaint.line for complaint in complaints]
    assert lines == sorted(lines)
    assert all(1 <= line <= len(text.splitlines()) + 1 for line in lines)
    assert complaints or load(text, path="small.md").digest


@given(st.text(max_size=300))
def test_any_text_at_all_is_complained_of(text: str) -> None:
    assert check(text, path="small.md")


@given(st.recursive(st.just("a"), lambda inner: st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")))
def test_a_value_of_any_depth(value: str) -> None:
    text = SMALL.replace("spaces: ", f"deep: {value}\nspaces: ")
    depth = max((value[:at].count("[") - value[:at].count("]") for at in range(len(value) + 1)), default=0)
    codes = {complaint.code for complaint in check(text, path="small.md")}
    assert codes == ({"block_malformed"} if depth > 7 else set())
