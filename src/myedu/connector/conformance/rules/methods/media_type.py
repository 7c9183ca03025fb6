"""What an answer says that it is."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import that
from myedu.connector.conformance.rule import Both, Rule


async def check(case: Case) -> None:
    for name in case.day_methods:
        answer = await case.ask_days(name)
        if answer.status != 200:
            continue
        said = answer.headers.get("Content-Type", "").lower()
        charset = said.partition("charset=")[2].strip(' "')
        that(
            answer.media_type == "application/json" and charset in ("", "utf-8"),
            f"{name}: Content-Type — {said!r}, а нужен application/json",
            f"{name}: Content-Type is {said!r}, expected application/json",
            answer,
        )


RULE = Rule(
    id="methods.media-type",
    title=Both("Ответ называет себя application/json", "An answer calls itself application/json"),
    reason=Both(
        "По типу портал отличает ответ журнала от страницы прокси «сервис недоступен» с кодом 200.",
        "By the type the portal tells a journal's answer from a proxy's page «out of service» with a 200.",
    ),
    mend=Both(
        "Отвечайте Content-Type: application/json; charset можно не писать, другого, чем utf-8, не бывает.",
        "Answer Content-Type: application/json; a charset may be left out and is never other than utf-8.",
    ),
    example="GET /v1/students/42/homework\n200 Content-Type: application/json",
    check=check,
)
