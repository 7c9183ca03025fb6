"""The conveyor that takes export packages in: receive → verify → read → check → match → propose → apply.

receive.py fetches a package, verify.py trusts no byte of it, read.py makes text tables of its files,
checks.py and references.py judge every row, people/intake.py compares and changes; service.py is the belt.
"""
