"""What the room `verification` does for others."""

from myedu.portal.context import AppContext
from myedu.portal.identity import service as identity
from myedu.portal.verification import organizations
from myedu.portal.verification.models import HeadSchools, SchoolNotConfirmed
from myedu.portal.verification.organizations import confirmed_schools
from myedu.portal.verification.staff import confirm_exact_of
from myedu.portal.verification.staff_csv import missing_csv
from myedu.portal.verification.staff_lists import missing_staff, own_state, staff_counts, staff_totals
from myedu.portal.verification.staff_matching import match_region, match_regions
from myedu.portal.verification.staff_models import MissingPost
from myedu.portal.verification.staff_words import reason_for_person, reason_title, role_text, state_text

__all__ = [
    "MissingPost",
    "confirm_exact_of",
    "confirmed_schools",
    "head_schools",
    "match_region",
    "match_regions",
    "missing_csv",
    "missing_staff",
    "own_state",
    "reason_for_person",
    "reason_title",
    "role_text",
    "staff_counts",
    "staff_totals",
    "state_text",
]


async def head_schools(context: AppContext, token: str | None) -> HeadSchools:
    """The head of a session with their confirmed schools: for every page of a head.

    Raises NotSignedIn; NotHead, which ends as the 404 of nothing, for everybody else; RightsUnconfirmed;
    SchoolNotConfirmed for a head who has confirmed none.
    """
    head = await context.service(identity.Rights).acting_head(token)
    async with context.database.connection() as conn:
        schools = await organizations.confirmed_schools(conn, head.oid)
    if not schools:
        raise SchoolNotConfirmed
    return HeadSchools(head, schools)
