"""What holds a package until an operator has seen its proposal."""

from collections.abc import Iterator, Sequence

from myedu.portal.exports.models import Guard
from myedu.portal.people.intake import Changes


def reason_to_hold(changes: Sequence[Changes], guard: Guard, unread: Sequence[str]) -> tuple[str, str] | None:
    """(code, sentence), or None where nothing is out of the ordinary; of several reasons the sentence tells
    all, the code the first. `unread`: tables of rights (FAIL_CLOSED) not all of whose rows could be read."""
    reasons = list(_reasons(changes, guard, unread))
    return (reasons[0][0], "; ".join(sentence for _, sentence in reasons)) if reasons else None


def _reasons(changes: Sequence[Changes], guard: Guard, unread: Sequence[str]) -> Iterator[tuple[str, str]]:
    if unread:
        yield (
            "unread-rights",
            f"lines or ids of {', '.join(unread)} can't be read, so nobody knows which rights they end, and"
            " all that stand would go on: ask for a package that can be read, or agree if they may go on",
        )
    if many := list(_gone(changes, guard)):
        yield "many-absent", f"{_told(many)}: see whether the package is whole, then agree to it"
    identities = [one for one in changes if _exceeds(one.identity, one, guard.identity_share, guard.rows)]
    if identities:
        many = [
            f"change a known SNILS or birth date in {one.identity} of {one.held} {one.table}"
            for one in identities
        ]
        yield (
            "many-identities",
            f"{_told(many)}: see whether the ids still name the same persons, then agree to it",
        )


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
