"""What may be said in peacekeeping: the payload of each kind, valid once built.

Rules of this module:
- an operation is known by its code; a contingent joins it under a mandate that it names, with its days;
- support is stated once, by the Party that will give it; later acts name its offer and repeat nothing;
- an item stands in its line as one value: reviewers pass exactly this;
- what only an officer can know (meant for combat, serves a weapon, paid by the United Nations) must be said.

Spec: record 4.7 (residue).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from servanda.act.content import Payload
from servanda.base.forms import ActId, Code, Moment, Name, Note, Part, Word, each_once, fault, instant
from servanda.domains.peacekeeping.lines import LINES_MAX, Line, Portion

SITES_MAX = 50
TASKS_MAX = 30
TOLD_MAX = 30
STRENGTH_MAX = 100_000

Route = Literal["between_contingents", "through_mission", "memorandum_change", "letter_of_assist"]
Strength = Annotated[int, Meta(ge=1, le=STRENGTH_MAX)]
Priority = Annotated[int, Meta(ge=1, le=3)]
Lines = Annotated[tuple[Line, ...], Meta(min_length=1, max_length=LINES_MAX)]


def _in_this_order(first: date | None, last: date | None) -> None:
    if first is not None and last is not None and last < first:
        raise fault("until_day", f"expected {first} or later, got {last}")


class Mandate(Part, frozen=True, kw_only=True, omit_defaults=True):
    """A mandate of the Security Council.

    Args:
        from_day, until_day: first and last day; no last day where the resolution names none.
        tasks: what it lets the contingent do, in words.
    """

    short: ClassVar[str] = "FIRST[/LAST],RESOLUTION"

    resolution: Name
    from_day: date
    until_day: date | None = None
    tasks: Annotated[tuple[Word, ...], Meta(max_length=TASKS_MAX)] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        _in_this_order(self.from_day, self.until_day)
        each_once("tasks", self.tasks)


class Site(Part, frozen=True, kw_only=True, omit_defaults=True):
    """A camp or team site of a contingent.

    Args:
        place: word of the agreement for where it lies.
    """

    code: Code
    place: Word


class JoinMission(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """Says that a contingent takes part in an operation, under a mandate.

    Args:
        mission: code of the operation.
        mandate: first day and, where there is one, last day, and resolution; left out, that of the other contingent.
        contingent: its name.
        strength: people.
        place: word of the agreement for where it serves.
        sites: its camps, each with its code and place.
    """

    mission: Code
    mandate: Mandate
    contingent: Name
    strength: Strength
    place: Word
    sites: Annotated[tuple[Site, ...], Meta(max_length=SITES_MAX)] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        each_once("sites", tuple(site.code for site in self.sites))


class UpdateMission(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """Says what changed, or that the mission's support office was told.

    Args:
        mission: code of the operation; left out, the one that the own contingent is in.
        told: offers, or what was given, that its office was told of; left out with all else, all still to be told.
        told_at: the hour it was told, as in `2031-03-01T09:00:00Z`.
        mandate: the mandate as it stands now.
        strength: people.
        reference: number of the paper that told it.
    """

    mission: Code
    told: Annotated[tuple[ActId, ...], Meta(max_length=TOLD_MAX)] = ()
    told_at: Moment | None = None
    mandate: Mandate | None = None
    strength: Strength | None = None
    reference: Code | None = None
    note: Note | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        each_once("told", self.told)
        if self.told_at is not None:
            instant("told_at", self.told_at)
            if not self.told:
                raise fault("told_at", "expected no hour where nothing was `told`")


class EndMission(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """Says that a contingent leaves.

    Args:
        mission: code of the operation; left out, the one that the own contingent is in.
        day: from which it takes part no more; left out, today.
    """

    mission: Code
    day: date
    note: Note | None = None


class RequestSupport(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """States a need of a contingent, line by line.

    Args:
        mission: code of the operation; left out, the one that the own contingent is in.
        lines: items with quantity and unit.
        place: word of the agreement for where it is needed; left out, where the own contingent serves.
        for_combat: meant for use in combat.
        from_day, until_day: between which days it is needed.
        priority: 1 is most urgent, 3 is least.
    """

    mission: Code
    lines: Lines
    place: Word
    for_combat: bool
    from_day: date | None = None
    until_day: date | None = None
    priority: Priority | None = None
    life_in_danger: bool = False
    note: Note | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        _in_this_order(self.from_day, self.until_day)


class OfferSupport(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """Offers support to the other contingent, line by line.

    Args:
        mission: code of the operation; left out, that of the request, or the one that the own contingent is in.
        lines: items with quantity and unit; left out, those of the request.
        place: word of the agreement for where it is given; left out, that of the request, or where it serves.
        for_combat: meant for use in combat.
        paid_by_un: the United Nations pays for it.
        route: who deals with whom; it decides who pays.
        request: the request that it answers.
    """

    mission: Code
    lines: Lines
    place: Word
    for_combat: bool
    paid_by_un: bool
    route: Route | None = None
    request: ActId | None = None
    life_in_danger: bool = False
    note: Note | None = None


class AcceptSupport(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """Accepts what the other contingent offers.

    Args:
        offer: the offer, by its act id.
    """

    offer: ActId
    note: Note | None = None


class FulfilSupport(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """Gives what was offered.

    Args:
        offer: the offer, by its act id.
        furnished: lines of the offer with the quantity given; left out, all that was not yet given.
        life_in_danger: a life is in danger, so that the mission's support office may be told within 72 hours.
        paid_by_un: the United Nations pays for it.
    """

    offer: ActId
    furnished: Annotated[tuple[Portion, ...], Meta(max_length=LINES_MAX)] = ()
    life_in_danger: bool = False
    paid_by_un: bool = False
    note: Note | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        each_once("furnished", tuple(portion.line for portion in self.furnished))


PAYLOADS: Mapping[str, type[Payload]] = MappingProxyType(
    {
        "peacekeeping.mission.join": JoinMission,
        "peacekeeping.mission.update": UpdateMission,
        "peacekeeping.mission.end": EndMission,
        "peacekeeping.support.request": RequestSupport,
        "peacekeeping.support.offer": OfferSupport,
        "peacekeeping.support.accept": AcceptSupport,
        "peacekeeping.support.fulfil": FulfilSupport,
    }
)
