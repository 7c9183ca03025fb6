"""One HTTP exchange with a journal that nothing is believed of: bounded, typed, timed."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import msgspec
from aiohttp.http_exceptions import ContentEncodingError
from yarl import URL

from myedu.connector.sdk.errors import JournalError, JournalRefuses, JournalSilent, JournalWrong, NotThere
from myedu.contract.problems import PROBLEM_MEDIA_TYPE, Problem

ERROR_BYTES = 64 * 1024
"""A problem is small; of a longer page nothing is worth reading."""
LONGEST_RETRY_AFTER = 3600.0


class Heard(msgspec.Struct, frozen=True):
    """An answer as it came: status, headers, and a body within its bound."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@asynccontextmanager
async def asking(
    session: aiohttp.ClientSession, verb: str, url: URL, *, seconds: float, **options: Any
) -> AsyncIterator[aiohttp.ClientResponse]:
    """An open answer; everything that the network can do becomes a JournalError."""
    timeout = aiohttp.ClientTimeout(total=seconds)
    try:
        async with session.request(verb, url, allow_redirects=False, timeout=timeout, **options) as response:
            if 300 <= response.status < 400 and response.status != 304:
                raise JournalWrong(
                    "redirect", f"it answers {response.status}: register the address that it redirects to"
                )
            yield response
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        raise _network_error(error, seconds) from error


async def exchange(
    session: aiohttp.ClientSession, verb: str, url: URL, *, seconds: float, longest: int, **options: Any
) -> Heard:
    """Ask and read the whole answer, at most `longest` bytes of it after decompression."""
    async with asking(session, verb, url, seconds=seconds, **options) as response:
        bound = longest if response.status == 200 else ERROR_BYTES
        return Heard(response.status, response.headers, await read_bounded(response, bound))


async def read_bounded(response: aiohttp.ClientResponse, longest: int) -> bytes:
    """The body, read no further than its bound. Raises JournalWrong(too-large)."""
    if response.content_length is not None and response.content_length > longest:
        raise _too_large(longest)
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > longest:
            raise _too_large(longest)
    return bytes(body)


def decode_json(heard: Heard, decoder: msgspec.json.Decoder[Any]) -> Any:
    """The body as the contract's struct. Raises JournalWrong."""
    media_type, charset = content_type(heard.headers)
    if media_type != "application/json" or charset not in ("", "utf-8"):
        raise JournalWrong("wrong-type", f"the answer is {media_type or 'untyped'}, not JSON in UTF-8")
    try:
        return decoder.decode(heard.body)
    except msgspec.ValidationError as error:
        raise JournalWrong("wrong-shape", f"the answer breaks the contract: {error}") from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise JournalWrong("not-json", f"the answer is not JSON: {error}") from None


def content_type(headers: Mapping[str, str]) -> tuple[str, str]:
    """Media type and charset in small letters, "" where there is none."""
    media_type, *parameters = headers.get("Content-Type", "").lower().split(";")
    pairs = (parameter.partition("=") for parameter in parameters)
    charset = next((value for name, _, value in pairs if name.strip() == "charset"), "")
    return media_type.strip(), charset.strip().strip('"')


def error_of(heard: Heard, now: datetime) -> JournalError:
    """What an answer other than 200 and 304 means."""
    status, fault = heard.status, _problem_of(heard)
    said = f"it answers {status}" + (f" {fault.code} ({fault.detail or fault.title})" if fault else "")
    if status in (429, 503):
        wait = parse_retry_after(heard.headers.get("Retry-After"), now)
        return JournalSilent("overloaded", f"{said}: ask again later", retry_after=wait)
    if status == 501:
        return JournalWrong("not-served", f"{said}: ask its capabilities before this method")
    if status >= 500:
        return JournalSilent("failed", f"{said}: ask again later")
    if status == 401:
        return JournalRefuses("unauthorized", f"{said}: check client_id and key on both sides")
    if status == 403:
        return JournalRefuses("forbidden", f"{said}: ask for access to this method")
    if status == 404 and fault is not None and fault.code == "not-found":
        return NotThere("not-found", said)
    if fault is not None and status >= 400:
        return JournalRefuses("refused", f"{said}: the journal doesn't accept what we send")
    return JournalWrong("wrong-type", f"{said} and no problem+json: is its address the right one?")


def parse_retry_after(text: str | None, now: datetime) -> float | None:
    """Seconds to wait, from seconds or from a date (RFC 9110 §10.2.3); None where it can't be read."""
    if text is None:
        return None
    text = text.strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), LONGEST_RETRY_AFTER)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    wait = at.timestamp() - now.timestamp() if at.tzinfo else None
    return None if wait is None else min(max(wait, 0.0), LONGEST_RETRY_AFTER)


def _problem_of(heard: Heard) -> Problem | None:
    if content_type(heard.headers)[0] != PROBLEM_MEDIA_TYPE:
        return None
    try:
        return msgspec.json.decode(heard.body, type=Problem)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return None


def _too_large(longest: int) -> JournalWrong:
    return JournalWrong("too-large", f"the answer is longer than {longest} bytes: reading was stopped")


def _network_error(error: Exception, seconds: float) -> JournalError:
    """The order matters: aiohttp's classes are each other's children."""
    kind = type(error).__name__
    if isinstance(error, TimeoutError):
        return JournalSilent("timeout", f"no answer within {seconds:g} s")
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientConnectorSSLError):
        return JournalWrong("certificate", f"its TLS can't be trusted ({kind}): renew the certificate")
    if isinstance(error, aiohttp.ContentTypeError | aiohttp.ClientResponseError):
        return JournalWrong("not-http", f"what it sends is not HTTP ({kind})")
    if isinstance(error.__cause__, ContentEncodingError):
        return JournalWrong("wrong-encoding", "the answer is not packed as it says")
    if isinstance(error, aiohttp.ClientPayloadError):
        return JournalSilent("cut", f"the answer broke off ({kind})")
    if isinstance(error, aiohttp.InvalidURL):
        return JournalWrong("not-http", "its registered address is not an address")
    if isinstance(error, ValueError) and not isinstance(error, aiohttp.ClientError):
        return JournalWrong("not-http", f"what it sends can't be read ({kind})")
    return JournalSilent("unreachable", f"no connection ({kind})")
