"""What may be said of a rescue: the payload of each kind, valid once built.

Rules of this module:
- the acts that may assert no title have no free text: codes, numbers and words of closed lists alone;
- a case is known by the act that opened it, an admission by the act that asked for it;
- what only an officer can know (weapons safe, nothing but rescue) must be said where it counts;
- what the agreement may refuse is no error of form: it reads, and is judged;
- all of a payload outlives its destruction, since the casebook rests on it.

Spec: record 4.7 (residue); judging 10 (joint acts), 12 (areas and place). Clause: kr-jp-a 10.1 to 12.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated

from msgspec import Meta

from servanda.act.content import Payload
from servanda.base.forms import ActId, Amount, Code, Moment, Name, Note, each_once, fault, instant
from servanda.domains.rescue.forms import (
    POSITIONS_MAX,
    Nature,
    Outcome,
    Persons,
    Position,
    Reason,
    Seen,
    Sensor,
    Sort,
    Source,
    Stage,
    Why,
)
from servanda.domains.rescue.parts import AREAS_MAX, Found, LeadSubject, PlanInputs, SearchArea, in_order, instants

TRACK_MAX = 2_000
FOUND_MAX = 200
SENSORS_MAX = 10

Positions = Annotated[tuple[Position, ...], Meta(min_length=1, max_length=POSITIONS_MAX)]


class ReceiveAlert(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """Notes at home that an alert came in, with the minute.

    Args:
        received_at: when it came in.
    """

    received_at: Moment
    source: Source
    position: Position | None = None
    persons: Persons | None = None
    note: Note | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        instant("received_at", self.received_at)


class OpenCase(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """Tells of people in danger.

    Args:
        received_at: the hour at which the own Party learnt of the danger.
        position_at: when they were there.
        object: code of what drifts, from the table of leeway objects.
        craft: name of the ship or aircraft.
        reference: number of the case in the own books.
        reopens: the closed case that this one goes on with.
    """

    received_at: Moment
    stage: Stage
    nature: Nature
    position: Position | None = None
    position_at: Moment | None = None
    uncertainty_nm: Amount | None = None
    persons: Persons | None = None
    object: Code | None = None
    craft: Name | None = None
    source: Source | None = None
    reference: Code | None = None
    reopens: ActId | None = None
    note: Note | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        instants(received_at=self.received_at, position_at=self.position_at)


class LodgeSighting(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """Tells of something seen.

    Args:
        case: the case it may belong to; none where nobody knows.
        unit: code of the unit that saw it.
    """

    seen_at: Moment
    what: Seen
    case: ActId | None = None
    position: Position | None = None
    uncertainty_nm: Amount | None = None
    persons: Persons | None = None
    unit: Code | None = None
    note: Note | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        instant("seen_at", self.seen_at)


class OfferAsset(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """Offers a unit.

    Args:
        unit: its code.
        weapons_safe: weapons unloaded, fire-control radar off.
        position: where it is now.
        speed_kn: on the way, knots.
        endurance_h: on scene, hours.
    """

    case: ActId
    unit: Code
    sort: Sort
    weapons_safe: bool
    position: Position | None = None
    available_from: Moment | None = None
    available_until: Moment | None = None
    speed_kn: Amount | None = None
    endurance_h: Amount | None = None
    sensors: Annotated[tuple[Sensor, ...], Meta(max_length=SENSORS_MAX)] = ()
    note: Note | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        instants(available_from=self.available_from, available_until=self.available_until)
        in_order("available_until", self.available_from, self.available_until)
        each_once("sensors", self.sensors)


class ProposePlan(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """Proposes a search plan.

    Args:
        inputs: what is needed to compute it again; none for a plan drawn by hand.
        replaces: the plan that this one takes the place of.
    """

    case: ActId
    areas: Annotated[tuple[SearchArea, ...], Meta(min_length=1, max_length=AREAS_MAX)]
    inputs: PlanInputs | None = None
    replaces: ActId | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        each_once("areas", tuple(area.number for area in self.areas))


class AgreePlan(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """Agrees to the plan of the other Party.

    Args:
        numerics: version of what computed it again here.
        difference_m: between the two computations.
    """

    plan: ActId
    numerics: Code | None = None
    difference_m: Amount | None = None


class ReportSearch(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """Reports the track that a unit searched, with what was found.

    Args:
        plan, area: the plan and the number of its area, where it was searched by one.
        sweep_width_nm: as the unit held it.
        visibility_nm, wind_kn, wave_m: as met.
    """

    case: ActId
    unit: Code
    began: Moment
    ended: Moment
    track: Annotated[tuple[Position, ...], Meta(min_length=1, max_length=TRACK_MAX)]
    plan: ActId | None = None
    area: Annotated[int, Meta(ge=1, le=AREAS_MAX)] | None = None
    sweep_width_nm: Amount | None = None
    visibility_nm: Amount | None = None
    wind_kn: Amount | None = None
    wave_m: Amount | None = None
    found: Annotated[tuple[Found, ...], Meta(max_length=FOUND_MAX)] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        instants(began=self.began, ended=self.ended)
        in_order("ended", self.began, self.ended)
        if self.area is not None and self.plan is None:
            raise fault("plan", "expected the plan whose area is named")


class PassLead(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """Passes the lead to the Party it names, once both have said so."""

    subject: LeadSubject


class RequestAdmission(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """Asks for a unit to be let into waters or the air above them.

    Args:
        sole_purpose_rescue: it comes only to look for and save people.
        positions: where it will be; the areas of the annex that hold them are asked for.
    """

    case: ActId
    unit: Code
    sort: Sort
    why: Why
    sole_purpose_rescue: bool
    begins: Moment
    ends: Moment
    positions: Positions

    def __post_init__(self) -> None:
        super().__post_init__()
        instants(begins=self.begins, ends=self.ends)
        in_order("ends", self.begins, self.ends)


class AnswerAdmission(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """Grants or refuses an admission.

    Args:
        until: the grant ends then, where it is earlier than what was asked for.
    """

    request: ActId
    granted: bool
    until: Moment | None = None
    reason: Reason | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        instants(until=self.until)
        if self.until is not None and not self.granted:
            raise fault("until", "expected no end of a grant where nothing is granted")


class BeginAdmission(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """Tells that a unit goes in.

    Args:
        at: when it goes in.
        positions: where it goes.
        sole_purpose_rescue: it comes only to look for and save people.
        weapons_safe: weapons unloaded, fire-control radar off.
        request: the request that was granted, where one was made.
    """

    unit: Code
    at: Moment
    positions: Positions
    sole_purpose_rescue: bool
    weapons_safe: bool
    case: ActId | None = None
    request: ActId | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        instant("at", self.at)


class ConcurCase(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """Says that the own Party was heard and the case may be closed."""

    case: ActId


class CloseCase(Payload, frozen=True, kw_only=True, omit_defaults=True):
    """Closes a case.

    Args:
        saved, lost: persons.
    """

    case: ActId
    outcome: Outcome
    saved: Persons | None = None
    lost: Persons | None = None


PAYLOADS: Mapping[str, type[Payload]] = MappingProxyType(
    {
        "rescue.alert.receive": ReceiveAlert,
        "rescue.case.open": OpenCase,
        "rescue.case.concur": ConcurCase,
        "rescue.case.close": CloseCase,
        "rescue.sighting.lodge": LodgeSighting,
        "rescue.asset.offer": OfferAsset,
        "rescue.plan.propose": ProposePlan,
        "rescue.plan.agree": AgreePlan,
        "rescue.search.report": ReportSearch,
        "rescue.lead.pass": PassLead,
        "rescue.admission.request": RequestAdmission,
        "rescue.admission.answer": AnswerAdmission,
        "rescue.admission.begin": BeginAdmission,
    }
)
