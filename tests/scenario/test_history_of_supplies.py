"""The life of kr-jp-b by acts: thirty days to force, an amendment through the same gates, ten years, and the notice.

Every date is one that the text itself gives; between the later note and force, and between two versions, an act is
judged by what is in force at its moment.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from servanda.cli.story import FUEL, ROUNDS, elements
from servanda.cli.story.scene import as_json
from tests.founded import AGREEMENTS
from tests.scenario.history import Carried, carried, digest_of, edited, utc

PACT = "kr-jp-b"
ORDERING = "ordering-1"
NOTHING: dict[str, Any] = {
    "phase": "not_in_force", "version": None, "from": None, "effect": None, "halves": [], "ended": None
}  # fmt: skip
FIRST = {**NOTHING, "phase": "in_force", "version": 1, "from": utc("2031-05-10 00:00")}
SECOND = {**FIRST, "version": 2}
NO_FUEL = {
    "en": "**3.6** Fuel is not ordered for combined training.",
    "ko": "**3.6** 연료는 연합훈련을 위하여 주문하지 아니한다.",
    "ja": "**3.6** 燃料は、共同訓練のためには注文しない。",
}
CLAUSE = """
```clause
excludes:
  kinds: [logistics.order.place]
  when: {category: [fuel], activity: [combined_training]}
```
"""
NEXT_ARTICLE = {"en": "## Article 4 · ", "ko": "## 제4조 · ", "ja": "## 第4条 · "}


def amended(folder: Path) -> Path:
    """The text with a paragraph more, in every language."""
    version = ("\nversion: 1\n", "\nversion: 2\n")
    words = {each: f"{NO_FUEL[each]}\n{CLAUSE if each == 'en' else ''}\n{NEXT_ARTICLE[each]}" for each in NO_FUEL}
    return edited(folder, PACT, **{each: (version, (NEXT_ARTICLE[each], words[each])) for each in words})


def agreed(desks: Carried, folder: Path, *base: str) -> str:
    """A text tabled, initialled by both and signed by both; its digest."""
    digest = digest_of(folder)
    desks.say("KR", "text", "table", "--text", f"@{folder}", *base, ruling="permit life.6")
    desks.both("text", "initial", "--digest", digest, ruling="permit life.8")
    desks.both("text", "sign", "--digest", digest, ruling="permit life.12")
    return digest


def notified(desks: Carried, party: str, digest: str, day: str) -> None:
    words = ("completion", "notify", "--digest", digest, "--note", f"{party}-{day}", "--date", day)
    desks.say(party, *words, ruling="permit life.14")


def order(desks: Carried, activity: str, place: str, *, ruling: str, line: Any = FUEL, name: str = "") -> None:
    desks.say(
        *("JP", "order", "place", "--activity", activity, "--place", place, "--settlement", "cash"),
        *("--lines", as_json([line]), "--elements", as_json(elements("JP", date(2031, 5, 10)))),
        officer=ORDERING,
        ruling=ruling,
        name=name,
    )


def test_ten_years(tmp_path: Path) -> None:
    desks = carried(tmp_path / "nodes", PACT)
    first = into_force(desks)
    second = a_second_version(desks, tmp_path / "second", first)
    assert first != second
    a_stop_of_new_orders(desks)
    the_year_turns(desks)
    notice(desks)
    desks.audited()


def into_force(desks: Carried) -> str:
    """The thirtieth day after the later note, at 0:00."""
    shown = ("powers", "show", "--officer", "$envoy", "--may", "sign", "--issued-by", "head_of_government")
    desks.both(*shown, "--date", "2031-04-01", ruling="permit life.11")
    digest = agreed(desks, AGREEMENTS / PACT)
    desks.day("2031-04-02 10:00")
    notified(desks, "KR", digest, "2031-04-02")
    for party in ("KR", "JP"):
        appointed = (
            "--officer",
            f"{party.lower()}/{ORDERING}",
            "--office",
            "ordering_officer",
            "--limit-usd",
            "400000",
        )
        desks.say(party, "officer", "appoint", *appointed, "--new-key", ruling="permit life.25")
    desks.day("2031-04-10 23:50")
    notified(desks, "JP", digest, "2031-04-10")
    assert desks.stands() == {**NOTHING, "from": utc("2031-05-10 00:00")}
    desks.day("2031-05-09 23:50")
    assert desks.stands() == {**NOTHING, "from": utc("2031-05-10 00:00")}
    order(desks, "un_peacekeeping", "third_territory", ruling="forbidden 13.1")
    desks.day("2031-05-10 00:00")
    assert desks.stands() == FIRST
    order(desks, "un_peacekeeping", "third_territory", ruling="permit 3.1")
    order(desks, "un_peacekeeping", "third_territory", line=ROUNDS, ruling="forbidden 3.2 3.5")
    return digest


def a_second_version(desks: Carried, folder: Path, first: str) -> str:
    """A text that names its base comes into force thirty days after the later note; until then the first rules."""
    second = amended(folder)
    desks.day("2031-09-01 10:00")
    desks.say("KR", "text", "table", "--text", f"@{second}", ruling="forbidden life.5")
    digest = agreed(desks, second, "--base", first)
    for party in ("KR", "JP"):
        notified(desks, party, digest, "2031-09-01")
    desks.day("2031-09-30 23:50")
    assert desks.stands() == FIRST
    order(desks, "combined_training", "high_seas", ruling="permit 3.1", name="training")
    desks.day("2031-10-01 00:00")
    assert desks.stands() == SECOND
    order(desks, "combined_training", "high_seas", ruling="forbidden 3.6")
    order(desks, "disaster_relief", "high_seas", ruling="permit 3.1")
    versions = [
        desks.value(party, "act", "show", desks.named["training"])["agreement_digest"] for party in ("KR", "JP")
    ]
    assert versions == [first, first]
    desks.audited()
    return digest


def a_stop_of_new_orders(desks: Carried) -> None:
    """Seven days after a Party says so no new order is placed, until it lifts its stop."""
    desks.day("2031-11-03 10:00")
    desks.say("KR", "force", "suspend", "--note", "KR-2031-9", ruling="permit life.21")
    order(desks, "disaster_relief", "high_seas", ruling="permit 3.1")
    desks.day("2031-11-10 10:05")
    assert desks.stands() == {**SECOND, "phase": "suspended"}
    order(desks, "disaster_relief", "high_seas", ruling="forbidden 13.3")
    desks.say("JP", "force", "resume", ruling="forbidden 13.3")
    desks.say("KR", "force", "resume", ruling="permit life.21")
    assert desks.stands() == SECOND


def the_year_turns(desks: Carried) -> None:
    """Both owe the statement of the year by 31 January."""
    desks.day("2032-01-01 00:05")
    for party in ("KR", "JP"):
        rows = [row for row in desks.value(party, "duty", "list") if row["paragraph"] == "11.1"]
        due = utc("2032-02-01 00:00")
        assert sorted((row["debtor"], row["does"], row["due_at"]) for row in rows) == [
            (debtor, "logistics.statement.sign", due) for debtor in ("JP", "KR")
        ]


def notice(desks: Carried) -> None:
    """180 days before ten years end; it may be withdrawn, is never held, and after that day ends ten years more."""
    desks.day("2040-11-10 23:50")
    in_time = desks.say("JP", "notice", "give", "--note", "JP-2040-1", ruling="permit life.18")
    ends = utc("2041-05-10 00:00")
    assert desks.stands() == {**SECOND, "phase": "notice", "effect": ends, "ended": ends}
    desks.both("notice", "hold", "--notice", in_time, ruling="forbidden 13.2")
    desks.say("KR", "notice", "withdraw", "--notice", in_time, ruling="forbidden 13.2")
    desks.say("JP", "notice", "withdraw", "--notice", in_time, ruling="permit life.19")
    assert desks.stands() == SECOND
    desks.day("2040-11-11 00:05")
    desks.say("KR", "notice", "give", "--note", "KR-2040-1", ruling="permit life.18")
    ends = utc("2051-05-10 00:00")
    assert desks.stands() == {**SECOND, "phase": "notice", "effect": ends, "ended": ends}
    desks.day("2051-05-09 23:50")
    order(desks, "disaster_relief", "high_seas", ruling="permit 3.1")
    desks.day("2051-05-10 00:00")
    assert desks.stands() == {**SECOND, "phase": "ended", "effect": ends, "ended": ends}
    order(desks, "disaster_relief", "high_seas", ruling="forbidden 13.4")
