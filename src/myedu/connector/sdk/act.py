"""The act claim on the server: on whose behalf a call is made. Verified and logged; no method requires it."""

import logging

import msgspec

from myedu.connector.sdk.oauth import Caller
from myedu.connector.sdk.signing import BadToken, claims_verified_by_any
from myedu.contract.act import ACT_HEADER, ActClaims
from myedu.contract.problems import ContractError, problem
from myedu.kit.clock import Clock

log = logging.getLogger("myedu.connector.act")

ACT_SECONDS = 600
"""Seconds for which a claim may live: one claim serves all calls of a page, and no page takes longer."""


def read_act(header: str | None, caller: Caller, *, base_url: str, clock: Clock) -> ActClaims | None:
    """The verified claim of the Myedu-Act header, None without one. Raises ContractError(bad-act)."""
    if header is None:
        return None
    try:
        claims = claims_verified_by_any(
            header,
            caller.keys,
            audience=base_url,
            issuer=caller.client_id,
            now=clock.now(),
            longest=ACT_SECONDS,
        )
        return msgspec.convert(claims, ActClaims)
    except (BadToken, msgspec.ValidationError) as error:
        raise _bad_act(str(error)) from None


def check_subject(claims: ActClaims | None, student_id: str) -> None:
    """Raises ContractError(bad-act) for a claim about another student than `student_id`."""
    if claims is not None and claims.act.student_id not in (None, student_id):
        raise _bad_act("act.student_id is not the requested student")


def log_act(claims: ActClaims | None, caller: Caller, method: str, whom: str | None) -> None:
    """Write one line to the audit log of the journal: ids and a pseudonym, no names.

    `whom`: the id that the call is about. %r keeps line breaks in the caller's values from forging lines.
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
