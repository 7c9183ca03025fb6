"""Two descriptions in a row differ in server_time only."""

import msgspec

from myedu.connector.conformance.case import Case, decode_capabilities
from myedu.connector.conformance.expect import require
from myedu.connector.conformance.rule import Bilingual, Rule


async def check(case: Case) -> None:
    first = case.capabilities
    answer = await case.http.get("/v1/capabilities", again=True)
    second = decode_capabilities(answer)
    require(
        msgspec.structs.replace(second, server_time=first.server_time) == first,
        "два ответа подряд описывают систему по-разному",
        "two answers in a row describe the system differently",
        case.capabilities_answer,
        answer,
    )


RULE = Rule(
    id="capabilities.steady",
    title=Bilingual(
        "Описание не меняется от запроса к запросу",
        "The description doesn't change between requests",
    ),
    reason=Bilingual(
        "Если за одним адресом стоят серверы разных версий, страница то есть, то нет.",
        "If servers of different versions share one address, a page comes and goes.",
    ),
    fix=Bilingual(
        "Обновляйте все серверы вместе; возможность объявляйте, когда она есть на каждом.",
        "Update all servers together; declare a capability once every server has it.",
    ),
    example="GET /v1/capabilities, twice\nthe same but for server_time",
    check=check,
)
