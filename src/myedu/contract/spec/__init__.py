"""The public specification, generated from the structs in Russian and English.

`python -m myedu.contract.spec --out docs/exchange` writes it; tests/contract/test_spec.py checks that it is
current.
"""
