"""Asks the system over HTTP and keeps every request with its answer, exactly as they went."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, urlencode

import aiohttp
import msgspec
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from myedu.connector.conformance.keys import ASSERTION_TYPE, Signer, assertion_claims
from myedu.connector.conformance.rule import Broken
from myedu.kit.clock import Clock

LONGEST_BODY = 64 * 1024 * 1024
"""Bytes read of one answer; far more than the contract allows, so that too much can be told as such."""
_LONGEST_WAIT = 10.0  # seconds of a Retry-After that the judge obeys by itself
_PAUSES = 5  # times a paced request is asked again after 429
AGENT = "myedu-conform"


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """One request and what came. `body` as it was sent, packed where Content-Encoding says so."""

    verb: str
    url: str
    sent_headers: Mapping[str, str]
    sent_body: bytes
    status: int
    headers: CIMultiDictProxy[str]
    body: bytes
    seconds: float  # from the request to the answer's last byte

    @property
    def media_type(self) -> str:
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    def json(self) -> Any:
        """The body as plain JSON, None where it isn't any: for looking into an answer, not for judging it."""
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None

    @property
    def code(self) -> str | None:
        """`code` of a problem, whatever the media type says; None where there is none."""
        body = self.json()
        found = body.get("code") if isinstance(body, dict) else None
        return found if isinstance(found, str) else None


class _Own:
    """The run's own good token."""


OWN: Final = _Own()
Bearer = str | None | _Own
"""What stands in Authorization: the run's own token, nothing, or some other text."""
Query = str | Mapping[str, str]
"""A ready query string, or parameters to be encoded."""


