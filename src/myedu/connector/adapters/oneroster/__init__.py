"""OneRoster 1.2: a REST provider served as the contract, and CSV sets (Microsoft's dialect too) made packages.

REST: source.py asks the provider, rest_models.py is its objects, rest_set.py its roster as a CSV set, rest_days.py
its gradebook as homework and marks, system.py all of it as a JournalSystem, serve.py the command.

CSV: columns.py is their files, archive.py and read.py get rows out of a folder or ZIP that is trusted nothing,
manifest.py says what a set is, load.py, state.py and joins.py keep the rows and put together what belongs
together, reader.py and translate.py make their row ours, report.py says what had no place, package.py is all
of it in order.
"""
