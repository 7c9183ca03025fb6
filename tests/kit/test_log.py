"""One line per event, without personal data."""

import asyncio
import gc
import json
import logging
import sys

import psycopg
import pytest

from myedu.kit.log import JsonLines, PlainLines, configure_logging
from myedu.kit.sql import SqlError


def record(message: str, *arguments: object, error: BaseException | None = None, **extra: object):
    info = (type(error), error, error.__traceback__) if error else None
    made = logging.makeLogRecord(
        {"name": "myedu.x", "levelname": "WARNING", "msg": message, "args": arguments}
    )
    made.exc_info = info
    vars(made).update(extra)
    return made


def raised(error: BaseException) -> BaseException:
    try:
        raise error
    except BaseException as caught:
        return caught


def test_json_lines():
    fields = json.loads(JsonLines("portal").format(record("region %s\nis down", 14, seconds=3)))
    assert fields.pop("at").endswith("+00:00")
    assert fields == {
        "level": "WARNING",
        "program": "portal",
        "logger": "myedu.x",
        "message": "region 14 is down",
        "seconds": 3,
    }


def test_plain_lines():
    line = PlainLines("portal").format(record("region down", region="14"))
    assert line.endswith(" WARNING portal myedu.x: region down region=14")


def test_the_text_of_our_own_errors_is_logged():
    line = PlainLines("x").format(record("failed", error=raised(SqlError("give it\na name"))))
    assert "error=SqlError(give it a name) at test_log.py:" in line
    assert "\n" not in line


def test_the_error_of_an_abandoned_task_is_logged_without_its_data(capsys: pytest.CaptureFixture[str]):
    """asyncio puts the exception's own text into its message."""

    async def forget() -> None:
        async def fail() -> None:
            int("Иванов")

        task = asyncio.create_task(fail())
        await asyncio.sleep(0)
        del task
        gc.collect()

    configure_logging("portal")
    asyncio.run(forget())
    line = capsys.readouterr().err
    assert "asyncio: Task exception was never retrieved" in line
    assert "error=ValueError() at" in line
    assert "Иванов" not in line


def test_foreign_errors_are_logged_without_their_data():
    try:
        try:
            int("Иванов")
        except ValueError as error:
            raise KeyError("СНИЛС 112-233-445 95") from error
    except KeyError as error:
        line = JsonLines("x").format(record("failed", error=error))
    assert "KeyError() at test_log.py:" in line
    assert " <- ValueError() at test_log.py:" in line
    assert "Иванов" not in line
    assert "112-233" not in line


def test_a_broken_constraint_is_named_and_its_values_are_not(fresh_database):
    with psycopg.connect(fresh_database()) as conn:
        conn.execute("CREATE TABLE pupil (name text CONSTRAINT one_name UNIQUE)")
        with pytest.raises(psycopg.errors.UniqueViolation) as caught:
            conn.execute("INSERT INTO pupil VALUES ('Айсен'), ('Айсен')")
    line = PlainLines("x").format(record("failed", error=caught.value))
    assert "UniqueViolation(23505 pupil one_name)" in line
    assert "Айсен" not in line


def test_a_program_logs_to_standard_error(capsys):
    configure_logging("portal", json=True)
    assert logging.getLogger().handlers[0].stream is sys.stderr
    logging.getLogger("myedu.portal").info("ready")
    logging.getLogger("uvicorn.access").info("GET /callback?code=secret")
    lines = capsys.readouterr().err.splitlines()
    assert [json.loads(line)["message"] for line in lines] == ["ready"]


@pytest.mark.parametrize("_", ["a program", "the next test"])
def test_the_log_of_a_program_ends_with_its_test(_: str):
    handlers = logging.getLogger().handlers
    assert logging.StreamHandler not in {type(handler) for handler in handlers}
    configure_logging("portal")
