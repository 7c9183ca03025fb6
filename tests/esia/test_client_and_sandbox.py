"""A whole sign-in on a real socket, in each version and with each kind of key."""

from datetime import date, timedelta
from pathlib import Path

import aiohttp
import msgspec
import pytest

from myedu.esia.client import esia_client, new_code_verifier, new_state
from myedu.esia.errors import EsiaAnswerWrong, EsiaRefused
from myedu.esia.models import AccountLevel, EsiaOrganisation
from myedu.esia.signing import certificate_hash, gost_available
from tests.esia.conftest import (
    CHILD,
    FATHER,
    MNEMONIC,
    MOTHER,
    OPERATOR,
    PUPIL,
    SCHOOL,
    TEACHER,
    UNCONFIRMED,
    Keys,
    Open,
    Page,
    query_of,
)

WAYS = [
    pytest.param("v1", False, "RS256", id="v1-rsa"),
    pytest.param("v2", False, "RS256", id="v2-rsa"),
    pytest.param("v1", True, "RS256", id="v1-gost"),
    pytest.param("v2", True, "GOST3410_2012_256", id="v2-gost"),
]


@pytest.mark.parametrize(("version", "gost", "algorithm"), WAYS)
async def test_a_mother_signs_in(open_stand: Open, version: str, gost: bool, algorithm: str) -> None:
    async with open_stand(version=version, gost=gost, registered={"token_algorithm": algorithm}) as stand:
        tokens = await stand.tokens(MOTHER)
        claims = await stand.client.verify(tokens)
        assert (claims.oid, claims.level, claims.confirmed) == (str(MOTHER), AccountLevel.CONFIRMED, True)
        assert claims.signed_in_at == stand.clock.now()
        assert claims.expires_at - stand.clock.now() == timedelta(seconds=10_800)
        assert tokens.expires_at - stand.clock.now() == timedelta(seconds=3600)
        person = await stand.client.person(tokens, claims)
        assert (person.last_name, person.first_name, person.middle_name) == (
            *("Синицына", "Ольга"),
            "Викторовна",
        )
        assert (person.birth_date, person.gender, person.trusted) == (date(1984, 3, 14), "F", True)
        assert person.snils is not None
        assert len(person.snils) == 11
        kids = await stand.client.kids(tokens, claims)
        assert [kid.first_name for kid in kids] == ["Мария", "Павел", "Вера"]
        assert [kid.oid for kid in kids] == [str(PUPIL), str(CHILD), None]
        assert [kid.birth_date for kid in kids] == [date(2010, 5, 20), date(2014, 9, 9), date(2018, 1, 30)]
        assert len({kid.snils for kid in kids} - {None}) == 3
        assert await stand.client.roles(tokens, claims) == []


@pytest.mark.parametrize(
    ("oid", "level", "trusted"),
    [
        (CHILD, AccountLevel.CHILD, False),
        (PUPIL, AccountLevel.CONFIRMED, True),
        (UNCONFIRMED, AccountLevel.UNCONFIRMED, False),
    ],
)
async def test_levels(open_stand: Open, oid: int, level: AccountLevel, trusted: bool) -> None:
    async with open_stand() as stand:
        tokens = await stand.tokens(oid)
        claims = await stand.client.verify(tokens)
        person = await stand.client.person(tokens, claims)
        assert (claims.level, person.level, person.trusted) == (level, level, trusted)
        assert await stand.client.kids(tokens, claims) == []


async def test_kids_of_an_unconfirmed_parent_are_a_switch(open_stand: Open) -> None:
    async with open_stand(sandbox={"kids_need_confirmed_parent": False}) as stand:
        tokens = await stand.tokens(UNCONFIRMED)
        (kid,) = await stand.client.kids(tokens, await stand.client.verify(tokens))
        assert kid.first_name == "Лев"


async def test_the_father_whose_right_is_revoked_has_no_kids(open_stand: Open) -> None:
    async with open_stand() as stand:
        tokens = await stand.tokens(FATHER)
        assert await stand.client.kids(tokens, await stand.client.verify(tokens)) == []


async def test_a_teacher_and_an_operator_have_organisations(open_stand: Open) -> None:
    async with open_stand(version="v2") as stand:
        tokens = await stand.tokens_for(TEACHER, SCHOOL)
        (role,) = await stand.client.roles(tokens, await stand.client.verify(tokens))
        assert (role.organisation_oid, role.kind, role.active) == ("1000400001", "LEGAL", True)
        assert await stand.client.organisation(tokens, role.organisation_oid) == EsiaOrganisation(
            oid="1000400001",
            full_name=role.full_name,
            short_name="МБОУ «Выдуманная школа № 1»",
            ogrn="1020000000018",
            inn="0000000001",
            kind="LEGAL",
            kpp="000001001",
        )
        with pytest.raises(EsiaRefused) as caught:
            await stand.client.organisation(tokens, "1000400002")
        assert caught.value.code == "005029"
    async with open_stand() as stand:
        tokens = await stand.tokens(OPERATOR)
        (role,) = await stand.client.roles(tokens, await stand.client.verify(tokens))
        assert (role.kind, role.admin) == ("AGENCY", True)
        assert (await stand.client.organisation(tokens, role.organisation_oid)).inn is None


