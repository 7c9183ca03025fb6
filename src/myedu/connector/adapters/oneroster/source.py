"""A client of a OneRoster 1.2 REST provider: client credentials, pages; an odd object costs only itself."""

import asyncio
import base64
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import TypeVar
from urllib.parse import quote, quote_plus

import msgspec

from myedu.connector.adapters.oneroster import rest_values
from myedu.connector.adapters.oneroster.pages import (
    ROSTERING,
    envelope_of,
    id_in,
    is_last,
    not_there,
    repeated,
    rows_of,
    too_few,
    total_of,
    without_ids,
)
from myedu.connector.adapters.oneroster.rest_models import Thing
from myedu.connector.adapters.oneroster.rest_values import Json
from myedu.connector.sdk.errors import JournalError, JournalRefuses, JournalSilent, JournalWrong
from myedu.connector.sdk.http_client import Session, exchange, open_session, url_of
from myedu.connector.sdk.responses import RawResponse, error_of
from myedu.kit.clock import Clock

T = TypeVar("T", bound=Thing)

log = logging.getLogger(__name__)

TIMEOUT = 8.0  # seconds for one answer: the portal waits for ours meanwhile
EXPORT_TIMEOUT = 120.0  # seconds for a page of an export: nobody waits
PATIENCE = 900.0  # seconds that an export waits in all for a provider that is overloaded
MAX_PAGE_BYTES = 32 * 1024 * 1024
PAGE = 500  # rows per request; a provider may give fewer
_MAX_PAGES = 100_000
_RENEW_BEFORE = 30  # seconds before a token expires
_FIRST_WAIT, _LONGEST_WAIT = 5.0, 60.0  # seconds, without Retry-After; doubled each time
_TOLD_EVERY = 20_000  # rows between two lines of progress
_SCOPE = "https://purl.imsglobal.org/spec/or/v1p2/scope/"
_SCOPES = ("roster.readonly", "roster-demographics.readonly", "gradebook.readonly")
_GRADEBOOK = "/ims/oneroster/gradebook/v1p2"
_GRADEBOOK_PATHS = re.compile(r"^/(categories|classes/[^/]+/(lineItems|students/[^/]+/results))$")


class _TokenAnswer(msgspec.Struct, frozen=True):
    access_token: str
    expires_in: float = 3600  # seconds


class _TokenRefusal(msgspec.Struct, frozen=True):
    error: str = ""


