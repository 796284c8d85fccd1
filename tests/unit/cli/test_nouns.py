"""Nouns and verbs: every kind that can be said here has one command."""

from __future__ import annotations

import click

from servanda.act.kind import With, kinds
from servanda.assembly.loaded import LOADED, domains, loaded
from servanda.cli import nouns
from servanda.cli.app import app


def test_what_is_listed_is_what_is_loaded() -> None:
    assert tuple(loaded()) == LOADED == tuple(domains())
    types = {kind for domain in domains().values() for kind in domain.payloads}
    assert {kind.name for kind in nouns.said()} == types
    verbs = {kind for each in loaded().values() for kind in each.verbs}
    assert verbs == {kind for kind in types if not kind.startswith("agreement.")}


def test_a_noun_of_two_domains_is_said_with_its_domain() -> None:
    assert nouns.shared() == {"consent"}
    assert {
        domain: {noun: list(verbs) for noun, verbs in shared.items()} for domain, shared in nouns.by_domain().items()
    } == {
        "intelligence": {"consent": ["ask", "give"]},
        "logistics": {"consent": ["ask", "give"]},
    }
    assert nouns.command_of(kinds()["logistics.consent.ask"]) == "logistics consent ask"
    assert nouns.command_of(kinds()["logistics.order.place"]) == "order place"


def test_every_kind_has_its_command() -> None:
    context = click.Context(app, info_name="servanda")
    for kind in nouns.said():
        command: click.Command | None = app
        for word in nouns.command_of(kind).split(" "):
            assert isinstance(command, click.Group)
            command = command.get_command(context, word)
        assert command is not None, kind.name
        assert f"Says `{kind.name}`." in (command.help or "")
    occasions = [kind for kind in kinds().values() if kind.recorded is With.OCCASION]
    assert not {kind.name for kind in occasions} & {kind.name for kind in nouns.said()}


def test_local_words_take_no_noun_away() -> None:
    said = {*nouns.nouns(), *nouns.by_domain()}
    local = ["agreement", "act", "duty", "dispute", "journal", "log", "bundle", "node", "demo"]
    assert app.list_commands(click.Context(app)) == [*nouns.nouns(), *nouns.by_domain(), *local]
    assert not said & set(local)
