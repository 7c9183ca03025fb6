"""The exchange contract, version 1: the words of the school and the wire.

Frozen structs and plain functions over them; no I/O and no clock. Everyone may
import it; it imports the standard library and msgspec only.
"""

CONTRACT_VERSION = "1.0"
"""Changes within version 1 are additive: a reader ignores fields it doesn't know."""
