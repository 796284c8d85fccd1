"""Every bound of the record, with its unit in its name.

Rules of this module:
- a bound is enforced at the edge where bytes come in, before they are read further;
- the settings of a node may lower a bound, never raise it;
- the other node's bounds are the same, so what one may send the other must take.

Spec: record 12, and the sections named beside a bound.
"""

from __future__ import annotations

# Text and numbers. Spec: record 1.1.
JSON_DEPTH_MAX = 16
JSON_INTEGER_MAX = 2**53 - 1
JSON_NAME_CHARACTERS_MAX = 64

# Acts and their payloads. Spec: record 3, 4.
STATEMENT_BYTES_MAX = 32_768
ENVELOPE_BYTES_MAX = 65_536
CAUSES_MAX = 32
SIGNERS_MAX = 8
ACT_LINES_MAX = 10_000
TEXT_MEMBER_CHARACTERS_MAX = 256
PAYLOAD_BYTES_MAX = 4_194_304
FRAME_BYTES_MIN = 1_024
AGE_STANZAS_MAX = 8

# Logs. Spec: record 5, 6.
ENTRY_BYTES_MAX = 65_535
LOG_ENTRIES_MAX = 2**40
CHECKPOINT_BYTES_MAX = 65_536
SIGNATURE_LINES_MAX = 16
PROOF_HASHES_MAX = 63
RECEIPT_BYTES_MAX = 262_144

# What stays home. Its items hold a residue or a ruling, as entries do.
JOURNAL_ITEM_BYTES_MAX = 65_535

# Keys. Spec: record 9.
KEY_LIST_BYTES_MAX = 131_072
KEY_LIST_ENVELOPE_BYTES_MAX = 262_144
KEYRING_BYTES_MAX = 16_384

# Bundles and their exchange. Spec: record 10.
MANIFEST_BYTES_MAX = 8_192
MANIFEST_ENVELOPE_BYTES_MAX = 16_384
RECORD_BYTES_MAX = 8_388_608
BUNDLE_RECORDS_MAX = 100_000
BUNDLE_ENTRIES_MAX = 100_000
STREAM_HTTP_BYTES_MAX = 67_108_864
STREAM_FILE_BYTES_MAX = 1_073_741_824
WANT_RANGES_MAX = 256
REQUEST_AGE_MAX_S = 60
EXCHANGES_AT_ONCE_MAX = 2
OUTBOX_ACTS_MAX = 200_000

# Clocks. Spec: record 11.
CLOCK_SKEW_MAX_S = 120
CLAIMED_BEFORE_MAX_S = 7 * 86_400
