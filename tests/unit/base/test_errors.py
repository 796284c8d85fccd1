"""Errors: what the duty officer reads, and the exit code of each class."""

from __future__ import annotations

from servanda.base.errors import (
    AgreementError,
    Complaint,
    IntegrityError,
    MalformedError,
    PeerError,
    ServandaError,
    UsageError,
)


def test_an_error_says_what_is_wrong_and_what_to_do():
    error = PeerError("clock_unsure", "the clock is unsure", action="confirm it")
    bare = PeerError("clock_unsure", "the clock is unsure")
    assert [str(error), error.code, error.message, error.action, str(bare), bare.action] == [
        "the clock is unsure; confirm it",
        "clock_unsure",
        "the clock is unsure",
        "confirm it",
        "the clock is unsure",
        "",
    ]


def test_each_class_has_its_exit_code():
    classes = (ServandaError, UsageError, IntegrityError, PeerError, MalformedError, AgreementError)
    assert [one.exit_code for one in classes] == [1, 2, 4, 5, 6, 7]


def test_a_text_that_does_not_read_shows_its_first_place_and_keeps_all():
    complaints = tuple(
        Complaint(path="a.md", line=line, paragraph="4.5", code="word_unknown", message="unknown word `x`", word="x")
        for line in (12, 40)
    )
    assert str(AgreementError(complaints[:1])) == "a.md:12: unknown word `x`; correct the text and check it again"
    error = AgreementError(complaints)
    assert (error.code, error.message, error.complaints) == (
        "word_unknown",
        "a.md:12: unknown word `x` (and 1 more)",
        complaints,
    )
