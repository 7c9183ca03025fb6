"""Accounts for invented people: only if registration is open, and not for people of the initial cast."""

from datetime import date

import aiohttp
import msgspec
import pytest

from myedu.esia.errors import EsiaRefused
from myedu.esia.sandbox_accounts import PATH, AccountRequest, create_account
from myedu.esia.transport import NotFound
from tests.esia.conftest import MOTHER, Open

PERSON = AccountRequest(
    last_name="Соколова",
    first_name="Мария",
    birth_date=date(1986, 5, 14),
    gender="F",
    snils="112-233-445 95",
)


async def test_an_added_person_signs_in(open_stand: Open) -> None:
    async with open_stand(sandbox={"invites": True}) as stand:
        account = await create_account(stand.url, PERSON, timeout_s=5)
        tokens = await stand.tokens(account.oid)
        person = await stand.client.person(tokens, await stand.client.verify(tokens))
        assert (person.first_name, person.snils, person.trusted) == ("Мария", "11223344595", True)


async def test_the_next_request_corrects_the_name(open_stand: Open) -> None:
    async with open_stand(sandbox={"invites": True}) as stand:
        first = await create_account(stand.url, PERSON, timeout_s=5)
        again = msgspec.structs.replace(PERSON, first_name="Марина")
        assert await create_account(stand.url, again, timeout_s=5) == first
        tokens = await stand.tokens(first.oid)
        assert (await stand.client.person(tokens, await stand.client.verify(tokens))).first_name == "Марина"


async def test_the_initial_people_stay_as_they_are(open_stand: Open) -> None:
    async with open_stand(sandbox={"invites": True}) as stand:
        same_oid = msgspec.structs.replace(PERSON, snils=None, oid=MOTHER)
        assert (await create_account(stand.url, same_oid, timeout_s=5)).oid == MOTHER
        tokens = await stand.tokens(MOTHER)
        assert (await stand.client.person(tokens, await stand.client.verify(tokens))).first_name == "Ольга"


async def test_without_open_registration_there_is_no_such_method(open_stand: Open) -> None:
    async with open_stand() as stand:
        with pytest.raises(NotFound):
            await create_account(stand.url, PERSON, timeout_s=5)


@pytest.mark.parametrize("change", [{"snils": "11223344500"}, {"snils": None}])
async def test_a_person_whom_esia_could_not_know(open_stand: Open, change: dict[str, str | None]) -> None:
    async with open_stand(sandbox={"invites": True}) as stand:
        with pytest.raises(EsiaRefused):
            await create_account(stand.url, msgspec.structs.replace(PERSON, **change), timeout_s=5)


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/x-www-form-urlencoded", b"oid=1", 415),
        ("application/json", b"{", 400),
        ("application/json", b" " * 20_000, 413),
    ],
)
async def test_what_is_no_request_for_an_account(
    open_stand: Open, kind: str, body: bytes, status: int
) -> None:
    async with open_stand(sandbox={"invites": True}) as stand, aiohttp.ClientSession() as session:
        headers = {"Content-Type": kind}
        async with session.post(f"{stand.url}{PATH}", data=body, headers=headers) as answer:
            assert answer.status == status
