"""Checks of a signed request: client, version, time, and a signature by the client's own key.

As tolerant as ESIA is known to be (encodings, attached or detached CMS, optional scope_org), and no more.
Each check raises OauthFault.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Literal

from myedu.esia.sandbox.errors import Code, OauthFault
from myedu.esia.sandbox.parameters import Parameters, required
from myedu.esia.sandbox.registry import Client
from myedu.esia.signed_messages import v1_message, v2_message, v2_refresh_message
from myedu.esia.signing import from_any_base64, verify_cms

Version = Literal["v1", "v2"]


def check_version(client: Client, version: Version) -> None:
    """The client has a certificate and is registered for this version of the protocol."""
    if client.registered.certificate == "":
        raise OauthFault(Code.NO_CERTIFICATE)
    if version not in client.registered.versions:
        raise OauthFault(Code.NOT_AUTHORISED)


def check_timestamp(parameters: Parameters, now: datetime, tolerance: timedelta) -> None:
    """`timestamp`, as `2026.11.23 16:36:11 +0300` in any zone, is within the tolerance."""
    (text,) = required(parameters, "timestamp")
    try:
        at = datetime.strptime(text, "%Y.%m.%d %H:%M:%S %z")
        wrong = abs(at - now) > tolerance
    except (ValueError, OverflowError):
        wrong = True
    if wrong:
        raise OauthFault(Code.TIME_WRONG, now.strftime("%Y.%m.%d %H:%M:%S %z"))


def check_v1_secret(client: Client, parameters: Parameters) -> None:
    """`client_secret` is a CMS over scope, timestamp, client_id, state: for every call of version 1."""
    scope, timestamp, client_id, state = required(parameters, "scope", "timestamp", "client_id", "state")
    message = v1_message(scope=scope, timestamp=timestamp, client_id=client_id, state=state)
    secret, own = _secret(parameters), client.registered
    if not any(verify_cms(secret, message, file) for file in (own.certificate, *own.more_certificates)):
        raise OauthFault(Code.SECRET_WRONG)


def check_v2_secret(client: Client, parameters: Parameters, *, code: str = "") -> None:
    """`client_secret` is a bare signature over the message of version 2, with or without `scope_org`."""
    _check_raw(client, parameters, _v2_messages(parameters, code))


def check_v2_refresh_secret(client: Client, parameters: Parameters) -> None:
    """The same for a refresh, for which clients use two different messages."""
    client_id, scope, timestamp, state, token = required(
        parameters, "client_id", "scope", "timestamp", "state", "refresh_token"
    )
    other = v2_refresh_message(
        client_id=client_id, scope=scope, timestamp=timestamp, state=state, refresh_token=token
    )
    _check_raw(client, parameters, [*_v2_messages(parameters, ""), other])


def check_certificate_hash(client: Client, parameters: Parameters) -> None:
    """`client_certificate_hash` is the certificate's; 007002 if the sandbox doesn't know it."""
    (sent,) = required(parameters, "client_certificate_hash")
    if not client.hashes:
        raise OauthFault(Code.NO_CERTIFICATE)
    if not any(compare_digest(sent.encode(), known.encode()) for known in client.hashes):
        raise OauthFault(Code.SECRET_WRONG)


def _v2_messages(parameters: Parameters, code: str) -> list[bytes]:
    client_id, scope, timestamp, state = required(parameters, "client_id", "scope", "timestamp", "state")
    return [
        v2_message(
            client_id=client_id,
            scope=scope,
            scope_org=scope_org,
            timestamp=timestamp,
            state=state,
            redirect_uri=parameters.get("redirect_uri", ""),
            code=code,
        )
        for scope_org in {parameters.get("scope_org", ""), ""}
    ]


def _check_raw(client: Client, parameters: Parameters, messages: Iterable[bytes]) -> None:
    signature = _secret(parameters)
    tried = ((verifier, message) for message in messages for verifier in client.verifiers)
    if not any(verifier.verify_raw(signature, message) for verifier, message in tried):
        raise OauthFault(Code.SECRET_WRONG)


def _secret(parameters: Parameters) -> bytes:
    (text,) = required(parameters, "client_secret")
    try:
        return from_any_base64(text)
    except ValueError:
        raise OauthFault(Code.SECRET_WRONG) from None
