"""Verification of id tokens: from the unverified text to VerifiedClaims."""

import base64
import re
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from myedu.esia.errors import EsiaAnswerWrong
from myedu.esia.jws import JwsError, verified_payload
from myedu.esia.models import AccountLevel, VerifiedClaims
from myedu.esia.signing import Verifier

_LEEWAY_S = 60  # between two clocks; NTP keeps them within a second, clocks set by hand differ more
_ORGANISATION = re.compile(r"[?&]org_oid=([0-9]{1,18})(?![0-9])")
_MILLISECONDS = 100_000_000_000  # auth_time above this is in milliseconds, as ESIA wrote it in 2017


class _Subject(msgspec.Struct, frozen=True):
    oid: int = msgspec.field(name="urn:esia:sbj:oid")
    level: AccountLevel | None = msgspec.field(name="urn:esia:sbj:lvl", default=None)
    is_trusted: bool = msgspec.field(name="urn:esia:sbj:is_tru", default=False)


class _IdToken(msgspec.Struct, frozen=True):
    iss: str
    aud: str | list[str]
    sub: int  # an integer on the wire, against RFC 7519
    exp: int
    nbf: int
    auth_time: int
    subject: _Subject = msgspec.field(name="urn:esia:sbj")
    session_id: str = msgspec.field(name="urn:esia:sid")


class _AccessToken(msgspec.Struct, frozen=True):
    client_id: str
    scope: str
    oid: int = msgspec.field(name="urn:esia:sbj_id")


class _Code(msgspec.Struct, frozen=True):
    state: str | None = msgspec.field(name="urn:esia:client:state", default=None)


def state_in_code(code: str) -> str | None:
    """The state of the request for which ESIA gave an authorization code (a JWT); None if it names none.

    Unverified: only ESIA can say whether a code is its own, when it is exchanged.
    """
    try:
        payload = code.split(".")[1]
        claims = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
        return msgspec.json.decode(claims, type=_Code).state
    except (IndexError, ValueError, RecursionError, msgspec.MsgspecError):
        return None


def verify_id_token(
    unverified_id_token: str, verifiers: Sequence[Verifier], *, issuer: str, client_id: str, now: datetime
) -> VerifiedClaims:
    """The claims of a token that ESIA has signed for this client and that is valid now.

    Raises EsiaAnswerWrong, with the reason, for any other token.
    """
    try:
        token = msgspec.json.decode(verified_payload(unverified_id_token, verifiers), type=_IdToken)
    except JwsError as error:
        raise EsiaAnswerWrong(f"The id token can't be trusted: {error}") from error
    except msgspec.MsgspecError as error:
        raise EsiaAnswerWrong(f"The id token is signed but is not of the expected shape: {error}") from error
    _check(token, issuer=issuer, client_id=client_id, now=now)
    return VerifiedClaims(
        oid=str(token.sub),
        level=_level(token.subject),
        session_id=token.session_id,
        signed_in_at=_instant(token.auth_time),
        expires_at=_instant(token.exp),
    )


def organisation_of_token(
    unverified_access_token: str, verifiers: Sequence[Verifier], *, client_id: str, oid: str
) -> str | None:
    """The one organisation whose data this person's access token opens; None if there is none, or several.

    Raises EsiaAnswerWrong for a token that ESIA hasn't signed for this client and person.
    """
    try:
        token = msgspec.json.decode(verified_payload(unverified_access_token, verifiers), type=_AccessToken)
    except (JwsError, msgspec.MsgspecError) as error:
        raise EsiaAnswerWrong(f"The access token can't be trusted: {error}") from error
    if token.client_id != client_id or str(token.oid) != oid:
        raise EsiaAnswerWrong("The access token is of another client or person than the id token.")
    named = set(_ORGANISATION.findall(token.scope))
    return named.pop() if len(named) == 1 else None


def _check(token: _IdToken, *, issuer: str, client_id: str, now: datetime) -> None:
    audience = [token.aud] if isinstance(token.aud, str) else token.aud
    if token.iss != issuer:
        raise EsiaAnswerWrong(f"The id token was issued by {token.iss!r}, not by {issuer!r}.")
    if client_id not in audience:
        raise EsiaAnswerWrong(f"The id token is for {token.aud!r}, not for {client_id!r}.")
    if token.sub != token.subject.oid:
        raise EsiaAnswerWrong("The id token names two different persons.")
    if now.timestamp() >= token.exp + _LEEWAY_S:
        raise EsiaAnswerWrong("The id token has expired. Check the clock, then start the sign-in again.")
    if now.timestamp() < token.nbf - _LEEWAY_S:
        raise EsiaAnswerWrong("The id token is not valid yet. Check the clock, then start the sign-in again.")


def _level(subject: _Subject) -> AccountLevel:
    """Older tokens have no `lvl`, only `is_tru`, which is absent if the account is not confirmed."""
    if subject.level is not None:
        return subject.level
    return AccountLevel.CONFIRMED if subject.is_trusted else AccountLevel.UNCONFIRMED


def _instant(seconds: int) -> datetime:
    if seconds > _MILLISECONDS:
        seconds //= 1000
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise EsiaAnswerWrong(f"The id token names a time that no calendar has: {seconds}.") from error
