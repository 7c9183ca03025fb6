"""A NUL, which PostgreSQL does not store, in every place of a request; addresses that lead nowhere."""

from collections.abc import Iterator
from typing import Any

import pytest
from yarl import URL

from myedu.contract.methods import METHODS, Method
from myedu.contract.problems import PROBLEM_MEDIA_TYPE
from tests.journal.conftest import WEEK, Served
from tests.journal.test_system import WHO

NUL = "%00"
WRONG = {"bad-id", "bad-parameter", "bad-request", "bad-day", "not-found", "half-window", "unauthorized"}
MEETING = {"url": "https://meet.example/1", "title": "Урок"}


async def asked(
    served: Served, verb: str, path: str, body: bytes | None = None
) -> tuple[int, dict[str, Any]]:
    """Status and problem; the answer must be one of the contract."""
    headers = {"Authorization": f"Bearer {await served._token()}", "Content-Type": "application/json"}
    url = URL(served.url + path, encoded=True)
    async with served.session.request(verb, url, headers=headers, data=body, allow_redirects=False) as answer:
        assert answer.headers["content-type"] == PROBLEM_MEDIA_TYPE, (verb, path, answer.status)
        problem = await answer.json(content_type=None)
        assert problem["status"] == answer.status
        return answer.status, problem


def addresses_with_nul() -> Iterator[tuple[Method, str]]:
    for method in METHODS:
        if method.profile is not None:
            continue  # another shape of errors: below
        for changed in method.parameters:
            text = {one.name: "1" for one in method.parameters}
            text[changed.name] = f"a{NUL}b"
            path = method.path.format_map(text)
            query = [f"{one.name}={text[one.name]}" for one in method.parameters if one.place == "query"]
            yield method, f"{path}?{'&'.join(query)}"


@pytest.mark.parametrize(
    ("method", "address"), [pytest.param(*found, id=found[1]) for found in addresses_with_nul()]
)
async def test_a_nul_in_an_address_is_the_callers_mistake(
    served: Served, method: Method, address: str
) -> None:
    body = b"{}" if method.verb == "PUT" else None
    status, problem = await asked(served, method.verb, address, body)
    assert 400 <= status < 500
    assert problem["code"] in WRONG


@pytest.mark.parametrize("field", ["url", "title"])
async def test_a_nul_in_a_body_is_the_callers_mistake(served: Served, pupil_id: str, field: str) -> None:
    lesson = (await served.client.schedule(pupil_id, WEEK, **WHO)).value.lessons[0]
    status, problem = await served.put(
        f"/v1/lessons/{lesson.id}/meeting", {**MEETING, field: MEETING[field] + "\0"}
    )
    assert (status, problem["code"]) == (400, "bad-request")
    status, _ = await served.put(f"/v1/lessons/{lesson.id}/meeting", {**MEETING, "title": r"\u0000 in words"})
    assert status == 204


async def test_a_nul_in_a_list_is_the_callers_mistake(served: Served, pupil_id: str) -> None:
    lesson = (await served.client.schedule(pupil_id, WEEK, **WHO)).value.lessons[0]
    one = {"person_id": f"{pupil_id}\0", "joined_at": "2026-11-23T09:00:00+03:00", "seconds": 1}
    status, problem = await served.put(f"/v1/lessons/{lesson.id}/presence", {"attendees": [one]})
    assert (status, problem["code"]) == (400, "bad-request")


@pytest.mark.parametrize("verb", ["GET", "POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize(
    "path",
    ["/nowhere", "/v1", "/v1/", "//", "/%00", "/%2e%2e/", "/oauth2/token/", "/static"],
)
async def test_an_unknown_address_is_a_problem_of_the_contract(served: Served, verb: str, path: str) -> None:
    status, problem = await asked(served, verb, path)
    assert (status, problem["code"]) == (404, "not-found")


@pytest.mark.parametrize("verb", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_a_method_that_an_address_has_not_is_a_problem_too(served: Served, verb: str) -> None:
    status, problem = await asked(served, verb, "/v1/capabilities")
    assert (status, problem["code"]) == (405, "method-not-allowed")


@pytest.mark.parametrize("address", ["a%00b?start=2026-11-23&end=2026-11-24", "1?start=a%00b&end=2026-11-24"])
async def test_a_nul_in_the_federal_format_is_an_outcome(served: Served, address: str) -> None:
    headers = {"Authorization": f"Bearer {await served._token()}"}
    url = URL(f"{served.url}/Schedule/{address}", encoded=True)
    async with served.session.get(url, headers=headers) as answer:
        assert answer.status == 400
        assert "issue" in await answer.json(content_type=None)


@pytest.mark.parametrize("field", ["grant_type", "client_assertion_type", "client_assertion", "client_id"])
async def test_a_nul_in_a_form_gets_no_token(served: Served, field: str) -> None:
    form = {"grant_type": "client_credentials", "client_assertion": "a.b.c", field: "a\0b"}
    async with served.session.post(f"{served.url}/oauth2/token", data=form) as answer:
        assert answer.status in (400, 401)
        assert (await answer.json())["code"] in ("bad-request", "unauthorized")
