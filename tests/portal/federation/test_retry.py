"""A failed call is retried once, where that may help, and rarely."""

import pytest

from myedu.connector.sdk.client import JournalError, JournalRefuses, JournalSilent, JournalWrong, NotThere
from myedu.portal.federation.retry import RetryBudget, pause_before_retry


@pytest.mark.parametrize("reason", ["unreachable", "cut", "failed"])
def test_a_call_that_failed_at_once_is_retried(reason: str):
    pauses = {pause_before_retry(JournalSilent(reason, ""), 3.0, 0.1) for _ in range(20)}
    assert all(pause is not None and 0.05 <= pause <= 0.15 for pause in pauses)
    assert len(pauses) > 1


@pytest.mark.parametrize(
    "error",
    [
        JournalSilent("timeout", ""),
        JournalSilent("overloaded", ""),
        JournalWrong("wrong-student", ""),
        JournalWrong("not-json", ""),
        JournalRefuses("unauthorized", ""),
        NotThere("not-found", ""),
    ],
    ids=lambda error: error.reason,
)
def test_a_failure_that_would_come_again_is_not_retried(error: JournalError):
    assert pause_before_retry(error, 3.0, 0.1) is None


def test_without_time_for_an_answer_there_is_no_retry():
    assert pause_before_retry(JournalSilent("failed", ""), 0.5, 0.6) is None


def test_at_most_one_in_ten_of_many_calls_is_a_retry():
    budget = RetryBudget()
    granted = 0
    for _ in range(1000):
        budget.record_call()
        granted += budget.take()
    assert 100 <= granted <= 110
