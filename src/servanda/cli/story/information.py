"""Information in the story: a report that reaches its addressee and nobody else.

Rules of this module:
- texts say that they are an exercise, and hold nothing of any value.
"""

from __future__ import annotations

from servanda.cli.story.scene import Scene, Step, as_json

DESK = "information-1"
_TEXT = "Exercise. Nothing of this is real."
_TO = ("--addressees", "jp-desk", "--purpose", "warning")


def secret() -> tuple[str, ...]:
    """A secret report, as it is said."""
    return (
        *("report", "share", "--topic", "nk_missile", "--level", "2", *_TO),
        *("--marks", as_json({"KR": "KR-2", "JP": "JP-GOKUHI"})),
        *("--title", "Exercise: two launches", "--text", _TEXT),
    )


def report() -> tuple[Scene, ...]:
    """A secret report shared and acknowledged; its release to a third state refused."""
    release = (
        *("report", "release", "--report", "$share.control", "--released-to", "third_state", "--body", "third-state-1"),
        *("--purpose", "warning", "--reader-clearance", "2", "--need-to-know", "--same-purpose", "--marked"),
    )
    assured = Step(
        by="JP",
        officer=DESK,
        words=("addressee", "assure", "--addressee", "jp-desk", "--level", "2"),
        ruling="permit 5.4",
        told="assures that its desk is cleared to secret",
    )
    shared = Step(
        by="KR", officer=DESK, words=secret(), ruling="permit 4.2", told="shares a secret report", name="share"
    )
    acknowledged = Step(
        by="JP",
        officer=DESK,
        words=("report", "acknowledge", "--about", "$share"),
        ruling="permit 4.4",
        told="acknowledges it",
    )
    released = Step(
        by="JP",
        officer=DESK,
        words=release,
        ruling="forbidden 6.1",
        told="would pass it to a third state",
        name="release",
    )
    return (
        Scene(title="A secret report", steps=(assured,)),
        Scene(steps=(shared,)),
        Scene(steps=(acknowledged, released)),
    )


def second() -> Step:
    """A second report, by which nothing else is shown than that it arrives."""
    words = (
        *("report", "share", "--topic", "nk_nuclear", "--level", "1", *_TO),
        *("--marks", as_json({"KR": "KR-3", "JP": "JP-HI"}), "--title", "Exercise: a second report", "--text", _TEXT),
    )
    return Step(by="KR", officer=DESK, words=words, ruling="permit 4.2", told="shares a second report", name="second")
