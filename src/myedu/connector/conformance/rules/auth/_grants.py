"""What the rules of the token endpoint share."""

from myedu.connector.conformance.http import Answer
from myedu.connector.conformance.rule import Broken


def gives_no_token(answer: Answer, ru: str, en: str) -> None:
    """Raises Broken unless it is a 400 or 401 without a token. `ru`, `en`: what the request had wrong."""
    body = answer.json()
    given = isinstance(body, dict) and "access_token" in body
    if answer.status not in (400, 401) or given:
        raise Broken(
            f"{ru}: ответ {answer.status}{', и токен выдан' if given else ''}; нужен отказ 400 или 401",
            f"{en}: answered {answer.status}{' with a token' if given else ''}; expected 400 or 401",
            answer,
        )
