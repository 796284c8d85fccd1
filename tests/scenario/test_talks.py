"""Talks between two real nodes: rounds, a text, a counter, a minute; both show the same, sides swapped."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.founded import AGREEMENTS, Pair, new_pair

LANGUAGES = ("en", "ko", "ja")
WORDS = {"en": ("within 15 minutes", "within 10 minutes"), "ko": ("15분", "10분"), "ja": ("十五分", "十分")}
CLAUSE = ("within: 15 minutes", "within: 10 minutes")


@pytest.fixture
def pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pair:
    """Two nodes that have said nothing yet."""
    monkeypatch.setenv("COLUMNS", "100")
    return new_pair(tmp_path / "nodes")


def counter_text(folder: Path) -> Path:
    """The text of kr-jp-a with ten minutes for fifteen in every language and in the clause, and without 1.2."""
    folder.mkdir()
    for language in LANGUAGES:
        text = (AGREEMENTS / "kr-jp-a" / f"{language}.md").read_text(encoding="utf-8")
        for old, new in (WORDS[language], *([CLAUSE] if language == "en" else [])):
            assert old in text
            text = text.replace(old, new)
        begins = text.index("**1.2** ")
        text = text[:begins] + text[text.index("**1.3** ", begins) :]
        (folder / f"{language}.md").write_text(text, encoding="utf-8")
    return folder


def say(pair: Pair, party: str, *words: str) -> str:
    """An act that must be permitted; its id."""
    said = pair.value(party, *words, "--agreement", "kr-jp-a", "--as", f"{party.lower()}/envoy-1")
    assert said["decision"]["ruling"] == "permit", said
    pair.carry()
    return str(said["act"])


def swapped(page: Any) -> Any:
    """A page as the other node shows it."""
    if isinstance(page, dict):
        names = {"home": "peer", "peer": "home"}
        return {names.get(name, name): swapped(value) for name, value in page.items()}
    return [swapped(each) for each in page] if isinstance(page, list) else page


def view(pair: Pair) -> dict[str, Any]:
    """Talks as KR sees them, once both are found to see the same."""
    page: dict[str, Any] = pair.value("KR", "agreement", "talks", "kr-jp-a")
    assert pair.value("JP", "agreement", "talks", "kr-jp-a") == swapped(page)
    return page


def test_nothing_is_told_of_talks_that_are_not_there(pair: Pair) -> None:
    pair.carry()
    answer = pair.at("KR", "agreement", "talks", "kr-jp-a", "--json")
    assert (answer.exit, answer.error["error"]) == (2, "talks_missing")


def test_two_nodes_see_the_same_talks(pair: Pair, tmp_path: Path) -> None:
    when = ("--opens", "2031-05-01", "--closes", "2031-05-02", "--place", "Busan, exercise")
    about = ("--agenda", "exercise: rescue", "--paragraphs", "1.2", "--paragraphs", "10.1", "--attends", "kr/envoy-1")
    proposal = say(pair, "KR", "meeting", "propose", *when, *about)
    page = view(pair)
    assert [(each["stage"], each["waits_for"], each["opens"]) for each in page["rounds"]] == [
        ("open", "JP", "2031-05-01")
    ]
    assert (page["texts"], page["of"]) == ({"home": None, "peer": None}, 0)

    say(pair, "JP", "meeting", "answer", "--proposal", proposal, "--accepts", "--attends", "jp/envoy-1")
    tabled = pair.named["kr-jp-a"]
    say(pair, "KR", "text", "table", "--text", f"@{AGREEMENTS / 'kr-jp-a'}")
    page = view(pair)
    assert (page["agreed"], page["of"], page["texts"]["peer"]) == (0, 51, None)
    assert page["rounds"][0]["attends"] == {"home": ["kr/envoy-1"], "peer": ["jp/envoy-1"]}
    assert page["rounds"][0]["stage"] == "accepted"

    say(pair, "JP", "text", "counter", "--text", f"@{counter_text(tmp_path / 'counter')}", "--answers", tabled)
    page = view(pair)
    left = {row["number"]: row for row in page["paragraphs"] if row["state"] != "agreed"}
    assert (page["agreed"], page["of"], sorted(left)) == (49, 51, ["1.2", "10.1"])
    assert (left["1.2"]["state"], left["1.2"]["by"], left["1.2"]["words"]["peer"]) == ("dropped", "JP", None)
    assert (left["10.1"]["differs"], left["10.1"]["moved_last"]) == (["en", "ja", "ko", "clauses"], "JP")
    assert "within 15 minutes" in left["10.1"]["words"]["home"]
    assert "within 10 minutes" in left["10.1"]["words"]["peer"]

    subject = {"proposal": proposal, "held": "2031-05-02", "text": tabled, "settled": ["1.2"], "open": ["10.1"]}
    minute = ("meeting", "minute", "--subject", json.dumps({**subject, "present": ["kr/envoy-1", "jp/envoy-1"]}))
    say(pair, "JP", *minute)
    assert view(pair)["rounds"][0]["stage"] == "half_minuted"
    say(pair, "KR", *minute)
    page = view(pair)
    assert (page["settled"], page["open"], page["rounds"][0]["stage"]) == (1, 1, "minuted")
    told = pair.at("JP", "agreement", "talks", "kr-jp-a").out
    assert "49 of 51 paragraphs" in told
    assert ["1.2", "dropped", "by", "JP", "JP", "settled"] in [line.split() for line in told.splitlines()]

    say(pair, "JP", "text", "initial", "--digest", tabled)
    page = view(pair)
    assert (page["agreed"], page["of"]) == (51, 51)
    assert page["texts"]["peer"] | {"act": ""} == {
        "party": "JP", "digest": tabled, "version": 1, "by": "initialled", "act": ""
    }  # fmt: skip
    (settled,) = [row for row in page["paragraphs"] if row["number"] == "1.2"]
    assert settled["minuted"]["moved_since"] is False
    (still_open,) = [row for row in page["paragraphs"] if row["number"] == "10.1"]
    assert (still_open["state"], still_open["minuted"]["says"]) == ("agreed", "open")
