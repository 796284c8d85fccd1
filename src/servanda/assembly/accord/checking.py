"""Checking texts that are to stand side by side: what keeps them from being initialled, and what a drafter should know.

Rules of this module:
- faults are those of reading and, where they are asked for, invariants that fail; all else is a warning;
- a folder stands for an agreement in every language; a file alone is read without its words in the others;
- clauses are weighed where the solver is there; where it is not, that is a warning too.

Spec: agreement 8 (complaints).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from servanda.agreement import check
from servanda.agreement.complaints import Complaints, Doubt
from servanda.agreement.instrument import Instrument
from servanda.agreement.wording import LanguageFile, missing_languages
from servanda.assembly.accord.proof import alone_with_solver, broken_promises
from servanda.assembly.extras import needed
from servanda.assembly.texts import agreement_files
from servanda.base.errors import Complaint

if TYPE_CHECKING:
    from servanda.policy.prove.dead import Idle


def checked(paths: Iterable[Path], *, prove: bool) -> tuple[Complaint, ...]:
    """Every complaint about texts that are to stand side by side, in their order.

    Args:
        prove: whether an invariant that fails is a fault too.

    Raises:
        UsageError: `text_unreadable`, or `extra_missing` where proofs are asked for.
        MalformedError: `text_encoding`.
        IntegrityError: `proof_undecided`.
    """
    if prove:
        needed("prove", "z3")
    texts: list[tuple[str, str, tuple[LanguageFile, ...]]] = []
    folders: set[str] = set()
    for path in paths:
        files = agreement_files(path)
        texts.append((os.fspath(files.path), files.source, files.words))
        folders.update({os.fspath(files.path)} if path.is_dir() else ())

    def in_every_language(text: Instrument, complaints: Complaints) -> None:
        if complaints.path in folders and not text.wordings:
            missing_languages(text.languages, complaints)

    return check.complaints(texts, (in_every_language, _weighed, *((broken_promises,) if prove else ())))


def _weighed(text: Instrument, complaints: Complaints) -> None:
    """Warn of clauses that decide nothing."""
    if find_spec("z3") is None:
        message = "whether every clause decides something was not asked: that needs servanda[prove]"
        complaints.add(Doubt.CLAUSES_UNWEIGHED, message, line=1)
        return
    from servanda.policy.prove.dead import idle_clauses  # slow import

    with alone_with_solver():
        found = idle_clauses(text)
    for idle in found:
        form = idle.clause.form.value
        beginning = f"this `{form}` is cited and decides nothing" if idle.cited else f"this `{form}` decides nothing"
        complaints.add(
            Doubt.CLAUSE_CITED_ONLY if idle.cited else Doubt.CLAUSE_IDLE,
            f"{beginning}: {'; '.join(_why(idle)) or 'no act meets its tests'}",
            line=idle.clause.line,
            paragraph=idle.clause.paragraph,
            word=form,
        )


def _why(idle: Idle) -> Iterator[str]:
    """What decides instead."""
    if idle.never_opened and idle.narrower:
        yield f"no act that it is about is permitted by {_listed(idle.narrower)}"
    elif idle.never_opened:
        yield "nothing permits an act of its kinds"
    if idle.closed_by:
        yield f"such acts are forbidden by {_listed(idle.closed_by)} already"
    if idle.opened_by:
        yield f"such acts are permitted by {_listed(idle.opened_by)} already"


def _listed(numbers: tuple[str, ...]) -> str:
    *first, last = numbers
    return f"paragraphs {', '.join(first)} and {last}" if first else f"paragraph {last}"
