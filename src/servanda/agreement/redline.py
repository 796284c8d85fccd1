"""A redline: the words of a paragraph before and after, in one line.

Rules of this module:
- words are told apart, not letters; where a language writes without spaces each sign is a word;
- what fell away stands in `[-...-]`, what came in `{+...+}`, and all else as it was.

Spec: agreement 11.2 (redline).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

# Kana and Kanji are words of one sign; Hangul is written with spaces between words.
_SIGN = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORDS = re.compile(rf"\s+|[{_SIGN}]|[^\W{_SIGN}]+(?:[.,][^\W{_SIGN}]+)*|.", re.DOTALL).findall


def redline(old: str, new: str) -> str:
    """What stands in one of two texts only, marked in the other's words.

    Args:
        old, new: empty where there are no words.
    """
    return "".join(_marked(_WORDS(old), _WORDS(new)))


def _marked(old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    out, came = "", ""
    for same, before, after in _steps(old, new):
        if same and not (before.isspace() and (out or came)):
            yield from _change(out, came)
            out, came = "", ""
            yield before
        else:
            out, came = out + before, came + after
    yield from _change(out, came)


def _change(out: str, came: str) -> Iterator[str]:
    """One place that changed; a space at its end stands behind the mark."""
    said = (f"[-{out.rstrip()}-]" if out else "", f"{{+{came.rstrip()}+}}" if came else "")
    yield " ".join(filter(None, said))
    if out.endswith(" ") or came.endswith(" "):
        yield " "


def _steps(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[bool, str, str]]:
    matcher = SequenceMatcher(a=old, b=new, autojunk=False)
    for what, start, end, new_start, new_end in matcher.get_opcodes():
        yield what == "equal", "".join(old[start:end]), "".join(new[new_start:new_end])
