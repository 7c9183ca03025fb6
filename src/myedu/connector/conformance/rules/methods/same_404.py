"""Unknown ids and ids of people who aren't students get the same answer."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import require
from myedu.connector.conformance.http import Answer
from myedu.connector.conformance.rule import Bilingual, Blocked, Rule, Skipped

_UNKNOWN = "conformance-nobody"
_OTHERS = 2


async def check(case: Case) -> None:
    unknown = await case.get_days("schedule", student_id=_UNKNOWN)
    others = [_similar_id(case.student), *(await _not_students(case))]
    for other in others:
        answer = await case.get_days("schedule", student_id=other)
        if answer.status == 200:
            continue  # another student happens to have this id
        require(
            _comparable(answer) == _comparable(unknown),
            "ответы о незнакомом id и о человеке, который не ученик, различаются",
            "the answers for an unknown id and for a person who is not a student differ",
            unknown,
            answer,
        )


def _comparable(answer: Answer) -> tuple[int, object]:
    """What the caller can compare: without `instance`, which names the occurrence and always differs."""
    body = answer.json()
    if isinstance(body, dict):
        body = {key: value for key, value in body.items() if key != "instance"}
    return answer.status, body


def _similar_id(student_id: str) -> str:
    return student_id[:-1] + ("1" if student_id[-1] != "1" else "2")


async def _not_students(case: Case) -> list[str]:
    """Ids of guardians in the export who aren't students: the journal knows them, they have no diary."""
    try:
        package = await case.package()
        guardians = {row.get("guardian_id", "") for row in (await package.table("guardianships")).rows()}
        students = {row.get("person_id", "") for row in (await package.table("enrollments")).rows()}
    except (Skipped, Blocked, ValueError):
        return []
    return sorted(guardians - students - {""})[:_OTHERS]


RULE = Rule(
    id="methods.same-404",
    title=Bilingual(
        "Все 404 одинаковы",
        "All 404 answers are the same",
    ),
    reason=Bilingual(
        "По разнице ответов чужой человек узнаёт, кто в журнале есть, а кого нет.",
        "A difference shows a stranger who is in the journal and who isn't.",
    ),
    fix=Bilingual(
        "Отвечайте одним и тем же 404 not-found: и когда id нет, и когда это не ученик или его не "
        "показывают.",
        "Answer the same 404 not-found if the id doesn't exist, isn't a student's, or isn't shown to this "
        "client.",
    ),
    example='GET /v1/students/<a guardian>/schedule\n404 {"code": "not-found"}, as for an invented id',
    check=check,
)
