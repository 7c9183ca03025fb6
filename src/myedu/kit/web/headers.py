"""Security headers of every response: the browser may show the page and do little else."""

from collections.abc import Awaitable, Callable

from myedu.kit.asgi import Message, Scope

Hook = Callable[[Message, Scope], Awaitable[None]]
"""Called with each ASGI message and its scope before it is sent (Litestar's `before_send`)."""


def content_policy(**sources: str) -> str:
    """A Content-Security-Policy that allows only `sources`: directive, with _ for - → its value."""
    directives = {"default-src": "'none'"}
    directives |= {name.replace("_", "-"): value for name, value in sources.items()}
    for name in ("form-action", "base-uri", "frame-ancestors"):  # default-src does not cover these
        directives.setdefault(name, "'none'")
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def own_files_policy(*form_targets: str) -> str:
    """A Content-Security-Policy for pages that use the program's own files and no inline code.

    `form_targets`: other origins where a form may end. Browsers apply form-action to redirects as well.
    """
    return content_policy(
        script_src="'self'",
        style_src="'self'",
        font_src="'self'",
        img_src="'self' data:",
        connect_src="'self'",
        manifest_src="'self'",
        worker_src="'self'",
        form_action=" ".join(("'self'", *form_targets)),
    )


def security_headers(policy: str, *, secure: bool, referrer: str = "same-origin") -> dict[str, str]:
    """The headers of every response, names in lower case.

    `policy`: the Content-Security-Policy; `secure`: the program is reached by https only.
    """
    headers = {
        "content-security-policy": policy,
        "referrer-policy": referrer,
        "x-content-type-options": "nosniff",
        "cross-origin-opener-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=()",
    }
    if secure:
        headers["strict-transport-security"] = "max-age=31536000; includeSubDomains"
    return headers


def header_hook(headers: dict[str, str]) -> Hook:
    """Sets the headers of each response, and `cache-control: no-store` unless a handler has set another."""
    always = [(name.encode(), value.encode()) for name, value in headers.items()]
    names = {name for name, _ in always}

    async def add(message: Message, _: Scope) -> None:
        if message["type"] != "http.response.start":
            return
        given = [(name.lower(), value) for name, value in message["headers"]]
        kept = [pair for pair in given if pair[0] not in names]
        if not any(name == b"cache-control" for name, _ in given):
            kept.append((b"cache-control", b"no-store"))
        message["headers"] = kept + always

    return add
