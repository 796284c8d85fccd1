"""Pages of templates: what is put in is escaped, and what is missing is a fault."""

from __future__ import annotations

import pytest
from jinja2 import UndefinedError

from servanda.adapters.templates import made


def test_a_page_without_its_values_is_not_made() -> None:
    with pytest.raises(UndefinedError):
        made("assurance.html.jinja")
