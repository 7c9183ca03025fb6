"""A link that somebody has changed."""

import re

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import that
from myedu.connector.conformance.rule import Both, Nothing, Rule
from myedu.connector.conformance.rules.methods._files import link_of


async def check(case: Case) -> None:
    link, answer = await link_of(case)
    for changed in _changed(link.url):
        opened = await case.ask.send_to("GET", changed, bearer=None)
        that(
            400 <= opened.status < 500,
            f"по изменённой ссылке ответ {opened.status}, а нужен отказ",
            f"a changed link is answered {opened.status}, expected a refusal",
            answer,
            opened,
        )


def _changed(url: str) -> list[str]:
    """The link without its query, and with its longest secret spoilt."""
    bare, _, query = url.partition("?")
    secrets = sorted(re.findall(r"[0-9A-Za-z_-]{16,}", query), key=len)
    if not secrets:
        raise Nothing("подписи в параметрах ссылки нет", "the link has no signature among its parameters")
    spoilt = secrets[-1][:-1] + ("0" if secrets[-1][-1] != "0" else "1")
    return [bare, url.replace(secrets[-1], spoilt)]


RULE = Rule(
    id="methods.file-link-sealed",
    title=Both("Изменённая ссылка не открывается", "A changed link doesn't open"),
    reason=Both(
        "Если подпись не проверять, заменой номера в адресе открываются чужие файлы.",
        "Where the signature isn't checked, other people's files open by another number in the address.",
    ),
    mend=Both(
        "Подписывайте id файла и срок секретом сервера (HMAC); без верной подписи отвечайте 404.",
        "Sign the file's id and the end by a secret of the server (HMAC); without it answer 404.",
    ),
    example="GET https://…/file-content/f-1?until=…&signature=<changed>\n404",
    needs="files",
    check=check,
)
