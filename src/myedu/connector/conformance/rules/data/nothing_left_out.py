"""No answer says that entries are missing."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import require
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.data._answers import each_part


async def check(case: Case) -> None:
    for name, decoded in await each_part(case):
        missing = decoded.value.left_out or 0
        require(
            missing == 0,
            f"{name}: пропущено записей: {missing}",
            f"{name}: {missing} entries are left out",
            decoded.answer,
        )


RULE = Rule(
    id="data.nothing-left-out",
    title=Bilingual(
        "В ответах ничего не пропущено",
        "Nothing is left out of answers",
    ),
    reason=Bilingual(
        "Запись, которую нельзя прочитать, пропускается, чтобы не пропала вся неделя; семья читает "
        "«показано не всё».",
        "An entry that can't be read is left out so that the week isn't lost; the family reads that not "
        "everything is shown.",
    ),
    fix=Bilingual(
        "Место и число странных значений — в журнале событий вашего сервера: «odd values are left out». "
        "Исправьте строку или запрос к базе.",
        "The log of your server names the places: odd values are left out. Correct the row, or the query.",
    ),
    example='{"lessons": […]} without "left_out", or "left_out": 0',
    check=check,
)
