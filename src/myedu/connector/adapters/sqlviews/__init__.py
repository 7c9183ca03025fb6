"""Any journal over plain SQL: the vendor writes ten views with fixed names and columns, and no code.

models.py lists views and columns, source.py reads a database (SQLite, PostgreSQL, any DB-API driver),
translate.py has the queries and turns rows of views into rows of the SDK, system.py is the journal,
package.py its export.
"""
