"""Ids, SNILS and oids that never repeat."""

import re
from itertools import islice
from uuid import UUID

import pytest

from myedu.contract.snils import make_snils, normalise_snils
from myedu.contract.tables import TABLES
from myedu.invented.exports.ids import SchoolIds, Style, identities
from myedu.invented.exports.plan import REGION_SIZES
from myedu.invented.identity import snils_number


@pytest.mark.parametrize("style", ["number", "uuid", "dashed"])
def test_ids_of_all_tables_regions_and_schools_differ(style: Style) -> None:
    made = [
        maker()
        for region in REGION_SIZES
        for school in (1, 2, 11, 112, 9999)
        for maker in SchoolIds(style, region, school).makers.values()
        for _ in range(12)
    ]
    assert len(set(made)) == len(made) == len(REGION_SIZES) * 5 * len(TABLES) * 12
    assert all(re.fullmatch(r"[!-~]{1,64}", made_id) for made_id in made)


def test_ids_look_like_the_vendors() -> None:
    assert int(SchoolIds("number", "14", 3).new("persons")) > 2**53
    assert UUID(SchoolIds("uuid", "50", 3).new("persons")).version == 8
    assert "-" in SchoolIds("dashed", "39", 3).new("persons")


def test_no_school_beyond_the_ids() -> None:
    with pytest.raises(ValueError, match="fewer pupils"):
        SchoolIds("number", "14", 10_000)


def test_the_quick_snils_is_the_contracts() -> None:
    for person, (snils, _) in enumerate(islice(identities(5, 100, 3_000), 3_000), 100):
        assert snils == make_snils(snils_number(5, person)) == normalise_snils(snils)


def test_numbers_run_out_in_words() -> None:
    people = identities(1, 0, 2)
    assert len({next(people), next(people)}) == 2
    with pytest.raises(ValueError, match="fewer days"):
        next(people)
