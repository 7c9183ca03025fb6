"""/operator/journals: how every journal answers now, for operators only."""

import pytest

from tests.portal.operators.conftest import MOTHER, TEACHER, OperatorsPortal

JOURNALS = "/operator/journals"


async def test_every_registered_journal_is_there(portal: OperatorsPortal) -> None:
    async with portal.operator() as browser:
        page = await browser.get(JOURNALS)
        assert (page.status, page.h1) == (200, "Журналы")
        assert "Журнал Приморья (r25-a)" in page.html
        assert "ещё не спрашивали" in page.html
        assert f'hx-get="{JOURNALS}"' in page.html
        assert 'href="/operator/packages"' in page.html
        paused = await browser.get(f"{JOURNALS}?pause=1")
        assert "hx-get" not in paused.html


@pytest.mark.parametrize("oid", [MOTHER, TEACHER])
async def test_whoever_is_no_operator_finds_nothing(portal: OperatorsPortal, oid: int) -> None:
    async with portal.world.signed_in(oid) as (browser, _):
        assert (await browser.get(JOURNALS)).status == 404
    async with portal.world.browser() as browser:
        assert await browser.location_of(JOURNALS) == "/enter?next=%2Foperator%2Fjournals"
