"""Homework with none=true has no text, files or links."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.data._answers import some
from myedu.contract.answers import HomeworkList


async def check(case: Case) -> None:
    decoded = await case.read_days(HomeworkList)
    some(
        [task for task in decoded.value.homework if task.none],
        "отметок «не задано»",
        "«No homework»",
        decoded.answer,
    )
    wrong = [
        task.id
        for task in decoded.value.homework
        if task.none and (task.text or task.attachments or task.materials)
    ]
    none_at(wrong, "«не задано» и тут же задание", "«No homework» together with a task", decoded.answer)


RULE = Rule(
    id="data.homework-none-is-empty",
    title=Bilingual(
        "«Не задано» не несёт задания",
        "«No homework» carries no task",
    ),
    reason=Bilingual(
        "Страница напишет «Не задано», и ребёнок не сделает того, что задали.",
        "The page says «Не задано», and the child doesn't do what was set.",
    ),
    fix=Bilingual(
        "Отдавайте none=true только там, где учитель сказал, что задания нет, и без текста и файлов.",
        "Send none=true only if the teacher said that nothing is set, without text or files.",
    ),
    example='{"none": true}',
    check=check,
)
