"""`python -m myedu.portal` serves; `python -m myedu.portal migrate` brings the database up to date."""

import os
import sys

import psycopg

from myedu.kit.migrate import MigrationError, migrate
from myedu.kit.serve import run
from myedu.kit.settings import SettingsError, read_settings
from myedu.portal.settings import DatabaseSettings, PortalSettings

_CONNECT_SECONDS = 5
_USAGE = "usage: python -m myedu.portal [serve|migrate]"


def main(arguments: list[str]) -> int:
    """Exit code 0 after a clean stop, 2 for a wrong command or setting, 1 for a database that isn't right."""
    command = arguments[0] if arguments else "serve"
    if len(arguments) > 1 or command not in ("serve", "migrate"):
        print(_USAGE, file=sys.stderr)
        return 2
    try:
        if command == "migrate":
            _migrate()
        else:
            _serve()
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    except psycopg.OperationalError as error:
        print(f"{error}\nStart PostgreSQL, or correct MYEDU_DATABASE_URL.", file=sys.stderr)
        return 1
    except MigrationError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _migrate() -> None:
    settings = read_settings(DatabaseSettings, os.environ)
    applied = migrate(settings.database_url, "myedu.portal")
    print("\n".join(applied) or "nothing to apply")


def _serve() -> None:
    # Here, once and in words; in a worker it would be a traceback from each.
    settings = read_settings(PortalSettings, os.environ)
    settings.check_files()
    psycopg.connect(settings.database_url, connect_timeout=_CONNECT_SECONDS).close()
    run(
        "myedu.portal.app:portal_from_environment",
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
