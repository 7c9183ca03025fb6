"""Signing in: an attempt, a session, and what can go wrong."""

from typing import Literal
from uuid import UUID

import msgspec

SESSION_COOKIE = "myedu_session"
SIGN_IN_COOKIE = "myedu_sign_in"

AttemptProblem = Literal["unknown", "other-browser", "used", "expired"]


class NotSignedIn(Exception):
    """There is no session, or it is closed or expired: lead to /enter."""


class NotOperator(Exception):
    """The viewer has no role in an operator's organisation: answer 404, as if nothing were there."""


class AttemptRefused(Exception):
    """The sign-in that the browser brought back from ESIA can't be finished: start it again."""

    def __init__(self, problem: AttemptProblem) -> None:
        super().__init__(f"the sign-in is {problem}: start it again")
        self.problem = problem


class Unconfirmed(Exception):
    """ESIA has not verified the person: explain how to confirm the account."""


class StartedSignIn(msgspec.Struct, frozen=True):
    """`url`: of ESIA, where the browser goes; `browser`: the secret that binds the attempt to it."""

    url: str
    browser: str


class Attempt(msgspec.Struct, frozen=True):
    """A sign-in that is being finished; it can't be used again."""

    code_verifier: str
    return_to: str


class SignedIn(msgspec.Struct, frozen=True):
    """A new session. `token`: only for the cookie, as the table keeps its SHA-256."""

    token: str
    account_id: UUID
    return_to: str
