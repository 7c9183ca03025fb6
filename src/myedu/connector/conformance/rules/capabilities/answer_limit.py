"""The declared limits.answer_bytes is at most 4 MiB."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import require
from myedu.connector.conformance.rule import Bilingual, Rule

_MOST = 4 * 1024 * 1024


async def check(case: Case) -> None:
    size = case.capabilities.limits.answer_bytes
    require(
        0 < size <= _MOST,
        f"limits.answer_bytes — {size}, а можно не больше {_MOST}",
        f"limits.answer_bytes is {size}, at most {_MOST} are allowed",
        case.capabilities_answer,
    )


RULE = Rule(
    id="capabilities.answer-limit",
    title=Bilingual(
        "Ответ не длиннее 4 МиБ",
        "An answer has at most 4 MiB",
    ),
    reason=Bilingual(
        "Длиннее портал не читает: семья увидит прежнюю копию вместо сегодняшнего дня.",
        "The portal reads no further: the family sees an old copy instead of today.",
    ),
    fix=Bilingual(
        "Объявите limits.answer_bytes не больше 4194304, а для длинных окон уменьшите window_days.",
        "Declare limits.answer_bytes of at most 4194304; if long windows exceed it, lower window_days.",
    ),
    example='GET /v1/capabilities\n200 {"limits": {"answer_bytes": 4194304}, …}',
    check=check,
)
