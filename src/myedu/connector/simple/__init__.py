"""The short way to serve the contract: write functions that return plain rows, and nothing else.

from myedu.connector.simple import SimpleJournal

class Journal(SimpleJournal):
    def lessons(self, student_id, first, last): return self.rows("SELECT …", student_id, first, last)
    …
"""

from myedu.connector.sdk.system import FileContent
from myedu.connector.simple.app import journal_app
from myedu.connector.simple.journal import SimpleJournal
from myedu.connector.simple.rows import RowError

__all__ = ["FileContent", "RowError", "SimpleJournal", "journal_app"]
