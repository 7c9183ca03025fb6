"""A good token with a part of it changed."""

import base64

import msgspec

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import refused
from myedu.connector.conformance.rule import Both, Rule


async def check(case: Case) -> None:
    answer = await case.ask.get("/v1/capabilities", bearer=_tampered(case.ask.token))
    refused(answer, "unauthorized", what=("изменённый токен", "a changed token"))


def _tampered(token: str) -> str:
    """A JWT says something else under its old signature; another text has one character changed."""
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
    title=Both("Изменённый токен отвергается", "A changed token is refused"),
    reason=Both(
        "Токен, чью подпись не проверяют, можно дописать: продлить себе срок и назваться другим.",
        "A token whose signature nobody checks can be rewritten: a longer life, another name.",
    ),
    mend=Both(
        "Проверяйте подпись токена при каждом запросе или храните токены и сравнивайте целиком.",
        "Verify the token's signature at every request, or keep the tokens and compare them whole.",
    ),
    example='GET /v1/capabilities, one character of the token changed\n401 {"code": "unauthorized"}',
    check=check,
)
