"""Words: a ruling with the words of the paragraphs that decided, and how near a refused act came.

Rules of this module:
- a cite is the paragraph's number and knows its words, as both nations signed them;
- the life cycle cites its own rules, which have words of their own;
- what explains a ruling takes no part in it.

Spec: judging 9 (rules of the life cycle); agreement 6.7 (the nearest clause).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Self

from servanda.act.ruling import Ground, Permit, Refusal, Ruling
from servanda.agreement.instrument import Instrument
from servanda.agreement.rules import SAYS, Rule
from servanda.base.canon import Json
from servanda.policy import judging
from servanda.policy.facts import FactValue
from servanda.policy.why import Near, nearest

__all__ = ["Cite", "Near", "near_to", "ruling_json", "said_by", "worded", "words_of"]


class Cite(str):
    """A paragraph that decided: its number, with its words.

    Args:
        text: empty where the text it stands in is not at hand.
    """

    __slots__ = ("text",)
    text: str

    def __new__(cls, paragraph: str, text: str) -> Self:
        made = super().__new__(cls, paragraph)
        made.text = text
        return made

    @property
    def paragraph(self) -> str:
        return str(self)


def said_by(paragraph: str, instrument: Instrument | None) -> str:
    """The words of a paragraph of a text, or of a rule of the life cycle; empty where nobody here knows them."""
    if paragraph in tuple(Rule):
        return SAYS[Rule(paragraph)]
    found = None if instrument is None else instrument.paragraphs.get(paragraph)
    return "" if found is None else found.text


def worded(ruling: Ruling, instrument: Instrument | None) -> Ruling:
    """The same ruling, whose cites know their words."""
    return replace(ruling, cites=tuple(Cite(cite, said_by(cite, instrument)) for cite in ruling.cites))


def words_of(ruling: Ruling) -> dict[str, str]:
    """Paragraph -> its words, for the cites that know them."""
    return {cite.paragraph: cite.text for cite in ruling.cites if isinstance(cite, Cite) and cite.text}


def near_to(
    ruling: Ruling,
    kind: str,
    lines: tuple[Mapping[str, FactValue], ...],
    author: str,
    instrument: Instrument | None,
) -> tuple[Near, ...]:
    """The clauses that come nearest to allowing what was refused as silent; none for any other ruling."""
    if not isinstance(ruling, Refusal) or ruling.ground is not Ground.SILENT or instrument is None or not lines:
        return ()
    return nearest(instrument, kind, lines[(ruling.line or 1) - 1], author=author)


def ruling_json(ruling: Ruling) -> dict[str, Json]:
    """A ruling as JSON members, with the failure of an invalid act."""
    code = None if isinstance(ruling, Permit) else ruling.code
    return {**judging.members(ruling), "code": code}
