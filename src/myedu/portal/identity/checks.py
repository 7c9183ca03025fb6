"""What `myedu doctor` looks at of signing in: ESIA's keys and certificates, and whether ESIA answers."""

import asyncio
import ssl
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

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
    left = ends - context.clock.now()
    values = {"file": path, "day": f"{ends:%Y-%m-%d}", "days": left.days}
    if left < timedelta():
        yield failed(about, tr("{file} has ended on {day}: docs/operations/change-a-key.md", **values))
    elif left < _RENEW_BEFORE:
        sentence = tr("{file} ends on {day}, in {days} days: docs/operations/change-a-key.md", **values)
        yield warning(about, sentence)
    else:
        yield ok(about, tr("{file} ends on {day}, in {days} days", **values))


async def check_esia(context: CommandContext) -> Sequence[Finding]:
    """Whether ESIA's server can be reached, and its own certificate is good."""
    address = urlsplit(context.settings.of(IdentitySettings).esia_url)
    secure = address.scheme == "https"
    try:
        async with asyncio.timeout(_CONNECT_SECONDS):
            _, writer = await asyncio.open_connection(
                address.hostname,
                address.port or (443 if secure else 80),
                ssl=ssl.create_default_context() if secure else None,
            )
        writer.close()
    except (OSError, TimeoutError) as error:
        reason = str(error) or type(error).__name__
        return [
            failed(tr("ESIA"), tr("{url} can't be reached: {reason}", url=address.geturl(), reason=reason))
        ]
    return [ok(tr("ESIA"), tr("{url} can be reached", url=address.geturl()))]


CHECKS = (check_esia_keys, check_esia)
