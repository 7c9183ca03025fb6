"""An Ed-Fi district's bulk files (Data Standard 5.2, XML, plain or gzipped) served as the contract.

models.py is what we read, files.py streams the elements, source.py turns them into the models; district.py
and seats.py say who belongs where, translate.py makes days, package.py tables, system.py the journal. The
reference journal loads the same district through them.
"""
