"""What families read and tick. Every method takes the session's token: access and audit come first."""

import asyncio
from collections.abc import Container, Iterable
from datetime import date, datetime
from uuid import UUID

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
    OpenedChild,
    SubjectFacts,
    TickFacts,
    WeekFacts,
    local_day,
)
from myedu.portal.diary.opening import PageOpener
from myedu.portal.diary.periods import chosen_period, school_year
from myedu.portal.federation.models import FreshJson, Outcome, Unavailable, Wait
from myedu.portal.federation.service import Federation
from myedu.portal.identity.service import acts_for_organisations, require_viewer, viewer_from_token
from myedu.portal.people import service as people
from myedu.portal.people.models import Place, Student, Viewer
from myedu.portal.people.service import NotVisible


class NotFound(Exception):
    """The child's journal has no such subject or task."""


class DiaryService:
    """The diary's pages as facts. A silent journal is an outcome, not an exception.

    Every method that takes a child raises NotSignedIn without a session, and NotVisible for a child whom the
    viewer may not see. `wait`: how long a page that has a copy waits for the journal.
    """

    def __init__(
        self, database: Database, federation: Federation, clock: Clock, telemetry: Telemetry | None = None
    ) -> None:
        self._telemetry = telemetry or Telemetry.disabled()
        self._database = database
        self._federation = federation
        self._clock = clock
        self._opener = PageOpener(database, clock, self._telemetry)

    async def signed_in_family(self, token: str | None) -> Family | None:
        """The viewer and whom they may see; None without a session. Opens no diary."""
        now = self._clock.now()
        async with self._database.connection() as conn:
            viewer = await viewer_from_token(conn, token, now)
            if viewer is None:
                return None
            students = await people.visible_students(conn, viewer, now)
        return Family(viewer=viewer, students=tuple(students), now=now)

    async def has_roles(self, viewer: Viewer) -> bool:
        """Whether the viewer may have work beside their children."""
        async with self._database.connection() as conn:
            return await acts_for_organisations(conn, viewer)

    async def week(
        self,
        token: str | None,
        child: UUID,
        day: date | None,
        *,
        wait: Wait = "until-deadline",
        with_siblings: bool = True,
    ) -> WeekFacts:
        """The week of a day; without one, the current week by the school's clock.

        `with_siblings=False` is for an answer that doesn't name the other children: the family of the facts
        is then the child alone.
        """
        if day is None:
            opened = await self._opener.open_child(token, child, page="week", with_siblings=with_siblings)
            window, viewer = week_of(opened.today), opened.family.viewer
            diary = await self._federation.read_diary(opened.student, window, viewer=viewer, wait=wait)
            return _week_facts(opened, window, diary)
        window = week_of(day)
        opened = await self._opener.open_child(
            token, child, page="week", window=window, with_siblings=with_siblings
        )
        diary_or_copy = await self._federation.read_diary_with_copy(
            opened.student, window, opened.copy, viewer=opened.family.viewer, wait=wait
        )
        return _week_facts(opened, window, diary_or_copy)

    async def discard(self, facts: DiaryFacts | WeekFacts | FamilyFacts | MarksFacts) -> None:
        """Throw away the copies of the facts' answers, as no page can be made of them."""
        if isinstance(facts, FamilyFacts):
            for card in facts.cards:
                await self.discard(card)
        elif isinstance(facts, MarksFacts):
            if not isinstance(facts.marks, Unavailable):
                window = Window(first=facts.period.starts_on, last=facts.period.ends_on)
                await self._federation.discard(facts.student, Marks, window, facts.marks.fetched_at)
        elif not isinstance(facts.diary, Unavailable):
            await self._federation.discard(facts.student, Diary, facts.window, facts.diary.fetched_at)

    def decode_week(self, facts: WeekFacts) -> DiaryFacts:
        """The same facts with the diary's value. Raises UnreadableCopy."""
        diary = facts.diary
        return DiaryFacts(
            family=facts.family,
            student=facts.student,
            today=facts.today,
            window=facts.window,
            diary=self._federation.decode_diary(diary) if isinstance(diary, FreshJson) else diary,
            done=facts.done,
        )

    async def today(self, token: str | None, child: UUID, *, wait: Wait = "until-deadline") -> DiaryFacts:
        """Three weeks around today: what is due after a weekend, and marks since the last visit."""
        opened = await self._opener.open_child(token, child, page="today", window="around-today")
        seen_at = (await self._opener.record_visit(opened.family, [child]))[child]
        facts = await self._three_weeks(opened, wait)
        return msgspec.structs.replace(facts, seen_at=seen_at)

    async def family(self, token: str | None, *, waits_for: Container[UUID] | None = None) -> FamilyFacts:
        """«Все»: the journals are asked concurrently, so a dead one delays no other's child.

        `waits_for`: the children whose journals are waited for until the deadline, the others' briefly; None:
        all. Raises NotSignedIn.
        """
        page = await self._opener.open(token, None, page="children", window="around-today")
        children = [opened.student.child for opened in page.children]
        seen = await self._opener.record_visit(page.family, children)
        reads = (
            self._three_weeks(opened, _wait_for(opened.student.child, waits_for)) for opened in page.children
        )
        cards = await asyncio.gather(*reads)
        return FamilyFacts(
            family=page.family,
            cards=tuple(msgspec.structs.replace(card, seen_at=seen[card.student.child]) for card in cards),
        )

    async def homework(self, token: str | None, child: UUID, *, wait: Wait = "until-deadline") -> DiaryFacts:
        """Homework of the current week and its neighbours."""
        opened = await self._opener.open_child(token, child, page="homework", window="around-today")
        return await self._three_weeks(opened, wait)

    async def marks(
        self, token: str | None, child: UUID, period_id: str | None, *, wait: Wait = "until-deadline"
    ) -> MarksFacts:
        """The marks of a period, by default the current one."""
        opened = await self._opener.open_child(token, child, page="marks")
        seen_at = (await self._opener.record_visit(opened.family, [child]))[child]
        facts = await self._marks(opened, period_id, wait, opened.today)
        return msgspec.structs.replace(facts, seen_at=seen_at)

    async def subject(
        self,
        token: str | None,
        child: UUID,
        subject_id: str,
        period_id: str | None,
        day: date | None = None,
        *,
        wait: Wait = "until-deadline",
    ) -> SubjectFacts:
        """One subject's marks of a period, or of the period of a day.

        Raises NotFound for a subject that the journal doesn't name.
        """
        opened = await self._opener.open_child(token, child, page="subject")
        facts = await self._marks(opened, period_id, wait, day or opened.today)
        name = _name_in(_subjects_of_marks(facts.marks), subject_id)
        if name is None:
            # The subject has no marks yet: then the timetable names it.
            window = parse_window(None, None, day or opened.today)
            around = await self._federation.read_diary(opened.student, window, viewer=opened.family.viewer)
            name = _name_in(_subjects_of_lessons(around), subject_id)
            if name is None and not isinstance(around, Unavailable):
                raise NotFound
        return SubjectFacts(**msgspec.structs.asdict(facts), subject_id=subject_id, subject=name or "")

    async def file(self, token: str | None, child: UUID, file_id: str) -> FileFacts:
        """A link to an attachment. Raises NotFound for a file that this child's journal hasn't shown."""
        opened = await self._opener.open_child(token, child, page="file")
        link = await self._federation.file_link(opened.student, file_id, viewer=opened.family.viewer)
        if link is None:
            raise NotFound
        return FileFacts(family=opened.family, student=opened.student, today=opened.today, link=link)

    async def events(self, token: str | None, child: UUID, after: int) -> EventsFacts:
        """Changes in the child's diary after the cursor `after`. Asks no journal."""
        opened = await self._opener.open_child(token, child, page="events", with_siblings=False)
        async with self._database.connection() as conn:
            events = await self._federation.events_of(conn, opened.student, after)
        return EventsFacts(
            family=opened.family,
            student=opened.student,
            today=opened.today,
            events=tuple(events),
        )

    async def tick(self, token: str | None, child: UUID, homework_id: str, *, done: bool) -> TickFacts:
        """«Сделано» and back. Raises NotFound for a task that this child's journal hasn't shown."""
        now = self._clock.now()
        async with self._database.transaction() as conn:
            viewer = await require_viewer(conn, token, now)
            student = await self._visible_student(conn, viewer, child, now)
            homework = None
            if student is not None:
                homework = await self._federation.shown_homework(conn, student, homework_id)
            if student and homework:
                await self._tick(conn, viewer, student, homework_id, now, done=done)
        if student is None:
            raise NotVisible  # the line about it is committed
        if homework is None:
            raise NotFound
        family = Family(viewer=viewer, students=(student,), now=now)
        return TickFacts(
            family=family, student=student, today=local_day(student, now), homework=homework, done=done
        )

    async def _tick(
        self,
        conn: AsyncConnection,
        viewer: Viewer,
        student: Student,
        homework_id: str,
        now: datetime,
        *,
        done: bool,
    ) -> None:
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

    async def _visible_student(
        self, conn: AsyncConnection, viewer: Viewer, child: UUID, now: datetime
    ) -> Student | None:
        """None for a child whom the viewer may not see, with a line about it as `open_diaries` writes."""
        try:
            return await people.visible_student(conn, viewer, child, now)
        except NotVisible:
            await audit.record(
                conn,
                at=now,
                action="diary.refuse",
                actor_account=viewer.account_id,
                actor_relation="none",
                detail={"page": "tick", "child": str(child)},
            )
            return None

    async def _three_weeks(self, opened: OpenedChild, wait: Wait) -> DiaryFacts:
        """The weeks around today, whose copy was read when the page was opened."""
        window = parse_window(None, None, opened.today)
        diary = await self._federation.read_opened_diary(
            opened.student, window, opened.copy, viewer=opened.family.viewer, wait=wait
        )
        return _diary_facts(opened, window, diary)

    async def _marks(self, opened: OpenedChild, period_id: str | None, wait: Wait, day: date) -> MarksFacts:
        """The marks of a period of the school year of `day`; without its id, of the period of the day."""
        family, student = opened.family, opened.student
        async with self._database.connection() as conn:
            periods = await people.periods_of(conn, student, day) or [school_year(day)]
        period = chosen_period(periods, period_id, day)
        window = Window(first=period.starts_on, last=period.ends_on)
        return MarksFacts(
            family=family,
            student=student,
            today=opened.today,
            periods=tuple(periods),
            period=period,
            marks=await self._federation.read_marks(student, window, viewer=family.viewer, wait=wait),
        )


