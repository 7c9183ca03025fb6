"""Signing in with ESIA and out again, and who a session's token stands for."""

import asyncio
import re
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from psycopg import AsyncConnection

from myedu.esia.client import EsiaClient, new_code_verifier, new_state
from myedu.esia.models import AccountLevel, EsiaKid, EsiaPerson, EsiaRole
from myedu.kit.db import Database
from myedu.portal.audit import service as audit
from myedu.portal.identity import store
from myedu.portal.identity.models import (
    Attempt,
    Begun,
    NotOperator,
    NotSignedIn,
    SignedIn,
    Unconfirmed,
)
from myedu.portal.people import service as people
from myedu.portal.people.models import Kid, Viewer

_SECRET_BYTES = 32
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
_TRUSTED = frozenset({AccountLevel.CONFIRMED, AccountLevel.CHILD})


class EsiaProfile(msgspec.Struct, frozen=True):
    """All that ESIA says at one sign-in."""

    person: EsiaPerson
    kids: Sequence[EsiaKid]
    roles: Sequence[EsiaRole]


def token_sha256(token: str) -> bytes:
    """What identity.viewer_of() takes, for a room whose page is one statement."""
    return store.sha256(token)


async def viewer_from_token(conn: AsyncConnection, token: str | None, now: datetime) -> Viewer | None:
    """Who holds this session; None for no token, a foreign one, a closed or an expired session."""
    return await store.viewer_of(conn, token, now) if token else None


async def require_viewer(conn: AsyncConnection, token: str | None, now: datetime) -> Viewer:
    """The same, raising NotSignedIn."""
    viewer = await viewer_from_token(conn, token, now)
    if viewer is None:
        raise NotSignedIn("nobody has signed in with this session: lead to /enter")
    return viewer


async def require_operator(
    conn: AsyncConnection, token: str | None, now: datetime, organisations: Sequence[str]
) -> Viewer:
    """A confirmed person with a role in one of the operator's organisations (ESIA oids).

    Raises NotSignedIn; NotOperator for anybody else, whom an answer must not tell that there is something.
    """
    viewer = await require_viewer(conn, token, now)
    if not viewer.trusted or not await store.acts_for(conn, viewer.account_id, organisations):
        raise NotOperator("no role in the operator's organisation: answer as if nothing were there")
    return viewer


async def begin_sign_in(
    database: Database,
    esia: EsiaClient,
    *,
    browser: str | None,
    return_to: str,
    now: datetime,
    lasts: timedelta,
) -> Begun:
    """Start a sign-in. `browser` is the secret of an earlier one: two tabs of a browser share it."""
    state = new_state()
    if browser is None or not _SECRET.fullmatch(browser):
        browser = secrets.token_urlsafe(_SECRET_BYTES)
    attempt = Attempt(code_verifier=new_code_verifier(), return_to=return_to)
    url = await esia.authorization_url(state, attempt.code_verifier)
    async with database.transaction() as conn:
        await store.begin_attempt(
            conn, state=state, browser=browser, attempt=attempt, now=now, expires_at=now + lasts
        )
    return Begun(url=url, browser=browser)


async def use_attempt(database: Database, *, state: str, browser: str | None, now: datetime) -> Attempt:
    """The sign-in that this browser brought back. It is used up at once, whatever comes of it."""
    async with database.transaction() as conn:
        return await store.use_attempt(conn, state=state, browser=browser or "", now=now)


async def ask_esia(esia: EsiaClient, code: str, code_verifier: str) -> EsiaProfile:
    """Who it is, and of whom and for whom they may act; raises EsiaError."""
    tokens = await esia.exchange(code, code_verifier)
    claims = await esia.verify(tokens)
    if not claims.confirmed:
        # Nobody's guardian and nobody's servant: ESIA has not checked who that is, or it is a child.
        return EsiaProfile(await esia.person(tokens, claims), kids=(), roles=())
    person, kids, roles = await asyncio.gather(
        esia.person(tokens, claims), esia.kids(tokens, claims), esia.roles(tokens, claims)
    )
    return EsiaProfile(person, kids, roles)


async def sign_in(
    database: Database,
    word: EsiaProfile,
    *,
    return_to: str,
    earlier_token: str | None,
    now: datetime,
    lasts: timedelta,
) -> SignedIn:
    """Open a session for the person whom ESIA named; raises Unconfirmed, and then no session is open."""
    token = secrets.token_urlsafe(_SECRET_BYTES)
    trusted = word.person.level in _TRUSTED
    async with database.transaction() as conn:
        account_id = await store.keep_account(conn, word.person, trusted=trusted, now=now)
        await store.keep_roles(conn, account_id, word.roles, now)
        await people.remember_kids(conn, word.person.oid, _known_kids(word.kids), now)
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
            detail={"level": word.person.level.value},
        )
    if not trusted:
        raise Unconfirmed("the account is not confirmed: confirm it at ESIA and sign in again")
    return SignedIn(token=token, account_id=account_id, return_to=return_to)


async def sign_out(database: Database, token: str, now: datetime) -> None:
    """Close a session; nothing happens when it is over already."""
    async with database.transaction() as conn:
        account_id = await store.close_session(conn, token, now)
        if account_id is not None:
            await audit.record(
                conn, at=now, action="session.sign-out", actor_account=account_id, actor_relation="self"
            )


def _known_kids(kids: Sequence[EsiaKid]) -> list[Kid]:
    """Children who can be matched to a journal: without SNILS and birth date nobody can say who that is."""
    return [
        Kid(snils=kid.snils, oid=kid.oid, birth_date=kid.birth_date)
        for kid in kids
        if kid.snils and kid.birth_date
    ]
