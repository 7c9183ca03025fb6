"""The declared limits.window_days lies between 21 and the contract's maximum."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import require
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.contract.windows import MAX_WINDOW_DAYS

_LEAST = 21  # days of the window that is served when none is given


async def check(case: Case) -> None:
    days = case.capabilities.limits.window_days
    require(
        _LEAST <= days <= MAX_WINDOW_DAYS,
        f"limits.window_days — {days}, а нужно от {_LEAST} до {MAX_WINDOW_DAYS}",
        f"limits.window_days is {days}, expected {_LEAST} to {MAX_WINDOW_DAYS}",
        case.capabilities_answer,
    )


RULE = Rule(
    id="capabilities.window-limit",
    title=Bilingual(
        "Окно обслуживают от 21 до 92 дней",
        "Windows of 21 to 92 days are served",
    ),
    reason=Bilingual(
        "Три недели отдаются без параметров; четверть по дням портал собирает из частей, и коротких "
        "частей слишком много.",
        "Three weeks are served without parameters; the portal assembles a quarter from windows, and short "
        "ones are too many.",
    ),
    fix=Bilingual(
        "Обслуживайте окна хотя бы в три недели; больше 92 дней не объявляйте.",
        "Serve windows of at least three weeks; declare no more than 92 days.",
    ),
    example='GET /v1/capabilities\n200 {"limits": {"window_days": 92}, …}',
    check=check,
)
