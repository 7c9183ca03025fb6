"""Files on their way into the staging."""

from concurrent.futures import Future

import psycopg
import pytest

from myedu.portal.exports.load.stage_package import _fetch_zones
from myedu.portal.exports.load.staging import Staging
from myedu.portal.exports.models import LoadContext
from myedu.portal.people.models import Place


async def test_no_reader_waits_for_zones_that_nobody_will_tell(context: LoadContext) -> None:
    """A thread that reads can't be stopped: it would wait for ever, and the package with it."""
    zones: Future = Future()
    async with context.database.connection() as conn:
        await conn.close()
        with pytest.raises(psycopg.OperationalError):
            await _fetch_zones(Staging(conn, Place("25", "r25-a")), zones, wanted=True)
    assert zones.cancelled()
