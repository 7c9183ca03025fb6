"""Which packages wait until an operator has seen what they would do."""

from collections.abc import Iterator, Sequence

from myedu.portal.exports.models import ApprovalPolicy, TableChanges


def reason_to_hold(
    changes: Sequence[TableChanges], policy: ApprovalPolicy, unread_rights: Sequence[str]
) -> tuple[str, str] | None:
    """(code, sentence), or None if nothing is out of the ordinary.

    Of several reasons the sentence has all, the code is of the first. `unread_rights`: tables of rights that
    could not be read whole.
    """
    reasons = list(_reasons(changes, policy, unread_rights))
    return (reasons[0][0], "; ".join(sentence for _, sentence in reasons)) if reasons else None


def _reasons(
    changes: Sequence[TableChanges], policy: ApprovalPolicy, unread_rights: Sequence[str]
) -> Iterator[tuple[str, str]]:
    if unread_rights:
        yield (
            "unread-rights",
            f"lines or ids of {', '.join(unread_rights)} can't be read, so it is unknown which rights they"
            " end, and all present rights would go on: ask for a package that can be read, or approve this"
            " one if they may",
        )
    if many := list(_removals(changes, policy)):
        yield "many-absent", f"the package would {', '.join(many)}: see whether it is whole, then approve it"
    identities = [
        f"change a known SNILS or birth date in {change.identity} of {change.held} {change.table}"
        for change in changes
        if _exceeds(change.identity, change, policy.identity_share, policy.rows)
    ]
    if identities:
        yield (
            "many-identities",
            f"the package would {', '.join(identities)}: see whether the ids still name the same persons,"
            " then approve it",
        )


def _removals(changes: Sequence[TableChanges], policy: ApprovalPolicy) -> Iterator[str]:
    """Many absences are more often a broken export than a summer; tombstones can't be taken back at all."""
    for change in changes:
        if _exceeds(change.archived + change.erased, change, policy.share, policy.rows):
            deeds = {"archive": change.archived, "erase": change.erased}
            yield " and ".join(
                f"{deed} {rows} of {change.held} {change.table}" for deed, rows in deeds.items() if rows
            )


def _exceeds(rows: int, change: TableChanges, share: float, least: int) -> bool:
    return rows > least and rows > share * change.held
