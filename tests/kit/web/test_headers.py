"""The security headers that every program with pages sends."""

import pytest

from myedu.kit.web.headers import content_policy, header_hook, own_files_policy, security_headers


def _directives(policy: str) -> dict[str, str]:
    return dict(directive.split(" ", 1) for directive in policy.split("; "))


def test_a_policy_allows_nothing_by_default() -> None:
    nothing = ("default-src", "form-action", "base-uri", "frame-ancestors")
    assert _directives(content_policy()) == dict.fromkeys(nothing, "'none'")


def test_a_policy_allows_what_it_is_given() -> None:
    policy = _directives(content_policy(style_src="'self'", form_action="'self' https://esia.example"))
    assert policy["style-src"] == "'self'"
    assert policy["form-action"] == "'self' https://esia.example"
    assert policy["base-uri"] == "'none'"


def test_own_files_exclude_inline_code() -> None:
    policy = own_files_policy("https://esia.example")
    assert "unsafe" not in policy
    assert _directives(policy)["form-action"] == "'self' https://esia.example"


@pytest.mark.parametrize("secure", [False, True])
def test_only_a_program_behind_https_requires_https(secure: bool) -> None:
    headers = security_headers(content_policy(), secure=secure, referrer="no-referrer")
    assert ("strict-transport-security" in headers) is secure
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(("given", "kept"), [(b"public", b"public"), (None, b"no-store")])
async def test_a_response_is_not_cached_unless_its_handler_allows_it(
    given: bytes | None, kept: bytes
) -> None:
    own = [(b"Cache-Control", given)] if given else []
    message = {"type": "http.response.start", "headers": [*own, (b"Referrer-Policy", b"origin")]}
    await header_hook({"referrer-policy": "same-origin"})(message, {})
    assert message["headers"] == [(b"cache-control", kept), (b"referrer-policy", b"same-origin")]
