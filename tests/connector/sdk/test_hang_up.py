"""A client that hangs up is no error of a vendor's server, in the middle of a large file neither."""

import asyncio
from pathlib import Path

import pytest
from yarl import URL

from myedu.connector.sdk.system import FileContent
from tests.connector.sdk.conftest import Stands
from tests.connector.sdk.school import PUPIL, School
from tests.hang_up import errors, hang_up

LARGE = 30_000_000  # bytes: more than the kernel buffers


async def test_a_client_that_leaves(
    stand_of: Stands, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    school, large = School(), tmp_path / "large.mp4"
    large.write_bytes(bytes(LARGE))
    school.files["large"] = FileContent("large.mp4", "video/mp4", large)
    stand = stand_of(school, exports=tmp_path)
    link = URL((await stand.get("/v1/files/large")).json()["url"])
    headers = {"Authorization": f"Bearer {await stand.token()}", "Content-Type": "application/json"}
    base = URL(stand.url).path
    paths = [
        ("GET", f"{base}/v1/students/{PUPIL}/diary"),
        ("GET", link.raw_path_qs),
        ("GET", f"{base}/v1/openapi.json"),
        ("GET", f"{base}/v1/docs"),
        ("GET", f"{base}/v1/exports/latest"),
        ("PUT", f"{base}/v1/lessons/1/meeting"),
        ("PUT", f"{base}/v1/lessons/1/presence"),
    ]
    await hang_up(stand.url, paths, headers)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    await hang_up(stand.url, [("POST", f"{base}/oauth2/token")], form)
    await asyncio.sleep(0.5)  # what was asked may still be answered
    assert (await stand.get("/v1/capabilities")).status == 200
    assert errors(caplog.records) == []
