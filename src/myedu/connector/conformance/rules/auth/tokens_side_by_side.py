"""Two tokens of one client work side by side."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import status
from myedu.connector.conformance.rule import Bilingual, Rule


async def check(case: Case) -> None:
    granted = [await case.http.grant() for _ in range(2)]
    for number, answer in enumerate(granted, 1):
        token = (answer.json() or {}).get("access_token", "")
        used = await case.http.get("/v1/capabilities", bearer=str(token))
        status(used, 200, what=(f"токен {number} из двух", f"token {number} of two"))


RULE = Rule(
    id="auth.tokens-side-by-side",
    title=Bilingual(
        "Новый токен не отменяет прежний",
        "A new token does not invalidate the previous one",
    ),
    reason=Bilingual(
        "У портала несколько процессов, у каждого свой токен: иначе они выбивают друг друга.",
        "The portal runs several processes, each with its own token: otherwise they would log each other "
        "out.",
    ),
    fix=Bilingual(
        "Токен действует до своего expires_in, сколько бы других ни выдали тому же клиенту.",
        "A token is valid until its expires_in, however many others the same client receives.",
    ),
    example="GET /v1/capabilities with the first token, then with the second\n200, 200",
    check=check,
)
