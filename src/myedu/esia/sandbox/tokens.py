"""The sandbox's tokens: code, access and id token in ESIA's shape; login and session tokens of its own.

Nothing is stored: a token carries all that it needs, signed. token_store.py keeps used codes and refresh
tokens.
"""

import hashlib
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal, TypeVar

import msgspec

from myedu.esia.jws import JwsError, sign_jws, verified_payload
from myedu.esia.models import AccountLevel
from myedu.esia.sandbox.people import AccountRegistry, SandboxPerson
from myedu.esia.sandbox.registry import Client
from myedu.esia.sandbox.scopes import access_token_scope
from myedu.esia.sandbox.settings import SandboxSettings
from myedu.esia.signing import (
    RSA_ALGORITHM,
    Signer,
    Verifier,
    from_any_base64,
    load_signer,
    load_verifier,
)

_CODE_LIFE = timedelta(seconds=240)
_ACCESS_LIFE = timedelta(seconds=3600)
_ID_LIFE = timedelta(seconds=10_800)
SESSION_LIFE = timedelta(seconds=10_800)
LOGIN_LIFE = timedelta(minutes=30)  # how long the page on which a person is chosen may stay open

_LEVELS = {
    "confirmed": AccountLevel.CONFIRMED,
    "unconfirmed": AccountLevel.UNCONFIRMED,
    "child": AccountLevel.CHILD,
}


class AuthorizationRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A checked request of «ac»."""

    client_id: str
    version: Literal["v1", "v2"]
    redirect_uri: str
    scope: str
    scope_org: str
    state: str
    offline: bool
    person_filter: str
    code_challenge: str
    code_challenge_method: str
    obj_type: str = ""

    @property
    def asks_role(self) -> bool:
        """Whether ESIA asks in which role the person signs in: a private person's or an organisation's."""
        return bool(self.scope_org or self.obj_type)


class Session(msgspec.Struct, frozen=True):
    """A person who is signed in to the sandbox. `auth_time` in seconds of the Unix epoch.

    `acting_for`: the organisation that they have chosen; None: as a private person.
    """

    oid: int
    sid: str
    auth_time: int
    acting_for: int | None = None


class Grant(msgspec.Struct, frozen=True):
    """What a code or a refresh token stands for: a request and the person who granted it."""

    request: AuthorizationRequest
    session: Session


class AccessToken(msgspec.Struct, frozen=True):
    """The claims of an access token that REST needs. `oid`: of the person; None: it is a system's own."""

    exp: int
    client_id: str
    scope: str
    oid: int | None = msgspec.field(name="urn:esia:sbj_id", default=None)


class _AccessHeader(msgspec.Struct, frozen=True):
    sbt: str


class _OwnToken(msgspec.Struct, frozen=True):
    """A token that only the sandbox itself reads."""

    exp: int
    sbt: str
    params: msgspec.Raw


class InvalidToken(Exception):
    """The token is foreign, tampered with, expired or of another kind."""


T = TypeVar("T")


