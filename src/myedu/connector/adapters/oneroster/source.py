"""A client of a OneRoster 1.2 REST provider: client credentials, pages; every answer is validated."""

import base64
import re
from collections.abc import AsyncIterator, Mapping
from typing import TypeVar
from urllib.parse import quote, quote_plus

import msgspec

from myedu.connector.adapters.oneroster.rest_models import Thing
from myedu.connector.sdk.errors import JournalRefuses, JournalWrong
from myedu.connector.sdk.http_client import Session, exchange, open_session, url_of
from myedu.connector.sdk.responses import RawResponse, error_of
from myedu.kit.clock import Clock

T = TypeVar("T", bound=Thing)
D = TypeVar("D")

TIMEOUT = 8.0  # seconds for one answer: the portal waits for ours meanwhile
MAX_PAGE_BYTES = 32 * 1024 * 1024
PAGE = 500  # rows per request; a provider may give fewer
_MAX_PAGES = 100_000
_RENEW_BEFORE = 30  # seconds before a token expires
_SCOPE = "https://purl.imsglobal.org/spec/or/v1p2/scope/"
_SCOPES = ("roster.readonly", "roster-demographics.readonly", "gradebook.readonly")
_ROSTERING, _GRADEBOOK = "/ims/oneroster/rostering/v1p2", "/ims/oneroster/gradebook/v1p2"
_GRADEBOOK_PATHS = re.compile(r"^/(categories|classes/[^/]+/(lineItems|students/[^/]+/results))$")
_NEXT = re.compile(r'rel="?next"?')


class _TokenAnswer(msgspec.Struct, frozen=True):
    access_token: str
    expires_in: int = 3600  # seconds


class Provider:
    """One provider. All methods raise JournalError; the session is opened by the first request.

    `token_url`: /oauth2/token of `base_url` by default. `page`: rows per request.
    """

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
        self._token, self._expires_at = "", 0.0  # seconds since the epoch

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def one(self, path: str, name: str, kind: type[T]) -> T | None:
        """The object `name` of an answer's envelope; None if the answer is 404."""
        response = await self._get(path, {})
        return None if response.status == 404 else _decoded(response, dict[str, kind], path).get(name)  # type: ignore[valid-type]

    async def all(self, path: str, name: str, kind: type[T], *, filter: str = "") -> AsyncIterator[T]:
        """All objects of a collection, requested page by page; none if the answer is 404."""
        offset = 0
        for _ in range(_MAX_PAGES):
            query = {"limit": str(self._page), "offset": str(offset), "orderBy": "asc", "sort": "sourcedId"}
            response = await self._get(path, query | ({"filter": filter} if filter else {}))
            if response.status == 404:
                return
            rows = _decoded(response, dict[str, list[kind]], path).get(name)  # type: ignore[valid-type]
            if rows is None:
                raise JournalWrong("wrong-shape", f"{_without_ids(path)} answers without {name!r}")
            for row in rows:
                yield row
            offset += len(rows)
            if not rows or not _has_next_page(response.headers, offset, len(rows) == self._page):
                return
        raise JournalWrong("too-many", f"{_without_ids(path)} has no last page")

    async def _get(self, path: str, query: Mapping[str, str]) -> RawResponse:
        root = _GRADEBOOK if _GRADEBOOK_PATHS.match(path) else _ROSTERING
        for attempt in (1, 2):
            headers = {"Authorization": f"Bearer {await self._bearer()}", "Accept": "application/json"}
            url = url_of(f"{self._url}{root}{path}", encoded=True).with_query(query)
            response = await exchange(
                self._open(), "GET", url, seconds=TIMEOUT, longest=MAX_PAGE_BYTES, headers=headers
            )
            if response.status != 401 or attempt == 2:
                break
            self._expires_at = 0.0  # the provider doesn't know the token any more: get another one, once
        if response.status not in (200, 404):
            raise error_of(response, self._clock.now())
        return response

    async def _bearer(self) -> str:
        now = self._clock.now().timestamp()
        if now < self._expires_at - _RENEW_BEFORE:
            return self._token
        form = {"grant_type": "client_credentials", "scope": " ".join(_SCOPE + name for name in _SCOPES)}
        response = await exchange(
            self._open(), "POST", url_of(self._token_url), seconds=TIMEOUT, longest=64 * 1024,
            headers={"Authorization": self._basic, "Accept": "application/json"}, data=form,
        )  # fmt: skip
        if response.status in (400, 401, 403):
            raise JournalRefuses("unauthorized", "the provider doesn't accept our client id and secret")
        if response.status != 200:
            raise error_of(response, self._clock.now())
        answer = _decoded(response, _TokenAnswer, "the token")
        self._token, self._expires_at = answer.access_token, now + answer.expires_in
        return self._token

    def _open(self) -> Session:
        if self._session is None:
            self._session = open_session()
        return self._session


def path_of(*parts: str) -> str:
    """The path `/part/part…`, with ids quoted."""
    return "".join(f"/{quote(part, safe='')}" for part in parts)


def _has_next_page(headers: Mapping[str, str], read: int, is_full: bool) -> bool:
    """By X-Total-Count, else by Link, else by whether the page has as many rows as requested."""
    total = headers.get("X-Total-Count", "")
    if total.isascii() and total.isdigit():
        return read < int(total)
    if "Link" in headers:
        return _NEXT.search(headers["Link"]) is not None
    return is_full


def _decoded(response: RawResponse, kind: type[D], path: str) -> D:
    try:
        return msgspec.json.decode(response.body, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise JournalWrong("wrong-shape", f"{_without_ids(path)}: {error}") from None


def _without_ids(path: str) -> str:
    """The path without ids, which are personal data."""
    return "/".join(part for part in path.split("/") if part.isalpha())
