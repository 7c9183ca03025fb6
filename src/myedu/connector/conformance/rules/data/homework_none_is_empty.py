"""Homework that is none."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.data._answers import some
from myedu.contract.answers import HomeworkList


async def check(case: Case) -> None:
    read = await case.read(HomeworkList)
    some(
        [one for one in read.value.homework if one.none],
        "отметок «не задано»",
        "explicit «none»",
        read.answer,
    )
    wrong = [
        one.id for one in read.value.homework if one.none and (one.text or one.attachments or one.materials)
    ]
    none_at(wrong, "«не задано» и тут же задание", "«none» together with a task", read.answer)


RULE = Rule(
    id="data.homework-none-is-empty",
    title=Both(
        "«Не задано» не несёт задания",
        "«None» carries no task",
    ),
    reason=Both(
        "Страница напишет «Не задано», и ребёнок не сделает того, что задали.",
        "The page says «Не задано», and the child doesn't do what was set.",
    ),
    mend=Both(
        "Отдавайте none=true только там, где учитель сказал, что задания нет, и без текста и файлов.",
        "Give none=true only where the teacher said that nothing is set, without text or files.",
    ),
    example='{"none": true}',
    check=check,
)
