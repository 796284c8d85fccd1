"""The drawn tree of errors, written for the duty officer.

Rules of this module:
- an error says what is wrong (lower-case start, no full stop, input in backticks) and what to do next;
- its code never changes its meaning; its class gives the exit code of the command line;
- a refusal is not an error: it is a ruling (`act/ruling`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal


class ServandaError(Exception):
    """Something that stopped the work, with a stable code and what to do next.

    Args:
        code: stable name of the failure, as in spec/record section 13.
        message: what is wrong, for the duty officer.
        action: what to do next; empty where nothing can be done here.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, code: str, message: str, *, action: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.action = action

    def __str__(self) -> str:
        return f"{self.message}; {self.action}" if self.action else self.message


class UsageError(ServandaError):
    """The command or its settings cannot be carried out as given."""

    exit_code = 2


class IntegrityError(ServandaError):
    """A signature, proof, order or digest does not hold."""

    exit_code = 4


class PeerError(ServandaError):
    """The other node, the link or a clock stands in the way; recorded and tried again."""

    exit_code = 5


class MalformedError(ServandaError):
    """Bytes that do not have the form the specification gives them."""

    exit_code = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """One fault of a text, or a warning about it, with its place.

    Args:
        line: line of the file, first is 1.
        paragraph: number of the paragraph, empty where none is reached.
        word: the word at fault, as written.
        level: a text with a fault cannot be initialled; one with a warning can.
    """

    path: str
    line: int
    paragraph: str
    code: str
    message: str
    word: str
    level: Literal["fault", "warning"] = "fault"


class AgreementError(ServandaError):
    """A text that does not read, with every complaint and its place."""

    exit_code = 7

    def __init__(self, complaints: tuple[Complaint, ...]) -> None:
        first = complaints[0]
        more = f" (and {len(complaints) - 1} more)" if len(complaints) > 1 else ""
        place = f"{first.path}:{first.line}"
        super().__init__(first.code, f"{place}: {first.message}{more}", action="correct the text and check it again")
        self.complaints = complaints
