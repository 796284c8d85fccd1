"""What other people's tools read, one module for each format. Needs the extra `exchange`.

Rules of this package:
- what is written here is a copy for readers; nothing is ever judged by it.
"""
