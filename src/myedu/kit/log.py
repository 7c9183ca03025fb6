"""Logs of a program: one line per event, without personal data.

Messages are ours and hold no names; `extra={"region": "14"}` adds fields. The text of a foreign
exception is left out, as it may quote data: `int("Иванов")` and PostgreSQL's DETAIL do.
"""

import json as jsonlib
import logging
import sys
import traceback
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="")
"""Of the request being answered: a field of every line logged meanwhile; empty outside a request."""

_STANDARD_FIELDS = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}


def configure_logging(program: str, *, json: bool = False) -> None:
    """Log to standard error: JSON for a log collector, else lines for a person."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(program) if json else PlainLines(program))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    # Addresses hold sign-in codes and ids of children.
    for name in ("uvicorn.access", "aiohttp.access"):
        logging.getLogger(name).disabled = True


class JsonLines(logging.Formatter):
    """One JSON object per line."""

    def __init__(self, program: str) -> None:
        super().__init__()
        self._program = program

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON."""
        return jsonlib.dumps(fields_of(record, self._program), ensure_ascii=False, default=str)


class PlainLines(logging.Formatter):
    """One line per event for a person: time, level, program, logger, message, then name=value."""

    def __init__(self, program: str) -> None:
        super().__init__()
        self._program = program

    def format(self, record: logging.LogRecord) -> str:
        """The record as text."""
        fields = fields_of(record, self._program)
        head = f"{fields.pop('at')} {fields.pop('level')} {fields.pop('program')}"
        head += f" {fields.pop('logger')}: {fields.pop('message')}"
        return " ".join([head, *(f"{name}={value}" for name, value in fields.items())])


def fields_of(record: logging.LogRecord, program: str) -> dict[str, Any]:
    """The fields of a record's line, in their order."""
    fields: dict[str, Any] = {
        "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "program": program,
        "logger": record.name,
        "message": " ".join(_message(record).split()),
    }
    fields |= {name: value for name, value in vars(record).items() if name not in _STANDARD_FIELDS}
    if request_id := REQUEST_ID.get():
        fields["request"] = request_id
    if record.exc_info and record.exc_info[1]:
        fields["error"] = " <- ".join(describe(error) for error in _chain(record.exc_info[1]))
    return fields


def _message(record: logging.LogRecord) -> str:
    text = record.getMessage()
    # After the first line asyncio prints the task, and with it the text of a foreign exception.
    return text.partition("\n")[0] if record.name == "asyncio" else text


def describe(error: BaseException) -> str:
    """Class, safe text and place of an exception, on one line."""
    frames = traceback.extract_tb(error.__traceback__)
    places = " > ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in frames[-5:])
    return f"{type(error).__name__}({_safe_text(error)}) at {places or '?'}"


def _safe_text(error: BaseException) -> str:
    if type(error).__module__.startswith("myedu."):
        return " ".join(str(error).split())
    if isinstance(error, OSError):
        return error.strerror or ""
    diagnosis = getattr(error, "diag", None)  # psycopg's: names of things, never their values
    if diagnosis is not None:
        parts = (diagnosis.sqlstate, diagnosis.table_name, diagnosis.constraint_name)
        return " ".join([*filter(None, parts), *getattr(error, "__notes__", ())])
    return ""


def _chain(error: BaseException) -> Iterator[BaseException]:
    at: BaseException | None = error
    while at is not None:
        yield at
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)
