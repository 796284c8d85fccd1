"""Items of supply: all that screening looks at, each one value of its own.

Rules of this module:
- an item is all that screening looks at, and nothing else: reviewers pass exactly this, whichever domain names it;
- what is barred, in doubt or of no category is no error of form: it reads, and is judged.

Spec: vocabulary, `category`, `screening`. Clause: kr-jp-b 3.5.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final

from msgspec import Meta

from servanda.base.errors import UsageError
from servanda.base.forms import Name, Part, Word
from servanda.supply.catalogue import classes, stock_number
from servanda.supply.screening import Goods, Lists, Verdict, screen

REVIEWED: Final = "logistics.item.pass"
"""The joint kind by which a reviewer of each Party passes an item in doubt. Clause: kr-jp-b 3.5."""

COMPONENTS_MAX = 50
FORMER_CLASSES_MAX = 10

ClassCode = Annotated[str, Meta(pattern=r"^[0-9]{4}(?:-?[0-9]{2}-?[0-9]{3}-?[0-9]{4})?\Z")]
UnNumber = Annotated[str, Meta(pattern=r"^[0-9]{4}\Z")]
Hazard = Annotated[str, Meta(pattern=r"^[1-9](?:\.[1-9])?[A-S]?\Z")]
Customs = Annotated[str, Meta(pattern=r"^[0-9]{4}(?:\.?[0-9]{2}){0,3}\Z")]


class Component(Part, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that a kit holds."""

    text: Name
    supply_class: ClassCode | None = None
    un_number: UnNumber | None = None
    hazard: Hazard | None = None
    customs: Customs | None = None

    def goods(self) -> Goods:
        """What screening is told of it."""
        return Goods(
            text=self.text,
            supply_class=self.supply_class,
            un_number=self.un_number,
            hazard=self.hazard,
            customs=self.customs,
        )


class Item(Part, frozen=True, kw_only=True, omit_defaults=True):
    """An item as it is screened, and as reviewers pass it.

    Args:
        text: in plain words.
        supply_class: four digits, or a stock number.
        former_classes: classes under which it was known before.
        end_item: what it is a part of; a class, a stock number or words.
        service_on, carries: for a service, what it is done on and what it carries or keeps; likewise.
        category: the category of support that the author claims.
    """

    text: Name
    supply_class: ClassCode | None = None
    former_classes: Annotated[tuple[ClassCode, ...], Meta(max_length=FORMER_CLASSES_MAX)] = ()
    end_item: Name | None = None
    un_number: UnNumber | None = None
    hazard: Hazard | None = None
    customs: Customs | None = None
    components: Annotated[tuple[Component, ...], Meta(max_length=COMPONENTS_MAX)] = ()
    service_on: Name | None = None
    carries: Name | None = None
    category: Word | None = None

    def goods(self) -> Goods:
        """What screening is told of it."""
        return Goods(
            text=self.text,
            supply_class=self.supply_class,
            former_classes=self.former_classes,
            end_item=self.end_item,
            un_number=self.un_number,
            hazard=self.hazard,
            customs=self.customs,
            components=tuple(component.goods() for component in self.components),
            service_on=self.service_on,
            carries=self.carries,
            category=self.category,
        )


def of_class(supply_class: str, text: str | None = None, **members: Any) -> Item:
    """An item in short: its class, and words where the title of the class does not do.

    Args:
        supply_class: four digits, or a stock number.
        text: the item in plain words; the title of its class where none are given.
        members: the other members of the item.

    Raises:
        UsageError: `class_unknown`, where neither text nor class says what it is.
        MalformedError: a member that is not of its form.
    """
    number = stock_number(supply_class)
    known = None if number is None else classes().get(number.supply_class)
    if not text and known is None:
        raise UsageError(
            "class_unknown", f"`{supply_class}` is no class known here", action="name the item in plain words"
        )
    title = "" if known is None else known.title
    return Item(text=text or title, supply_class=supply_class, **members)


def stated(item: Item, lists: Lists, *, passed: Callable[[], bool], claimed: bool | None) -> Mapping[str, str | bool]:
    """What an item says to a clause: its `category`, its `screening`, and whether it `serves_weapon`.

    Args:
        lists: what the agreement says of goods.
        passed: whether a reviewer of each Party has passed exactly this item; asked only where it is in doubt.
        claimed: what its author says of `serves_weapon`; None where nothing was said, which counts as yes.

    Spec: vocabulary, `category`, `screening`, `serves_weapon`. Clause: kr-jp-b 3.3, 3.5.
    """
    found = screen(item.goods(), lists)
    in_doubt = found.verdict is Verdict.IN_DOUBT
    return {
        "category": found.category,
        "screening": "passed_by_both" if in_doubt and passed() else found.verdict.value,
        "serves_weapon": found.serves_weapon or claimed is None or claimed,
    }
