"""The whole way of a sign-in, on a real socket, in every version and with every kind of key."""

from datetime import date

import pytest

from myedu.esia.models import AccountLevel
from tests.esia.conftest import CHILD, MOTHER, PUPIL, Open

WAYS = [
    pytest.param("v1", False, "RS256", id="v1-rsa"),
    pytest.param("v2", False, "RS256", id="v2-rsa"),
    pytest.param("v1", True, "RS256", id="v1-gost"),
    pytest.param("v2", True, "GOST3410_2012_256", id="v2-gost"),
]


@pytest.mark.parametrize(("version", "gost", "token_algorithm"), WAYS)
async def test_a_mother_signs_in(open_stand: Open, version: str, gost: bool, token_algorithm: str) -> None:
    async with open_stand(
        version=version, gost=gost, registered={"token_algorithm": token_algorithm}
    ) as stand:
        tokens = await stand.tokens(MOTHER)
        claims = await stand.client.verify(tokens)
        assert (claims.oid, claims.level, claims.confirmed) == (str(MOTHER), AccountLevel.CONFIRMED, True)
        person = await stand.client.person(tokens, claims)
        assert (person.last_name, person.first_name, person.middle_name) == (
            "Синицына",
            "Ольга",
            "Викторовна",
        )
        assert person.birth_date == date(1984, 3, 14)
        assert person.trusted
        kids = await stand.client.kids(tokens, claims)
        assert [kid.first_name for kid in kids] == ["Мария", "Павел", "Вера"]
        assert [kid.oid for kid in kids] == [str(PUPIL), str(CHILD), None]
        assert all(kid.snils and len(kid.snils) == 11 for kid in kids)
