"""The token endpoint's rules: client_credentials with private_key_jwt (RFC 6749, 7523); access tokens."""

import secrets
from collections.abc import Mapping, Sequence

import jwt
import msgspec

from myedu.connector.sdk.replay import MemoryReplay, ReplayMemory
from myedu.connector.sdk.signing import (
    LEEWAY,
    BadToken,
    PublicKey,
    allowed_algorithms,
    load_public_key,
    unverified_claim,
    verified_claims,
)
from myedu.contract.answers import Token
from myedu.contract.problems import ContractError, problem
from myedu.kit.clock import Clock

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_SECONDS = 300
TOKEN_SECONDS = 3600
_LEAST_TOKEN_KEY = 32  # bytes: HS256 asks for as many
_LONGEST_JTI = 200  # characters: each is remembered until its assertion expires


class RegisteredClient(msgspec.Struct, frozen=True):
    """Who may call: its id and its public key (RSA from 2048 bits, or P-256)."""

    client_id: str
    public_key_pem: str


class Caller(msgspec.Struct, frozen=True):
    """A client whose access token was verified."""

    client_id: str
    key: PublicKey


class OAuthRefusal(Exception):
    """An error of the token endpoint, in the words of RFC 6749 §5.2."""

    def __init__(self, error: str, detail: str) -> None:
        super().__init__(f"{error}: {detail}")
        self.error, self.detail = error, detail


class Authority:
    """Gives tokens to registered clients and recognises them afterwards, in all processes with one key."""

    def __init__(
        self,
        clients: Sequence[RegisteredClient],
        *,
        token_key: bytes,
        base_url: str,
        clock: Clock,
        replay: ReplayMemory | None = None,
    ) -> None:
        if len(token_key) < _LEAST_TOKEN_KEY:
            raise ValueError(f"token_key has {len(token_key)} bytes: give at least {_LEAST_TOKEN_KEY}")
        self._callers = {
            one.client_id: Caller(one.client_id, load_public_key(one.public_key_pem)) for one in clients
        }
        self._token_key, self._base_url, self._clock = token_key, base_url, clock
        self._replay = replay or MemoryReplay()

    @property
    def token_url(self) -> str:
        return f"{self._base_url}/oauth2/token"

    def grant(self, form: Mapping[str, str]) -> Token:
        """A token for a form of the token endpoint. Raises OAuthRefusal."""
        if form.get("grant_type") != "client_credentials":
            raise OAuthRefusal("unsupported_grant_type", "grant_type must be client_credentials")
        if form.get("client_assertion_type") != ASSERTION_TYPE:
            raise OAuthRefusal("invalid_request", f"client_assertion_type must be {ASSERTION_TYPE}")
        caller = self._authenticated(form.get("client_assertion", ""), form.get("client_id"))
        now = int(self._clock.now().timestamp())
        claims = {
            "iss": self._base_url,
            "aud": self._base_url,
            "sub": caller.client_id,
            "iat": now,
            "exp": now + TOKEN_SECONDS,
            "jti": secrets.token_urlsafe(12),
        }
        return Token(
            access_token=jwt.encode(claims, self._token_key, algorithm="HS256"), expires_in=TOKEN_SECONDS
        )

    def caller(self, authorization: str | None) -> Caller:
        """Who holds the token of an Authorization header. Raises ContractError(unauthorized)."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise _unauthorized("send Authorization: Bearer with a token of /oauth2/token")
        try:
            claims = verified_claims(
                token.strip(),
                self._token_key,
                ("HS256",),
                audience=self._base_url,
                issuer=self._base_url,
                now=self._clock.now(),
                longest=TOKEN_SECONDS,
            )
        except BadToken as error:
            raise _unauthorized(f"access token: {error}") from None
        known = self._callers.get(claims["sub"])
        if known is None:
            raise _unauthorized("access token: the client is no longer registered")
        return known

    def _authenticated(self, assertion: str, client_id: str | None) -> Caller:
        try:
            issuer = unverified_claim(assertion, "iss")
            caller = self._callers.get(issuer)
            if caller is None or client_id not in (None, issuer):
                raise BadToken("the client is not registered")
            claims = verified_claims(
                assertion,
                caller.key,
                allowed_algorithms(caller.key),
                audience=self.token_url,
                issuer=issuer,
                now=self._clock.now(),
                longest=ASSERTION_SECONDS,
            )
            if claims["sub"] != issuer:
                raise BadToken("sub must be the client_id, like iss")
            self._use_once(issuer, claims["jti"], claims["exp"])
        except BadToken as error:
            raise OAuthRefusal("invalid_client", f"client_assertion: {error}") from None
        return caller

    def _use_once(self, client_id: str, jti: object, expires: float) -> None:
        """An assertion is good for one token; its jti is remembered for as long as it could be sent again."""
        if not isinstance(jti, str) or not 0 < len(jti) <= _LONGEST_JTI:
            raise BadToken(f"jti must be a text of 1 to {_LONGEST_JTI} characters")
        now = self._clock.now().timestamp()
        # the leeway of the clocks, for which an expired one is still taken
        if not self._replay.use_once(client_id, jti, until=expires + LEEWAY, now=now):
            raise BadToken("jti was used before: sign a new assertion for every token")


def _unauthorized(detail: str) -> ContractError:
    return ContractError(problem("unauthorized", detail=detail))
