"""`python -m tests.schema_file` writes src/myedu/portal/schema.sql: the migrations' sum, as one can read it.

Made by pg_dump of the wheel, so that the text does not depend on the machine; tests/portal/test_schema.py
proves on whichever server that the file and the migrations give the same database.
"""

import re
import subprocess
import tempfile
from pathlib import Path

from myedu.kit.migrate import migrate
from myedu.kit.postgres import EmbeddedPostgres, wheel_binaries

TARGET = Path(__file__).resolve().parents[1] / "src" / "myedu" / "portal" / "schema.sql"
HEAD = """\
-- The portal's database, made of migrations/ by `python -m tests.schema_file`. Never edit it by hand.
SET check_function_bodies = false; -- functions stand here before the tables that they read

"""
# pg_dump's settings of the session, its headlines, and psql's own commands: no part of the shape.
_NOISE = re.compile(r"^(--|SET |SELECT pg_catalog\.set_config|\\)")


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as data,
        EmbeddedPostgres(Path(data) / "data", durable=False) as server,
    ):
        server.create_database("portal")
        migrate(server.url("portal"), "myedu.portal")
        TARGET.write_text(HEAD + dumped(server.url("portal")))


def dumped(url: str) -> str:
    """The statements that make this database, without blank lines in a row."""
    options = ("--schema-only", "--no-owner", "--no-privileges", "--exclude-table=public.schema_migration")
    dump = subprocess.run(
        [wheel_binaries() / "pg_dump", *options, url], capture_output=True, text=True, check=True
    ).stdout
    kept = "\n".join(line for line in dump.splitlines() if not _NOISE.match(line))
    return re.sub(r"\n{3,}", "\n\n", kept).strip() + "\n"


if __name__ == "__main__":
    main()
