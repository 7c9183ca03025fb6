"""A failing journal isn't called for a while, then carefully: a state machine that is given the time."""

import random

import pytest

from myedu.portal.federation.circuit_breaker import CircuitBreaker
from myedu.portal.federation.models import BulkheadLimits

LIMITS = BulkheadLimits(
    failures=5, failure_share=0.5, window_seconds=10, pause_seconds=1, longest_pause_seconds=60
)


def a_breaker(limits: BulkheadLimits = LIMITS, chance: float = 0.0) -> CircuitBreaker:
    """With the longest pauses: `chance` 1 halves them."""
    return CircuitBreaker(limits, lambda: chance)


def fail(breaker: CircuitBreaker, now: float) -> bool:
    ticket = breaker.admit(now)
    assert ticket is not None
    return breaker.record_failure(ticket, now)


def answer(breaker: CircuitBreaker, now: float) -> None:
    ticket = breaker.admit(now)
    assert ticket is not None
    breaker.record_success(ticket, now)


def opened(breaker: CircuitBreaker, now: float) -> CircuitBreaker:
    assert [fail(breaker, now) for _ in range(5)] == [False] * 4 + [True]
    return breaker


def test_failures_in_a_row_open_it():
    breaker = opened(a_breaker(), 100.0)
    assert breaker.state(100.5) == "open"
    assert breaker.admit(100.5) is None
    assert breaker.pause_left(100.4) == pytest.approx(0.6)


def test_an_answer_between_them_keeps_it_closed():
    breaker = a_breaker()
    for _ in range(3):
        for _ in range(4):
            assert not fail(breaker, 1.0)
        answer(breaker, 1.0)
    assert breaker.state(1.0) == "closed"


def test_half_of_the_answers_of_the_window_open_it():
    breaker = a_breaker()
    for step in range(10):
        answer(breaker, step * 0.5)
    opened_by = []
    for step in range(10):
        answer(breaker, 5 + step * 0.01)
        opened_by.append(fail(breaker, 5 + step * 0.01))
    assert opened_by == [False] * 10  # ten of thirty
    later = 14.9  # those ten answers are out of the window; of the other twenty ten are failures
    assert fail(breaker, later)
    assert breaker.state(later) == "open"


def test_a_share_of_few_answers_does_not_open_it():
    breaker = a_breaker()
    for _ in range(4):
        answer(breaker, 0.0)
        assert not fail(breaker, 0.0)


def test_after_the_pause_one_call_at_a_time_may_try():
    breaker = opened(a_breaker(), 0.0)
    assert breaker.state(1.0) == "half-open"
    probe = breaker.admit(1.0)
    assert probe is not None
    assert breaker.admit(1.0) is None
    breaker.record_success(probe, 1.2)
    assert breaker.state(1.2) == "half-open"
    answer(breaker, 1.3)
    assert breaker.state(1.3) == "closed"


def test_a_failed_probe_doubles_the_pause_up_to_the_longest():
    breaker = opened(a_breaker(), 0.0)
    now, pauses = 0.0, []
    for _ in range(9):
        pauses.append(round(breaker.pause_left(now)))
        now += breaker.pause_left(now)
        assert fail(breaker, now)
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_a_short_recovery_does_not_shorten_the_pause_and_a_long_one_does():
    breaker = opened(a_breaker(), 0.0)
    answer(breaker, 1.0)
    answer(breaker, 1.0)
    opened(breaker, 5.0)
    assert breaker.pause_left(5.0) == pytest.approx(2)
    answer(breaker, 7.0)
    answer(breaker, 7.0)
    opened(breaker, 7.0 + 61)
    assert breaker.pause_left(7.0 + 61) == pytest.approx(1)


def test_calls_that_began_before_a_change_of_state_do_not_count_after_it():
    breaker = a_breaker()
    early = [breaker.admit(0.0) for _ in range(7)]
    for ticket in early[:5]:
        breaker.record_failure(ticket, 0.1)
    probe = breaker.admit(1.2)
    breaker.record_failure(early[5], 1.3)
    breaker.record_success(early[6], 1.3)
    assert breaker.state(1.3) == "half-open"
    breaker.record_success(probe, 1.4)
    answer(breaker, 1.5)
    assert breaker.state(1.5) == "closed"


def test_a_cancelled_probe_makes_room_for_another():
    breaker = opened(a_breaker(), 0.0)
    probe = breaker.admit(1.0)
    assert breaker.admit(1.0) is None
    breaker.record_cancelled(probe)
    assert breaker.admit(1.0) is not None


def test_pauses_after_the_same_failure_differ_at_random():
    pauses = [
        opened(CircuitBreaker(LIMITS, random.Random(seed).random), 0.0).pause_left(0.0) for seed in range(50)
    ]
    assert all(0.5 <= pause <= 1 for pause in pauses)
    assert max(pauses) - min(pauses) > 0.3
