"""The export package of the views: the SDK's own, full or by what the views say changed."""

from datetime import datetime
from pathlib import Path

from myedu.connector.adapters.sqlviews.system import ViewsJournal
from myedu.connector.simple.export import Mode, write_export
from myedu.contract.package import Manifest


def write_package_of(journal: ViewsJournal, folder: Path, now: datetime, mode: Mode = "auto") -> Manifest:
    """A delta where all views have `updated_at` and `deleted`, else one by comparing; a full one once a week.

    Raises ExportError; WrongRows names view's table, row and field.
    """
    return write_export(journal, folder, now=now, mode=mode)
