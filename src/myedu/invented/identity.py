"""SNILS and ESIA oids out of a person's number: unique without asking which were given before."""

# An affine bijection spreads neighbours over the whole space of nine digits. 997_000_000 = 2^6·5^6·997, and
# the factor shares no divisor with it.
_SPACE = 997_000_000
_FACTOR = 613_651_349
_FIRST = 2_000_000  # numbers below 001-001-998 have no check digits
_OIDS_FROM = 4_000_000_000  # away from the sandbox's and other test accounts


def snils_number(seed: int, person: int) -> int:
    """The first nine digits of a SNILS: no two persons below 997 million of a seed share one."""
    return _FIRST + (person * _FACTOR + seed * 7_654_321) % _SPACE


def esia_oid_of(person: int) -> str:
    """The ESIA oid of the person of this number, for every seed the same."""
    return str(_OIDS_FROM + person)