class Asker:
    """One system's caller. Remembers the answers to plain GETs: many rules look at the same one."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        base_url: str,
        *,
        client_id: str,
        signer: Signer,
        clock: Clock,
        seconds: float = 30.0,
    ) -> None:
        self.base_url, self.client_id, self.signer, self.clock = base_url, client_id, signer, clock
        self.requests = 0
        self._session, self._seconds = session, seconds
        self._token = ""
        self._known: dict[tuple[Any, ...], asyncio.Task[Answer]] = {}
        self._gap, self._next = 0.0, 0.0

    @property
    def token_url(self) -> str:
        return f"{self.base_url}/oauth2/token"

    def use_token(self, token: str) -> None:
        self._token = token

    @property
    def token(self) -> str:
        """The run's own access token; never shown in a report."""
        return self._token

    def pace(self, per_second: float | None) -> None:
        """From now on no more requests a second than the system declares."""
        self._gap = 1 / per_second if per_second else 0.0

    async def get(
        self,
        path: str,
        query: Query = "",
        *,
        headers: Mapping[str, str] | None = None,
        bearer: Bearer = OWN,
        again: bool = False,
    ) -> Answer:
        """A GET; the same question is asked once in a run unless `again`. Raises Broken without an answer."""
        if again:
            return await self.send("GET", path, query, headers=headers, bearer=bearer)
        key = (path, _query(query), tuple(sorted((headers or {}).items())), bearer)
        if key not in self._known:
            self._known[key] = asyncio.ensure_future(
                self.send("GET", path, query, headers=headers, bearer=bearer)
            )
        # several rules wait for one flight: one that is cancelled must not take it down
        return await asyncio.shield(self._known[key])

    async def send(
        self,
        verb: str,
        path: str,
        query: Query = "",
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        bearer: Bearer = OWN,
        paced: bool = True,
    ) -> Answer:
        """Any request. `paced=False`: not slowed down and not repeated after 429, for the rules of load."""
        text = _query(query)
        url = f"{self.base_url}{path}{'?' if text else ''}{text}"
        return await self.send_to(verb, url, headers=headers, body=body, bearer=bearer, paced=paced)

    async def send_to(
        self,
        verb: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        bearer: Bearer = OWN,
        paced: bool = True,
    ) -> Answer:
        """A request to a whole address, e.g. of a file link."""
        given = CIMultiDict({"User-Agent": AGENT, "Accept-Encoding": "identity"})
        if bearer is not None:
            given["Authorization"] = f"Bearer {self._token if isinstance(bearer, _Own) else bearer}"
        given.update(headers or {})
        for _ in range(_PAUSES if paced else 0):
            await self._turn()
            answer = await self._exchange(verb, url, given, body)
            if answer.status != 429 or (wait := _wait_of(answer)) is None:
                return answer
            await asyncio.sleep(wait)
        return await self._exchange(verb, url, given, body)

    async def grant(self, assertion: str | None = None, query: Query = "", **form: str | None) -> Answer:
        """A POST to the token endpoint with a good form; fields are changed by name, None takes one off."""
        fields: dict[str, str | None] = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion if assertion is not None else self.assertion(),
        }
        sent = {name: text for name, text in (fields | form).items() if text is not None}
        return await self.send(
            "POST",
            "/oauth2/token",
            query,
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            body=urlencode(sent).encode(),
            bearer=None,
        )

    def assertion(self, signer: Signer | None = None, **changes: Any) -> str:
        """A good client assertion, with claims changed or signed by another key."""
        claims = assertion_claims(self.client_id, self.token_url, self.clock.now(), **changes)
        return (signer or self.signer).sign(claims)

    async def download(self, path: str, into: Any, longest: int) -> Answer:
        """A GET whose body is written into the file object `into`, at most `longest` bytes of it."""
        headers = {
            "User-Agent": AGENT,
            "Accept-Encoding": "identity",
            "Authorization": f"Bearer {self._token}",
        }
        await self._turn()
        return await self._exchange("GET", f"{self.base_url}{path}", CIMultiDict(headers), b"", into, longest)

    async def _turn(self) -> None:
        """Wait for this request's place in the declared rate."""
        if not self._gap:
            return
        now = time.monotonic()
        at = max(now, self._next)
        self._next = at + self._gap
        if at > now:
            await asyncio.sleep(at - now)

    async def _exchange(
        self,
        verb: str,
        url: str,
        headers: CIMultiDict[str],
        body: bytes,
        into: Any = None,
        longest: int = LONGEST_BODY,
    ) -> Answer:
        self.requests += 1
        began = time.perf_counter()
        try:
            async with self._session.request(
                verb,
                URL(url, encoded=True),
                headers=headers,
                data=body or None,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=self._seconds if into is None else None, sock_read=60),
            ) as response:
                content = bytearray()
                read = 0
                async for chunk in response.content.iter_chunked(256 * 1024):
                    read += len(chunk)
                    if into is None:
                        content += chunk
                    else:
                        into.write(chunk)
                    if read > longest:
                        break
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise self._silence(verb, url, error) from None
        return Answer(
            verb=verb,
            url=url,
            sent_headers=dict(headers),
            sent_body=body,
            status=response.status,
            headers=response.headers,
            body=bytes(content),
            seconds=time.perf_counter() - began,
        )

    def _silence(self, verb: str, url: str, error: Exception) -> Broken:
        path = url.removeprefix(self.base_url)
        if isinstance(error, TimeoutError):
            return Broken(
                f"нет ответа за {self._seconds:g} с: {verb} {path}",
                f"no answer within {self._seconds:g} s: {verb} {path}",
            )
        kind = type(error).__name__
        return Broken(f"ответ не получен ({kind}): {verb} {path}", f"no answer ({kind}): {verb} {path}")


def in_path(text: str) -> str:
    """An id as one step of a path."""
    return quote(text, safe="")


def _query(query: Query) -> str:
    return query if isinstance(query, str) else urlencode(query)


def _wait_of(answer: Answer) -> float | None:
    """Seconds of a Retry-After that is worth obeying."""
    text = answer.headers.get("Retry-After", "").strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        return None
    return float(text) if float(text) <= _LONGEST_WAIT else None
