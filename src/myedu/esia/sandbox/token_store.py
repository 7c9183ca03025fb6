"""Used codes and refresh tokens, in memory, each until it expires. All other tokens carry their own state."""

import uuid
from datetime import datetime, timedelta
from threading import Lock

from myedu.esia.sandbox.tokens import Grant, fingerprint

_USED_CODE_LIFE = timedelta(minutes=5)  # longer than a code's own four minutes
_REFRESH_LIFE = timedelta(days=1)  # ESIA's own term is not known


class TokenStore:
    """Can be used from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._used: dict[str, datetime] = {}
        self._refresh: dict[str, tuple[Grant, datetime]] = {}

    def use_code(self, code: str, now: datetime) -> bool:
        """True for the first use of a code, False for any later one."""
        key = fingerprint(code)
        with self._lock:
            self._used = {used: until for used, until in self._used.items() if until > now}
            if key in self._used:
                return False
            self._used[key] = now + _USED_CODE_LIFE
            return True

    def new_refresh_token(self, grant: Grant, now: datetime) -> str:
        """A refresh token for the grant, valid for a day."""
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
