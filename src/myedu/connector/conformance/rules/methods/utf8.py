"""The bytes of an answer."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.reading import UTF8
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.methods._faults import no_fault_of


async def check(case: Case) -> None:
    await no_fault_of(case, UTF8)


RULE = Rule(
    id=UTF8,
    title=Both("Тело — UTF-8 без BOM", "A body is UTF-8 without a BOM"),
    reason=Both(
        "Русские буквы в другой кодировке не читаются: вместо уроков семья видит прежнюю копию.",
        "Russian letters in another encoding can't be read: a family sees an old copy in place of lessons.",
    ),
    mend=Both(
        "Кодируйте JSON в UTF-8 и не ставьте в начало метку порядка байтов.",
        "Encode the JSON as UTF-8 and put no byte order mark in front.",
    ),
    example="GET /v1/students/42/schedule\n200 Content-Type: application/json, the body in UTF-8",
    check=check,
)
