"""The room `people`."""

from myedu.portal.people.commands import COMMANDS
from myedu.portal.room import Room

ROOM = Room(
    name="people",
    commands=COMMANDS,
    published_sql={
        "people.visible_students": "the door for families: a page's one statement joins it",
        "people.systems": "the registry of journal systems",
    },
)
