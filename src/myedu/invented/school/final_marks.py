"""Final marks of the periods that have ended, from the marks of the days."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from myedu.contract.tables import Period
from myedu.invented.school.school import School
from myedu.records import FinalMark, Mark

_RAISED, _COMPUTED = 0.08, 0.03  # shares of marks that a teacher raises, and that the journal sets by itself


def final_marks(school: School, marks: Sequence[Mark], today: date) -> Iterator[FinalMark]:
    """Yields the final marks of each period that ended before `today`, for pupils and subjects with marks."""
    grades = {
        pupil.id: school_class.grade
        for school_class in school.roster.classes
        for pupil in school_class.pupils
    }
    for period in school.periods:
        if period.ends_on >= today:
            continue
        by_subject: dict[tuple[str, str], list[Mark]] = defaultdict(list)
        for mark in marks:
            if period.starts_on <= mark.day <= period.ends_on and mark.counts:
                by_subject[mark.person_id, mark.subject_id].append(mark)
        for (person_id, subject_id), of_subject in by_subject.items():
            if _has_period(grades[person_id], period):
                yield _final_mark(school, person_id, subject_id, period, of_subject)


def _final_mark(
    school: School, person_id: str, subject_id: str, period: Period, marks: list[Mark]
) -> FinalMark:
    average = _average(marks)
    value, set_by = int(average + 0.5), "teacher"
    chance = school.rng.random()
    if chance < _RAISED and value < 5:
        value += 1  # the teacher decides, not the average
    elif chance > 1 - _COMPUTED:
        set_by = "computed"
    return FinalMark(
        id=school.ids.long("final"),
        updated_at=datetime.combine(period.ends_on, datetime.min.time(), UTC) + timedelta(hours=12),
        person_id=person_id,
        subject_id=subject_id,
        academic_year=period.academic_year,
        kind="year" if period.kind == "year" else "period",
        period_id=period.id,
        value=str(value),
        average=round(average, 2),
        set_by=set_by,
    )


def _average(marks: Iterable[Mark]) -> float:
    """Σ(value·weight) / Σ weight over the marks that are numbers; at least one must be."""
    pairs = [(float(mark.value), mark.weight) for mark in marks if mark.value.isdigit()]
    return sum(value * weight for value, weight in pairs) / sum(weight for _, weight in pairs)


def _has_period(grade: int, period: Period) -> bool:
    """Grades 10 and 11 have half-years, the others quarters; all have the year."""
    return period.kind == "year" or (period.kind == "half") == (grade >= 10)
