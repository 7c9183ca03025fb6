"""The good systems: every capability in one, the bare required part in the other. All rules pass on them."""

import gzip
import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from uuid import UUID

import msgspec
from msgspec.structs import replace

from myedu.connector.sdk.export import write_package
from myedu.contract.answers import (
    CAPABILITIES,
    Change,
    Changes,
    FinalMarks,
    HomeworkList,
    Limits,
    Marks,
    Schedule,
)
from myedu.contract.package import MANIFEST, Manifest
from myedu.contract.problems import ContractError, problem
from myedu.contract.school import Attachment, Homework, Ref
from myedu.contract.snils import make_snils
from myedu.contract.tables import (
    Enrollment,
    Group,
    Guardianship,
    Organization,
    Period,
    Person,
    Row,
    Staff,
    Subject,
    Teaching,
)
from myedu.contract.windows import Window
from tests.connector.sdk.school import (
    CLASS,
    MATHS,
    PUPIL,
    RUSSIAN,
    SCHOOL,
    STRANGE_PUPIL,
    SYSTEM,
    TEACHER,
    ZONE,
    School,
)

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
"""A Wednesday at one in the afternoon in Vladivostok."""
CLIENT_ID = "judge"
MOTHER, OID = "p-mother", "1563978"
EXPORT = UUID("6f1c3d4e-8a51-4f0e-9f57-0c6f1f6f2a11")
_FIRST_CURSOR = "c-1"


class WholeSchool(School):
    """Everything declared, and strict where the shared school is a sketch."""

    def __init__(self) -> None:
        super().__init__(Limits(requests_per_second=None))

    def today(self) -> date:
        return NOW.astimezone(ZONE).date()

    async def schedule(self, student_id: str, window: Window) -> Schedule | None:
        found = await super().schedule(student_id, window)
        if found is None:
            return None
        lessons = (replace(lesson, online=f"https://video.example/{lesson.id}") for lesson in found.lessons)
        return replace(found, lessons=tuple(lessons))

    async def homework(self, student_id: str, window: Window) -> HomeworkList | None:
        found = await super().homework(student_id, window)
        if found is None:
            return None
        return replace(found, homework=tuple(_with_file(task) for task in found.homework))

    def marks(self, student_id: str, window: Window) -> Marks | None:
        found = super().marks(student_id, window)
        if found is None:
            return None
        set_at = (datetime.combine(mark.day, time(10), ZONE) for mark in found.marks)
        past = (replace(mark, set_at=min(at, NOW)) for mark, at in zip(found.marks, set_at, strict=True))
        return replace(found, marks=tuple(past))

    async def final_marks(self, student_id: str, academic_year: int) -> FinalMarks | None:
        found = await super().final_marks(student_id, academic_year)
        if found is None:
            return None
        quarter = Ref(id="q-2", name="II четверть")
        return replace(found, final_marks=tuple(replace(mark, period=quarter) for mark in found.final_marks))

    async def changes(self, since: str | None) -> Changes:
        if since is None:
            return Changes(cursor=_FIRST_CURSOR, changes=())
        if since not in (_FIRST_CURSOR, "c-2"):
            raise ContractError(problem("cursor-gone"))
        new = (Change(student_id=PUPIL, what=("marks",)),) if since == _FIRST_CURSOR else ()
        return Changes(cursor="c-2", changes=new)


def _with_file(homework: Homework) -> Homework:
    if homework.none:
        return homework
    card = Attachment(id="plan.pdf", name="План урока.pdf", size=13, media_type="application/pdf")
    return replace(homework, set_on=homework.due_on - timedelta(days=1), attachments=(card,))


class TodaysSchool(WholeSchool):
    """The whole school on the machine's own day, for programs whose clock can't be set."""

    def today(self) -> date:
        return datetime.now(ZONE).date()


class BareSchool(WholeSchool):
    """Schedule, homework, marks and nothing optional."""

    def __init__(self) -> None:
        super().__init__()
        self.declared = ()
        self.profiles = ()


class LimitedSchool(WholeSchool):
    """All of it, to a hundred requests a second."""

    def __init__(self) -> None:
        super().__init__()
        self.limits = Limits(requests_per_second=100)


ALL_BUT_EXPORTS = tuple(name for name in CAPABILITIES if name != "exports")


