"""Used codes, refresh tokens and pages of choice, in memory, each until it expires.

All other tokens carry their own state.
"""

import uuid
from datetime import datetime, timedelta
from threading import Lock

from myedu.esia.sandbox.tokens import LOGIN_LIFE, Grant, fingerprint

_USED_CODE_LIFE = timedelta(minutes=5)  # longer than a code's own four minutes
_REFRESH_LIFE = timedelta(days=30)  # ESIA's own term is not known


class TokenStore:
    """Can be used from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._used: dict[str, datetime] = {}
        self._refresh: dict[str, tuple[Grant, datetime]] = {}
        self._logins: dict[str, tuple[str, datetime]] = {}

    def use_code(self, code: str, now: datetime) -> bool:
        """True for the first use of a code, False for any later one."""
        key = fingerprint(code)
        with self._lock:
            self._used = {used: until for used, until in self._used.items() if until > now}
            if key in self._used:
                return False
            self._used[key] = now + _USED_CODE_LIFE
            return True

    def keep_login(self, token: str, now: datetime) -> str:
        """The key by which a browser finds a login token for as long as it is valid."""
        key = str(uuid.uuid4())
        with self._lock:
            self._logins = {known: kept for known, kept in self._logins.items() if kept[1] > now}
            self._logins[key] = (token, now + LOGIN_LIFE)
        return key

    def login_of(self, key: str) -> str:
        """The login token of a key; empty if there is none."""
        return self._logins.get(key, ("", None))[0]

    def new_refresh_token(self, grant: Grant, now: datetime) -> str:
        """A refresh token for the grant, valid for thirty days."""
        token = str(uuid.uuid4())
        with self._lock:
            self._refresh = {key: kept for key, kept in self._refresh.items() if kept[1] > now}
            self._refresh[token] = (grant, now + _REFRESH_LIFE)
        return token

    def take_refresh_token(self, token: str, client_id: str, now: datetime) -> Grant | None:
        """The grant of a refresh token of this client, which it uses up; None if there is no such token."""
        with self._lock:
            kept = self._refresh.get(token)
            if kept is None or kept[1] <= now or kept[0].request.client_id != client_id:
                return None
            del self._refresh[token]
            return kept[0]
