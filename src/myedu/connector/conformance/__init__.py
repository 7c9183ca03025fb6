"""Judges a journal system from outside, over HTTP: one rule, one file, one page, one bad example.

Never imports `connector.sdk`: a judge that shared code with the server would share its mistakes.
"""
