"""Signing in with ESIA and out again; the viewer of a session."""

import asyncio
import logging
import re
import secrets
from collections.abc import Awaitable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

import msgspec
from psycopg import AsyncConnection

from myedu.esia.client import EsiaClient, new_code_verifier, new_state
from myedu.esia.errors import EsiaError
from myedu.esia.models import AccountLevel, EsiaKid, EsiaPerson, EsiaRole
from myedu.esia.sandbox_accounts import AccountRequest, create_account
from myedu.kit.db import Database
from myedu.kit.settings import Settings
from myedu.portal.audit import service as audit
from myedu.portal.identity import store
from myedu.portal.identity.models import (
    Attempt,
    NotOperator,
    NotSignedIn,
    SignedIn,
    StartedSignIn,
    Unconfirmed,
)
from myedu.portal.identity.settings import IdentitySettings
from myedu.portal.people import service as people
from myedu.portal.people.models import Kid, StaffViewer, Viewer

_log = logging.getLogger(__name__)

T = TypeVar("T")

_SECRET_BYTES = 32
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
_TRUSTED = frozenset({AccountLevel.CONFIRMED, AccountLevel.CHILD})


class EsiaProfile(msgspec.Struct, frozen=True):
    """What ESIA says at a sign-in: the person, their children, the organisations that they act for.

    `kids`: None if ESIA can't name them now; then those of the last sign-in stay.
    """

    person: EsiaPerson
    kids: Sequence[EsiaKid] | None
    roles: Sequence[EsiaRole]


def token_sha256(token: str) -> bytes:
    """The argument of the SQL function identity.viewer_of, for a room whose page is one statement."""
    return store.sha256(token)


async def viewer_from_token(conn: AsyncConnection, token: str | None, now: datetime) -> Viewer | None:
    """The viewer of a session; None without a token, and for an unknown, closed or expired session."""
    return await store.viewer_of(conn, token, now) if token else None


async def require_viewer(conn: AsyncConnection, token: str | None, now: datetime) -> Viewer:
    """The viewer of a session. Raises NotSignedIn."""
    viewer = await viewer_from_token(conn, token, now)
    if viewer is None:
        raise NotSignedIn("there is no open session: lead to /enter")
    return viewer


async def require_operator(
    conn: AsyncConnection, token: str | None, now: datetime, organisations: Sequence[str]
) -> Viewer:
    """The viewer of a session, who has a role in one of the operators' organisations (ESIA oids).

    Raises NotSignedIn; NotOperator for other viewers, whose response must not show that there is a page.
    """
    viewer = await require_viewer(conn, token, now)
    if not viewer.trusted or not await store.acts_for(conn, viewer.account_id, organisations):
        raise NotOperator("no role in an operator's organisation: answer as if nothing were there")
    return viewer


async def require_staff(conn: AsyncConnection, token: str | None, now: datetime) -> StaffViewer:
    """The viewer of a session with the organisations for which they act, for the door for staff.

    Raises NotSignedIn. The door decides: an account that acts for no school sees no group.
    """
    viewer = await require_viewer(conn, token, now)
    return StaffViewer(viewer, tuple(await store.memberships(conn, viewer.account_id)))


async def acts_for_organisations(conn: AsyncConnection, viewer: Viewer) -> bool:
    """Whether the viewer may have work in a room: ESIA names an organisation that they act for."""
    return bool(await store.memberships(conn, viewer.account_id))


def operator_organisations(settings: Settings) -> Sequence[str]:
    """ESIA oids of the organisations whose people are operators."""
    return settings.of(IdentitySettings).operator_organisations


async def create_sandbox_account(settings: Settings, account: AccountRequest) -> None:
    """Make an account at the ESIA sandbox that the portal is connected to. Raises EsiaError."""
    esia = settings.of(IdentitySettings)
    await create_account(esia.esia_url, account, timeout_s=esia.esia_seconds)


