"""A file link opens without a token and has the stated size."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import require, status
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.methods._files import link_of


async def check(case: Case) -> None:
    link, answer = await link_of(case)
    opened = await case.http.send_to("GET", link.url, bearer=None)
    status(opened, 200, what=("файл по ссылке без токена", "the file by its link, without a token"))
    require(
        link.size is None or link.size == len(opened.body),
        f"size — {link.size}, а в файле {len(opened.body)} байт",
        f"size is {link.size}, the file has {len(opened.body)} bytes",
        answer,
        opened,
    )


RULE = Rule(
    id="methods.file-link-opens",
    title=Bilingual(
        "Файл открывается по ссылке без токена",
        "A file opens by its link without a token",
    ),
    reason=Bilingual(
        "Ссылку открывает браузер родителя: токена портала у него нет и быть не должно.",
        "A parent's browser opens the link; it has no token of the portal and must not have one.",
    ),
    fix=Bilingual(
        "Подписывайте ссылку сами и отдавайте по ней файл целиком, без входа и без токена.",
        "Sign the link yourself and serve the whole file for it, without sign-in or a token.",
    ),
    example='GET /v1/files/f-1\n200 {"url": "https://…?until=…&signature=…", "size": 48211, …}',
    needs="files",
    check=check,
)
