"""What families read and tick. Every method takes the session's token: the door and the audit come first."""

import asyncio
from collections.abc import Container, Iterable, Mapping
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from psycopg import AsyncConnection

from myedu.contract.answers import Diary, Marks
from myedu.contract.school import Ref
from myedu.contract.windows import Window, parse_window, week_of
from myedu.kit.clock import Clock
from myedu.kit.db import Database
from myedu.kit.telemetry import Telemetry
from myedu.portal.audit import service as audit
from myedu.portal.diary import store
from myedu.portal.diary.models import (
    DiaryFacts,
    EventsFacts,
    Family,
    FamilyFacts,
    FileFacts,
    MarksFacts,
    Opened,
    OpenedChild,
    SubjectFacts,
    TickFacts,
)
from myedu.portal.diary.periods import chosen_period, school_year
from myedu.portal.federation.models import Outcome, Unavailable
from myedu.portal.federation.service import Federation
from myedu.portal.identity.models import NotSignedIn
from myedu.portal.identity.service import require_viewer, viewer_from_token
from myedu.portal.people import service as people
from myedu.portal.people.models import Place, Student
from myedu.portal.people.service import NotVisible


class NotFound(Exception):
    """The child's journal has no such subject or task."""


class DiaryService:
    """The diary's pages as facts. Raises NotSignedIn and NotVisible; a silent journal is an outcome."""

    def __init__(
        self, database: Database, federation: Federation, clock: Clock, telemetry: Telemetry | None = None
    ) -> None:
        self._telemetry = telemetry or Telemetry.disabled()
        self._database = database
        self._federation = federation
        self._clock = clock

    async def who(self, token: str | None) -> Family | None:
        """Who has signed in, and whom they may see; None for nobody. Opens no diary."""
        now = self._clock.now()
        async with self._database.connection() as conn:
            viewer = await viewer_from_token(conn, token, now)
            if viewer is None:
                return None
            students = await people.visible_students(conn, viewer, now)
        return Family(viewer=viewer, students=tuple(students), now=now)

    async def week(
        self,
        token: str | None,
        child: UUID,
        day: date | None,
        *,
        decoded: bool = True,
        alone: bool = False,
        patient: bool = True,
    ) -> DiaryFacts:
        """The week of a day; without one, the running week by the school's clock.

        `decoded=False` is for a caller that may not need it: a fresh copy's value is then None.
        `alone=True` for one that doesn't name the siblings: the facts' family is then the child.
        `patient=False`, here and below, for one that will ask again: it gets a copy at once.
        """
        if day is None:
            opened, one = await self._open_child(token, child, page="week", alone=alone)
            window = week_of(_today(one.student, opened.family.now))
            return await self._diary(opened, one, window, patient=patient)
        window = week_of(day)
        opened, one = await self._open_child(token, child, page="week", window=window, alone=alone)
        viewer = opened.family.viewer
        outcome = await self._federation.renew_diary(
            one.student, window, one.copy, viewer=viewer, decoded=decoded, patient=patient
        )
        return _diary_facts(opened, one, window, outcome)

    def decoded(self, facts: DiaryFacts) -> DiaryFacts:
        """The same with the value of a copy that was left as received."""
        return msgspec.structs.replace(facts, diary=self._federation.decoded(facts.diary))

    async def today(self, token: str | None, child: UUID, *, patient: bool = True) -> DiaryFacts:
        """Three weeks around today: what is due after a weekend, and marks since the last visit."""
        opened, one = await self._open_child(token, child, page="today")
        seen_at = (await self._visit(opened))[child]
        facts = await self._diary(opened, one, _three_weeks(opened, one), patient=patient)
        return msgspec.structs.replace(facts, seen_at=seen_at)

    async def family(self, token: str | None, *, patient: Container[UUID] | None = None) -> FamilyFacts:
        """«Все»: the journals are asked beside one another, so a dead one delays no other's child.

        `patient`: the children whose journals are waited for; None: all.
        """
        opened = await self._open(token, None, page="children")
        seen = await self._visit(opened)
        asked = (
            self._diary(
                opened,
                one,
                _three_weeks(opened, one),
                patient=patient is None or one.student.child in patient,
            )
            for one in opened.children
        )
        cards = await asyncio.gather(*asked)
        return FamilyFacts(
            family=opened.family,
            cards=tuple(msgspec.structs.replace(card, seen_at=seen[card.student.child]) for card in cards),
        )

    async def homework(self, token: str | None, child: UUID, *, patient: bool = True) -> DiaryFacts:
        """Homework of the running week and its neighbours."""
        opened, one = await self._open_child(token, child, page="homework")
        return await self._diary(opened, one, _three_weeks(opened, one), patient=patient)

    async def marks(
        self, token: str | None, child: UUID, period_id: str | None, *, patient: bool = True
    ) -> MarksFacts:
        """The marks of a period, by default the running one."""
        opened, one = await self._open_child(token, child, page="marks")
        seen_at = (await self._visit(opened))[child]
        facts = await self._marks(opened, one, period_id, patient=patient)
        return msgspec.structs.replace(facts, seen_at=seen_at)

    async def subject(
        self,
        token: str | None,
        child: UUID,
        subject_id: str,
        period_id: str | None,
        *,
        patient: bool = True,
    ) -> SubjectFacts:
        """One subject's marks of a period; raises NotFound for a subject that the journal doesn't name."""
        opened, one = await self._open_child(token, child, page="subject")
        facts = await self._marks(opened, one, period_id, patient=patient)
        name = _name_in(_subjects_of_marks(facts.marks), subject_id)
        if name is None:
            # Nothing has been marked yet: then the timetable names it.
            around = await self._diary(opened, one, _three_weeks(opened, one))
            name = _name_in(_subjects_of_lessons(around.diary), subject_id)
            if name is None and not isinstance(around.diary, Unavailable):
                raise NotFound
        return SubjectFacts(**msgspec.structs.asdict(facts), subject_id=subject_id, subject=name or "")

    async def file(self, token: str | None, child: UUID, file_id: str) -> FileFacts:
        """A link to an attachment; raises NotFound for a file that this child's journal hasn't shown."""
        opened, one = await self._open_child(token, child, page="file")
        link = await self._federation.file_link(one.student, file_id, viewer=opened.family.viewer)
        if link is None:
            raise NotFound
        today = _today(one.student, opened.family.now)
        return FileFacts(family=opened.family, student=one.student, today=today, link=link)

    async def events(self, token: str | None, child: UUID, after: int) -> EventsFacts:
        """What has happened in the child's diary behind the cursor `after`. Asks no journal."""
        opened, one = await self._open_child(token, child, page="events", alone=True)
        async with self._database.connection() as conn:
            events = await self._federation.events_of(conn, one.student, after)
        return EventsFacts(
            family=opened.family,
            student=one.student,
            today=_today(one.student, opened.family.now),
            events=tuple(events),
        )

    async def tick(self, token: str | None, child: UUID, homework_id: str, *, done: bool) -> TickFacts:
        """«Сделано» and back; raises NotFound for a task that this child's journal hasn't shown."""
        now = self._clock.now()
        async with self._database.transaction() as conn:
            viewer = await require_viewer(conn, token, now)
            student = await people.visible_student(conn, viewer, child, now)
            homework = await self._federation.shown_homework(conn, student, homework_id)
            if homework is None:
                raise NotFound
            if done:
                await store.tick(conn, student, homework_id, viewer.account_id, now)
            else:
                await store.untick(conn, student, homework_id)
            await audit.record(
                conn,
                at=now,
                action="homework.tick" if done else "homework.untick",
                actor_account=viewer.account_id,
                actor_relation=student.relation,
                region=student.region,
                system_id=student.system_id,
                person_id=student.person_id,
                detail={"homework": homework_id},
            )
        family = Family(viewer=viewer, students=(student,), now=now)
        return TickFacts(
            family=family, student=student, today=_today(student, now), homework=homework, done=done
        )

    async def _open(
        self,
        token: str | None,
        child: UUID | None,
        *,
        page: str,
        window: Window | None = None,
        alone: bool = False,
    ) -> Opened:
        opened = None
        if token:
            with self._telemetry.span("door", page=page):
                async with self._database.connection() as conn:
                    opened = await store.open_diary(
                        conn,
                        token,
                        child,
                        self._clock.now(),
                        page=page,
                        window=window,
                        alone=alone,
                    )
        if opened is None:
            raise NotSignedIn("nobody has signed in with this session: lead to /enter")
        return opened

    async def _open_child(
        self, token: str | None, child: UUID, *, page: str, window: Window | None = None, alone: bool = False
    ) -> tuple[Opened, OpenedChild]:
        opened = await self._open(token, child, page=page, window=window, alone=alone)
        if not opened.children:
            raise NotVisible
        return opened, opened.children[0]

    async def _diary(
        self, opened: Opened, one: OpenedChild, window: Window, *, patient: bool = True
    ) -> DiaryFacts:
        viewer = opened.family.viewer
        outcome = await self._federation.read_diary(one.student, window, viewer=viewer, patient=patient)
        return _diary_facts(opened, one, window, outcome)

    async def _marks(
        self, opened: Opened, one: OpenedChild, period_id: str | None, *, patient: bool
    ) -> MarksFacts:
        family, student = opened.family, one.student
        today = _today(student, family.now)
        async with self._database.connection() as conn:
            periods = await people.periods_of(conn, student, today) or [school_year(today)]
        period = chosen_period(periods, period_id, today)
        window = Window(first=period.starts_on, last=period.ends_on)
        return MarksFacts(
            family=family,
            student=student,
            today=today,
            periods=tuple(periods),
            period=period,
            marks=await self._federation.read_marks(student, window, viewer=family.viewer, patient=patient),
        )

    async def _visit(self, opened: Opened) -> Mapping[UUID, datetime | None]:
        children = [one.student.child for one in opened.children]
        async with self._database.connection() as conn:
            return await store.visit(conn, opened.family.viewer.account_id, children, opened.family.now)


