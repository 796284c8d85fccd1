"""Agreements of two nations, run as signed acts between two sovereign nodes.

This module holds the public names and nothing else.
"""

__all__: list[str] = []