class Provider:
    """One provider. All methods raise JournalError; the session is opened by the first request.

    `token_url`: /oauth2/token of `base_url` by default. `page`: rows per request. `seconds`: for one answer.
    `patience`: how many seconds to wait in all for a provider that answers 429 or 503, by `sleep`.
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
        seconds: float = TIMEOUT,
        patience: float = 0.0,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._url, self._page, self._clock = base_url.rstrip("/"), page, clock
        self._token_url = token_url or f"{self._url}/oauth2/token"
        self._seconds, self._patience, self._sleep = seconds, patience, sleep
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
        """The object `name` of an answer's envelope; None if the answer is 404 or has none with an id."""
        response = await self._get(path, {})
        if response.status == 404:
            return None
        found = envelope_of(response, path).get(name)
        thing = rest_values.read(kind, found, lambda _: None)
        return thing if thing.sourced_id else None

    async def all(self, path: str, name: str, kind: type[T]) -> AsyncIterator[T]:
        """All readable objects of a collection, page by page; none if the answer is 404."""
        left_out = 0
        async for rows in self._pages(path, name, {}):
            for row in rows:
                thing = rest_values.read(kind, row, lambda _: None)
                if thing.sourced_id:
                    yield thing
                else:
                    left_out += 1
        if left_out:
            log.warning("%s: %d objects without an id are left out", without_ids(path), left_out)

    async def whole(
        self, name: str, kind: type[T], condition: str, *, optional: bool
    ) -> AsyncIterator[tuple[T, set[str]]]:
        """All objects of the collection /name, with the names of the values that are left out of each.

        `condition`: a filter, or "". A collection that isn't `optional` must be there.
        """
        read, path = 0, f"/{name}"
        query = {"filter": condition} if condition else {}
        async for rows in self._pages(path, name, query, whole=True, optional=optional):
            for row in rows:
                odd: set[str] = set()
                yield rest_values.read(kind, row, odd.add), odd
            if (read + len(rows)) // _TOLD_EVERY > read // _TOLD_EVERY:
                log.info("%s: %d rows read, going on", path, read + len(rows))
            read += len(rows)
        log.info("%s: %d rows read", path, read)

    async def _pages(
        self, path: str, name: str, query: Mapping[str, str], *, whole: bool = False, optional: bool = True
    ) -> AsyncIterator[Sequence[Json]]:
        """The rows of each page, until the provider says that there are no more or a page is empty.

        A short page proves nothing: providers give fewer rows than asked for. `whole`: rows that are missing
        would count as deleted, so a collection that ends early is an error.
        """
        offset, total, first, last = 0, None, frozenset[str](), frozenset[str]()
        for _ in range(_MAX_PAGES):
            paging = {"limit": str(self._page), "offset": str(offset), "orderBy": "asc", "sort": "sourcedId"}
            is_announced = total is not None and offset >= total  # then this page only proves the total
            response = await self._page_at(path, {**paging, **query}, may_fail=is_announced)
            if response is None and not offset and not optional:
                raise not_there(path)
            rows = rows_of(response, path, name) if response else []
            ids = frozenset(id_in(row) for row in rows)
            if rows and offset and ids in (first, last):
                if is_announced:
                    return
                raise repeated(path, offset)
            first, last, offset = first or ids, ids, offset + len(rows)
            if response is not None and (announced := total_of(response.headers)) is not None:
                total = announced
            if not rows and whole and total is not None and total > offset:
                raise too_few(path, total, offset)
            if rows:
                yield rows
            if response is None or not rows or is_last(response.headers, offset, needs_link=whole):
                return
        raise JournalWrong("too-many", f"{without_ids(path)} has no last page")

    async def _page_at(self, path: str, query: Mapping[str, str], *, may_fail: bool) -> RawResponse | None:
        """A page; None if it isn't there. Some providers answer 400 past their last row: `may_fail`."""
        try:
            response = await self._get(path, query)
        except (JournalRefuses, JournalWrong):
            if may_fail:
                return None
            raise
        return None if response.status == 404 else response

    async def _get(self, path: str, query: Mapping[str, str]) -> RawResponse:
        root = _GRADEBOOK if _GRADEBOOK_PATHS.match(path) else ROSTERING
        url = url_of(f"{self._url}{root}{path}", encoded=True).with_query(query)

        async def get() -> RawResponse:
            for attempt in (1, 2):
                headers = {"Authorization": f"Bearer {await self._bearer()}", "Accept": "application/json"}
                response = await exchange(
                    self._open(), "GET", url, seconds=self._seconds, longest=MAX_PAGE_BYTES, headers=headers
                )
                if response.status != 401 or attempt == 2:
                    break
                self._expires_at = 0.0  # the provider doesn't know the token any more: get another one, once
            if response.status not in (200, 404):
                raise error_of(response, self._clock.now())
            return response

        return await self._patiently(get, path)

    async def _patiently(self, get: Callable[[], Awaitable[RawResponse]], path: str) -> RawResponse:
        """Ask again when the provider says so, as long as the patience lasts."""
        wait = _FIRST_WAIT
        while True:
            try:
                return await get()
            except JournalSilent as error:
                pause = error.retry_after if error.retry_after is not None else wait
                cost = max(pause, 1.0)  # a provider that says 0 each time uses the patience up too
                if error.reason != "overloaded" or cost > self._patience:
                    raise
                log.warning(
                    "%s: the provider is overloaded: asking again in %.0f s, for at most %.0f s more",
                    without_ids(path), pause, self._patience,
                )  # fmt: skip
                self._patience -= cost
                await self._sleep(pause)
                wait = min(wait * 2, _LONGEST_WAIT)

    async def _bearer(self) -> str:
        now = self._clock.now().timestamp()
        if now < self._expires_at - _RENEW_BEFORE:
            return self._token
        form = {"grant_type": "client_credentials", "scope": " ".join(_SCOPE + name for name in _SCOPES)}
        response = await exchange(
            self._open(), "POST", url_of(self._token_url), seconds=self._seconds, longest=64 * 1024,
            headers={"Authorization": self._basic, "Accept": "application/json"}, data=form,
        )  # fmt: skip
        if response.status != 200:
            raise self._refusal(response)
        try:
            answer = msgspec.json.decode(response.body, type=_TokenAnswer, strict=False)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise JournalWrong("wrong-shape", f"the token: {error}") from None
        self._token, self._expires_at = answer.access_token, now + answer.expires_in
        return self._token

    def _refusal(self, response: RawResponse) -> JournalError:
        """Why there is no token."""
        if response.status == 404:
            return JournalWrong(
                "not-served", "there are no tokens (404): check the provider's address, --token-url"
            )
        if response.status in (400, 401, 403):
            try:
                answer = msgspec.json.decode(response.body, type=_TokenRefusal)
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
                answer = _TokenRefusal()
            if answer.error == "invalid_scope":
                names = ", ".join(_SCOPES)
                return JournalRefuses(
                    "unauthorized", f"the provider gives us no token for the scopes {names}"
                )
            return JournalRefuses("unauthorized", "the provider doesn't accept our client id and secret")
        return error_of(response, self._clock.now())

    def _open(self) -> Session:
        if self._session is None:
            self._session = open_session()
        return self._session


def path_of(*parts: str) -> str:
    """The path `/part/part…`, with ids quoted."""
    return "".join(f"/{quote(part, safe='')}" for part in parts)
