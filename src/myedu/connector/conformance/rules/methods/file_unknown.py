"""A file's id of nothing."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import refused
from myedu.connector.conformance.rule import Both, Rule


async def check(case: Case) -> None:
    answer = await case.ask.get(case.path("file", "conformance-nothing"))
    refused(answer, "not-found", what=("незнакомый файл", "an unknown file"))


RULE = Rule(
    id="methods.file-unknown",
    title=Both("Незнакомый файл — 404", "An unknown file is a 404"),
    reason=Both(
        "Ссылка в никуда покажет семье страницу ошибки вашего сервера вместо ясных слов портала.",
        "A link to nowhere shows a family your server's error page in place of the portal's clear words.",
    ),
    mend=Both(
        "Проверьте, что файл есть, прежде чем выдать ссылку; нет его — 404 not-found.",
        "See that the file is there before you give a link; where it isn't, answer 404 not-found.",
    ),
    example='GET /v1/files/nothing\n404 {"code": "not-found"}',
    needs="files",
    check=check,
)
