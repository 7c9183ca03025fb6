"""Links of lessons and materials."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.data._answers import some
from myedu.contract.answers import HomeworkList, Schedule


async def check(case: Case) -> None:
    schedule, homework = await case.read(Schedule), await case.read(HomeworkList)
    links = [(one.id, one.online, schedule.answer) for one in schedule.value.lessons if one.online]
    links += [
        (one.id, link.url, homework.answer) for one in homework.value.homework for link in one.materials
    ]
    some(links, "ссылок", "links", schedule.answer)
    open_ = [(where, answer) for where, url, answer in links if not url.startswith("https://")]
    none_at(
        [where for where, _ in open_],
        "ссылка без https",
        "a link without https",
        *[one for _, one in open_[:1]],
    )


RULE = Rule(
    id="data.links-secure",
    title=Both(
        "Ссылки — по https",
        "Links are https",
    ),
    reason=Both(
        "По http любой в сети школы подменит урок или прочтёт, кто его открыл.",
        "Over http anybody in the school's network may replace the lesson or read who opened it.",
    ),
    mend=Both(
        "Отдавайте адреса с https://.",
        "Give addresses with https://.",
    ),
    example='{"online": "https://video.example/room/7"}',
    severity="warning",
    check=check,
)
