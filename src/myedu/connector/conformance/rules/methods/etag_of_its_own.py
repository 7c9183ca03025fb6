"""A tag of other days."""

from datetime import timedelta

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import that
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.methods._tags import tagged_answers
from myedu.contract.windows import Window


async def check(case: Case) -> None:
    window = await case.window()
    day = timedelta(days=1)
    shorter = Window(first=window.first, last=window.last - day)
    async for name, first, tag in tagged_answers(case):
        answer = await case.ask_days(name, window=shorter, headers={"If-None-Match": tag})
        that(
            answer.status != 304,
            f"{name}: метка одного окна принята за метку другого",
            f"{name}: the tag of one window is taken for another's",
            first,
            answer,
        )


RULE = Rule(
    id="methods.etag-of-its-own",
    title=Both("Метка чужого ответа не подходит", "The tag of another answer doesn't fit"),
    reason=Both(
        "Иначе портал получит 304 на новую неделю и покажет под её датами прежнюю.",
        "Else the portal gets a 304 for a new week and shows an old one under its dates.",
    ),
    mend=Both(
        "Считайте метку от тела ответа, а не от ученика или времени последней правки в базе.",
        "Reckon the tag from the answer's body, not from the student or the database's last change.",
    ),
    example="GET /v1/students/42/marks?from=…, If-None-Match: the tag of another week\n200",
    check=check,
)