async def begin_sign_in(
    database: Database,
    esia: EsiaClient,
    *,
    browser: str | None,
    return_to: str,
    now: datetime,
    lasts: timedelta,
) -> StartedSignIn:
    """Start a sign-in, which can be finished for `lasts`.

    `browser`: the secret of an earlier attempt, as two tabs of a browser share it; `return_to`: a local path.
    Raises EsiaError.
    """
    state = new_state()
    if browser is None or not _SECRET.fullmatch(browser):
        browser = secrets.token_urlsafe(_SECRET_BYTES)
    attempt = Attempt(code_verifier=new_code_verifier(), return_to=return_to)
    url = await esia.authorization_url(state, attempt.code_verifier)
    async with database.transaction() as conn:
        await store.insert_attempt(
            conn, state=state, browser=browser, attempt=attempt, now=now, expires_at=now + lasts
        )
    return StartedSignIn(url=url, browser=browser)


async def use_attempt(database: Database, *, state: str, browser: str | None, now: datetime) -> Attempt:
    """The sign-in that this browser brought back; it can't be used again. Raises AttemptRefused."""
    async with database.transaction() as conn:
        return await store.use_attempt(conn, state=state, browser=browser or "", now=now)


async def fetch_profile(esia: EsiaClient, code: str, code_verifier: str) -> EsiaProfile:
    """What ESIA says about the person of an authorization code. Raises EsiaError."""
    tokens = await esia.exchange(code, code_verifier)
    claims = await esia.verify(tokens)
    if not claims.confirmed:
        # Neither guardian nor staff: ESIA has not verified the person, or it is a child.
        return EsiaProfile(await esia.person(tokens, claims), kids=(), roles=())
    person, kids, roles = await asyncio.gather(
        esia.person(tokens, claims),
        _if_readable("kids", esia.kids(tokens, claims)),
        _if_readable("roles", esia.roles(tokens, claims)),
    )
    # Roles open operators' and teachers' pages: what ESIA doesn't confirm now is not opened.
    return EsiaProfile(person, kids, roles or ())


async def _if_readable(what: str, answer: Awaitable[Sequence[T]]) -> Sequence[T] | None:
    """None if ESIA doesn't answer that or not readably: the person is signed in without it."""
    try:
        return await answer
    except EsiaError as error:
        _log.warning("a person is signed in without their %s at ESIA", what, exc_info=error)
        return None


async def sign_in(
    database: Database,
    profile: EsiaProfile,
    *,
    return_to: str,
    earlier_token: str | None,
    now: datetime,
    lasts: timedelta,
) -> SignedIn:
    """Open a session for the person of a profile, and close that of `earlier_token`.

    Raises Unconfirmed if ESIA has not verified the person; then all sessions of the account are closed.
    """
    token = secrets.token_urlsafe(_SECRET_BYTES)
    trusted = profile.person.level in _TRUSTED
    async with database.transaction() as conn:
        account_id = await store.save_account(conn, profile.person, trusted=trusted, now=now)
        await store.save_roles(conn, account_id, profile.roles, now)
        if profile.kids is not None:
            await people.remember_kids(conn, profile.person.oid, _known_kids(profile.kids), now)
        if earlier_token:
            await store.close_session(conn, earlier_token, now)
        if trusted:
            await store.open_session(conn, token, account_id, now, now + lasts)
        else:
            await store.close_sessions(conn, account_id, now)
        await audit.record(
            conn,
            at=now,
            action="session.sign-in" if trusted else "session.refuse-unconfirmed",
            actor_account=account_id,
            actor_relation="self",
            detail={"level": profile.person.level.value},
        )
    if not trusted:
        raise Unconfirmed("the account is not confirmed: confirm it at ESIA and sign in again")
    return SignedIn(token=token, account_id=account_id, return_to=return_to)


async def sign_out(database: Database, token: str, now: datetime) -> None:
    """Close a session; does nothing if it is over already."""
    async with database.transaction() as conn:
        account_id = await store.close_session(conn, token, now)
        if account_id is not None:
            await audit.record(
                conn, at=now, action="session.sign-out", actor_account=account_id, actor_relation="self"
            )


def _known_kids(kids: Sequence[EsiaKid]) -> list[Kid]:
    """The children that can be matched with a journal's pupils, which takes SNILS and birth date."""
    return [
        Kid(snils=kid.snils, oid=kid.oid, birth_date=kid.birth_date)
        for kid in kids
        if kid.snils and kid.birth_date
    ]
