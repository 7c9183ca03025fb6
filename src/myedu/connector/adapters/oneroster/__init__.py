"""OneRoster 1.2: serves the contract over a REST provider; makes packages of CSV sets, Microsoft's too.

REST: source.py is the client, rest_models.py the provider's objects, rest_to_csv.py writes its roster as a
CSV set, gradebook.py makes homework and marks of its gradebook, system.py is the JournalSystem, serve.py the
command.

CSV, and Microsoft's dialect of it (School Data Sync 2.1): columns.py lists the files and columns; archive.py
and csv_tables.py read rows out of an untrusted folder or ZIP; manifest.py decides what to read; load.py,
state.py and joins.py store rows and join them; fields.py and translate.py convert a joined row to the
contract; report.py counts what was rejected or has no place; package.py runs all of it in order.
"""
