"""Commands that say an act: one for each kind, made from its payload type.

Rules of this module:
- options are the members of the payload; with `--payload` it is given whole, and options then change members of it;
- where the kind has a desk, the desk fills in what follows from the record and names the causes;
- the ruling is printed with the words that were signed; a refusal exits with 3;
- a new key signs the act that names it, and stays only if that act is permitted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from servanda.act.act import Draft
from servanda.act.content import Payload, read
from servanda.act.kind import JudgedBy, Kind, kinds
from servanda.act.ruling import Permit
from servanda.act.statement import NO_AGREEMENT
from servanda.agreement.instrument import load
from servanda.assembly.accord.gate import WAITS
from servanda.assembly.keying import new_officer_key, own_key
from servanda.assembly.loaded import ACCORD, Verb, loaded
from servanda.assembly.naming import agreement_named, known_id
from servanda.assembly.opening import OpenNode, Ruled
from servanda.assembly.shown import SaidPage, said_page
from servanda.assembly.texts import agreement_files
from servanda.base.errors import UsageError
from servanda.cli.members import Member, answering, drafted_by, given, members_of, payload_of, whole
from servanda.cli.nouns import command_of
from servanda.cli.render import hanging, short
from servanda.cli.session import REFUSED, Session, answer

APPOINT = "agreement.officer.appoint"
ROTATE = "agreement.key.rotate"
TABLES = frozenset({"agreement.text.table", "agreement.text.counter"})
_ASKED = "asked_"  # before the names of what every kind may be asked, since a member may be called the same
_KEY_MEMBER = {APPOINT: "keys", ROTATE: "new"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was said with the command beside the members of the payload.

    Args:
        told: all that was said, to know it again when it is said once more; no option.
    """

    payload: str | None
    causes: tuple[str, ...]
    agreement: str | None
    officers: tuple[str, ...]
    finding: str | None
    reference: str | None
    preview: bool
    new_key: bool
    unfinished: str | None
    as_json: bool
    told: bytes = b""


