"""What `myedu doctor` looks at of signing in: ESIA's keys and certificates, and whether ESIA answers."""

import asyncio
import ssl
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from myedu.esia.signing.interface import KeyFiles
from myedu.esia.signing.load import load_signer
from myedu.esia.signing.openssl import SigningUnavailable
from myedu.kit.terminal import tr
from myedu.portal.checks import Finding, failed, ok, warning
from myedu.portal.context import CommandContext
from myedu.portal.identity.certificates import end_of_certificate
from myedu.portal.identity.settings import IdentitySettings

_RENEW_BEFORE = timedelta(days=30)
_CONNECT_SECONDS = 5.0
_MOST_SKEW = 30.0  # seconds: a header has whole ones, and ESIA refuses requests of another time
_HEAD_BYTES = 16_384


async def check_esia_keys(context: CommandContext) -> Sequence[Finding]:
    """The portal's key and certificate belong together, and no certificate ends soon."""
    own = context.settings.of(IdentitySettings)
    findings = []
    try:
        await asyncio.to_thread(load_signer, KeyFiles(key=own.esia_key, certificate=own.esia_certificate))
    except (ValueError, OSError, SigningUnavailable) as error:
        findings.append(failed(tr("ESIA key"), str(error)))
    else:
        findings.append(ok(tr("ESIA key"), tr("fits its certificate")))
    files = {
        own.esia_certificate: tr("ESIA certificate"),
        **dict.fromkeys(own.esia_token_keys, tr("ESIA's own key")),
    }
    for path, about in files.items():
        findings += _term(context, about, Path(path))
    return findings


def _term(context: CommandContext, about: str, path: Path) -> Iterator[Finding]:
    """When a certificate ends; nothing for a bare public key, which has no term."""
    try:
        ends = end_of_certificate(path)
    except OSError as error:
        yield failed(about, f"{path}: {error.strerror}")
        return
    if ends is None:
        return
    yield from _left(context, about, path, ends)


def _left(context: CommandContext, about: str, what: Path | str, ends: datetime) -> Iterator[Finding]:
    left = ends - context.clock.now()
    values = {"file": what, "day": f"{ends:%Y-%m-%d}", "days": left.days}
    if left < timedelta():
        yield failed(about, tr("{file} has ended on {day}: docs/operations/change-a-key.md", **values))
    elif left < _RENEW_BEFORE:
        sentence = tr("{file} ends on {day}, in {days} days: docs/operations/change-a-key.md", **values)
        yield warning(about, sentence)
    else:
        yield ok(about, tr("{file} ends on {day}, in {days} days", **values))


async def check_esia(context: CommandContext) -> Sequence[Finding]:
    """Whether ESIA's server can be reached, its own certificate lasts, and the clocks agree."""
    url = context.settings.of(IdentitySettings).esia_url
    try:
        async with asyncio.timeout(_CONNECT_SECONDS):
            answer = await _asked(url)
    except (OSError, TimeoutError) as error:
        reason = str(error) or type(error).__name__
        return [failed(tr("ESIA"), tr("{url} can't be reached: {reason}", url=url, reason=reason))]
    findings = [ok(tr("ESIA"), tr("{url} can be reached", url=url))]
    if answer.certificate_ends:
        findings += _left(context, tr("ESIA's server"), urlsplit(url).hostname or "", answer.certificate_ends)
    if answer.at is None:
        return findings
    seconds = round((context.clock.now() - answer.at).total_seconds())
    if abs(seconds) > _MOST_SKEW:
        sentence = tr("this machine's differs from ESIA's by {seconds} s: let it follow NTP", seconds=seconds)
        return [*findings, warning(tr("clock"), sentence)]
    return [*findings, ok(tr("clock"), tr("agrees with ESIA's"))]


class _Answer(msgspec.Struct, frozen=True):
    """What a server says of itself: its time, and when the certificate of its address ends."""

    at: datetime | None
    certificate_ends: datetime | None


async def _asked(url: str) -> _Answer:
    """A HEAD of the address. Raises OSError."""
    address = urlsplit(url)
    secure = address.scheme == "https"
    reader, writer = await asyncio.open_connection(
        address.hostname,
        address.port or (443 if secure else 80),
        ssl=ssl.create_default_context() if secure else None,
    )
    try:
        writer.write(f"HEAD / HTTP/1.1\r\nHost: {address.netloc}\r\nConnection: close\r\n\r\n".encode())
        head = await _head(reader)
        certificate = writer.get_extra_info("peercert") or {}
    finally:
        writer.close()
    ends = certificate.get("notAfter")
    return _Answer(
        at=_date_of(head),
        certificate_ends=datetime.fromtimestamp(ssl.cert_time_to_seconds(ends), UTC) if ends else None,
    )


async def _head(reader: asyncio.StreamReader) -> bytes:
    """The first line and the headers, as far as they come. Raises OSError if nothing does."""
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        if not error.partial:
            raise ConnectionError(tr("it ends the connection without an answer")) from None
        return error.partial
    except asyncio.LimitOverrunError:
        return await reader.read(_HEAD_BYTES)


def _date_of(head: bytes) -> datetime | None:
    """The header `Date`; None if there is none that can be read."""
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"date":
            try:
                at = parsedate_to_datetime(value.decode("ascii").strip())
            except ValueError:
                return None
            return at if at.tzinfo else None
    return None


CHECKS = (check_esia_keys, check_esia)