async def erase_persons(conn: AsyncConnection, place: Place) -> None:
    """Erase ticks and visits of persons who are erased in this transaction."""
    await store.erase_persons(conn, place)


def _wait_for(child: UUID, waits_for: Container[UUID] | None) -> Wait:
    return "until-deadline" if waits_for is None or child in waits_for else "briefly"


def _diary_facts(opened: OpenedChild, window: Window, diary: Outcome[Diary]) -> DiaryFacts:
    return DiaryFacts(
        family=opened.family,
        student=opened.student,
        today=opened.today,
        window=window,
        diary=diary,
        done=opened.done,
    )


def _week_facts(opened: OpenedChild, window: Window, diary: Outcome[Diary] | FreshJson) -> WeekFacts:
    return WeekFacts(
        family=opened.family,
        student=opened.student,
        today=opened.today,
        window=window,
        diary=diary,
        done=opened.done,
    )


def _subjects_of_marks(outcome: Outcome[Marks]) -> Iterable[Ref]:
    if isinstance(outcome, Unavailable):
        return ()
    return (mark.subject for mark in outcome.value.marks)


def _subjects_of_lessons(outcome: Outcome[Diary]) -> Iterable[Ref]:
    return (
        () if isinstance(outcome, Unavailable) else (entry.lesson.subject for entry in outcome.value.lessons)
    )


def _name_in(subjects: Iterable[Ref], subject_id: str) -> str | None:
    return next((subject.name for subject in subjects if subject.id == subject_id), None)
