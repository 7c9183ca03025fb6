"""Ed-Fi bulk files (Data Standard 5.2, XML, plain or gzipped): their words here, nowhere else.

models.py is what we read, files.py streams the elements, reader.py turns them into the models.
"""
