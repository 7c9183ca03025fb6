"""CSRF protection: a hidden field that only a page of this program, opened in this session, can hold."""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Mapping

FIELD = "csrf"
_BYTES = hashlib.sha256().digest_size


class WrongForm(Exception):
    """The form is not from a page of this program and session: show the page again."""


def csrf_token(session_token: str) -> str:
    """The hidden field's value, from which the session's token can't be derived.

    It differs on every page: pages are compressed, and an attacker who can add text to them and see their
    sizes could guess a constant value letter by letter (BREACH).
    """
    pad = secrets.token_bytes(_BYTES)
    return base64.urlsafe_b64encode(pad + _xor(pad, _digest(session_token))).decode()


def check_form(
    session_token: str | None, given: str | None, headers: Mapping[str, str], base_url: str
) -> None:
    """Raises WrongForm unless the POST came from a page of this program.

    `given`: the hidden field's value; it decides if there is a session. Without a session there is no
    identity to abuse, but a foreign page still must not set our cookies: then `sec-fetch-site` or `origin`
    decides. `headers`: names in lower case.
    """
    if session_token:
        is_ours = hmac.compare_digest(_digest(session_token), _unmasked(given or ""))
    else:
        is_ours = headers.get("sec-fetch-site") == "same-origin" or headers.get("origin") == base_url
    if not is_ours:
        raise WrongForm("the form is of another session or of another site: open the page again")


def _digest(session_token: str) -> bytes:
    return hmac.digest(session_token.encode(), b"myedu csrf", hashlib.sha256)


def _unmasked(given: str) -> bytes:
    """The digest in a field's value; no bytes if `csrf_token` can't have made it."""
    try:
        masked = base64.urlsafe_b64decode(given)
    except (binascii.Error, ValueError):
        return b""
    return _xor(masked[:_BYTES], masked[_BYTES:]) if len(masked) == 2 * _BYTES else b""


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
