"""Signing in: an attempt, a session, and what can go wrong."""

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec

from myedu.portal.people.models import Viewer

SIGN_IN_COOKIE = "myedu_sign_in"

AttemptProblem = Literal["unknown", "other-browser", "used", "expired"]


class NotSignedIn(Exception):
    """There is no session, or it is closed or expired: lead to /enter."""


class NotOperator(Exception):
    """The viewer has no role in an operator's organisation: answer 404, as if nothing were there."""


class NotHead(Exception):
    """The session is not one of an organisation's chief: answer 404, as if nothing were there."""


class AttemptRefused(Exception):
    """The sign-in that the browser brought back from ESIA can't be finished: start it again."""

    def __init__(self, problem: AttemptProblem) -> None:
        super().__init__(f"the sign-in is {problem}: start it again")
        self.problem = problem


class Unconfirmed(Exception):
    """ESIA has not verified the person: explain how to confirm the account."""


class RightsUnconfirmed(Exception):
    """The viewer had a role in an operator's organisation, but ESIA doesn't confirm it in time.

    `why`: esia-silent, try again in a minute; sign-in-again, ESIA takes this session's token no more.
    """

    def __init__(self, why: Literal["esia-silent", "sign-in-again"]) -> None:
        super().__init__(f"the rights are not confirmed: {why}")
        self.why = why


class StartedSignIn(msgspec.Struct, frozen=True):
    """`url`: of ESIA, where the browser goes; `browser`: the secret that binds the attempt to it."""

    url: str
    browser: str


class Attempt(msgspec.Struct, frozen=True):
    """A sign-in that is being finished; it can't be used again.

    `acting_for`: the organisation, or the branch, for which it was begun.
    """

    code_verifier: str
    return_to: str
    acting_for: str | None = None


class NewSession(msgspec.Struct, frozen=True):
    """How a session will live: for how long at most, and for how long unused. `device`: of its list.

    `acting_for`: ESIA's oid of the organisation for which the person signed in; None: as a private person.
    """

    lasts: timedelta
    idle: timedelta = timedelta(days=14)
    device: str = ""
    acting_for: str | None = None


class SignedIn(msgspec.Struct, frozen=True):
    """A new session. `token`: only for the cookie, as the table keeps its SHA-256.

    `has_roles`: whether the person acts for an organisation, or has a post in an export.
    """

    token: str
    account_id: UUID
    return_to: str
    has_roles: bool


class ActingRole(msgspec.Struct, frozen=True):
    """A role of an account. `seen_at`: when ESIA named it last; `branch_of`: the organisation of a branch."""

    oid: str
    name: str
    ogrn: str | None
    branch_of: str | None
    chief: bool
    seen_at: datetime

    @property
    def organisation(self) -> str:
        """The oid for which ESIA is asked: that of the organisation for a branch too."""
        return self.branch_of or self.oid


class HeadViewer(msgspec.Struct, frozen=True):
    """A viewer who has signed in for an organisation whose chief they are; made only by `Rights`.

    `oid`, `ogrn`, `name`: of the organisation, or of its branch, at ESIA; `branch_of`: of which it is one.
    """

    viewer: Viewer
    oid: str
    ogrn: str | None
    name: str
    branch_of: str | None = None


class OpenSession(msgspec.Struct, frozen=True):
    """A session as its owner sees it. `key` names it in a form, and opens nothing."""

    key: str
    device: str
    created_at: datetime
    seen_at: datetime
    is_this: bool


class HeldSession(msgspec.Struct, frozen=True, kw_only=True):
    """A session by whose refresh token ESIA can be asked about its person.

    `asked_for`: when ESIA last spoke about the account.
    """

    token_sha256: bytes
    account_id: UUID
    esia_oid: str
    level: str
    asked_for: datetime
    refresh_token: bytes | None
