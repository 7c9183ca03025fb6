"""A token in the query string is refused."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import status
from myedu.connector.conformance.rule import Bilingual, Rule


async def check(case: Case) -> None:
    query = {"access_token": case.http.token}
    answer = await case.http.get("/v1/capabilities", query, bearer=None)
    status(answer, 400, 401, what=("токен в адресе", "a token in the address"))


RULE = Rule(
    id="auth.token-in-address",
    title=Bilingual("Токен в адресе не принимается", "A token in an address is not accepted"),
    reason=Bilingual(
        "Адреса пишут в журналы все прокси по дороге: токен в адресе — токен у всех.",
        "Every proxy on the way logs addresses: a token in an address is known to all of them.",
    ),
    fix=Bilingual(
        "Читайте токен только из заголовка Authorization.",
        "Read the token only from the Authorization header.",
    ),
    example='GET /v1/capabilities?access_token=…\n401 {"code": "unauthorized"}',
    check=check,
)
