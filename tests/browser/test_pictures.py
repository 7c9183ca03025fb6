"""The README's pictures; `MYEDU_PICTURES=docs/images pytest tests/browser/test_pictures.py` writes them."""

import os
from pathlib import Path

import pytest

from myedu.demo.people import MOTHER
from tests.browser.conftest import PHONE, Town, Visit

pytestmark = pytest.mark.browser

MOST_BYTES = 150_000  # a README is opened on phones too
YESTERDAY_EVENING = "2026-11-23 15:00Z"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(os.environ.get("MYEDU_PICTURES", tmp_path))


async def test_a_week_on_a_phone(town: Town, visit: Visit, folder: Path):
    mother = await visit(MOTHER, look="light.100.0", viewport=PHONE, device_scale_factor=1.5)
    page = await mother.open(f"{town.child('Павел')}/week/2026-11-24#d2026-11-24")
    picture = await page.screenshot(path=folder / "week-phone.png")
    assert len(picture) < MOST_BYTES


async def test_a_family_on_a_desktop(town: Town, visit: Visit, folder: Path):
    mother = await visit(MOTHER, look="light.100.0", viewport={"width": 1280, "height": 720})
    await mother.open("/children")
    await town.portal_does("UPDATE diary.visits SET before_at = %s", YESTERDAY_EVENING)
    page = await mother.open("/children")
    assert await page.locator("section.card").count() == 3
    picture = await page.screenshot(path=folder / "family-desk.png")
    assert len(picture) < MOST_BYTES
