"""The signed parameters of calls to ESIA: one class a version of the protocol, the same three methods."""

import hashlib
import secrets
import uuid
from datetime import datetime
from typing import Protocol

from myedu.esia.settings import EsiaSettings
from myedu.esia.signed_messages import v1_message, v2_message
from myedu.esia.signing import Signer, base64url, certificate_hash, is_hash

Parameters = dict[str, str]


class RequestSigner(Protocol):
    """Makes signed parameters. Signing may block for some 10 ms: call it in a thread."""

    authorize_path: str
    token_path: str

    def authorization(
        self, state: str, code_verifier: str, now: datetime, organisation: str | None = None
    ) -> Parameters:
        """For the redirect of the user's browser to ESIA. `organisation`: for which the person signs in."""
        ...

    def exchange(
        self, code: str, code_verifier: str, now: datetime, organisation: str | None = None
    ) -> Parameters:
        """For the token endpoint: a code for tokens, with a new state."""
        ...

    def system(self, organisation: str, now: datetime) -> Parameters:
        """For the token endpoint: a token of the system itself, for an organisation's data."""
        ...

    def refresh(self, refresh_token: str, now: datetime) -> Parameters:
        """For the token endpoint: a refresh token for new tokens, with a new state."""
        ...


def new_state() -> str:
    """A random state: a UUID."""
    return str(uuid.uuid4())


def new_code_verifier() -> str:
    """A secret for PKCE (RFC 7636), 43 characters; keep it with the state until the user is back."""
    return secrets.token_urlsafe(32)


def code_challenge(code_verifier: str) -> str:
    """The S256 challenge of RFC 7636."""
    return base64url(hashlib.sha256(code_verifier.encode()).digest())


def timestamp(now: datetime) -> str:
    """The time as ESIA reads it: `2026.11.23 16:36:11 +0000`."""
    return now.strftime("%Y.%m.%d %H:%M:%S %z")


def scopes_of_organisation(settings: EsiaSettings, organisation: str) -> str:
    """The scopes for an organisation's data as addresses, as version 1 and a system's token want them."""
    names = settings.organisation_scopes.split()
    return " ".join(f"http://esia.gosuslugi.ru/{name}?org_oid={organisation}" for name in names)


def request_signer(settings: EsiaSettings, signer: Signer) -> RequestSigner:
    """The RequestSigner of the settings' version. Raises ValueError for a wrong hash of the certificate."""
    return V1Requests(settings, signer) if settings.version == "v1" else V2Requests(settings, signer)


class V1Requests:
    """Version 1: a CMS over scope, timestamp, client_id, state; no PKCE."""

    authorize_path = "/aas/oauth2/ac"
    token_path = "/aas/oauth2/te"  # noqa: S105 a path

    def __init__(self, settings: EsiaSettings, signer: Signer) -> None:
        self._settings = settings
        self._signer = signer

    def authorization(
        self, state: str, code_verifier: str, now: datetime, organisation: str | None = None
    ) -> Parameters:
        """Signed by CMS; the verifier isn't used. Scopes name the organisation."""
        signed = self._signed(state, now, self._scopes(organisation))
        return {**signed, "response_type": "code", "access_type": "offline"}

    def exchange(
        self, code: str, code_verifier: str, now: datetime, organisation: str | None = None
    ) -> Parameters:
        """Signed by CMS; neither the code nor the redirect_uri is signed, the verifier isn't used."""
        grant = {"grant_type": "authorization_code", "code": code, "token_type": "Bearer"}
        return {**self._signed(new_state(), now, self._scopes(organisation)), **grant}

    def system(self, organisation: str, now: datetime) -> Parameters:
        """Signed by CMS."""
        grant = {"grant_type": "client_credentials", "response_type": "token", "token_type": "Bearer"}
        return {
            **self._signed(new_state(), now, scopes_of_organisation(self._settings, organisation)),
            **grant,
        }

    def _scopes(self, organisation: str | None) -> str:
        if organisation is None:
            return self._settings.scopes
        return f"{self._settings.scopes} {scopes_of_organisation(self._settings, organisation)}"

    def refresh(self, refresh_token: str, now: datetime) -> Parameters:
        """Signed by CMS; the refresh token isn't signed."""
        grant = {"grant_type": "refresh_token", "refresh_token": refresh_token, "token_type": "Bearer"}
        return {**self._signed(new_state(), now), **grant}

    def _signed(self, state: str, now: datetime, scopes: str | None = None) -> Parameters:
        client_id, scope, stamp = self._settings.client_id, scopes or self._settings.scopes, timestamp(now)
        message = v1_message(scope=scope, timestamp=stamp, client_id=client_id, state=state)
        return {
            "client_id": client_id,
            "client_secret": base64url(self._signer.sign_cms(message)),
            "redirect_uri": self._settings.redirect_uri,
            "scope": scope,
            "state": state,
            "timestamp": stamp,
        }