def good_tables() -> dict[str, Sequence[Row]]:
    """A small school's tables, which agree with `School`'s answers."""
    at = datetime(2026, 11, 20, 18, 0, tzinfo=ZONE)
    first = date(2026, 9, 1)
    return {
        "organizations": [
            Organization(id=SCHOOL.id, updated_at=at, name=SCHOOL.name, kind="school", time_zone=str(ZONE))
        ],
        "periods": [
            Period(
                id="q-2",
                updated_at=at,
                organization_id=SCHOOL.id,
                academic_year=2026,
                kind="quarter",
                number=2,
                name="II четверть",
                starts_on=date(2026, 11, 9),
                ends_on=date(2026, 12, 27),
            )
        ],
        "groups": [
            Group(
                id=CLASS.id,
                updated_at=at,
                organization_id=SCHOOL.id,
                academic_year=2026,
                kind="class",
                name=CLASS.name,
                grade=9,
                letter="Б",
                shift=1,
            )
        ],
        "subjects": [
            Subject(id=subject.id, updated_at=at, organization_id=SCHOOL.id, name=subject.name)
            for subject in (MATHS, RUSSIAN)
        ],
        "persons": [
            Person(
                id=PUPIL,
                updated_at=at,
                last_name="Ветров",
                first_name="Илья",
                middle_name="Сергеевич",
                birth_date=date(2011, 5, 14),
                sex="m",
                snils=make_snils(910_000_001),
                esia_oid=OID,
            ),
            Person(id=STRANGE_PUPIL, updated_at=at, last_name="Ким", first_name="Ян"),
            Person(
                id=MOTHER,
                updated_at=at,
                last_name="Ветрова",
                first_name="Анна",
                birth_date=date(1984, 2, 3),
                snils=make_snils(910_000_002),
            ),
            Person(id="p-teacher", updated_at=at, last_name="Светлова", first_name="Анна"),
        ],
        "enrollments": [
            Enrollment(
                id=f"e-{number}",
                updated_at=at,
                person_id=pupil,
                organization_id=SCHOOL.id,
                group_id=CLASS.id,
                starts_on=first,
            )
            for number, pupil in enumerate((PUPIL, STRANGE_PUPIL), 1)
        ],
        "guardianships": [
            Guardianship(
                id="gu-1",
                updated_at=at,
                guardian_id=MOTHER,
                child_id=PUPIL,
                relation="mother",
                verified_at=at,
                starts_on=first,
            )
        ],
        "staff": [
            Staff(
                id=TEACHER.id,
                updated_at=at,
                person_id="p-teacher",
                organization_id=SCHOOL.id,
                role="teacher",
                position="Учитель",
                starts_on=first,
            )
        ],
        "teaching": [
            Teaching(
                id="te-1",
                updated_at=at,
                staff_id=TEACHER.id,
                group_id=CLASS.id,
                subject_id=MATHS.id,
                starts_on=first,
            )
        ],
    }


def write_good_package(folder: Path, tables: Mapping[str, Sequence[Row]] | None = None) -> Manifest:
    """A full package of `good_tables()`, or of others."""
    return write_package(
        folder,
        region="25",
        system=SYSTEM,
        tables=tables if tables is not None else good_tables(),
        created_at=NOW - timedelta(hours=9),
        export_id=EXPORT,
    )


def rewrite(folder: Path, table: str, change: Callable[[str], str]) -> None:
    """A good package with the text of one table changed, and a manifest that agrees with it."""
    manifest = write_good_package(folder)
    package = folder / str(manifest.export_id)
    (entry,) = (listed for listed in manifest.tables if listed.table == table)
    text = change(gzip.decompress((package / entry.file).read_bytes()).decode())
    compressed = gzip.compress(text.encode("utf-8", "surrogateescape"), mtime=0)
    (package / entry.file).write_bytes(compressed)
    changed = replace(
        entry,
        rows=max(text.count("\n") - 1, 0),
        bytes=len(compressed),
        sha256=hashlib.sha256(compressed).hexdigest(),
    )
    tables = tuple(changed if listed.table == table else listed for listed in manifest.tables)
    (package / MANIFEST).write_bytes(msgspec.json.encode(replace(manifest, tables=tables)))
