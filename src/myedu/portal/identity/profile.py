"""What ESIA says about a person: fetched at a sign-in and again later, and stored."""

import asyncio
import logging
from collections.abc import Awaitable, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import msgspec
from psycopg import AsyncConnection

from myedu.esia.client import EsiaClient
from myedu.esia.errors import EsiaError
from myedu.esia.models import AccountLevel, EsiaKid, EsiaPerson, EsiaRole, Tokens, VerifiedClaims
from myedu.portal.identity import store
from myedu.portal.people import service as people
from myedu.portal.people.models import Kid

_log = logging.getLogger(__name__)

T = TypeVar("T")

_TRUSTED = frozenset({AccountLevel.CONFIRMED, AccountLevel.CHILD})


class EsiaProfile(msgspec.Struct, frozen=True):
    """The person, their children, the organisations that they act for.

    `kids`, `roles`: None if ESIA can't name them now. `refresh_token`: by which it is asked again.
    `acting_for`: the organisation, or the branch, for which the person has signed in.
    """

    person: EsiaPerson
    kids: Sequence[EsiaKid] | None
    roles: Sequence[EsiaRole] | None
    refresh_token: str | None = None
    acting_for: str | None = None

    @property
    def trusted(self) -> bool:
        """Whether ESIA has verified the person, or it is a child's own account."""
        return self.person.level in _TRUSTED


class SavedAccount(msgspec.Struct, frozen=True):
    """The account of a profile."""

    account_id: UUID
    trusted: bool


async def fetch_profile(esia: EsiaClient, tokens: Tokens, claims: VerifiedClaims) -> EsiaProfile:
    """What ESIA says about the person of these tokens. Raises EsiaError if it doesn't name the person."""
    if not claims.confirmed:
        # Neither guardian nor staff: ESIA has not verified the person, or it is a child.
        return EsiaProfile(await esia.person(tokens, claims), (), (), tokens.refresh_token)
    person, kids, roles = await asyncio.gather(
        esia.person(tokens, claims),
        _if_readable("kids", esia.kids(tokens, claims)),
        _if_readable("roles", esia.roles(tokens, claims)),
    )
    return EsiaProfile(person, kids, roles, tokens.refresh_token)


def acting_role(roles: Sequence[EsiaRole] | None, named: str | None, wanted: str | None) -> str | None:
    """The oid of the role in which the person acts: `named` is the organisation of ESIA's token.

    That is `wanted`, of the sign-in, if it is this organisation or a branch of it; else what ESIA names, if
    the person has a role there.
    """
    rows = {
        row.oid: row.branch_of or row.oid
        for role in roles or ()
        if role.active
        for row in store.rows_of(role)
    }
    if named is None:
        return None
    if wanted is not None and rows.get(wanted) == named:
        return wanted
    return named if rows.get(named) == named else None


async def save_profile(
    conn: AsyncConnection, profile: EsiaProfile, now: datetime, *, keep_unnamed: bool
) -> SavedAccount:
    """Store the account, its roles and children; close its sessions if the person is not confirmed any more.

    Children that ESIA can't name now stay. Roles that it can't name stay if `keep_unnamed`, until their time
    is over; at a sign-in they don't, as they open operators' and teachers' pages.
    """
    account_id = await store.save_account(conn, profile.person, trusted=profile.trusted, now=now)
    if profile.roles is not None or not keep_unnamed:
        await store.save_roles(conn, account_id, profile.roles, now)
    if profile.kids is not None:
        known = _known_kids(profile.kids)
        incomplete = len(profile.kids) - len(known)
        await people.remember_kids(conn, profile.person.oid, known, now, incomplete=incomplete)
    if not profile.trusted:
        await store.close_sessions(conn, account_id, now)
    return SavedAccount(account_id, profile.trusted)


async def _if_readable(what: str, answer: Awaitable[Sequence[T]]) -> Sequence[T] | None:
    """None if ESIA doesn't answer that or not readably: the person is signed in without it."""
    try:
        return await answer
    except EsiaError as error:
        _log.warning("a person is signed in without their %s at ESIA", what, exc_info=error)
        return None


def _known_kids(kids: Sequence[EsiaKid]) -> list[Kid]:
    """The children that can be matched with a journal's pupils, which takes SNILS and birth date."""
    return [
        Kid(
            snils=kid.snils,
            oid=kid.oid,
            birth_date=kid.birth_date,
            last_name=kid.last_name,
            first_name=kid.first_name,
            middle_name=kid.middle_name,
        )
        for kid in kids
        if kid.snils and kid.birth_date
    ]
