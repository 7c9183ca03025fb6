"""A OneRoster 1.2 REST provider, read: client credentials, pages, nothing believed."""

import base64
import re
from collections.abc import AsyncIterator, Mapping
from typing import Any, TypeVar
from urllib.parse import quote, quote_plus

import msgspec

from myedu.connector.adapters.oneroster.rest_models import Thing
from myedu.connector.sdk.errors import JournalRefuses, JournalWrong
from myedu.connector.sdk.outgoing import Session, exchange, open_session, url_of
from myedu.connector.sdk.wire import Heard, error_of
from myedu.kit.clock import Clock

T = TypeVar("T", bound=Thing)

SECONDS = 8.0  # for one answer: the portal waits for us in its turn
LONGEST = 32 * 1024 * 1024  # bytes of a page
PAGE = 500  # rows asked for at a time; a provider may give fewer
_MOST_PAGES = 100_000
_RENEW_BEFORE = 30  # seconds
_SCOPE = "https://purl.imsglobal.org/spec/or/v1p2/scope/"
_SCOPES = ("roster.readonly", "roster-demographics.readonly", "gradebook.readonly")
_ROSTERING, _GRADEBOOK = "/ims/oneroster/rostering/v1p2", "/ims/oneroster/gradebook/v1p2"
_OF_GRADEBOOK = re.compile(r"^/(categories|classes/[^/]+/(lineItems|students/[^/]+/results))$")
_NEXT = re.compile(r'rel="?next"?')


class _Granted(msgspec.Struct, frozen=True):
    access_token: str
    expires_in: int = 3600


class Provider:
    """One provider. All methods raise JournalError; the session is opened at the first question."""

    def __init__(
        self,
        base_url: str,
        client_id: str,
        secret: str,
        clock: Clock,
        *,
        token_url: str = "",
        page: int = PAGE,
    ) -> None:
        self._url, self._page, self._clock = base_url.rstrip("/"), page, clock
        self._token_url = token_url or f"{self._url}/oauth2/token"
        pair = f"{quote_plus(client_id)}:{quote_plus(secret)}"
        self._basic = f"Basic {base64.b64encode(pair.encode()).decode()}"
        self._session: Session | None = None
        self._token, self._until = "", 0.0

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def one(self, path: str, name: str, kind: type[T]) -> T | None:
        """The object under `name` of its envelope; None for 404."""
        heard = await self._get(path, {})
        return None if heard.status == 404 else _decoded(heard, dict[str, kind], path).get(name)  # type: ignore[valid-type]

    async def all(self, path: str, name: str, kind: type[T], *, filter: str = "") -> AsyncIterator[T]:
        """Every row of a collection, a page at a time; nothing for 404."""
        offset = 0
        for _ in range(_MOST_PAGES):
            query = {"limit": str(self._page), "offset": str(offset), "orderBy": "asc", "sort": "sourcedId"}
            heard = await self._get(path, query | ({"filter": filter} if filter else {}))
            if heard.status == 404:
                return
            rows = _decoded(heard, dict[str, list[kind]], path).get(name)  # type: ignore[valid-type]
            if rows is None:
                raise JournalWrong("wrong-shape", f"{_called(path)} answers without {name!r}")
            for row in rows:
                yield row
            offset += len(rows)
            if not rows or not _goes_on(heard.headers, offset, len(rows) == self._page):
                return
        raise JournalWrong("too-many", f"{_called(path)} has no last page")

    async def _get(self, path: str, query: Mapping[str, str]) -> Heard:
        root = _GRADEBOOK if _OF_GRADEBOOK.match(path) else _ROSTERING
        for attempt in (1, 2):
            headers = {"Authorization": f"Bearer {await self._bearer()}", "Accept": "application/json"}
            url = url_of(f"{self._url}{root}{path}", encoded=True).with_query(query)
            heard = await exchange(
                self._open(), "GET", url, seconds=SECONDS, longest=LONGEST, headers=headers
            )
            if heard.status != 401 or attempt == 2:
                break
            self._until = 0.0  # the provider forgot the token: another one, once
        if heard.status not in (200, 404):
            raise error_of(heard, self._clock.now())
        return heard

    async def _bearer(self) -> str:
        now = self._clock.now().timestamp()
        if now < self._until - _RENEW_BEFORE:
            return self._token
        form = {"grant_type": "client_credentials", "scope": " ".join(_SCOPE + one for one in _SCOPES)}
        heard = await exchange(
            self._open(), "POST", url_of(self._token_url), seconds=SECONDS, longest=64 * 1024,
            headers={"Authorization": self._basic, "Accept": "application/json"}, data=form,
        )  # fmt: skip
        if heard.status in (400, 401, 403):
            raise JournalRefuses("unauthorized", "the provider doesn't take our client id and secret")
        if heard.status != 200:
            raise error_of(heard, self._clock.now())
        granted = _decoded(heard, _Granted, "the token")
        self._token, self._until = granted.access_token, now + granted.expires_in
        return self._token

    def _open(self) -> Session:
        if self._session is None:
            self._session = open_session()
        return self._session


def of(*parts: str) -> str:
    """A path of ids, which may hold anything."""
    return "".join(f"/{quote(part, safe='')}" for part in parts)


def _goes_on(headers: Mapping[str, str], read: int, full: bool) -> bool:
    """By X-Total-Count, else by Link, else by whether the page was as long as asked."""
    total = headers.get("X-Total-Count", "")
    if total.isascii() and total.isdigit():
        return read < int(total)
    if "Link" in headers:
        return _NEXT.search(headers["Link"]) is not None
    return full


def _decoded(heard: Heard, kind: Any, path: str) -> Any:
    try:
        return msgspec.json.decode(heard.body, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise JournalWrong("wrong-shape", f"{_called(path)}: {error}") from None


def _called(path: str) -> str:
    """The path without ids: they are people's."""
    return "/".join(part for part in path.split("/") if part.isalpha())
