"""Bodies are UTF-8 without a BOM."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.decode import UTF8
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.methods._faults import no_fault_of


async def check(case: Case) -> None:
    await no_fault_of(case, UTF8)


RULE = Rule(
    id=UTF8,
    title=Bilingual(
        "Тело — UTF-8 без BOM",
        "The body is UTF-8 without a BOM",
    ),
    reason=Bilingual(
        "Русские буквы в другой кодировке не читаются: вместо уроков семья видит прежнюю копию.",
        "Cyrillic in another encoding can't be read: the family sees an old copy instead of lessons.",
    ),
    fix=Bilingual(
        "Кодируйте JSON в UTF-8 и не ставьте в начало метку порядка байтов.",
        "Encode the JSON in UTF-8, without a byte order mark.",
    ),
    example="GET /v1/students/42/schedule\n200 Content-Type: application/json, the body in UTF-8",
    check=check,
)
