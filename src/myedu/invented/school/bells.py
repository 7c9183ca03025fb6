"""Bell schedules: one for each shift, and shorter lessons for the first grade."""

from datetime import datetime, time, timedelta

from myedu.invented.school.ids import Ids
from myedu.records import Bell, BellSchedule

LESSONS = {1: 7, 2: 6}
"""Shift → number of its lessons."""
# Minutes.
_BREAKS = (10, 15, 20, 15, 10, 10)
_LENGTH, _FIRST_GRADE_LENGTH = 40, 35
_BETWEEN_SHIFTS = 20  # the second shift starts after the first has left
_NO_DAY = datetime(2000, 1, 1)  # noqa: DTZ001 - only arithmetic on clock times


class Bells:
    """A school's bell schedules; `bells`: bell schedule id → number of the lesson → its bell.

    Lesson k of the first grade lies within lesson k of the others and the shifts don't overlap, so a teacher
    who is free at (shift, number) is free for any class.
    """

    def __init__(self, ids: Ids, organization_id: str, starts: time, shifts: tuple[int, ...]) -> None:
        self.schedules: list[BellSchedule] = []
        self.bells: dict[str, dict[int, Bell]] = {}
        self._schedule_ids: dict[tuple[int, bool], str] = {}  # (shift, is it of the first grade)
        first = _slots(starts, LESSONS[1])
        last = first[-1] + timedelta(minutes=_LENGTH + _BETWEEN_SHIFTS)
        for shift in shifts:
            slots = first if shift == 1 else _slots(last.time(), LESSONS[2])
            self._add(ids, organization_id, shift, "смена", slots, _LENGTH, first_grade=False)
        self._add(ids, organization_id, 1, "смена, 1 классы", first, _FIRST_GRADE_LENGTH, first_grade=True)

    def schedule_id(self, shift: int, grade: int) -> str:
        """The bell schedule of a class. KeyError for a shift that the school doesn't have."""
        return self._schedule_ids[shift, grade == 1]

    def bell(self, shift: int, grade: int, number: int) -> Bell:
        """The bell of a lesson, whose `number` counts from 1 in its shift."""
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
        self._schedule_ids[shift, first_grade] = schedule.id
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
