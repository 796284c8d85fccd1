"""Every faulty text of spec/vectors/rulings.json is refused at its place, and every sound amendment is not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from servanda.agreement.instrument import check, load
from servanda.base.errors import AgreementError

ROOT = Path(__file__).parents[2]
VECTORS = json.loads((ROOT / "spec" / "vectors" / "rulings.json").read_text(encoding="utf-8"))


def edited(case: dict[str, Any]) -> str:
    text = (ROOT / "agreements" / case["agreement"] / "en.md").read_text(encoding="utf-8")
    for old, new in case["edits"]:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize("case", VECTORS["refused_texts"], ids=lambda case: case["id"])
def test_refused_text(case: dict[str, Any]) -> None:
    with pytest.raises(AgreementError) as caught:
        load(edited(case), path="en.md")
    complaints = caught.value.complaints
    assert [complaint.paragraph for complaint in complaints] == [case["expected"]["paragraph"]]
    assert all(name in complaints[0].message for name in case["expected"]["names"])
    assert complaints[0].word in case["expected"]["names"]


@pytest.mark.parametrize("case", VECTORS["amendments"], ids=lambda case: case["id"])
def test_amended_text_reads(case: dict[str, Any]) -> None:
    assert check(edited(case), path="en.md") == ()
