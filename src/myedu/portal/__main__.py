"""`python -m myedu.portal` serves; `python -m myedu.portal migrate` brings the database up to date."""

import os
import sys

from myedu.kit.migrate import MigrationError, migrate
from myedu.kit.serve import run
from myedu.kit.settings import SettingsError, read_settings
from myedu.portal.settings import DatabaseSettings, PortalSettings

_USAGE = "usage: python -m myedu.portal [serve|migrate]"


def main(arguments: list[str]) -> int:
    """Exit code 0 after a clean stop, 2 for a wrong command or setting, 1 for a migration that failed."""
    command = arguments[0] if arguments else "serve"
    if len(arguments) > 1 or command not in ("serve", "migrate"):
        print(_USAGE, file=sys.stderr)
        return 2
    try:
        return _migrate() if command == "migrate" else _serve()
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2


def _migrate() -> int:
    url = read_settings(DatabaseSettings, os.environ).database_url
    try:
        applied = migrate(url, "myedu.portal")
    except MigrationError as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(applied) or "nothing to apply")
    return 0


def _serve() -> int:
    settings = read_settings(PortalSettings, os.environ)
    run(
        "myedu.portal.app:portal_from_environment",
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
