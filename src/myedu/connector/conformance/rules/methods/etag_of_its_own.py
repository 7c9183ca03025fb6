"""The ETag of one window gets no 304 for another."""

from datetime import timedelta

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import require
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.methods._tags import tagged_answers
from myedu.contract.windows import Window


async def check(case: Case) -> None:
    window = await case.window()
    day = timedelta(days=1)
    shorter = Window(first=window.first, last=window.last - day)
    async for name, first, tag in tagged_answers(case):
        answer = await case.get_days(name, window=shorter, headers={"If-None-Match": tag})
        require(
            answer.status != 304,
            f"{name}: метка одного окна принята за метку другого",
            f"{name}: the ETag of one window is accepted for another",
            first,
            answer,
        )


RULE = Rule(
    id="methods.etag-of-its-own",
    title=Bilingual(
        "Метка чужого ответа не подходит",
        "The ETag of another answer does not match",
    ),
    reason=Bilingual(
        "Иначе портал получит 304 на новую неделю и покажет под её датами прежнюю.",
        "Otherwise the portal gets a 304 for a new week and shows an old one under its dates.",
    ),
    fix=Bilingual(
        "Считайте метку от тела ответа, а не от ученика или времени последней правки в базе.",
        "Compute the ETag from the body of the answer, not from the student or the last change in the "
        "database.",
    ),
    example="GET /v1/students/42/marks?from=…, If-None-Match: the tag of another week\n200",
    check=check,
)
