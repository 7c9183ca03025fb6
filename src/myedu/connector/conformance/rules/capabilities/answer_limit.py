"""How long an answer may be."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import that
from myedu.connector.conformance.rule import Both, Rule

_MOST = 4 * 1024 * 1024


async def check(case: Case) -> None:
    size = case.capabilities.limits.answer_bytes
    that(
        0 < size <= _MOST,
        f"limits.answer_bytes — {size}, а можно не больше {_MOST}",
        f"limits.answer_bytes is {size}, at most {_MOST} are allowed",
        case.described,
    )


RULE = Rule(
    id="capabilities.answer-limit",
    title=Both("Ответ не длиннее 4 МиБ", "An answer has 4 MiB at most"),
    reason=Both(
        "Длиннее портал не читает: семья увидит прежнюю копию вместо сегодняшнего дня.",
        "The portal reads no more: a family would see an old copy and not today.",
    ),
    mend=Both(
        "Объявите limits.answer_bytes не больше 4194304, а для длинных окон уменьшите window_days.",
        "Declare limits.answer_bytes of 4194304 at most; where windows get long, make window_days less.",
    ),
    example='GET /v1/capabilities\n200 {"limits": {"answer_bytes": 4194304}, …}',
    check=check,
)
