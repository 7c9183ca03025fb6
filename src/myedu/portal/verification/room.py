"""The room `verification`."""

from myedu.portal.room import Room

ROOM = Room(name="verification")
