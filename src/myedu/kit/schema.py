"""A database's schema as text, from PostgreSQL's own catalogue.

Two databases have the same schema if their texts are equal: a test compares a migrated database with a
schema file, and a difference shows line by line.
"""

import psycopg

from myedu.kit.sql import load_queries

_parts = load_queries("myedu.kit", "schema.sql")


def describe_schema(url: str) -> str:
    """The whole schema: equal for two databases on one server, however they were made."""
    with psycopg.connect(url, autocommit=True) as conn:
        # With this path the catalogue prints every other name with its schema.
        conn.execute("SET search_path TO pg_catalog")
        lines = [row[0].rstrip() for part in _parts for row in conn.execute(part.text, {})]
    return "\n".join(lines) + "\n"
