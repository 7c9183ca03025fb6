"""A village school of plain rows: every function gives them in another manner."""

import asyncio
from collections import namedtuple
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from myedu.connector.simple import FileContent, SimpleJournal

MONDAY = date(2026, 11, 23)
PUPIL, TEACHER = "1", "7"
Day = namedtuple("Day", "lesson_id code day minutes")


@dataclass
class Value:
    id: int
    subject_id: int
    subject: str
    day: str
    value: float
    work: str
    work_name: str | None = None


class Village(SimpleJournal):
    """The required functions and nothing else."""

    vendor, product, region = "Никто", "Деревня", "25"
    time_zone = "Asia/Vladivostok"

    def __init__(self) -> None:
        self.people = [{"id": 1, "last_name": "Ким", "first_name": "Ян"}]
        self.extra: dict[str, Any] = {}

    def student(self, student_id: str) -> Any:
        if student_id != PUPIL:
            return None
        return {"organization_id": 1, "organization": "Школа № 7", "group_id": 9, "group": "9 «Б»"}

    def lessons(self, student_id: str, first: date, last: date) -> Iterator[Any]:
        """A generator, in no order, with days that were not requested; times without an offset."""
        for number in (2, 1):
            for day in (MONDAY - timedelta(days=30), MONDAY, MONDAY + timedelta(days=1)):
                yield {
                    "id": f"{day}-{number}",
                    "subject_id": number,
                    "subject": ("Алгебра", "История")[number - 1],
                    "starts_at": f"{day}T0{7 + number}:30:00",
                    "minutes": 45,
                    "number": number,
                    "room": "",
                    "topic": None,
                    "teacher_id": 7,
                    "teacher": "Светлова Анна Павловна",
                    **self.extra,
                }

    async def homework(self, student_id: str, first: date, last: date) -> list[dict[str, Any]]:
        await asyncio.sleep(0)
        file = {"id": 5, "name": "План.pdf", "size": 9}
        return [
            {"id": 1, "subject": "Алгебра", "due_on": MONDAY, "lesson_id": f"{MONDAY}-1", "text": "№ 312",
             "attachments": [file], "materials": [{"name": "Урок", "url": "https://content.example/1"}]},
            {"id": 2, "subject": "История", "due_on": MONDAY, "lesson_id": f"{MONDAY}-2", "none": 1},
        ]  # fmt: skip

    def marks(self, student_id: str, first: date, last: date) -> list[Value]:
        return [Value(3, 1, "Алгебра", f"{MONDAY} 00:00:00", 5.0, "control", "Степени")]

    def organizations(self) -> Any:
        return [{"id": 1, "name": "Школа № 7", "kind": "school"}]

    def periods(self) -> Any:
        return []

    def groups(self) -> Any:
        return [
            {"id": 9, "organization_id": 1, "academic_year": 2026, "kind": "class", "name": "9 «Б»"},
        ]

    def subjects(self) -> Any:
        return iter(())

    async def persons(self) -> AsyncIterator[Any]:
        for person in self.people:
            await asyncio.sleep(0)
            yield person

    def enrollments(self) -> Any:
        return [
            {"id": person["id"], "person_id": person["id"], "organization_id": 1, "group_id": 9,
             "starts_on": "2026-09-01"}
            for person in self.people
        ]  # fmt: skip

    async def guardianships(self) -> list[Any]:
        return []

    def staff(self) -> Any:
        return []

    def teaching(self) -> Any:
        return []


class Town(Village):
    """Everything optional too."""

    def __init__(self) -> None:
        super().__init__()
        self.meetings: list[Any] = []
        self.touched: list[Any] = []
        self.asked_since: list[tuple[str, datetime]] = []

    def attendance(self, student_id: str, first: date, last: date) -> list[Day]:
        return [Day(f"{MONDAY}-2", "late", MONDAY, 5)]

    def final_marks(self, student_id: str, academic_year: int) -> list[dict[str, Any]]:
        return [
            {
                "id": 1,
                "subject": "Алгебра",
                "kind": "period",
                "value": 5,
                "period_id": 2,
                "period": "2 четверть",
            },
            {"id": 2, "subject": "Алгебра", "kind": "year", "value": 4, "academic_year": 2020},
        ]

    async def teacher_lessons(self, teacher_id: str, first: date, last: date) -> Any:
        return list(self.lessons("", first, last)) if teacher_id == TEACHER else None

    def teacher(self, teacher_id: str) -> Any:
        return {"organization_id": 1, "organization": "Школа № 7", "time_zone": "Asia/Yakutsk"}

    def file(self, file_id: str) -> Any:
        return FileContent("План.pdf", "application/pdf", b"%PDF-1.7 ") if file_id == "5" else None

    def touched_students(self, since: datetime) -> Any:
        return [row for row in self.touched if row["updated_at"] >= since]

    def changed_since(self, table: str, since: datetime) -> Any:
        self.asked_since.append((table, since))
        if table != "persons":
            return []
        return [
            {"id": 1, "last_name": "Ким", "first_name": "Лев", "updated_at": "2026-11-23T10:00:00"},
            {"id": 2, "updated_at": "2026-11-23T11:00:00", "deleted": 1},
        ]

    def put_meeting(self, lesson_id: str, url: str | None, title: str | None) -> Any:
        self.meetings.append((lesson_id, url, title))
        return lesson_id == "l-1"

    def put_presence(self, lesson_id: str, attendees: list[dict[str, Any]]) -> None:
        self.meetings.append((lesson_id, attendees))

    def student_by_esia_oid(self, oid: str) -> Any:
        return 1 if oid == "1563978" else None

    def teacher_by_esia_oid(self, oid: str) -> Any:
        return 7 if oid == "1563979" else None
