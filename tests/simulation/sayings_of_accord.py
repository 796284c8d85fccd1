"""What the envoys of two simulated nodes say: talks and texts, force and its end, people and keys, consultation."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import timedelta
from functools import cache

from servanda.act.act import Applied, Draft
from servanda.act.content import Payload
from servanda.agreement import acts as accord
from servanda.agreement.acts import CloseSubject, KeyMember, MinuteSubject, VersionSubject
from servanda.agreement.life import Life, Status
from servanda.seal.keys import Alg, SecretKey, generate
from tests.simulation.saying import PACT_A, PACT_B, Saying, by_weight, in_order, late_acts
from tests.simulation.world import OFFICERS, TEXTS, Side
from tests.wordings import loaded, tabled, words_of

ENVOY = "envoy-1"
EXPENDABLE = {PACT_A: ("information-2", "rescue-1"), PACT_B: ("supply-1", "review-1")}
PARAGRAPHS = {PACT_A: ("4.1", "4.2", "5.4"), PACT_B: ("3.1", "8.1")}
TERMS = {PACT_A: ("notice: 90 days", "notice: {} days"), PACT_B: ("notice: 180 days", "notice: {} days")}
CORRECTED = "5.4"


@cache
def amended(agreement: str, version: int, days: int) -> str:
    """A later version of an exercise text, with other days of notice."""
    before, after = TERMS[agreement]
    text = TEXTS[agreement].replace("version: 1\n", f"version: {version}\n", 1)
    return text.replace(before, after.format(days), 1)


@cache
def corrected() -> str:
    """The text of information with another clause under one paragraph, its words untouched."""
    clause = "  kinds: [intelligence.report.share]\n  when: {level: {at_least: confidential}}\n"
    text = TEXTS[PACT_A]
    assert clause in text
    return text.replace(clause, clause.replace("confidential", "secret"), 1)


def digest_of(text: str, agreement: str) -> str:
    return loaded(text, agreement).digest


class _Envoy:
    """An envoy at its desk: how one agreement stands, as its node knows it."""

    def __init__(self, side: Side, chance: random.Random, agreement: str) -> None:
        scene = side.node.scene()
        self.side = side
        self.chance = chance
        self.agreement = agreement
        self.life: Life = scene.life(agreement)
        self.status: Status = scene.status(agreement)
        self.at = side.node.now()

    def says(self, kind: str, payload: Payload, *, causes: Iterable[str] = ()) -> Saying:
        return Saying(Draft(kind=kind, agreement=self.agreement, payload=payload, causes=tuple(causes)), ENVOY)

    def half_of_other(self, kind: str) -> Applied | None:
        """What the other Party has said of a joint kind and waits to be joined in."""
        waiting = {a.act_id: a for (named, _, _), a in self.life.halves.items() if named == kind}
        theirs = [act for act in in_order(self.side, waiting) if waiting[act].author != self.side.party]
        return waiting[theirs[-1]] if theirs else None

    @property
    def subject(self) -> VersionSubject | None:
        version = self.status.version
        return None if version is None else VersionSubject(digest=version.digest)


def _at(side: Side, chance: random.Random) -> _Envoy:
    return _Envoy(side, chance, chance.choice([PACT_A, PACT_A, PACT_B]))


# -- consultation ------------------------------------------------------------------------------------------------------


def a_consultation(side: Side, chance: random.Random) -> Saying:
    """A consultation opened, or one half of its close; rather the half that the other waits for."""
    acts = late_acts(side)
    for agreement in (PACT_A, PACT_B):
        envoy = _Envoy(side, chance, agreement)
        waiting = envoy.half_of_other("agreement.consultation.close")
        if waiting is not None and chance.random() < 0.9:
            named = waiting.payload["subject"]
            subject = CloseSubject(act=named["act"], outcome=named["outcome"])
            break
    else:
        envoy = _at(side, chance)
        if not acts or chance.random() < 0.3:
            about = chance.choice(acts) if acts and chance.random() < 0.7 else None
            return envoy.says("agreement.consultation.open", accord.ConsultationOpen(about=about, matter="exercise"))
        subject = CloseSubject(act=chance.choice(acts), outcome=chance.choice(["stands", "void"]))
    payload = accord.ConsultationClose(subject=subject)
    return envoy.says("agreement.consultation.close", payload, causes=(subject.act,))


# -- people ------------------------------------------------------------------------------------------------------------


def a_matter_of_people(side: Side, chance: random.Random) -> Saying:
    """An officer appointed or dismissed, a key rotated or revoked, while acts signed with it are under way."""
    envoy = _at(side, chance)
    name = chance.choice(EXPENDABLE[envoy.agreement])
    officer = f"{side.party.lower()}/{name}"
    held = side.keys.officer(officer)[0]
    choices = {_appoint: 4, _dismiss: 2, _rotate: 2, _revoke: 1}
    return by_weight(chance, choices)(envoy, name, officer, held)


def _new_key(envoy: _Envoy, officer: str) -> SecretKey:
    """A key that the officer signs with from now on, whether or not its appointment counts already."""
    key = generate(Alg.ED25519)
    envoy.side.keys.sign_in(officer, [key])
    return key


def _member(key: SecretKey) -> KeyMember:
    return KeyMember(alg="ed25519", public=key.public.hex)


def _appoint(envoy: _Envoy, name: str, officer: str, _held: SecretKey) -> Saying:
    office, limit = next((office, limit) for named, office, limit in OFFICERS[envoy.agreement] if named == name)
    key = _new_key(envoy, officer)
    payload = accord.OfficerAppoint(officer=officer, office=office, limit_usd=limit, keys=(_member(key),))
    return envoy.says("agreement.officer.appoint", payload)._replace(proving=(key,))


def _dismiss(envoy: _Envoy, _name: str, officer: str, _held: SecretKey) -> Saying:
    return envoy.says("agreement.officer.dismiss", accord.OfficerDismiss(officer=officer))


def _rotate(envoy: _Envoy, _name: str, officer: str, held: SecretKey) -> Saying:
    key = _new_key(envoy, officer)
    payload = accord.KeyRotate(officer=officer, old=held.public.key_id, new=_member(key))
    return envoy.says("agreement.key.rotate", payload)._replace(proving=(held, key))


def _revoke(envoy: _Envoy, _name: str, officer: str, held: SecretKey) -> Saying:
    return envoy.says("agreement.key.revoke", accord.KeyRevoke(officer=officer, key=held.public.key_id))


# -- force -------------------------------------------------------------------------------------------------------------


def a_matter_of_force(side: Side, chance: random.Random) -> Saying:
    """What moves an agreement through its phases: questions, suspension, notice, its end."""
    envoy = _at(side, chance)
    weights = {_question: 3, _suspend: 3, _give_notice: 2, _terminate: 1, _lodge: 1, _step: 1}
    weights |= {_correct: 5} if envoy.status.timeline.questions else {}
    weights |= {_resume: 5} if any(each.until is None for each in envoy.status.suspensions) else {}
    weights |= {_withdraw_notice: 5, _hold: 5, _take_up: 6} if envoy.status.notices else {}
    return by_weight(chance, weights)(envoy)


def _question(envoy: _Envoy) -> Saying:
    paragraph = envoy.chance.choice(PARAGRAPHS[envoy.agreement])
    payload = accord.ClauseQuestion(paragraph=paragraph, words="exercise", reading="exercise")
    return envoy.says("agreement.clause.question", payload)


def _correct(envoy: _Envoy) -> Saying:
    """One half: a text on the table that differs there only, or the text in force."""
    waiting = envoy.half_of_other("agreement.clause.correct")
    if waiting is not None:
        paragraph, digest = str(waiting.payload["paragraph"]), str(waiting.payload["digest"])
    else:
        paragraph = envoy.chance.choice([question.paragraph for question in envoy.status.timeline.questions])
        version = envoy.status.version
        digest = "0" * 64 if version is None else version.digest
        if paragraph == CORRECTED and digest_of(corrected(), PACT_A) in envoy.life.will.texts:
            digest = digest_of(corrected(), PACT_A)
    return envoy.says("agreement.clause.correct", accord.ClauseCorrect(paragraph=paragraph, digest=digest))


def _suspend(envoy: _Envoy) -> Saying:
    """Jointly where the text says so, else alone."""
    subject = envoy.subject if envoy.agreement == PACT_A else None
    return envoy.says("agreement.force.suspend", accord.ForceSuspend(subject=subject))


def _resume(envoy: _Envoy) -> Saying:
    subject = envoy.subject if envoy.agreement == PACT_A else None
    return envoy.says("agreement.force.resume", accord.ForceResume(subject=subject))


def _give_notice(envoy: _Envoy) -> Saying:
    return envoy.says("agreement.notice.give", accord.NoticeGive(note="exercise"))


def _notice(envoy: _Envoy) -> str:
    """A notice, rather one that is open."""
    known = envoy.status.notices
    return next((each.act_id for each in reversed(known) if each.withdrawn is None), known[-1].act_id)


def _withdraw_notice(envoy: _Envoy) -> Saying:
    return envoy.says("agreement.notice.withdraw", accord.NoticeWithdraw(notice=_notice(envoy)))


def _hold(envoy: _Envoy) -> Saying:
    return envoy.says("agreement.notice.hold", accord.NoticeHold(notice=_notice(envoy)))


def _take_up(envoy: _Envoy) -> Saying:
    return envoy.says("agreement.notice.resume", accord.NoticeResume(notice=_notice(envoy)))


def _terminate(envoy: _Envoy) -> Saying:
    subject = envoy.subject or VersionSubject(digest="0" * 64)
    return envoy.says("agreement.termination.agree", accord.TerminationAgree(subject=subject))


def _lodge(envoy: _Envoy) -> Saying:
    return envoy.says("agreement.registration.lodge", accord.RegistrationLodge(date=envoy.at.date()))


def _step(envoy: _Envoy) -> Saying:
    """A step of the own checklist, which stays home."""
    officer = f"{envoy.side.party.lower()}/{ENVOY}"
    return envoy.says("agreement.step.take", accord.StepTake(checklist="exercise", step="exercise", by=officer))


# -- texts -------------------------------------------------------------------------------------------------------------


def a_matter_of_text(side: Side, chance: random.Random) -> Saying:
    """Talks and texts: put, answered, initialled, signed, notified; rather what comes next than anything."""
    envoy = _at(side, chance)
    weights = {_propose: 1, _table: 3, _powers: 2}
    weights |= {_answer: 4, _minute: 5} if len(envoy.life.talks) else {}
    weights |= {_next_step: 20, _counter: 2, _withdraw_text: 1} if _on_table(envoy) else {}
    return by_weight(chance, weights)(envoy)


def _on_table(envoy: _Envoy) -> list[str]:
    """Texts that are neither withdrawn nor in force."""
    begun = {version.digest for version in envoy.status.versions if version.since <= envoy.at}
    texts = envoy.life.will.texts
    return [name for name in envoy.life.will.order if name not in begun and not texts[name].withdrawn]


def _newest(envoy: _Envoy) -> str:
    """One of the texts laid down last."""
    on_table = _on_table(envoy)
    return envoy.chance.choice([on_table[-1], *on_table[-2:]])


def _next_step(envoy: _Envoy) -> Saying:
    """What this Party has not done yet for a text."""
    digest, party = _newest(envoy), envoy.side.party
    text = envoy.life.will.texts[digest]
    if party not in text.initials:
        return envoy.says("agreement.text.initial", accord.TextInitial(digest=digest))
    if party not in text.signatures:
        payload = accord.TextSign(digest=digest, ad_referendum=envoy.chance.random() < 0.35)
        return envoy.says("agreement.text.sign", payload)
    if party not in text.full:
        return envoy.says("agreement.signature.confirm", accord.SignatureConfirm(digest=digest))
    payload = accord.CompletionNotify(digest=digest, note="N-2", date=envoy.at.date())
    return envoy.says("agreement.completion.notify", payload)


def _draft_text(envoy: _Envoy) -> str:
    version = envoy.status.version
    if version is None:
        return TEXTS[envoy.agreement]
    if envoy.agreement == PACT_A and envoy.chance.random() < 0.3:
        return corrected()
    return amended(envoy.agreement, version.instrument.version + 1, envoy.chance.choice([60, 120]))


def _table(envoy: _Envoy) -> Saying:
    version = envoy.status.version
    base = None if version is None else version.digest
    return envoy.says("agreement.text.table", tabled(_draft_text(envoy), base=base))


def _counter(envoy: _Envoy) -> Saying:
    payload = accord.TextCounter(text=(source := _draft_text(envoy)), words=words_of(source), answers=_newest(envoy))
    return envoy.says("agreement.text.counter", payload)


def _withdraw_text(envoy: _Envoy) -> Saying:
    return envoy.says("agreement.text.withdraw", accord.TextWithdraw(digest=_newest(envoy)))


def _powers(envoy: _Envoy) -> Saying:
    officer = f"{envoy.side.party.lower()}/{ENVOY}"
    payload = accord.PowersShow(officer=officer, may=("sign",), issued_by="head_of_government", date=envoy.at.date())
    return envoy.says("agreement.powers.show", payload)


def _propose(envoy: _Envoy) -> Saying:
    payload = accord.MeetingPropose(
        opens=(envoy.at + timedelta(days=10)).date(),
        place="exercise",
        agenda=("exercise",),
        attends=(f"{envoy.side.party.lower()}/{ENVOY}",),
    )
    return envoy.says("agreement.meeting.propose", payload)


def _talk(envoy: _Envoy) -> str:
    return in_order(envoy.side, envoy.life.talks)[-1]


def _answer(envoy: _Envoy) -> Saying:
    talk = _talk(envoy)
    return envoy.says("agreement.meeting.answer", accord.MeetingAnswer(proposal=talk, accepts=True), causes=(talk,))


def _minute(envoy: _Envoy) -> Saying:
    """One half of what a round settled; the day is that of its proposal, so that both may mean the same."""
    talks = envoy.life.talks
    talk = in_order(envoy.side, talks)[0]
    held = talks[talk].recorded_at.date()
    subject = MinuteSubject(proposal=talk, held=held, settled=("1.1",), open=("4.1",))
    return envoy.says("agreement.meeting.minute", accord.MeetingMinute(subject=subject))
