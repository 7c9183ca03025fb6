"""Bells: by shift, and shorter lessons for the first grade."""

from datetime import datetime, time, timedelta

from myedu.invented.school.ids import Ids
from myedu.records import Bell, BellSchedule

LESSONS = {1: 7, 2: 6}
"""Numbers of lessons in a shift."""
_BREAKS = (10, 15, 20, 15, 10, 10)
_LENGTH, _FIRST_GRADE_LENGTH = 40, 35
_BETWEEN_SHIFTS = 20  # minutes: the second shift starts after the first has left
_NO_DAY = datetime(2000, 1, 1)  # noqa: DTZ001 - only arithmetic on clock times


class Bells:
    """A school's bell schedules. Lesson k of the first grade lies within lesson k of the others, and the

    shifts don't overlap, so (shift, number) is a slot in which a teacher can be in one place only.
    """

    def __init__(self, ids: Ids, organization_id: str, starts: time, shifts: tuple[int, ...]) -> None:
        self.schedules: list[BellSchedule] = []
        self.bells: dict[str, dict[int, Bell]] = {}
        self._of: dict[tuple[int, bool], str] = {}
        first = _slots(starts, LESSONS[1])
        last = first[-1] + timedelta(minutes=_LENGTH + _BETWEEN_SHIFTS)
        for shift in shifts:
            slots = first if shift == 1 else _slots(last.time(), LESSONS[2])
            self._add(ids, organization_id, shift, "смена", slots, _LENGTH, first_grade=False)
        self._add(ids, organization_id, 1, "смена, 1 классы", first, _FIRST_GRADE_LENGTH, first_grade=True)

    def schedule_id(self, shift: int, grade: int) -> str:
        return self._of[shift, grade == 1]

    def bell(self, shift: int, grade: int, number: int) -> Bell:
        return self.bells[self.schedule_id(shift, grade)][number]

    def _add(
        self,
        ids: Ids,
        organization_id: str,
        shift: int,
        name: str,
        slots: list[datetime],
        length: int,
        *,
        first_grade: bool,
    ) -> None:
        schedule = BellSchedule(
            id=ids.short("bells"), organization_id=organization_id, name=f"{shift} {name}", shift=shift
        )
        self.schedules.append(schedule)
        self._of[shift, first_grade] = schedule.id
        self.bells[schedule.id] = {
            number: Bell(
                bell_schedule_id=schedule.id,
                number=number,
                starts=slot.time(),
                ends=(slot + timedelta(minutes=length)).time(),
            )
            for number, slot in enumerate(slots, 1)
        }


def _slots(starts: time, lessons: int) -> list[datetime]:
    slots = [_NO_DAY.replace(hour=starts.hour, minute=starts.minute)]
    for pause in _BREAKS[: lessons - 1]:
        slots.append(slots[-1] + timedelta(minutes=_LENGTH + pause))
    return slots
