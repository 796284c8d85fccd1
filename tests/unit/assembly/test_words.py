"""Words: cites that know what they cite, and how near a refused act came."""

from __future__ import annotations

from servanda.act.ruling import Ground, Permit, Refusal
from servanda.assembly.texts import Agreement
from servanda.assembly.words import Cite, near_to, ruling_json, said_by, worded, words_of
from tests.founded import AGREEMENTS

TEXT = Agreement.load(AGREEMENTS / "kr-jp-a").instrument


def test_a_cite_is_its_number_and_knows_its_words() -> None:
    refusal = Refusal(ground=Ground.FORBIDDEN, cites=("4.3", "life.1", "99.9"))
    told = worded(refusal, TEXT)
    assert told == refusal
    assert [(cite.paragraph, cite.text) for cite in told.cites if isinstance(cite, Cite)] == [
        ("4.3", "Information above secret is not shared."),
        ("life.1", "only an envoy of its own Party acts in the life of an agreement"),
        ("99.9", ""),
    ]
    assert words_of(told) == {
        "4.3": "Information above secret is not shared.",
        "life.1": "only an envoy of its own Party acts in the life of an agreement",
    }
    assert words_of(refusal) == {}
    assert said_by("4.3", None) == ""


def test_only_what_is_silent_comes_near_to_something() -> None:
    silent = Refusal(ground=Ground.SILENT)
    kind = "intelligence.report.request"
    facts = {"phase": "in_force"}
    assert near_to(Permit(cites=("4.1",)), kind, (facts,), "KR", TEXT) == ()
    assert near_to(Refusal(ground=Ground.FORBIDDEN, cites=("4.3",)), kind, (facts,), "KR", TEXT) == ()
    assert near_to(silent, kind, (), "KR", TEXT) == ()
    assert near_to(silent, kind, (facts,), "KR", None) == ()
    assert near_to(silent, kind, (facts,), "KR", TEXT) == ()


def test_a_ruling_is_told_whole() -> None:
    assert ruling_json(Permit(cites=("4.1",))) == {
        "ruling": "permit",
        "ground": None,
        "cites": ["4.1"],
        "line": None,
        "missing": [],
        "code": None,
    }
    assert ruling_json(Refusal(ground=Ground.INVALID, code="key_unknown")) == {
        "ruling": "refusal",
        "ground": "invalid",
        "cites": [],
        "line": None,
        "missing": [],
        "code": "key_unknown",
    }
