"""`POST /oauth2/token`: errors are readable both for OAuth libraries and as problems of the contract."""

from urllib.parse import parse_qs

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from myedu.connector.sdk.http_semantics import error_headers, problem_response, read_body
from myedu.connector.sdk.oauth import AuthorizationServer, OAuthRefusal
from myedu.contract.problems import PROBLEMS, ContractError, Problem

_FORM_BYTES = 16 * 1024  # an assertion has about 1 KiB


async def answer_token(authorization_server: AuthorizationServer, request: Request) -> Response:
    """A token for a client that proves itself; an OAuthProblem with 400 or 401 for anything else."""
    try:
        token = authorization_server.grant(await _form(request))
    except OAuthRefusal as refusal:
        return _refused(refusal)
    return Response(
        msgspec.json.encode(token), headers={"Cache-Control": "no-store"}, media_type="application/json"
    )


async def _form(request: Request) -> dict[str, str]:
    if request.url.query:
        raise OAuthRefusal("invalid_request", "send the parameters in the body: addresses are logged")
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/x-www-form-urlencoded":
        raise OAuthRefusal("invalid_request", "send application/x-www-form-urlencoded")
    body = await read_body(request, _FORM_BYTES)
    try:
        fields = parse_qs(body.decode("ascii"), max_num_fields=20)
    except ValueError:
        raise OAuthRefusal("invalid_request", "the form can't be read") from None
    if any(len(values) > 1 for values in fields.values()):
        raise OAuthRefusal("invalid_request", "a parameter is given twice")
    return {name: values[0] for name, values in fields.items()}


def _refused(refusal: OAuthRefusal) -> Response:
    """RFC 6749 §5.2 and RFC 9457 in one body: `error` for OAuth libraries, `code` for others."""
    code = "unauthorized" if refusal.error == "invalid_client" else "bad-request"
    status, title = PROBLEMS[code]
    fault = OAuthProblem(
        code=code,
        status=status,
        title=title,
        detail=refusal.detail,
        error=refusal.error,
        error_description=refusal.detail,
    )
    return problem_response(fault, error_headers(ContractError(fault)))


class OAuthProblem(Problem, frozen=True, kw_only=True):
    """A problem that OAuth libraries understand too: `error` is a code of RFC 6749 §5.2."""

    error: str
    error_description: str
