"""Who may end, hold, suspend, question and correct: guards of force.

Rules of this module:
- time refuses first, by the paragraph of `starts` or `survives`;
- then the key of `lasts` that speaks of the act, by its own paragraph; where the text is silent, a rule.

Spec: judging 8.3 to 8.7, 9.
"""

from __future__ import annotations

from servanda.act.ruling import Ruling
from servanda.agreement.ask import Ask, not_now, permit, refuse, refuse_by
from servanda.agreement.course import EITHER, JOINT
from servanda.agreement.instrument import Instrument
from servanda.agreement.rules import Rule
from servanda.agreement.state import in_signature
from servanda.agreement.timeline import Notice, Phase, term_of


def give(ask: Ask) -> Ruling:
    """Notice of the end is given, while no other notice of that Party is open."""
    late = not_now(ask)
    if late is not None:
        return late
    own = [notice for notice in ask.timeline.notices if notice.giver == ask.author]
    if any(_is_open(ask, notice) for notice in own):
        return refuse_by(_text(ask), "notice", Rule.NOTICE)
    return permit(Rule.NOTICE)


def withdraw(ask: Ask) -> Ruling:
    """The own notice is taken back before its effect."""
    late = not_now(ask)
    if late is not None:
        return late
    notice = _notice(ask)
    if notice is None or notice.giver != ask.author:
        return refuse_by(_text(ask), "notice_withdrawal", Rule.REVOCABLE)
    return permit(Rule.REVOCABLE)


def hold(ask: Ask) -> Ruling:
    """The effect of a notice is held where the text knows it."""
    late = not_now(ask)
    if late is not None:
        return late
    text, notice = _text(ask), _notice(ask)
    if text.terms.word("notice_hold") != JOINT or notice is None or notice.is_held or notice.received is None:
        return refuse_by(text, "notice_hold", Rule.HOLD)
    return refuse(Rule.HALF) if ask.waits() else permit(Rule.HOLD)


def take_up(ask: Ask) -> Ruling:
    """A held notice is taken up again by the Party that gave it."""
    late = not_now(ask)
    if late is not None:
        return late
    text, notice = _text(ask), _notice(ask)
    if notice is None or notice.giver != ask.author or not notice.is_held:
        key = "hold_resumes_with" if "hold_resumes_with" in text.terms else "notice_hold"
        return refuse_by(text, key, Rule.HOLD)
    return permit(Rule.HOLD)


def suspend(ask: Ask) -> Ruling:
    """What the text lets be suspended is suspended, as it says."""
    late = not_now(ask)
    if late is not None:
        return late
    text = _text(ask)
    mode = text.terms.word("suspends")
    by = ask.author if mode == EITHER else None
    if mode is None or any(s.by == by and s.until is None for s in ask.timeline.suspensions):
        return refuse_by(text, "suspends", Rule.SUSPEND)
    if not _subject_fits(ask, joint=mode == JOINT):
        return refuse(Rule.SUSPEND)
    return refuse(Rule.HALF) if ask.waits() else permit(Rule.SUSPEND)


def resume(ask: Ask) -> Ruling:
    """A suspension is ended: by the Party that made it, or by both where both did."""
    late = not_now(ask)
    if late is not None:
        return late
    running = {s.by: s for s in ask.timeline.suspensions if s.until is None and s.by in (ask.author, None)}
    if not running:
        return refuse_by(_text(ask), "suspends", Rule.SUSPEND)
    own = running.get(ask.author)
    if own is not None and ask.payload.get("subject") is None:
        return permit(Rule.SUSPEND) if ask.named("suspension") in ("", own.act_id) else refuse(Rule.SUSPEND)
    if None not in running or not _subject_fits(ask, joint=True):
        return refuse(Rule.SUSPEND)
    return refuse(Rule.HALF) if ask.waits() else permit(Rule.SUSPEND)


