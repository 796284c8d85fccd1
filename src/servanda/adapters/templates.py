"""Pages made of templates that ship with the package.

Rules of this module:
- what is put into a page is escaped, always; no template marks anything as safe;
- a template that asks for what is not there is a fault, not an empty place;
- a page is made of its values alone: no clock, no file beside it, no request.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

from jinja2 import Environment, FunctionLoader, StrictUndefined


def made(template: str, **values: object) -> str:
    """A page.

    Args:
        template: its name in the folder of data.
    """
    return _environment().get_template(template).render(values)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FunctionLoader(_source),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _source(name: str) -> str:
    return resources.files("servanda").joinpath("data", name).read_text(encoding="utf-8")
