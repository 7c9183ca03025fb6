"""The diary beside its parts."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.data._answers import ids_of
from myedu.contract.answers import Diary, HomeworkList, Marks, Schedule


async def check(case: Case) -> None:
    diary = await case.read(Diary)
    parts = [await case.read(kind) for kind in (Schedule, HomeworkList, Marks)]
    entries = diary.value.lessons
    whole = (
        {one.lesson.id for one in entries},
        {task.id for one in entries for task in one.homework} | {task.id for task in diary.value.homework},
        {mark.id for one in entries for mark in one.marks} | {mark.id for mark in diary.value.marks},
    )
    for name, found, part in zip(("schedule", "homework", "marks"), whole, parts, strict=True):
        differ = sorted(found ^ ids_of(part.value))
        none_at(differ, f"diary и {name} расходятся", f"diary and {name} differ", diary.answer, part.answer)


RULE = Rule(
    id="data.diary-is-the-parts",
    title=Both(
        "Дневник говорит то же, что его части",
        "The diary says what its parts say",
    ),
    reason=Both(
        "Неделя читает diary, страница отметок — marks: разные ответы видны на двух вкладках сразу.",
        "The week reads diary, the page of marks reads marks: a difference stands in two tabs at once.",
    ),
    mend=Both(
        "Собирайте diary из тех же данных, что schedule, homework и marks.",
        "Make diary of the same data as schedule, homework and marks.",
    ),
    example="GET …/diary и GET …/marks называют одни и те же коды",
    needs="diary",
    check=check,
)
