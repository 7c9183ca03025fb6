"""When marks were set."""

from datetime import timedelta

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.data._answers import some
from myedu.contract.answers import Marks


async def check(case: Case) -> None:
    read = await case.read(Marks)
    some(
        [one for one in read.value.marks if one.set_at],
        "отметок со временем",
        "marks with set_at",
        read.answer,
    )
    # a minute for clocks that differ a little
    latest = case.capabilities.server_time + timedelta(minutes=1)
    wrong = [one.id for one in read.value.marks if one.set_at is not None and one.set_at > latest]
    none_at(wrong, "отметка поставлена в будущем", "a mark set in the future", read.answer)


RULE = Rule(
    id="data.mark-not-from-the-future",
    title=Both(
        "Отметка поставлена не в будущем",
        "No mark is set in the future",
    ),
    reason=Both(
        "«Новые отметки» считают по set_at: отметка из будущего будет новой вечно.",
        "«New marks» are told by set_at: one of the future stays new for ever.",
    ),
    mend=Both(
        "Пишите в set_at миг внесения со смещением пояса школы.",
        "Write the instant of entry in set_at, with the school's offset.",
    ),
    example='{"set_at": "2026-09-03T14:02:11+10:00"}',
    severity="warning",
    check=check,
)
