"""What ESIA says about organisations, asked by the portal's own token; and what ends by it."""

import logging
from collections.abc import Sequence
from datetime import datetime

from psycopg import AsyncConnection

from myedu.esia.client import EsiaClient
from myedu.esia.errors import EsiaAnswerWrong, EsiaError, EsiaRefused, EsiaUnavailable
from myedu.esia.models import EsiaEmployee, EsiaOrganisation, Tokens
from myedu.kit.clock import Clock
from myedu.kit.db import Database, execute, fetch_all
from myedu.portal.identity import service as identity
from myedu.portal.verification import organizations, staff_matching
from myedu.portal.verification.organization_models import (
    Account,
    EsiaOrganizationFacts,
    ReadProblem,
    WithdrawnReason,
)
from myedu.portal.verification.organizations import QUERIES

_log = logging.getLogger(__name__)

_WITHDRAWN = frozenset({"005029", "007004", "007019", "007194"})
"""The organisation lets the portal read its data no more."""


class OrganizationReader:
    """Reads organisations and their employees, and stores what ESIA says."""

    def __init__(self, database: Database, esia: EsiaClient, clock: Clock) -> None:
        self._database, self._esia, self._clock = database, esia, clock

    async def organization(self, oid: str, branch_of: str | None) -> EsiaOrganizationFacts:
        """What ESIA says about an organisation or a branch of one now. Raises EsiaError."""
        tokens = await self._esia.system_token(branch_of or oid)
        found = await self._esia.organisation(tokens, branch_of or oid)
        facts = await self._facts(tokens, found, oid, branch_of)
        async with self._database.transaction() as conn:
            await organizations.remember_organization(conn, facts, self._clock.now())
        return facts

    async def _facts(
        self, tokens: Tokens, found: EsiaOrganisation, oid: str, branch_of: str | None
    ) -> EsiaOrganizationFacts:
        name, kpp = found.full_name or found.short_name or "", found.kpp
        short_name = found.short_name
        if branch_of is not None:
            for branch in await self._esia.branches(tokens, branch_of):
                if branch.oid == oid:
                    name, short_name, kpp = branch.name or name, None, branch.kpp
                    break
            else:
                raise EsiaAnswerWrong("ESIA's organisation has no such branch.")
        return EsiaOrganizationFacts(
            oid=oid,
            branch_of=branch_of,
            full_name=name,
            short_name=short_name,
            ogrn=found.ogrn,
            inn=found.inn,
            kpp=kpp,
        )

    async def read_employees(self, oid: str) -> str:
        """Read the employees of a confirmed organisation and withdraw what ESIA no longer bears out.

        A word for how it ended. Raises EsiaUnavailable, after which nothing has changed.
        """
        async with self._database.connection() as conn:
            known = await organizations.known_organization(conn, oid)
        if known is None:
            return "unknown"
        organisation = known.branch_of or oid
        try:
            tokens = await self._esia.system_token(organisation)
            found = await self._esia.organisation(tokens, organisation)
            if found.liquidated:
                return await self._withdraw(oid, "organization-closed")
            employees = await self._esia.employees(tokens, organisation)
        except EsiaRefused as refusal:
            if refusal.code in _WITHDRAWN:
                return await self._withdraw(oid, "permission-withdrawn")
            _log.error("ESIA refuses the portal an organisation's employees", exc_info=refusal)
            return await self._failed(oid, "esia-refuses")
        except EsiaAnswerWrong as error:
            _log.error("ESIA's answer about an organisation can't be read", exc_info=error)
            return await self._failed(oid, "esia-unreadable")
        except EsiaUnavailable:
            await self._failed(oid, "esia-silent")
            raise
        return await self._keep(oid, [one for one in employees if _is_of(one, known)])

    async def match_staff(self, oid: str) -> None:
        """Match the posts of the organisation's schools with the employees that were read."""
        async with self._database.transaction() as conn:
            await staff_matching.match_schools_of(conn, oid, self._clock.now())

    async def _keep(self, oid: str, employees: Sequence[EsiaEmployee]) -> str:
        now = self._clock.now()
        async with self._database.transaction() as conn:
            await _store(conn, oid, employees, now)
            await execute(conn, QUERIES.note_read, {"oid": oid, "read_at": now, "problem": None})
            heads = {one.oid for one in employees if one.chief}
            if employees and not await _confirmed_by_one_of(conn, oid, heads):
                # A list without anybody is a fault of ESIA's rather than a school without a head.
                await organizations.withdraw(conn, oid, "head-changed", now)
                return "head-changed"
        return f"{len(employees)} employees"

    async def _withdraw(self, oid: str, reason: WithdrawnReason) -> str:
        async with self._database.transaction() as conn:
            await organizations.withdraw(conn, oid, reason, self._clock.now())
            await execute(conn, QUERIES.forget_employees, {"oid": oid})
            await execute(conn, QUERIES.note_read, {"oid": oid, "read_at": None, "problem": None})
        return reason

    async def _failed(self, oid: str, problem: ReadProblem) -> str:
        async with self._database.transaction() as conn:
            await execute(conn, QUERIES.note_read, {"oid": oid, "read_at": None, "problem": problem})
        return problem


def problem_of(error: EsiaError) -> ReadProblem:
    """The word for why ESIA's facts are missing."""
    if isinstance(error, EsiaRefused):
        return "permission-withdrawn" if error.code in _WITHDRAWN else "esia-refuses"
    return "esia-unreadable" if isinstance(error, EsiaAnswerWrong) else "esia-silent"


def _is_of(employee: EsiaEmployee, known: EsiaOrganizationFacts) -> bool:
    """Whether the employee works there: in this branch, or in the organisation itself."""
    if known.branch_of is None:
        return employee.branch_oid is None
    return employee.branch_oid == known.oid


async def _confirmed_by_one_of(conn: AsyncConnection, oid: str, heads: set[str]) -> bool:
    accounts = await fetch_all(conn, QUERIES.confirmed_by, {"oid": oid}, Account)
    persons = {await identity.esia_oid_of(conn, account.account_id) for account in accounts}
    return bool(persons & heads) if persons else True


async def _store(conn: AsyncConnection, oid: str, employees: Sequence[EsiaEmployee], now: datetime) -> None:
    await execute(conn, QUERIES.forget_employees, {"oid": oid})
    if not employees:
        return
    rows = {
        "person_oids": [one.oid for one in employees],
        "last_names": [one.last_name for one in employees],
        "first_names": [one.first_name for one in employees],
        "middle_names": [one.middle_name for one in employees],
        "snils": [one.snils for one in employees],
        "birth_dates": [one.birth_date for one in employees],
        "positions": [one.position for one in employees],
        "chiefs": [one.chief for one in employees],
    }
    await execute(conn, QUERIES.insert_employees, {"oid": oid, "now": now, **rows})
