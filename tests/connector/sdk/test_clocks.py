"""A system whose clock is wrong: the skew is logged and named where it is the reason of an error."""

import logging
from datetime import timedelta

import pytest

from myedu.connector.sdk.client import JournalAddress, JournalClient
from myedu.connector.sdk.errors import JournalRefuses
from myedu.connector.sdk.responses import clock_hint
from myedu.kit.clock import FixedClock
from tests.connector.sdk.conftest import CLIENT_ID, NOW, KeyPair, Stand


@pytest.mark.parametrize(("seconds", "is_logged"), [(0, False), (50, False), (-90, True), (100, True)])
async def test_a_skew_is_in_the_log(
    stand: Stand, caplog: pytest.LogCaptureFixture, seconds: float, is_logged: bool
) -> None:
    await stand.client.capabilities()  # the token is there
    ours = FixedClock(NOW - timedelta(seconds=seconds))
    stand.client._clock = ours
    with caplog.at_level(logging.WARNING):
        await stand.client.capabilities()
    logged = [record.message for record in caplog.records if "clock-skew" in record.message]
    assert logged == ([f"journal clock-skew: system=school seconds={seconds:+.0f}"] if is_logged else [])


async def test_a_refused_token_names_the_clock_where_it_is_wrong(stand: Stand, foreign_key: KeyPair) -> None:
    """The real server's Date is of today, the test's clock is not."""
    address = JournalAddress("school", stand.url, CLIENT_ID)
    long_ago = FixedClock(NOW - timedelta(days=300))
    client = JournalClient(stand.session, address, foreign_key.private, clock=long_ago)
    with pytest.raises(JournalRefuses) as caught:
        await client.capabilities()
    assert caught.value.reason == "clock-skew"
    assert "its clock is +" in caught.value.sentence


@pytest.mark.parametrize(
    ("date", "hint"),
    [
        ("Mon, 23 Nov 2026 09:00:30 GMT", None),
        ("Mon, 23 Nov 2026 11:00:00 GMT", "its clock is +7200 s off ours, set both by NTP"),
        ("Mon, 23 Nov 2026 08:00:00 GMT", "its clock is -3600 s off ours, set both by NTP"),
        ("Mon, 23 Nov 99999 08:00:00 GMT", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_the_head_of_a_refusal(date: str, hint: str | None) -> None:
    assert clock_hint({"Date": date}, NOW) == hint
