"""The room `people`."""

from psycopg import AsyncConnection

from myedu.portal.people.commands import COMMANDS
from myedu.portal.people.models import Place
from myedu.portal.people.service import erase_kids
from myedu.portal.room import Room


async def _erase(conn: AsyncConnection, region: str, system_id: str) -> None:
    await erase_kids(conn, Place(region, system_id))


ROOM = Room(
    name="people",
    commands=COMMANDS,
    erase=_erase,
    published_sql={
        "people.visible_students": "the door for families: a page's one statement joins it",
        "people.systems": "the registry of journal systems",
    },
)
