"""npm's esia 0.2.3, unchanged: version 1, attached CMS without attributes, timestamps in local time."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.esia.conftest import (
    HEAD,
    MNEMONIC,
    MOTHER,
    REDIRECT,
    SCHOOL,
    SCOPES,
    Keys,
    Open,
    Page,
    Stand,
    query_of,
)
from tests.esia.foreign.conftest import run_foreign

pytestmark = pytest.mark.foreign
WALK = Path(__file__).with_name("npm_esia_walk.cjs")


async def ask(home: Path, stand: Stand, scope: str = SCOPES, **step: Any) -> Any:
    asked = {
        "beside": str(home / "package.json"),
        "settings": {
            "esiaUrl": stand.url,
            "clientId": MNEMONIC,
            "redirectUri": REDIRECT,
            "scope": scope,
        },
        "certificate": stand.settings.certificate,
        "key": stand.settings.key,
        **step,
    }
    return json.loads(await run_foreign(["node", "--no-deprecation", str(WALK)], json.dumps(asked)))


async def test_a_mother_signs_in(open_real_time: Open, npm_esia: Path) -> None:
    async with open_real_time() as stand:
        auth = await ask(npm_esia, stand, step="url")
        page = await stand.browser.get(auth["url"])
        assert isinstance(page, Page), page
        back = query_of(await stand.browser.choose(page, MOTHER))
        assert back["state"] == auth["params"]["state"]
        paths = ["/", "/ctts", "/kids?embed=(elements)"]
        answer = await ask(npm_esia, stand, step="data", code=back["code"], paths=paths)
        person, contacts, kids = answer["data"]
        assert answer["marker"]["decodedAccessToken"]["urn:esia:sbj_id"] == MOTHER
        assert person["lastName"] == "Синицына"
        assert contacts["elements"][0].startswith(f"{stand.url}/rs/prns/{MOTHER}/ctts/")
        assert [kid["firstName"] for kid in kids["elements"]] == ["Мария", "Павел", "Вера"]


async def test_a_head_signs_in_for_the_school(open_real_time: Open, npm_esia: Path) -> None:
    """It reads below the person only, so roles and addresses of organisations; the token names the school."""
    scope = f"{SCOPES} http://esia.gosuslugi.ru/org_emps?org_oid={SCHOOL}"
    async with open_real_time() as stand:
        auth = await ask(npm_esia, stand, step="url", scope=scope)
        page = await stand.browser.get(auth["url"])
        assert isinstance(page, Page), page
        back = query_of(await stand.browser.choose(page, HEAD))
        paths = ["/roles", "/orgs"]
        answer = await ask(npm_esia, stand, step="data", code=back["code"], paths=paths, scope=scope)
        roles, organisations = answer["data"]
        assert f"org_emps?org_oid={SCHOOL}" in answer["marker"]["decodedAccessToken"]["scope"]
        assert [(role["oid"], role["chief"]) for role in roles["elements"]] == [(SCHOOL, True)]
        assert organisations["elements"] == [f"{stand.url}/rs/orgs/{SCHOOL}"]


async def test_a_foreign_signature_of_it_is_refused(open_real_time: Open, npm_esia: Path, keys: Keys) -> None:
    async with open_real_time() as stand:
        foreign = {"certificate": keys.foreign.certificate, "key": keys.foreign.key}
        back = await stand.browser.get((await ask(npm_esia, stand, step="url", **foreign))["url"])
        assert isinstance(back, str)
        assert query_of(back)["error_description"].startswith("ESIA-007053")
