"""The room `access_requests`."""

from myedu.portal.room import Room

ROOM = Room(name="access_requests")
