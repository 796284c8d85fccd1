"""The rules of the life cycle, numbered, as rulings cite them.

Rules of this module:
- a rule has one number for good; a new one takes the next number;
- the same lines stand in spec/judging, section 9.

Spec: judging 9 (rules of the life cycle).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Rule(StrEnum):
    """What a ruling on an act of the life cycle cites where the text names no paragraph for it."""

    ENVOY = "life.1"
    TALKS = "life.2"
    READS = "life.3"
    SAME = "life.4"
    BASE = "life.5"
    TABLE = "life.6"
    ANSWER = "life.7"
    INITIAL = "life.8"
    WITHDRAW = "life.9"
    IN_SIGNATURE = "life.10"
    POWERS = "life.11"
    SIGN = "life.12"
    CONFIRM = "life.13"
    COMPLETION = "life.14"
    ONE_DOMAIN = "life.15"
    ENDED = "life.16"
    FORCE = "life.17"
    NOTICE = "life.18"
    REVOCABLE = "life.19"
    HOLD = "life.20"
    SUSPEND = "life.21"
    TERMINATE = "life.22"
    QUESTION = "life.23"
    CORRECT = "life.24"
    OFFICER = "life.25"
    KEY = "life.26"
    REGISTER = "life.27"
    HALF = "life.28"


SAYS: Mapping[Rule, str] = MappingProxyType(
    {
        Rule.ENVOY: "only an envoy of its own Party acts in the life of an agreement",
        Rule.TALKS: "talks may be proposed at any time; an answer names a proposal or an answer of the other Party, "
        "a minute names the proposal, and no text but one that was tabled",
        Rule.READS: "a text is put on the table when it reads, under the digest that it has",
        Rule.SAME: "a text carries the id it is tabled under, is between the two Parties, and is an exercise text "
        "among exercise nodes and only there",
        Rule.BASE: "a first text has no base; a later one names the digest in force and has no lower version, nor is "
        "it initialled with the same",
        Rule.TABLE: "a text lies on the table once, and not again when it was given up or has been in force",
        Rule.ANSWER: "a counter names a text of the other Party that lies on the table",
        Rule.INITIAL: "a text on the table is initialled by each Party once, when every paragraph has a clause and "
        "its words in every authentic language",
        Rule.WITHDRAW: "a text is taken off the table by the Party that tabled it, or by either once both have "
        "initialled",
        Rule.IN_SIGNATURE: "while a text is signed and not yet in force no other is tabled in its place, and it is "
        "not withdrawn",
        Rule.POWERS: "powers are shown for an officer of the own Party",
        Rule.SIGN: "a text both have initialled is signed by each Party once, in all its authentic languages, while "
        "no other that both have signed awaits its force",
        Rule.CONFIRM: "a signature given subject to confirmation, or by an officer whose powers to sign were not "
        "shown, counts once its Party confirms it",
        Rule.COMPLETION: "a Party tells once that its own law is satisfied, after both have signed in full",
        Rule.ONE_DOMAIN: "no text is initialled, signed or brought into force for a domain that another agreement in "
        "force governs",
        Rule.ENDED: "an ended agreement is not revived under its id",
        Rule.FORCE: "what ends, holds, suspends or questions needs a text in force",
        Rule.NOTICE: "a Party gives notice once at a time; a text that is silent on notice is left with twelve "
        "months of it",
        Rule.REVOCABLE: "the own notice may be withdrawn until it takes effect",
        Rule.HOLD: "a notice is held where the text knows it, and a held one is taken up again by the Party that "
        "gave it",
        Rule.SUSPEND: "what the text lets be suspended is suspended and resumed as it says, jointly by two acts that "
        "name the version in force, alone by an act without subject",
        Rule.TERMINATE: "both together end the agreement at any time, or give up a text signed and not yet in force",
        Rule.QUESTION: "a paragraph of the version in force is questioned where the text knows questions",
        Rule.CORRECT: "a questioned paragraph is corrected by a text that differs in its clauses only, or let stand "
        "by naming the text in force",
        Rule.OFFICER: "a Party appoints and dismisses its own officers; an appointed key signs its own appointment "
        "and was never another officer's, nor revoked",
        Rule.KEY: "a Party rotates and revokes keys of its own officers; a rotation is signed by the old and the new "
        "key",
        Rule.REGISTER: "an agreement is lodged for registration once its force has begun",
        Rule.HALF: "a Party does not say again a half that waits for the other",
    }
)
