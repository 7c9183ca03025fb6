"""Signing in with ESIA and out again; the viewer of a session."""

import hashlib
import re
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from psycopg import AsyncConnection

from myedu.esia.client import EsiaClient, esia_client, new_code_verifier, new_state
from myedu.esia.sandbox_accounts import AccountRequest, create_account
from myedu.kit.clock import Clock
from myedu.kit.db import Database
from myedu.kit.encryption import Keyring
from myedu.kit.settings import Settings
from myedu.portal.audit import service as audit
from myedu.portal.identity import store
from myedu.portal.identity.asking import refresh_name
from myedu.portal.identity.esia_registration import esia_settings
from myedu.portal.identity.models import (
    ActingRole,
    Attempt,
    NewSession,
    NotHead,
    NotSignedIn,
    OpenSession,
    SignedIn,
    StartedSignIn,
    Unconfirmed,
)
from myedu.portal.identity.presenter_organization import ORGANIZATION
from myedu.portal.identity.profile import EsiaProfile, acting_role, fetch_profile, save_profile
from myedu.portal.identity.rights import EVER, Rights
from myedu.portal.identity.settings import IdentitySettings
from myedu.portal.identity.store import esia_oid_of, signed_in_oids
from myedu.portal.people import service as people
from myedu.portal.people.models import Place, Viewer
from myedu.portal.settings import ServerSettings

__all__ = [
    "CHOOSE_ORGANIZATION",
    "ESIA_SETTINGS",
    "EsiaProfile",
    "Rights",
    "acts_for_organisations",
    "begin_sign_in",
    "close_own_sessions",
    "create_sandbox_account",
    "erase_persons",
    "esia_of",
    "esia_oid_of",
    "fetch_signed_in",
    "idle_limit",
    "operator_organisations",
    "own_roles",
    "own_sessions",
    "require_viewer",
    "role_in",
    "session_lifetime",
    "sign_in",
    "sign_out",
    "signed_in_oids",
    "token_sha256",
    "use_attempt",
    "viewer_from_token",
]

ESIA_SETTINGS = (ServerSettings, IdentitySettings)
"""The settings that `esia_of` reads."""
CHOOSE_ORGANIZATION = ORGANIZATION
"""The page on which a viewer chooses the organisation for which they sign in."""

_SECRET_BYTES = 32
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")


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


async def acts_for_organisations(conn: AsyncConnection, viewer: Viewer) -> bool:
    """Whether the viewer may have work in a room: ESIA has named an organisation, or an export a post."""
    return bool(await store.memberships(conn, viewer.account_id, EVER)) or (
        viewer.trusted and await people.has_post(conn, esia_oid=viewer.esia_oid, snils=viewer.snils)
    )


def esia_of(settings: Settings, clock: Clock) -> EsiaClient:
    """A client of ESIA for the worker, to be closed. Raises ValueError, SigningUnavailable."""
    return esia_client(esia_settings(settings), clock)


def session_lifetime(settings: Settings) -> timedelta:
    """For how long a session lasts at most, and the cookies that belong to it."""
    return timedelta(days=settings.of(IdentitySettings).session_days)


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
    role: ActingRole | None = None,
) -> StartedSignIn:
    """Start a sign-in, which can be finished for `lasts`.

    `browser`: the secret of an earlier attempt, as two tabs of a browser share it; `return_to`: a local path;
    `role`: for whose organisation it is. Raises EsiaError.
    """
    state = new_state()
    if browser is None or not _SECRET.fullmatch(browser):
        browser = secrets.token_urlsafe(_SECRET_BYTES)
    acting_for = None if role is None else role.oid
    attempt = Attempt(code_verifier=new_code_verifier(), return_to=return_to, acting_for=acting_for)
    organisation = None if role is None else role.organisation
    url = await esia.authorization_url(state, attempt.code_verifier, organisation)
    async with database.transaction() as conn:
        await store.insert_attempt(
            conn, state=state, browser=browser, attempt=attempt, now=now, expires_at=now + lasts
        )
    return StartedSignIn(url=url, browser=browser)


async def use_attempt(database: Database, *, state: str, browser: str | None, now: datetime) -> Attempt:
    """The sign-in that this browser brought back; it can't be used again. Raises AttemptRefused."""
    async with database.transaction() as conn:
        return await store.use_attempt(conn, state=state, browser=browser or "", now=now)


async def fetch_signed_in(
    esia: EsiaClient, code: str, attempt: Attempt, role: ActingRole | None = None
) -> EsiaProfile:
    """What ESIA says about the person of an authorization code. `role`: that of the sign-in's organisation.

    Raises EsiaError.
    """
    organisation = None if role is None else role.organisation
    tokens = await esia.exchange(code, attempt.code_verifier, organisation)
    claims = await esia.verify(tokens)
    profile = await fetch_profile(esia, tokens, claims)
    if role is None:
        return profile
    named = await esia.acting_for(tokens, claims)
    return msgspec.structs.replace(profile, acting_for=acting_role(profile.roles, named, role.oid))


