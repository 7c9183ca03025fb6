"""Texts have no HTML tags and no entities."""

import re

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.data._answers import no_wrong_text

_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:[a-zA-Z]{2,8}|#[0-9]{1,6});")


async def check(case: Case) -> None:
    await no_wrong_text(
        case, lambda _, text: _MARKUP.search(text) is not None, "в тексте разметка HTML", "HTML in a text"
    )


RULE = Rule(
    id="data.text-plain",
    title=Bilingual(
        "Тексты — без HTML",
        "Texts are plain, without HTML",
    ),
    reason=Bilingual(
        "Портал показывает текст как есть: семья прочтёт «<p>№&nbsp;312</p>».",
        "The portal shows a text as it is: a family would read «<p>№&nbsp;312</p>».",
    ),
    fix=Bilingual(
        "Превращайте HTML редактора в простой текст: абзацы — в переводы строк, сущности — в знаки.",
        "Convert the editor's HTML into plain text: paragraphs into line breaks, entities into characters.",
    ),
    example='{"text": "№ 312, 315"}',
    check=check,
)
