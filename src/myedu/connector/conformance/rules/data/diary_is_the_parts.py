"""The diary lists the same ids as schedule, homework and marks."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.data._answers import ids_of
from myedu.contract.answers import Diary, HomeworkList, Marks, Schedule


async def check(case: Case) -> None:
    diary = await case.read_days(Diary)
    parts = [await case.read_days(kind) for kind in (Schedule, HomeworkList, Marks)]
    entries = diary.value.lessons
    whole = (
        {entry.lesson.id for entry in entries},
        {task.id for entry in entries for task in entry.homework}
        | {task.id for task in diary.value.homework},
        {mark.id for entry in entries for mark in entry.marks} | {mark.id for mark in diary.value.marks},
    )
    for name, found, part in zip(("schedule", "homework", "marks"), whole, parts, strict=True):
        differ = sorted(found ^ ids_of(part.value))
        none_at(differ, f"diary и {name} расходятся", f"diary and {name} differ", diary.answer, part.answer)


RULE = Rule(
    id="data.diary-is-the-parts",
    title=Bilingual(
        "Дневник говорит то же, что его части",
        "The diary agrees with its parts",
    ),
    reason=Bilingual(
        "Неделя читает diary, страница отметок — marks: разные ответы видны на двух вкладках сразу.",
        "The week page reads diary, the marks page reads marks: a difference is visible in two tabs at once.",
    ),
    fix=Bilingual(
        "Собирайте diary из тех же данных, что schedule, homework и marks.",
        "Build diary from the same data as schedule, homework and marks.",
    ),
    example="GET …/diary и GET …/marks называют одни и те же коды",
    needs="diary",
    check=check,
)
