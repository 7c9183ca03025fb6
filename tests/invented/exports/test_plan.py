"""Sizes of regions and schools."""

from collections import Counter
from itertools import pairwise
from statistics import mean

import pytest

from myedu.invented.exports.plan import REGION_SIZES, plan_country, reserved_numbers, split_proportionally


def test_the_ten_pilot_regions_share_the_pupils_as_in_life() -> None:
    plan = plan_country(4_000_000)
    assert sum(region.pupils for region in plan.values()) == 4_000_000
    total = sum(size.pupils for size in REGION_SIZES.values())
    for code, region in plan.items():
        assert region.pupils == pytest.approx(4_000_000 * REGION_SIZES[code].pupils / total, abs=3)
        assert len(region.schools) == pytest.approx(REGION_SIZES[code].schools, rel=0.03)


def test_yakutia_has_three_clocks_and_small_schools() -> None:
    schools = plan_country(4_000_000)["14"].schools
    zones = Counter(school.time_zone for school in schools)
    assert set(zones) == {"Asia/Yakutsk", "Asia/Vladivostok", "Asia/Srednekolymsk"}
    assert zones["Asia/Yakutsk"] > 0.8 * len(schools)
    assert mean(school.pupils for school in schools) == pytest.approx(243, rel=0.02)
    assert min(school.pupils for school in schools) < 15


@pytest.mark.parametrize("pupils", [10, 11, 999, 40_000, 4_000_000])
def test_every_school_has_pupils_and_numbers_of_its_own(pupils: int) -> None:
    regions = plan_country(pupils).values()
    schools = [school for region in regions for school in region.schools]
    assert sum(school.pupils for school in schools) == pupils
    assert min(school.pupils for school in schools) > 0
    assert schools[0].first_person == 0
    for school, following in pairwise(schools):
        assert following.first_person == school.first_person + reserved_numbers(school.pupils)


@pytest.mark.parametrize("pupils", [0, 9, 18_000_001])
def test_too_few_or_too_many_pupils_are_refused(pupils: int) -> None:
    with pytest.raises(ValueError, match="ask for"):
        plan_country(pupils)


def test_split_keeps_the_sum_and_the_proportions() -> None:
    assert split_proportionally(10, [1, 1, 2]) == [3, 2, 5]
    assert split_proportionally(0, [1, 2]) == [0, 0]
    assert sum(split_proportionally(1_000_003, [0.1, 0.7, 3.3])) == 1_000_003
