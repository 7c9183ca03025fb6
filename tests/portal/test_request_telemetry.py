"""A log line for each request: what an operator needs, without personal data."""

import logging
from uuid import uuid4

import pytest

from myedu.kit.log import JsonLines
from tests.portal.conftest import World


def lines(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.name == "myedu.portal.requests"]


async def test_a_line_has_the_template_and_never_the_path(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    child = uuid4()
    with caplog.at_level(logging.INFO, "myedu.portal.requests"):
        async with world.browser() as browser:
            await browser.location_of(f"/c/{child}/week?secret=1")
            answer = await browser.get("/nowhere/Иванов")
            await browser.get("/health")
    first, second = lines(caplog)
    assert (first.method, first.route, first.status) == ("GET", "/c/{child}/week", 303)
    assert (second.route, second.status) == ("(none)", 404)
    assert first.ms > 0
    assert first.worker > 0
    text = JsonLines("portal").format(second) + JsonLines("portal").format(first)
    assert str(child) not in text
    assert "secret" not in text
    assert "Иванов" not in text
    assert f'"request": "{answer.headers["x-request-id"]}"' in text


async def test_each_request_has_an_id_of_its_own(world: World) -> None:
    async with world.browser() as browser:
        numbers = {
            (await browser.get("/view", **{"x-request-id": "mine"})).headers["x-request-id"] for _ in range(3)
        }
    assert len(numbers) == 3
    assert "mine" not in numbers
