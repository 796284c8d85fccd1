"""Bech32: slips of the pen are noticed, and a secret is never repeated in an error."""

from __future__ import annotations

import pytest

from servanda.base.errors import IntegrityError
from servanda.seal import bech32

PREFIX = "age-secret-key-pq-"
TEXT = "AGE-SECRET-KEY-PQ-1EYJAGGZHRKWEDJ8DVQFE9RPEJQ20X3ZAU39EPZ8VR46723SMEY9SHNDGDF"
DATA = bech32.decode(PREFIX, TEXT)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        TEXT[:-1],
        TEXT[:-1] + "G",
        TEXT + "Q",
        TEXT[:30] + TEXT[31:],
        TEXT[:30] + TEXT[31] + TEXT[30] + TEXT[32:],
        TEXT[:-7] + "B" + TEXT[-6:],
        TEXT.capitalize(),
        TEXT.replace("-PQ", ""),
        bech32.encode("age-secret-key-", DATA),
        TEXT + "\u00e9",
    ],
)
def test_a_slip_is_refused(text):
    with pytest.raises(IntegrityError) as refused:
        bech32.decode(PREFIX, text)
    assert refused.value.code == "key_invalid"
    assert text == "" or text[-20:] not in str(refused.value)


def test_bits_left_over_must_be_zero():
    """Seven bits hold no byte beyond the first; a text with another fifth of it is another spelling."""
    spelt = bech32.encode("a", b"\xff")
    crafted = _with_fives("a", [31, 31])
    assert spelt == _with_fives("a", [31, 28])
    with pytest.raises(IntegrityError):
        bech32.decode("a", crafted)


def _with_fives(prefix: str, fives: list[int]) -> str:
    remainder = bech32._checksum([*bech32._spread(prefix), *fives, *[0] * 6]) ^ 1
    check = [(remainder >> 5 * (5 - place)) & 31 for place in range(6)]
    return prefix + "1" + "".join(bech32._LETTERS[five] for five in [*fives, *check])


@pytest.mark.parametrize(
    "valid", ["a12uel5l", "?1ezyfcl", "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w"]
)
def test_texts_of_the_published_examples_read(valid):
    """Source: BIP 173, test vectors, those whose bits make whole bytes."""
    prefix = valid.rpartition("1")[0]
    assert bech32.encode(prefix, bech32.decode(prefix, valid)) == valid


def test_both_cases_mean_the_same():
    assert bech32.decode(PREFIX, TEXT.lower()) == DATA
    assert bech32.encode(PREFIX, DATA).upper() == TEXT
