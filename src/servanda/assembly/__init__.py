"""Assembly: the only place where domains, adapters and node meet.

Rules of this folder:
- what is assembled here is handed on whole: the edges know no store, no key and no courier;
- a domain is added in `loaded`, and nowhere else;
- nothing is imported by importing the folder itself, so that the command line answers quickly.
"""
