"""The ids of the same things asked twice."""

from datetime import timedelta

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.data._answers import ids_of
from myedu.contract.answers import HomeworkList, Marks, Schedule
from myedu.contract.windows import Window


async def check(case: Case) -> None:
    window = await case.window()
    for kind in (Schedule, HomeworkList, Marks):
        whole = await case.read(kind, window=window)
        half = Window(first=window.first, last=window.first + timedelta(days=window.days // 2))
        part = await case.read(kind, window=half)
        strange = sorted(ids_of(part.value) - ids_of(whole.value))
        none_at(
            strange,
            "в окне покороче у тех же дней другие коды",
            "a shorter window gives other ids for the same days",
            part.answer,
            whole.answer,
        )


RULE = Rule(
    id="data.ids-stable",
    title=Both(
        "Коды не зависят от окна",
        "Ids don't depend on the window",
    ),
    reason=Both(
        "По кодам помнят, что сделано и что уже видели: с новыми кодами всё «новое» при каждом открытии.",
        "What is done and what was seen is remembered by ids: with new ones all is «new» at every look.",
    ),
    mend=Both(
        "Берите коды из базы, а не из порядкового места в ответе.",
        "Take ids from the database and not from the place in the answer.",
    ),
    example="урок l-1 — это l-1 и в ответе за день, и в ответе за месяц",
    check=check,
)
