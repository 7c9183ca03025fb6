"""OneRoster: serves the contract over a REST provider (1.2); makes packages of CSV sets (1.2, 1.1, SDS).

REST: source.py is the client, pages.py reads its pages, rest_models.py are the provider's objects,
rest_values.py reads odd ones, rest_to_csv.py writes the roster as a CSV set, gradebook.py makes homework and
marks of the gradebook, system.py is the JournalSystem, serve.py the command.

CSV, and Microsoft's dialect of it (School Data Sync 2.1): columns.py lists the files and columns; archive.py
and csv_tables.py read rows out of an untrusted folder or ZIP; manifest.py decides what to read; load.py,
state.py and joins.py store rows and join them; calendars.py says whose sessions are whose; fields.py, days.py
and translate.py convert a joined row to the contract; table_rows.py does so for each table; report.py and
row_set.py count what was rejected or has no place; package.py runs all of it in order.
"""
