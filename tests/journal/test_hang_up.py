"""A client that hangs up is no error of the journal's."""

import asyncio

import pytest

from myedu.contract.methods import METHODS
from tests.hang_up import errors, hang_up
from tests.journal.conftest import Served


async def test_a_client_that_leaves(served: Served, pupil_id: str, caplog: pytest.LogCaptureFixture) -> None:
    values = {"student_id": pupil_id, "export_id": "0" * 32, "file": "persons.csv", "esia_oid": "1"}
    requests = [
        (method.verb, method.path.format_map({**dict.fromkeys(names_of(method.path), "1"), **values}))
        for method in METHODS
    ]
    headers = {"Authorization": f"Bearer {await served._token()}"}
    for kind in ("application/json", "application/x-www-form-urlencoded"):
        await hang_up(served.url, [("GET", "/"), *requests], {**headers, "Content-Type": kind})
    await asyncio.sleep(0.5)  # what was asked may still be answered
    status, _ = await served.get("/v1/capabilities")
    assert status == 200
    assert errors(caplog.records) == []


def names_of(path: str) -> list[str]:
    return [part.strip("{}") for part in path.split("/") if part.startswith("{")]
