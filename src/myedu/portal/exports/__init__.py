"""Import of the regions' export packages: receive → parse → load → report.

receive/ pulls a package, takes one that its vendor pushes, and verifies its files; parse/ makes checked rows
of them; load/ stages rows, compares them with what people has and applies the changes in one transaction;
report/ shows what became of a package. pipeline.py is the way of one package through all of them, service.py
what other rooms use.
"""
