"""HTTP to ESIA: bounded in time and size, no redirects; each failure is one of the three EsiaErrors."""

import re
from collections.abc import Mapping
from typing import TypeVar

import aiohttp
import msgspec

from myedu.esia.errors import EsiaAnswerWrong, EsiaError, EsiaUnavailable, refusal
from myedu.esia.wire import ErrorAnswer

_MAX_BODY = 1 << 20  # bytes; the largest real answer, a person with everything embedded, has some 20 KB
_CODE = re.compile(r"ESIA-\d{6}[^<\r\n]{0,200}")

_NOT_JSON = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)  # the last: nested a thousand deep

T = TypeVar("T")


class NotFound(EsiaAnswerWrong):
    """Status 404 or 204: for a collection, it is empty."""


class Transport:
    """One ESIA at one address. Without a `session` it opens its own, which `close` closes."""

    def __init__(self, base_url: str, timeout_s: float, session: aiohttp.ClientSession | None) -> None:
        self._base_url = base_url
        self._timeout_s = timeout_s
        self._session = session or aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        self._owns_session = session is None

    async def close(self) -> None:
        """Closes the session if it is its own."""
        if self._owns_session:
            await self._session.close()

    async def get(self, path: str, access_token: str, into: type[T]) -> T:
        """GET with a Bearer token; the JSON answer as a struct. Raises EsiaError."""
        headers = {"Authorization": f"Bearer {access_token}", "Accept": "application/json"}
        return _decoded(*await self._request("GET", path, headers, None), into)

    async def post(self, path: str, form: Mapping[str, str], into: type[T]) -> T:
        """POST of a form; the JSON answer as a struct. Raises EsiaError."""
        return _decoded(*await self._request("POST", path, {}, form), into)

    async def post_json(self, path: str, body: bytes, into: type[T]) -> T:
        """POST of JSON; the JSON answer as a struct. Raises EsiaError."""
        return _decoded(*await self._request("POST", path, {"Content-Type": "application/json"}, body), into)

    async def _request(
        self, method: str, path: str, headers: Mapping[str, str], data: Mapping[str, str] | bytes | None
    ) -> tuple[int, bytes]:
        try:
            async with self._session.request(
                method,
                f"{self._base_url}{path}",
                headers=headers,
                data=data,
                timeout=aiohttp.ClientTimeout(total=self._timeout_s),
                allow_redirects=False,
            ) as answer:
                return answer.status, await _bounded(answer)
        except TimeoutError as error:
            raise EsiaUnavailable(f"ESIA did not answer within {self._timeout_s:g} s. Try later.") from error
        except aiohttp.ClientError as error:
            raise EsiaUnavailable(f"ESIA cannot be reached: {type(error).__name__}. Try later.") from error


async def _bounded(answer: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in answer.content.iter_chunked(65_536):
        body += chunk
        if len(body) > _MAX_BODY:
            raise EsiaAnswerWrong(f"ESIA's answer is longer than {_MAX_BODY} bytes.")
    return bytes(body)


def _decoded(status: int, body: bytes, into: type[T]) -> T:
    if status != 200:
        raise _failure(status, body)
    try:
        return msgspec.json.decode(body, type=into)
    except _NOT_JSON as error:
        raise EsiaAnswerWrong(f"ESIA's answer is not of the expected shape: {error}") from error


def _failure(status: int, body: bytes) -> EsiaError:
    if status >= 500 or status == 429:
        return EsiaUnavailable(f"ESIA answered {status}. Try later.")
    if status in (204, 404):
        return NotFound("ESIA has nothing at this address.")
    error, description = _reported(body)
    if description or status in (400, 401, 403):
        return refusal(error or str(status), description)
    return EsiaAnswerWrong(f"ESIA answered with an unexpected status, {status}.")


def _reported(body: bytes) -> tuple[str, str]:
    """(error, description) from JSON; from HTML or plain text only the text around an ESIA code."""
    try:
        answer = msgspec.json.decode(body, type=ErrorAnswer)
    except _NOT_JSON:
        found = _CODE.search(body.decode(errors="replace"))
        return "", found[0] if found else ""
    if answer.error:
        return answer.error, answer.error_description
    return answer.code, f"{answer.code}: {answer.message}" if answer.code else ""
