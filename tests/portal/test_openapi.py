"""The portal publishes no document; one is made of all its routes, for each kind of person and program."""

from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest

from myedu.contract.package import Manifest
from myedu.kit.web.forms import FIELD, csrf_token
from myedu.portal.signed_in import SESSION_COOKIE
from tests.openapi.documents import document, form_fields
from tests.openapi.requests import no_server_error
from tests.portal.exports.pushing import pusher, vendor
from tests.portal.test_access import Place, Site, Viewer, all_routes, open_home, site  # noqa: F401

QUERY = ("period", "value", "weight", "back", "code", "state")
MANIFEST = "/exchange/v1/packages"
OPENS: dict[str, set[Place]] = {
    "anonymous": {"all"},
    "mother": {"child", "signed-in"},
    "operator": {"operator"},
    "vendor": {"vendor"},
}


def portal_document(found: Site, who: str, session: str = "") -> dict[str, Any]:
    """The routes that are there for somebody, but signing out."""
    values = {
        "child": str(found.home.maria),
        "day": "2026-11-25",
        "subject_id": "maths",
        "file_id": "plan.pdf",
        "rest": "h-2026-11-25/done",
        "system_id": "r25-a",
        "export_id": str(found.export_id),
        "file": "persons.parquet",
    }
    # JSON Schema of the manifest with its definitions inside, where a document would have components.
    manifest = msgspec.json.schema(Manifest)
    return document(
        [
            (route.method, route.path)
            for route in all_routes()
            if route.place in OPENS[who] and route.path != "/leave"
        ],
        known=values,
        fields=form_fields("portal", "kit/web"),
        constants={FIELD: csrf_token(session)} if session else {},
        query=QUERY,
        bodies={MANIFEST: ("application/json", _inlined(manifest, manifest.get("$defs", {})))},
    )


def _inlined(schema: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(schema, dict):
        if "$ref" in schema:
            return _inlined(definitions[schema["$ref"].rpartition("/")[2]], definitions)
        return {name: _inlined(value, definitions) for name, value in schema.items() if name != "$defs"}
    if isinstance(schema, list):
        return [_inlined(one, definitions) for one in schema]
    return schema


@pytest.mark.parametrize("site", ["portal"], indirect=True)
@pytest.mark.parametrize("viewer", ["anonymous", "mother", "operator"])
async def test_no_request_of_a_person_is_a_server_error(
    site: Site,  # noqa: F811
    viewer: Viewer,
    tmp_path: Path,
) -> None:
    session = site.browsers[viewer].cookie(SESSION_COOKIE) or ""
    headers = {"Origin": site.home.world.url, "Cookie": f"{SESSION_COOKIE}={session}"}
    await no_server_error(
        tmp_path, portal_document(site, viewer, session), site.home.world.url, headers, examples=4
    )


@pytest.mark.parametrize("site", ["portal"], indirect=True)
async def test_no_request_of_a_vendor_is_a_server_error(site: Site, tmp_path: Path) -> None:  # noqa: F811
    world = site.home.world
    known = await vendor(site.home.database, world.clock.now(), system_id="pushed")
    async with aiohttp.ClientSession() as session:
        token = await pusher(session, world, known)._tokens.get()
    bearer = {"Authorization": f"Bearer {token}"}
    await no_server_error(tmp_path, portal_document(site, "vendor"), world.url, bearer, examples=4)
