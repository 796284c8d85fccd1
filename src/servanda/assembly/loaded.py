"""The domains that this release knows, with what their staff do.

Rules of this module:
- a domain is added here: its name in `LOADED`, and its module in `loaded`;
- their names are quick to have; the domains themselves are imported when they are first asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from servanda.act.act import Draft
    from servanda.domain import Domain

ACCORD = "agreement"
LOADED = (ACCORD, "intelligence", "rescue", "logistics", "peacekeeping")

Verb = Callable[..., "Draft"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """One domain and its desk.

    Args:
        verbs: kind -> what the desk calls to draft it; none for what has no desk.
    """

    domain: Domain[Any]
    verbs: Mapping[str, Verb] = field(default_factory=dict)


@cache
def loaded() -> Mapping[str, Loaded]:
    """Every domain of this release by its name, the accord first."""
    from servanda.domain import ACCORD as ACCORD_DOMAIN  # slow import
    from servanda.domains import intelligence, logistics, peacekeeping, rescue  # slow import

    found = (
        Loaded(domain=ACCORD_DOMAIN),
        Loaded(domain=intelligence.DOMAIN, verbs=intelligence.desk.VERBS),
        Loaded(domain=rescue.DOMAIN, verbs=rescue.VERBS),
        Loaded(domain=logistics.DOMAIN, verbs=logistics.VERBS),
        Loaded(domain=peacekeeping.DOMAIN, verbs=peacekeeping.VERBS),
    )
    return MappingProxyType({each.domain.name: each for each in found})


def domains() -> Mapping[str, Domain[Any]]:
    """The domains as the node takes them."""
    return {name: each.domain for name, each in loaded().items()}
