"""The limit follows what the journal can do: a state machine that is given when calls begin and end."""

import pytest

from myedu.portal.federation.concurrency_limiter import ConcurrencyLimiter


class Load:
    """A journal with so many `servers`, each of which takes `seconds`; further calls wait at the journal."""

    def __init__(self, limiter: ConcurrencyLimiter, now: float = 0.0) -> None:
        self.limiter, self.now = limiter, now

    def rounds(self, number: int, *, servers: int, seconds: float, method: str = "diary") -> None:
        """So many rounds, each of as many concurrent calls as the limit permits."""
        for _ in range(number):
            under_way = self.limiter.limit
            began = self.now
            for place in range(under_way):
                self.now = began + seconds * (1 + place // servers)
                self.limiter.record_answer(method, began=began, ended=self.now, under_way=under_way)


def test_it_grows_while_it_is_used_up_and_answers_come_as_usual():
    limiter = ConcurrencyLimiter(minimum=2, initial=4, maximum=64)
    Load(limiter).rounds(50, servers=1000, seconds=0.1)
    assert limiter.limit == 64


def test_it_does_not_grow_while_it_is_not_used_up():
    limiter = ConcurrencyLimiter(minimum=2, initial=16, maximum=64)
    for at in range(1000):
        limiter.record_answer("diary", began=at, ended=at + 0.1, under_way=3)
    assert limiter.limit == 16


def test_a_journal_that_queues_what_we_send_gets_less():
    limiter = ConcurrencyLimiter(minimum=2, initial=16, maximum=64)
    load = Load(limiter)
    load.rounds(3, servers=1000, seconds=0.1)
    load.rounds(60, servers=8, seconds=0.1)  # seven eighths of its servers have died
    assert 4 <= limiter.limit <= 32
    load.rounds(60, servers=1000, seconds=0.1)
    assert limiter.limit == 64


def test_lasting_slowness_becomes_the_usual():
    limiter = ConcurrencyLimiter(minimum=2, initial=16, maximum=64)
    load = Load(limiter)
    load.rounds(10, servers=1000, seconds=0.1)
    load.rounds(2, servers=1000, seconds=1.0)
    assert limiter.limit < 64
    load.rounds(500, servers=1000, seconds=1.0)
    assert limiter.limit == 64


def test_slower_calls_of_another_method_are_no_slowness():
    limiter = ConcurrencyLimiter(minimum=2, initial=16, maximum=16)
    load = Load(limiter)
    for _ in range(20):
        load.rounds(1, servers=1000, seconds=0.06)
        load.rounds(1, servers=1000, seconds=0.9, method="marks")
    assert limiter.limit == 16


def test_milliseconds_are_noise():
    limiter = ConcurrencyLimiter(minimum=2, initial=16, maximum=16)
    load = Load(limiter)
    load.rounds(10, servers=1000, seconds=0.002)
    load.rounds(10, servers=1000, seconds=0.04)
    assert limiter.limit == 16


def test_calls_that_failed_together_cut_the_limit_once():
    limiter = ConcurrencyLimiter(minimum=2, initial=20, maximum=64)
    for _ in range(20):
        limiter.record_overload(began=0.0, ended=10.0)
    assert limiter.limit == 14
    limiter.record_overload(began=10.0, ended=20.0)
    assert limiter.limit == 9


@pytest.mark.parametrize(("minimum", "initial", "maximum"), [(2, 16, 64), (1, 1, 1), (4, 1, 2)])
def test_it_stays_within_its_bounds(minimum: int, initial: int, maximum: int):
    limiter = ConcurrencyLimiter(minimum=minimum, initial=initial, maximum=maximum)
    for at in range(100):
        limiter.record_overload(began=at, ended=at + 0.5)
        assert limiter.limit >= minimum
    for at in range(100, 5000):
        limiter.record_answer("diary", began=at, ended=at + 0.1, under_way=64)
        assert minimum <= limiter.limit <= max(minimum, maximum)


def test_it_learns_how_long_a_call_takes_now():
    limiter = ConcurrencyLimiter(minimum=2, initial=4, maximum=64)
    assert limiter.typical_seconds == 0
    Load(limiter).rounds(20, servers=1000, seconds=0.25)
    assert limiter.typical_seconds == pytest.approx(0.25)
