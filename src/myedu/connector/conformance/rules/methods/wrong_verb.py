"""DELETE and POST on a GET method get 405 with Allow."""

from myedu.connector.conformance.case import Case, query_of
from myedu.connector.conformance.expect import refused, require
from myedu.connector.conformance.rule import Bilingual, Rule


async def check(case: Case) -> None:
    window = query_of(await case.window())
    for verb in ("DELETE", "POST"):
        answer = await case.http.send(verb, case.path("schedule"), window)
        refused(answer, "method-not-allowed", what=(verb, verb))
        require(
            "GET" in answer.headers.get("Allow", "").upper(),
            f"{verb}: в ответе 405 нет Allow: GET",
            f"{verb}: the 405 has no Allow: GET",
            answer,
        )


RULE = Rule(
    id="methods.wrong-verb",
    title=Bilingual(
        "Чужой глагол — 405 с Allow",
        "A wrong method is a 405 with Allow",
    ),
    reason=Bilingual(
        "Метод, который на DELETE отвечает как на GET, однажды удалит; 405 показывает, что путь верен.",
        "A path that answers a DELETE like a GET will one day delete; a 405 says that the path is right.",
    ),
    fix=Bilingual(
        "Отвечайте 405 method-not-allowed и перечислите глаголы в Allow.",
        "Answer 405 method-not-allowed and list the methods in Allow.",
    ),
    example="DELETE /v1/students/42/schedule\n405 Allow: GET, HEAD",
    severity="warning",
    check=check,
)
