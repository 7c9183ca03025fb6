"""Writes export packages of the views."""

from datetime import datetime
from pathlib import Path

from myedu.connector.adapters.sqlviews.system import ViewsJournal
from myedu.connector.simple.export import Mode, write_export
from myedu.contract.package import Manifest


def write_package_of(journal: ViewsJournal, folder: Path, now: datetime, mode: Mode = "auto") -> Manifest:
    """Write a package: a full one once a week, else a delta.

    The delta uses `updated_at` and `deleted` if all views have them, else it is made by comparing. Raises
    ExportError, WrongRows.
    """
    return write_export(journal, folder, now=now, mode=mode)
