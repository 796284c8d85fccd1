"""Who may put, fix, sign and notify a text: guards of text and consent.

Rules of this module:
- a text that is put on the table reads, belongs here and amends what is in force, or opens the agreement;
- what a Party has signed is neither replaced nor taken away by one alone.

Spec: judging 8.1, 8.2, 9.
"""

from __future__ import annotations

from servanda.act.ruling import Permit, Refusal, Ruling
from servanda.agreement import instrument
from servanda.agreement.ask import Ask, permit, refuse
from servanda.agreement.instrument import Instrument
from servanda.agreement.rules import Rule
from servanda.agreement.state import in_signature
from servanda.agreement.timeline import Phase
from servanda.agreement.will import Tabled
from servanda.base.errors import AgreementError

EXERCISE = "exercise"


def propose(_ask: Ask) -> Ruling:
    """Talks may be proposed at any time."""
    return permit(Rule.TALKS)


def answer(ask: Ask) -> Ruling:
    """An answer names a proposal, or an answer, of the other Party."""
    named = ask.life.talks.get(ask.named("proposal"))
    return permit(Rule.TALKS) if named is not None and named.author != ask.author else refuse(Rule.TALKS)


def minute(ask: Ask) -> Ruling:
    """A minute names the proposal of its round, and no text but one that was tabled."""
    subject = ask.payload.get("subject") or {}
    named, text = ask.life.talks.get(str(subject.get("proposal"))), subject.get("text")
    if named is None or named.kind != "agreement.meeting.propose":
        return refuse(Rule.TALKS)
    if text is not None and text not in ask.life.will.texts:
        return refuse(Rule.TALKS)
    return refuse(Rule.HALF) if ask.waits() else permit(Rule.TALKS)


def table(ask: Ask) -> Ruling:
    """A text is put before the other Party."""
    return _lay(ask, ask.payload.get("base"), Rule.TABLE)


def counter(ask: Ask) -> Ruling:
    """A text of the other Party is answered with another, on the same base."""
    answered = _on_table(ask, ask.named("answers"))
    if answered is None or answered.author == ask.author:
        return refuse(Rule.ANSWER)
    return _lay(ask, answered.base, Rule.ANSWER)


def initial(ask: Ask) -> Ruling:
    """A digest on the table is fixed as the text agreed upon."""
    text = _on_table(ask, ask.named("digest"))
    if ask.phase is Phase.ENDED:
        return refuse(Rule.ENDED)
    if text is None or ask.author in text.initials or not _is_whole(text.instrument):
        return refuse(Rule.INITIAL)
    if not _amends(ask, text.base) or not _is_newer(ask, text.instrument):
        return refuse(Rule.BASE)
    return refuse(Rule.ONE_DOMAIN) if _governed_elsewhere(ask, text) else permit(Rule.INITIAL)


def withdraw(ask: Ask) -> Ruling:
    """A text is taken off the table before anybody has signed."""
    text = _on_table(ask, ask.named("digest"))
    if text is None:
        return refuse(Rule.WITHDRAW)
    if text.signatures:
        return refuse(Rule.IN_SIGNATURE)
    return permit(Rule.WITHDRAW) if text.agreed or text.author == ask.author else refuse(Rule.WITHDRAW)


def show(ask: Ask) -> Ruling:
    """Powers are shown for an officer of the own Party."""
    own = ask.named("officer").startswith(f"{ask.author.lower()}/")
    return permit(Rule.POWERS) if own else refuse(Rule.POWERS)


def sign(ask: Ask) -> Ruling:
    """An initialled digest is signed."""
    digest = ask.named("digest")
    text = _on_table(ask, digest)
    if ask.phase is Phase.ENDED:
        return refuse(Rule.ENDED)
    if text is None or not text.agreed or ask.author in text.signatures:
        return refuse(Rule.SIGN)
    languages = ask.payload.get("languages") or ()
    if languages and set(languages) != set(text.instrument.languages.authentic):
        return refuse(Rule.SIGN)
    if not _amends(ask, text.base):
        return refuse(Rule.BASE)
    waiting = in_signature(ask.life.will, ask.timeline, ask.at)
    if any(name != digest and ask.life.will.texts[name].signed for name in waiting):
        return refuse(Rule.SIGN)
    return refuse(Rule.ONE_DOMAIN) if _governed_elsewhere(ask, text) else permit(Rule.SIGN)


def confirm(ask: Ask) -> Ruling:
    """A signature given subject to confirmation is made a full one."""
    text = _on_table(ask, ask.named("digest"))
    if text is None or ask.author not in text.signatures or ask.author in text.full:
        return refuse(Rule.CONFIRM)
    return permit(Rule.CONFIRM) if _amends(ask, text.base) else refuse(Rule.BASE)


def notify(ask: Ask) -> Ruling:
    """A Party tells that its own law is satisfied for a text both have signed."""
    text = _on_table(ask, ask.named("digest"))
    if ask.phase is Phase.ENDED:
        return refuse(Rule.ENDED)
    if text is None or not text.signed or ask.author in text.notes:
        return refuse(Rule.COMPLETION)
    if not _amends(ask, text.base):
        return refuse(Rule.BASE)
    return refuse(Rule.ONE_DOMAIN) if _governed_elsewhere(ask, text) else permit(Rule.COMPLETION)


def _lay(ask: Ask, base: str | None, rule: Rule) -> Permit | Refusal:
    """Whether a text may be laid on the table."""
    if ask.phase is Phase.ENDED:
        return refuse(Rule.ENDED)
    try:
        text = instrument.tabled(ask.payload, path=ask.life.agreement)
    except AgreementError:
        return refuse(Rule.READS)
    if ask.payload.get("digest") not in (None, text.digest):
        return refuse(Rule.READS)
    parties = {ask.author, ask.other}
    if text.id != ask.life.agreement or set(text.parties) != parties or (text.status == EXERCISE) != ask.exercise:
        return refuse(Rule.SAME)
    if in_signature(ask.life.will, ask.timeline, ask.at):
        return refuse(Rule.IN_SIGNATURE)
    version = ask.version
    if not _amends(ask, base) or (version is not None and text.version < version.instrument.version):
        return refuse(Rule.BASE)
    known = {version.digest for version in ask.timeline.versions} | ask.timeline.given_up
    if text.digest in known or _on_table(ask, text.digest) is not None:
        return refuse(Rule.TABLE)
    return permit(rule)


def _on_table(ask: Ask, digest: str) -> Tabled | None:
    """A text that was tabled, and neither withdrawn nor given up."""
    text = ask.life.will.texts.get(digest)
    return None if text is None or text.withdrawn or digest in ask.timeline.given_up else text


def _amends(ask: Ask, base: str | None) -> bool:
    """Whether a text names what is in force as its base, or none where nothing is."""
    return base == (None if ask.version is None else ask.version.digest)


def _is_newer(ask: Ask, text: Instrument) -> bool:
    """Whether a text has a higher version than the one in force; a correction has the same, and is not initialled."""
    return ask.version is None or text.version > ask.version.instrument.version


def _is_whole(text: Instrument) -> bool:
    """Whether every paragraph has a clause, and its words in every language in which they are authentic."""
    return set(text.paragraphs) <= {clause.paragraph for clause in text.clauses} and text.in_every_language


def _governed_elsewhere(ask: Ask, text: Tabled) -> bool:
    return not ask.governed_elsewhere.isdisjoint(text.instrument.governs)
