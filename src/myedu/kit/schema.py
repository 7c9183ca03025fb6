"""A database's shape as text, from PostgreSQL's own catalogue.

Two databases have the same shape when their texts are equal: so a test compares the sum of the
migrations with a schema file, and a difference shows line by line.
"""

import psycopg

from myedu.kit.sql import load_queries

_parts = load_queries("myedu.kit", "schema.sql")


def describe_schema(url: str) -> str:
    """The whole shape: the same text for two databases on one server, whichever way they were made."""
    with psycopg.connect(url, autocommit=True) as conn:
        # With this path the catalogue prints every other name with its schema.
        conn.execute("SET search_path TO pg_catalog")
        lines = [row[0].rstrip() for part in _parts for row in conn.execute(part.text, {})]
    return "\n".join(lines) + "\n"
