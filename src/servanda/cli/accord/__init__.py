"""Commands of `servanda agreement`: a text is checked, proved, compared and asked; how it stands the record says.

Rules of this package:
- one module holds the commands of one subject, and is imported when one of them is used;
- what a text says is asked without a node, from its folder or file.
"""

from __future__ import annotations

from servanda.cli.lazy import LazyGroup, Word, imported

agreement = LazyGroup(
    "agreement",
    {
        "check": Word(
            help="Read texts that are to stand side by side, and complain with line, paragraph and word.",
            load=imported("accord.proving", "agreement_check"),
        ),
        "prove": Word(
            help="Prove what the text of PATH promises of all its clauses together, or show what breaks it.",
            load=imported("accord.proving", "agreement_prove"),
        ),
        "show": Word(
            help="The agreements of the record, one of them, or the text of a file.",
            load=imported("accord.texts", "agreement_show"),
        ),
        "judge": Word(
            help="Judge cases by the text of PATH: kind, author and complete facts, one ruling a line.",
            load=imported("accord.texts", "agreement_judge"),
        ),
        "explain": Word(
            help="Why cases would be ruled on as they are, or why an act of the record was.",
            load=imported("accord.explaining", "agreement_explain"),
        ),
        "timeline": Word(
            help="What would follow from events: phases, questions, versions and dates.",
            load=imported("accord.asking", "agreement_timeline"),
        ),
        "duties": Word(
            help="What would be owed after an act, by whom and when.",
            load=imported("accord.asking", "agreement_duties"),
        ),
        "diff": Word(
            help="What the text of NEW changes: words, acts newly allowed and refused, duties, invariants.",
            load=imported("accord.comparing", "agreement_diff"),
        ),
        "rejudge": Word(
            help="Judge every act of the log again by the text of NEW, on the facts kept with it.",
            load=imported("accord.comparing", "agreement_rejudge"),
        ),
        "talks": Word(
            help="Rounds of talks with their dates, and where both sides stand on every paragraph.",
            load=imported("accord.talking", "agreement_talks"),
        ),
        "steps": Word(
            help="The own steps to consent: taken, open, skipped, decided not to apply.",
            load=imported("accord.talking", "agreement_steps"),
        ),
        "export": Word(
            help="The text of PATH as Akoma Ntoso, as a printed copy, or as policies and schema of Cedar.",
            load=imported("accord.publishing", "agreement_export"),
        ),
        "assurance": Word(
            help="What the text of PATH can never allow, proved; what it allows; how it ends.",
            load=imported("accord.publishing", "agreement_assurance"),
        ),
    },
    help="Check, show, ask and judge by agreements.",
)
