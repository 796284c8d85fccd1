"""Bech32: how a sealing identity is written down, with a check against slips of the pen.

Rules of this module:
- a text is all upper or all lower case; six characters at its end check the rest;
- bytes are written in fives; the bits left over at the end are zero.

Spec: record outside formats (age v1). Source: BIP 173, without its length limit, as age uses it.
"""

from __future__ import annotations

from collections.abc import Iterable

from servanda.base.errors import IntegrityError

_LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECK_LETTERS = 6


def encode(prefix: str, data: bytes) -> str:
    """Bytes under a lower-case prefix, in lower case."""
    surplus = -len(data) * 8 % 5
    number = int.from_bytes(data, "big") << surplus
    fives = [(number >> shift) & 31 for shift in range(len(data) * 8 + surplus - 5, -1, -5)]
    remainder = _checksum([*_spread(prefix), *fives, *[0] * _CHECK_LETTERS]) ^ 1
    check = [(remainder >> 5 * (_CHECK_LETTERS - 1 - place)) & 31 for place in range(_CHECK_LETTERS)]
    return prefix + "1" + "".join(_LETTERS[five] for five in [*fives, *check])


def decode(prefix: str, text: str) -> bytes:
    """The bytes of a text under the lower-case prefix expected.

    Raises:
        IntegrityError: `key_invalid`; its message does not repeat the text, which may be a secret.
    """
    lowered = text.lower()
    head, _, tail = lowered.rpartition("1")
    if text not in (lowered, text.upper()) or head != prefix or len(tail) < _CHECK_LETTERS:
        raise _invalid(prefix)
    if any(letter not in _LETTERS for letter in tail):
        raise _invalid(prefix)
    fives = [_LETTERS.index(letter) for letter in tail]
    if _checksum([*_spread(prefix), *fives]) != 1:
        raise _invalid(prefix)
    number = 0
    for five in fives[:-_CHECK_LETTERS]:
        number = (number << 5) | five
    length, surplus = divmod(5 * (len(fives) - _CHECK_LETTERS), 8)
    data = (number >> surplus).to_bytes(length, "big")
    if encode(prefix, data) != lowered:
        raise _invalid(prefix)
    return data


def _spread(prefix: str) -> list[int]:
    codes = prefix.encode("ascii")
    return [code >> 5 for code in codes] + [0] + [code & 31 for code in codes]


def _checksum(values: Iterable[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for place, term in enumerate(_GENERATOR):
            if (top >> place) & 1:
                check ^= term
    return check


def _invalid(prefix: str) -> IntegrityError:
    return IntegrityError(
        "key_invalid",
        f"a text that is no bech32 under `{prefix}`",
        action="compare it letter by letter",
    )
