"""A journal that speaks only the federal Schedule of 2021, served as the contract.

models.py is the file of its people (the profile has no lists of people), source.py asks `GET /Schedule`,
translate.py puts our ids in the place of names, system.py is the journal, package.py the export.
"""
