"""«Сетевой город. Образование» (ИРТех) served as the contract, over a live server or a folder of its answers.

wire.py is their shapes, source.py where the answers come from, translate.py their week as ours,
system.py all of it as a JournalSystem; roster.py says who studies where and writes the export.
"""
