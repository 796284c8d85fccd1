"""Screening of an item: the strictest witness decides what it is and whether it may move.

Rules of this module:
- witnesses: class, former classes, end item, UN number, hazard, customs code, what a service is done on and what it
  carries, components, words, the claim of the author; none lowers what another raised;
- what is barred, and under which category, is said by the annexes of the agreement, never here;
- of several barring witnesses the first in that order names the category;
- no class is in doubt, save for a service that says what it is done on or carries; so is a class for review, one whose
  category is only claimed, and one that an annex does not bar though the class file would;
- the claim chooses among the categories a class can belong to; where it tells one, a claim of another means nothing.

Clause: kr-jp-b 2.1, 2.2, 3.5 and the annexes `categories` and `barred`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from servanda.supply import words
from servanda.supply.catalogue import (
    ARMS_CUSTOMS,
    DESENSITISED,
    Default,
    classes,
    customs_code,
    in_class_1,
    stock_number,
    un_number,
)

OTHER: Final = "other"
"""The category of an item that fits none of the annex."""

SERVICES: Final[Mapping[str, str]] = {
    "lodging": "",
    "transport": "carries",
    "storage": "carries",
    "facilities": "",
    "training": "",
    "repair": "service_on",
    "calibration": "service_on",
    "port_services": "",
    "base_support": "",
    "communications": "",
    "medical": "",
}
"""Categories that can be a service, with the member that says what it is done on; empty where nothing need be said."""

ON_THINGS: Final = frozenset({"transport", "storage", "training", "repair", "calibration"})
"""Services that are done on a thing, with it or for it: words of a weapon then mean that it is served."""


class Verdict(StrEnum):
    """What screening says of an item."""

    CLEAR = "clear"
    IN_DOUBT = "in_doubt"
    BARRED = "barred"


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """What screening is told of an item.

    Args:
        text: the item in plain words.
        supply_class: four digits, or a stock number.
        former_classes: classes under which it was known before.
        end_item, service_on, carries: a class, a stock number or words.
        un_number, hazard: as on the transport papers (`0012`, `1.4S`).
        components: what a kit holds.
        category: the category of support that the author claims.
    """

    text: str
    supply_class: str | None = None
    former_classes: tuple[str, ...] = ()
    end_item: str | None = None
    un_number: str | None = None
    hazard: str | None = None
    customs: str | None = None
    components: tuple[Goods, ...] = ()
    service_on: str | None = None
    carries: str | None = None
    category: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """What an agreement says of goods.

    Args:
        support: names of the categories of support.
        groups, classes: supply group or class -> the category that bars it.
        customs: digits a customs code begins with -> the category that bars it.
        class_1: the category that bars explosives of class 1, None where none does.
        made_for: category -> the categories of end items that software of it is made for.
        doubtful: classes that the annex puts in doubt.
    """

    support: frozenset[str]
    barred: frozenset[str]
    groups: Mapping[str, str]
    classes: Mapping[str, str]
    customs: Mapping[str, str]
    class_1: str | None
    made_for: Mapping[str, frozenset[str]]
    doubtful: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One witness that spoke.

    Args:
        witness: which one.
        category: what it says the item is; None where it only doubts.
        rule: what made it speak.
        source: where that rule stands.
    """

    witness: str
    verdict: Verdict
    category: str | None
    rule: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """What an item is, whether it may move, and who said so.

    Args:
        category: a category of support, a barred one, or `other`.
        serves_weapon: whether it is a service, and what it is done on or carries is barred.
    """

    category: str
    verdict: Verdict
    serves_weapon: bool
    evidence: tuple[Evidence, ...]


def _texts(body: Mapping[str, Any], name: str) -> tuple[str, ...]:
    listed = body.get(name, ())
    return tuple(str(value) for value in listed) if isinstance(listed, (list, tuple)) else ()


