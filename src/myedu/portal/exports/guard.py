"""What holds a package until an operator has seen its proposal."""

from collections.abc import Iterator, Sequence

from myedu.portal.exports.models import Guard
from myedu.portal.people.intake import Changes


def reason_to_hold(changes: Sequence[Changes], guard: Guard) -> tuple[str, str] | None:
    """(code, sentence), or None where nothing is out of the ordinary."""
    if many := list(_gone(changes, guard)):
        return "many-absent", f"{_told(many)}: see whether the package is whole, then agree to it"
    identities = [one for one in changes if _exceeds(one.identity, one, guard.identity_share, guard.rows)]
    if identities:
        many = [
            f"change a known SNILS or birth date in {one.identity} of {one.held} {one.table}"
            for one in identities
        ]
        return (
            "many-identities",
            f"{_told(many)}: see whether the ids still name the same persons, then agree to it",
        )
    return None


def _gone(changes: Sequence[Changes], guard: Guard) -> Iterator[str]:
    """Many absences are more often a broken export than a summer; tombstones have no way back at all."""
    for one in changes:
        if _exceeds(one.archived + one.erased, one, guard.share, guard.rows):
            deeds = {"archive": one.archived, "erase": one.erased}
            yield " and ".join(
                f"{deed} {rows} of {one.held} {one.table}" for deed, rows in deeds.items() if rows
            )


def _exceeds(rows: int, change: Changes, share: float, least: int) -> bool:
    return rows > least and rows > share * change.held


def _told(many: Sequence[str]) -> str:
    return f"the package would {', '.join(many)}"
