"""Reading the kinds that a clause names: one by one, or all of a domain or noun at once.

Rules of this module:
- a pattern is a kind, `domain.*` or `domain.noun.*`, and stands for the kinds that clauses rule on;
- a kind that is named is one the agreement governs; one that only the life cycle rules on is in no clause's hands.

Spec: agreement 4 (forms), vocabulary 1 (kinds).
"""

from __future__ import annotations

from servanda.act.kind import JudgedBy, With, kinds, matching
from servanda.agreement.blocks import Block
from servanda.agreement.complaints import Fault, listed
from servanda.agreement.lexicon import Lexicon
from servanda.agreement.shape import Shape


def read_kinds(block: Block, what: str, shape: Shape, lexicon: Lexicon, *, none: bool = False) -> tuple[str, ...]:
    """The kinds of a list of patterns, each once, in the order of the vocabulary.

    Args:
        none: whether the list may be empty.
    """
    patterns = shape.words(block, what)
    if patterns is None:
        return ()
    if not patterns and not none:
        shape.complain(Fault.VALUE_MALFORMED, f"{what} names no kind", line=block.line, word="kinds")
    found = {kind for pattern, line in patterns for kind in _read_pattern(pattern, shape, lexicon, line=line)}
    return tuple(kind for kind in lexicon.judged() if kind in found)


def read_kind(block: Block, what: str, shape: Shape, lexicon: Lexicon, *, recorded: tuple[With, ...]) -> str | None:
    """One kind, by its whole name, of the sorts that may stand here."""
    name = shape.word(block, what)
    if name is None:
        return None
    known = kinds().get(name)
    if known is None:
        _unknown(name, shape, line=block.line)
        return None
    if not lexicon.governed(name):
        _not_governed(name, shape, lexicon, line=block.line)
        return None
    if known.recorded not in recorded:
        message = f"{what} is {listed(sort.value for sort in recorded)}, and `{name}` is `{known.recorded.value}`"
        shape.complain(Fault.KIND_NOT_JUDGED, message, line=block.line, word=name)
        return None
    return name


def _read_pattern(pattern: str, shape: Shape, lexicon: Lexicon, *, line: int) -> tuple[str, ...]:
    named = matching(pattern)
    if not named:
        _unknown(pattern, shape, line=line)
        return ()
    governed = [name for name in named if lexicon.governed(name)]
    if not governed:
        _not_governed(pattern, shape, lexicon, line=line)
        return ()
    judged = tuple(name for name in governed if kinds()[name].judged_by is JudgedBy.CLAUSES)
    if not judged:
        message = f"`{pattern}` is not ruled on by clauses, so no clause can speak of it"
        shape.complain(Fault.KIND_NOT_JUDGED, message, line=line, word=pattern)
    return judged


def _unknown(pattern: str, shape: Shape, *, line: int) -> None:
    known = {*kinds(), *(f"{kind.domain}.*" for kind in kinds().values())}
    known |= {f"{kind.domain}.{kind.noun}.*" for kind in kinds().values()}
    message = f"`{pattern}` is no kind of act{shape.complaints.nearly(pattern, known)}"
    shape.complain(Fault.KIND_UNKNOWN, message, line=line, word=pattern)


def _not_governed(pattern: str, shape: Shape, lexicon: Lexicon, *, line: int) -> None:
    message = f"`{pattern}` is of a domain this agreement does not govern; it governs {listed(lexicon.governs)}"
    shape.complain(Fault.KIND_NOT_GOVERNED, message, line=line, word=pattern)
