"""An agreement for other people's tools and for paper: Akoma Ntoso, a printed copy, Cedar.

Rules of this module:
- what is exported is a copy for readers; what counts is the text that was read, and its digest stands on every copy;
- a printed copy names the Party that holds it first, wherever the Parties are named; its words are the same;
- the same text gives the same bytes.

Spec: agreement 10 (exchange with other tools).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final, Literal, assert_never

from servanda.agreement.blocks import Plain
from servanda.agreement.instrument import Instrument
from servanda.agreement.layout import flow, layout, written
from servanda.assembly.accord.assurance import AssurancePage, in_language
from servanda.assembly.accord.plain import PlainWords
from servanda.assembly.extras import needed
from servanda.assembly.texts import Agreement
from servanda.base.errors import UsageError
from servanda.policy import cedar

Form = Literal["akn", "pdf", "cedar"]
FORMS: Final[tuple[Form, ...]] = ("akn", "pdf", "cedar")
PageForm = Literal["html", "pdf"]
PAGE_FORMS: Final[tuple[PageForm, ...]] = ("html", "pdf")
SCHEMA_SUFFIX: Final = ".cedarschema"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """What was written.

    Args:
        files: each with the number of its bytes.
    """

    id: str
    digest: str
    form: str
    language: str
    files: dict[str, int]


def exported(
    agreement: Agreement,
    form: Form,
    out: Path,
    *,
    language: str | None = None,
    holder: str | None = None,
    signed: date | None = None,
) -> Copy:
    """Write an agreement for another reader.

    Args:
        out: the file; the schema of Cedar stands beside it.
        language: that of the words; the one that the text with the clauses is in, where none is named.
        holder: code of the Party that holds the printed copy; the first of the text, where none is named.
        signed: the day of signature, for Akoma Ntoso.

    Raises:
        UsageError: `words_missing`, `party_unknown`, `extra_missing`, `paper_fonts`, `export_character` or
            `file_unwritable`.
    """
    text = agreement.instrument
    spoken = text.languages.main if language is None else language
    match form:
        case "akn":
            files = {out: akoma_ntoso(text, spoken, signed=signed)}
        case "pdf":
            files = {out: printed_copy(text, spoken, holder=holder)}
        case "cedar":
            schema = out.with_name(out.name.removesuffix(".cedar") + SCHEMA_SUFFIX)
            files = {out: cedar_file(text, cedar.policies(text)), schema: cedar_file(text, cedar.schema(text))}
        case _:
            assert_never(form)
    return _written(text.id, text.digest, form, spoken, files)


def published(page: AssurancePage, form: PageForm, out: Path) -> Copy:
    """Write the page for parliaments and the public.

    Raises:
        UsageError: `extra_missing`, `paper_fonts` or `file_unwritable`.
    """
    content = assurance_html(page).encode() if form == "html" else assurance_pdf(page)
    return _written(page.id, page.digest, form, page.language, {out: content})


def akoma_ntoso(text: Instrument, language: str, *, signed: date | None = None) -> bytes:
    """A text in one of its languages as Akoma Ntoso.

    Raises:
        UsageError: `words_missing`, `extra_missing` or `export_character`.
    """
    _has_words(text, language)
    needed("exchange", "lxml")
    from servanda.adapters.exchange.akn import akoma_ntoso as as_akn  # slow import

    return as_akn(text, layout(text, language), signed=signed)


def cedar_file(text: Instrument, content: str) -> bytes:
    """A file of Cedar that says first which text it was made of."""
    exercise = "// exercise: no government has agreed to this text\n" if text.status == "exercise" else ""
    return f"// {text.id}, version {text.version}, sha-256 {text.digest}\n{exercise}{content}".encode()


def printed_copy(text: Instrument, language: str, *, holder: str | None = None) -> bytes:
    """The copy of a text that one Party holds, as PDF.

    Raises:
        UsageError: `words_missing`, `party_unknown`, `extra_missing` or `paper_fonts`.
    """
    data = copy_data(text, language, holder=holder)
    needed("paper", "typst")
    from servanda.adapters.paper import printed  # slow import

    return printed("agreement.typ", data, language=language)


def assurance_html(page: AssurancePage) -> str:
    """The page as one self-contained file of HTML."""
    from servanda.adapters.templates import made  # slow import

    return made("assurance.html.jinja", page=page)


def assurance_pdf(page: AssurancePage) -> bytes:
    """The page as PDF.

    Raises:
        UsageError: `extra_missing` or `paper_fonts`.
    """
    needed("paper", "typst")
    from servanda.adapters.paper import printed  # slow import

    return printed("assurance.typ", asdict(page), language=page.language)


def copy_data(text: Instrument, language: str, *, holder: str | None = None) -> dict[str, Any]:
    """What a printed copy says, with the Party that holds it first.

    Raises:
        UsageError: `words_missing` or `party_unknown`.
    """
    words = in_language(text, language)
    laid = layout(text, language)
    if holder is not None and holder not in text.parties:
        raise UsageError(
            "party_unknown", f"`{holder}` is no Party of `{text.id}`", action=f"name {' or '.join(laid.parties)}"
        )
    first = next(iter(text.parties)) if holder is None else holder
    names = [laid.parties[first], *(name for code, name in laid.parties.items() if code != first)]
    exercise = text.status == "exercise"
    same = ("page", "agreed", "annex", "witness", "place", "signature")
    return {
        "language": language,
        "id": text.id,
        "title": laid.title,
        "parties": names,
        "version": words.say("copy", "version", n=text.version),
        "digest": text.digest,
        "digest_says": words.say("copy", "digest"),
        "exercise": words.say("copy", "exercise_says") if exercise else "",
        "mark": words.say("copy", "exercise") if exercise else "",
        "copy_of": words.say("copy", "copy_of", holder=names[0]),
        **{key: words.say("copy", key) for key in same},
        **_closing(text, words),
        "articles": [
            {
                "label": article.label,
                "heading": article.heading,
                "paragraphs": [
                    {
                        "number": paragraph.number,
                        "parts": [asdict(part) for part in paragraph.parts],
                        "clauses": [
                            written(clause.form.value, clause.body)
                            for clause in text.clauses
                            if clause.paragraph == paragraph.number
                        ],
                    }
                    for paragraph in article.paragraphs
                ],
            }
            for article in laid.articles
        ],
        "annexes": [{"name": name, "rows": list(_rows(body))} for name, body in text.annexes.items()],
    }


def _closing(text: Instrument, words: PlainWords) -> dict[str, str]:
    """In which languages a text is authentic, and which of them prevails."""
    authentic = [words.language_name(each) for each in text.languages.authentic]
    prevailing = text.languages.prevailing
    if len(authentic) == 1:
        return {"done": words.say("copy", "done_in_one", languages=authentic[0]), "prevails": ""}
    return {
        "done": words.say("copy", "done_in_several", languages=words.listed(authentic)),
        "prevails": (
            words.say("copy", "prevails", language=words.language_name(prevailing)) if prevailing is not None else ""
        ),
    }


def _rows(body: Plain, under: str = "") -> Iterator[tuple[str, str]]:
    """An annex as rows of a name and what stands under it."""
    if not isinstance(body, dict):
        yield under, body if isinstance(body, str) else flow(body)
        return
    for key, value in body.items():
        name = f"{under} {key}".strip()
        if not under and isinstance(value, dict) and all(isinstance(each, dict) for each in value.values()):
            yield from _rows(value, name)
        else:
            yield name, value if isinstance(value, str) else flow(value)


def _has_words(text: Instrument, language: str) -> None:
    if language != text.languages.main and language not in text.wordings:
        in_language(text, language)


def _written(agreement: str, digest: str, form: str, language: str, files: dict[Path, bytes]) -> Copy:
    for file, content in files.items():
        try:
            file.write_bytes(content)
        except OSError as error:
            raise UsageError(
                "file_unwritable", f"`{file}` cannot be written: {error.strerror}", action="name another file"
            ) from error
    sizes = {str(file): len(content) for file, content in files.items()}
    return Copy(id=agreement, digest=digest, form=form, language=language, files=sizes)
