"""Who may do what an operator does, by ESIA's word of today: roles that ESIA does not confirm end.

Families keep what they had while ESIA is silent. Operators don't: a person who was dismissed must not go on
because ESIA can't be reached.
"""

import asyncio
import logging
from datetime import UTC, datetime, timedelta

from psycopg import AsyncConnection

from myedu.esia.client import EsiaClient
from myedu.kit.clock import Clock
from myedu.kit.db import Database
from myedu.kit.encryption import Keyring
from myedu.portal.audit import service as audit
from myedu.portal.identity import store
from myedu.portal.identity.asking import Asking, claim
from myedu.portal.identity.models import (
    HeadViewer,
    HeldSession,
    NotHead,
    NotOperator,
    NotSignedIn,
    RightsUnconfirmed,
)
from myedu.portal.identity.settings import IdentitySettings
from myedu.portal.people.models import StaffViewer, Viewer

_log = logging.getLogger(__name__)

_JUST_CONFIRMED = timedelta(seconds=30)
"""A deed that follows another one, or the question before it, needs no second answer of ESIA's."""
EVER = datetime.min.replace(tzinfo=UTC)
_SWEEP_SECONDS = 60
_AT_ONCE = 8  # askings of one process: ESIA has everybody's sign-ins too
_WAITS, _WAIT_SECONDS = 50, 0.2  # for another process that asks by the same session