class V2Requests:
    """Version 2 (te version 3): a bare signature, the certificate's hash, PKCE."""

    authorize_path = "/aas/oauth2/v2/ac"
    token_path = "/aas/oauth2/v3/te"  # noqa: S105 a path

    def __init__(self, settings: EsiaSettings, signer: Signer) -> None:
        self._settings = settings
        self._signer = signer
        self._hash = settings.certificate_hash or certificate_hash(settings.certificate)
        if not is_hash(self._hash):
            raise ValueError("certificate_hash is not a Streebog-256: 64 upper-case hex digits are expected.")

    def authorization(
        self, state: str, code_verifier: str, now: datetime, organisation: str | None = None
    ) -> Parameters:
        """Signed, with the S256 challenge of the verifier. ESIA asks the person for the organisation."""
        return {
            **self._signed(state, now, scope_org=self._scope_org(organisation)),
            "response_type": "code",
            "access_type": "offline",
            "code_challenge": code_challenge(code_verifier),
            "code_challenge_method": "S256",
        }

    def exchange(
        self, code: str, code_verifier: str, now: datetime, organisation: str | None = None
    ) -> Parameters:
        """Signed together with the code; carries the verifier."""
        grant = {"grant_type": "authorization_code", "code": code, "token_type": "Bearer"}
        signed = self._signed(new_state(), now, code, scope_org=self._scope_org(organisation))
        return {**signed, **grant, "code_verifier": code_verifier}

    def system(self, organisation: str, now: datetime) -> Parameters:
        """Signed."""
        scope = scopes_of_organisation(self._settings, organisation)
        grant = {"grant_type": "client_credentials", "token_type": "Bearer"}
        return {**self._signed(new_state(), now, scope=scope, scope_org=""), **grant}

    def _scope_org(self, organisation: str | None) -> str:
        return self._settings.scope_org if organisation is None else self._settings.organisation_scopes

    def refresh(self, refresh_token: str, now: datetime) -> Parameters:
        """Signed; the refresh token isn't signed."""
        grant = {"grant_type": "refresh_token", "refresh_token": refresh_token, "token_type": "Bearer"}
        return {**self._signed(new_state(), now), **grant}

    def _signed(
        self,
        state: str,
        now: datetime,
        code: str = "",
        *,
        scope: str | None = None,
        scope_org: str | None = None,
    ) -> Parameters:
        signed = {
            "client_id": self._settings.client_id,
            "scope": scope or self._settings.scopes,
            "scope_org": self._settings.scope_org if scope_org is None else scope_org,
            "timestamp": timestamp(now),
            "state": state,
            "redirect_uri": self._settings.redirect_uri,
        }
        signature = self._signer.sign_raw(v2_message(**signed, code=code))
        if not signed["scope_org"]:
            del signed["scope_org"]  # the signed bytes are the same without it
        return {**signed, "client_secret": base64url(signature), "client_certificate_hash": self._hash}
