"""What an agreement is asked as a whole: what it promises, what an amendment changes, what would follow from events.

Rules of this folder:
- a question is answered from texts alone, or from texts and the record;
- nothing is imported by importing the folder itself, so that the command line answers quickly.
"""
