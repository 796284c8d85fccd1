"""What staff name, looked up on the board: operations, requests, offers, support, and what is left of an offer.

Rules of this module:
- what is not there, or is not for the own Party to answer, is an error that says what to name instead;
- an operation that is not named is the one the own contingent is in.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from servanda.base.errors import UsageError
from servanda.domain import Seat
from servanda.domains.peacekeeping import acts
from servanda.domains.peacekeeping.board import Board, Mission, Offer, Participation, Request
from servanda.domains.peacekeeping.lines import Portion


def today(seat: Seat) -> date:
    """The day as the agreement counts it."""
    return seat.at.astimezone(seat.zone).date()


def to_join(board: Board, seat: Seat, code: str) -> Mission | None:
    """The operation that the own contingent is about to join; None where it is the first there.

    Raises:
        UsageError: `already_joined`, or `mission_misspelt` where the other Party writes its code in other letters.
    """
    known = board.missions.get(code)
    if known is None:
        like = next((each for each in sorted(board.missions) if each.casefold() == code.casefold()), None)
        if like is not None:
            raise UsageError(
                "mission_misspelt",
                f"`{code}` is written `{like}` here",
                action="write the code as it was written first",
            )
        return None
    own = known.parts.get(seat.party)
    if own is not None and own.stay.left_day is None:
        raise UsageError(
            "already_joined", f"the own contingent is in `{code}`", action="say what changed with `mission update`"
        )
    return known


def mandate_of_other(known: Mission | None, seat: Seat) -> acts.Mandate:
    """The mandate that the other contingent named.

    Raises:
        UsageError: `mandate_missing`.
    """
    part = None if known is None else known.parts.get(seat.other)
    mandate = None if part is None else part.mandate_on(today(seat))
    if mandate is None:
        raise UsageError(
            "mandate_missing",
            "no contingent has named a mandate",
            action="give the mandate, with its `resolution` and `from_day`",
        )
    return mandate


def taking_part(board: Board, seat: Seat, code: str | None) -> tuple[Mission, Participation]:
    """An operation and the own part in it, also after leaving; the one there is, where none is named.

    Raises:
        UsageError: `mission_unclear`, `mission_unknown` or `not_joined`.
    """
    if code is None:
        code = _the_one(board, seat)
    known = board.missions.get(code)
    if known is None:
        raise UsageError("mission_unknown", f"`{code[:48]}` is no operation here", action="say `mission join` first")
    own = known.parts.get(seat.party)
    if own is None:
        raise UsageError("not_joined", f"the own contingent is not in `{code}`", action="say `mission join` first")
    return known, own


def _the_one(board: Board, seat: Seat) -> str:
    day = today(seat)
    found = sorted(each.code for each in board.missions.values() if each.joined(seat.party, day))
    if not found:
        raise UsageError("mission_unclear", "the own contingent is in no operation", action="say `mission join` first")
    if len(found) > 1:
        listed = ", ".join(f"`{code}`" for code in found)
        raise UsageError("mission_unclear", f"the own contingents are in {listed}", action="name one with `--mission`")
    return found[0]


def support(board: Board, mission: Mission, act_id: str) -> Offer:
    """The offer that an act is about, in this operation.

    Raises:
        UsageError: `support_unknown`.
    """
    known = board.offers.get(board.offer_of.get(act_id) or act_id)
    if known is None or known.content.mission != mission.code:
        raise UsageError(
            "support_unknown",
            f"`{act_id[:16]}` is no support in `{mission.code}`",
            action="name an offer, its acceptance, or what was given on it; see `act list`",
        )
    return known


def to_answer(board: Board, seat: Seat, act_id: str) -> Request:
    """A request of the other Party.

    Raises:
        UsageError: `request_unknown` or `request_own`.
    """
    known = board.requests.get(act_id)
    if known is None:
        raise UsageError(
            "request_unknown", f"`{act_id[:16]}` is no request here", action="name the act id of one, from `act list`"
        )
    if known.author == seat.party:
        raise UsageError("request_own", f"`{act_id[:16]}` is an own request", action="the other Party answers it")
    return known


def to_accept(board: Board, seat: Seat, act_id: str) -> Offer:
    """An offer of the other Party that waits for an answer.

    Raises:
        UsageError: `offer_unknown`, `offer_own` or `offer_accepted`.
    """
    known = _offer(board, act_id)
    if known.author == seat.party:
        raise UsageError("offer_own", f"`{act_id[:16]}` is an own offer", action="the other Party accepts it")
    if known.accepted_by is not None:
        raise UsageError("offer_accepted", f"offer `{act_id[:16]}` was accepted before", action="nothing is owed")
    return known


def to_give(board: Board, seat: Seat, act_id: str, *, life_in_danger: bool) -> Offer:
    """An own offer of which something is left, accepted unless a life is in danger.

    Raises:
        UsageError: `offer_unknown`, `offer_of_other`, `offer_open` or `nothing_left`.
    """
    known = _offer(board, act_id)
    if known.author != seat.party:
        raise UsageError(
            "offer_of_other", f"`{act_id[:16]}` is an offer of {known.author}", action="the Party that offers gives it"
        )
    if known.accepted_by is None and not life_in_danger:
        raise UsageError(
            "offer_open",
            f"offer `{act_id[:16]}` was not accepted",
            action="wait for its acceptance; where a life is in danger, say so",
        )
    if not known.left():
        raise UsageError("nothing_left", f"all of offer `{act_id[:16]}` was given", action="offer again what is needed")
    return known


def within(offer: Offer, portions: tuple[Portion, ...]) -> None:
    """Nothing beyond what an offer holds and was not yet given.

    Raises:
        UsageError: `line_unknown` or `beyond_offer`.
    """
    left = {portion.line: portion.quantity for portion in offer.left()}
    for portion in portions:
        if portion.line > len(offer.content.lines):
            raise UsageError(
                "line_unknown",
                f"offer `{offer.id[:16]}` has no line {portion.line}",
                action=f"name lines 1 to {len(offer.content.lines)}",
            )
        still = left.get(portion.line, "0")
        if Decimal(portion.quantity) > Decimal(still):
            raise UsageError(
                "beyond_offer",
                f"`{portion.quantity}` of line {portion.line} is more than the `{still}` left of it",
                action="offer more first, or give what is left",
            )


def _offer(board: Board, act_id: str) -> Offer:
    known = board.offers.get(act_id)
    if known is None:
        raise UsageError(
            "offer_unknown", f"`{act_id[:16]}` is no offer here", action="name the act id of one, from `act list`"
        )
    return known