async def test_a_field_that_was_not_granted_is_none(open_stand: Open) -> None:
    async with open_stand(client={"scopes": "openid fullname kid_birthdate"}) as stand:
        tokens = await stand.tokens(MOTHER)
        claims = await stand.client.verify(tokens)
        person = await stand.client.person(tokens, claims)
        assert (person.first_name, person.snils, person.birth_date) == ("Ольга", None, None)
        kids = await stand.client.kids(tokens, claims)
        assert {(kid.first_name, kid.snils) for kid in kids} == {(None, None)}
        with pytest.raises(EsiaRefused) as caught:
            await stand.client.roles(tokens, claims)
        assert (caught.value.code, caught.value.for_user) == ("005029", False)


async def test_without_openid_there_is_no_id_token(open_stand: Open) -> None:
    async with open_stand(client={"scopes": "fullname"}) as stand:
        tokens = await stand.tokens(MOTHER)
        with pytest.raises(EsiaAnswerWrong, match="openid"):
            await stand.client.verify(tokens)


async def test_an_expired_access_token(open_stand: Open) -> None:
    async with open_stand() as stand:
        tokens = await stand.tokens(MOTHER)
        claims = await stand.client.verify(tokens)
        stand.clock.advance(timedelta(seconds=3600))
        with pytest.raises(EsiaRefused) as caught:
            await stand.client.person(tokens, claims)
        assert caught.value.for_user


async def test_one_session_until_signing_out(open_stand: Open) -> None:
    """Single sign-on as at ESIA: the second system shows no page of choice, until the person signs out."""
    registered = {"redirect_domains": ["portal.example", "bye.example"]}
    client = {"logout_redirect_url": "https://bye.example/"}
    async with open_stand(registered=registered, client=client) as stand:
        first, second = await stand.tokens(MOTHER), await stand.tokens(PUPIL)
        claims = [await stand.client.verify(first), await stand.client.verify(second)]
        assert claims[0].session_id == claims[1].session_id
        assert {claim.oid for claim in claims} == {str(MOTHER)}
        assert await stand.browser.get(stand.client.logout_url()) == "https://bye.example/"
        assert (await stand.client.verify(await stand.tokens(PUPIL))).oid == str(PUPIL)


async def test_signing_out_without_an_address_ends_on_a_page(open_stand: Open) -> None:
    async with open_stand() as stand:
        page = await stand.browser.get(stand.client.logout_url())
        assert isinstance(page, Page)
        assert page.status == 200
        wrong = await stand.browser.get(f"{stand.client.logout_url()}&redirect_url=http://evil.example/")
        assert isinstance(wrong, Page)
        assert "ESIA-007023" in wrong.html


async def test_the_issuer_is_a_switch(open_stand: Open) -> None:
    issuer = "http://esia-portal1.test.gosuslugi.ru/"
    async with open_stand(sandbox={"issuer": issuer}, client={"issuer": issuer}) as stand:
        assert (await stand.client.verify(await stand.tokens(MOTHER))).oid == str(MOTHER)
    async with open_stand(sandbox={"issuer": issuer}) as stand:
        with pytest.raises(EsiaAnswerWrong, match="issued by"):
            await stand.client.verify(await stand.tokens(MOTHER))


async def test_version_1_knows_for_which_sign_in_a_code_is(open_stand: Open) -> None:
    async with open_stand(version="v1") as stand:
        state = new_state()
        page = await stand.browser.get(await stand.client.authorization_url(state, ""))
        assert isinstance(page, Page)
        code = query_of(await stand.browser.choose(page, MOTHER))["code"]
        assert stand.client.is_code_of(code, state)
        assert not stand.client.is_code_of(code, new_state())
        for opaque in ("x", "", "a.b.c", "a.e30.c", "é.é", "a." + "W1tb" * 2000 + ".c"):
            assert stand.client.is_code_of(opaque, state), "ESIA decides about what it has not named"
    async with open_stand(version="v2") as stand:
        assert stand.client.is_code_of(code, new_state()), "PKCE decides"


async def test_a_client_out_of_its_settings(open_stand: Open, keys: Keys) -> None:
    """The composition that a program uses; without the GOST engine the hash is a setting."""
    known = certificate_hash(keys.rsa.certificate) if gost_available() else "CD" * 32
    async with open_stand(version="v2", registered={"certificate_hash": known}) as stand:
        settings = msgspec.structs.replace(stand.settings, certificate_hash=known)
        jar = aiohttp.CookieJar(unsafe=True)
        async with (
            esia_client(settings, stand.clock) as client,
            aiohttp.ClientSession(cookie_jar=jar) as session,
        ):
            verifier = new_code_verifier()
            address = await client.authorization_url("state", verifier)
            assert query_of(address)["client_certificate_hash"] == known
            assert query_of(address)["client_id"] == MNEMONIC
            async with session.get(address) as answer:
                assert answer.status == 200
    with pytest.raises(ValueError, match="64 upper-case"):
        esia_client(msgspec.structs.replace(settings, certificate_hash=known.lower()), stand.clock, session)


async def test_a_key_of_another_certificate_is_refused_at_the_start(open_stand: Open, keys: Keys) -> None:
    async with open_stand() as stand:
        for wrong in (keys.foreign.key, keys.rsa.certificate):
            settings = msgspec.structs.replace(stand.settings, key=wrong)
            with pytest.raises(ValueError, match=Path(wrong).name):
                esia_client(settings, stand.clock, stand.session)
