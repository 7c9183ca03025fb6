"""The act claim on the server's side: for whom a call is made. Verified, logged, needed by nothing."""

import logging

import msgspec

from myedu.connector.sdk.oauth import Caller
from myedu.connector.sdk.signing import BadToken, allowed_algorithms, verified_claims
from myedu.contract.act import ACT_HEADER, ActClaims
from myedu.contract.problems import ContractError, problem
from myedu.kit.clock import Clock

log = logging.getLogger("myedu.connector.act")

ACT_SECONDS = 600
"""A caller may sign one claim for all calls of a page; longer than a page it isn't needed."""


def read_act(header: str | None, caller: Caller, *, base_url: str, clock: Clock) -> ActClaims | None:
    """The claim of a request, None where there is none. Raises ContractError(bad-act)."""
    if header is None:
        return None
    try:
        claims = verified_claims(
            header,
            caller.key,
            allowed_algorithms(caller.key),
            audience=base_url,
            issuer=caller.client_id,
            now=clock.now(),
            longest=ACT_SECONDS,
        )
        return msgspec.convert(claims, ActClaims)
    except BadToken as error:
        raise _bad_act(str(error)) from None
    except msgspec.ValidationError as error:
        raise _bad_act(str(error)) from None


def check_subject(claims: ActClaims | None, student_id: str) -> None:
    """A claim about one student covers no call about another. Raises ContractError(bad-act)."""
    if claims is not None and claims.act.student_id not in (None, student_id):
        raise _bad_act("act.student_id is another student than the one asked about")


def log_act(claims: ActClaims | None, caller: Caller, method: str, whom: str | None) -> None:
    """One line for the journal's own book of who asked. Ids and a pseudonym, no names.

    %r: what the caller wrote must not begin a line of its own.
    """
    log.info(
        "asked method=%s client=%s whom=%s asker=%r relation=%r purpose=%r",
        method,
        caller.client_id,
        whom or "-",
        claims.sub if claims else "-",
        claims.act.relation if claims else "-",
        claims.act.purpose if claims else "-",
    )


def _bad_act(detail: str) -> ContractError:
    return ContractError(problem("bad-act", field=ACT_HEADER, detail=detail))
