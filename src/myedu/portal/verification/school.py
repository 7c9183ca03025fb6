"""The head's home: what is confirmed, or what can be; and what the operator sees of it.

Every function first asks who the viewer is.
"""

from datetime import datetime, timedelta

from myedu.esia.client import EsiaClient
from myedu.esia.errors import EsiaError
from myedu.kit.db import fetch_all
from myedu.portal.context import AppContext
from myedu.portal.identity import service as identity
from myedu.portal.identity.models import HeadViewer, NotHead, NotSignedIn
from myedu.portal.people import service as people
from myedu.portal.people.models import SchoolKey
from myedu.portal.verification import organizations
from myedu.portal.verification.models import HeadSchools, SchoolNotConfirmed
from myedu.portal.verification.organization_models import (
    ClaimsFacts,
    EmployeeRow,
    EsiaOrganizationFacts,
    InvitationFacts,
    InvitedEmployee,
    ReadProblem,
    SchoolChoice,
    SchoolHome,
)
from myedu.portal.verification.organization_reading import OrganizationReader, problem_of

_ASKED_AGAIN = timedelta(hours=1)
"""What ESIA said about an organisation is shown for so long; a confirmation asks at once."""
_MOST_EMPLOYEES = 500
ROWS_A_PAGE = 50


async def page(context: AppContext, token: str | None) -> SchoolHome | SchoolChoice:
    """The head's home, or the choice of the school. Raises NotSignedIn, NotHead, RightsUnconfirmed."""
    head, now = await context.service(identity.Rights).acting_head(token), context.clock.now()
    async with context.database.connection() as conn:
        schools = await organizations.confirmed_schools(conn, head.oid)
    if schools:
        return await _home(context, HeadSchools(head, schools), now)
    return await _choice(context, head, now)


async def _home(context: AppContext, schools: HeadSchools, now: datetime) -> SchoolHome:
    async with context.database.connection() as conn:
        known = await organizations.known_organization(conn, schools.head.oid)
        keys = {school.key for school in schools.schools}
        rows = await organizations.school_rows(conn, known or _named_at_sign_in(schools.head))
        classes = [await people.school_classes(conn, one.key, now.date()) for one in schools.schools]
    return SchoolHome(
        schools=schools,
        rows=[row for row in rows if row.key in keys],
        classes=classes,
        organization=known,
        now=now,
    )


async def _choice(context: AppContext, head: HeadViewer, now: datetime) -> SchoolChoice:
    async with context.database.connection() as conn:
        known = await organizations.known_organization(conn, head.oid)
    problem: ReadProblem | None = None
    if known is None or known.seen_at is None or known.seen_at < now - _ASKED_AGAIN:
        try:
            known = await _reader(context).organization(head.oid, head.branch_of)
        except EsiaError as error:
            problem = problem_of(error)
    async with context.database.connection() as conn:
        found = await organizations.candidates(conn, known or _named_at_sign_in(head))
    return SchoolChoice(head=head, organization=known, candidates=found, problem=problem)


async def check_head(context: AppContext, token: str | None) -> None:
    """Raises NotSignedIn, NotHead, RightsUnconfirmed."""
    await context.service(identity.Rights).acting_head(token)


async def confirm(context: AppContext, token: str | None, school: SchoolKey) -> bool:
    """Note that the school is the head's organisation; False if another has it, which the operator sees.

    ESIA is asked just now for the head and for the numbers. Raises as `page`; NoSuchCandidate; EsiaError.
    """
    head = await context.service(identity.Rights).acting_head_now(token)
    known = await _reader(context).organization(head.oid, head.branch_of)
    async with context.database.transaction() as conn:
        return await organizations.confirm(conn, head, known, school, context.clock.now())


async def invitation(context: AppContext, token: str | None) -> InvitationFacts:
    """The employees whom ESIA names, and who of them has signed in here. Raises as `head_schools`."""
    head = await context.service(identity.Rights).acting_head(token)
    async with context.database.connection() as conn:
        schools = await organizations.confirmed_schools(conn, head.oid)
        if not schools:
            raise SchoolNotConfirmed
        known = await organizations.known_organization(conn, head.oid)
        query = {"oid": head.oid, "limit": _MOST_EMPLOYEES}
        employees = await fetch_all(conn, organizations.QUERIES.employees, query, EmployeeRow)
        here = await identity.signed_in_oids(conn, [one.oid for one in employees])
    return InvitationFacts(
        schools=HeadSchools(head, schools),
        organization=known,
        employees=[InvitedEmployee(one, one.oid in here) for one in employees],
    )


async def claims(context: AppContext, token: str | None, number: int) -> ClaimsFacts:
    """Second claims and withdrawn schools, for the operator. Raises NotSignedIn, NotOperator."""
    viewer = await context.service(identity.Rights).operator(token, "schools")
    page = {"limit": ROWS_A_PAGE + 1, "offset": (number - 1) * ROWS_A_PAGE}
    async with context.database.connection() as conn:
        second = await organizations.refused_claims(conn, **page)
        ended = await organizations.withdrawals(conn, **page)
    return ClaimsFacts(
        viewer=viewer,
        claims=second[:ROWS_A_PAGE],
        withdrawals=ended[:ROWS_A_PAGE],
        number=number,
        has_more=max(len(second), len(ended)) > ROWS_A_PAGE,
    )


async def home_of(context: AppContext, token: str) -> bool | None:
    """Whether the viewer acts as a head by what ESIA said last; None if they could, and don't yet.

    False for everybody else. Somebody leads an organisation that is no school: the exports know no such one.
    """
    try:
        await context.service(identity.Rights).last_known_head(token)
    except NotHead:
        pass
    except NotSignedIn:
        return False
    else:
        return True
    _, roles = await identity.own_roles(context.database, token, context.clock.now())
    led = [role for role in roles if role.chief]
    ogrns = [role.ogrn for role in led if role.ogrn]
    async with context.database.connection() as conn:
        known = bool(led) and await organizations.has_candidates(conn, [one.oid for one in led], ogrns)
    return None if known else False


def _reader(context: AppContext) -> OrganizationReader:
    return OrganizationReader(context.database, context.service(EsiaClient), context.clock)


def _named_at_sign_in(head: HeadViewer) -> EsiaOrganizationFacts:
    """What the sign-in said: no INN and no KPP."""
    return EsiaOrganizationFacts(oid=head.oid, branch_of=head.branch_of, full_name=head.name, ogrn=head.ogrn)
