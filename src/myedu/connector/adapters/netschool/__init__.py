"""«Сетевой город. Образование» (ИРТех) served as the contract, over a live server or a folder of its answers.

models.py is their shapes, source.py a folder of answers and live.py a running server, translate.py their week
as ours, system.py all of it as a JournalSystem; roster.py says who studies where, package.py exports it.
app.py puts these together, sample.py makes answers up.
"""
