"""Time as an argument."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from myedu.kit.clock import FixedClock, SystemClock


def test_the_system_clock_is_aware():
    assert SystemClock().now().utcoffset() == timedelta(0)


def test_a_fixed_clock_stands_still_until_it_is_moved():
    clock = FixedClock(datetime(2026, 9, 1, 9, tzinfo=timezone(timedelta(hours=9))))
    assert clock.now() == datetime(2026, 9, 1, 0, tzinfo=UTC)
    assert clock.now().tzinfo is UTC
    clock.advance(timedelta(hours=-1))
    assert clock.now() == datetime(2026, 8, 31, 23, tzinfo=UTC)
    clock.set(datetime(2027, 1, 1, tzinfo=UTC))
    assert clock.now().year == 2027


def test_a_naive_time_is_refused():
    with pytest.raises(ValueError, match="has no time zone"):
        FixedClock(datetime(2026, 9, 1))  # noqa: DTZ001 - the mistake itself
