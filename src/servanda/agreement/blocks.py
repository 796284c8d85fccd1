"""Values of a text as they stand in its blocks, each with its line.

Rules of this module:
- a value is a word, a whole number, a truth, a list or a table; all else is a word as written;
- a table has every key once, and every key is a name.

Spec: agreement 2 (blocks).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never

Plain = bool | int | str | list["Plain"] | dict[str, "Plain"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalar:
    """A word, a whole number or a truth."""

    value: bool | int | str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A list."""

    items: tuple[Block, ...]
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Names with their values, in the order written.

    Args:
        lines: line on which each name stands.
    """

    entries: Mapping[str, Block]
    lines: Mapping[str, int]
    line: int


Block = Scalar | Listing | Table


def plain(block: Block) -> Plain:
    """The value without its lines."""
    match block:
        case Scalar():
            return block.value
        case Listing():
            return [plain(item) for item in block.items]
        case Table():
            return {name: plain(value) for name, value in block.entries.items()}
    assert_never(block)


def shown(block: Block) -> str:
    """A value as a message quotes it."""
    match block:
        case Scalar(value=bool()):
            return "true" if block.value else "false"
        case Scalar():
            return str(block.value)
        case Listing():
            return f"[{', '.join(shown(item) for item in block.items)}]"
        case Table():
            return f"{{{', '.join(f'{name}: {shown(value)}' for name, value in block.entries.items())}}}"
    assert_never(block)
