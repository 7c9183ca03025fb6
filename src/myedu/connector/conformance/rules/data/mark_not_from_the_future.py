"""set_at of marks is not later than the system's clock."""

from datetime import timedelta

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.data._answers import some
from myedu.contract.answers import Marks


async def check(case: Case) -> None:
    decoded = await case.read_days(Marks)
    some(
        [mark for mark in decoded.value.marks if mark.set_at],
        "отметок со временем",
        "marks with set_at",
        decoded.answer,
    )
    # a minute of clock skew
    latest = case.capabilities.server_time + timedelta(minutes=1)
    wrong = [mark.id for mark in decoded.value.marks if mark.set_at is not None and mark.set_at > latest]
    none_at(wrong, "отметка поставлена в будущем", "marks set in the future", decoded.answer)


RULE = Rule(
    id="data.mark-not-from-the-future",
    title=Bilingual(
        "Отметка поставлена не в будущем",
        "No mark is set in the future",
    ),
    reason=Bilingual(
        "«Новые отметки» считают по set_at: отметка из будущего будет новой вечно.",
        "set_at determines which marks are new: one from the future stays new forever.",
    ),
    fix=Bilingual(
        "Пишите в set_at миг внесения со смещением пояса школы.",
        "Put the time of entry into set_at, with the school's offset.",
    ),
    example='{"set_at": "2026-09-03T14:02:11+10:00"}',
    severity="warning",
    check=check,
)
