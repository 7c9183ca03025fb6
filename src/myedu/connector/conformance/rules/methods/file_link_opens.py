"""An attachment by its link."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import status, that
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.methods._files import link_of


async def check(case: Case) -> None:
    link, answer = await link_of(case)
    opened = await case.ask.send_to("GET", link.url, bearer=None)
    status(opened, 200, what=("файл по ссылке без токена", "the file by its link, without a token"))
    that(
        link.size is None or link.size == len(opened.body),
        f"size — {link.size}, а в файле {len(opened.body)} байт",
        f"size is {link.size}, the file has {len(opened.body)} bytes",
        answer,
        opened,
    )


RULE = Rule(
    id="methods.file-link-opens",
    title=Both("Файл открывается по ссылке без токена", "A file opens by its link without a token"),
    reason=Both(
        "Ссылку открывает браузер родителя: токена портала у него нет и быть не должно.",
        "The link is opened by a parent's browser, which has no token of the portal and mustn't.",
    ),
    mend=Both(
        "Подписывайте ссылку сами и отдавайте по ней файл целиком, без входа и без токена.",
        "Sign the link yourself and serve the whole file by it, with no sign-in and no token.",
    ),
    example='GET /v1/files/f-1\n200 {"url": "https://…?until=…&signature=…", "size": 48211, …}',
    needs="files",
    check=check,
)
