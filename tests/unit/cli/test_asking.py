"""What would be, asked through the command line: every published timeline and duty, and what cannot be asked."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.founded import AGREEMENTS, ROOT, Answer, servanda

EXAMPLES = json.loads((ROOT / "spec" / "vectors" / "rulings.json").read_text(encoding="utf-8"))
SIGNED = {"kind": "text.sign", "party": "KR", "at": "2030-02-01T09:00+09:00"}
WRITE_EVENTS = 'write {"given": {...}, "events": [...], "ask": [...]}'


def timeline(asked: object, folder: Path, *words: str, agreement: str = "kr-jp-a") -> Answer:
    file = folder / "events.json"
    file.write_text(asked if isinstance(asked, str) else json.dumps(asked), encoding="utf-8")
    return servanda("agreement", "timeline", str(AGREEMENTS / agreement), "--events", str(file), *words)


def duties(agreement: str, kind: str, at: str, *words: str) -> Answer:
    return servanda("agreement", "duties", str(AGREEMENTS / agreement), "--after", kind, "--at", at, *words)


def both(kind: str, at: str, **members: str) -> list[dict[str, str]]:
    """An event of each Party."""
    return [{"kind": kind, "party": party, "at": at, **members} for party in ("KR", "JP")]


def in_force(name: str, signed: str = "2030-02-01T09:00+09:00") -> list[dict[str, str]]:
    return [*both("text.sign", signed, digest=name), *both("completion.notify", signed, digest=name)]


def stands(events: list[dict[str, str]], ask: list[str], folder: Path, *, agreement: str = "kr-jp-a") -> Any:
    """What a timeline with one text answers, refusals without their words."""
    asked = {"given": {"initialled": ["x"]}, "events": events, "ask": ask}
    found = timeline(asked, folder, "--json", agreement=agreement)
    assert (found.exit, found.err) == (0, "")
    return {**found.value, "refused": [(each["event"], each["cites"]) for each in found.value["refused"]]}


@pytest.mark.parametrize(
    ("asked", "message", "action"),
    [
        ("{", "`--events` does not read: not JSON at character 1 (json_syntax)", "write one JSON object"),
        ("[]", "`--events` is no JSON object (field_type)", "write one JSON object"),
        (
            '{"events": [], "events": []}',
            "`--events` does not read: the member `events` stands twice (json_duplicate)",
            "write one JSON object",
        ),
        ({}, "object missing required field `events` (field_missing)", WRITE_EVENTS),
        ({"events": []}, "no event is supposed (field_missing)", 'name one at least in `"events"`'),
        (
            {"events": [SIGNED], "asks": []},
            "object contains unknown field `asks` (field_type)",
            WRITE_EVENTS,
        ),
        (
            {"events": [{**SIGNED, "paragraf": "4.2"}]},
            "object contains unknown field `paragraf` - at `$.events[0]` (field_type)",
            WRITE_EVENTS,
        ),
        (
            {"events": [SIGNED], "given": {"signed": ["x"]}},
            "object contains unknown field `signed` - at `$.given` (field_type)",
            WRITE_EVENTS,
        ),
        (
            {"events": [{"kind": "text.sign", "at": SIGNED["at"]}]},
            "object missing required field `party` - at `$.events[0]` (field_missing)",
            WRITE_EVENTS,
        ),
        (
            {"events": [SIGNED, {**SIGNED, "party": "CN"}]},
            "event 1: `CN` is no Party of `kr-jp-a` (field_value)",
            "name one of its two Parties: `KR` or `JP`",
        ),
        (
            {"events": [{**SIGNED, "at": "2030-02-01T09:00"}]},
            "event 0: `2030-02-01T09:00` is not written as `2031-04-01T08:00+09:00` is (field_type)",
            "write it so",
        ),
        (
            {"events": [{**SIGNED, "at": "0001-01-01T00:00+09:00"}]},
            "event 0: `0001-01-01T00:00+09:00` lies beyond the calendar (field_value)",
            "name one between the years 1 and 9999",
        ),
        (
            {"events": [SIGNED], "ask": ["2030-02-01"]},
            "`ask`: `2030-02-01` is not written as `2031-04-01T08:00+09:00` is (field_type)",
            "write it so",
        ),
        (
            {"given": {"initialled": ["x"]}, "events": [{**SIGNED, "digest": "y"}]},
            "event 0: `y` is none of the texts that were initialled (field_value)",
            'name it in `"given": {"initialled": [...]}`',
        ),
        (
            {"events": [SIGNED] * 1_001},
            "expected `array` of length <= 1000 - at `$.events` (field_type)",
            WRITE_EVENTS,
        ),
        (
            {"given": {"initialled": ["x", "x"]}, "events": [SIGNED]},
            "`x` is initialled twice (field_value)",
            "name each text once",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and value.endswith(")") else "",
)
def test_a_timeline_that_cannot_be_asked(asked: object, message: str, action: str, tmp_path: Path) -> None:
    found = timeline(asked, tmp_path)
    assert (found.exit, found.out, found.err) == (6, "", f"servanda: {message}\nnext: {action}\n")


def test_an_event_of_an_unknown_kind_names_those_that_there_are(tmp_path: Path) -> None:
    for kind in ("text.sgin", "agreement.text.sign", "officer.appoint"):
        found = timeline({"events": [{**SIGNED, "kind": kind}]}, tmp_path, "--json")
        assert (found.exit, found.out) == (6, "")
        assert found.error["error"] == "field_value"
        assert found.error["message"] == f"event 0: `{kind}` cannot be supposed"
        assert "`text.sign`" in found.error["action"]


def test_events_come_from_a_file_that_is_there(tmp_path: Path) -> None:
    text = str(AGREEMENTS / "kr-jp-a")
    found = servanda("agreement", "timeline", text, "--events", str(tmp_path / "none"), "--json")
    assert (found.exit, found.out, found.error["error"]) == (2, "", "file_unreadable")
    (tmp_path / "bytes").write_bytes(b'{"events": "\xff"}')
    found = servanda("agreement", "timeline", text, "--events", str(tmp_path / "bytes"), "--json")
    assert (found.exit, found.out, found.error["error"]) == (6, "", "text_encoding")


@pytest.mark.parametrize("case", EXAMPLES["lifecycle"], ids=lambda case: case["id"])
def test_a_published_timeline(case: dict[str, Any], tmp_path: Path) -> None:
    expected = case["expected"]
    ask = [at for at, _ in (*expected["phases"], *expected.get("questioned", []))]
    asked = {"given": case["given"], "events": case["events"], "ask": ask}
    found = timeline(asked, tmp_path, "--json", agreement=case["agreement"])
    assert (found.exit, found.err) == (0, "")
    answered = found.value
    phases, questioned = dict(answered["phases"]), dict(answered["questioned"])
    assert set(answered) == {"in_force_from", "effect", "phases", "questioned", "versions", "refused", "halves"}
    assert {
        "refused": [{"event": each["event"], "cites": each["cites"]} for each in answered["refused"]],
        "halves": answered["halves"],
        "phases": [[at, phases[at]] for at, _ in expected["phases"]],
        **{key: answered[key] for key in ("in_force_from", "effect") if key in expected},
        **(
            {"questioned": [[at, questioned[at]] for at, _ in expected["questioned"]]}
            if "questioned" in expected
            else {}
        ),
    } == expected


def test_a_timeline_for_people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = next(case for case in EXAMPLES["lifecycle"] if case["id"] == "EX-L3")
    asked = {"given": case["given"], "events": case["events"], "ask": ["2031-01-20T00:00+09:00"]}
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(json.dumps(asked).encode())))
    found = servanda("agreement", "timeline", str(AGREEMENTS / "kr-jp-a"), "--events", "-")
    assert (found.exit, found.err) == (0, "")
    assert found.out.splitlines() == [
        "in force from  2030-02-01T00:00+09:00",
        "effect         2031-02-01T00:00+09:00",
        "2031-01-20T00:00+09:00  notice (version 1)",
        "event 6 refused  16.3: A notice may be withdrawn until it takes effect. Its effect is held only by a",
        "                 joint act; when a held notice is taken up again, it takes effect no earlier than 30",
        "                 days later. A notice, running or held, takes nothing from this Agreement before its",
        "                 effect.",
        "event 5 waits for the other Party",
    ]


def test_an_amendment_is_the_next_version_from_its_own_start(tmp_path: Path) -> None:
    asked = {
        "given": {"initialled": ["x", "y", "z"]},
        "events": [*in_force("x"), *in_force("y", "2031-03-01T09:00+09:00"), *in_force("z", "2032-03-01T09:00+09:00")],
        "ask": [
            "2030-01-31T23:59+09:00",
            "2030-02-01T09:00+09:00",
            "2031-02-28T23:59+09:00",
            "2031-03-01T09:00+09:00",
            "2032-03-02T00:00+09:00",
        ],
    }
    found = timeline(asked, tmp_path, "--json")
    assert (found.exit, found.err) == (0, "")
    assert found.value["versions"] == list(map(list, zip(asked["ask"], [None, 1, 1, 2, 3], strict=True)))
    assert (found.value["refused"], found.value["halves"]) == ([], [])


def test_an_amendment_of_what_is_not_in_force_is_refused(tmp_path: Path) -> None:
    asked = {"given": {"initialled": ["x", "y"]}, "events": both("text.sign", SIGNED["at"], digest="y"), "ask": []}
    found = timeline(asked, tmp_path, "--json").value
    assert [(each["event"], each["cites"], each["why"][:7]) for each in found["refused"]] == [
        (0, [], "life.5:"),
        (1, [], "life.5:"),
    ]


def test_halves_that_name_two_texts_do_not_meet(tmp_path: Path) -> None:
    at = "2031-03-01T09:00+09:00"
    events = [
        *in_force("x"),
        *both("text.sign", at, digest="y"),
        {"kind": "termination.agree", "party": "KR", "at": at},
        {"kind": "termination.agree", "party": "JP", "at": at, "digest": "y"},
    ]
    asked = {"given": {"initialled": ["x", "y"]}, "events": events, "ask": [at]}
    found = timeline(asked, tmp_path, "--json").value
    assert (found["refused"], found["halves"]) == ([], [6, 7])
    assert found["phases"] == [[at, "in_force"]]


def test_one_signature_is_a_half(tmp_path: Path) -> None:
    assert stands([SIGNED], [SIGNED["at"]], tmp_path) == {
        "in_force_from": None,
        "effect": None,
        "phases": [[SIGNED["at"], "not_in_force"]],
        "questioned": [[SIGNED["at"], []]],
        "versions": [[SIGNED["at"], None]],
        "refused": [],
        "halves": [0],
    }


def test_both_suspend_and_both_resume(tmp_path: Path) -> None:
    stop, half, go = "2030-05-01T09:00+09:00", "2030-05-02T09:00+09:00", "2030-05-03T09:00+09:00"
    events = [
        *in_force("x"),
        {"kind": "force.suspend", "party": "KR", "at": stop},
        {"kind": "force.suspend", "party": "JP", "at": half},
        {"kind": "force.resume", "party": "JP", "at": go},
    ]
    found = stands(events, [stop, half, go], tmp_path)
    assert found["phases"] == [[stop, "in_force"], [half, "suspended"], [go, "suspended"]]
    assert (found["refused"], found["halves"]) == ([], [6])


@pytest.mark.parametrize(
    ("agreement", "kind", "at", "words", "code", "message"),
    [
        ("kr-jp-a", "intelligence.report.recal", "2030-06-10T23:30+09:00", (), "field_value", "is no kind"),
        (
            "kr-jp-a",
            "intelligence.report.recall",
            "2030-06-10T23:30+09:00",
            (),
            "field_missing",
            "`intelligence.report.recall` is said by a Party",
        ),
        (
            "kr-jp-a",
            "intelligence.report.recall",
            "2030-06-10T23:30+09:00",
            ("--author", "CN"),
            "field_value",
            "`intelligence.report.recall` is said by a Party, and `CN` is none",
        ),
        (
            "kr-jp-b",
            "agreement.year.turn",
            "2031-01-01T00:00+09:00",
            ("--author", "KR"),
            "field_value",
            "`agreement.year.turn` is an occasion and nobody's act",
        ),
        (
            "kr-jp-b",
            "logistics.goods.issue",
            "2030-06-10T23:30",
            ("--author", "KR", "--facts", '{"both_signed": false}'),
            "field_type",
            "the moment: `2030-06-10T23:30` is not written as `2031-04-01T08:00+09:00` is",
        ),
        (
            "kr-jp-b",
            "logistics.goods.issue",
            "2030-06-10T23:30+09:00",
            ("--author", "KR", "--facts", "{"),
            "json_syntax",
            "`--facts` does not read: not JSON at character 1",
        ),
        (
            "kr-jp-b",
            "logistics.goods.issue",
            "2030-06-10T23:30+09:00",
            ("--author", "KR", "--facts", "[]"),
            "field_type",
            "`--facts` is no JSON object",
        ),
        (
            "kr-jp-b",
            "logistics.goods.issue",
            "2030-06-10T23:30+09:00",
            ("--author", "KR", "--facts", '{"both_signd": false}'),
            "field_value",
            "`both_signd` is no fact of `logistics.goods.issue`",
        ),
        (
            "kr-jp-b",
            "logistics.goods.issue",
            "2030-06-10T23:30+09:00",
            ("--author", "KR", "--facts", '{"both_signed": "false"}'),
            "field_type",
            "`both_signed` takes `true` or `false`",
        ),
        (
            "kr-jp-b",
            "logistics.goods.issue",
            "2030-06-10T23:30+09:00",
            ("--author", "KR"),
            "field_missing",
            "`both_signed` is asked of `logistics.goods.issue` and was not stated",
        ),
        (
            "kr-jp-b",
            "agreement.year.turn",
            "2031-01-01T00:00+09:00",
            ("--facts", '{"phase": "in_force"}'),
            "field_value",
            "`phase` is no fact of `agreement.year.turn`",
        ),
    ],
)
def test_duties_that_cannot_be_asked(
    agreement: str, kind: str, at: str, words: tuple[str, ...], code: str, message: str
) -> None:
    found = duties(agreement, kind, at, *words, "--json")
    assert (found.exit, found.out, found.error["error"]) == (6, "", code)
    assert message in found.error["message"]


def test_a_misspelt_fact_is_answered_with_the_one_that_may_be_meant() -> None:
    found = duties(
        "kr-jp-b", "logistics.goods.issue", "2030-06-10T23:30+09:00", "--author", "KR", "--facts", '{"both_signd": 1}'
    )
    assert found.err.splitlines()[1] == "next: did you mean `both_signed`"


@pytest.mark.parametrize("case", EXAMPLES["duties"], ids=lambda case: case["id"])
def test_a_published_duty(case: dict[str, Any]) -> None:
    entry = case["after"]
    author = ("--author", entry["author"]) if "author" in entry else ()
    facts = ("--facts", json.dumps(entry["facts"])) if "facts" in entry else ()
    found = duties(case["agreement"], entry["kind"], entry["at"], *author, *facts, "--json")
    assert (found.exit, found.err) == (0, "")
    assert found.value == case["expected"]["duties"]


def test_duties_for_people() -> None:
    found = duties("kr-jp-a", "intelligence.report.recall", "2030-06-10T14:30+00:00", "--author", "JP")
    assert (found.exit, found.err) == (0, "")
    assert found.out.splitlines() == [
        "paragraph  debtor  does                             due                     else",
        "5.5        KR      intelligence.report.acknowledge  2030-06-11T23:30+09:00  -",
        "6.6        KR      intelligence.report.destroy      2030-07-10T23:30+09:00  -",
    ]
    nothing = duties("kr-jp-a", "intelligence.report.request", "2030-06-10T14:30+00:00", "--author", "JP")
    assert nothing.out == "nothing would be owed\n"


def test_what_becomes_of_a_late_duty_is_told() -> None:
    words = ("--author", "KR", "--facts", '{"settlement": "in_kind"}', "--json")
    found = duties("kr-jp-b", "logistics.goods.receive", "2030-06-10T23:30+09:00", *words)
    assert found.value == [
        {
            "paragraph": "6.2",
            "debtor": "KR",
            "does": "logistics.goods.return",
            "due": "2031-06-10T23:30+09:00",
            "else": {"becomes": "cash", "priced_on": "due_date"},
        }
    ]


def test_a_moment_knows_the_events_up_to_it_in_whatever_order_they_are_told(tmp_path: Path) -> None:
    """A notice that is told first and given last is not known at a moment between."""
    given = {"kind": "notice.give", "party": "KR", "at": "2030-09-01T09:00+09:00"}
    stop = [{**given, "kind": "clause.question", "at": "2030-05-01T09:00+09:00", "paragraph": "4.2"}]
    ask = ["2030-05-02T09:00+09:00", "2030-09-02T09:00+09:00"]
    found = stands([*in_force("x"), given, *stop], ask, tmp_path)
    assert found["refused"] == []
    assert found["phases"] == [[ask[0], "in_force"], [ask[1], "notice"]]
    assert found["questioned"] == [[ask[0], ["4.2"]], [ask[1], []]]
