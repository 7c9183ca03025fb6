"""Answers to simultaneous requests are about the requested student."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import require
from myedu.connector.conformance.rule import Bilingual, Rule, Skipped
from myedu.connector.conformance.rules.load._burst import at_once
from myedu.contract.answers import Schedule

_AT_ONCE = 24


async def check(case: Case) -> None:
    if len(case.students) < 2:
        raise Skipped("нужны два ученика: --student дважды", "two students are needed: give --student twice")
    for student_id, answer in await at_once(case, _AT_ONCE):
        if answer.status in (429, 503):
            continue
        require(
            case.decode_served(answer, Schedule).student_id == student_id,
            "вместе с другими запросами пришёл ответ о другом ученике",
            "with simultaneous requests, the answer is about another student",
            answer,
        )


RULE = Rule(
    id="load.own-answers",
    title=Bilingual(
        "Под нагрузкой ответы не путаются",
        "Answers are not mixed up under load",
    ),
    reason=Bilingual(
        "Чужой ребёнок на странице — худшее, что может случиться с дневником.",
        "Another child on the page is the worst that can happen to a diary.",
    ),
    fix=Bilingual(
        "Ищите общее между запросами: глобальную переменную, соединение без пула, кэш с неполным ключом.",
        "Look for what requests share: a global variable, one connection, a cache with an incomplete key.",
    ),
    example="24 запроса сразу о двух учениках — каждый ответ о своём",
    check=check,
    alone=True,
)
