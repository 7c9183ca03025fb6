"""Markup in texts."""

import re

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.data._answers import texts_of

_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:[a-zA-Z]{2,8}|#[0-9]{1,6});")


async def check(case: Case) -> None:
    texts = await texts_of(case)
    wrong = [(where, answer) for where, text, answer in texts if _MARKUP.search(text)]
    none_at(
        [where for where, _ in wrong],
        "в тексте разметка HTML",
        "HTML in a text",
        *[one for _, one in wrong[:1]],
    )


RULE = Rule(
    id="data.text-plain",
    title=Both(
        "Тексты — без HTML",
        "Texts are plain, without HTML",
    ),
    reason=Both(
        "Портал показывает текст как есть: семья прочтёт «<p>№&nbsp;312</p>».",
        "The portal shows a text as it is: a family reads «<p>№&nbsp;312</p>».",
    ),
    mend=Both(
        "Превращайте HTML редактора в простой текст: абзацы — в переводы строк, сущности — в знаки.",
        "Turn the editor's HTML into plain text: paragraphs into line feeds, entities into characters.",
    ),
    example='{"text": "№ 312, 315"}',
    check=check,
)
