"""The receipt "decided": the other Party's reply to an act, proved to anybody.

Rules of this module:
- the reply is an entry of the other log, under a head that it signed;
- it is at the place that it names, and about the act that is asked for.

Spec: record 7.1, 7.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from servanda.act.entry import Received, decode
from servanda.base.errors import IntegrityError
from servanda.log import receipt
from servanda.log.checkpoint import SignedHead, Trust


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A reply that is proved.

    Args:
        reply: the entry, with the ruling in it.
        head: the checkpoint it is under, with those who signed it.
    """

    reply: Received
    head: SignedHead


def decided(raw: bytes, act: str, origin: str, trust: Sequence[Trust]) -> Decided:
    """The reply to an act, from its receipt.

    Args:
        act: id of the act that is asked for.
        origin: name of the log that must hold the reply.
        trust: the keys of that log, and of the witness whose line must stand under it.

    Raises:
        MalformedError: `too_large`, `proof_malformed`, `note_malformed`, or as an entry that does not read.
        IntegrityError: `origin_wrong`, `signature_*`, `proof_invalid`, `entry_misplaced` or `receipt_of_other_act`.
    """
    proven = receipt.verify(receipt.read(raw), origin, trust)
    entry = decode(proven.entry, log=origin, index=proven.index)
    if not isinstance(entry, Received) or entry.act != act:
        raise IntegrityError(
            "receipt_of_other_act",
            f"the receipt is no reply to the act `{act[:16]}`",
            action="ask for the receipt of this act",
        )
    return Decided(reply=entry, head=proven.head)
