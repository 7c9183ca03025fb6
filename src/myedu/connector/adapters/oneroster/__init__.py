"""OneRoster 1.2: a REST provider served as the contract, and CSV sets (also Microsoft's) made packages.

REST: source.py asks the provider, rest_models.py is its objects, rest_set.py its roster as a CSV set,
rest_days.py its gradebook as homework and marks, system.py the JournalSystem, serve.py the command.

CSV, and Microsoft's dialect of it (School Data Sync 2.1): columns.py is their files, archive.py
and read.py get rows out of a folder or ZIP that is trusted nothing,
manifest.py says what a set is, load.py, state.py and joins.py keep the rows and put together what belongs
together, reader.py and translate.py make their row ours, report.py says what had no place, package.py is all
of it in order.
"""
