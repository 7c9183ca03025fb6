"""A day and a subject have no more entries than the contract allows."""

from collections import Counter
from datetime import date

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.data._answers import each_part, local_day, zone_of
from myedu.contract.answers import AttendanceList, HomeworkList, Marks, Schedule
from myedu.contract.bounds import ENTRIES_A_DAY, MARKS_OF_SUBJECT


async def check(case: Case) -> None:
    days: Counter[date] = Counter()
    subjects: Counter[str] = Counter()
    answers = []
    for _, decoded in await each_part(case):
        answers.append(decoded.answer)
        match decoded.value:
            case Schedule(lessons=lessons):
                zone = zone_of(decoded)
                days.update(local_day(lesson.starts_at, zone) for lesson in lessons)
            case HomeworkList(homework=homework):
                days.update(task.due_on for task in homework)
            case Marks(marks=marks):
                days.update(mark.day for mark in marks)
                subjects.update(mark.subject.id for mark in marks)
            case AttendanceList(attendance=attendance):
                days.update(absence.day for absence in attendance)
    full = [str(day) for day, count in days.items() if count > ENTRIES_A_DAY]
    none_at(
        full,
        f"больше {ENTRIES_A_DAY} записей на день",
        f"more than {ENTRIES_A_DAY} entries a day",
        *answers[:1],
    )
    many = [subject for subject, count in subjects.items() if count > MARKS_OF_SUBJECT]
    none_at(
        many,
        f"больше {MARKS_OF_SUBJECT} отметок по предмету",
        f"more than {MARKS_OF_SUBJECT} marks of a subject",
        *answers[:1],
    )


RULE = Rule(
    id="data.within-bounds",
    title=Bilingual(
        "В дне и предмете не больше записей, чем позволяет контракт",
        "A day and a subject have no more entries than the contract allows",
    ),
    reason=Bilingual(
        "Портал берёт столько, сколько позволяет контракт (README, правило 11), остального семья не увидит.",
        "The portal takes as many as the contract allows (README, rule 11); the family misses the rest.",
    ),
    fix=Bilingual(
        "Обычно это соединение таблиц без ключа: отметка приходит столько раз, сколько у неё строк в другой "
        "таблице.",
        "It is usually a join without its key: a mark comes as many times as another table has rows for it.",
    ),
    example='GET /v1/students/42/marks\n200 {"marks": [3 for each lesson, not 3 000]}',
    check=check,
)
