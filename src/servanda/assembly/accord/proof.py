"""Proof of what a text promises, asked from outside and before it is initialled.

Rules of this module:
- an invariant that fails is shown by an act that breaks it, in the words of the text;
- before a text is initialled here its own invariants hold, and those in force hold of it with the words in force;
  a correction, which nobody initials, meets the same;
- nothing that judges an act comes here: a node without the solver rules as every other, and only initials nothing;
- the solver is asked by one thread at a time; a text that was proved is not proved again by the same process.

Spec: agreement 7 (what is proved).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, assert_never

from servanda.agreement.clause import Always, Holds, Never, SameIn
from servanda.agreement.complaints import Complaints, Fault
from servanda.agreement.feasible import unmet_duties
from servanda.agreement.instrument import Instrument
from servanda.assembly.extras import needed
from servanda.base.canon import Json
from servanda.base.errors import AgreementError

if TYPE_CHECKING:
    from servanda.policy.prove import Broken, Proof

_SOLVER = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class BreachRow:
    """An act that breaks an invariant.

    Args:
        author: whose act the example is.
        phases: the two phases in which it is ruled differently, where the invariant compares phases.
        facts: what such acts have in common, in the words of the text; any other fact may be anything.
        told: the same for people.
        example: the facts of one of them, complete.
    """

    kind: str
    author: str
    phases: tuple[str, ...]
    facts: Mapping[str, Json]
    told: str
    example: Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class InvariantRow:
    """What a text promises of all its clauses together, and whether it holds.

    Args:
        promise: what is promised of these kinds, in words.
        words: those of the paragraph.
        breaches: for each kind that breaks it an act; none where it is proved.
        seconds: what the proof took.
    """

    paragraph: str
    ordinal: int
    promise: str
    words: str
    kinds: tuple[str, ...]
    proved: bool
    breaches: tuple[BreachRow, ...]
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofPage:
    """Every invariant of a text."""

    id: str
    version: int
    digest: str
    proved: bool
    invariants: tuple[InvariantRow, ...]
    seconds: float


@contextmanager
def alone_with_solver() -> Iterator[None]:
    """While it lasts no other thread of this process asks the solver."""
    with _SOLVER:
        yield


def proof_page(text: Instrument) -> ProofPage:
    """Every invariant of a text, proved or broken.

    Raises:
        UsageError: `extra_missing`.
        IntegrityError: `proof_undecided`.
    """
    needed("prove", "z3")
    from servanda.policy.prove import proofs  # slow import

    rows: list[InvariantRow] = []
    with alone_with_solver():
        begun_s = last_s = time.monotonic()
        for proof in proofs(text):
            now_s = time.monotonic()
            rows.append(_row(proof, text, now_s - last_s))
            last_s = now_s
    return ProofPage(
        id=text.id,
        version=text.version,
        digest=text.digest,
        proved=all(row.proved for row in rows),
        invariants=tuple(rows),
        seconds=round(last_s - begun_s, 3),
    )


def stand_proved(text: Instrument, in_force: Instrument | None) -> None:
    """A text can be initialled: what it promises holds, as does what is in force, and every duty can be met.

    Args:
        in_force: the version that it amends.

    Raises:
        AgreementError: with every invariant that fails, or duty that nobody can meet, and its place.
        UsageError: `extra_missing`.
        IntegrityError: `proof_undecided`.
    """
    complaints = Complaints(text.id)
    unmet_duties(text.clauses, tuple(text.parties), complaints)
    broken_promises(text, complaints)
    if in_force is not None and _promises(in_force):
        needed("prove", "z3")
        for proof in _proved(text, in_force):
            for broken in proof.broken:
                message = (
                    f"paragraph {proof.paragraph} of version {in_force.version}, which is in force, would be broken, "
                    f"read with the words in force: {_told(proof, broken, in_force)}"
                )
                complaints.add(Fault.INVARIANT_BROKEN, message, line=1, paragraph=proof.paragraph, word=broken.act.kind)
    if complaints:
        raise AgreementError(complaints.found())


def broken_promises(text: Instrument, complaints: Complaints) -> None:
    """Complain of every invariant of a text that its clauses break, with an act that breaks it.

    Raises:
        UsageError: `extra_missing`.
        IntegrityError: `proof_undecided`.
    """
    if not _promises(text):
        return
    needed("prove", "z3")
    for proof in _proved(text, None):
        for broken in proof.broken:
            message = f"what paragraph {proof.paragraph} promises does not hold: {_told(proof, broken, text)}"
            complaints.add(
                Fault.INVARIANT_BROKEN,
                message,
                line=proof.invariant.line,
                paragraph=proof.paragraph,
                word=broken.act.kind,
            )


@lru_cache(maxsize=64)
def _proved(text: Instrument, of: Instrument | None) -> tuple[Proof, ...]:
    from servanda.policy.prove import prove  # slow import

    with alone_with_solver():
        return prove(text, of=of)


def _promises(text: Instrument) -> bool:
    return any(isinstance(clause, Never | Always | SameIn) for clause in text.clauses)


def _row(proof: Proof, text: Instrument, seconds: float) -> InvariantRow:
    return InvariantRow(
        paragraph=proof.paragraph,
        ordinal=proof.ordinal,
        promise=_promise(proof.invariant),
        words=text.paragraphs[proof.paragraph].text,
        kinds=proof.kinds,
        proved=proof.proved,
        breaches=tuple(_breach(broken, text) for broken in proof.broken),
        seconds=round(seconds, 3),
    )


def _breach(broken: Broken, text: Instrument) -> BreachRow:
    from servanda.policy.facts import to_json  # slow import
    from servanda.policy.prove.words import cube_words, in_words  # slow import

    facts = cube_words(broken.described, text)
    return BreachRow(
        kind=broken.act.kind,
        author=broken.act.author,
        phases=broken.phases,
        facts=facts,
        told=in_words(facts),
        example=to_json(broken.act.facts),
    )


def _told(proof: Proof, broken: Broken, text: Instrument) -> str:
    """A breach in words."""
    from servanda.policy.prove.words import cube_words, in_words  # slow import

    ruled = {
        Never: "would be permitted",
        Always: "would not be permitted",
        SameIn: f"would not be ruled alike in {' and '.join(broken.phases)}",
    }[type(proof.invariant)]
    return f"`{broken.act.kind}` {ruled} with {in_words(cube_words(broken.described, text))}"


def _promise(invariant: Holds) -> str:
    from servanda.policy.prove.words import in_words  # slow import

    match invariant:
        case Never():
            body: Any = invariant.body
            asked = body["never"].get("when")
            return "none is ever permitted" + (f" with {in_words(asked)}" if asked else "")
        case Always():
            return "each is permitted, whatever the facts, in every phase but not_in_force"
        case SameIn():
            return f"each is ruled alike in {', '.join(invariant.phases)}"
    assert_never(invariant)
