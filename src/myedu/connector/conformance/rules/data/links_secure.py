"""Links of lessons and materials are https."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.data._answers import some
from myedu.contract.answers import HomeworkList, Schedule


async def check(case: Case) -> None:
    schedule, homework = await case.read_days(Schedule), await case.read_days(HomeworkList)
    links = [
        (lesson.id, lesson.online, schedule.answer) for lesson in schedule.value.lessons if lesson.online
    ]
    links += [
        (task.id, link.url, homework.answer) for task in homework.value.homework for link in task.materials
    ]
    some(links, "ссылок", "links", schedule.answer)
    insecure = [(where, answer) for where, url, answer in links if not url.startswith("https://")]
    none_at(
        [where for where, _ in insecure],
        "ссылка без https",
        "a link without https",
        *[answer for _, answer in insecure[:1]],
    )


RULE = Rule(
    id="data.links-secure",
    title=Bilingual(
        "Ссылки — по https",
        "Links are https",
    ),
    reason=Bilingual(
        "По http любой в сети школы подменит урок или прочтёт, кто его открыл.",
        "Over http, anyone in the school's network can replace the lesson or read who opened it.",
    ),
    fix=Bilingual(
        "Отдавайте адреса с https://.",
        "Use https:// addresses.",
    ),
    example='{"online": "https://video.example/room/7"}',
    severity="warning",
    check=check,
)
