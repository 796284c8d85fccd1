"""Agreements of two nations, run as signed acts between two sovereign nodes.

This module holds the public names and nothing else. Each is imported when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from servanda.act.act import Draft as Draft
    from servanda.act.ruling import Ground as Ground
    from servanda.act.ruling import Permit as Permit
    from servanda.act.ruling import Refusal as Refusal
    from servanda.assembly.opening import OpenNode as OpenNode
    from servanda.assembly.opening import Ruled as Ruled
    from servanda.assembly.opening import open_node as open_node
    from servanda.assembly.quantities import each as each
    from servanda.assembly.quantities import kilograms as kilograms
    from servanda.assembly.quantities import litres as litres
    from servanda.assembly.texts import Agreement as Agreement
    from servanda.assembly.words import Cite as Cite
    from servanda.base.errors import ServandaError as ServandaError
    from servanda.node.stages import Standing as Standing

_HOMES = {
    "Agreement": "assembly.texts",
    "Cite": "assembly.words",
    "Draft": "act.act",
    "Ground": "act.ruling",
    "OpenNode": "assembly.opening",
    "Permit": "act.ruling",
    "Refusal": "act.ruling",
    "Ruled": "assembly.opening",
    "ServandaError": "base.errors",
    "Standing": "node.stages",
    "each": "assembly.quantities",
    "kilograms": "assembly.quantities",
    "litres": "assembly.quantities",
    "open_node": "assembly.opening",
}

__all__ = [
    "Agreement",
    "Cite",
    "Draft",
    "Ground",
    "OpenNode",
    "Permit",
    "Refusal",
    "Ruled",
    "ServandaError",
    "Standing",
    "each",
    "kilograms",
    "litres",
    "open_node",
]


def __getattr__(name: str) -> Any:
    """A public name, from the module it lives in."""
    if name not in _HOMES:
        raise AttributeError(f"module `servanda` has no `{name}`")
    return getattr(import_module(f"servanda.{_HOMES[name]}"), name)
