"""Connected schools by words of their name, town or region, for whoever looks for one."""

import re
from collections.abc import Mapping, Sequence

from psycopg import AsyncConnection

from myedu.kit.db import execute, fetch_all, fetch_one
from myedu.kit.sql import load_queries
from myedu.portal.people.models import ConnectedSchool

QUERIES = load_queries(__package__, "schools.sql")

MOST_SCHOOLS = 500
"""More are not listed: whoever finds so many adds a word."""
_MOST_WORDS = 8
_LEAST_OF_REGION = 3  # letters: «ир» is no «Иркутская область»
_WORD = re.compile(r"[^\W_]+")


def search_words(text: str) -> list[str]:
    """The words of a search, as people.school_words has them: «Школа №5» is школа, 5."""
    return _WORD.findall(text.lower().replace("ё", "е"))[:_MOST_WORDS]


async def search_schools(
    conn: AsyncConnection, text: str, region_names: Mapping[str, Sequence[str]]
) -> list[ConnectedSchool]:
    """Schools of which every word of `text` begins a word of the name or address, at most MOST_SCHOOLS.

    `region_names`: code → names of a region; words that begin words of them find its schools too. By region
    and name.
    """
    words = search_words(text)
    if not words:
        return []
    of_region = {
        word: {code for code, names in region_names.items() if _is_of_region(word, names)} for word in words
    }
    others = [word for word in words if not of_region[word]]
    regions = sorted(set.intersection(*([codes for codes in of_region.values() if codes] or [set()])))
    if regions and not others:
        asked = {"regions": regions, "most": MOST_SCHOOLS}
        return await fetch_all(conn, QUERIES.schools_of_regions, asked, ConnectedSchool)
    found = await _with_words(conn, words, None)
    return found if found or not regions else await _with_words(conn, others, regions)


async def _with_words(
    conn: AsyncConnection, words: Sequence[str], regions: Sequence[str] | None
) -> list[ConnectedSchool]:
    # Words have letters and digits only, so nothing in them is an operator.
    wanted = " & ".join(f"'{word}':*" for word in words)
    asked = {"words": wanted, "regions": regions, "most": MOST_SCHOOLS}
    async with conn.transaction():
        await execute(conn, QUERIES.plan_for_index)
        return await fetch_all(conn, QUERIES.search_schools, asked, ConnectedSchool)


async def connected_school(
    conn: AsyncConnection, region: str, system_id: str, organization_id: str
) -> ConnectedSchool | None:
    """A school that a current export names; None for an archived one and for none."""
    place = {"region": region, "system_id": system_id, "organization_id": organization_id}
    return await fetch_one(conn, QUERIES.connected_school, place, ConnectedSchool)


def _is_of_region(word: str, names: Sequence[str]) -> bool:
    of_names = (part for name in names for part in search_words(name))
    return len(word) >= _LEAST_OF_REGION and any(part.startswith(word) for part in of_names)
