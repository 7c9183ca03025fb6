"""A set of rows in little memory: a bit for each line of a file."""


class RowSet:
    """Rows by the numbers of their lines; a row without a line, of an earlier set, by its id."""

    def __init__(self) -> None:
        self._bits = bytearray()
        self._ids: set[str] = set()
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, row: int | str) -> bool:
        """Add a row; False if the set has it."""
        if isinstance(row, str):
            is_new = row not in self._ids
            self._ids.add(row)
        else:
            place, bit = divmod(row, 8)
            if place >= len(self._bits):
                self._bits.extend(bytes(place + 1 - len(self._bits)))
            is_new = not self._bits[place] >> bit & 1
            self._bits[place] |= 1 << bit
        self._count += is_new
        return is_new

    def count_without(self, other: "RowSet") -> int:
        """How many lines are in this set and not in the other."""
        mine = int.from_bytes(self._bits, "little")
        return (mine & ~int.from_bytes(other._bits, "little")).bit_count()
