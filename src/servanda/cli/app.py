"""The command `servanda`: words said to the peer first, local words after them, and how each ends.

Rules of this module:
- exit codes: 0 done, 2 usage, 3 refused, 4 integrity, 5 peer, 6 malformed, 7 a text that does not read;
- results go to standard output, what stands in the way to standard error, with what to do next;
- nothing is imported for a word that is not used.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path

import click

from servanda.base.errors import AgreementError, ServandaError
from servanda.cli import nouns
from servanda.cli.lazy import LazyGroup, Word, imported
from servanda.cli.nouns import Verbs
from servanda.cli.session import NODE_VARIABLE, Session

SAID = "Words to the peer, under an agreement"
LOCAL = "Local words, which send nothing"
USAGE = 2
INTERRUPTED = 130

_PRINTS = "Print the own key list, or that of a file, with its fingerprint."
_LOCAL = {
    "agreement": ("accord", "Check, show, ask and judge by agreements."),
    "act": ("looking", "List acts, show one, say why it was ruled so."),
    "duty": ("looking", "List what is owed."),
    "dispute": ("looking", "List acts on which the two rulings differ."),
    "journal": ("looking", "List what stayed home."),
    "log": ("logs", "Show, prove, verify and export logs."),
    "bundle": ("carrying", "Make bundle files for the peer, and take the peer's."),
    "node": ("nodes", "Make, run, sync and audit a node."),
}


def _said(noun: str, verbs: Verbs, domain: str = "") -> LazyGroup:
    """The group of one noun."""
    words = {verb: Word(help=_capital(kind.meaning), load=partial(_kind, kind.name)) for verb, kind in verbs.items()}
    if noun == "key" and not domain:
        words["print"] = Word(
            help="Print the own key list, or that of a file, with its fingerprint.", load=imported("nodes", "key_print")
        )
    return LazyGroup(noun, words, help=f"What is said of `{noun}`: {', '.join(words)}.")


def _kind(name: str) -> click.Command:
    from servanda.cli import verbs  # slow import

    return verbs.command(name)


def _domain(domain: str, shared: Mapping[str, Verbs]) -> LazyGroup:
    """The group of a domain, for the nouns that it shares with another."""
    words = {
        noun: Word(help=", ".join(verbs), load=partial(_said, noun, verbs, domain)) for noun, verbs in shared.items()
    }
    return LazyGroup(domain, words, help=f"Nouns that {domain} shares with another domain.")


def _capital(meaning: str) -> str:
    return f"{meaning[:1].upper()}{meaning[1:]}."


def _words() -> dict[str, Word]:
    words = {
        noun: Word(help=", ".join(verbs), load=partial(_said, noun, verbs), section=SAID)
        for noun, verbs in nouns.nouns().items()
    }
    words["key"] = Word(help=f"{words['key'].help}, print", load=words["key"].load, section=SAID)
    for domain, shared in nouns.by_domain().items():
        told = "; ".join(f"{noun} {', '.join(verbs)}" for noun, verbs in shared.items())
        words[domain] = Word(help=told, load=partial(_domain, domain, shared), section=SAID)
    for name, (module, told) in _LOCAL.items():
        words[name] = Word(help=told, load=imported(module, name), section=LOCAL)
    words["demo"] = Word(
        help="Play a story between two nodes on this machine.", load=imported("demo", "demo"), section=LOCAL
    )
    return words


def _version(ctx: click.Context, _option: click.Parameter, asked: bool) -> None:
    if asked:
        click.echo(f"servanda {version('servanda')}")
        ctx.exit()


@click.pass_context
def _begin(ctx: click.Context, node: Path | None) -> None:
    ctx.obj = Session(settings=node)


app = LazyGroup(
    "servanda",
    _words(),
    callback=_begin,
    help="Agreements of two nations, run as signed acts between two sovereign nodes.",
    epilog="Exit codes: 0 done, 2 usage, 3 refused, 4 integrity, 5 peer, 6 malformed, 7 a text does not read.",
    params=[
        click.Option(
            ["--node"],
            type=click.Path(path_type=Path),
            envvar=NODE_VARIABLE,
            show_envvar=True,
            help="Settings file of the node.",
        ),
        click.Option(
            ["--version"], is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Print the version."
        ),
    ],
    context_settings={"max_content_width": 100},
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        done = app.main(given, prog_name="servanda", standalone_mode=False)
        sys.stdout.flush()
    except ServandaError as error:
        return _failed(error.code, error.message, error.action, error.exit_code, error, given)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return USAGE
    except click.ClickException as error:
        context = error.ctx if isinstance(error, click.UsageError) else None
        see = f"see `{context.command_path} --help`" if context else ""
        return _failed("usage", _in_house(error.format_message()), see, USAGE, None, given)
    except (click.Abort, KeyboardInterrupt):
        click.echo(err=True)
        return INTERRUPTED
    except (BrokenPipeError, SystemExit):
        # Whoever read has had enough, or the parser found out so. Python would complain again when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return done if isinstance(done, int) else 0


def _failed(
    code: str, message: str, action: str, exit_code: int, error: ServandaError | None, given: Sequence[str]
) -> int:
    """Say what stands in the way, for people or for programs."""
    if "--json" in given:
        told = {"error": code, "message": message, "action": action, "exit": exit_code}
        click.echo(json.dumps(told, ensure_ascii=False), err=True)
        return exit_code
    for complaint in error.complaints if isinstance(error, AgreementError) else ():
        place = f" {complaint.paragraph}" if complaint.paragraph else ""
        click.echo(f"{complaint.path}:{complaint.line}:{place} {complaint.message} ({complaint.code})", err=True)
    if not isinstance(error, AgreementError):
        click.echo(f"servanda: {message} ({code})", err=True)
    if action:
        click.echo(f"next: {action}", err=True)
    return exit_code


def _in_house(message: str) -> str:
    """A message of the parser as the house writes them."""
    plain = message.strip().rstrip(".").replace("'", "`")
    return f"{plain[:1].lower()}{plain[1:]}"


if __name__ == "__main__":
    sys.exit(main())
