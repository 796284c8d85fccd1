"""What a published clause says reads back as what was signed, whatever its values."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from servanda.agreement.blocks import Plain, plain
from servanda.agreement.complaints import Complaints
from servanda.agreement.layout import written
from servanda.agreement.text import _BARRED, NAME, NUMBER_MAX, read_block, single_spaced

WORDS = st.text(max_size=20).filter(lambda words: not _BARRED.search(words)).map(single_spaced)
LIKE_OTHERS = st.sampled_from(
    ["true", "false", "7", "-0", "012", "1.5", "~", "null", "on", "", " a", "a ", "a: b", "- a", "#"]
)
NAMES = st.from_regex(NAME, fullmatch=True)
SCALARS: st.SearchStrategy[Plain] = st.one_of(
    st.booleans(),
    st.integers(-NUMBER_MAX, NUMBER_MAX),
    WORDS,
    LIKE_OTHERS,
    st.from_regex(r"[ -~]{1,8}", fullmatch=True),
)
BODIES = st.dictionaries(
    NAMES,
    st.recursive(
        SCALARS,
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3)),
        max_leaves=6,
    ),
    min_size=1,
    max_size=4,
)


@given(BODIES)
@example({"number": -NUMBER_MAX})
@example({"number": -(10**15)})
def test_a_clause_reads_back_as_it_was_signed(body: dict[str, Plain]) -> None:
    complaints = Complaints("x")
    block = read_block(written("allows", body), complaints, paragraph="", before=0)
    assert block is not None, written("allows", body)
    assert (plain(block), complaints.found()) == ({"allows": body}, ())
