"""What the client sends, byte for byte; the signed messages are written out here by hand."""

from datetime import UTC, datetime

import msgspec
import pytest

from myedu.esia.parameters import Parameters, code_challenge, new_code_verifier, request_signer
from myedu.esia.settings import EsiaSettings
from myedu.esia.signing import from_any_base64, load_verifier, verify_cms
from tests.esia.conftest import Keys, signer_of

AT = datetime(2026, 11, 23, 9, 0, 5, tzinfo=UTC)
STAMP = "2026.11.23 09:00:05 +0000"
HASH = "0123456789ABCDEF" * 4


@pytest.fixture
def settings(keys: Keys) -> EsiaSettings:
    return EsiaSettings(
        base_url="https://esia.example",
        client_id="MYEDU",
        redirect_uri="https://portal.example/back",
        key=keys.rsa.key,
        certificate=keys.rsa.certificate,
        token_keys=(),
        scopes="openid snils",
        certificate_hash=HASH,
    )


def signature(parameters: Parameters) -> bytes:
    return from_any_base64(parameters.pop("client_secret"))


def test_v1(keys: Keys, settings: EsiaSettings) -> None:
    requests = request_signer(settings, signer_of(keys.rsa))
    parameters = requests.authorization("S", "V", AT)
    signed = f"openid snils{STAMP}MYEDUS".encode()
    assert verify_cms(signature(parameters), signed, keys.rsa.certificate)
    common = {
        "client_id": "MYEDU",
        "redirect_uri": "https://portal.example/back",
        "scope": "openid snils",
        "timestamp": STAMP,
    }
    assert parameters == {**common, "state": "S", "response_type": "code", "access_type": "offline"}
    for parameters, grant in (
        (requests.exchange("C", "V", AT), {"grant_type": "authorization_code", "code": "C"}),
        (requests.refresh("R", AT), {"grant_type": "refresh_token", "refresh_token": "R"}),
    ):
        state = parameters["state"]
        assert state != "S"
        assert verify_cms(
            signature(parameters), f"openid snils{STAMP}MYEDU{state}".encode(), keys.rsa.certificate
        )
        assert parameters == {**common, **grant, "state": state, "token_type": "Bearer"}


@pytest.mark.parametrize("scope_org", ["", "org_inn"])
def test_v2(keys: Keys, settings: EsiaSettings, scope_org: str) -> None:
    settings = msgspec.structs.replace(settings, version="v2", scope_org=scope_org)
    requests = request_signer(settings, signer_of(keys.rsa))
    verifier = load_verifier(keys.rsa.certificate)
    parameters = requests.authorization("S", "V", AT)
    signed = f"MYEDUopenid snils{scope_org}{STAMP}Shttps://portal.example/back".encode()
    assert verifier.verify_raw(signature(parameters), signed)
    common = {
        "client_id": "MYEDU",
        "redirect_uri": "https://portal.example/back",
        "scope": "openid snils",
        "timestamp": STAMP,
        "client_certificate_hash": HASH,
        **({"scope_org": scope_org} if scope_org else {}),
    }
    challenge = {"code_challenge": code_challenge("V"), "code_challenge_method": "S256"}
    assert parameters == {
        **common,
        **challenge,
        "state": "S",
        "response_type": "code",
        "access_type": "offline",
    }

    exchange = requests.exchange("C", "V", AT)
    state = exchange["state"]
    signed = f"MYEDUopenid snils{scope_org}{STAMP}{state}https://portal.example/backC".encode()
    assert verifier.verify_raw(signature(exchange), signed)
    grant = {"grant_type": "authorization_code", "code": "C", "code_verifier": "V", "token_type": "Bearer"}
    assert exchange == {**common, **grant, "state": state}

    refresh = requests.refresh("R", AT)
    state = refresh["state"]
    signed = f"MYEDUopenid snils{scope_org}{STAMP}{state}https://portal.example/back".encode()
    assert verifier.verify_raw(signature(refresh), signed)
    grant = {"grant_type": "refresh_token", "refresh_token": "R", "token_type": "Bearer"}
    assert refresh == {**common, **grant, "state": state}


def test_pkce_as_in_rfc_7636() -> None:
    example = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert code_challenge(example) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    verifier = new_code_verifier()
    assert 43 <= len(verifier) <= 128
    assert verifier != new_code_verifier()
