"""The published vectors: every good case holds, every bad one fails with the failure it names."""

from __future__ import annotations

import copy
import json
from collections import Counter
from pathlib import Path

import pytest

from servanda.base.errors import MalformedError
from servanda.node.vectors import Outcome, run_vectors

FILE = Path(__file__).resolve().parents[2] / "spec" / "vectors" / "record.json"
DOCUMENT = json.loads(FILE.read_text(encoding="utf-8"))
OUTCOMES = {outcome.name: outcome for outcome in run_vectors(DOCUMENT)}


def one(case: dict[str, object], part: str = "good") -> Outcome:
    """What comes out of a single case."""
    document = {**DOCUMENT, "good": [], "bad": [], part: [case]}
    (outcome,) = run_vectors(document)
    return outcome


def case(check: str, part: str = "good") -> dict[str, object]:
    return copy.deepcopy(next(each for each in DOCUMENT[part] if each["check"] == check))


@pytest.mark.parametrize("name", [each["name"] for each in DOCUMENT["bad"]])
def test_a_bad_case_fails_with_the_failure_it_names(name):
    error = next(each["error"] for each in DOCUMENT["bad"] if each["name"] == name)
    assert OUTCOMES[name] == Outcome(name=name, ok=False, error=error, expected=True)


@pytest.mark.parametrize("name", [each["name"] for each in DOCUMENT["good"]])
def test_a_good_case_holds_with_its_result(name):
    assert OUTCOMES[name] == Outcome(name=name, ok=True, error=None, expected=True)


def test_every_case_and_every_check_is_run(capsys):
    checks = Counter(each["check"] for part in ("good", "bad") for each in DOCUMENT[part])
    with capsys.disabled():
        print(f" {len(DOCUMENT['good'])} good and {len(DOCUMENT['bad'])} bad vectors, {len(checks)} checks", end="")
    assert (len(OUTCOMES), set(checks)) == (52, set(DOCUMENT["checks"]))


@pytest.mark.parametrize("check", sorted(DOCUMENT["checks"]))
def test_a_result_that_differs_is_noticed(check):
    good = [each for each in DOCUMENT["good"] if each["check"] == check]
    if check == "key":
        good = [{"name": "a key", "check": "key", "input": DOCUMENT["keys"]["officer_a1"], "expect": {}}]
    changed = {**good[0], "expect": {**good[0]["expect"], "more": 1}}
    assert one(changed) == Outcome(name=good[0]["name"], ok=False, error="result_differs", expected=False)


def test_a_bad_case_that_holds_or_fails_otherwise_is_noticed():
    held = {**case("entry"), "error": "entry_misplaced"}
    other = {**case("entry", "bad"), "error": "ruling_malformed"}
    assert one(held, "bad") == Outcome(name=held["name"], ok=True, error=None, expected=False)
    assert one(other, "bad") == Outcome(name=other["name"], ok=False, error="entry_misplaced", expected=False)


def test_a_good_case_that_fails_names_its_failure():
    good = case("entry")
    good["input"]["index"] = 2
    assert one(good) == Outcome(name=good["name"], ok=False, error="entry_misplaced", expected=False)


def test_a_check_that_is_not_known_is_no_success():
    assert one({**case("entry"), "check": "later"}) == Outcome(
        name=case("entry")["name"], ok=False, error="check_unknown", expected=False
    )


@pytest.mark.parametrize(
    ("check", "bend", "error"),
    [
        ("checkpoint", {"trust": [{"name": "n", "type": 9, "public": "00", "required": True}]}, "field_type"),
        ("checkpoint", {"trust": ["x"]}, "field_type"),
        ("entry", {"entry": None}, "field_type"),
        ("sealed", {"identity": "seal_z"}, "field_missing"),
        ("act", {"envelope": "{}"}, "field_missing"),
        ("compare", {"peer": {}}, "ruling_malformed"),
    ],
)
def test_a_case_that_does_not_read_fails_alone(check, bend, error):
    bent = case(check)
    bent["input"] |= bend
    assert one(bent).error == error


@pytest.mark.parametrize(
    ("bend", "code"),
    [
        ({"format": "servanda-record-vectors/2"}, "version_unknown"),
        ({"format": None}, "field_type"),
        ({"good": {}}, "field_type"),
        ({"bad": [7]}, "field_type"),
        ({"good": [{}]}, "field_missing"),
        ({"registry": []}, "field_type"),
    ],
)
def test_a_file_that_is_no_vectors_file_is_refused(bend, code):
    with pytest.raises(MalformedError) as refused:
        list(run_vectors({**DOCUMENT, **bend}))
    assert refused.value.code == code


def test_rulings_that_differ_are_a_dispute():
    differing = case("compare")
    differing["input"]["peer"]["cites"] = ["4.2"]
    differing["expect"] = {"result": "dispute"}
    assert one(differing).expected
