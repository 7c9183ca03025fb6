"""Where a session may go, and that it goes nowhere else."""

from collections.abc import AsyncIterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from yarl import URL

from myedu.connector.sdk.errors import JournalError, JournalWrong
from myedu.connector.sdk.http_client import exchange
from myedu.connector.sdk.responses import RawResponse
from myedu.connector.sdk.ssrf_guard import guarded_session, is_private
from myedu.kit.serve import serving

PRIVATE = [
    "127.0.0.1", "127.8.9.10", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.8", "192.0.2.1", "198.18.0.1", "224.0.0.1",
    "239.1.1.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1",
    "fd00:ec2::254", "fec0::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b::a00:1", "2002:7f00:1::", "2001::1", "2001:db8::1", "::7f00:1", "not-an-address", "2130706433",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "95.173.136.70", "2a02:6b8::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_public(address: str) -> None:
    assert is_private(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_one(address: str) -> None:
    assert not is_private(address)


@pytest.fixture(scope="module")
async def url() -> AsyncIterator[str]:
    async def answer(request: Request) -> Response:
        answer = PlainTextResponse(request.headers.get("cookie", "none"))
        answer.set_cookie("mark", "1")
        return answer

    async with serving(Starlette(routes=[Route("/", answer)])) as url:
        yield url


async def ask(registered: str, address: str, *, allow_private: bool) -> RawResponse:
    async with guarded_session(registered, allow_private=allow_private) as session:
        return await exchange(session, "GET", URL(address), seconds=5, longest=100)


async def refusal(registered: str, address: str, *, allow_private: bool = False) -> JournalError:
    with pytest.raises(JournalError) as caught:
        await ask(registered, address, allow_private=allow_private)
    return caught.value


# «localhost» stands for every name: its DNS server may resolve it to any address at any time
@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"])
async def test_this_machine_is_not_called(url: str, name: str) -> None:
    address = f"http://{name}:{URL(url).port}"
    error = await refusal(address, address)
    assert (type(error), error.reason) == (JournalWrong, "forbidden-address"), error.sentence


@pytest.mark.parametrize("name", ["LOCALHOST.", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1"])
async def test_nor_in_another_notation(url: str, name: str) -> None:
    """Some the library doesn't take for an address, some the resolver doesn't: none gets through."""
    address = f"http://{name}:{URL(url).port}"
    assert (await refusal(address, address)).reason in ("forbidden-address", "not-http", "unreachable")


async def test_a_setting_allows_it(url: str) -> None:
    assert (await ask(url, url, allow_private=True)).body == b"none"


async def test_a_session_is_for_one_system(url: str) -> None:
    elsewhere = str(URL(url).with_port((URL(url).port or 0) + 1))
    assert (await refusal(elsewhere, url, allow_private=True)).reason == "forbidden-address"
    by_name = str(URL(url).with_host("localhost"))
    assert (
        await refusal("http://journal.example", by_name, allow_private=True)
    ).reason == "forbidden-address"


async def test_nothing_of_the_environment_and_no_cookies(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with guarded_session(url, allow_private=True) as session:
        for _ in range(2):
            response = await exchange(session, "GET", URL(url), seconds=5, longest=100)
            assert response.body == b"none"


@pytest.mark.parametrize("address", ["http://", "http://a:99999", "http://[::1", "no address"])
async def test_what_is_registered_may_be_nonsense(address: str) -> None:
    async with guarded_session(address, allow_private=False):
        pass