async def erase_persons(conn: AsyncConnection, place: Place) -> None:
    """Erase ticks and visits of persons who are erased in this transaction (portal/erasing.py)."""
    await store.erase_persons(conn, place)


def _today(student: Student, now: datetime) -> date:
    return now.astimezone(ZoneInfo(student.time_zone)).date()


def _three_weeks(opened: Opened, one: OpenedChild) -> Window:
    return parse_window(None, None, _today(one.student, opened.family.now))


def _diary_facts(opened: Opened, one: OpenedChild, window: Window, diary: Outcome[Diary]) -> DiaryFacts:
    family = opened.family
    return DiaryFacts(
        family=family,
        student=one.student,
        today=_today(one.student, family.now),
        window=window,
        diary=diary,
        done=one.done,
    )


def _subjects_of_marks(outcome: Outcome[Marks]) -> Iterable[Ref]:
    return () if isinstance(outcome, Unavailable) else (mark.subject for mark in outcome.value.marks)


def _subjects_of_lessons(outcome: Outcome[Diary]) -> Iterable[Ref]:
    return () if isinstance(outcome, Unavailable) else (each.lesson.subject for each in outcome.value.lessons)


def _name_in(subjects: Iterable[Ref], subject_id: str) -> str | None:
    return next((subject.name for subject in subjects if subject.id == subject_id), None)
