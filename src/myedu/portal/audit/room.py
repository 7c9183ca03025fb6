"""The room `audit`."""

from myedu.portal.room import Room

ROOM = Room(
    name="audit",
    published_sql={"audit.lines": "written in the one statement that opens a diary (INSERT only)"},
)
