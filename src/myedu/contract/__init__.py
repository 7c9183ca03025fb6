"""The exchange contract, version 1: the school and the wire as frozen structs and plain functions over them.

No I/O and no clock. Any package may import it; it imports the standard library and msgspec only.
"""

CONTRACT_VERSION = "1.0"
"""Changes within version 1 are additive: a reader ignores fields it doesn't know."""
