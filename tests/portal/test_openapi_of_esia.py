"""The ESIA sandbox publishes no document; one is made of its routes."""

from pathlib import Path

from starlette.routing import Route

from myedu.esia.sandbox.app import _ROUTES
from tests.openapi.documents import document, form_fields
from tests.openapi.requests import no_server_error
from tests.portal.conftest import World

OAUTH = (
    *("client_id", "client_secret", "redirect_uri", "scope", "response_type", "state", "access_type"),
    *("timestamp", "code", "grant_type", "token_type", "refresh_token", "client_certificate_hash"),
)
KNOWN = {"oid": "1000300001", "kid": "1000300002", "collection": "ctts", "id": "1"}


async def test_no_request_is_a_server_error(world: World, tmp_path: Path) -> None:
    routes = [
        (method, route.path)
        for route in _ROUTES
        if isinstance(route, Route)
        for method in sorted((route.methods or set()) - {"HEAD"})
    ]
    fields = (*OAUTH, *form_fields("esia/sandbox"))
    described = document(routes, known=KNOWN, fields=fields, query=OAUTH)
    await no_server_error(tmp_path, described, world.esia_url, {"Authorization": "Bearer none"}, examples=4)
