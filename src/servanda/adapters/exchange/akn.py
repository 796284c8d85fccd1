"""An agreement in Akoma Ntoso 3.0: one document for each language of it.

Rules of this module:
- words are text of the document, never mark-up of it;
- a place has one `eId`, made of its number, and the same one in every language;
- clauses and annexes stand beside their words, in a namespace of their own, as the bytes that the digest is over;
- a text that nobody has signed has no date, and the standard asks for one: then it is the first day of the calendar.

Spec: agreement 10.3 (Akoma Ntoso).
Source: OASIS Akoma Ntoso 1.0 part 2 (schema 3.0); Akoma Ntoso Naming Convention 1.0.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final, assert_never

from lxml import etree

from servanda.agreement.blocks import Plain
from servanda.agreement.instrument import Instrument
from servanda.agreement.layout import Grid, Items, LaidArticle, LaidParagraph, Layout, Part, Prose, flow
from servanda.base import canon
from servanda.base.errors import UsageError

AKN: Final = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
OWN: Final = "urn:servanda:agreement:1"
NO_STATE: Final = "xx"
"""Code for works that are of no single state; ISO 3166 leaves it to its users."""
UNSIGNED: Final = date(1, 1, 1)

# Source: ISO 639-1 and 639-2/T, as the naming convention asks.
_THREE_LETTERS = {"en": "eng", "ja": "jpn", "ko": "kor"}


def akoma_ntoso(text: Instrument, laid: Layout, *, signed: date | None = None) -> bytes:
    """A text in one of its languages.

    Args:
        signed: the day of its signature, None for a text that nobody has signed.

    Raises:
        UsageError: `export_character`.
    """
    try:
        root = _Writer(text, laid, signed).document()
    except ValueError as error:
        raise UsageError(
            "export_character",
            f"a character of the text cannot stand in XML: {error}",
            action="take it out of the text, or export it as pdf",
        ) from error
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written


class _Writer:
    """Writes one text in one language."""

    def __init__(self, text: Instrument, laid: Layout, signed: date | None) -> None:
        self._text = text
        self._laid = laid
        self._date = (signed or UNSIGNED).isoformat()
        self._version = signed.isoformat() if signed else f"v{text.version}"
        self._language = _THREE_LETTERS.get(laid.language, laid.language)

    def document(self) -> etree._Element:
        root = etree.Element(f"{{{AKN}}}akomaNtoso", nsmap={None: AKN, "sv": OWN})
        act = _in(root, "act", name="agreement", contains="originalVersion")
        self._meta(act, "main")
        self._preface(act)
        body = _in(act, "body", eId="body")
        for article in self._laid.articles:
            self._article(body, article)
        if self._text.annexes:
            attachments = _in(act, "attachments")
            for ordinal, (name, annex) in enumerate(self._text.annexes.items(), start=1):
                self._attachment(attachments, ordinal, name, annex)
        return root

    def _meta(self, of: etree._Element, component: str) -> None:
        meta = _in(of, "meta")
        identification = _in(meta, "identification", source="#servanda")
        work = f"/akn/{NO_STATE}/act/agreement/{self._date}/{self._text.id}"
        expression = f"{work}/{self._language}@{self._version}"
        for level, uri, format_ in (
            ("FRBRWork", work, ""),
            ("FRBRExpression", expression, ""),
            ("FRBRManifestation", expression, ".xml"),
        ):
            frbr = _in(identification, level)
            _in(frbr, "FRBRthis", value=f"{uri}/!{component}{format_}")
            _in(frbr, "FRBRuri", value=f"{uri}{format_}")
            _in(frbr, "FRBRdate", date=self._date, name="unsigned" if self._date == UNSIGNED.isoformat() else "signed")
            for code in self._text.parties:
                _in(frbr, "FRBRauthor", href=f"#{code.lower()}", **{"as": "#party"})
            if level == "FRBRWork":
                _in(frbr, "FRBRcountry", value=NO_STATE)
                _in(frbr, "FRBRsubtype", value="agreement")
                _in(frbr, "FRBRnumber", value=self._text.id)
                _in(frbr, "FRBRname", value=self._laid.title)
                _in(frbr, "FRBRprescriptive", value="false" if self._text.status == "exercise" else "true")
                _in(frbr, "FRBRauthoritative", value="true")
            elif level == "FRBRExpression":
                _in(frbr, "FRBRversionNumber", value=str(self._text.version))
                _in(frbr, "FRBRlanguage", language=self._language)
            else:
                _in(frbr, "FRBRformat", value="application/akn+xml")
        if component != "main":
            return
        references = _in(meta, "references", source="#servanda")
        for code, name in self._laid.parties.items():
            organization = {"eId": code.lower(), "href": f"/akn/ontology/organization/{code.lower()}", "showAs": name}
            _in(references, "TLCOrganization", **organization)
        _in(
            references, "TLCOrganization", eId="servanda", href="/akn/ontology/organization/servanda", showAs="servanda"
        )
        _in(references, "TLCRole", eId="party", href="/akn/ontology/role/party", showAs="Party")
        own = _own(_in(meta, "proprietary", source="#servanda"), "agreement")
        own.text = _bytes(self._head())

    def _head(self) -> dict[str, canon.Json]:
        """What is signed beside words, clauses and annexes, with the digest of the whole."""
        languages = self._text.languages
        return {
            "digest": f"sha-256:{self._text.digest}",
            "governs": list(self._text.governs),
            "id": self._text.id,
            "languages": {"authentic": list(languages.authentic), "prevailing": languages.prevailing},
            "status": self._text.status,
            "time_zone": self._text.time_zone,
            "version": self._text.version,
        }

    def _preface(self, act: etree._Element) -> None:
        preface = _in(act, "preface", eId="preface")
        title = _in(_in(preface, "longTitle", eId="preface__longTitle"), "p", eId="preface__longTitle__p_1")
        _in(title, "docTitle").text = self._laid.title
        parties = _in(preface, "p", eId="preface__p_1")
        *_, last = self._laid.parties
        for code, name in self._laid.parties.items():
            party = _in(parties, "docProponent", refersTo=f"#{code.lower()}")
            party.text, party.tail = name, "" if code == last else " · "
        _in(_in(preface, "p", eId="preface__p_2"), "docStatus").text = self._text.status

    def _article(self, body: etree._Element, article: LaidArticle) -> None:
        place = f"art_{article.number}"
        written = _in(body, "article", eId=place)
        _in(written, "num", eId=f"{place}__num").text = article.label
        _in(written, "heading", eId=f"{place}__heading").text = article.heading
        for paragraph in article.paragraphs:
            self._paragraph(written, place, paragraph)

    def _paragraph(self, article: etree._Element, within: str, paragraph: LaidParagraph) -> None:
        place = f"{within}__para_{paragraph.number.replace('.', '-')}"
        written = _in(article, "paragraph", eId=place)
        _in(written, "num", eId=f"{place}__num").text = paragraph.number
        content = _in(written, "content", eId=f"{place}__content")
        _parts(content, place, paragraph.parts)
        for clause in self._text.clauses:
            if clause.paragraph == paragraph.number:
                foreign = _in(content, "foreign", eId=f"{place}__clause_{clause.ordinal}")
                own = _own(foreign, "clause", form=clause.form.value, paragraph=clause.paragraph)
                own.text = _bytes(clause.body)

    def _attachment(self, attachments: etree._Element, ordinal: int, name: str, annex: Plain) -> None:
        place = f"att_{ordinal}"
        document = _in(_in(attachments, "attachment", eId=place), "doc", name="annex")
        self._meta(document, name)
        _in(_in(_in(document, "preface"), "p", eId=f"{place}__p_1"), "docTitle").text = name
        body = _in(document, "mainBody", eId=f"{place}__body")
        rows = annex.items() if isinstance(annex, dict) else ((str(at), each) for at, each in enumerate(_listed(annex)))
        _grid(
            body, f"{place}__table_1", ((key, value if isinstance(value, str) else flow(value)) for key, value in rows)
        )
        own = _own(_in(body, "foreign", eId=f"{place}__annex"), "annex", name=name)
        own.text = _bytes(annex)


def _listed(value: Plain) -> list[Plain]:
    return value if isinstance(value, list) else [value]


def _parts(content: etree._Element, place: str, parts: Iterable[Part]) -> None:
    for ordinal, part in enumerate(parts, start=1):
        match part:
            case Prose():
                if part.words or ordinal > 1:
                    _in(content, "p", eId=f"{place}__p_{ordinal}").text = part.words
            case Grid():
                _grid(content, f"{place}__table_{ordinal}", part.rows, head=part.head)
            case Items():
                listed = f"{place}__list_{ordinal}"
                block = _in(content, "blockList", eId=listed)
                for at, (sign, words) in enumerate(part.items, start=1):
                    item = _in(block, "item", eId=f"{listed}__item_{at}")
                    _in(item, "num").text = sign
                    _in(item, "p", eId=f"{listed}__item_{at}__p_1").text = words
            case _:
                assert_never(part)


def _grid(into: etree._Element, place: str, rows: Iterable[tuple[str, ...]], head: tuple[str, ...] = ()) -> None:
    table = _in(into, "table", eId=place)
    for name, cells in (*((("th", head),) if head else ()), *(("td", row) for row in rows)):
        row = _in(table, "tr")
        for cell in cells:
            _in(_in(row, name), "p").text = cell


def _in(parent: etree._Element, element: str, /, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{AKN}}}{element}", attributes)


def _own(parent: etree._Element, element: str, /, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{OWN}}}{element}", attributes)


def _bytes(value: Any) -> str:
    """Canonical JSON, which is what the digest is over."""
    return canon.encode(value).decode()
