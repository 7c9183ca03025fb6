"""A shorter window lists no ids that the longer one doesn't."""

from datetime import timedelta

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.data._answers import ids_of
from myedu.contract.answers import HomeworkList, Marks, Schedule
from myedu.contract.windows import Window


async def check(case: Case) -> None:
    window = await case.window()
    for kind in (Schedule, HomeworkList, Marks):
        whole = await case.read_days(kind, window=window)
        half = Window(first=window.first, last=window.first + timedelta(days=window.days // 2))
        part = await case.read_days(kind, window=half)
        strange = sorted(ids_of(part.value) - ids_of(whole.value))
        none_at(
            strange,
            "в окне покороче у тех же дней другие коды",
            "a shorter window returns other ids for the same days",
            part.answer,
            whole.answer,
        )


RULE = Rule(
    id="data.ids-stable",
    title=Bilingual(
        "Коды не зависят от окна",
        "Ids don't depend on the window",
    ),
    reason=Bilingual(
        "По кодам помнят, что сделано и что уже видели: с новыми кодами всё «новое» при каждом открытии.",
        "Done homework and seen marks are remembered by id: with new ids everything is «new» at every visit.",
    ),
    fix=Bilingual(
        "Берите коды из базы, а не из порядкового места в ответе.",
        "Take ids from the database, not from the position in the answer.",
    ),
    example="урок l-1 — это l-1 и в ответе за день, и в ответе за месяц",
    check=check,
)
