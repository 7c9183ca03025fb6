"""`myedu portal` of a portal with a library: `python -m tests.portal.library_room COMMAND`."""

import sys

from myedu.portal.__main__ import main
from myedu.portal.app import ROOMS
from tests.portal.library_room.room import ROOM

sys.exit(main(rooms=(*ROOMS, ROOM)))
