"""«Сетевой город. Образование» (ИРТех) over the contract, from a live server or a folder of its answers.

models.py has the shapes of its answers; source.py reads recorded ones, live.py a running server;
translate.py turns a week into a diary, system.py serves it as a JournalSystem; roster.py has the people,
package.py exports them. app.py composes all of it, sample.py generates answers.
"""