def command(name: str) -> click.Command:
    """The command of one kind."""
    kind = kinds()[name]
    each = loaded()[kind.domain]
    payload_type, verb = each.domain.payloads[name], each.verbs.get(name)
    members = tuple(
        replace(member, is_needed=member.is_needed and member.name not in _filled(name))
        for member in members_of(payload_type, verb)
    )
    saying = Saying(kind=kind, payload_type=payload_type, verb=verb, members=members)

    @click.pass_obj
    def callback(session: Session, /, **values: Any) -> None:
        saying.run(session, values)

    return click.Command(
        kind.verb,
        callback=callback,
        params=[*(member.option() for member in members), *_options(name, members)],
        help=_help(kind, payload_type),
        short_help=kind.meaning,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """How acts of one kind are said from the command line."""

    kind: Kind
    payload_type: type[Payload]
    verb: Verb | None
    members: tuple[Member, ...]

    def run(self, session: Session, values: Mapping[str, Any]) -> None:
        """Say it, and print what became of it."""
        members = {member.name: values[member.name] for member in self.members}
        asked = Asked(**{name.removeprefix(_ASKED): value for name, value in values.items() if name.startswith(_ASKED)})
        with session.home() as home:
            said = self._said(home, members, asked)
            page = said_page(said)
            answer(page, lines_of(page, home.settings.peer.party), json=asked.as_json)
        if not isinstance(said.ruling, Permit) and not page.life_first:
            raise click.exceptions.Exit(REFUSED)

    def _said(self, home: OpenNode, values: Mapping[str, Any], asked: Asked) -> Ruled:
        def expand(beginning: str) -> str:
            return known_id(home, beginning)

        home.stand_begun()
        if self.kind.name in TABLES:
            values = _with_words(values)
        members = given(self.members, values, expand)
        if asked.payload is not None:
            members = {**payload_of(asked.payload), **members}
        asked = replace(
            asked,
            causes=tuple(whole(cause, expand) for cause in asked.causes),
            finding=None if asked.finding is None else whole(asked.finding, expand),
        )
        if not asked.officers:
            raise _nobody(home)
        told = json.dumps([asked.agreement, asked.finding, members], sort_keys=True, ensure_ascii=False).encode()
        asked = replace(asked, told=told)
        if asked.reference is not None and not asked.preview:
            # Before any desk is asked: it does not draft what is done already.
            known = home.said_before(asked.reference, kind=self.kind.name, asked=told)
            if known is not None:
                return known
        member = _KEY_MEMBER.get(self.kind.name)
        if member is None or member in members:
            return _say(home, self._draft(home, members, asked), asked)
        return self._said_with_key(home, members, asked, member)

    def _said_with_key(self, home: OpenNode, members: dict[str, Any], asked: Asked, member: str) -> Ruled:
        """Say an act that names a key of an officer, which signs it too."""
        self._stand_whole(members)
        officer, is_list = str(members.get("officer")), member == "keys"
        if not asked.new_key and not is_list:
            raise UsageError("member_missing", "no new key is named", action="say `--new-key`, or name it with `--new`")
        if not asked.new_key:
            secret = own_key(home, officer)
            key = {"alg": secret.public.alg.value, "public": secret.public.hex}
            return _say(home, self._draft(home, {**members, member: [key]}, asked), asked, secret)
        if not is_list:
            members = {"old": own_key(home, officer).public.key_id, **members}
            asked = replace(asked, officers=tuple(dict.fromkeys((*asked.officers, officer))))
        if is_list and officer in home.keys.officers():
            raise UsageError(
                "keys_exist",
                f"`{officer}` has a keyring here",
                action="leave out `--new-key` to have it appointed with that key, or say `key rotate`",
            )
        with new_officer_key(home, officer, replacing=not is_list) as new:
            named = {**members, member: [new.member] if is_list else new.member}
            said = _say(home, self._draft(home, named, asked), asked, new.secret)
            new.settle(said)
        return said

    def _draft(self, home: OpenNode, members: dict[str, Any], asked: Asked) -> Draft:
        """The draft: by the desk where it takes these members, else of the payload as it was given."""
        agreement = asked.agreement or self._agreement(home, members)
        if self.verb is not None and asked.payload is None and drafted_by(self.verb, members):
            self._stand_whole(members)
            answered = {} if asked.finding is None else answering(self.verb, asked.finding)
            seat = home.seat(self.kind.domain, agreement)
            draft = self.verb(home.state(self.kind.domain), seat, **members, **answered)
        else:
            if asked.payload is None:
                self._stand_whole(members)
            draft = Draft(kind=self.kind.name, agreement=agreement, payload=read(self.payload_type, members))
        return replace(
            draft, causes=(*draft.causes, *asked.causes), finding=asked.finding or draft.finding, asked=asked.told
        )

    def _agreement(self, home: OpenNode, members: Mapping[str, Any]) -> str:
        """The agreement it is said under: the one that governs its domain; for a text, or an act named, its own."""
        if self.kind.name in TABLES and isinstance(members.get("text"), str):
            return load(members["text"], path="--text").id
        named = agreement_named(home, members) if self.kind.domain == ACCORD else None
        return named or home.covering(self.kind)

    def _stand_whole(self, members: Mapping[str, Any]) -> None:
        missing = [member.flag for member in self.members if member.is_needed and member.name not in members]
        if missing:
            raise UsageError(
                "member_missing",
                f"`{command_of(self.kind)}` needs {', '.join(f'`{flag}`' for flag in missing)}",
                action=f"give them, or the whole payload with `--payload FILE`; see `{command_of(self.kind)} --help`",
            )


def lines_of(page: SaidPage, peer: str) -> Iterator[str]:
    """What became of an act, for people."""
    decision = page.decision
    label = "permit " if decision.ruling == "permit" else "refused"
    if page.life_first and decision.ruling != "permit":
        yield "delivered  life first: it goes out and has effect whatever the ruling"
        label = "    ruled"
    room = " " * len(label)
    line = f", line {decision.line}" if decision.line is not None else ""
    if decision.cites:
        for place, cite in enumerate(decision.cites):
            yield from hanging(f"{room if place else label}  {cite}", decision.words.get(cite, ""))
        if line:
            yield f"{room}  decided on{line[1:]}"
    elif decision.ground == "silent":
        nothing = "no agreement covers it" if page.agreement == NO_AGREEMENT else "no paragraph permits it"
        yield f"{label}  silent: {nothing}{line}"
        for near in page.near:
            yield from hanging(f"{room}  nearest {near.paragraph} asks that", "; ".join(near.failed))
    elif decision.ground == "unjudgeable":
        yield from hanging(f"{label}  unjudgeable{line}", f"facts missing or wrong: {', '.join(decision.missing)}")
    elif decision.ground == "invalid":
        yield f"{label}  invalid: {decision.code}"
    else:
        yield "noted    for the own record; nobody judges it"
    yield _where(page, peer)


def _where(page: SaidPage, peer: str) -> str:
    act = short(page.act)
    if page.recorded == "log":
        told = f"{peer} has it with the next exchange" if page.life_first else f"it binds {peer} from its reply"
        return f"recorded as entry {page.index}, act {act}; {told}"
    if page.recorded == "journal":
        return f"kept at home as item {page.item} of the journal, act {act}; nothing was sent"
    return "a preview; nothing was recorded"


def _say(home: OpenNode, draft: Draft, asked: Asked, *proving: Any) -> Ruled:
    if asked.preview:
        return home.preview(draft, officer=asked.officers, proving=proving, unfinished=asked.unfinished)
    return home.submit(
        draft, officer=asked.officers, proving=proving, reference=asked.reference, unfinished=asked.unfinished
    )


def _with_words(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """What was given of a text, a folder of an agreement standing for the text in it and its words in each language."""
    named = values.get("text")
    if not isinstance(named, str) or not named.startswith("@") or not Path(named[1:]).is_dir():
        return values
    files = agreement_files(Path(named[1:]))
    words = {file.language: file.source for file in files.words}
    return {**values, "text": files.source, "words": values.get("words") or json.dumps(words, ensure_ascii=False)}


def _nobody(home: OpenNode) -> UsageError:
    known = ", ".join(home.keys.officers())
    return UsageError("officer_missing", "no officer signs", action=f"name one with `--as`: {known}")


def _filled(name: str) -> tuple[str, ...]:
    """Members that the command fills in itself: the keys it makes or finds."""
    return {APPOINT: ("keys",), ROTATE: ("new", "old")}.get(name, ())


def _options(name: str, members: Sequence[Member]) -> list[click.Option]:
    """The options that every kind has; one whose flag a member has already is called after the act."""
    has_key, waits, taken = name in _KEY_MEMBER, name in WAITS, {member.flag for member in members}
    unfinished = "Why it is said with own steps unfinished; it stays home."

    def option(flag: str, asked: str, told: str, **settings: Any) -> click.Option:
        free = f"--act-{flag[2:]}" if flag in taken else flag
        return click.Option([free, f"{_ASKED}{asked}"], help=told, **settings)

    return [
        option("--payload", "payload", "The whole payload as JSON; - for standard input.", metavar="FILE"),
        option("--cause", "causes", "An act that it answers or rests on.", metavar="ACT", multiple=True),
        option("--agreement", "agreement", "Said under this agreement.", metavar="ID"),
        option("--as", "officers", "Who signs; the first is its author.", metavar="OFFICER", multiple=True),
        option("--finding", "finding", "The item of the own journal that it answers.", metavar="ACT"),
        option("--reference", "reference", "Given again to retry the same intention.", metavar="HEX"),
        option("--preview", "preview", "Show the ruling and record nothing.", is_flag=True),
        option("--new-key", "new_key", "Make the officer's key, and sign with it.", is_flag=True, hidden=not has_key),
        option("--unfinished", "unfinished", unfinished, metavar="REASON", hidden=not waits),
        option("--json", "as_json", "Print JSON.", is_flag=True),
    ]


def _help(kind: Kind, payload_type: type[Payload]) -> str:
    first = (payload_type.__doc__ or kind.meaning).strip().split("\n\n", maxsplit=1)[0]
    parts = [" ".join(first.split()), f"Says `{kind.name}`."]
    if kind.joint:
        parts.append("A joint act: it happens when both Parties have said the same.")
    if kind.judged_by is JudgedBy.NONE:
        parts.append("It stays in the own journal.")
    return " ".join(parts)
