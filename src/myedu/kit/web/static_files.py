"""Routes of the built files, by their hashed names, and of the service worker."""

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from myedu.kit.web.error_handlers import context_of
from myedu.kit.web.responses import AnyRequest

PREFIX, SERVICE_WORKER = "/static/", "/sw.js"


@get(f"{PREFIX}{{file:str}}")
async def static(request: AnyRequest, file: FromPath[str]) -> Response[bytes]:
    """A built file; 404 for any other name."""
    return _file(request, file)


@get(SERVICE_WORKER)
async def service_worker(request: AnyRequest) -> Response[bytes]:
    """The service worker, at the root, because it controls only what lies below its own address."""
    return _file(request, SERVICE_WORKER.removeprefix("/"))


ROUTES = [static, service_worker]


def _file(request: AnyRequest, name: str) -> Response[bytes]:
    found = context_of(request).assets.answer(name, request.headers.get("accept-encoding", ""))
    if found is None:
        raise NotFoundException
    headers = dict(found.headers)
    media_type = headers.pop("content-type").partition(";")[0]  # Litestar adds the charset of a text
    return Response(found.body, headers=headers, media_type=media_type)
