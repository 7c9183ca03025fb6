"""`myedu portal register`: what an operator may type, and what is kept of it."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from myedu.connector.sdk.client import JournalAddress
from myedu.kit.db import Database
from myedu.kit.private_files import write_private
from myedu.portal.commands import CommandFailed
from myedu.portal.people import service as people
from myedu.portal.people.commands import register

PLACE = ("r25-a", "25", "Журнал", "https://journal.example/api", "portal")


@pytest.fixture(scope="module")
async def database(fresh_database: Callable[..., str]) -> AsyncIterator[Database]:
    database = await Database.open(fresh_database("myedu.portal"), max_size=1)
    yield database
    await database.close()


async def registered(database: Database) -> JournalAddress:
    async with database.connection() as conn:
        system = await people.system(conn, "r25-a")
    assert system is not None
    return people.address_of(system)


async def test_the_contract_needs_no_more_than_a_place(database: Database) -> None:
    await register(database, *PLACE)
    assert await registered(database) == JournalAddress("r25-a", "https://journal.example/api", "portal")


async def test_the_federal_profile_with_a_secret(database: Database, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    write_private(secret, b"never-in-the-database\n")
    token_url = "https://auth.example/token"
    await register(database, *PLACE, profile="fgis-2021", token_url=token_url, secret_file=secret)
    assert await registered(database) == JournalAddress(
        "r25-a", "https://journal.example/api", "portal", "fgis-2021", token_url, str(secret)
    )
    async with database.connection() as conn:
        rows = await (await conn.execute("SELECT system::text FROM people.systems system")).fetchall()
    assert "never-in-the-database" not in str(rows)
    await register(database, *PLACE)  # registered again without them, it speaks the contract again
    assert (await registered(database)).profile is None


@pytest.mark.parametrize(
    ("position", "text"),
    [
        (0, "R25"),
        (0, "a'; DROP TABLE"),
        (1, "250"),
        (1, "٢٥"),
        (3, "journal.example"),
        (3, "https://journal.example/"),
        (3, "ftp://journal.example"),
        (3, "https://user:word@journal.example"),
        (3, "https://journal.example/?key=1"),
        (3, "https://journal.example#x"),
        (3, "https://"),
        (3, "https://a:99999"),
    ],
)
async def test_what_is_refused_in_words(database: Database, position: int, text: str) -> None:
    place = [*PLACE]
    place[position] = text
    with pytest.raises(CommandFailed, match="is n"):
        await register(database, *place)


@pytest.mark.parametrize(
    "more",
    [
        {"profile": "fgis-1999"},
        {"token_url": "nowhere"},
        {"secret_file": Path("/nowhere/secret")},
        {"secret_file": Path("/dev/null")},
    ],
)
async def test_what_else_is_refused(database: Database, more: dict[str, Any]) -> None:
    with pytest.raises(CommandFailed):
        await register(database, *PLACE, **more)
