"""The published document of the reference journal, on its own PostgreSQL."""

from pathlib import Path

from tests.journal.conftest import Served
from tests.openapi.requests import no_server_error


async def test_no_request_is_a_server_error(served: Served, tmp_path: Path) -> None:
    async with served.session.get(f"{served.url}/v1/openapi.json") as answer:
        document = await answer.json()
    token = {"Authorization": f"Bearer {await served._token()}"}
    await no_server_error(tmp_path, document, served.url, token)
