"""Any journal over plain SQL: the vendor writes ten views with fixed names and columns, and no code.

models.py says which views and columns, source.py asks a database (SQLite, PostgreSQL, any DB-API driver),
translate.py turns a row of a view into a row of the SDK, system.py is the journal, package.py its export.
"""
