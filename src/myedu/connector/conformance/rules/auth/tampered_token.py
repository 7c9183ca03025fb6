"""A token with changed claims, or with one changed character, is refused."""

import base64

import msgspec

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import refused
from myedu.connector.conformance.rule import Bilingual, Rule


async def check(case: Case) -> None:
    answer = await case.http.get("/v1/capabilities", bearer=_tampered(case.http.token))
    refused(answer, "unauthorized", what=("изменённый токен", "a modified token"))


def _tampered(token: str) -> str:
    """A JWT gets other claims under its old signature; another token gets one character changed."""
    parts = token.split(".")
    if len(parts) == 3:
        try:
            padded = parts[1] + "=" * (-len(parts[1]) % 4)
            claims = msgspec.json.decode(base64.urlsafe_b64decode(padded), type=dict[str, object])
        except (ValueError, msgspec.MsgspecError):
            claims = {}
        changed = msgspec.json.encode(claims | {"sub": "conformance-another", "exp": 4_102_444_800})
        return f"{parts[0]}.{base64.urlsafe_b64encode(changed).rstrip(b'=').decode()}.{parts[2]}"
    middle = len(token) // 2
    return token[:middle] + ("A" if token[middle] != "A" else "B") + token[middle + 1 :]


RULE = Rule(
    id="auth.tampered-token",
    title=Bilingual(
        "Изменённый токен отвергается",
        "A modified token is refused",
    ),
    reason=Bilingual(
        "Токен, чью подпись не проверяют, можно дописать: продлить себе срок и назваться другим.",
        "A token whose signature isn't verified can be rewritten: with a longer life or another client.",
    ),
    fix=Bilingual(
        "Проверяйте подпись токена при каждом запросе или храните токены и сравнивайте целиком.",
        "Verify the token's signature on every request, or store the tokens and compare them in full.",
    ),
    example='GET /v1/capabilities, one character of the token changed\n401 {"code": "unauthorized"}',
    check=check,
)
