"""Content-Type of answers about days is application/json, in UTF-8."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import require
from myedu.connector.conformance.rule import Bilingual, Rule


async def check(case: Case) -> None:
    for name in case.day_methods:
        answer = await case.get_days(name)
        if answer.status != 200:
            continue
        header = answer.headers.get("Content-Type", "").lower()
        charset = header.partition("charset=")[2].strip(' "')
        require(
            answer.media_type == "application/json" and charset in ("", "utf-8"),
            f"{name}: Content-Type — {header!r}, а нужен application/json",
            f"{name}: Content-Type is {header!r}, expected application/json",
            answer,
        )


RULE = Rule(
    id="methods.media-type",
    title=Bilingual(
        "Ответ называет себя application/json",
        "An answer is declared as application/json",
    ),
    reason=Bilingual(
        "По типу портал отличает ответ журнала от страницы прокси «сервис недоступен» с кодом 200.",
        "By the type the portal distinguishes a journal's answer from a proxy's «out of service» page.",
    ),
    fix=Bilingual(
        "Отвечайте Content-Type: application/json; charset можно не писать, другого, чем utf-8, не бывает.",
        "Answer Content-Type: application/json; the charset may be omitted and is never anything but utf-8.",
    ),
    example="GET /v1/students/42/homework\n200 Content-Type: application/json",
    check=check,
)
