"""Packages of the tests' system, taken in."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from myedu.portal.exports.models import Report
from myedu.portal.exports.service import Tools, load_folder

Write = Callable[..., Path]
Ask = Callable[..., list[Any]]


async def take(tools: Tools, folder: Path, **how: Any) -> Report:
    return await load_folder(tools, "r25-a", folder, **how)


def counts(report: Report, table: str) -> tuple[int, int, int, int]:
    one = report.changes[table]
    return one.added, one.changed, one.archived, one.restored
