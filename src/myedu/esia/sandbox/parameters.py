"""Reads a client's parameters from the query, the body, or both, as clients send them."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.requests import Request

from myedu.esia.sandbox.errors import Code, OauthFault

_MAX_BODY = 65_536  # bytes; the largest real request, a CMS with a chain of certificates, has some 6 KB
_MAX_FIELDS = 100

Parameters = Mapping[str, str]


async def read_parameters(request: Request) -> Parameters:
    """Name → value. Raises OauthFault: 007038 if they can't be read, 007003 for two values of one name."""
    pairs = _pairs(request.url.query.encode())
    if request.method == "POST":
        pairs += _pairs(await _body(request))
    parameters: dict[str, str] = {}
    for name, value in pairs:
        if parameters.setdefault(name, value) != value:
            raise OauthFault(Code.PARAMETER_WRONG, name)
    return parameters


def required(parameters: Parameters, *names: str) -> tuple[str, ...]:
    """The values in the order of the names. Raises OauthFault 007014 if one is missing or empty."""
    for name in names:
        if not parameters.get(name):
            raise OauthFault(Code.PARAMETER_MISSING, name)
    return tuple(parameters[name] for name in names)


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MAX_BODY:
            raise OauthFault(Code.UNREADABLE, f"the body is longer than {_MAX_BODY} bytes")
    return bytes(body)


def _pairs(encoded: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            encoded.decode(), keep_blank_values=True, errors="strict", max_num_fields=_MAX_FIELDS
        )
    except UnicodeDecodeError:
        raise OauthFault(Code.UNREADABLE, "this is not UTF-8") from None
    except ValueError:
        raise OauthFault(Code.UNREADABLE, f"there are more than {_MAX_FIELDS} of them") from None
