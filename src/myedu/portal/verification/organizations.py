"""Schools of the exports as organisations of ESIA."""

from psycopg import AsyncConnection

from myedu.kit.db import fetch_all
from myedu.kit.sql import load_queries
from myedu.portal.verification.models import School

QUERIES = load_queries(__package__, "organizations.sql")


async def confirmed_schools(conn: AsyncConnection, esia_oid: str) -> list[School]:
    """The schools that are confirmed as this organisation of ESIA."""
    return await fetch_all(conn, QUERIES.confirmed_schools, {"esia_oid": esia_oid}, School)
