"""The history of an agreement on information, 2011 to 2023, between two nodes, on the days on which it happened.

What was said in public is said here as acts, each on its day. The text is that of kr-jp-a, an exercise: its terms rule,
and where they give the dates of history, these are asserted. The dates of rounds that were not made public are the
exercise's own.

Source: the public record of the Korea-Japan General Security of Military Information Agreement.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from servanda.assembly.opening import open_node
from servanda.assembly.texts import Agreement
from servanda.base import moment
from servanda.domains.intelligence import marks
from tests.founded import AGREEMENTS, servanda
from tests.scenario.history import ENVOY, ZONE, Carried, Desks, Linked, digest_of, edited, elsewhere, linked, utc

PACT = "kr-jp-a"
OLD_WORD = ("極秘, 特定秘密", "極秘, 防衛秘密")
NOTHING: dict[str, Any] = {
    "phase": "not_in_force",
    "version": None,
    "from": None,
    "effect": None,
    "halves": [],
    "ended": None,
}
IN_FORCE = {**NOTHING, "phase": "in_force", "version": 1, "from": utc("2016-11-23 00:00")}
DESK = "information-1"
WITNESSES = ("information-2", "information-3")
CHRONICLE = [
    ("2011-01-10", "KR", "meeting propose", "permit life.2"),
    ("2011-01-10", "JP", "meeting answer", "permit life.2"),
    ("2011-01-10", "KR", "meeting minute", "permit life.2"),
    ("2011-01-10", "JP", "meeting minute", "permit life.2"),
    ("2011-11-07", "JP", "meeting propose", "permit life.2"),
    ("2011-11-07", "KR", "meeting answer", "permit life.2"),
    ("2011-11-07", "JP", "meeting answer", "permit life.2"),
    ("2011-11-28", "KR", "text table", "permit life.6"),
    ("2011-11-28", "KR", "meeting minute", "permit life.2"),
    ("2011-11-28", "JP", "meeting minute", "permit life.2"),
    ("2012-03-05", "JP", "text counter", "permit life.7"),
    ("2012-04-23", "KR", "text initial", "permit life.8"),
    ("2012-04-23", "JP", "text initial", "permit life.8"),
    ("2012-05-10", "JP", "meeting propose", "permit life.2"),
    ("2012-05-10", "KR", "officer appoint", "permit life.25"),
    ("2012-05-10", "JP", "officer appoint", "permit life.25"),
    ("2012-05-10", "KR", "report request", "forbidden 16.1"),
    ("2012-05-10", "JP", "report share", "forbidden 16.1"),
    *[("2012-06-26", "KR", "step take", "permit")] * 3,
    *[("2012-06-29", "JP", "step take", "permit")] * 2,
    ("2012-06-29", "KR", "powers show", "permit life.11"),
    ("2012-06-29", "JP", "powers show", "permit life.11"),
    ("2012-06-29", "KR", "text withdraw", "permit life.9"),
    ("2012-06-29", "JP", "text sign", "forbidden life.12"),
    ("2016-10-27", "KR", "meeting propose", "permit life.2"),
    ("2016-10-27", "JP", "meeting answer", "permit life.2"),
    ("2016-11-01", "JP", "text table", "permit life.6"),
    ("2016-11-01", "KR", "meeting minute", "permit life.2"),
    ("2016-11-01", "JP", "meeting minute", "permit life.2"),
    ("2016-11-09", "KR", "text counter", "permit life.7"),
    ("2016-11-09", "JP", "meeting propose", "permit life.2"),
    ("2016-11-09", "KR", "meeting answer", "permit life.2"),
    ("2016-11-09", "KR", "meeting minute", "permit life.2"),
    ("2016-11-09", "JP", "meeting minute", "permit life.2"),
    ("2016-11-14", "KR", "text initial", "permit life.8"),
    ("2016-11-14", "JP", "text initial", "permit life.8"),
    ("2016-11-15", "KR", "step take", "permit"),
    ("2016-11-17", "KR", "step take", "permit"),
    *[("2016-11-22", "KR", "step take", "permit")] * 3,
    *[("2016-11-22", "JP", "step take", "permit")] * 2,
    ("2016-11-23", "KR", "text sign", "permit life.12"),
    ("2016-11-23", "JP", "text sign", "permit life.12"),
    ("2016-11-23", "KR", "completion notify", "permit life.14"),
    *[("2016-11-23", "JP", "step take", "permit")] * 2,
    ("2016-11-23", "JP", "completion notify", "permit life.14"),
    ("2017-01-16", "KR", "registration lodge", "permit life.27"),
    *[("2018-12-03", party, "officer appoint", "permit life.25") for party in ("KR", "KR", "JP", "JP")],
    ("2018-12-03", "JP", "addressee assure", "permit 5.4"),
    ("2018-12-03", "KR", "report share", "permit 4.2"),
    ("2018-12-03", "JP", "report acknowledge", "permit 4.4"),
    ("2019-08-23", "KR", "notice give", "permit life.18"),
    ("2019-10-02", "KR", "report request", "permit 4.1"),
    ("2019-10-02", "JP", "report share", "permit 4.2"),
    ("2019-11-22", "KR", "notice hold", "permit life.20"),
    ("2019-11-22", "KR", "consultation open", "permit 15.1"),
    ("2019-11-22", "JP", "consultation open", "permit 15.1"),
    ("2019-11-22", "JP", "notice hold", "permit life.20"),
    ("2019-11-23", "JP", "report request", "permit 4.1"),
    ("2023-03-21", "KR", "notice withdraw", "permit life.19"),
]
"""Day, who, what, and how it was ruled."""


@dataclass(frozen=True, kw_only=True)
class Played:
    """History as it was played, and where both nodes were kept on the way."""

    folder: Path
    desks: Linked
    at: dict[str, dict[str, Any]]

    def elsewhere(self, kept: str, name: str) -> Carried:
        """Another course of things, from where both nodes were kept."""
        return elsewhere(self.folder / kept, self.folder / name, self.desks)


def test_history(tmp_path: Path) -> None:
    """One test, since what is played once takes as long as what is asserted of it."""
    with linked(tmp_path / "stage", PACT, "2011-01-10 10:00") as desks:
        played = Played(folder=tmp_path, desks=desks, at={})
        for chapter in (talks, called_off, resumed, years, crisis):
            chapter(desks, played)
        was_said_and_ruled(played)
        stood_on_both_sides(played)
        is_kept_whole(played)
        the_step_left_out_is_known_at_home(played)
        the_texts_differ_in_one_word(played)
    a_hold_of_one_side_stays_a_half(played)
    a_notice_taken_up_again_ends_it_thirty_days_later(played)
    a_notice_before_the_deadline_and_after_it(played)
    silence_at_the_deadline_extends(played)


def text(folder: Path, name: str, *edits: tuple[str, str]) -> tuple[str, str]:
    """A text of history: its folder as an option has it, and its digest."""
    made = edited(folder / name, PACT, en=(OLD_WORD, *edits), ko=(OLD_WORD,), ja=(OLD_WORD,))
    return f"@{made}", digest_of(made)


def round_proposed(desks: Desks, by: str, day: str, place: str) -> str:
    """A round that one Party proposes and the other accepts; its proposal."""
    other = "JP" if by == "KR" else "KR"
    words = ("--opens", day, "--place", place, "--agenda", "the agreement", "--attends", f"{by.lower()}/{ENVOY}")
    proposal = desks.say(by, "meeting", "propose", *words, ruling="permit life.2")
    desks.say(other, "meeting", "answer", "--proposal", proposal, "--accepts", ruling="permit life.2")
    return proposal


def minute(desks: Desks, proposal: str, day: str, *settled: str, opened: tuple[str, ...] = ()) -> None:
    """What a round settled and left open, set down by both."""
    subject = json.dumps({"proposal": proposal, "held": day, "settled": settled, "open": opened})
    desks.both("meeting", "minute", "--subject", subject, ruling="permit life.2")


def not_agreed(desks: Desks) -> dict[str, list[str]]:
    """The paragraphs on which both sides do not stand alike, as each node tells it."""
    pages = {party: desks.value(party, "agreement", "talks", PACT) for party in ("KR", "JP")}
    return {
        party: [row["number"] for row in page["paragraphs"] if row["state"] != "agreed"]
        for party, page in pages.items()
    }


# -- 2011 and 2012 ----------------------------------------------------------------------------------------------------


def talks(desks: Linked, played: Played) -> None:
    """January 2011: the ministers agree to start. A text is tabled and answered; on 23 April 2012 it is initialled."""
    minute(desks, round_proposed(desks, "KR", "2011-01-10", "Seoul"), "2011-01-10", opened=("1.1", "2.1"))
    draft, draft_digest = text(
        played.folder,
        "draft",
        ("notice: 90 days", "notice: 30 days"),
        ("at least 90 days\nbefore", "at least 30 days\nbefore"),
    )
    answer, desks.named["2012"] = text(played.folder, "2012")
    desks.day("2011-11-07 10:00")
    proposed = ("--opens", "2011-11-21", "--place", "Tokyo", "--agenda", "the draft", "--attends", "jp/envoy-1")
    proposal = desks.say("JP", "meeting", "propose", *proposed, ruling="permit life.2")
    other_day = desks.say(
        "KR",
        "meeting",
        "answer",
        "--proposal",
        proposal,
        "--no-accepts",
        "--opens",
        "2011-11-28",
        ruling="permit life.2",
    )
    desks.say("JP", "meeting", "answer", "--proposal", other_day, "--accepts", ruling="permit life.2")
    desks.day("2011-11-28 10:00")
    desks.say("KR", "text", "table", "--text", draft, ruling="permit life.6")
    minute(desks, proposal, "2011-11-28", "1.1", opened=("2.1", "16.2"))
    desks.day("2012-03-05 10:00")
    desks.say("JP", "text", "counter", "--text", answer, "--answers", draft_digest, ruling="permit life.7")
    played.at["not agreed in 2012"] = not_agreed(desks)
    desks.day("2012-04-23 10:00")
    desks.say("KR", "text", "initial", "--digest", "$2012", ruling="permit life.8", name="half")
    played.at["one has initialled"] = desks.stands()
    desks.say("JP", "text", "initial", "--digest", "$2012", ruling="permit life.8")
    played.at["initialled"] = {**desks.stands(), "initialled": desks.page()["initialled"]}


def called_off(desks: Linked, played: Played) -> None:
    """26 June 2012: the cabinet, and no vice-ministers before it. 29 June: called off within the hour of signature."""
    desks.day("2012-05-10 10:00")
    proposed = (
        "--opens",
        "2012-05-30",
        "--place",
        "Tokyo",
        "--agenda",
        "the day of signature",
        "--attends",
        "jp/envoy-1",
    )
    desks.say("JP", "meeting", "propose", *proposed, ruling="permit life.2")
    for party in ("KR", "JP"):
        appoint(desks, party, DESK, "information_officer")
    request(desks, "KR", ruling="forbidden 16.1")
    share(desks, "JP", level=0, ruling="forbidden 16.1")
    played.at["May 2012"] = desks.stands()
    desks.day("2012-06-26 10:00")
    step(desks, "KR", "constitution-60", "--decided", "does_not_apply", "--why", "exercise: no matter of legislation")
    step(desks, "KR", "legislation-review")
    step(desks, "KR", "state-council", "--why", "exercise: put to it on the spot")
    played.at["steps of 2012"] = steps(desks, "KR")
    desks.day("2012-06-29 10:00")
    for name in ("legislation-bureau", "cabinet-signature"):
        step(desks, "JP", name)
    desks.both(
        *("powers", "show", "--officer", "$envoy", "--may", "sign", "--issued-by", "foreign_minister"),
        *("--date", "2012-06-29"),
        ruling="permit life.11",
    )
    desks.day("2012-06-29 15:10")
    assert desks.stopped("KR", "text", "sign", "--digest", desks.named["2012"]) == "steps_unfinished"
    desks.say("KR", "text", "withdraw", "--digest", "$2012", "--reason", "called off", ruling="permit life.9")
    played.at["called off"] = {**desks.stands(), "initialled": desks.page()["initialled"]}
    desks.day("2012-06-29 16:00")
    desks.say("JP", "text", "sign", "--digest", "$2012", ruling="forbidden life.12")


# -- 2016 -------------------------------------------------------------------------------------------------------------


def resumed(desks: Linked, played: Played) -> None:
    """27 October 2016: talks again; initialled on 14 November, signed and notified by both on the 23rd.

    December 2014: what three defence ministries arranged then is another instrument, and says nothing here.
    """
    new = edited(played.folder / "2016", PACT)
    desks.named["2016"] = digest_of(new)
    desks.day("2016-10-27 10:00")
    proposal = round_proposed(desks, "KR", "2016-11-01", "Tokyo")
    desks.day("2016-11-01 10:00")
    desks.say("JP", "text", "table", "--text", f"@{played.folder / '2012'}", ruling="permit life.6")
    minute(desks, proposal, "2016-11-01", "1.1", opened=("2.1",))
    played.at["tabled again"] = {**desks.stands(), "initialled": desks.page()["initialled"]}
    desks.day("2016-11-09 10:00")
    desks.say("KR", "text", "counter", "--text", f"@{new}", "--answers", "$2012", ruling="permit life.7")
    played.at["not agreed in 2016"] = not_agreed(desks)
    minute(desks, round_proposed(desks, "JP", "2016-11-09", "Seoul"), "2016-11-09", "1.1", "2.1")
    desks.day("2016-11-14 10:00")
    desks.both("text", "initial", "--digest", desks.named["2016"], ruling="permit life.8")
    for day, name in (
        ("2016-11-15 10:00", "legislation-review"),
        ("2016-11-17 10:00", "vice-ministers"),
        ("2016-11-22 10:00", "state-council"),
        ("2016-11-22 17:00", "president"),
    ):
        desks.day(day)
        step(desks, "KR", name)
    step(desks, "KR", "constitution-60", "--decided", "does_not_apply", "--why", "exercise: no matter of legislation")
    for name in ("legislation-bureau", "cabinet-signature"):
        step(desks, "JP", name)
    played.at["steps of 2016"] = {**steps(desks, "KR"), **steps(desks, "JP")}
    played.at["the day before"] = desks.stands()
    desks.day("2016-11-23 10:00")
    desks.both("text", "sign", "--digest", desks.named["2016"], ruling="permit life.12")
    note = ("completion", "notify", "--digest", desks.named["2016"], "--date", "2016-11-23")
    desks.say("KR", *note, "--note", "KR-2016-1", ruling="permit life.14")
    played.at["one note"] = desks.stands()
    assert desks.stopped("JP", *note, "--note", "JP-2016-1") == "steps_unfinished"
    step(desks, "JP", "ohira", "--decided", "does_not_apply", "--why", "exercise: no law, no money, no ratification")
    step(desks, "JP", "cabinet-conclusion")
    desks.say("JP", *note, "--note", "JP-2016-1", ruling="permit life.14")
    played.at["signed"] = desks.stands()


def years(desks: Linked, played: Played) -> None:
    """2017, 2018: nobody gives notice, and a year more begins each time; reports go to and fro meanwhile."""
    desks.day("2017-01-16 10:00")
    desks.say("KR", "registration", "lodge", "--date", "2017-01-16", ruling="permit life.27")
    for year in (2017, 2018):
        desks.day(f"{year}-11-22 23:50")
        before = desks.stands()
        desks.day(f"{year}-11-23 00:00")
        played.at[f"{year} turns"] = desks.stands()
        assert before == played.at[f"{year} turns"]
    desks.day("2018-12-03 10:00")
    for party in ("KR", "JP"):
        for name in WITNESSES:
            appoint(desks, party, name, "information_officer")
    desks.say("JP", "addressee", "assure", "--addressee", "jp-desk", "--level", "2", officer=DESK, ruling="permit 5.4")
    share(desks, "KR", level=2, ruling="permit 4.2", name="report")
    desks.say("JP", "report", "acknowledge", "--about", "$report", officer=DESK, ruling="permit 4.4")
    desks.day("2019-08-22 17:00")
    desks.keep(played.folder / "before the notice")


# -- 2019 to 2023 -----------------------------------------------------------------------------------------------------


def crisis(desks: Linked, played: Played) -> None:
    """23 August 2019: notice. 22 November: its effect held, by both as the text asks. 21 March 2023: withdrawn."""
    desks.day("2019-08-23 15:30")
    desks.say("KR", "notice", "give", "--note", "KR-2019-1", ruling="permit life.18", name="notice")
    played.at["notice"] = desks.stands()
    desks.day("2019-10-02 14:00")
    asked = request(desks, "KR", ruling="permit 4.1")
    share(desks, "JP", level=0, ruling="permit 4.2", answers=asked)
    desks.day("2019-11-22 12:00")
    desks.keep(played.folder / "before the hold")
    desks.day("2019-11-22 18:00")
    hold = ("notice", "hold", "--notice", "$notice")
    desks.say("KR", *hold, "--note", "KR-2019-2", ruling="permit life.20", name="hold")
    played.at["held by one"] = desks.stands()
    readings(desks)
    played.at["two readings"] = {"consultations": desks.page()["consultations"]}
    desks.say("JP", *hold, "--note", "JP-2019-2", ruling="permit life.20")
    played.at["held by both"] = desks.stands()
    desks.day("2019-11-23 00:00")
    played.at["the end that did not come"] = desks.stands()
    request(desks, "JP", ruling="permit 4.1")
    desks.day("2020-08-25 00:00")
    played.at["August 2020"] = desks.stands()
    desks.keep(played.folder / "held")
    desks.day("2023-03-21 10:00")
    desks.say("KR", "notice", "withdraw", "--notice", "$notice", "--note", "KR-2023-1", ruling="permit life.19")
    played.at["normalised"] = desks.stands()


def readings(desks: Desks) -> None:
    """Each Party says how it reads a hold of one: the record keeps both."""
    for party, reading in (("KR", "it may be taken up again at any time"), ("JP", "a hold of one Party has no effect")):
        opened = ("consultation", "open", "--about", "$hold", "--matter", reading)
        desks.say(party, *opened, ruling="permit 15.1", name=f"reading of {party}")


def step(desks: Desks, party: str, name: str, *why: str) -> None:
    """A step of the own checklist is noted at home."""
    code = party.lower()
    desks.say(
        party, "step", "take", "--checklist", code, "--step", name, *why, "--by", f"{code}/cabinet-1", ruling="permit"
    )


def steps(desks: Desks, party: str) -> dict[str, str]:
    """Where the own steps stand."""
    return {row["id"]: row["state"] for row in desks.value(party, "agreement", "steps", PACT)["steps"]}


def appoint(desks: Desks, party: str, name: str, office: str) -> None:
    officer = f"{party.lower()}/{name}"
    desks.say(
        party, "officer", "appoint", "--officer", officer, "--office", office, "--new-key", ruling="permit life.25"
    )


def request(desks: Desks, party: str, *, ruling: str) -> str:
    """Missile data asked for."""
    asked = ("--topic", "nk_missile", "--purpose", "warning", "--question", "Exercise: where did it come from?")
    return desks.say(party, "report", "request", *asked, officer=DESK, ruling=ruling)


def share(desks: Desks, party: str, *, level: int, ruling: str, name: str = "", answers: str | None = None) -> None:
    """A report of the exercise, which holds nothing."""
    marks = {0: {"KR": "KR-0", "JP": "JP-0"}, 2: {"KR": "KR-2", "JP": "JP-TOKUTEI"}}[level]
    desks.say(
        *(party, "report", "share", "--topic", "nk_missile", "--level", str(level), "--marks", json.dumps(marks)),
        *("--addressees", f"{'jp' if party == 'KR' else 'kr'}-desk", "--purpose", "warning"),
        *("--title", "Exercise: a launch", "--text", "Exercise. Nothing of this is real."),
        *(() if answers is None else ("--cause", answers)),
        officer=DESK,
        ruling=ruling,
        name=name,
    )


# -- what must have come out ------------------------------------------------------------------------------------------


def was_said_and_ruled(played: Played) -> None:
    assert played.desks.chronicle == CHRONICLE


def stood_on_both_sides(played: Played) -> None:
    named, ends = played.desks.named, utc("2019-11-23 00:00")
    noticed = {**IN_FORCE, "phase": "notice", "effect": ends, "ended": ends}
    held = {**IN_FORCE, "phase": "held"}
    assert played.at == {
        "one has initialled": {**NOTHING, "halves": [named["half"]]},
        "not agreed in 2012": {"KR": ["16.2"], "JP": ["16.2"]},
        "initialled": {**NOTHING, "initialled": [named["2012"]]},
        "May 2012": NOTHING,
        "called off": {**NOTHING, "initialled": []},
        "tabled again": {**NOTHING, "initialled": []},
        "steps of 2012": {
            "legislation-review": "done",
            "vice-ministers": "skipped",
            "state-council": "done",
            "president": "open",
            "national-assembly": "not_applicable",
            "gazette": "open",
        },
        "not agreed in 2016": {"KR": ["2.1"], "JP": ["2.1"]},
        "steps of 2016": {
            "legislation-review": "done",
            "vice-ministers": "done",
            "state-council": "done",
            "president": "done",
            "national-assembly": "not_applicable",
            "gazette": "open",
            "legislation-bureau": "done",
            "cabinet-signature": "done",
            "diet": "open",
            "cabinet-conclusion": "open",
            "promulgation": "open",
        },
        "the day before": NOTHING,
        "one note": NOTHING,
        "signed": IN_FORCE,
        "2017 turns": IN_FORCE,
        "2018 turns": IN_FORCE,
        "notice": noticed,
        "held by one": {**noticed, "halves": [named["hold"]]},
        "two readings": {"consultations": [named["reading of KR"], named["reading of JP"]]},
        "held by both": held,
        "the end that did not come": held,
        "August 2020": held,
        "normalised": IN_FORCE,
    }


def is_kept_whole(played: Played) -> None:
    """Every act of the log is in both records, the notice that was withdrawn too, and everything is judged again."""
    desks = played.desks
    desks.audited()
    rows = [desks.value(party, "act", "list") for party in ("KR", "JP")]
    told = [[(row["act"], row["kind"], row["standing"]) for row in of] for of in rows]
    assert told[0] == told[1]
    assert {standing for _, _, standing in told[0]} == {"agreed"}
    issued = [words for _, _, words, ruling in desks.chronicle if words != "step take" and "forbidden" not in ruling]
    assert [kind.split(".", 1)[1].replace(".", " ") for _, kind, _ in told[0]] == issued
    assert desks.page()["lodged"] == [act for act, kind, _ in told[0] if kind == "agreement.registration.lodge"]


def the_step_left_out_is_known_at_home(played: Played) -> None:
    """Both lists are private: no step of either stands in a log, and each journal holds its own alone."""
    for party, code in (("KR", "kr"), ("JP", "jp")):
        rows = played.desks.value(party, "journal", "list")
        noted = [row["about"] for row in rows if row["kind"] == "agreement.step.take"]
        lists = {played.desks.value(party, "act", "show", act)["payload"]["checklist"] for act in noted}
        assert (len(noted), lists) == (sum(row[1:3] == (party, "step take") for row in CHRONICLE), {code})


# -- what history did not have ----------------------------------------------------------------------------------------


def a_hold_of_one_side_stays_a_half(played: Played) -> None:
    desks = played.elsewhere("before the hold", "a_hold_of_one_side_stays_a_half")
    hold = ("notice", "hold", "--notice", "$notice")
    ends = utc("2019-11-23 00:00")
    desks.day("2019-11-22 18:00")
    half = desks.say("KR", *hold, ruling="permit life.20")
    desks.say("KR", *hold, ruling="forbidden life.28")
    assert desks.stands() == {**IN_FORCE, "phase": "notice", "effect": ends, "ended": ends, "halves": [half]}
    desks.day("2019-11-23 00:00")
    assert desks.stands() == {**IN_FORCE, "phase": "ended", "ended": ends, "effect": ends, "halves": [half]}
    desks.say("JP", *hold, ruling="forbidden 16.5")
    desks.say("KR", "notice", "withdraw", "--notice", "$notice", ruling="forbidden 16.5")
    nothing_new_and_still_protected(desks)
    desks.audited()


def nothing_new_and_still_protected(desks: Carried) -> None:
    """After the end: nothing is asked; what was given goes to no outsider; loss and destruction are told."""
    request(desks, "KR", ruling="forbidden 16.5")
    control = desks.value("JP", "act", "show", desks.named["report"])["payload"]["control"]
    reader = ("--purpose", "warning", "--reader-clearance", "2", "--need-to-know", "--same-purpose", "--marked")
    release = ("report", "release", "--report", control, *reader)
    for outsider in ("third_state", "public"):
        desks.say(
            *("JP", *release, "--released-to", outsider, "--body", "body-1"), officer=DESK, ruling="forbidden 6.1"
        )
    desks.say(
        "JP", *release, "--released-to", "own_government", "--body", "office-1", officer=DESK, ruling="permit 6.1"
    )
    loss = ("--found-at", utc("2019-11-22 23:00"), "--report", control, "--nature", "suspected")
    desks.say("JP", "incident", "notify", *loss, officer=DESK, ruling="permit 9.1")
    destroyed = ("report", "destroy", "--report", control, "--method", "shredded", "--certificate", "JP-C-1")
    witnessed = [word for name in WITNESSES for word in ("--as", f"jp/{name}")]
    desks.say("JP", *destroyed, officer=DESK, ruling="forbidden 8.2")
    desks.say("JP", *destroyed, officer=DESK, also=witnessed, ruling="permit 8.2")
    alarm = ("--received-at", utc("2019-11-23 00:00"), "--stage", "distress", "--nature", "sinking", "--persons", "3")
    desks.say("JP", "case", "open", *alarm, officer=DESK, ruling="permit 3.2")
    desks.say("KR", "text", "table", "--text", f"@{AGREEMENTS / PACT}", ruling="forbidden life.16")


def a_notice_taken_up_again_ends_it_thirty_days_later(played: Played) -> None:
    desks = played.elsewhere("held", "a_notice_taken_up_again_ends_it_thirty_days_later")
    desks.day("2020-09-01 10:00")
    desks.say("JP", "notice", "resume", "--notice", "$notice", ruling="forbidden 16.3")
    resumed_by = desks.say("KR", "notice", "resume", "--notice", "$notice", ruling="permit life.20")
    received = received_at(desks, resumed_by)
    effect = received + timedelta(days=30)
    assert effect.astimezone(ZONE).date() == date(2020, 10, 1)
    ends = moment.text(effect)
    assert desks.stands() == {**IN_FORCE, "phase": "notice", "effect": ends, "ended": ends}
    request(desks, "JP", ruling="permit 4.1")
    desks.day("2020-10-01 09:59")
    assert desks.stands()["phase"] == "notice"
    desks.day("2020-10-01 10:05")
    assert desks.stands() == {**IN_FORCE, "phase": "ended", "effect": ends, "ended": ends}
    request(desks, "JP", ruling="forbidden 16.5")
    desks.audited()


def received_at(desks: Carried, act: str) -> datetime:
    """When the other Party's node had an act of KR and permitted it."""
    with open_node(desks.pair.settings("KR")) as home:
        received = home.node.scene().received_at(act)
    assert received is not None
    return received