async def role_in(database: Database, token: str | None, oid: str, now: datetime) -> ActingRole:
    """The viewer's role in an organisation or branch. Raises NotSignedIn; NotHead without one."""
    _, roles = await own_roles(database, token, now)
    for role in roles:
        if role.oid == oid:
            return role
    raise NotHead("the viewer has no role there: answer as if nothing were there")


async def own_roles(
    database: Database, token: str | None, now: datetime
) -> tuple[Viewer, Sequence[ActingRole]]:
    """The viewer, and where they work by what ESIA said last. Raises NotSignedIn."""
    async with database.connection() as conn:
        viewer = await require_viewer(conn, token, now)
        return viewer, await store.roles_of(conn, viewer.account_id)


async def sign_in(
    database: Database,
    profile: EsiaProfile,
    *,
    return_to: str,
    earlier_token: str | None,
    now: datetime,
    new: NewSession,
    keyring: Keyring | None = None,
) -> SignedIn:
    """Open a session for the person of a profile, and close that of `earlier_token`.

    `keyring`: encrypts ESIA's refresh token; without it none is kept. Raises Unconfirmed if ESIA has not
    verified the person; then all sessions of the account are closed.
    """
    token = secrets.token_urlsafe(_SECRET_BYTES)
    refresh_token = None
    if keyring is not None and profile.refresh_token:
        refresh_token = keyring.encrypt(profile.refresh_token.encode(), refresh_name(store.sha256(token)))
    async with database.transaction() as conn:
        account = await save_profile(conn, profile, now, keep_unnamed=False)
        if earlier_token:
            await store.close_session(conn, store.sha256(earlier_token), now)
        if account.trusted:
            await store.open_session(conn, token, account.account_id, now, new, refresh_token)
        person = profile.person
        has_roles = any(role.active for role in profile.roles or ()) or (
            await people.has_post(conn, esia_oid=person.oid, snils=person.snils)
        )
        await audit.record(
            conn,
            at=now,
            action="session.sign-in" if account.trusted else "session.refuse-unconfirmed",
            actor_account=account.account_id,
            actor_relation="self",
            detail={
                "level": profile.person.level.value,
                **({"acting_for": profile.acting_for} if profile.acting_for else {}),
            },
        )
    if not account.trusted:
        raise Unconfirmed("the account is not confirmed: confirm it at ESIA and sign in again")
    return SignedIn(
        token=token,
        account_id=account.account_id,
        return_to=return_to,
        has_roles=has_roles,
    )


def idle_limit(profile: EsiaProfile, own: IdentitySettings) -> timedelta:
    """For how long the session of this person may be unused: an operator's not as long as a family's."""
    oids = {role.organisation_oid for role in profile.roles or () if role.active}
    if oids & set(own.operator_organisations):
        return timedelta(minutes=own.operator_idle_minutes)
    return timedelta(days=own.session_idle_days)


async def sign_out(database: Database, token: str, now: datetime) -> None:
    """Close a session; does nothing if it is over already."""
    async with database.transaction() as conn:
        account_id = await store.close_session(conn, store.sha256(token), now)
        if account_id is not None:
            await audit.record(
                conn, at=now, action="session.sign-out", actor_account=account_id, actor_relation="self"
            )


async def own_sessions(
    database: Database, token: str | None, now: datetime
) -> tuple[Viewer, Sequence[OpenSession]]:
    """The viewer, and where they are signed in, the session used last first. Raises NotSignedIn."""
    async with database.connection() as conn:
        viewer = await require_viewer(conn, token, now)
        stored = await store.open_sessions(conn, viewer.account_id, now)
    own = store.sha256(token or "")
    return viewer, [
        OpenSession(
            key=_key_of(one.token_sha256),
            device=one.device,
            created_at=one.created_at,
            seen_at=one.seen_at,
            is_this=one.token_sha256 == own,
        )
        for one in stored
    ]


async def close_own_sessions(database: Database, token: str | None, key: str | None, now: datetime) -> int:
    """Close the viewer's session of this key, or without one all but this session; how many were closed.

    A key of another person's session closes nothing. Raises NotSignedIn.
    """
    own = store.sha256(token or "")
    async with database.transaction() as conn:
        viewer = await require_viewer(conn, token, now)
        if key is None:
            closed = await store.close_sessions(conn, viewer.account_id, now, but=own)
        else:
            stored = await store.open_sessions(conn, viewer.account_id, now)
            chosen = [one.token_sha256 for one in stored if _key_of(one.token_sha256) == key]
            closed = sum([await store.close_session(conn, one, now) is not None for one in chosen])
        if closed:
            await audit.record(
                conn,
                at=now,
                action="session.close",
                actor_account=viewer.account_id,
                actor_relation="self",
                detail={"closed": closed},
            )
    return closed


async def erase_persons(conn: AsyncConnection, place: Place) -> None:
    """Erase the accounts of persons whom this transaction erases, unless another journal has them."""
    await store.erase_accounts(conn, await people.erased_snils(conn, place))


def _key_of(token_sha256: bytes) -> str:
    """Names a session in a form: made of what the table keeps, from which no token can be derived."""
    return hashlib.sha256(b"myedu session\0" + token_sha256).hexdigest()[:32]