def terminate(ask: Ask) -> Ruling:
    """Both end the agreement, or give up a text signed and not yet in force."""
    version, digest = ask.version, ask.subject_digest()
    given_up = digest in in_signature(ask.life.will, ask.timeline, ask.at)
    late = not_now(ask)
    if late is not None and not given_up:
        return late
    if not given_up and (version is None or version.digest != digest):
        return refuse(Rule.TERMINATE)
    return refuse(Rule.HALF) if ask.waits() else permit(Rule.TERMINATE)


def question(ask: Ask) -> Ruling:
    """A paragraph is questioned, by each Party as often as the text says."""
    late = not_now(ask)
    if late is not None:
        return late
    text, paragraph = _text(ask), ask.named("paragraph")
    if "questioned" not in text.terms or paragraph not in text.paragraphs:
        return refuse(Rule.QUESTION)
    own = [q for q in ask.timeline.questions if q.by == ask.author and q.paragraph == paragraph]
    first_day = ask.timeline.in_force_from
    if "questioned_again" in text.terms and first_day is not None:
        now = term_of(text, first_day, ask.at)
        if any(term_of(text, first_day, q.asked) == now for q in own):
            return refuse_by(text, "questioned_again", Rule.QUESTION)
    if any(q.until is None or ask.at < q.until for q in own):
        return refuse_by(text, "questioned", Rule.QUESTION)
    return permit(Rule.QUESTION)


def correct(ask: Ask) -> Ruling:
    """A questioned clause is corrected, or let stand."""
    late = not_now(ask)
    if late is not None:
        return late
    text, version = _text(ask), ask.version
    paragraph, digest = ask.named("paragraph"), ask.named("digest")
    if all(q.paragraph != paragraph for q in ask.timeline.questions):
        return refuse_by(text, "questioned", Rule.CORRECT)
    if version is None or digest != version.digest:
        other = ask.life.will.texts.get(digest)
        if other is None or other.withdrawn or other.signatures or version is None or other.base != version.digest:
            return refuse(Rule.CORRECT)
        if not _corrects(text, other.instrument, paragraph):
            return refuse(Rule.CORRECT)
    return refuse(Rule.HALF) if ask.waits() else permit(Rule.CORRECT)


def lodge(ask: Ask) -> Ruling:
    """The agreement is lodged for registration once its force has begun."""
    if ask.phase is Phase.NOT_IN_FORCE:
        return refuse_by(ask.life.will.newest, "starts", Rule.REGISTER)
    return permit(Rule.REGISTER)


def _text(ask: Ask) -> Instrument:
    """The text in force; asked only after time has not refused."""
    version = ask.version
    if version is None:
        raise LookupError("no text is in force")
    return version.instrument


def _is_open(ask: Ask, notice: Notice) -> bool:
    """Whether a notice has neither been withdrawn nor taken effect."""
    return notice.withdrawn is None and (notice.ends_at is None or ask.at < notice.ends_at)


def _notice(ask: Ask) -> Notice | None:
    """The notice an act names, where it is still open."""
    named = ask.named("notice")
    return next((n for n in ask.timeline.notices if n.act_id == named and _is_open(ask, n)), None)


def _subject_fits(ask: Ask, *, joint: bool) -> bool:
    """A joint act names the version in force, an act of one Party names none."""
    version = ask.version
    if joint:
        return version is not None and ask.subject_digest() == version.digest
    return ask.payload.get("subject") is None


def _corrects(text: Instrument, other: Instrument, paragraph: str) -> bool:
    """Whether two texts, in every language, differ in the clauses of one paragraph only, which has some in both."""

    def words(read: Instrument) -> tuple[object, ...]:
        head = (read.id, read.title, dict(read.parties), frozenset(read.governs), read.languages, read.time_zone)
        own = {number: place.text for number, place in read.paragraphs.items()}
        others = {each.language: (each.title, each.parties, each.paragraphs) for each in read.wordings.values()}
        return (*head, own, others, dict(read.annexes))

    def elsewhere(read: Instrument) -> tuple[object, ...]:
        return tuple((c.paragraph, c.form, c.body) for c in read.clauses if c.paragraph != paragraph)

    bound = any(clause.paragraph == paragraph for clause in other.clauses)
    return bound and words(text) == words(other) and elsewhere(text) == elsewhere(other)