class TokenIssuer:
    """Signs and reads tokens; each call blocks for some milliseconds. Every `read_…` raises InvalidToken.

    Raises ValueError if a client wants tokens of an algorithm without a key.
    """

    def __init__(self, settings: SandboxSettings, accounts: AccountRegistry) -> None:
        self._issuer = settings.issuer
        self._accounts = accounts
        pairs = [files for files in (settings.token_keys, settings.gost_token_keys) if files is not None]
        self._signers: dict[str, Signer] = {signer.algorithm: signer for signer in map(load_signer, pairs)}
        self._verifiers: list[Verifier] = [load_verifier(files.certificate) for files in pairs]
        self._own_signer = self._signers[RSA_ALGORITHM]
        missing = {client.token_algorithm for client in settings.clients} - set(self._signers)
        if missing:
            raise ValueError(
                f"Some client wants tokens with {missing.pop()}, but there is no such token key."
            )

    def login_token(self, request: AuthorizationRequest, now: datetime) -> str:
        """The checked request, for the form of the page on which a person is chosen."""
        return self._sign_own("page", request, now, LOGIN_LIFE)

    def read_login_token(self, token: str, now: datetime) -> AuthorizationRequest:
        """The request in a login token."""
        return self._read_own("page", token, AuthorizationRequest, now)

    def session_token(self, session: Session, now: datetime) -> str:
        """The cookie ESIA_SESSION."""
        return self._sign_own("session", session, now, SESSION_LIFE)

    def read_session_token(self, token: str, now: datetime) -> Session:
        """The session in the cookie."""
        return self._read_own("session", token, Session, now)

    def authorization_code(self, grant: Grant, client: Client, now: datetime) -> str:
        """A code, valid for four minutes."""
        request, session = grant.request, grant.session
        claims = {
            "scope": request.scope,
            "auth_time": session.auth_time,
            "iss": self._issuer,
            "urn:esia:sid": session.sid,
            "urn:esia:client:state": request.state,
            "auth_mthd": "PWD",
            "urn:esia:sbj": self._subject(session.oid),
            "client_id": request.client_id,
        }
        header = {"x5t#St256": client.certificate_hash} if client.certificate_hash else {}
        return self._sign_own("authorization_code", grant, now, _CODE_LIFE, header, claims)

    def read_authorization_code(self, token: str, now: datetime) -> Grant:
        """The grant in a code; whether it was used before is known to TokenStore."""
        return self._read_own("authorization_code", token, Grant, now)

    def access_token(self, grant: Grant, client: Client, now: datetime) -> str:
        """An access token of a person, valid for an hour."""
        person = self._person(grant.session.oid)
        organisations = [
            organisation
            for organisation in self._accounts.cast.organisations
            if organisation.oid == grant.session.acting_for
            and organisation.oid in {role.organisation for role in person.roles}
        ]
        claims = {
            "scope": access_token_scope(
                grant.request.scope, grant.request.scope_org, person.oid, organisations
            ),
            "iss": self._issuer,
            "urn:esia:sid": grant.session.sid,
            "urn:esia:sbj_id": person.oid,
            "client_id": grant.request.client_id,
        }
        return self._signed({"ver": 1, "typ": "JWT", "sbt": "access"}, claims, client, now, _ACCESS_LIFE)

    def system_access_token(self, client: Client, scope: str, now: datetime) -> str:
        """An access token of a system (client_credentials), valid for an hour.

        It opens no person's data but those of employees, by a scope of their organisation.
        """
        claims = {"scope": scope, "iss": self._issuer, "client_id": client.registered.mnemonic}
        return self._signed({"ver": 1, "typ": "JWT", "sbt": "access"}, claims, client, now, _ACCESS_LIFE)

    def id_token(self, grant: Grant, client: Client, now: datetime) -> str:
        """An id token, valid for three hours."""
        oid = grant.session.oid
        claims = {
            "aud": grant.request.client_id,
            "sub": oid,
            "amr": "PWD",
            "urn:esia:amd": "PWD",
            "auth_time": grant.session.auth_time,
            "iss": self._issuer,
            "urn:esia:sid": grant.session.sid,
            "urn:esia:sbj": self._subject(oid),
        }
        return self._signed({"ver": 0, "typ": "JWT", "sbt": "id"}, claims, client, now, _ID_LIFE)

    def read_access_token(self, token: str, now: datetime) -> AccessToken:
        """The claims of an access token, of a person or a system."""
        try:
            claims = msgspec.json.decode(verified_payload(token, self._verifiers), type=AccessToken)
            kind = msgspec.json.decode(from_any_base64(token.partition(".")[0]), type=_AccessHeader).sbt
        except (JwsError, msgspec.MsgspecError, ValueError) as error:
            raise InvalidToken("This is no access token.") from error
        if kind != "access":
            raise InvalidToken("This token is of another kind.")
        if now.timestamp() >= claims.exp:
            raise InvalidToken("The access token has expired.")
        return claims

    def _person(self, oid: int) -> SandboxPerson:
        person = self._accounts.cast.person(oid)
        if person is None:
            raise InvalidToken("The person of this token is no longer in the cast.")
        return person

    def _subject(self, oid: int) -> dict[str, object]:
        person = self._person(oid)
        trusted = {"urn:esia:sbj:is_tru": True} if person.confirmed else {}
        return {
            "urn:esia:sbj:typ": "P",
            "urn:esia:sbj:lvl": _LEVELS[person.account],
            **trusted,
            "urn:esia:sbj:oid": oid,
            "urn:esia:sbj:nam": f"OID.{oid}",
        }

    def _signed(
        self,
        header: Mapping[str, object],
        claims: Mapping[str, object],
        client: Client,
        now: datetime,
        life: timedelta,
    ) -> str:
        signer = self._signers[client.registered.token_algorithm]
        return sign_jws(header, {**claims, **_times(now, life)}, signer)

    def _sign_own(
        self,
        kind: str,
        content: msgspec.Struct,
        now: datetime,
        life: timedelta,
        header: Mapping[str, object] | None = None,
        claims: Mapping[str, object] | None = None,
    ) -> str:
        params = {"params": msgspec.to_builtins(content), "sbt": kind}
        return sign_jws(
            {"ver": 1, "typ": "JWT", "sbt": kind, **(header or {})},
            {**(claims or {}), **params, **_times(now, life)},
            self._own_signer,
        )

    def _read_own(self, kind: str, token: str, into: type[T], now: datetime) -> T:
        try:
            own = msgspec.json.decode(verified_payload(token, self._verifiers), type=_OwnToken)
            if own.sbt != kind:
                raise InvalidToken(f"This is no token of the kind {kind}.")
            content = msgspec.json.decode(own.params, type=into)
        except (JwsError, msgspec.MsgspecError) as error:
            raise InvalidToken("This is no token of this sandbox.") from error
        if now.timestamp() >= own.exp:
            raise InvalidToken("The token has expired.")
        return content


def new_session(oid: int, now: datetime, acting_for: int | None = None) -> Session:
    """A session of this person, begun now."""
    return Session(oid, str(uuid.uuid4()), int(now.timestamp()), acting_for)


def fingerprint(token: str) -> str:
    """The SHA-256 of a token, hex."""
    return hashlib.sha256(token.encode()).hexdigest()


def _times(now: datetime, life: timedelta) -> dict[str, object]:
    second = int(now.timestamp())
    return {"nbf": second, "iat": second, "exp": second + int(life.total_seconds())}
