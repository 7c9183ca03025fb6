"""Signing in: what is begun, what comes of it, what can go wrong."""

from typing import Literal
from uuid import UUID

import msgspec

SESSION_COOKIE = "myedu_session"
SIGN_IN_COOKIE = "myedu_sign_in"

AttemptProblem = Literal["unknown", "other-browser", "used", "expired"]


class NotSignedIn(Exception):
    """Nobody's session, or one that is closed or too old: lead to /enter."""


class NotOperator(Exception):
    """Somebody who has no role in the operator's organisation: nothing is there for them."""


class AttemptRefused(Exception):
    """The browser came back from ESIA with a sign-in that can't be finished: start again."""

    def __init__(self, problem: AttemptProblem) -> None:
        super().__init__(f"the sign-in is {problem}: start it again")
        self.problem = problem


class Unconfirmed(Exception):
    """ESIA has not checked who this person is: tell them how to confirm the account."""


class Begun(msgspec.Struct, frozen=True):
    """A sign-in under way: where the browser goes, and the secret that binds it to this browser."""

    url: str
    browser: str


class Attempt(msgspec.Struct, frozen=True):
    """A sign-in that came back in order and is used up now."""

    code_verifier: str
    return_to: str


class SignedIn(msgspec.Struct, frozen=True):
    """A new session. `token` is for the cookie only; the table keeps its SHA-256."""

    token: str
    account_id: UUID
    return_to: str
