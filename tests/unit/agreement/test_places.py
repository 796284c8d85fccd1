"""The annex of areas: each way in which it does not read, with its line; then what lies where."""

from __future__ import annotations

import pytest

from servanda.agreement.instrument import check, load
from servanda.agreement.places import Places, places_of, read_places
from servanda.base.errors import Complaint
from servanda.base.geo import PlaceError, point
from tests.unit.agreement.lives import edited, text_of

K, U, J, ORDER, WORDS = 648, 649, 650, 654, 655
FAULTS = [
    ("K: {waters_of: KR,", "K: {waters_of: US,", K, "areas.K.waters_of", "expected a Party of the agreement"),
    ("K: {waters_of: KR,", "K: {waters_of: 1,", K, "areas.K.waters_of", "expected a Party of the agreement"),
    ("K: {waters_of: KR,", "K: {", K, "areas.K", "expected either `waters_of` a Party, or a word under `words`"),
    ("Q: {neutral: true,", "Q: {waters_of: JP,", 652, "areas.Q", "expected either `waters_of` a Party, or a word"),
    ("K: {waters_of: KR, polygon:", "K: {waters_of: KR, ring:", K, "areas.K", "expected either a `polygon`, or a"),
    ("[34.6, 128.6]", "[34.6]", K, "areas.K.polygon[0]", "expected `[lat, lon]` in degrees"),
    ("[34.6, 128.6]", "[34.6, 228.6]", K, "areas.K.polygon[0][1]", "expected -180 to 180 degrees, got `228.6`"),
    ("[34.6, 128.6]", "[34.6, east]", K, "areas.K.polygon[0][1]", "expected a number in plain digits, got `east`"),
    ("[34.6, 128.6]", "[36.0, 130.0]", K, "areas.K.polygon", "expected edges that do not cross; those after corners 1"),
    ("radius_nm: 18", "radius: 18", U, "areas.U.radius_nm", "expected the radius of the circle"),
    ("radius_nm: 18", "radius_nm: 0", U, "areas.U.radius_nm", "expected more than 0 and at most 1000 nautical miles"),
    ("order: [Q, K, U, J, O, S]", "order: [Q, K, U, J, O]", ORDER, "order", "expected a list of each of `K`, `U`, `J`"),
    ("order: [Q, K, U, J, O, S]", "order: [Q, K, U, J, O, S, S]", ORDER, "order", "expected a list of each of `K`"),
    ("order: [Q, K, U, J, O, S]", "order: QKUJOS", ORDER, "order", "expected a list of each of `K`, `U`, `J`, `O`"),
    ("order: [Q, K, U, J, O, S]", "orders: [Q, K, U, J, O, S]", 647, "order", "expected a list of each of `K`, `U`"),
    ("words: {Q: area_q,", "words: {Q: Area Q,", WORDS, "words.Q", "expected a word of its own, none of author_waters"),
    ("words: {Q: area_q,", "words: {Q: beyond,", WORDS, "words.Q", "expected a word of its own, none of author_waters"),
    ("words: {Q: area_q,", "words: {X: area_q,", WORDS, "words.X", "expected an area of the annex"),
    (
        "\n  K: {waters_of",
        "\n  K.1: {waters_of",
        647,
        "areas",
        "expected names of letters, digits, `-` and `_`, got `K.1`",
    ),
    ("\nareas:\n  K:", "\nareas: here\nfields:\n  K:", 647, "areas", "expected members by name"),
]


@pytest.mark.parametrize(("old", "new", "line", "field", "expected"), FAULTS)
def test_an_annex_that_does_not_read_is_a_fault_of_its_text(
    old: str, new: str, line: int, field: str, expected: str
) -> None:
    edits = [(old, new)]
    if "K.1" in new:
        edits.append(("order: [Q, K,", "order: [Q, K.1,"))
    (complaint,) = check(edited("kr-jp-a", *edits), path="en.md")
    assert complaint.message.startswith(f"`{field}`: {expected}")
    assert complaint == Complaint(
        path="en.md", line=line, paragraph="", code="value_malformed", message=complaint.message, word=field
    )


def test_an_annex_that_is_no_table_is_a_fault_of_its_text() -> None:
    before, after = text_of("kr-jp-a").split("```annex\n")
    rest = after.split("```", maxsplit=1)[1]
    (complaint,) = check(f"{before}```annex\n- here\n```{rest}", path="en.md")
    assert complaint.message == "the annex is a table of `areas`, their `order` and their `words`"
    assert (complaint.line, complaint.code, complaint.word) == (647, "value_malformed", "")


def test_more_areas_than_anybody_needs_are_refused() -> None:
    with pytest.raises(PlaceError) as caught:
        read_places({"areas": {}, "order": []})
    assert caught.value.field == "areas"
    area = {"waters_of": "KR", "centre": ["0", "0"], "radius_nm": 1}
    many = {f"A{number}": area for number in range(101)}
    with pytest.raises(PlaceError) as caught:
        read_places({"areas": many, "order": list(many)})
    assert caught.value.field == "areas"


def test_an_agreement_without_the_annex_has_no_areas() -> None:
    assert places_of({}) is None
    assert places_of(load(text_of("kr-jp-b"), path="en.md").annexes) is None


def exercise() -> Places:
    found = places_of(load(text_of("kr-jp-a"), path="en.md").annexes)
    assert found is not None
    return found


def test_the_areas_of_the_exercise_read_once() -> None:
    found = exercise()
    assert [name for name, _ in found.areas] == ["Q", "K", "U", "J", "O", "S"]
    assert found.waters_of == {"K": "KR", "U": "KR", "J": "JP", "O": "JP"}
    assert found.words == {"Q": "area_q", "S": "shared_area"}
    assert exercise() is found


@pytest.mark.parametrize(
    ("lat", "lon", "area"),
    [
        ("37.24", "131.87", "Q"),  # the middle of Q, which S holds too
        ("37.05", "131.8", "Q"),
        ("37.00", "131.8", "S"),
        ("37.50", "130.87", "U"),  # the middle of U, which S holds too
        ("37.50", "131.2", "U"),
        ("37.50", "131.3", "S"),
        ("36.20", "133.20", "O"),
        ("35.60", "129.40", "K"),
        ("35.00", "131.50", "J"),
        ("35.4", "130.0", "S"),  # a corner
        ("37.2", "129.2", "K"),
        ("33.0", "129.0", None),
        ("36.0", "128.0", None),
        ("-37.24", "131.87", None),
    ],
)
def test_the_first_area_in_the_order_of_the_annex_holds_a_position(lat: str, lon: str, area: str | None) -> None:
    assert exercise().area_of(point(lat, lon)) == area


def test_another_order_is_another_answer() -> None:
    text = edited("kr-jp-a", ("order: [Q, K, U, J, O, S]", "order: [S, O, J, U, K, Q]"))
    found = places_of(load(text, path="en.md").annexes)
    assert found is not None
    assert [found.area_of(point(*each)) for each in (("37.24", "131.87"), ("37.50", "130.87"))] == ["S", "S"]
