"""Scene and step: what a story is made of.

Rules of this module:
- a step is one act that somebody says, with the ruling that must come out;
- a scene is said as it stands, then both nodes deliver it; the next one rests on it;
- `$name` stands for the act of an earlier step, or for the digest of a text.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

PACT_A, PACT_B = "kr-jp-a", "kr-jp-b"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One act that somebody says.

    Args:
        by: code of the Party.
        officer: who signs, without the code of the Party.
        words: the command and its options.
        ruling: as it must come out: `permit 4.2`, `forbidden 3.2 3.5`; or the code of what stands in the way of saying
            it at all: `agreement_missing`.
        told: what it is, in few words; neighbours that are told alike are told once.
        name: by which later steps name the act.
        timed: whether the time until the other Party knows of it is told.
    """

    by: str
    officer: str
    words: tuple[str, ...]
    ruling: str
    told: str
    name: str = ""
    timed: bool = False

    @property
    def command(self) -> str:
        """The command that says it."""
        return " ".join(self.words[:2])


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What a duty list must show, once a scene has come to rest.

    Args:
        by: whose list.
        after: name of the step that started it.
        within: from what started it to the hour it is due.
        state: open or met.
    """

    by: str
    debtor: str
    does: str
    after: str
    paragraph: str
    within: timedelta
    state: str = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Steps that are said together; then both nodes come to rest.

    Args:
        title: heading, empty where the scene goes on under the last one.
        owed: what the duty lists show then.
    """

    steps: tuple[Step, ...]
    title: str = ""
    owed: tuple[Owed, ...] = ()


def one_by_one(title: str, steps: Sequence[Step | Scene]) -> tuple[Scene, ...]:
    """Scenes of one step each under one title, since every step rests on the other Party's reply to the last."""
    scenes = [step if isinstance(step, Scene) else Scene(steps=(step,)) for step in steps]
    return (replace(scenes[0], title=title), *scenes[1:])


def as_json(value: Any) -> str:
    """A member of a payload, as an option takes it."""
    return json.dumps(value, ensure_ascii=False, default=dict)
