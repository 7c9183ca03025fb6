"""The rate that a journal declares is kept to."""

import pytest

from myedu.portal.federation.rate_limiter import RateLimiter


def test_without_a_rate_no_call_waits():
    limiter = RateLimiter(share=1)
    for _ in range(1000):
        limiter.record_call(0.0)
    assert limiter.wait_seconds(0.0) == 0


@pytest.mark.parametrize(("rate", "share"), [(10.0, 1.0), (20.0, 0.5), (0.5, 1.0), (1000.0, 0.25)])
def test_calls_over_a_long_time_are_as_many_as_declared(rate: float, share: float):
    limiter = RateLimiter(share)
    limiter.set_declared_rate(rate)
    now, calls, until = 0.0, 0, 200.0
    while now < until:
        wait = limiter.wait_seconds(now)
        if wait:
            now += wait + 1e-9
            continue
        limiter.record_call(now)
        calls += 1
    assert rate * share * until <= calls <= (rate * share) * until + max(rate * share, 1) + 1


def test_a_seconds_worth_of_calls_may_begin_at_once_and_no_more():
    limiter = RateLimiter(share=1)
    limiter.set_declared_rate(5)
    taken = 0
    while limiter.wait_seconds(1000.0) == 0:
        limiter.record_call(1000.0)
        taken += 1
    assert taken == 5
    assert limiter.wait_seconds(1000.0) == pytest.approx(0.2)


def test_after_a_rate_is_withdrawn_no_call_waits():
    limiter = RateLimiter(share=1)
    limiter.set_declared_rate(1)
    limiter.record_call(0.0)
    assert limiter.wait_seconds(0.0) > 0
    limiter.set_declared_rate(None)
    assert limiter.wait_seconds(0.0) == 0
