"""Asking ESIA again about the person of a session: with its refresh token, which ESIA takes once."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from myedu.esia.client import EsiaClient
from myedu.esia.errors import EsiaAnswerWrong, EsiaError, EsiaRefused
from myedu.esia.models import AccountLevel, Tokens, VerifiedClaims
from myedu.kit.db import Database
from myedu.kit.encryption import CannotDecrypt, Keyring
from myedu.portal.audit import service as audit
from myedu.portal.identity import store
from myedu.portal.identity.models import HeldSession, RightsUnconfirmed
from myedu.portal.identity.profile import fetch_profile, save_profile

_log = logging.getLogger(__name__)

CLAIM_LASTS = timedelta(seconds=60)
"""Longer than the four answers of ESIA that one asking takes, with the usual time-out."""
_WITHDRAWN = frozenset({"007004", "007019", "007055", "007062"})
"""The person has taken the permission back, or the account is not one that may sign in any more."""
_TOKEN_OVER = "007011"  # noqa: S105 a code of ESIA's


def refresh_name(token_sha256: bytes) -> bytes:
    """The name under which a session's refresh token is encrypted."""
    return b"identity refresh token\0" + token_sha256


async def claim(database: Database, token_sha256: bytes, now: datetime) -> HeldSession | None:
    """The session, if nobody else asks ESIA by it now; `Asking.ask` releases it."""
    async with database.connection() as conn:
        return await store.claim_session(conn, token_sha256, now, now + CLAIM_LASTS)


class Asking:
    """Asks ESIA by a session that was claimed, and stores what it says."""

    def __init__(self, database: Database, esia: EsiaClient, keyring: Keyring) -> None:
        self._database, self._esia, self._keyring = database, esia, keyring

    async def claim_due(self, now: datetime, asked_before: datetime, most: int) -> Sequence[HeldSession]:
        """Sessions in use, about whose people ESIA has not spoken since `asked_before`."""
        async with self._database.connection() as conn:
            return await store.claim_due_sessions(
                conn, now, now + CLAIM_LASTS, asked_before=asked_before, most=most
            )

    async def ask(self, session: HeldSession, now: datetime) -> None:
        """Raises RightsUnconfirmed if ESIA says nothing about the person, or nothing by this session.

        1. The token is exchanged and the next one stored at once: ESIA takes the old one no more.
        2. Person, children and roles are read and stored. What ESIA can't name now stays as it was.
        3. A person who has withdrawn the permission, or is no longer confirmed, has no session any more.
        """
        try:
            tokens = await self._next_tokens(session)
            profile = await fetch_profile(self._esia, tokens, await self._claims(session, tokens))
        except EsiaRefused as refusal:
            await self._refused(session, refusal, now)
        except EsiaError as error:
            _log.warning("ESIA could not be asked again about a person", exc_info=error)
            raise RightsUnconfirmed("esia-silent") from error
        else:
            async with self._database.transaction() as conn:
                saved = await save_profile(conn, profile, now, keep_unnamed=True)
                await audit.record(
                    conn,
                    at=now,
                    action="session.confirm" if saved.trusted else "session.refuse-unconfirmed",
                    actor_account=session.account_id,
                    actor_relation="system",
                )
        finally:
            async with self._database.connection() as conn:
                await store.release_session(conn, session.token_sha256)

    async def _next_tokens(self, session: HeldSession) -> Tokens:
        name = refresh_name(session.token_sha256)
        try:
            refresh_token = self._keyring.decrypt(session.refresh_token or b"", name).decode()
        except CannotDecrypt as error:
            # There is none, or the key was dropped from the settings.
            raise RightsUnconfirmed("sign-in-again") from error
        tokens = await self._esia.refresh(refresh_token)
        if tokens.refresh_token:
            await self._keep(session, self._keyring.encrypt(tokens.refresh_token.encode(), name))
        return tokens

    async def _keep(self, session: HeldSession, refresh_token: bytes | None) -> None:
        async with self._database.connection() as conn:
            await store.save_refresh_token(conn, session.token_sha256, refresh_token)

    async def _claims(self, session: HeldSession, tokens: Tokens) -> VerifiedClaims:
        """Those of the new id token; of the account where ESIA sends none."""
        if tokens.unverified_id_token is None:
            return VerifiedClaims(
                oid=session.esia_oid,
                level=AccountLevel(session.level),
                session_id="",
                signed_in_at=session.asked_for,
                expires_at=tokens.expires_at,
            )
        claims = await self._esia.verify(tokens)
        if claims.oid != session.esia_oid:
            raise EsiaAnswerWrong("ESIA's refresh token is of another person than the session.")
        return claims

    async def _refused(self, session: HeldSession, refusal: EsiaRefused, now: datetime) -> None:
        """Raises RightsUnconfirmed."""
        if refusal.code in _WITHDRAWN:
            _log.info("a session was closed, as ESIA refuses its person: %s", refusal)
            async with self._database.transaction() as conn:
                await store.close_session(conn, session.token_sha256, now)
                await audit.record(
                    conn,
                    at=now,
                    action="session.end-withdrawn",
                    actor_account=session.account_id,
                    actor_relation="system",
                )
            raise RightsUnconfirmed("sign-in-again") from refusal
        if refusal.code == _TOKEN_OVER or (refusal.code is None and refusal.error == "invalid_grant"):
            _log.info("ESIA takes a session's refresh token no more")
            await self._keep(session, None)
            raise RightsUnconfirmed("sign-in-again") from refusal
        # The portal's own fault, such as a certificate that has ended: not the person's.
        _log.warning("ESIA refused to be asked again about a person", exc_info=refusal)
        raise RightsUnconfirmed("esia-silent") from refusal