def lists_of(annexes: Mapping[str, Any]) -> Lists:
    """The lists of an agreement, from its annexes `categories` and `barred` as plain values.

    An annex that is not there lists nothing: no item then fits a category.
    """
    categories = annexes.get("categories")
    barred = annexes.get("barred")
    support = frozenset(categories) if isinstance(categories, Mapping) else frozenset()
    bodies = (
        {name: body for name, body in barred.items() if isinstance(body, Mapping)}
        if isinstance(barred, Mapping)
        else {}
    )
    doubtful = frozenset(_texts(bodies.pop("in_doubt", {}), "classes"))
    groups: dict[str, str] = {}
    of_class: dict[str, str] = {}
    customs: dict[str, str] = {}
    class_1: str | None = None
    for name, body in bodies.items():
        groups.update((code, name) for code in _texts(body, "groups") if code not in groups)
        of_class.update((code, name) for code in _texts(body, "classes") if code not in of_class)
        customs.update((code.replace(".", ""), name) for code in _texts(body, "customs"))
        if class_1 is None and body.get("un_numbers") == "class_1":
            class_1 = name
    return Lists(
        support=support,
        barred=frozenset(bodies),
        groups=groups,
        classes=of_class,
        customs=customs,
        class_1=class_1,
        made_for={name: frozenset(_texts(body, "made_for")) for name, body in bodies.items() if "made_for" in body},
        doubtful=doubtful,
    )


def _of_class(code: str, lists: Lists, witness: str) -> Evidence:
    """What a class says under these lists."""

    def says(verdict: Verdict, category: str | None, rule: str, source: str) -> Evidence:
        return Evidence(witness=witness, verdict=verdict, category=category, rule=rule, source=source)

    number = stock_number(code)
    known = None if number is None else classes().get(number.supply_class)
    if known is None:
        return says(Verdict.IN_DOUBT, None, f"`{code}` is no known class", "class file")
    if known.code in lists.classes:
        return says(Verdict.BARRED, lists.classes[known.code], f"class {known.code}", "annex")
    if known.code in lists.doubtful:
        return says(Verdict.IN_DOUBT, None, f"class {known.code}", "annex")
    if known.group in lists.groups:
        return says(Verdict.BARRED, lists.groups[known.group], f"group {known.group}", "annex")
    told = known.categories[0] if known.categories else None
    if known.default is not Default.ALLOW:
        return says(Verdict.IN_DOUBT, told, f"class {known.code}: {known.reason}", "class file")
    return says(Verdict.CLEAR, told, f"class {known.code}", "class file")


def _of_words(text: str, lists: Lists, witness: str) -> Iterator[Evidence]:
    for hit in words.find(text):
        bars = hit.category is not None and hit.category in lists.barred
        yield Evidence(
            witness=witness,
            verdict=Verdict.BARRED if bars else Verdict.IN_DOUBT,
            category=hit.category if bars else None,
            rule=f"`{hit.word}`",
            source=f"words, {hit.language}",
        )


def _of_thing(text: str, lists: Lists, witness: str) -> Iterator[Evidence]:
    """What a thing named by class, stock number or words says of the item that belongs to it."""
    if stock_number(text) is None:
        yield from _of_words(text, lists, witness)
        return
    said = _of_class(text, lists, witness)
    if said.verdict is not Verdict.CLEAR:
        yield said


def _of_papers(goods: Goods, lists: Lists) -> Iterator[Evidence]:
    """What UN number, hazard and customs code say."""
    if goods.un_number is not None:
        number = un_number(goods.un_number)
        if number is None or number in DESENSITISED:
            yield Evidence(
                witness="un_number",
                verdict=Verdict.IN_DOUBT,
                category=None,
                rule=f"UN {goods.un_number}",
                source="UN list",
            )
        elif in_class_1(number):
            yield _class_1("un_number", f"UN {number}", lists)
    if goods.hazard is not None and goods.hazard.strip().startswith("1"):
        yield _class_1("hazard", f"class {goods.hazard}", lists)
    if goods.customs is not None:
        code = customs_code(goods.customs)
        bars = None if code is None else next((lists.customs[n] for n in lists.customs if code.startswith(n)), None)
        arms = code is None or any(code.startswith(prefix.replace(".", "")) for prefix in ARMS_CUSTOMS)
        if bars is not None or arms:
            yield Evidence(
                witness="customs",
                verdict=Verdict.IN_DOUBT if bars is None else Verdict.BARRED,
                category=bars,
                rule=f"customs code {goods.customs}",
                source="customs list" if bars is None else "annex",
            )


