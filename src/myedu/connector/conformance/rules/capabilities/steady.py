"""The description asked twice."""

import msgspec

from myedu.connector.conformance.case import Case, described
from myedu.connector.conformance.expect import that
from myedu.connector.conformance.rule import Both, Rule


async def check(case: Case) -> None:
    first = case.capabilities
    answer = await case.ask.get("/v1/capabilities", again=True)
    second = described(answer)
    that(
        msgspec.structs.replace(second, server_time=first.server_time) == first,
        "два ответа подряд описывают систему по-разному",
        "two answers in a row describe the system differently",
        case.described,
        answer,
    )


RULE = Rule(
    id="capabilities.steady",
    title=Both("Описание не меняется от запроса к запросу", "The description stays the same"),
    reason=Both(
        "Если за одним адресом стоят серверы разных версий, страница то есть, то нет.",
        "Where servers of different versions stand behind one address, a page is there and then isn't.",
    ),
    mend=Both(
        "Обновляйте все серверы вместе; возможность объявляйте, когда она есть на каждом.",
        "Update all servers together; declare a capability once each of them has it.",
    ),
    example="GET /v1/capabilities, twice\nthe same but for server_time",
    check=check,
)
