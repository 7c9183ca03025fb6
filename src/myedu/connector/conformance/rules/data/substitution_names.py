"""What a substitution stands in for."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.data._answers import some
from myedu.contract.answers import Schedule
from myedu.contract.school import Replacement


async def check(case: Case) -> None:
    read = await case.read(Schedule)
    some([one for one in read.value.lessons if one.replaces], "замен", "substitutions", read.answer)
    empty = [one.id for one in read.value.lessons if one.replaces == Replacement()]
    none_at(
        empty, "замена не говорит, вместо чего она", "a substitution that doesn't say of what", read.answer
    )


RULE = Rule(
    id="data.substitution-names",
    title=Both(
        "Замена говорит, вместо чего она",
        "A substitution says what it stands in for",
    ),
    reason=Both(
        "Семья готовилась к другому уроку: страница пишет «вместо алгебры».",
        "The family prepared for another lesson: the page says «instead of algebra».",
    ),
    mend=Both(
        "В replaces назовите предмет, учителя или урок; если это не замена, не отдавайте replaces.",
        "Name the subject, the teacher or the lesson in replaces; leave replaces out where it is no "
        "substitution.",
    ),
    example='{"replaces": {"subject": {"id": "alg", "name": "Алгебра"}}}',
    check=check,
)
