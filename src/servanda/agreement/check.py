"""Checking texts side by side: each by itself, and that no two agreements govern one domain.

Rules of this module:
- two agreements never govern one domain; versions of one agreement are one agreement;
- every complaint of every text is shown at once.

Spec: agreement 8 (complaints).
"""

from __future__ import annotations

from collections.abc import Iterable

from servanda.agreement import instrument
from servanda.agreement.complaints import Complaints, Fault
from servanda.agreement.instrument import Instrument
from servanda.agreement.outline import read_outline
from servanda.agreement.wording import LanguageFile
from servanda.base.errors import AgreementError, Complaint


def complaints(texts: Iterable[tuple[str, str, Iterable[LanguageFile]]]) -> tuple[Complaint, ...]:
    """Every complaint about texts that are to stand side by side.

    Args:
        texts: path and source of each, and its language files.

    Returns:
        The complaints in the order of the texts and of their lines; none where all can be initialled.
    """
    found: list[Complaint] = []
    governing: dict[str, tuple[str, str]] = {}
    for path, source, words in texts:
        try:
            read = instrument.load(source, path=path, words=words)
        except AgreementError as error:
            found.extend(error.complaints)
            continue
        found.extend(_clashes(read, path, governing))
    return tuple(found)


def _clashes(read: Instrument, path: str, governing: dict[str, tuple[str, str]]) -> tuple[Complaint, ...]:
    gathered = Complaints(path)
    for domain in read.governs:
        identifier, where = governing.setdefault(domain, (read.id, path))
        if identifier != read.id:
            outline = read_outline(read.source, Complaints(path))
            line = outline.head.lines["governs"] if outline else 1
            message = f"`{domain}` is governed by `{identifier}` ({where}) already; no two agreements govern one domain"
            gathered.add(Fault.DOMAIN_TWICE, message, line=line, word=domain)
    return gathered.found()
