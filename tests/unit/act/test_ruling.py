"""Rulings: the order of cites, and what two sides compare."""

from __future__ import annotations

from servanda.act.ruling import Ground, Permit, Refusal, compared, in_order


def test_cites_stand_as_in_the_text_each_once():
    cites = ("13.6", "9.2", "life.10", "9.10", "life.9", "9.2", "10.1", "record")
    assert in_order(cites) == ("record", "life.9", "life.10", "9.2", "9.10", "10.1", "13.6")


def test_rulings_are_compared_on_outcome_ground_and_cites_only():
    assert [
        compared(Permit(cites=("4.2",))),
        compared(Refusal(ground=Ground.FORBIDDEN, cites=("3.2", "3.5"), line=1)),
        compared(Refusal(ground=Ground.UNJUDGEABLE, missing=("level",))),
        compared(Refusal(ground=Ground.INVALID, code="json_syntax")),
    ] == [
        ("permit", None, ("4.2",)),
        ("refusal", "forbidden", ("3.2", "3.5")),
        ("refusal", "unjudgeable", ()),
        ("refusal", "invalid", ()),
    ]
