"""Words of a text in its other languages, for tests that change texts: the shipped ones, or words made for it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from servanda.agreement.acts import TextTable
from servanda.agreement.instrument import Instrument, load
from servanda.agreement.wording import LanguageFile
from servanda.base.errors import AgreementError

AGREEMENTS = Path(__file__).parents[1] / "agreements"


@cache
def words_of(source: str) -> dict[str, str]:
    """Language -> its file, for every language that needs words of its own; none for a text that does not read."""
    try:
        text = load(source, path="text")
    except AgreementError:
        return {}
    return _shipped(text) or {language: _made(text, language) for language in text.languages.others}


def _shipped(text: Instrument) -> dict[str, str]:
    """The shipped words of a text that has their version and paragraphs; none for any other."""
    files = {each: AGREEMENTS / text.id / f"{each}.md" for each in text.languages.others}
    if not all(file.is_file() for file in files.values()):
        return {}
    words = {each: file.read_text(encoding="utf-8") for each, file in files.items()}
    try:
        load(text.source, path="text", words=[LanguageFile(language=k, source=words[k], path=k) for k in sorted(words)])
    except AgreementError:
        return {}
    return words


def _made(text: Instrument, language: str) -> str:
    """A language file that says of each paragraph only which one it is."""
    head = ["---", "format: servanda-words/1", f"id: {text.id}", f"version: {text.version}", f"language: {language}"]
    head += ["title: words", "parties:", *(f"  {code}: {code} in {language}" for code in text.parties), "---", ""]
    body, article = ["# words", ""], ""
    for number in text.paragraphs:
        if number.partition(".")[0] != article:
            article = number.partition(".")[0]
            body += [f"## Article {article} · {article}", ""]
        body += [f"**{number}** {number} in {language}", ""]
    return "\n".join([*head, *body])


def loaded(source: str, path: str = "text") -> Instrument:
    """A text with its words in every language."""
    words = words_of(source)
    return load(
        source,
        path=path,
        words=[LanguageFile(language=each, source=words[each], path=f"{path}/{each}") for each in sorted(words)],
    )


def tabled(source: str, base: str | None = None) -> TextTable:
    """What puts a text on the table, with its words in every language."""
    return TextTable(text=source, words=words_of(source), base=base)