class Rights:
    """Checks an operator, and asks ESIA again when what it said is too old.

    Methods raise NotSignedIn; NotOperator for other viewers, whose answer must not show that there is a page;
    RightsUnconfirmed for a viewer whose role ESIA has confirmed before and doesn't now.
    """

    def __init__(
        self, database: Database, esia: EsiaClient, keyring: Keyring, clock: Clock, own: IdentitySettings
    ) -> None:
        self.keyring = keyring
        self._database, self._clock, self._own = database, clock, own
        self._asking = Asking(database, esia, keyring)

    @property
    def _term(self) -> timedelta:
        return timedelta(hours=self._own.rights_hours)

    async def operator(self, token: str | None, page: str) -> Viewer:
        """The operator of a session, whose role ESIA has named within the set time. `page`: for the audit."""
        return await self._operator(token, page, self._term)

    async def operator_now(self, token: str | None, deed: str) -> Viewer:
        """The same for a deed with consequences: ESIA has named the role just now."""
        return await self._operator(token, deed, _JUST_CONFIRMED)

    async def was_operator(self, token: str | None) -> bool:
        """Whether the viewer has, or had when ESIA spoke last, an operator's role. Asks nobody."""
        async with self._database.connection() as conn:
            found = await store.viewer_of(conn, token, self._clock.now()) if token else None
            oids = self._own.operator_organisations
            return (
                found is not None
                and found.trusted
                and await store.role_seen_at(conn, found.account_id, oids) is not None
            )

    async def staff(self, token: str | None) -> StaffViewer:
        """The viewer of a session with the organisations for which they act, for the door for staff.

        The door decides: an account that acts for no school sees no group. Raises NotSignedIn and, for those
        who did act for one, RightsUnconfirmed.
        """
        return await self._staff(token, self._term)

    async def staff_now(self, token: str | None) -> StaffViewer:
        """The same for a deed with consequences: ESIA has named the organisations just now."""
        return await self._staff(token, _JUST_CONFIRMED)

    async def _staff(self, token: str | None, within: timedelta) -> StaffViewer:
        since = self._clock.now() - within
        for is_last in (False, True):
            viewer = await self._viewer(token)
            async with self._database.connection() as conn:
                known = await store.memberships(conn, viewer.account_id, EVER)
                confirmed = await store.memberships(conn, viewer.account_id, since)
            if len(confirmed) == len(known):
                return StaffViewer(viewer, tuple(confirmed))
            if is_last:
                break
            await self._ask(token)
        raise RightsUnconfirmed("esia-silent")

    async def last_known_staff(self, token: str | None) -> StaffViewer:
        """The same by what ESIA said last, however long ago. Only to say where a page is: it asks nobody."""
        viewer = await self._viewer(token)
        async with self._database.connection() as conn:
            return StaffViewer(viewer, tuple(await store.memberships(conn, viewer.account_id, EVER)))

    async def acting_head(self, token: str | None) -> HeadViewer:
        """The chief of the organisation for which this session was opened, named by ESIA in the set time.

        Raises NotSignedIn; NotHead for every other session, a chief's own as a private person too;
        RightsUnconfirmed.
        """
        return await self._head(token, self._term)

    async def acting_head_now(self, token: str | None) -> HeadViewer:
        """The same for a deed with consequences: ESIA has named the role just now."""
        return await self._head(token, _JUST_CONFIRMED)

    async def last_known_head(self, token: str | None) -> HeadViewer:
        """The same by what ESIA said last, however long ago. Only to say where a page is: it asks nobody."""
        return (await self._acting(token))[0]

    async def _head(self, token: str | None, within: timedelta) -> HeadViewer:
        since = self._clock.now() - within
        for is_last in (False, True):
            head, seen_at = await self._acting(token)
            if seen_at > since:
                return head
            if is_last:
                break
            await self._ask(token)
        raise RightsUnconfirmed("esia-silent")

    async def _acting(self, token: str | None) -> tuple[HeadViewer, datetime]:
        viewer = await self._viewer(token)
        async with self._database.connection() as conn:
            role = await store.acting_role(conn, token or "")
        if not viewer.trusted or role is None or not role.chief:
            raise NotHead("not a chief who signed in for the organisation: answer as if nothing were there")
        return HeadViewer(viewer, role.oid, role.ogrn, role.name, role.branch_of), role.seen_at

    async def _operator(self, token: str | None, page: str, within: timedelta) -> Viewer:
        since = self._clock.now() - within
        for is_last in (False, True):
            viewer = await self._viewer(token)
            async with self._database.connection() as conn:
                seen_at = await store.role_seen_at(conn, viewer.account_id, self._own.operator_organisations)
                if not viewer.trusted or seen_at is None:
                    await self._note_refusal(conn, viewer, page)
                    raise NotOperator(
                        "no role in an operator's organisation: answer as if nothing were there"
                    )
            if seen_at > since:
                return viewer
            if is_last:
                raise RightsUnconfirmed("esia-silent")  # it named the person, but not the roles
            await self._ask(token)
        raise AssertionError("unreachable")

    async def _viewer(self, token: str | None) -> Viewer:
        async with self._database.connection() as conn:
            viewer = await store.viewer_of(conn, token, self._clock.now()) if token else None
        if viewer is None:
            raise NotSignedIn("there is no open session: lead to /enter")
        return viewer

    async def _ask(self, token: str | None) -> None:
        """Ask ESIA by this session, or wait for the process that does. Raises RightsUnconfirmed."""
        token_sha256 = store.sha256(token or "")
        before: HeldSession | None = None
        for _ in range(_WAITS):
            now = self._clock.now()
            session = await claim(self._database, token_sha256, now)
            if session is not None:
                if before is None or session.asked_for == before.asked_for:
                    await self._asking.ask(session, now)
                else:
                    await self._release(session)
                return
            async with self._database.connection() as conn:
                before = before or await store.held_session(conn, token_sha256, now)
            if before is None:
                raise RightsUnconfirmed("sign-in-again")  # it was closed meanwhile
            await asyncio.sleep(_WAIT_SECONDS)
        raise RightsUnconfirmed("esia-silent")

    async def _release(self, session: HeldSession) -> None:
        async with self._database.connection() as conn:
            await store.release_session(conn, session.token_sha256)

    async def _note_refusal(self, conn: AsyncConnection, viewer: Viewer, page: str) -> None:
        await audit.record(
            conn,
            at=self._clock.now(),
            action="operator.refuse",
            actor_account=viewer.account_id,
            actor_relation="none",
            detail={"page": page},
        )

    async def confirm_due(self) -> int:
        """Ask ESIA about people who are here now and whom it named too long ago; about how many.

        A failure changes nothing: families keep what they had, and an operator is asked for again at the
        operators' pages.
        """
        now = self._clock.now()
        async with self._database.connection() as conn:
            await store.forget_idle_tokens(conn, now - timedelta(days=self._own.session_idle_days))
        due = await self._asking.claim_due(now, now - self._term, _AT_ONCE)
        results = await asyncio.gather(
            *(self._asking.ask(session, now) for session in due), return_exceptions=True
        )
        for result in results:
            if isinstance(result, BaseException) and not isinstance(result, RightsUnconfirmed):
                raise result
        return len(due)

    async def confirm_forever(self) -> None:
        """`confirm_due` each minute, and at once again while there are many."""
        while True:
            try:
                while await self.confirm_due() == _AT_ONCE:
                    pass
            except Exception:
                _log.exception("people could not be asked about at ESIA: tried again in a minute")
            await asyncio.sleep(_SWEEP_SECONDS)
