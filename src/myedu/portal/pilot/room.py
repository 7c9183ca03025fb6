"""The room `pilot`."""

from myedu.portal.room import Room

ROOM = Room(name="pilot")
