"""Intake: a draft sealed and signed into an act, or the bytes of one taken from the peer.

Rules of this module:
- a draft names what is said; intake adds the agreement's digest, salt, reference, seals the payload and lets the
  officers sign;
- an officer signs a statement that does not depend on its place in a log;
- bytes of the peer are read here and judged later: a bad signature is a ruling, not an error.

Spec: record 2.5, 3.1, 4.1, 4.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from servanda.act import content, frame
from servanda.act.act import Draft, read_act, statement_bytes
from servanda.act.kind import With, kinds
from servanda.base import canon, limits
from servanda.base.errors import MalformedError, UsageError
from servanda.node.ports import Keys
from servanda.node.scene import Scene
from servanda.node.stages import Intake
from servanda.seal import age, draw, envelope
from servanda.seal.envelope import ACT
from servanda.seal.keys import PublicKey, SecretKey


def take_draft(
    draft: Draft,
    *,
    officers: Sequence[str],
    keys: Keys,
    scene: Scene,
    peer_party: str,
    peer_seal: PublicKey,
    now: datetime,
    proving: Sequence[SecretKey] = (),
    reference: str | None = None,
) -> Intake:
    """A draft as a signed act with its sealed payload.

    Args:
        officers: who signs, the first being the author of the act.
        proving: keys that an appointment or rotation names, which sign to prove possession.
        reference: 16 bytes in hex, given again for a retry of the same intention.

    Raises:
        UsageError: the kind cannot be said, nobody signs, or an officer's keyring is not open.
        MalformedError: `too_large`.
    """
    kind = kinds().get(draft.kind)
    if kind is None or kind.recorded is With.OCCASION:
        raise UsageError("kind_unknown", f"`{draft.kind}` cannot be said", action="see `servanda --help` for the kinds")
    if not officers:
        raise UsageError("officer_missing", "no officer signs", action="name one with `--as OFFICER`")
    signers = [(officer, key) for officer in dict.fromkeys(officers) for key in keys.officer(officer)]
    named = getattr(draft.payload, "officer", officers[0])
    signers += [(str(named), key) for key in proving]
    commit, sealed, salt = None, None, b""
    if draft.payload is not None:
        raw = canon.encode(content.write(draft.payload))
        if len(raw) > limits.PAYLOAD_BYTES_MAX:
            raise MalformedError("too_large", f"the payload has {len(raw)} bytes", action="say it in several acts")
        salt = draw.salt()
        commit = frame.commit(salt, raw)
        sealed = age.seal(frame.pack(raw, salt), [keys.seal().public, peer_seal])
    body = statement_bytes(
        agreement=draft.agreement,
        agreement_digest=scene.agreement_digest(draft.agreement, kind),
        author=scene.copy.party,
        addressee=peer_party,
        kind=draft.kind,
        reference=reference or draw.reference(),
        claimed_at=now,
        causes=draft.causes,
        payload=None if commit is None else (commit, f"{draft.kind}/1"),
        signed_by=[(officer, key.public.key_id) for officer, key in signers],
    )
    raw_envelope = envelope.make(ACT, body, [key for _, key in signers])
    asked = None if draft.asked is None else frame.asked_commit(salt, draft.asked)
    return Intake(signed=read_act(raw_envelope), sealed=sealed, finding=draft.finding, asked=asked)
