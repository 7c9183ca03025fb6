"""Ids by which children are called in addresses."""

import time
from uuid import RFC_4122, UUID

from myedu.portal.exports.parse.public_ids import public_ids


def test_they_are_of_version_7_and_none_is_drawn_twice() -> None:
    ids = [UUID(one) for one in public_ids(1000)]
    assert {(one.version, one.variant) for one in ids} == {(7, RFC_4122)}
    assert len(set(ids)) == 1000


def test_those_of_a_later_draw_stand_behind() -> None:
    earlier = public_ids(100)
    time.sleep(0.002)
    assert earlier.max() < public_ids(100).min()


def test_within_a_draw_their_order_says_nothing_of_the_rows() -> None:
    ids = public_ids(1000)
    assert len({one[:12] for one in ids}) == 1
    ascents = (ids[1:] > ids[:-1]).sum()
    assert 400 < ascents < 600  # 500 on average, ± 9
