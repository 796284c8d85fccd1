"""Extras: what is there passes, what is absent says what to install."""

from __future__ import annotations

import pytest

from servanda.assembly.extras import needed
from servanda.base.errors import UsageError


def test_an_extra_that_is_absent_says_what_to_install() -> None:
    with pytest.raises(UsageError) as caught:
        needed("prove", "no_such_solver")
    assert (caught.value.code, str(caught.value)) == (
        "extra_missing",
        "this needs the extra `prove` of the package, and `no_such_solver` is not installed; install servanda[prove]",
    )


@pytest.mark.parametrize(("extra", "module"), [("prove", "z3"), ("exchange", "lxml"), ("paper", "typst")])
def test_an_extra_that_is_there_passes(extra: str, module: str) -> None:
    needed(extra, module)
