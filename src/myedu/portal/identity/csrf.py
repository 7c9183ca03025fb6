"""Forms belong to sessions: a hidden field that only our page, read by this session, can hold."""

import base64
import hashlib
import hmac
from collections.abc import Mapping

from myedu.portal.identity.models import WrongForm

FIELD = "csrf"


def csrf_token(session_token: str) -> str:
    """The hidden field's value; the session's token can't be worked out of it."""
    digest = hmac.digest(session_token.encode(), b"myedu csrf", hashlib.sha256)
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def check_form(
    session_token: str | None, given: str | None, headers: Mapping[str, str], base_url: str
) -> None:
    """Raise WrongForm unless the POST came from a page of ours.

    With a session the hidden field decides. Without one there is nothing to act in the name of, but a
    foreign page still may not set our cookies: the browser's own word about the origin decides.
    """
    if session_token:
        right = hmac.compare_digest(csrf_token(session_token).encode(), (given or "").encode())
    else:
        right = headers.get("sec-fetch-site") == "same-origin" or headers.get("origin") == base_url
    if not right:
        raise WrongForm("the form is of another session or of another site: open the page again")
