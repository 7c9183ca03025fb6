"""`replaces` names a subject, a teacher, a lesson or a room."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.data._answers import some
from myedu.contract.answers import Schedule
from myedu.contract.school import Replacement


async def check(case: Case) -> None:
    decoded = await case.read_days(Schedule)
    some(
        [lesson for lesson in decoded.value.lessons if lesson.replaces],
        "замен",
        "substitutions",
        decoded.answer,
    )
    empty = [lesson.id for lesson in decoded.value.lessons if lesson.replaces == Replacement()]
    none_at(
        empty,
        "замена не говорит, вместо чего она",
        "a substitution that doesn't say what it replaces",
        decoded.answer,
    )


RULE = Rule(
    id="data.substitution-names",
    title=Bilingual(
        "Замена говорит, вместо чего она",
        "A substitution says what it replaces",
    ),
    reason=Bilingual(
        "Семья готовилась к другому уроку: страница пишет «вместо алгебры».",
        "The family prepared for another lesson: the page says «instead of algebra».",
    ),
    fix=Bilingual(
        "В replaces назовите предмет, учителя, урок или кабинет по расписанию; если урок идёт как "
        "запланирован, не отдавайте replaces.",
        "Name the planned subject, teacher, lesson or room in replaces; omit replaces if the lesson is as "
        "planned.",
    ),
    example='{"replaces": {"subject": {"id": "alg", "name": "Алгебра"}}}',
    check=check,
)
