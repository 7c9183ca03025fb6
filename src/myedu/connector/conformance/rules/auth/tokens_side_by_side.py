"""Two tokens of one client."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import status
from myedu.connector.conformance.rule import Both, Rule


async def check(case: Case) -> None:
    granted = [await case.ask.grant() for _ in range(2)]
    for number, answer in enumerate(granted, 1):
        token = (answer.json() or {}).get("access_token", "")
        used = await case.ask.get("/v1/capabilities", bearer=str(token))
        status(used, 200, what=(f"токен {number} из двух", f"token {number} of two"))


RULE = Rule(
    id="auth.tokens-side-by-side",
    title=Both("Новый токен не отменяет прежний", "A new token doesn't end the one before"),
    reason=Both(
        "У портала несколько процессов, у каждого свой токен: иначе они выбивают друг друга.",
        "The portal has several processes, each with its own token: else they throw each other out.",
    ),
    mend=Both(
        "Токен действует до своего expires_in, сколько бы других ни выдали тому же клиенту.",
        "A token holds until its expires_in, however many others the same client is given.",
    ),
    example="GET /v1/capabilities with the first token, then with the second\n200, 200",
    check=check,
)
