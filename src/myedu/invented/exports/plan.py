"""How large the ten pilot regions are, and how their pupils are spread over schools.

The numbers of pupils are the latest that regional news published up to 2025 (klops.ru, newsnn.ru, sib.fm,
regnum.ru, tvc.ru, kyym.ru, tatar-inform.ru, zaks.ru, ura.news); so are those of schools, if they were
published. Figures marked [I] are inferred: Moscow region from 1 120 pupils a school in its pilot, the rest
from neighbouring regions.
"""

from functools import cache
from itertools import accumulate
from math import exp
from random import Random
from statistics import NormalDist

import msgspec

from myedu.contract.answers import SystemInfo
from myedu.invented.exports.ids import Style
from myedu.invented.regions import RegionProfile, region_profile

# At least one pupil a region; all of Russia has 18 million, and the numbers of their people stay below those
# that invented.school gives to region 14 and up.
_PUPILS = range(10, 18_000_001)


class RegionSize(msgspec.Struct, frozen=True, kw_only=True):
    """The size of a region. `spread`: sigma of the logarithm of school sizes, large where there are villages.

    `style`: of ids. `towns`: how many schools in a round each town of the profile has; one each if empty.
    """

    pupils: int
    schools: int
    spread: float
    style: Style
    product: str
    towns: tuple[int, ...] = ()


# In the order of their codes: the numbers of persons run through them.
REGION_SIZES: dict[str, RegionSize] = {
    # Three clocks: nine tenths of the schools keep Yakutsk's [I].
    "14": RegionSize(
        pupils=153_000, schools=630, spread=1.0, style="number", product="Сетевой город", towns=(14, 2, 1, 3)
    ),
    "16": RegionSize(pupils=521_800, schools=1411, spread=0.9, style="uuid", product="Моя школа"),
    "25": RegionSize(pupils=200_000, schools=522, spread=0.8, style="number", product="Сетевой город"),
    "39": RegionSize(pupils=120_000, schools=160, spread=0.7, style="dashed", product="ЭлЖур"),  # schools [I]
    "50": RegionSize(pupils=1_050_000, schools=940, spread=0.6, style="uuid", product="Моя школа"),  # [I]
    "52": RegionSize(pupils=350_000, schools=850, spread=0.8, style="dashed", product="ЭлЖур"),
    "54": RegionSize(pupils=380_000, schools=900, spread=0.9, style="dashed", product="ЭлЖур"),  # schools [I]
    "61": RegionSize(pupils=471_000, schools=1050, spread=0.8, style="number", product="БАРС"),  # schools [I]
    "78": RegionSize(
        pupils=619_000, schools=700, spread=0.4, style="uuid", product="Петербург"
    ),  # schools [I]
    "86": RegionSize(pupils=238_000, schools=308, spread=0.7, style="dashed", product="ЭлЖур"),
}


class SchoolPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A school to make. `number` counts from 1 in its region.

    `first_person`: the first number reserved for its people, unique in the ten regions.
    """

    number: int
    pupils: int
    town: str
    time_zone: str
    first_person: int


class RegionPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A region to make, with all its schools."""

    code: str
    profile: RegionProfile
    size: RegionSize
    schools: tuple[SchoolPlan, ...]

    @property
    def pupils(self) -> int:
        """Of all its schools."""
        return sum(school.pupils for school in self.schools)

    @property
    def system(self) -> SystemInfo:
        """The journal system as the manifest names it."""
        return SystemInfo(vendor="Никто", product=f"{self.size.product} (выдуманный)", version="1")


@cache
def plan_country(pupils: int) -> dict[str, RegionPlan]:
    """Code → plan of the ten regions, with `pupils` in sum; fewer pupils are fewer schools of the same sizes.

    Raises ValueError outside of 10 to 18 million pupils.
    """
    if pupils not in _PUPILS:
        raise ValueError(
            f"{pupils} pupils: ask for {_PUPILS[0]} to {_PUPILS[-1]} in the ten regions together"
        )
    more = split_proportionally(pupils - len(REGION_SIZES), [size.pupils for size in REGION_SIZES.values()])
    plans: dict[str, RegionPlan] = {}
    first_person = 0
    for (code, size), share in zip(REGION_SIZES.items(), more, strict=True):
        schools = _schools(code, size, 1 + share, first_person)
        plans[code] = RegionPlan(code=code, profile=region_profile(code), size=size, schools=schools)
        first_person = schools[-1].first_person + reserved_numbers(schools[-1].pupils)
    return plans


def reserved_numbers(pupils: int) -> int:
    """How many numbers are reserved for the people of a school: now and in many days to come."""
    return 5 * pupils + 200


def split_proportionally(whole: int, weights: list[int] | list[float]) -> list[int]:
    """Whole numbers in proportion to the weights, `whole` in sum (the largest remainder method)."""
    total = sum(weights)
    exact = [whole * weight / total for weight in weights]
    parts = [int(part) for part in exact]
    largest_remainders = sorted(range(len(parts)), key=lambda place: (parts[place] - exact[place], place))
    for place in largest_remainders[: whole - sum(parts)]:
        parts[place] += 1
    return parts


def _schools(code: str, size: RegionSize, pupils: int, first_person: int) -> tuple[SchoolPlan, ...]:
    count = min(pupils, max(1, round(size.schools * pupils / size.pupils)))
    # No school is empty: each gets one pupil first.
    sizes = [1 + more for more in split_proportionally(pupils - count, _weights(count, size.spread))]
    rng = Random(f"schools of {code}")  # noqa: S311 - not a secret
    rng.shuffle(sizes)
    towns = region_profile(code).towns
    round_of_towns = [
        town for town, share in zip(towns, size.towns or (1,) * len(towns), strict=True) for _ in range(share)
    ]
    rng.shuffle(round_of_towns)
    starts = accumulate((reserved_numbers(school_size) for school_size in sizes), initial=first_person)
    return tuple(
        SchoolPlan(
            number=number,
            pupils=school_size,
            town=round_of_towns[number % len(round_of_towns)][0],
            time_zone=round_of_towns[number % len(round_of_towns)][1],
            first_person=start,
        )
        for number, (school_size, start) in enumerate(zip(sizes, starts, strict=False), 1)
    )


def _weights(count: int, spread: float) -> list[float]:
    """Relative sizes of schools. They are about log-normal: many small, few large."""
    normal = NormalDist()
    return [exp(spread * normal.inv_cdf((place + 0.5) / count)) for place in range(count)]
