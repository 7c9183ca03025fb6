"""The requests find a server error where there is one."""

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from myedu.kit.serve import serving
from tests.openapi.documents import document
from tests.openapi.requests import no_server_error


async def _fails_for_nothing(request: Request) -> PlainTextResponse:
    return PlainTextResponse("", 500 if request.query_params.get("what") == "" else 200)


async def test_a_server_error_is_found(tmp_path: Path) -> None:
    described = document([("GET", "/things/{id}")], query=("what",))
    async with serving(Starlette(routes=[Route("/things/{id}", _fails_for_nothing)])) as url:
        with pytest.raises(AssertionError, match="Server error"):
            await no_server_error(tmp_path, described, url)