def a_notice_before_the_deadline_and_after_it(played: Played) -> None:
    for received, effect in (("2020-08-24 23:50", 2020), ("2020-08-25 00:01", 2021)):
        desks = played.elsewhere("before the notice", f"until {effect}")
        desks.day(received)
        notice = desks.say("JP", "notice", "give", "--note", "JP-2020-1", ruling="permit life.18")
        ends = utc(f"{effect}-11-23 00:00")
        assert desks.stands() == {**IN_FORCE, "phase": "notice", "effect": ends, "ended": ends}
        desks.say("KR", "notice", "withdraw", "--notice", notice, ruling="forbidden 16.3")
        desks.day(f"{effect}-11-22 23:50")
        request(desks, "KR", ruling="permit 4.1")
        desks.day(f"{effect}-11-23 00:00")
        assert desks.stands() == {**IN_FORCE, "phase": "ended", "effect": ends, "ended": ends}


def silence_at_the_deadline_extends(played: Played) -> None:
    desks = played.elsewhere("before the notice", "silence")
    for year in (2019, 2020, 2021):
        desks.day(f"{year}-11-23 00:00")
        assert desks.stands() == IN_FORCE
        request(desks, "KR", ruling="permit 4.1")


# -- the terms of the text --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("notice", "effect"),
    [
        ("2017-08-25T00:00", "2017-11-23"),
        ("2019-08-23T15:30", "2019-11-23"),
        ("2019-08-25T00:00", "2019-11-23"),
        ("2019-08-25T00:01", "2020-11-23"),
        ("2020-08-25T00:00", "2020-11-23"),
        ("2020-08-25T00:01", "2021-11-23"),
    ],
)
def test_a_notice_takes_effect_as_history_reckoned(notice: str, effect: str, tmp_path: Path) -> None:
    """90 days before a year ends, to the minute of receipt: the terms of kr-jp-a give the dates of history."""
    asked = {
        "given": {"initialled": ["2016"]},
        "events": [
            *({"kind": "text.sign", "party": party, "at": "2016-11-23T10:00+09:00"} for party in ("KR", "JP")),
            *({"kind": "completion.notify", "party": party, "at": "2016-11-23T11:00+09:00"} for party in ("KR", "JP")),
            {"kind": "notice.give", "party": "KR", "at": f"{notice}+09:00"},
        ],
        "ask": ["2016-11-23T10:59+09:00", "2016-11-23T11:00+09:00", f"{notice}+09:00", f"{effect}T00:00+09:00"],
    }
    file = tmp_path / "events.json"
    file.write_text(json.dumps(asked))
    page = servanda("agreement", "timeline", str(AGREEMENTS / PACT), "--events", str(file), "--json").value
    phases = ("not_in_force", "in_force", "notice", "ended")
    assert (page["in_force_from"], page["effect"]) == ("2016-11-23T00:00+09:00", f"{effect}T00:00+09:00")
    assert [phase for _, phase in page["phases"]] == [*phases]
    assert (page["refused"], page["halves"]) == ([], [])


def the_texts_differ_in_one_word(played: Played) -> None:
    """The law of one side changed a mark; the table was agreed anew, and marks of the old one still count."""
    old, new = (Agreement.load(played.folder / name).instrument for name in ("2012", "2016"))
    assert (old.digest, new.digest) == (played.desks.named["2012"], played.desks.named["2016"])
    differ = [number for number in new.paragraphs if old.paragraphs[number].text != new.paragraphs[number].text]
    assert differ == ["2.1"]
    of_old, of_new = (marks.table(text) for text in (old, new))
    assert {mark.code for mark in of_new.of("JP", 2)} == {"JP-GOKUHI", "JP-TOKUTEI"}
    assert {mark.code for mark in of_old.of("JP", 2)} == {"JP-GOKUHI"}
