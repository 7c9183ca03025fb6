"""An ESIA that doesn't answer, fails, or isn't ESIA at all: a real server that misbehaves."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from myedu.esia.client import EsiaClient
from myedu.esia.errors import EsiaAnswerWrong, EsiaError, EsiaRefused, EsiaUnavailable, refusal
from myedu.esia.models import AccountLevel, Tokens, VerifiedClaims
from myedu.esia.refusals import REFUSALS, UNKNOWN_REFUSAL
from myedu.kit.clock import FixedClock
from myedu.kit.serve import serving
from tests.esia.conftest import NOW, Keys, client_settings, signer_of

DEEP = '{"x":' + "[" * 100_000
TOKENS = Tokens(access_token="t", unverified_id_token=None, refresh_token=None, expires_at=NOW)
CLAIMS = VerifiedClaims(
    oid="1", level=AccountLevel.CONFIRMED, session_id="s", signed_in_at=NOW, expires_at=NOW
)


class BadEsia:
    """Answers everything with what a test puts here."""

    def __init__(self) -> None:
        self.answer: Response = PlainTextResponse("")
        self.delay = asyncio.Event()
        self.delay.set()

    async def __call__(self, request: Request) -> Response:
        await self.delay.wait()
        return self.answer

    def says(self, body: object, status: int = 200, kind: str = "application/json") -> None:
        text = body if isinstance(body, str | bytes) else json.dumps(body)
        self.answer = Response(text, status, media_type=kind)


@pytest.fixture
def esia() -> BadEsia:
    return BadEsia()


@pytest.fixture
async def client(keys: Keys, esia: BadEsia) -> AsyncIterator[EsiaClient]:
    app = Starlette(routes=[Route("/{path:path}", esia.__call__, methods=["GET", "POST"])])
    async with serving(app) as url:
        settings = client_settings(keys, keys.rsa, {"base_url": url, "timeout_s": 5.0})
        async with EsiaClient(settings, signer_of(keys.rsa), [], FixedClock(NOW)) as client:
            yield client


@pytest.mark.parametrize("status", [500, 502, 503, 429])
async def test_broken_or_overloaded(client: EsiaClient, esia: BadEsia, status: int) -> None:
    esia.says("<html>", status, "text/html")
    with pytest.raises(EsiaUnavailable, match=str(status)):
        await client.person(TOKENS, CLAIMS)
    with pytest.raises(EsiaUnavailable, match=str(status)):
        await client.exchange("c", "v")


@pytest.mark.parametrize("code", ["007007", "007008"])
async def test_it_says_itself_that_it_is_overloaded(client: EsiaClient, esia: BadEsia, code: str) -> None:
    esia.says({"error": "server_error", "error_description": f"ESIA-{code}: …", "state": ""}, 400)
    with pytest.raises(EsiaUnavailable, match=code):
        await client.exchange("c", "v")


async def test_silence(keys: Keys, esia: BadEsia) -> None:
    esia.delay.clear()
    app = Starlette(routes=[Route("/{path:path}", esia.__call__)])
    async with serving(app) as url:
        settings = client_settings(keys, keys.rsa, {"base_url": url, "timeout_s": 0.05})
        async with EsiaClient(settings, signer_of(keys.rsa), [], FixedClock(NOW)) as client:
            with pytest.raises(EsiaUnavailable, match=r"within 0\.05 s"):
                await client.person(TOKENS, CLAIMS)
        esia.delay.set()


async def test_no_server_listens(keys: Keys) -> None:
    async with serving(Starlette()) as url:
        pass
    settings = client_settings(keys, keys.rsa, {"base_url": url})
    async with EsiaClient(settings, signer_of(keys.rsa), [], FixedClock(NOW)) as client:
        with pytest.raises(EsiaUnavailable, match="cannot be reached"):
            await client.exchange("c", "v")


@pytest.mark.parametrize(
    "body",
    [
        "<html>Вход</html>",
        "",
        "null",
        "[]",
        '{"lastName": 5}',
        '{"lastName": "Си',
        b"\xff\xfe",
        DEEP,
    ],
)
async def test_an_answer_of_another_shape(client: EsiaClient, esia: BadEsia, body: str | bytes) -> None:
    esia.says(body)
    with pytest.raises(EsiaAnswerWrong, match="expected shape"):
        await client.person(TOKENS, CLAIMS)


async def test_an_endless_answer(client: EsiaClient, esia: BadEsia) -> None:
    esia.says("x" * 1_100_000)
    with pytest.raises(EsiaAnswerWrong, match="longer than"):
        await client.person(TOKENS, CLAIMS)


async def test_a_redirect_is_not_followed(client: EsiaClient, esia: BadEsia) -> None:
    esia.answer = Response(status_code=302, headers={"Location": "http://127.0.0.1:9/"})
    with pytest.raises(EsiaAnswerWrong, match="302"):
        await client.person(TOKENS, CLAIMS)


async def test_another_person_than_the_one_who_signed_in(client: EsiaClient, esia: BadEsia) -> None:
    esia.says({"oid": 2, "lastName": "Чужой"})
    with pytest.raises(EsiaAnswerWrong, match="another person"):
        await client.person(TOKENS, CLAIMS)


async def test_a_state_that_is_not_ours(client: EsiaClient, esia: BadEsia) -> None:
    esia.says({"access_token": "a", "expires_in": 3600, "state": "other"})
    with pytest.raises(EsiaAnswerWrong, match="another state"):
        await client.exchange("c", "v")


@pytest.mark.parametrize("expires_in", [-1, 10**12, "3600"])
async def test_a_token_that_lives_for_ever(client: EsiaClient, esia: BadEsia, expires_in: object) -> None:
    esia.says({"access_token": "a", "expires_in": expires_in, "state": "s"})
    with pytest.raises(EsiaAnswerWrong, match="expected shape"):
        await client.exchange("c", "v")


@pytest.mark.parametrize("status", [404, 204])
async def test_nothing_there(client: EsiaClient, esia: BadEsia, status: int) -> None:
    """An empty list for a collection, an error for a person."""
    esia.says({"code": "", "message": "Not found"} if status == 404 else "", status)
    assert await client.kids(TOKENS, CLAIMS) == []
    assert await client.roles(TOKENS, CLAIMS) == []
    with pytest.raises(EsiaAnswerWrong):
        await client.person(TOKENS, CLAIMS)


@pytest.mark.parametrize("kind", ["text/html", "text/plain"])
async def test_a_code_in_an_error_that_is_no_json(client: EsiaClient, esia: BadEsia, kind: str) -> None:
    esia.says("<p>ESIA-007053: OAuthErrorEnum.clientSecretWrong</p>", 400, kind)
    with pytest.raises(EsiaRefused) as caught:
        await client.exchange("c", "v")
    assert (caught.value.code, caught.value.for_user) == ("007053", False)
    assert caught.value.description == "ESIA-007053: OAuthErrorEnum.clientSecretWrong"


async def test_a_refusal_without_any_code(client: EsiaClient, esia: BadEsia) -> None:
    esia.says("no", 403)
    with pytest.raises(EsiaRefused) as caught:
        await client.roles(TOKENS, CLAIMS)
    assert (caught.value.code, caught.value.error) == (None, "403")


async def test_what_cannot_be_read_of_a_kid_is_absent(client: EsiaClient, esia: BadEsia) -> None:
    kid = {"id": 7, "firstName": "Вера", "birthDate": "31.02.2018", "snils": "112-233-445 96"}
    esia.says({"elements": [kid, {**kid, "id": "8", "birthDate": "01.02.2018", "snils": "112-233-445 95"}]})
    wrong, right = await client.kids(TOKENS, CLAIMS)
    assert (wrong.record_id, wrong.birth_date, wrong.snils, wrong.first_name) == ("7", None, None, "Вера")
    assert (right.record_id, right.snils) == ("8", "11223344595")
    assert right.birth_date == datetime(2018, 2, 1, tzinfo=UTC).date()
    esia.says({"elements": [{"firstName": "Вера"}]})
    with pytest.raises(EsiaAnswerWrong, match="without an id"):
        await client.kids(TOKENS, CLAIMS)


KID = {"id": 77, "firstName": "Глеб", "birthDate": "2014-06-05", "snils": "000-000-600 03"}
ROLE = {"oid": 1000547703, "shortName": "Проба", "active": True}


@pytest.mark.parametrize("odd", [None, 5, "https://esia.example/kids/78", [], {}, {"id": 78, "firstName": 5}])
async def test_an_odd_kid_costs_only_itself(client: EsiaClient, esia: BadEsia, odd: object) -> None:
    esia.says({"elements": [odd, KID]})
    (kid,) = await client.kids(TOKENS, CLAIMS)
    assert (kid.record_id, str(kid.birth_date)) == ("77", "2014-06-05")


@pytest.mark.parametrize("odd", [None, "x", {"fullName": "Проба"}, {**ROLE, "active": None}])
async def test_an_odd_role_costs_only_itself(client: EsiaClient, esia: BadEsia, odd: object) -> None:
    esia.says({"elements": [ROLE, odd]})
    (role,) = await client.roles(TOKENS, CLAIMS)
    assert (role.organisation_oid, role.full_name) == ("1000547703", "Проба")


@pytest.mark.parametrize("body", [{"elements": None}, {"elements": []}, {"size": 0}])
async def test_a_collection_of_nothing(client: EsiaClient, esia: BadEsia, body: object) -> None:
    esia.says(body)
    assert (await client.kids(TOKENS, CLAIMS), await client.roles(TOKENS, CLAIMS)) == ([], [])


async def test_kids_as_addresses_are_not_taken_for_none(client: EsiaClient, esia: BadEsia) -> None:
    esia.says({"elements": ["https://esia.example/rs/prns/1/kids/77"]})
    with pytest.raises(EsiaAnswerWrong, match="None of ESIA's elements can be read"):
        await client.kids(TOKENS, CLAIMS)


async def test_trusted_as_text(client: EsiaClient, esia: BadEsia) -> None:
    esia.says({"lastName": "Осокина", "trusted": "true"})
    assert (await client.person(TOKENS, CLAIMS)).trusted


@pytest.mark.parametrize(
    ("description", "code", "for_user"),
    [
        ("ESIA-007004: отказ", "007004", True),
        ("ESIA-007055: not confirmed", "007055", True),
        ("ESIA-007023: redirect", "007023", False),
        ("ESIA-036703: scopes", "036703", False),
        ("ESIA-999999: new", "999999", False),
        ("", None, True),
    ],
)
def test_a_refusal_in_the_redirect(description: str, code: str | None, for_user: bool) -> None:
    error: EsiaError = refusal("access_denied", description)
    assert isinstance(error, EsiaRefused)
    assert (error.code, error.for_user) == (code, for_user)
    assert error.message.endswith(".")


@pytest.mark.parametrize("error", ["invalid_scope", "invalid_client", "unauthorized_client"])
def test_a_refusal_without_a_code_is_known_by_its_name(error: str) -> None:
    found = refusal(error, "")
    assert isinstance(found, EsiaRefused)
    assert (found.for_user, found.message != UNKNOWN_REFUSAL.message) == (False, True)


@pytest.mark.parametrize("error", ["server_error", "temporarily_unavailable"])
def test_a_failure_of_esias_own_without_a_code(error: str) -> None:
    assert isinstance(refusal(error, ""), EsiaUnavailable)


def test_every_code_has_words_that_say_what_to_do() -> None:
    assert {words.message.count(".") >= 2 for words in REFUSALS.values()} == {True}
