"""A ruling as an entry states it, with the text and the facts it rests on.

Rules of this module:
- a ruling names its ground, or none; its cites stand in the order of the text, each once;
- only what is silent, unjudgeable or invalid cites nothing; only what is unjudgeable misses facts; only what is invalid
  has a code, and it has no facts;
- what applies is written, what does not is left out; another shape is no ruling.

Spec: record 5.2 (ruling).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from servanda.act.ruling import Ground, Permit, Refusal, Ruling, in_order
from servanda.base.canon import Json
from servanda.base.errors import MalformedError
from servanda.base.fields import is_hex
from servanda.base.limits import ACT_LINES_MAX

_WORD = re.compile(r"[a-z0-9][a-z0-9_.]{0,63}").fullmatch
_MEMBERS = frozenset(("outcome", "ground", "cites", "agreement_digest", "facts", "missing", "line", "code"))


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedRuling:
    """A ruling with what it rests on, valid once built.

    Args:
        agreement_digest: hex, the text the act names.
        facts: commitment to the facts in hex, None for what the life cycle judged and for `invalid`.

    Raises:
        MalformedError: `ruling_malformed`.
    """

    ruling: Ruling
    agreement_digest: str
    facts: str | None

    def __post_init__(self) -> None:
        if not is_hex(self.agreement_digest) or not (self.facts is None or is_hex(self.facts)):
            raise _malformed("`agreement_digest` or `facts` is no digest")
        if self.ruling.cites != in_order(self.ruling.cites):
            raise _malformed("`cites` do not stand in the order of the text, each once")
        if isinstance(self.ruling, Refusal):
            _check_refusal(self.ruling, self.facts)
        elif not self.ruling.cites:
            raise _malformed("a permit that cites nothing")


def to_json(recorded: RecordedRuling) -> dict[str, Json]:
    """The ruling as the members of an entry."""
    ruling = recorded.ruling
    members: dict[str, Json] = {
        "outcome": "permit",
        "ground": None,
        "cites": list(ruling.cites),
        "agreement_digest": recorded.agreement_digest,
        "facts": recorded.facts,
    }
    if isinstance(ruling, Refusal):
        members |= {"outcome": "refusal", "ground": ruling.ground.value}
        if ruling.missing:
            members["missing"] = list(ruling.missing)
        if ruling.line is not None:
            members["line"] = ruling.line
        if ruling.code is not None:
            members["code"] = ruling.code
    return members


def from_json(value: Json) -> RecordedRuling:
    """The ruling that an entry states.

    Raises:
        MalformedError: `ruling_malformed`.
    """
    if not isinstance(value, dict):
        raise _malformed("it is no object")
    digest, facts = value.get("agreement_digest"), value.get("facts", "")
    if not isinstance(digest, str) or not (facts is None or isinstance(facts, str)):
        raise _malformed("`agreement_digest` or `facts` is no digest")
    recorded = RecordedRuling(ruling=_ruling(value), agreement_digest=digest, facts=facts)
    if to_json(recorded) != {name: member for name, member in value.items() if name in _MEMBERS}:
        raise _malformed("a member stands there that does not apply")
    return recorded


def _ruling(members: Mapping[str, Json]) -> Ruling:
    outcome, ground = members.get("outcome"), members.get("ground", "")
    cites = _words(members.get("cites"), "cites")
    if outcome == "permit" and ground is None:
        return Permit(cites=cites)
    if outcome != "refusal" or not isinstance(ground, str) or ground not in tuple(Ground):
        raise _malformed("`outcome` and `ground` do not go together")
    line, code = members.get("line"), members.get("code")
    if isinstance(line, bool) or not (line is None or isinstance(line, int)):
        raise _malformed("`line` is no whole number")
    if not (code is None or isinstance(code, str)):
        raise _malformed("`code` is no name")
    missing = _words(members.get("missing", []), "missing")
    return Refusal(ground=Ground(ground), cites=cites, missing=missing, line=line, code=code)


def _check_refusal(refusal: Refusal, facts: str | None) -> None:
    ground = refusal.ground
    if bool(refusal.cites) is not (ground is Ground.FORBIDDEN):
        raise _malformed(f"`cites` do not go with `{ground}`")
    if bool(refusal.missing) is not (ground is Ground.UNJUDGEABLE) or len(set(refusal.missing)) < len(refusal.missing):
        raise _malformed(f"`missing` does not go with `{ground}`, or names a fact twice")
    if (refusal.code is None) is (ground is Ground.INVALID):
        raise _malformed(f"`code` does not go with `{ground}`")
    if refusal.code is not None and _WORD(refusal.code) is None:
        raise _malformed("`code` is no name")
    if ground is Ground.INVALID and (facts is not None or refusal.line is not None):
        raise _malformed("`invalid` with facts or a line")
    if refusal.line is not None and not 1 <= refusal.line <= ACT_LINES_MAX:
        raise _malformed("`line` is no line of an act")


def _words(value: Json, name: str) -> tuple[str, ...]:
    words = tuple(word for word in value if isinstance(word, str) and _WORD(word)) if isinstance(value, list) else ()
    if not isinstance(value, list) or len(words) != len(value):
        raise _malformed(f"`{name}` is no list of paragraphs or names")
    return words


def _malformed(why: str) -> MalformedError:
    return MalformedError("ruling_malformed", f"the ruling is not well formed: {why}", action="ask the node that ruled")
