"""The authorization server: client_credentials with private_key_jwt (RFC 6749, 7523), and access tokens."""

import secrets
from collections.abc import Mapping, Sequence

import jwt
import msgspec

from myedu.connector.sdk.replay import MemoryReplay, ReplayStore
from myedu.connector.sdk.signing import (
    LEEWAY,
    BadToken,
    PublicKey,
    claims_verified_by_any,
    load_public_keys,
    unverified_claim,
    verified_claims,
)
from myedu.contract.answers import Token
from myedu.contract.problems import ContractError, problem
from myedu.kit.clock import Clock

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_SECONDS = 300  # an assertion may live at most
TOKEN_SECONDS = 3600  # an access token lives
_LEAST_TOKEN_KEY = 32  # bytes, as HS256 requires
_LONGEST_JTI = 200  # characters: each is stored until its assertion expires


class RegisteredClient(msgspec.Struct, frozen=True):
    """A client that may call: its id, and its public key in PEM (RSA from 2048 bits, or P-256).

    While it changes its key, the old one and the new one stand there, one after the other.
    """

    client_id: str
    public_key_pem: str


class Caller(msgspec.Struct, frozen=True):
    """A client whose access token was verified."""

    client_id: str
    keys: tuple[PublicKey, ...]


class OAuthRefusal(Exception):
    """An error of the token endpoint. `error`: a code of RFC 6749 §5.2."""

    def __init__(self, error: str, detail: str) -> None:
        super().__init__(f"{error}: {detail}")
        self.error, self.detail = error, detail


class AuthorizationServer:
    """Issues tokens to registered clients and verifies them, in all processes that share `token_key`.

    `token_key`: at least 32 bytes; ValueError if shorter. `base_url`: tokens are bound to it.
    """

    def __init__(
        self,
        clients: Sequence[RegisteredClient],
        *,
        token_key: bytes,
        base_url: str,
        clock: Clock,
        replay: ReplayStore | None = None,
    ) -> None:
        if len(token_key) < _LEAST_TOKEN_KEY:
            raise ValueError(f"token_key has {len(token_key)} bytes: give at least {_LEAST_TOKEN_KEY}")
        self._callers = {
            client.client_id: Caller(client.client_id, load_public_keys(client.public_key_pem))
            for client in clients
        }
        self._token_key, self._base_url, self._clock = token_key, base_url, clock
        self._replay = replay or MemoryReplay()

    @property
    def token_url(self) -> str:
        """The address of the token endpoint: the audience of assertions."""
        return f"{self._base_url}/oauth2/token"

    def grant(self, form: Mapping[str, str]) -> Token:
        """A token for the form of a token request. Raises OAuthRefusal, ContractError(unavailable)."""
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

    def authenticate(self, authorization: str | None) -> Caller:
        """The client whose token an Authorization header has. Raises ContractError(unauthorized)."""
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
            claims = claims_verified_by_any(
                assertion,
                caller.keys,
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
        """An assertion gives one token; its jti is stored for as long as it could be sent again."""
        if not isinstance(jti, str) or not 0 < len(jti) <= _LONGEST_JTI:
            raise BadToken(f"jti must be a string of 1 to {_LONGEST_JTI} characters")
        now = self._clock.now().timestamp()
        # an expired assertion is still accepted within the leeway
        if not self._replay.use_once(client_id, jti, until=expires + LEEWAY, now=now):
            raise BadToken("jti was used before: sign a new assertion for every token")


def _unauthorized(detail: str) -> ContractError:
    return ContractError(problem("unauthorized", detail=detail))
