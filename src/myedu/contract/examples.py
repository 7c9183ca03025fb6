"""A valid example of each struct on the wire, about one invented pupil, for the docs and tests."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from myedu.contract.act import Act, ActClaims
from myedu.contract.answers import (
    AttendanceList,
    Capabilities,
    Change,
    Changes,
    Diary,
    FileLink,
    FinalMarks,
    HomeworkList,
    Limits,
    Marks,
    Schedule,
    SystemInfo,
    TeacherSchedule,
    Token,
)
from myedu.contract.fgis import (
    FgisAttendance,
    FgisClass,
    FgisDays,
    FgisIssue,
    FgisLesson,
    FgisMeta,
    FgisSchedule,
    FgisSchool,
    FgisScore,
    FgisTimes,
    OperationOutcome,
)
from myedu.contract.meetings import Attendee, Meeting, Presence
from myedu.contract.package import Manifest, TableFile
from myedu.contract.problems import problem
from myedu.contract.school import (
    Attachment,
    Attendance,
    DiaryLesson,
    FinalMark,
    Homework,
    Lesson,
    Link,
    Mark,
    Ref,
    Replacement,
    Work,
)
from myedu.contract.snils import make_snils
from myedu.contract.tables import (
    Enrollment,
    Group,
    Guardianship,
    Organization,
    Period,
    Person,
    Staff,
    Subject,
    Teaching,
)

_ZONE = "Asia/Vladivostok"
_OFFSET = timezone(timedelta(hours=10))
_DAY, _WEEK_END = date(2026, 9, 1), date(2026, 9, 6)
_CHANGED = datetime(2026, 8, 31, 18, 5, tzinfo=_OFFSET)
_PUPIL, _MOTHER, _TEACHER = "9007199254740993", "p-2001", "p-3001"

_SYSTEM = SystemInfo(vendor="ООО «Пример»", product="Журнал", version="5.12")
_SCHOOL = Ref(id="org-7", name="МБОУ СОШ № 7 пос. Лазурный")
_CLASS = Ref(id="g-9b", name="9 «Б»")
_ALGEBRA, _HISTORY = Ref(id="s-alg", name="Алгебра"), Ref(id="s-his", name="История")
_SVETLOVA = Ref(id="st-1", name="Светлова Анна Павловна")
_ORLOV = Ref(id="st-2", name="Орлов Пётр Ильич")

LESSON = Lesson(
    id="l-1",
    number=1,
    subject=_ALGEBRA,
    group=_CLASS,
    starts_at=datetime(2026, 9, 1, 8, 0, tzinfo=_OFFSET),
    ends_at=datetime(2026, 9, 1, 8, 40, tzinfo=_OFFSET),
    status="held",
    room="204",
    topic="Степень с целым показателем",
    teachers=(_SVETLOVA,),
)
SUBSTITUTED = Lesson(
    id="l-2",
    number=2,
    subject=_HISTORY,
    group=_CLASS,
    room="301",
    starts_at=datetime(2026, 9, 1, 8, 50, tzinfo=_OFFSET),
    ends_at=datetime(2026, 9, 1, 9, 30, tzinfo=_OFFSET),
    teachers=(_ORLOV,),
    replaces=Replacement(subject=_ALGEBRA, teacher=_SVETLOVA, room="204"),
    online="https://video.example/room/l-2",
)
HOMEWORK = Homework(
    id="h-1",
    subject=_ALGEBRA,
    due_on=_DAY,
    lesson_id="l-1",
    set_on=date(2026, 8, 31),
    text="№ 312, 315; повторить § 4",
    minutes=30,
    materials=(Link(name="Урок 12", url="https://content.example/lesson/12"),),
    attachments=(Attachment(id="f-1", name="Карточка.pdf", size=48_211, media_type="application/pdf"),),
)
NO_HOMEWORK = Homework(id="h-2", subject=_HISTORY, due_on=_DAY, lesson_id="l-2", none=True)
MARK = Mark(
    id="m-1",
    subject=_ALGEBRA,
    day=_DAY,
    value="5",
    weight=2.0,
    lesson_id="l-1",
    work=Work(kind="control", name="Входная работа"),
    comment="Решено двумя способами",
    set_at=_CHANGED,
)
ATTENDANCE = Attendance(lesson_id="l-2", code="late", day=_DAY, subject=_HISTORY, minutes=5)
FINAL_MARK = FinalMark(
    id="fm-1",
    subject=_ALGEBRA,
    kind="period",
    value="5",
    average=4.62,
    period=Ref(id="q-1", name="I четверть"),
    academic_year=2026,
)

_ABOUT: dict[str, Any] = {
    "student_id": _PUPIL,
    "organization": _SCHOOL,
    "group": _CLASS,
    "first_day": _DAY,
    "last_day": _WEEK_END,
    "time_zone": _ZONE,
}
_ROW: dict[str, Any] = {"updated_at": _CHANGED}

MANIFEST = Manifest(
    region="25",
    system=_SYSTEM,
    export_id=UUID("6f1c3d4e-8a51-4f0e-9f57-0c6f1f6f2a11"),
    mode="full",
    created_at=datetime(2026, 9, 1, 16, 30, tzinfo=UTC),
    tables=(TableFile(table="persons", file="persons.csv.gz", rows=3, bytes=218, sha256="0f" * 32),),
)

_FGIS_LESSON = FgisLesson(
    id=UUID("0e1f8a8e-5d36-4a0e-8a5a-6a9f1a0f3c01"),
    subject="История",
    instead_of="Алгебра",
    period=FgisTimes(start=SUBSTITUTED.starts_at, end=SUBSTITUTED.ends_at),
    classroom="204",
    homework="§ 4, вопросы",
    distant="https://video.example/room/l-2",
    attendance=FgisAttendance(code="о"),
    score=(FgisScore(code="control", score="4", score2="3", score_system="5", weight=2.0),),
)
_FGIS_SCHOOL = FgisSchool(
    id=UUID("2f6d1a52-90b7-4b8e-9a4b-1b2c3d4e5f60"),
    name=_SCHOOL.name,
    schedule_url="https://journal.example/Schedule/1563978",
    period=FgisDays(start=_DAY, end=_WEEK_END),
    academ_year="2026/27",
    classes=(FgisClass(name=_CLASS.name, grade="9", lesson=(_FGIS_LESSON,)),),
)

EXAMPLES: tuple[msgspec.Struct, ...] = (
    Token(access_token="eyJhbGciOi…", expires_in=3600),  # noqa: S106 - no token
    Capabilities(
        system=_SYSTEM,
        server_time=datetime(2026, 9, 1, 9, 0, 30, tzinfo=_OFFSET),
        capabilities=("diary", "attendance", "final-marks", "exports"),
        profiles=("fgis-2021",),
        limits=Limits(requests_per_second=200),
    ),
    Schedule(**_ABOUT, lessons=(LESSON, SUBSTITUTED)),
    HomeworkList(**_ABOUT, homework=(HOMEWORK, NO_HOMEWORK)),
    Marks(**_ABOUT, marks=(MARK,)),
    AttendanceList(**_ABOUT, attendance=(ATTENDANCE,)),
    Diary(
        **_ABOUT,
        lessons=(
            DiaryLesson(lesson=LESSON, homework=(HOMEWORK,), marks=(MARK,)),
            DiaryLesson(lesson=SUBSTITUTED, homework=(NO_HOMEWORK,), attendance=(ATTENDANCE,)),
        ),
    ),
    FinalMarks(student_id=_PUPIL, academic_year=2026, final_marks=(FINAL_MARK,)),
    TeacherSchedule(
        teacher_id=_SVETLOVA.id,
        organization=_SCHOOL,
        first_day=_DAY,
        last_day=_WEEK_END,
        time_zone=_ZONE,
        lessons=(LESSON,),
    ),
    FileLink(
        url="https://journal.example/v1/file-content/f-1?until=1788228000&signature=9c1f",
        expires_at=datetime(2026, 9, 1, 9, 10, tzinfo=_OFFSET),
        name="Карточка.pdf",
        size=48_211,
        media_type="application/pdf",
    ),
    Changes(
        cursor="2026-09-01T09:00:00Z/4711",
        changes=(Change(student_id=_PUPIL, what=("marks",), first_day=_DAY, last_day=_DAY),),
    ),
    Meeting(url="https://video.example/room/l-2", title="История, 9 «Б»"),
    Presence(attendees=(Attendee(person_id=_PUPIL, joined_at=SUBSTITUTED.starts_at, seconds=2_310),)),
    MANIFEST,
    problem("window-too-long", field="to", detail="120 days asked, at most 92 are served: ask in parts"),
    ActClaims(
        iss="myedu-portal",
        aud="https://journal.example",
        sub="b7e0c1",
        iat=1_788_217_200,
        exp=1_788_217_500,
        jti="Zk3yQx",
        act=Act(relation="guardian", purpose="diary", student_id=_PUPIL),
    ),
    FgisSchedule(
        id=UUID("a3a8b1d2-3c4d-4e5f-8a9b-0c1d2e3f4a5b"),
        meta=FgisMeta(last_updated=datetime(2026, 9, 1, tzinfo=UTC)),
        school=(_FGIS_SCHOOL,),
    ),
    OperationOutcome(
        id=UUID("5b9d6a2e-7c1f-4e3a-9b8d-2f1e0d9c8b7a"),
        issue=(FgisIssue(severity="error", code="not-found", details="not-found: Nothing here"),),
    ),
    Organization(
        **_ROW,
        id="org-7",
        name=_SCHOOL.name,
        short_name="СОШ № 7",
        kind="school",
        time_zone=_ZONE,
        inn="2500000007",
        oktmo="05701000",
        address="Приморский край, пос. Лазурный, ул. Школьная, 1",
    ),
    Period(
        **_ROW,
        id="q-1",
        organization_id="org-7",
        academic_year=2026,
        kind="quarter",
        number=1,
        name="I четверть",
        starts_on=_DAY,
        ends_on=date(2026, 10, 25),
    ),
    Group(
        **_ROW,
        id="g-9b",
        organization_id="org-7",
        academic_year=2026,
        kind="class",
        name=_CLASS.name,
        grade=9,
        letter="Б",
        shift=1,
    ),
    Subject(**_ROW, id="s-alg", organization_id="org-7", name="Алгебра", area="Математика"),
    Person(
        **_ROW,
        id=_PUPIL,
        last_name="Ветров",
        first_name="Илья",
        middle_name="Сергеевич",
        birth_date=date(2011, 5, 14),
        sex="m",
        snils=make_snils(910_000_001),
    ),
    Enrollment(**_ROW, id="e-1", person_id=_PUPIL, organization_id="org-7", group_id="g-9b", starts_on=_DAY),
    Guardianship(
        **_ROW,
        id="gu-1",
        guardian_id=_MOTHER,
        child_id=_PUPIL,
        relation="mother",
        verified_at=_CHANGED,
        starts_on=_DAY,
    ),
    Staff(**_ROW, id="st-1", person_id=_TEACHER, organization_id="org-7", role="teacher", position="Учитель"),
    Teaching(**_ROW, id="t-1", staff_id="st-1", group_id="g-9b", subject_id="s-alg", starts_on=_DAY),
)


T = TypeVar("T", bound=msgspec.Struct)


def example_of(kind: type[T]) -> T:
    """The example of a top-level struct. Raises StopIteration for any other struct."""
    return next(example for example in EXAMPLES if type(example) is kind)
