"""The faults of a text and warnings about it, gathered as they are found, each with its place.

Rules of this module:
- reading goes on after a fault, so that one check shows as many as can be told apart;
- a code never changes its meaning, and is either that of a fault or that of a warning;
- where a word is nearly right, the complaint says which word may be meant;
- a text with more faults than a person can read has the first of them shown.

Spec: agreement 8 (complaints).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from enum import StrEnum
from itertools import islice

from servanda.base.errors import Complaint

# What one text may cost its reader: complaints kept, complaints with a suggestion, words to choose it from.
COMPLAINTS_MAX = 1_000
NEARLY_MAX = 100
NEARLY_WORDS_MAX = 2_000


class Fault(StrEnum):
    """What may be wrong with a text."""

    TEXT_TOO_LARGE = "text_too_large"
    CHARACTER_BARRED = "character_barred"
    HEAD_MISSING = "head_missing"
    BLOCK_MALFORMED = "block_malformed"
    BLOCK_OPEN = "block_open"
    BLOCK_UNKNOWN = "block_unknown"
    BLOCK_MISPLACED = "block_misplaced"
    ANCHOR = "anchor"
    TAG = "tag"
    MERGE_KEY = "merge_key"
    KEY_TWICE = "key_twice"
    KEY_UNKNOWN = "key_unknown"
    KEY_MISSING = "key_missing"
    NAME_MALFORMED = "name_malformed"
    VALUE_MISSING = "value_missing"
    VALUE_MALFORMED = "value_malformed"
    NUMBER_OUT_OF_RANGE = "number_out_of_range"
    HEADING_UNKNOWN = "heading_unknown"
    TITLE_DIFFERS = "title_differs"
    ARTICLE_TWICE = "article_twice"
    PARAGRAPH_TWICE = "paragraph_twice"
    PARAGRAPH_MISPLACED = "paragraph_misplaced"
    PARAGRAPH_JOINED = "paragraph_joined"
    PARAGRAPH_EMPTY = "paragraph_empty"
    PARAGRAPH_WITHOUT_CLAUSE = "paragraph_without_clause"
    WORDS_MISPLACED = "words_misplaced"
    ANNEX_UNKNOWN = "annex_unknown"
    ANNEX_MISSING = "annex_missing"
    ANNEX_TWICE = "annex_twice"
    FORM_COUNT = "form_count"
    FORM_UNKNOWN = "form_unknown"
    TEXT_ONLY_WITH_CLAUSE = "text_only_with_clause"
    KIND_UNKNOWN = "kind_unknown"
    KIND_NOT_GOVERNED = "kind_not_governed"
    KIND_NOT_JUDGED = "kind_not_judged"
    FACT_UNKNOWN = "fact_unknown"
    FACT_NOT_KEPT = "fact_not_kept"
    WORD_UNKNOWN = "word_unknown"
    WORD_TWICE = "word_twice"
    WORD_AMBIGUOUS = "word_ambiguous"
    TEST_MALFORMED = "test_malformed"
    PARTY_UNKNOWN = "party_unknown"
    LASTS_TWICE = "lasts_twice"
    LASTS_MISSING = "lasts_missing"
    DUTY_UNMET = "duty_unmet"
    INVARIANT_BROKEN = "invariant_broken"
    DOMAIN_TWICE = "domain_twice"
    LANGUAGE_UNKNOWN = "language_unknown"
    LANGUAGE_TWICE = "language_twice"
    LANGUAGE_MISSING = "language_missing"
    WORDS_DIFFER = "words_differ"


class Doubt(StrEnum):
    """What a text may hold that is no fault, and that whoever drafts it should know."""

    WORD_UNUSED = "word_unused"
    CLAUSE_CITED_ONLY = "clause_cited_only"
    CLAUSE_IDLE = "clause_idle"
    CLAUSES_UNWEIGHED = "clauses_unweighed"


class Complaints:
    """The faults of one text and warnings about it, in the order of its lines."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._found: dict[Complaint, None] = {}

    @property
    def path(self) -> str:
        """How complaints name the text."""
        return self._path

    def add(self, fault: Fault | Doubt, message: str, *, line: int, paragraph: str = "", word: str = "") -> None:
        """One more fault or warning, with its place and the word as written."""
        complaint = Complaint(
            path=self._path,
            line=line,
            paragraph=paragraph,
            code=fault.value,
            message=message,
            word=word,
            level="fault" if isinstance(fault, Fault) else "warning",
        )
        if len(self._found) < COMPLAINTS_MAX:
            self._found.setdefault(complaint)

    def nearly(self, word: str, known: Iterable[str]) -> str:
        """The end of a message that names the word which may be meant; empty where none is near, or much is wrong."""
        if len(self._found) >= NEARLY_MAX:
            return ""
        words = set(islice(known, NEARLY_WORDS_MAX))
        close = difflib.get_close_matches(word, sorted(words), n=1, cutoff=0.75)
        return f"; did you mean `{close[0]}`" if close else ""

    def take(self, others: Iterable[Complaint]) -> None:
        """The faults of another file that belongs to this text."""
        for complaint in others:
            if len(self._found) < COMPLAINTS_MAX:
                self._found.setdefault(complaint)

    def found(self) -> tuple[Complaint, ...]:
        """Every complaint so far, in the order of the lines; those of the text itself first."""
        return tuple(sorted(self._found, key=lambda complaint: (complaint.path != self._path, complaint.line)))

    def __bool__(self) -> bool:
        return bool(self._found)


def listed(words: Iterable[str]) -> str:
    """Words as a message lists them."""
    return ", ".join(f"`{word}`" for word in words)
