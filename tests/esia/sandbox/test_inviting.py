"""Accounts for invented people: made only where the settings say so, and for nobody who is there already."""

from datetime import date

import aiohttp
import msgspec
import pytest

from myedu.esia.errors import EsiaRefused
from myedu.esia.invitation import PATH, Invitation, invite
from myedu.esia.transport import NotFound
from tests.esia.conftest import MOTHER, Open

GUEST = Invitation(
    last_name="Соколова",
    first_name="Мария",
    birth_date=date(1986, 5, 14),
    gender="F",
    snils="112-233-445 95",
)


async def test_an_invited_person_signs_in(open_stand: Open) -> None:
    async with open_stand(sandbox={"invites": True}) as stand:
        account = await invite(stand.url, GUEST, timeout_s=5)
        tokens = await stand.tokens(account.oid)
        person = await stand.client.person(tokens, await stand.client.verify(tokens))
        assert (person.first_name, person.snils, person.trusted) == ("Мария", "11223344595", True)


async def test_the_next_invitation_corrects_the_name(open_stand: Open) -> None:
    async with open_stand(sandbox={"invites": True}) as stand:
        first = await invite(stand.url, GUEST, timeout_s=5)
        again = msgspec.structs.replace(GUEST, first_name="Марина")
        assert await invite(stand.url, again, timeout_s=5) == first
        tokens = await stand.tokens(first.oid)
        assert (await stand.client.person(tokens, await stand.client.verify(tokens))).first_name == "Марина"


async def test_the_first_people_stay_as_they_are(open_stand: Open) -> None:
    async with open_stand(sandbox={"invites": True}) as stand:
        stranger = msgspec.structs.replace(GUEST, snils=None, oid=MOTHER)
        assert (await invite(stand.url, stranger, timeout_s=5)).oid == MOTHER
        tokens = await stand.tokens(MOTHER)
        assert (await stand.client.person(tokens, await stand.client.verify(tokens))).first_name == "Ольга"


async def test_elsewhere_there_is_no_such_door(open_stand: Open) -> None:
    async with open_stand() as stand:
        with pytest.raises(NotFound):
            await invite(stand.url, GUEST, timeout_s=5)


@pytest.mark.parametrize("change", [{"snils": "11223344500"}, {"snils": None}])
async def test_a_person_whom_esia_could_not_know(open_stand: Open, change: dict[str, str | None]) -> None:
    async with open_stand(sandbox={"invites": True}) as stand:
        with pytest.raises(EsiaRefused):
            await invite(stand.url, msgspec.structs.replace(GUEST, **change), timeout_s=5)


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/x-www-form-urlencoded", b"oid=1", 415),
        ("application/json", b"{", 400),
        ("application/json", b" " * 20_000, 413),
    ],
)
async def test_what_is_no_invitation(open_stand: Open, kind: str, body: bytes, status: int) -> None:
    async with open_stand(sandbox={"invites": True}) as stand, aiohttp.ClientSession() as session:
        headers = {"Content-Type": kind}
        async with session.post(f"{stand.url}{PATH}", data=body, headers=headers) as answer:
            assert answer.status == status
