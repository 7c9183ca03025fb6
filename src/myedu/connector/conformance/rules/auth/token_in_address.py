"""A token in the address."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import status
from myedu.connector.conformance.rule import Both, Rule


async def check(case: Case) -> None:
    query = {"access_token": case.ask.token}
    answer = await case.ask.get("/v1/capabilities", query, bearer=None)
    status(answer, 400, 401, what=("токен в адресе", "a token in the address"))


RULE = Rule(
    id="auth.token-in-address",
    title=Both("Токен в адресе не принимается", "A token in an address is not accepted"),
    reason=Both(
        "Адреса пишут в журналы все прокси по дороге: токен в адресе — токен у всех.",
        "Every proxy on the way writes addresses down: a token in an address is everybody's token.",
    ),
    mend=Both(
        "Читайте токен только из заголовка Authorization.",
        "Read the token from the header Authorization only.",
    ),
    example='GET /v1/capabilities?access_token=…\n401 {"code": "unauthorized"}',
    check=check,
)
