"""PyPI's esia-connector 0.16, unchanged: version 1, detached CMS, tokens checked by PyJWT 1.7.1."""

import json
from pathlib import Path
from typing import Any

import pytest

from myedu.esia.signing.openssl import run_openssl
from tests.esia.conftest import (
    HEAD,
    MNEMONIC,
    MOTHER,
    REDIRECT,
    SCHOOL,
    SCOPES,
    TEACHER,
    Keys,
    Open,
    Page,
    Stand,
    query_of,
)
from tests.esia.foreign.conftest import run_foreign

pytestmark = pytest.mark.foreign
WALK = Path(__file__).with_name("esia_connector_walk.py")
STATE = "5c1e6d5e-6a53-4a3b-9d0e-0c2f3f0f7f11"


def public_key(directory: Path, certificate: str) -> str:
    """The public key of a certificate as a file: PyJWT 1.7.1 takes no certificate."""
    path = directory / "public.pem"
    path.write_bytes(run_openssl("x509", "-pubkey", "-noout", stdin=Path(certificate).read_bytes()))
    return str(path)


@pytest.fixture
def token_key(keys: Keys, tmp_path: Path) -> str:
    """The sandbox's own."""
    return public_key(tmp_path, keys.rsa_token.certificate)


def settings_of(stand: Stand, token_key: str) -> dict[str, str]:
    return {
        "esia_client_id": MNEMONIC,
        "redirect_uri": REDIRECT,
        "certificate_file": stand.settings.certificate,
        "private_key_file": stand.settings.key,
        "esia_service_url": stand.url,
        "esia_scope": SCOPES,
        "esia_token_check_key": token_key,
    }


async def walk(
    python: Path, stand: Stand, settings: dict[str, str], oid: int = MOTHER, urls: tuple[str, ...] = ()
) -> Any:
    """Its authorization address, the test's browser, its exchange, its four requests and those of `urls`."""
    url = await run_foreign(
        [str(python), str(WALK)], json.dumps({"step": "url", "state": STATE, "settings": settings})
    )
    page = await stand.browser.get(json.loads(url))
    assert isinstance(page, Page), page
    back = query_of(await stand.browser.choose(page, oid))
    assert back["state"] == STATE
    asked = {"step": "data", "code": back["code"], "state": STATE, "settings": settings, "urls": urls}
    return json.loads(await run_foreign([str(python), str(WALK)], json.dumps(asked)))


async def test_a_mother_signs_in(open_real_time: Open, esia_connector: Path, token_key: str) -> None:
    async with open_real_time() as stand:
        answer = await walk(esia_connector, stand, settings_of(stand, token_key))
        assert answer["oid"] == MOTHER
        assert (answer["person"]["lastName"], answer["person"]["trusted"]) == ("Синицына", True)
        assert [contact["type"] for contact in answer["contacts"]["elements"]] == ["MBT", "EML"]
        assert answer["addresses"]["size"] == 1
        assert answer["documents"]["elements"][0]["type"] == "RF_PASSPORT"


async def test_a_head_signs_in_for_the_school(
    open_real_time: Open, esia_connector: Path, token_key: str
) -> None:
    """A second authorization with scopes of the organisation, as version 1 wants them."""
    names = ("org_inn", "org_kpp", "org_emps", "org_grps", "org_brhs")
    scopes = " ".join(f"http://esia.gosuslugi.ru/{name}?org_oid={SCHOOL}" for name in names)
    async with open_real_time() as stand:
        base = f"{stand.url}/rs/orgs/{SCHOOL}"
        emps = f"{base}/emps"
        urls = (base, emps, f"{emps}?embed=(elements)", f"{emps}/{HEAD}/grps?embed=(elements)")
        settings = {**settings_of(stand, token_key), "esia_scope": f"{SCOPES} {scopes}"}
        answer = await walk(esia_connector, stand, settings, HEAD, urls)
        organisation, addresses, employees, groups = answer["paths"]
        assert (answer["oid"], organisation["kpp"]) == (HEAD, "000001001")
        assert addresses["elements"][0] == f"{base}/emps/{TEACHER}"
        assert [one["chief"] for one in employees["elements"] if one["prnOid"] == HEAD] == [True]
        assert [group["name"] for group in groups["elements"]] == ["Руководители"]


async def test_it_accepts_no_other_key(
    open_real_time: Open, esia_connector: Path, keys: Keys, tmp_path: Path
) -> None:
    """So its agreement above means something."""
    other = public_key(tmp_path, keys.foreign.certificate)
    async with open_real_time() as stand:
        answer = await walk(esia_connector, stand, settings_of(stand, other))
        assert "refused_token" in answer


async def test_a_foreign_signature_of_it_is_refused(
    open_real_time: Open, esia_connector: Path, keys: Keys, token_key: str
) -> None:
    async with open_real_time() as stand:
        settings = {
            **settings_of(stand, token_key),
            "certificate_file": keys.foreign.certificate,
            "private_key_file": keys.foreign.key,
        }
        asked = json.dumps({"step": "url", "state": STATE, "settings": settings})
        back = await stand.browser.get(json.loads(await run_foreign([str(esia_connector), str(WALK)], asked)))
        assert isinstance(back, str)
        assert query_of(back)["error_description"].startswith("ESIA-007053")
