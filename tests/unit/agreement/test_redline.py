"""A redline: words, not letters; signs where a language writes without spaces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servanda.agreement.redline import redline


@pytest.mark.parametrize(
    ("old", "new", "marked"),
    [
        ("", "", ""),
        ("as it was", "as it was", "as it was"),
        ("", "all new", "{+all new+}"),
        ("all gone", "", "[-all gone-]"),
        ("above 500,000 US dollars", "above 250,000 US dollars", "above [-500,000-] {+250,000+} US dollars"),
        ("weapons, ammunition, explosives", "weapons, explosives", "weapons, [-ammunition,-] explosives"),
        ("one two three four", "one 2 3 four", "one [-two three-] {+2 3+} four"),
        ("輸送は、弾薬を除く。", "輸送は、弾薬及び火薬を除く。", "輸送は、弾薬{+及び火薬+}を除く。"),
        ("탄약과 폭약은 제외한다", "폭약은 제외한다", "[-탄약과-] 폭약은 제외한다"),
    ],
)
def test_what_fell_away_and_what_came(old: str, new: str, marked: str) -> None:
    assert redline(old, new) == marked


words = st.lists(st.sampled_from(["a", "b", "c", "12,5", "d.", "弾薬", "탄약"]), max_size=8).map(" ".join)


@given(old=words, new=words)
def test_either_text_is_found_in_it_again(old: str, new: str) -> None:
    import re

    marked = redline(old, new)
    without = re.sub(r"\{\+.*?\+\}", "", re.sub(r"\[-(.*?)-\]", r"\1", marked))
    within = re.sub(r"\[-.*?-\]", "", re.sub(r"\{\+(.*?)\+\}", r"\1", marked))
    assert without.replace(" ", "") == old.replace(" ", "")
    assert within.replace(" ", "") == new.replace(" ", "")
