"""Nobody and somebody who is not a student."""

from typing import Any

from myedu.connector.conformance.ask import Answer
from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import that
from myedu.connector.conformance.rule import Blocked, Both, Nothing, Rule

_NOBODY = "conformance-nobody"
_OTHERS = 2


async def check(case: Case) -> None:
    nobody = await case.ask_days("schedule", student_id=_NOBODY)
    others = [_alike(case.student), *(await _not_students(case))]
    for other in others:
        answer = await case.ask_days("schedule", student_id=other)
        if answer.status == 200:
            continue  # another student who happens to have this id
        that(
            _told(answer) == _told(nobody),
            "ответы о незнакомом id и о человеке, который не ученик, различаются",
            "the answers about an unknown id and about a person who is no student differ",
            nobody,
            answer,
        )


def _told(answer: Answer) -> tuple[int, Any]:
    """What can be told from an answer: `instance` names the occurrence and is always another."""
    body = answer.json()
    if isinstance(body, dict):
        body = {key: value for key, value in body.items() if key != "instance"}
    return answer.status, body


def _alike(student_id: str) -> str:
    return student_id[:-1] + ("1" if student_id[-1] != "1" else "2")


async def _not_students(case: Case) -> list[str]:
    """Guardians: persons of the export whom the journal knows and who have no diary."""
    try:
        package = await case.package()
        guardians = {row.get("guardian_id", "") for row in (await package.table("guardianships")).rows()}
        students = {row.get("person_id", "") for row in (await package.table("enrollments")).rows()}
    except (Nothing, Blocked, ValueError):
        return []
    return sorted(guardians - students - {""})[:_OTHERS]


RULE = Rule(
    id="methods.same-404",
    title=Both("Все 404 одинаковы", "All 404s are alike"),
    reason=Both(
        "По разнице ответов чужой человек узнаёт, кто в журнале есть, а кого нет.",
        "By a difference a stranger learns who is in the journal and who isn't.",
    ),
    mend=Both(
        "Отвечайте одним и тем же 404 not-found: и когда id нет, и когда это не ученик или его не "
        "показывают.",
        "Answer with the same 404 not-found where there is no such id, where it is no student, where "
        "it isn't shown.",
    ),
    example='GET /v1/students/<a guardian>/schedule\n404 {"code": "not-found"}, as for an invented id',
    check=check,
)
