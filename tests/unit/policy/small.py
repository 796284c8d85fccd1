"""A small agreement, made of the clauses a test is about: paragraphs 2.1, 2.2 and so on, one clause each."""

from __future__ import annotations

from servanda.agreement.instrument import Instrument, load

HEAD = """---
format: servanda-agreement/1
id: small
title: Small
version: 1
status: exercise
parties: {JP: Japan, KR: Korea}
governs: [GOVERNS]
languages: {authentic: [en]}
time_zone: "+09:00"
annexes: []
---

# Small

## Article 1 · Words and time

**1.1** Words.

```clause
defines:
  topic_in_scope: [nk_nuclear, nk_missile]
  outside_body: [third_state, private_person, public]
  level: {unclassified: 0, confidential: 1, secret: 2, top_secret: 3}
  support_category: [food, fuel, water]
  barred_category: [weapon, ammunition]
```

**1.2** Time.

```clause
lasts: {starts: later_of_both_notifications, survives: [SURVIVES]}
```

## Article 2 · Clauses
"""


def source(*clauses: str, governs: str = "intelligence", survives: str = "") -> str:
    """The text with these clauses; each is what stands in its block."""
    head = HEAD.replace("GOVERNS", governs).replace("SURVIVES", survives)
    paragraphs = (
        f"\n**2.{number}** Clause {number}.\n\n```clause\n{clause}\n```\n"
        for number, clause in enumerate(clauses, start=1)
    )
    return head + "".join(paragraphs)


def small(*clauses: str, governs: str = "intelligence", survives: str = "") -> Instrument:
    """The same, read."""
    return load(source(*clauses, governs=governs, survives=survives), path="small.md")
