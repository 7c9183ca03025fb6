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

    def authorization(self, state: str, code_verifier: str, now: datetime) -> Parameters:
        """For the redirect of the user's browser to ESIA."""
        ...

    def exchange(self, code: str, code_verifier: str, now: datetime) -> Parameters:
        """For the token endpoint: a code for tokens, with a new state."""
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

    def authorization(self, state: str, code_verifier: str, now: datetime) -> Parameters:
        """Signed by CMS; the verifier isn't used."""
        return {**self._signed(state, now), "response_type": "code", "access_type": "offline"}

    def exchange(self, code: str, code_verifier: str, now: datetime) -> Parameters:
        """Signed by CMS; neither the code nor the redirect_uri is signed, the verifier isn't used."""
        grant = {"grant_type": "authorization_code", "code": code, "token_type": "Bearer"}
        return {**self._signed(new_state(), now), **grant}

    def refresh(self, refresh_token: str, now: datetime) -> Parameters:
        """Signed by CMS; the refresh token isn't signed."""
        grant = {"grant_type": "refresh_token", "refresh_token": refresh_token, "token_type": "Bearer"}
        return {**self._signed(new_state(), now), **grant}

    def _signed(self, state: str, now: datetime) -> Parameters:
        client_id, scope, stamp = self._settings.client_id, self._settings.scopes, timestamp(now)
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

    def authorization(self, state: str, code_verifier: str, now: datetime) -> Parameters:
        """Signed, with the S256 challenge of the verifier."""
        return {
            **self._signed(state, now),
            "response_type": "code",
            "access_type": "offline",
            "code_challenge": code_challenge(code_verifier),
            "code_challenge_method": "S256",
        }

    def exchange(self, code: str, code_verifier: str, now: datetime) -> Parameters:
        """Signed together with the code; carries the verifier."""
        grant = {"grant_type": "authorization_code", "code": code, "token_type": "Bearer"}
        return {**self._signed(new_state(), now, code), **grant, "code_verifier": code_verifier}

    def refresh(self, refresh_token: str, now: datetime) -> Parameters:
        """Signed; the refresh token isn't signed."""
        grant = {"grant_type": "refresh_token", "refresh_token": refresh_token, "token_type": "Bearer"}
        return {**self._signed(new_state(), now), **grant}

    def _signed(self, state: str, now: datetime, code: str = "") -> Parameters:
        signed = {
            "client_id": self._settings.client_id,
            "scope": self._settings.scopes,
            "scope_org": self._settings.scope_org,
            "timestamp": timestamp(now),
            "state": state,
            "redirect_uri": self._settings.redirect_uri,
        }
        signature = self._signer.sign_raw(v2_message(**signed, code=code))
        if not self._settings.scope_org:
            del signed["scope_org"]  # the signed bytes are the same without it
        return {**signed, "client_secret": base64url(signature), "client_certificate_hash": self._hash}
