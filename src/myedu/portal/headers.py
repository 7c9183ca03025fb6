"""What every answer of the portal carries, so that a browser does nothing with it but show it."""

from collections.abc import Awaitable, Callable

from litestar.types import Message, Scope


def policy(esia_url: str) -> str:
    """The Content-Security-Policy: only our own files, no inline code.

    A form that starts the sign-in ends at ESIA: browsers apply form-action to the redirect as well.
    """
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "font-src 'self'",
            "img-src 'self' data:",
            "connect-src 'self'",
            "manifest-src 'self'",
            "worker-src 'self'",
            f"form-action 'self' {esia_url}",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def security_headers(esia_url: str, *, secure: bool) -> Callable[[Message, Scope], Awaitable[None]]:
    """A before-send hook. A page is personal unless its handler says otherwise, so nobody may store it."""
    always = [
        (b"content-security-policy", policy(esia_url).encode()),
        (b"referrer-policy", b"same-origin"),
        (b"x-content-type-options", b"nosniff"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    ]
    if secure:
        always.append((b"strict-transport-security", b"max-age=31536000"))
    names = {name for name, _ in always}

    async def add(message: Message, _: Scope) -> None:
        if message["type"] != "http.response.start":
            return
        given = [(name.lower(), value) for name, value in message["headers"]]
        headers = [pair for pair in given if pair[0] not in names]
        if not any(name == b"cache-control" for name, _ in given):
            headers.append((b"cache-control", b"no-store"))
        message["headers"] = headers + always

    return add
