"""An Ed-Fi district's bulk files (Data Standard 5.2, XML, plain or gzipped) over the contract.

models.py has the structs that are read, files.py streams XML elements, source.py turns them into structs;
district.py and section_enrollments.py have the people and their places, translate.py makes days, package.py
tables, system.py the journal. The reference journal loads the same district through them.
"""
