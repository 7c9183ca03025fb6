"""Schools of the exports as organisations of ESIA: candidates, and what the head confirms."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from psycopg import AsyncConnection

from myedu.kit.db import execute, fetch_all, fetch_one, fetch_value
from myedu.kit.sql import load_queries
from myedu.portal.audit import service as audit
from myedu.portal.identity.models import HeadViewer
from myedu.portal.people import service as people
from myedu.portal.people.models import Place, SchoolKey
from myedu.portal.verification.models import School
from myedu.portal.verification.organization_models import (
    Candidate,
    Compared,
    EsiaOrganizationFacts,
    NoSuchCandidate,
    RefusedClaim,
    Sameness,
    SchoolRow,
    WithdrawnSchool,
)

QUERIES = load_queries(__package__, "organizations.sql")

MOST_CANDIDATES = 50
"""More than the branches of any school: what shares a number by mistake is left out at the end."""


async def confirmed_schools(conn: AsyncConnection, esia_oid: str) -> list[School]:
    """The schools that are confirmed as this organisation of ESIA."""
    return await fetch_all(conn, QUERIES.confirmed_schools, {"esia_oid": esia_oid}, School)


async def school_rows(conn: AsyncConnection, organization: EsiaOrganizationFacts) -> list[SchoolRow]:
    """The organisations of the exports that share a number with this one, the likeliest first."""
    numbers = {"ogrn": organization.ogrn, "inn": organization.inn, "kpp": organization.kpp}
    query = {**numbers, "oid": organization.oid, "limit": MOST_CANDIDATES}
    return await fetch_all(conn, QUERIES.candidates, query, SchoolRow)


async def candidates(conn: AsyncConnection, organization: EsiaOrganizationFacts) -> list[Candidate]:
    """The same, compared."""
    return [compare(organization, row) for row in await school_rows(conn, organization)]


def compare(organization: EsiaOrganizationFacts, school: SchoolRow) -> Candidate:
    """What is equal and what differs. Nothing is chosen: OGRN and INN repeat, as branches share them."""
    pairs = (
        ("ogrn", organization.ogrn, school.ogrn),
        ("inn", organization.inn, school.inn),
        ("kpp", organization.kpp, school.kpp),
        ("esia_oid", organization.oid, school.esia_oid),
    )
    return Candidate(
        school,
        tuple(
            Compared(field, at_esia, in_export, _sameness(at_esia, in_export))  # type: ignore[arg-type]
            for field, at_esia, in_export in pairs
        ),
    )


def _sameness(at_esia: str | None, in_export: str | None) -> Sameness:
    if not in_export:
        return "absent"
    if not at_esia:
        return "unknown"
    return "equal" if at_esia == in_export else "differs"


async def has_candidates(conn: AsyncConnection, oids: Sequence[str], ogrns: Sequence[str]) -> bool:
    """Whether the exports know any of these organisations."""
    query = {"oids": list(oids), "ogrns": list(ogrns)}
    found: bool = await fetch_value(conn, QUERIES.has_candidates, query)
    return found


async def known_organization(conn: AsyncConnection, oid: str) -> EsiaOrganizationFacts | None:
    """What ESIA has said about an organisation."""
    return await fetch_one(conn, QUERIES.known_organization, {"oid": oid}, EsiaOrganizationFacts)


async def remember_organization(
    conn: AsyncConnection, organization: EsiaOrganizationFacts, now: datetime
) -> None:
    """Keep what ESIA says now."""
    facts = msgspec.structs.asdict(organization)
    for later in ("seen_at", "employees_read_at", "read_problem"):
        del facts[later]
    await execute(conn, QUERIES.remember_organization, {**facts, "now": now})


async def confirm(
    conn: AsyncConnection,
    head: HeadViewer,
    organization: EsiaOrganizationFacts,
    school: SchoolKey,
    now: datetime,
) -> bool:
    """Note that a candidate is the head's organisation; False if it is confirmed for one already.

    In a transaction. Raises NoSuchCandidate for a school that shares nothing, or where a number differs.
    """
    found = [one for one in await candidates(conn, organization) if one.school.key == school]
    if not found or found[0].differs or not found[0].proven:
        raise NoSuchCandidate
    confirmed = await people.confirm_organization(
        conn, school, esia_oid=organization.oid, account_id=head.viewer.account_id, now=now
    )
    if confirmed:
        await execute(conn, QUERIES.read_soon, {"oid": organization.oid, "now": now})
        equal = [one.field for one in found[0].compared if one.sameness == "equal"]
        await _note(conn, head, organization, school, now, "school.confirm", equal=equal)
    elif found[0].school.confirmed_for != organization.oid:
        claim = {**msgspec.structs.asdict(school), "esia_oid": organization.oid, "name": organization.name}
        await execute(
            conn,
            QUERIES.insert_refused_claim,
            {**claim, "account_id": head.viewer.account_id, "now": now},
        )
        await _note(conn, head, organization, school, now, "school.claim-refused")
    return confirmed


async def _note(
    conn: AsyncConnection,
    head: HeadViewer,
    organization: EsiaOrganizationFacts,
    school: SchoolKey,
    now: datetime,
    action: str,
    **more: object,
) -> None:
    await audit.record(
        conn,
        at=now,
        action=action,
        actor_account=head.viewer.account_id,
        actor_relation="head",
        region=school.region,
        system_id=school.system_id,
        detail={"school": school.organization_id, "organization": organization.oid, **more},
    )


async def withdraw(conn: AsyncConnection, oid: str, reason: str, now: datetime) -> list[SchoolKey]:
    """Withdraw the schools of an organisation, with an audit line each; which ones. In a transaction."""
    schools = await people.withdraw_organization(conn, oid, reason=reason, now=now)
    for school in schools:
        await audit.record(
            conn,
            at=now,
            action="school.withdraw",
            actor_account=None,
            actor_relation="system",
            region=school.region,
            system_id=school.system_id,
            detail={"school": school.organization_id, "organization": oid, "reason": reason},
        )
    return schools


async def refused_claims(conn: AsyncConnection, *, limit: int, offset: int) -> list[RefusedClaim]:
    """Claims to schools that were confirmed for another organisation, the newest first."""
    return await fetch_all(conn, QUERIES.refused_claims, {"limit": limit, "offset": offset}, RefusedClaim)


async def withdrawals(conn: AsyncConnection, *, limit: int, offset: int) -> list[WithdrawnSchool]:
    """Schools whose confirmation ended and that nobody has confirmed again, the newest first."""
    return await fetch_all(conn, QUERIES.withdrawals, {"limit": limit, "offset": offset}, WithdrawnSchool)


async def erase_employees(conn: AsyncConnection, place: Place) -> None:
    """Erase what ESIA said of persons whom this transaction erases, unless another journal has them."""
    snils = await people.erased_snils(conn, place)
    if snils:
        await execute(conn, QUERIES.erase_employees, {"snils": snils})