def _class_1(witness: str, rule: str, lists: Lists) -> Evidence:
    verdict = Verdict.IN_DOUBT if lists.class_1 is None else Verdict.BARRED
    source = "UN list" if lists.class_1 is None else "annex"
    return Evidence(witness=witness, verdict=verdict, category=lists.class_1, rule=rule, source=source)


def _of_end_item(goods: Goods, lists: Lists) -> Iterator[Evidence]:
    """A part, or a drawing, follows what it is for; software made for a weapon has its own category."""
    if goods.end_item is None:
        return
    number = None if goods.supply_class is None else stock_number(goods.supply_class)
    software = words.is_software(goods.text) or (number is not None and number.supply_class == "7030")
    for said in _of_thing(goods.end_item, lists, "end_item"):
        category = said.category
        if said.verdict is Verdict.BARRED and software:
            category = next((name for name, ends in lists.made_for.items() if category in ends), category)
        elif category == "weapon" and "weapon_part" in lists.barred:
            category = "weapon_part"
        yield Evidence(
            witness=said.witness, verdict=said.verdict, category=category, rule=said.rule, source=said.source
        )


def _heard(goods: Goods, lists: Lists) -> Iterator[Evidence]:
    """Every witness in its order."""
    if goods.supply_class is not None:
        yield _of_class(goods.supply_class, lists, "class")
    for code in goods.former_classes:
        said = _of_class(code, lists, "former_class")
        if said.verdict is not Verdict.CLEAR:
            yield said
    yield from _of_end_item(goods, lists)
    yield from _of_papers(goods, lists)
    if goods.service_on is not None:
        yield from _of_thing(goods.service_on, lists, "service_on")
    if goods.carries is not None:
        yield from _of_thing(goods.carries, lists, "carries")
    for part in goods.components:
        for said in _heard(part, lists):
            if said.verdict is not Verdict.CLEAR:
                yield Evidence(
                    witness="component",
                    verdict=said.verdict,
                    category=said.category,
                    rule=said.rule,
                    source=said.source,
                )
    yield from _of_words(goods.text, lists, "words")
    if goods.category in lists.barred:
        yield Evidence(
            witness="claim", verdict=Verdict.BARRED, category=goods.category, rule=f"`{goods.category}`", source="claim"
        )


def _support(goods: Goods, lists: Lists) -> tuple[str, str]:
    """The category of support of an item that nothing bars, and why it is in doubt (empty where it is not)."""
    number = None if goods.supply_class is None else stock_number(goods.supply_class)
    known = None if number is None else classes().get(number.supply_class)
    told = () if known is None else tuple(name for name in known.categories if name in lists.support)
    claimed = goods.category if goods.category in lists.support else None
    if told:
        return (claimed if claimed in told else told[0]), ""
    if claimed is None:
        return OTHER, "no category is told or claimed"
    if goods.supply_class is not None:
        return claimed, "the category is only claimed"
    if claimed not in SERVICES:
        return claimed, "no class"
    member = SERVICES[claimed]
    if member and getattr(goods, member) is None:
        return claimed, f"the service does not say `{member}`"
    return claimed, ""


def screen(goods: Goods, lists: Lists) -> Screening:
    """What an item is under these lists, and whether it may move."""
    heard = tuple(_heard(goods, lists))
    barring = next((said for said in heard if said.verdict is Verdict.BARRED), None)
    if barring is not None:
        on_service = any(said.verdict is Verdict.BARRED and said.witness in ("service_on", "carries") for said in heard)
        of_service = goods.supply_class is None and goods.category in ON_THINGS and goods.category in lists.support
        return Screening(
            category=barring.category or OTHER,
            verdict=Verdict.BARRED,
            serves_weapon=on_service or of_service,
            evidence=heard,
        )
    category, doubt = _support(goods, lists)
    if doubt:
        said = Evidence(witness="class", verdict=Verdict.IN_DOUBT, category=None, rule=doubt, source="screening")
        heard = (*heard, said)
    doubtful = any(said.verdict is Verdict.IN_DOUBT for said in heard)
    return Screening(
        category=category,
        verdict=Verdict.IN_DOUBT if doubtful else Verdict.CLEAR,
        serves_weapon=False,
        evidence=heard,
    )
