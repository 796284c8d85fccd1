"""What is drawn by chance."""

from __future__ import annotations

import re

from servanda.seal import draw


def test_salts_and_references_have_their_length_and_never_repeat():
    salts, references = {draw.salt() for _ in range(100)}, {draw.reference() for _ in range(100)}
    assert (len(salts), len(references)) == (100, 100)
    assert {len(salt) for salt in salts} == {32}
    assert all(re.fullmatch("[0-9a-f]{32}", reference) for reference in references)
