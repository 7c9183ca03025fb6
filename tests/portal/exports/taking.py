"""Packages of the tests' system, taken in."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from myedu.kit.settings import Settings
from myedu.portal.context import CommandContext
from myedu.portal.exports.models import LoadContext, Report
from myedu.portal.exports.service import load_folder
from myedu.portal.exports.settings import ExportSettings
from myedu.portal.settings import JournalAccessSettings

Write = Callable[..., Path]
Ask = Callable[..., list[Any]]


async def take(context: LoadContext, folder: Path, **how: Any) -> Report:
    return await load_folder(context, "r25-a", folder, **how)


def command_context(context: LoadContext, **values: Any) -> CommandContext:
    """What a command is given; `values`: settings by name."""
    given = {"journal_key": "none", "allow_private_journals": True, "spool": context.spool, **values}
    settings = Settings.of_values((JournalAccessSettings, ExportSettings), given)
    return CommandContext(settings=settings, clock=context.clock, database=context.database, erasers=())


def counts(report: Report, table: str) -> tuple[int, int, int, int]:
    one = report.changes[table]
    return one.added, one.changed, one.archived, one.restored
