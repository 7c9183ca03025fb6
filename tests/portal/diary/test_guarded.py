"""By default the portal calls no address inside its own network, whatever an operator registers."""

import logging
from contextlib import AsyncExitStack

import pytest

from myedu.kit.db import Database
from tests.portal.conftest import Keys, OpenWorld
from tests.portal.diary.conftest import MOTHER, SchoolOfToday, text_of
from tests.portal.diary.test_federal import write_export
from tests.portal.journal import a_journal


async def test_a_journal_in_a_private_network_is_not_called(
    open_world: OpenWorld, portal_keys: Keys, caplog: pytest.LogCaptureFixture
) -> None:
    async with AsyncExitStack() as stack:
        enter = stack.enter_async_context
        world = await enter(open_world(allow_private_journals=False))
        key = world.journal_key.read_text()
        journal = await enter(a_journal(SchoolOfToday({"maria"}, world.clock), key, world.clock))
        database = await Database.open(world.database_url, max_size=1)
        stack.push_async_callback(database.close)
        maria, _ = await write_export(database, journal)
        browser, _ = await enter(world.signed_in(MOTHER))
        with caplog.at_level(logging.WARNING):
            page = await browser.get(f"/c/{maria}/week/2026-11-23")
        assert (page.status, "Нет данных" in text_of(page)) == (200, True)
        assert any("reason=forbidden-address" in record.getMessage() for record in caplog.records)
        assert not journal.asked
