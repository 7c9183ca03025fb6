"""The `act` claim: on whose behalf a call is made. A journal may log it and must not depend on it."""

from typing import Annotated

import msgspec

from myedu.contract.wire import Id, Wire, code

ACT_HEADER = "Myedu-Act"
RELATIONS = ("self", "guardian", "teacher", "operator", "system")
PURPOSES = ("diary", "refresh", "support", "conformance")


class Act(Wire, frozen=True, kw_only=True, omit_defaults=False):
    """Who makes the request, in what relation to the student, for what purpose."""

    relation: Annotated[str, code(*RELATIONS)]
    purpose: Annotated[str, code(*PURPOSES)]
    student_id: Id | None = None


class ActClaims(Wire, frozen=True, kw_only=True):
    """The payload of the JWT in the `Myedu-Act` header (RS256 or ES256, the caller's registered key)."""

    iss: str  # the caller's client_id
    aud: str  # the base URL of the system
    sub: Annotated[
        str, msgspec.Meta(min_length=1, max_length=200)
    ]  # a pseudonym of the person, the same for this person and system
    iat: int
    exp: int
    jti: str
    act: Act
