"""The command line: the nouns and verbs of the kinds, and local words that send nothing.

Rules of this folder:
- a command that says an act is made from its payload type, never written by hand;
- what a command prints for people it prints for programs with `--json`, member for member;
- a refusal is no error: it is printed with the words that were signed, and the command exits with 3.
"""
