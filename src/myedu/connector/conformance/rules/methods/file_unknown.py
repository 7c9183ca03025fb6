"""An unknown file id gets 404."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import refused
from myedu.connector.conformance.rule import Bilingual, Rule


async def check(case: Case) -> None:
    answer = await case.http.get(case.path("file", "conformance-nothing"))
    refused(answer, "not-found", what=("незнакомый файл", "an unknown file"))


RULE = Rule(
    id="methods.file-unknown",
    title=Bilingual(
        "Незнакомый файл — 404",
        "An unknown file gets 404",
    ),
    reason=Bilingual(
        "Ссылка в никуда покажет семье страницу ошибки вашего сервера вместо ясных слов портала.",
        "A broken link shows the family your server's error page instead of the portal's clear words.",
    ),
    fix=Bilingual(
        "Проверьте, что файл есть, прежде чем выдать ссылку; нет его — 404 not-found.",
        "Check that the file exists before you issue a link; if it doesn't, answer 404 not-found.",
    ),
    example='GET /v1/files/nothing\n404 {"code": "not-found"}',
    needs="files",
    check=check,
)
