"""Periods of final marks are rows of the export."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.data._answers import final_marks, some


async def check(case: Case) -> None:
    read = await final_marks(case)
    named = {mark.period.id for mark in read.value.final_marks if mark.period is not None}
    some(sorted(named), "итоговых за период", "final marks of a period", read.answer)
    known = {row["id"] for row in (await (await case.package()).table("periods")).rows()}
    none_at(sorted(named - known), "нет в таблице periods", "not in the table periods", read.answer)


RULE = Rule(
    id="data.final-periods-of-the-export",
    title=Bilingual(
        "Период итоговой отметки есть в выгрузке",
        "The period of a final mark is in the export",
    ),
    reason=Bilingual(
        "Страница ставит итог под свою четверть; чужой код — и итога не видно.",
        "The page shows a final mark under its quarter; with another id it has no place.",
    ),
    fix=Bilingual(
        "В period.id — код строки periods.",
        "period.id is the id of a row of periods.",
    ),
    example='{"period": {"id": "q-1", "name": "I четверть"}} и строка periods q-1',
    needs="final-marks",
    check=check,
)
