"""A file link without its query, or with a changed signature, is refused."""

import re

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import require
from myedu.connector.conformance.rule import Bilingual, Rule, Skipped
from myedu.connector.conformance.rules.methods._files import link_of


async def check(case: Case) -> None:
    link, answer = await link_of(case)
    for changed in _changed(link.url):
        opened = await case.http.send_to("GET", changed, bearer=None)
        require(
            400 <= opened.status < 500,
            f"по изменённой ссылке ответ {opened.status}, а нужен отказ",
            f"a modified link is answered {opened.status}, expected a refusal",
            answer,
            opened,
        )


def _changed(url: str) -> list[str]:
    """The link without its query, and with its longest secret changed."""
    bare, _, query = url.partition("?")
    secrets = sorted(re.findall(r"[0-9A-Za-z_-]{16,}", query), key=len)
    if not secrets:
        raise Skipped("подписи в параметрах ссылки нет", "the link has no signature among its parameters")
    spoilt = secrets[-1][:-1] + ("0" if secrets[-1][-1] != "0" else "1")
    return [bare, url.replace(secrets[-1], spoilt)]


RULE = Rule(
    id="methods.file-link-sealed",
    title=Bilingual(
        "Изменённая ссылка не открывается",
        "A modified link does not open",
    ),
    reason=Bilingual(
        "Если подпись не проверять, заменой номера в адресе открываются чужие файлы.",
        "If the signature isn't verified, another number in the address opens other people's files.",
    ),
    fix=Bilingual(
        "Подписывайте id файла и срок секретом сервера (HMAC); без верной подписи отвечайте 404.",
        "Sign the file's id and the expiry time with a server secret (HMAC); answer 404 if the signature is "
        "wrong.",
    ),
    example="GET https://…/file-content/f-1?until=…&signature=<changed>\n404",
    needs="files",
    check=check,
)
