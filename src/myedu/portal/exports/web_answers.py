"""Error responses of /exchange: problems with a stable code and the way out."""

from collections.abc import Mapping

import msgspec
from litestar import Response

from myedu.connector.sdk.oauth import OAuthRefusal
from myedu.connector.sdk.token_endpoint import OAuthProblem
from myedu.contract.problems import PROBLEM_MEDIA_TYPE, PROBLEMS, Problem
from myedu.kit.web.responses import AnyRequest
from myedu.portal.exports.models import PackageRefused
from myedu.portal.exports.receive.uploads import FileState, PushRefused

_TITLES = {
    400: "The request can't be read",
    404: "Nothing here for this caller",
    409: "It doesn't fit what is here",
    413: "Too large",
    422: "The package can't be taken",
}


def nothing_there() -> PushRefused:
    """The refusal for another vendor's package and for none alike."""
    return PushRefused(
        "not-found", 404, "there is no such package or file of this system: begin with its manifest"
    )


def offset_of(one: FileState) -> dict[str, str]:
    """The header that says how many bytes of a file were received."""
    return {"upload-offset": str(one.received)}


def _problem(status: int, code: str, sentence: str) -> Response[bytes]:
    title = PROBLEMS[code][1] if code in PROBLEMS else _TITLES[status]
    headers = {"www-authenticate": "Bearer"} if status == 401 else {}
    return _problem_response(Problem(code=code, status=status, title=title, detail=sentence), headers=headers)


def push_refused(_: AnyRequest, error: PushRefused) -> Response[bytes]:
    """A problem with the refusal's own status."""
    return _problem(error.status, error.code, error.sentence)


def package_refused(_: AnyRequest, error: PackageRefused) -> Response[bytes]:
    """422: the manifest can be read and the package can't be imported."""
    return _problem(422, error.code, error.sentence)


def no_token(_: AnyRequest, error: OAuthRefusal) -> Response[bytes]:
    """RFC 6749 §5.2 and RFC 9457 at once, like a journal's own token endpoint."""
    code = "unauthorized" if error.error == "invalid_client" else "bad-request"
    status, title = PROBLEMS[code]
    fault = OAuthProblem(
        code=code,
        status=status,
        title=title,
        detail=error.detail,
        error=error.error,
        error_description=error.detail,
    )
    return _problem_response(fault)


def _problem_response(fault: Problem, headers: Mapping[str, str] | None = None) -> Response[bytes]:
    return Response(
        msgspec.json.encode(fault),
        status_code=fault.status,
        media_type=PROBLEM_MEDIA_TYPE,
        headers=dict(headers or {}),
    )
