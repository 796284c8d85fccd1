"""Each Party's will: texts on the table, initialled, signed and notified, folded in the order of both logs.

Rules of this module:
- the order of the fold decides, never a clock: what a text is worth here needs no time;
- a text that a Party has signed stays on the table; a withdrawal that crosses a signature comes first or not at all;
- a signature given subject to confirmation, or by an officer whose powers were not shown, counts once it is confirmed;
- a note of completion counts after both have signed in full;
- an act that could not be permitted changes nothing, so a fold never stops;
- what each Party stood for in turn is kept, as it laid texts down and initialled them; what is withdrawn is not.

Spec: judging 8.1 (texts), 8.2 (consent), 8.11 (talks).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from rpds import HashTrieMap

from servanda.act.act import Applied
from servanda.agreement import instrument
from servanda.agreement.instrument import Instrument
from servanda.base.errors import AgreementError

SIGN = "sign"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tabled:
    """A text that was put before the other Party.

    Args:
        base: digest of the version it amends, None for a first text.
        withdrawn: whether it was taken off the table since.
        initials: act by which each Party initialled it.
        signatures: act by which each Party signed it, full or not.
        full: Parties whose signature is a full one.
        notes: act by which each Party told that its own law is satisfied.
    """

    instrument: Instrument
    base: str | None
    author: str
    withdrawn: bool = False
    initials: Mapping[str, str] = field(default_factory=dict)
    signatures: Mapping[str, str] = field(default_factory=dict)
    full: frozenset[str] = frozenset()
    notes: Mapping[str, str] = field(default_factory=dict)

    @property
    def agreed(self) -> bool:
        """Whether both have initialled it."""
        return len(self.initials) > 1

    @property
    def signed(self) -> bool:
        """Whether both have signed it in full."""
        return len(self.full) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A Party stands for a text: it laid it on the table, or initialled it.

    Args:
        digest: of the text.
        place: rank, log and index of the act, which order all acts of both.
    """

    party: str
    digest: str
    act_id: str
    initials: bool
    place: tuple[int, str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Will:
    """The texts of one agreement and what each Party wants of them.

    Args:
        texts: digest -> the text as it stands.
        order: digests in the order in which they were last tabled.
        moves: texts laid down and initialled, in the order of the fold, without those withdrawn since.
        powers: officer -> what it was shown to have power for.
    """

    texts: HashTrieMap[str, Tabled] = field(default_factory=HashTrieMap)
    order: tuple[str, ...] = ()
    moves: tuple[Move, ...] = ()
    powers: HashTrieMap[str, frozenset[str]] = field(default_factory=HashTrieMap)

    @property
    def newest(self) -> Instrument | None:
        """The text tabled last, None before any."""
        return self.texts[self.order[-1]].instrument if self.order else None

    def halves(self) -> tuple[str, ...]:
        """Acts of initialling and signing that the other Party has not joined."""
        found: list[str] = []
        for digest in self.order:
            text = self.texts[digest]
            if text.withdrawn:
                continue
            if len(text.initials) == 1:
                found.extend(text.initials.values())
            if not text.signed:
                found.extend(text.signatures.values())
        return tuple(found)


def fold(will: Will, applied: Applied) -> Will:
    """The will of the Parties and one more act."""
    step = _STEPS.get(applied.kind)
    return will if step is None else step(will, applied)


def put(will: Will, text: Instrument, *, base: str | None, author: str) -> Will:
    """A text laid on the table; one that lies there stays as it is."""
    held = will.texts.get(text.digest)
    if held is not None and not held.withdrawn:
        return will
    order = (*(other for other in will.order if other != text.digest), text.digest)
    tabled = Tabled(instrument=text, base=base, author=author)
    return replace(will, texts=will.texts.insert(text.digest, tabled), order=order)


def _table(will: Will, applied: Applied) -> Will:
    try:
        text = instrument.tabled(applied.payload, path=applied.agreement)
    except AgreementError:
        return will
    answered = will.texts.get(str(applied.payload.get("answers")))
    base = answered.base if answered is not None else applied.payload.get("base")
    # Two who lay the same text down at once both stand for it.
    return _moved(put(will, text, base=base, author=applied.author), applied, text.digest, initials=False)


def _initial(will: Will, applied: Applied) -> Will:
    digest, text = _named(will, applied)
    if text is None or applied.author in text.initials:
        return will
    initialled = replace(text, initials={**text.initials, applied.author: applied.act_id})
    return _moved(_changed(will, digest, initialled), applied, digest, initials=True)


def _withdraw(will: Will, applied: Applied) -> Will:
    digest, text = _named(will, applied)
    if text is None or text.signatures:
        return will
    left = replace(will, moves=tuple(move for move in will.moves if move.digest != digest))
    return _changed(left, digest, replace(text, withdrawn=True, initials={}))


def _sign(will: Will, applied: Applied) -> Will:
    digest, text = _named(will, applied)
    if text is None or not text.agreed or applied.author in text.signatures:
        return will
    shown = any(SIGN in will.powers.get(officer, frozenset()) for officer in applied.officers)
    full = text.full | {applied.author} if shown and not applied.payload.get("ad_referendum", False) else text.full
    signatures = {**text.signatures, applied.author: applied.act_id}
    return _changed(will, digest, replace(text, signatures=signatures, full=full))


def _confirm(will: Will, applied: Applied) -> Will:
    digest, text = _named(will, applied)
    if text is None or applied.author not in text.signatures:
        return will
    return _changed(will, digest, replace(text, full=text.full | {applied.author}))


def _notify(will: Will, applied: Applied) -> Will:
    digest, text = _named(will, applied)
    if text is None or not text.signed or applied.author in text.notes:
        return will
    return _changed(will, digest, replace(text, notes={**text.notes, applied.author: applied.act_id}))


def _show(will: Will, applied: Applied) -> Will:
    officer = str(applied.payload.get("officer"))
    if not officer.startswith(f"{applied.author.lower()}/"):
        return will
    powers = will.powers.get(officer, frozenset()) | frozenset(applied.payload.get("may", ()))
    return replace(will, powers=will.powers.insert(officer, powers))


def _named(will: Will, applied: Applied) -> tuple[str, Tabled | None]:
    """The text an act names, where it is on the table."""
    digest = str(applied.payload.get("digest"))
    text = will.texts.get(digest)
    return digest, None if text is None or text.withdrawn else text


def _moved(will: Will, applied: Applied, digest: str, *, initials: bool) -> Will:
    place = (applied.rank, applied.log, applied.index)
    move = Move(party=applied.author, digest=digest, act_id=applied.act_id, initials=initials, place=place)
    return replace(will, moves=(*will.moves, move))


def _changed(will: Will, digest: str, text: Tabled) -> Will:
    return replace(will, texts=will.texts.insert(digest, text))


_STEPS: Mapping[str, Callable[[Will, Applied], Will]] = MappingProxyType(
    {
        "agreement.text.table": _table,
        "agreement.text.counter": _table,
        "agreement.text.initial": _initial,
        "agreement.text.withdraw": _withdraw,
        "agreement.text.sign": _sign,
        "agreement.signature.confirm": _confirm,
        "agreement.completion.notify": _notify,
        "agreement.powers.show": _show,
    }
)
