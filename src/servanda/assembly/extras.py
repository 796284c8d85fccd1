"""Extras of the package: what proves, publishes and exchanges needs more than a node does.

Rules of this module:
- what an extra brings is imported where it is used, after it was asked for here;
- where it is absent nothing is done, and what to install is said.
"""

from __future__ import annotations

from importlib.util import find_spec

from servanda.base.errors import UsageError


def needed(extra: str, module: str) -> None:
    """What an extra of the package brings is there.

    Args:
        module: the one that is imported next.

    Raises:
        UsageError: `extra_missing`.
    """
    if find_spec(module) is None:
        raise UsageError(
            "extra_missing",
            f"this needs the extra `{extra}` of the package, and `{module}` is not installed",
            action=f"install servanda[{extra}]",
        )
