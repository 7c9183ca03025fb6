"""A smoke check over HTTP, as a person without JavaScript: sign in, «Все», the week of each child."""

import re
from datetime import date, timedelta
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import aiohttp
import msgspec

from myedu.contract.answers import Diary
from myedu.contract.school import DiaryLesson
from myedu.demo.visitor import SmokeCheckFailed, Visitor, visiting


class Child(msgspec.Struct, frozen=True):
    """A child as the portal's JSON names it. `child` is the public id in addresses."""

    child: str
    first_name: str
    organization: str
    group: str
    time_zone: str


class Answer(msgspec.Struct, frozen=True):
    """What the portal has of a week: the diary, or the reason why there is none."""

    state: str
    answer: Diary | None = None
    reason: str | None = None


class ChildWeek(msgspec.Struct, frozen=True):
    """`/api/c/{child}/week/{day}`, as much of it as the check needs."""

    child: Child
    diary: Answer


class Children(msgspec.Struct, frozen=True):
    """`/api/children`."""

    children: list[ChildWeek]


_LONGEST_HOLIDAYS = 16
"""Weeks: the summer holidays with the broken weeks around them."""


async def check_family(portal: str, oid: int, monday: date) -> list[ChildWeek]:
    """What the person of this ESIA account sees of each child in the week of `monday`.

    During holidays it is the last week with lessons before them. Raises SmokeCheckFailed.
    """
    async with visiting() as session:
        page = await _sign_in(session, portal, oid)
        family = msgspec.json.decode(await _read(session, f"{portal}/api/children"), type=Children)
        weeks = []
        for card in family.children:
            if f"/c/{card.child.child}/" not in page:
                raise SmokeCheckFailed(f"«Все» has no link to {card.child.first_name}")
            weeks.append(await _open_week(session, portal, card.child, monday))
        return weeks


async def _sign_in(session: aiohttp.ClientSession, portal: str, oid: int) -> str:
    page = await Visitor(session, portal).sign_in(oid)
    if page.path != "/children":
        raise SmokeCheckFailed(f"signing in ended at {page.path}, not at «Все»")
    return page.html


async def _open_week(session: aiohttp.ClientSession, portal: str, child: Child, monday: date) -> ChildWeek:
    for week in range(_LONGEST_HOLIDAYS):
        address = f"c/{child.child}/week/{monday - timedelta(weeks=week)}"
        seen = msgspec.json.decode(await _read(session, f"{portal}/api/{address}"), type=ChildWeek)
        if seen.diary.answer is None:
            raise SmokeCheckFailed(
                f"{child.first_name}: {address} is {seen.diary.state} ({seen.diary.reason})"
            )
        if seen.diary.answer.lessons:
            _check_page(await _read(session, f"{portal}/{address}"), child, seen.diary.answer)
            return seen
    raise SmokeCheckFailed(
        f"{child.first_name}: no lessons in {_LONGEST_HOLIDAYS} weeks up to that of {monday}"
    )


def _check_page(page: bytes, child: Child, diary: Diary) -> None:
    text = _Text.of(page.decode())
    subjects = {item.lesson.subject.name for item in diary.lessons}
    if missing := {name for name in subjects if name not in text}:
        raise SmokeCheckFailed(
            f"{child.first_name}: the week's page doesn't show {', '.join(sorted(missing))}"
        )


async def _read(session: aiohttp.ClientSession, url: str) -> bytes:
    async with session.get(url) as answer:
        if answer.status != 200:
            raise SmokeCheckFailed(f"{url} answered {answer.status}")
        return await answer.read()


def week_table(seen: ChildWeek) -> str:
    """The week as lines for a terminal: day, time at the school, subject, homework, marks."""
    diary = seen.diary.answer
    assert diary is not None
    lines = [
        f"{seen.child.first_name}, {seen.child.group}, {seen.child.organization} ({seen.child.time_zone})"
    ]
    zone = ZoneInfo(seen.child.time_zone)
    for day in (diary.first_day + timedelta(days=number) for number in range(7)):
        of_day = [item for item in diary.lessons if item.lesson.starts_at.astimezone(zone).date() == day]
        for place, item in enumerate(sorted(of_day, key=lambda item: item.lesson.starts_at)):
            lines.append(f"  {_WEEKDAYS[day.weekday()] if place == 0 else '  '} {_line(item, zone)}")
    return "\n".join(lines)


_WEEKDAYS = ("Пн", "Вт", "Ср", "Чт", "Пт", "Сб", "Вс")


def _line(item: DiaryLesson, zone: ZoneInfo) -> str:
    lesson = item.lesson
    time = lesson.starts_at.astimezone(zone).strftime("%H:%M")
    subject = ("~" if lesson.status == "cancelled" else "") + lesson.subject.name
    homework = "; ".join("не задано" if task.none else task.text for task in item.homework)
    marks = " ".join([*(mark.value for mark in item.marks), *(absence.code for absence in item.attendance)])
    return f"{time}  {_cut(subject, 30):<30} {_cut(homework, 44):<44} {marks}".rstrip()


def _cut(text: str, width: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= width else text[: width - 1] + "…"


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self._parts: list[str] = []

    @classmethod
    def of(cls, page: str) -> str:
        reader = cls()
        reader.feed(page)
        return re.sub(r"\s+", " ", " ".join(reader._parts))

    def handle_data(self, data: str) -> None:
        self._parts.append(data)
