"""Health checks: whether the process answers, and whether it can serve visitors.

Each has two names: the short one, and the one with a z that Kubernetes' examples use.
"""

import asyncio
from collections.abc import Sequence

import psycopg
from litestar import Response, get

from myedu.kit.db import Database
from myedu.kit.web.error_handlers import context_of
from myedu.kit.web.responses import AnyRequest

_CHECK_SECONDS = 2  # a load balancer checks every second or so, and needs an answer soon

_ALIVE = ("/health", "/healthz")
_READY = ("/ready", "/readyz")
PATHS = (*_ALIVE, *_READY)

_STATE = """
SELECT pg_is_in_recovery(), count(*) FROM (
    SELECT unnest(%(migrations)s::text[]) EXCEPT SELECT name FROM public.schema_migration
) AS missing
"""


@get(list(_ALIVE))
async def health() -> Response[str]:
    """200 while this process answers, for the supervisor that restarts it. It doesn't ask the database."""
    return Response("ok\n", media_type="text/plain")


@get(list(_READY))
async def ready(request: AnyRequest) -> Response[str]:
    """200 while this process and its database answer, else 503, for the load balancer.

    A line for each part that is not ready. It names no address: whoever reaches the port may read it.
    """
    context = context_of(request)
    problems = await _problems(context.database, context.migrations)
    if not problems:
        return Response("ok\n", media_type="text/plain")
    return Response("".join(f"{line}\n" for line in problems), status_code=503, media_type="text/plain")


async def _problems(database: Database, migrations: Sequence[str]) -> list[str]:
    try:
        async with asyncio.timeout(_CHECK_SECONDS), database.connection() as conn:
            row = await (await conn.execute(_STATE, {"migrations": list(migrations)})).fetchone()
    except TimeoutError:
        return [f"database: no answer within {_CHECK_SECONDS} s"]
    except psycopg.OperationalError:
        return ["database: no connection"]
    except psycopg.Error:
        return ["migrations: none is applied"]
    assert row is not None
    is_standby, missing = row
    problems = []
    if is_standby:  # every page writes its line of the audit
        problems.append("database: a standby, which can't be written")
    if missing:
        problems.append(f"migrations: {missing} are not applied")
    return problems


ROUTES = [health, ready]
