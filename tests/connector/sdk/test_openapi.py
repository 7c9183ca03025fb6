"""The document that the SDK's server publishes, over a vendor's object."""

from pathlib import Path

from tests.connector.sdk.conftest import Stands
from tests.connector.sdk.school import School
from tests.openapi.requests import no_server_error


async def test_no_request_is_a_server_error(stand_of: Stands, tmp_path: Path) -> None:
    exports = tmp_path / "exports"
    exports.mkdir()
    stand = stand_of(School(), exports=exports)
    document = (await stand.get("/v1/openapi.json")).json()
    token = {"Authorization": f"Bearer {await stand.token()}"}
    await no_server_error(tmp_path, document, stand.url, token)
