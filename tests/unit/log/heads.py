"""Two nodes' keys and one log, for the tests of checkpoints and receipts."""

from __future__ import annotations

from datetime import UTC, datetime

from servanda.log.checkpoint import Checkpoint, LineType, Trust, cosign, sign_head
from servanda.log.tree import Tree, leaf_hash
from servanda.seal.keys import Alg, from_seed

LOG = "jp.node.example/kr/1"
WITNESS = "kr.node.example/witness"
LOG_KEY, WITNESS_KEY, STRANGER = (from_seed(Alg.ED25519, bytes([number]) * 32) for number in (1, 2, 3))
LOG_PQ, WITNESS_PQ = (from_seed(Alg.ML_DSA_44, bytes([number]) * 32) for number in (4, 5))
SIGNED_AT = datetime(2031, 4, 1, 8, 0, 0, tzinfo=UTC)
HELD_AT = datetime(2031, 4, 1, 8, 0, 7, tzinfo=UTC)

ENTRIES = [b'{"index":%d}' % index for index in range(5)]
TREE = Tree(leaf_hash(entry) for entry in ENTRIES)
HEAD = Checkpoint(log=LOG, size=5, root=TREE.root(5))
SIGNED = sign_head(HEAD, [LOG_KEY, LOG_PQ], SIGNED_AT)
HELD = cosign(SIGNED, WITNESS, [WITNESS_KEY, WITNESS_PQ], HELD_AT)

LOG_TRUST = (
    Trust(name=LOG, type=LineType.ED25519, public=LOG_KEY.public),
    Trust(name=LOG, type=LineType.ML_DSA_44, public=LOG_PQ.public),
)
WITNESS_TRUST = (
    Trust(name=WITNESS, type=LineType.COSIGNATURE, public=WITNESS_KEY.public),
    Trust(name=WITNESS, type=LineType.ML_DSA_44, public=WITNESS_PQ.public),
)
TRUST = (*LOG_TRUST, *WITNESS_TRUST)
