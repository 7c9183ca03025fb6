"""Reasons as codes. What each side may be told is decided here and nowhere else (ADR 0027)."""

from collections.abc import Sequence
from datetime import date

from myedu.portal.access_requests.models import FamilyReason, SchoolReason
from myedu.portal.people.models import Candidate, OwnFacts, SoughtChild, Viewer

_ASKS_FROM, _ADULT, _PUPIL_UNTIL = 14, 18, 21


def kid_reason(facts: OwnFacts, today: date) -> FamilyReason:
    """Why a child whom ESIA names as the viewer's is not shown.

    A barred parent gets the answer of no such SNILS, whatever else is true: they must not learn that the
    child studies anywhere.
    """
    if facts.child is not None:
        return "shown"
    if facts.birth_date is not None and age_on(facts.birth_date, today) >= _ADULT:
        return "adult"
    if facts.barred or not (facts.current or facts.archived):
        return "not-found-by-snils"
    if not facts.current:
        return "left"
    if not facts.same_birth_date:
        return "birth-date-differs"
    return _by_enrolment(facts)


def own_reason(viewer: Viewer, facts: OwnFacts) -> FamilyReason:
    """Why the viewer's own diary is not shown."""
    if facts.child is not None:
        return "shown"
    if not viewer.trusted:
        return "account-not-confirmed"
    if viewer.snils is None:
        return "no-own-snils"
    if not (facts.current or facts.archived):
        return "not-found-by-snils"
    if not facts.current:
        return "left"
    return _by_enrolment(facts)


def may_be_pupil(viewer: Viewer, facts: OwnFacts, today: date) -> bool:
    """Whether the page speaks of the viewer's own diary: parents needn't read why they have none."""
    if facts.child is not None or facts.studies or facts.begins_on:
        return True
    return viewer.birth_date is None or age_on(viewer.birth_date, today) < _PUPIL_UNTIL


def may_ask(viewer: Viewer, today: date) -> bool:
    """Whether the viewer sends requests: for a child under 14 a parent does."""
    return viewer.birth_date is None or age_on(viewer.birth_date, today) >= _ASKS_FROM


def _by_enrolment(facts: OwnFacts) -> FamilyReason:
    if facts.studies:
        return "school-must-check"
    return "not-begun" if facts.begins_on else "not-enrolled"


def school_reasons(sought: SoughtChild, candidates: Sequence[Candidate]) -> list[SchoolReason]:
    """Why the asker doesn't see the child, by the school's own pupils; the first candidate is the likeliest.

    Never empty: `agrees` if the export says what ESIA says.
    """
    if not candidates:
        return ["no-candidate"]
    first = candidates[0]
    reasons: list[SchoolReason] = []
    if is_doubtful(sought, candidates):
        reasons.append("two-candidates")
    reasons += _identity_reasons(sought, first)
    if first.is_archived:
        reasons.append("archived")
    elif not first.studies_now:
        reasons.append("not-enrolled")
    reasons += _link_reasons(sought, first)
    return reasons or ["agrees"]


def is_doubtful(sought: SoughtChild, candidates: Sequence[Candidate]) -> bool:
    """Whether more than one pupil fits equally well: by SNILS, else by name."""
    if sought.snils and any(one.snils == sought.snils for one in candidates):
        return sum(one.snils == sought.snils for one in candidates) > 1
    return sum(same_name(sought, one) for one in candidates) > 1


def _identity_reasons(sought: SoughtChild, pupil: Candidate) -> list[SchoolReason]:
    reasons: list[SchoolReason] = []
    if sought.snils and pupil.snils != sought.snils:
        reasons.append("snils-differs" if pupil.snils else "snils-missing")
    if sought.birth_date and pupil.birth_date != sought.birth_date:
        reasons.append("birth-date-differs" if pupil.birth_date else "birth-date-missing")
    if not same_name(sought, pupil):
        reasons.append("name-differs")
    elif (sought.last_name.lower(), sought.first_name.lower()) != (
        pupil.last_name.lower(),
        pupil.first_name.lower(),
    ):
        reasons.append("name-yo")
    return reasons


def _link_reasons(sought: SoughtChild, pupil: Candidate) -> list[SchoolReason]:
    if sought.asks_for == "self":
        return []
    if pupil.asker_closed and not pupil.asker_links:
        return ["closed-link"]
    if sought.asks_for == "kid" or pupil.asker_links:
        return []
    reasons: list[SchoolReason] = ["other-guardians" if pupil.other_guardians else "no-guardian"]
    if pupil.is_kid_of_another:
        reasons.append("kid-of-another")
    return reasons


def same_name(sought: SoughtChild, pupil: Candidate) -> bool:
    """Whether last and first name are equal, with е for ё."""
    return _folded(sought.last_name) == _folded(pupil.last_name) and _folded(sought.first_name) == _folded(
        pupil.first_name
    )


def _folded(name: str) -> str:
    return name.strip().lower().replace("ё", "е")


def age_on(born: date, today: date) -> int:
    """Whole years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
