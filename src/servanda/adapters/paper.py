"""Paper: printed copies set by typst. Needs the extra `paper`.

Rules of this module:
- what is printed reaches the setter as data, never as a part of its program: no word of a text is mark-up;
- the same data and the same fonts give the same bytes: a document bears no date of its making;
- the package ships no font; where a copy has words that no font here can show, that is said and nothing is made.

Source: typst 0.15, `sys.inputs`, `document(date: none)`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any

import typst

from servanda.base.errors import UsageError

# Faces that show a script, best first. Names as fonts have them, none of which ships here.
_KOREAN = (
    *("Noto Serif CJK KR", "Noto Serif KR", "Source Han Serif K", "Source Han Serif KR", "Nanum Myeongjo"),
    *("NanumMyeongjo", "UnBatang", "Batang", "AppleMyungjo", "Noto Sans CJK KR", "Noto Sans KR", "NanumGothic"),
)
_JAPANESE = (
    *("Noto Serif CJK JP", "Noto Serif JP", "Source Han Serif", "Source Han Serif JP", "IPAexMincho", "IPAMincho"),
    *("Hiragino Mincho ProN", "Yu Mincho", "Noto Sans CJK JP", "Noto Sans JP", "IPAexGothic", "IPAGothic"),
)
_SANS = {
    "ko": ("Noto Sans CJK KR", "Noto Sans KR", "NanumGothic", "Malgun Gothic"),
    "ja": ("Noto Sans CJK JP", "Noto Sans JP", "IPAexGothic", "Yu Gothic"),
}
_LATIN = "Libertinus Serif"  # comes with typst
_MONO = "DejaVu Sans Mono"  # comes with typst
_SCRIPTS = (
    ("Hangul", _KOREAN, ((0x1100, 0x11FF), (0x3130, 0x318F), (0xAC00, 0xD7A3))),
    ("Kana", _JAPANESE, ((0x3040, 0x30FF), (0x31F0, 0x31FF))),
    ("Han", (*_KOREAN, *_JAPANESE), ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF))),
)


def printed(template: str, data: Mapping[str, Any], *, language: str) -> bytes:
    """A document as PDF.

    Args:
        template: its name in the folder of data.
        data: what it is made of, as JSON can hold it.

    Raises:
        UsageError: `paper_fonts` or `paper_unset`.
    """
    families = _families()
    serif = faces(_words(data), language, families)
    sans = [name for name in _SANS.get(language, ()) if name in families][:1]
    given = {**data, "faces": {"serif": serif, "sans": [*sans, *serif], "mono": [_MONO, *serif]}}
    program = resources.files("servanda").joinpath("data", template).read_bytes()
    try:
        return typst.compile(program, format="pdf", sys_inputs={"data": json.dumps(given, ensure_ascii=False)})
    except typst.TypstError as error:
        raise UsageError("paper_unset", f"the document could not be set: {error}", action="report this") from error


def faces(words: Iterable[str], language: str, families: frozenset[str]) -> tuple[str, ...]:
    """The faces that words are set in, those of their language first.

    Args:
        families: names of the fonts that are there.

    Raises:
        UsageError: `paper_fonts`.
    """
    points = {ord(character) for word in words for character in word}
    for script, known, ranges in _SCRIPTS:
        written = any(first <= point <= last for point in points for first, last in ranges)
        if written and families.isdisjoint(known):
            raise UsageError(
                "paper_fonts",
                f"no font of this machine shows {script}",
                action="install fonts with Korean and Japanese letters, such as the package `fonts-noto-cjk`",
            )
    korean, japanese = (tuple(name for name in known if name in families)[:1] for known in (_KOREAN, _JAPANESE))
    own = {"ja": japanese, "ko": korean}.get(language, ())
    return tuple(dict.fromkeys((*own, _LATIN, *korean, *japanese)))


def _words(value: object) -> Iterator[str]:
    """Every word of the data."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield str(key)
            yield from _words(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _words(each)


@cache
def _families() -> frozenset[str]:
    return frozenset(typst.Fonts().families())
