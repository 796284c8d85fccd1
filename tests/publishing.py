"""Texts to publish: both agreements with all their words, a small one of every part, and a hostile one."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from servanda.agreement.instrument import Instrument, load
from servanda.agreement.layout import Grid, Items, LaidParagraph, Prose
from servanda.agreement.wording import LanguageFile
from servanda.assembly.texts import Agreement
from tests.founded import AGREEMENTS, ROOT

PACTS = ("kr-jp-a", "kr-jp-b")
LANGUAGES = ("en", "ja", "ko")
EVERY = [(pact, language) for pact in PACTS for language in LANGUAGES]
HOSTILE = (
    "<script>alert(1)</script> & ]]> #import \"x\" #panic(1) *b* $x$ `y` \\ {{ 7*7 }} {% if %} <!-- & &amp; 'q' @a // c"
)
"""Words that each format in which texts are published would read as its own, were they not data there."""


@cache
def pact(name: str) -> Agreement:
    return Agreement.load(AGREEMENTS / name)


@cache
def small() -> Instrument:
    """A text with a list, a table, every form and an annex."""
    return load((ROOT / "tests/agreements/good/small.md").read_text(encoding="utf-8"), path="small.md")


def hostile(status: str = "exercise", lasts: str = "survives: []") -> Instrument:
    """A text whose every word may be anything, in two languages.

    Args:
        lasts: what it says of time but for its start.
    """
    quoted = HOSTILE.replace("'", "''")
    head = f"id: hostile\nversion: 1\ntitle: '{quoted}'\nparties: {{KR: '{quoted}', JP: '{quoted} second'}}\n"
    body = f"# {HOSTILE}\n\n## Article 1 · {HOSTILE}\n\n**1.1** {HOSTILE}\n\n- {HOSTILE}\n"
    clauses = (
        "defines: {topic_in_scope: [nk_nuclear], outside_body: [public], level: {low: 0, top: 3}}",
        "allows: {kinds: [intelligence.report.share], when: {level: 0}}",
        "requires: {kinds: [intelligence.report.share], that: {officer_role: [information_officer]}}",
        "holds: {never: {kinds: [intelligence.report.share], when: {level: top}}}",
        f"lasts: {{starts: later_of_both_notifications, {lasts}}}",
    )
    blocks = "".join(f"\n```clause\n{clause}\n```\n" for clause in clauses)
    annex = f"\n## Annex · data\n\n```annex\nwords: '{quoted}'\n```\n"
    main = (
        f"---\nformat: servanda-agreement/1\n{head}status: {status}\ngoverns: [intelligence]\n"
        f'languages: {{authentic: [en, ko]}}\ntime_zone: "+09:00"\nannexes: [data]\n---\n\n{body}{blocks}{annex}'
    )
    korean = f"---\nformat: servanda-words/1\n{head}language: ko\n---\n\n{body.replace('Article 1', '제1조')}"
    return load(main, path="hostile", words=[LanguageFile(language="ko", source=korean, path="hostile/ko")])


def broken(folder: Path) -> Agreement:
    """Agreement A with a level that its own promise forbids, in a folder of its own."""
    for file in (AGREEMENTS / "kr-jp-a").glob("*.md"):
        source = file.read_text(encoding="utf-8")
        source = source.replace("level: {at_most: secret}, originator_acts", "level: {at_most: 3}, originator_acts")
        source = source.replace(
            "  when: {level: {at_least: top_secret}}\n```\n\n```clause\nholds",
            "  when: {level: 3, marked: false}\n```\n\n```clause\nholds",
        )
        (folder / file.name).write_text(source, encoding="utf-8")
    return Agreement.load(folder)


def signed_words(text: Instrument, language: str) -> dict[str, str]:
    """Number -> words as they are signed in a language."""
    if language == text.languages.main:
        return {number: paragraph.text for number, paragraph in text.paragraphs.items()}
    return dict(text.wordings[language].paragraphs)


def words_of(paragraph: LaidParagraph) -> list[str]:
    """Every word of a laid paragraph, part by part."""
    found: list[str] = []
    for part in paragraph.parts:
        match part:
            case Prose():
                found.append(part.words)
            case Grid():
                found += [cell for row in (part.head, *part.rows) for cell in row]
            case Items():
                found += [words for _, words in part.items]
    return found


def dense(words: str) -> str:
    """Words without what only lays them out: spaces, and the signs of tables and lists."""
    return re.sub(r"[\s\u200b]", "", words)
