"""The room's codes in words: for families, for schools."""

from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from myedu.kit.i18n import Words
from myedu.portal.access_requests.models import Answer, Event, FamilyReason, Request, SchoolReason
from myedu.portal.people.models import ConnectedSchool
from myedu.portal.region_names import region_name

_MOSCOW = ZoneInfo("Europe/Moscow")
NOTHING = "—"


def family_words(words: Words, reason: FamilyReason) -> tuple[str, tuple[str, ...]]:
    """A reason and the next steps."""
    _ = words.gettext
    ask = _("Ask the school here: it sees what its journal has, and answers.")
    texts: dict[FamilyReason, tuple[str, tuple[str, ...]]] = {
        "shown": (_("The diary is found."), ()),
        "account-not-confirmed": (
            _("Your account at Gosuslugi (ESIA) is not confirmed."),
            (_("Confirm it in the application of a bank or at a service centre, then sign in again."),),
        ),
        "no-own-snils": (
            _("Your account at Gosuslugi has no SNILS, by which a diary is found."),
            (_("Add the SNILS in your profile at Gosuslugi, then sign out here and sign in again."),),
        ),
        "not-found-by-snils": (
            _(
                "By this SNILS the portal finds no diary that it may show you. Mostly the school's journal "
                "has no SNILS of the pupil or another one; or the school isn't connected yet."
            ),
            (_("See whether the school is connected: look for it by name or town."), ask),
        ),
        "birth-date-differs": (
            _("The journal has another birth date under this SNILS than Gosuslugi."),
            (_("Look at the birth date in your profile at Gosuslugi: is it right?"), ask),
        ),
        "left": (
            _("The school's journal has the pupil no more: left, finished, or the school made a mistake."),
            (_("After a change of schools the new one enters the pupil: that takes some days."), ask),
        ),
        "not-enrolled": (_("The journal has the pupil, but in no class now."), (ask,)),
        "not-begun": (_("The pupil's studies have not begun yet by the journal."), ()),
        "adult": (
            _("Of full age: the diary is shown to the pupil alone, who signs in with their own account."),
            (),
        ),
        "school-must-check": (_("The school has to check what its journal says."), (ask,)),
    }
    return texts[reason]


def school_words(words: Words, reason: SchoolReason) -> tuple[str, str]:
    """A reason, and what to do in the journal."""
    _ = words.gettext
    guardian = _(
        "Enter the asker in the journal as the pupil's guardian, with SNILS, after seeing the documents."
    )
    texts: dict[SchoolReason, Callable[[], tuple[str, str]]] = {
        "no-candidate": lambda: (
            _("Your journal has no pupil with this SNILS, name or birth date."),
            _("If the child studies here, enter them in the journal. If not, answer «Not our pupil»."),
        ),
        "two-candidates": lambda: (
            _("More than one pupil fits."),
            _("Find out with the family who it is; if one child is entered twice, join the cards."),
        ),
        "snils-missing": lambda: (
            _("The journal has no SNILS of the pupil."),
            _("Enter the SNILS in the pupil's card."),
        ),
        "snils-differs": lambda: (
            _("The SNILS differs."),
            _("Compare with the document, and correct the pupil's card."),
        ),
        "birth-date-missing": lambda: (
            _("The journal has no birth date of the pupil."),
            _("Enter the birth date in the pupil's card."),
        ),
        "birth-date-differs": lambda: (
            _("The birth date differs."),
            _("Compare with the birth certificate, and correct the pupil's card."),
        ),
        "name-yo": lambda: (
            _("The name differs by ё and е or by capitals only; that hides no diary."),
            _("Write the name as in the document when you next change the card."),
        ),
        "name-differs": lambda: (
            _("The name differs."),
            _("Compare with the document; it may be another child."),
        ),
        "not-enrolled": lambda: (
            _("The pupil is in no class now."),
            _("Enrol the pupil in a class, or answer «Not our pupil»."),
        ),
        "archived": lambda: (
            _("The journal's export has the pupil no more."),
            _("If the pupil studies here, put the card back into the journal."),
        ),
        "closed-link": lambda: (
            _("The journal has closed this asker's access to the pupil."),
            _("Look at the order. If access stays closed, answer «Refusal» and say no more of the child."),
        ),
        "other-guardians": lambda: (_("The journal names other guardians, not the asker."), guardian),
        "kid-of-another": lambda: (
            _("Gosuslugi names the pupil as another person's child, not the asker's."),
            _("Ask for the documents before you enter anything."),
        ),
        "no-guardian": lambda: (_("The journal names no guardian of the pupil."), guardian),
        "agrees": lambda: (
            _("The journal's last export agrees with what Gosuslugi says."),
            _("Ask the family to sign out and in again; if that doesn't help, tell the portal's support."),
        ),
    }
    return texts[reason]()


def answer_words(words: Words, answer: Answer) -> str:
    """An answer as both sides read it."""
    _ = words.gettext
    return {
        "fixed": _("Corrected in the journal: shown after its next export, mostly the next morning"),
        "documents": _("Come to the school with the documents"),
        "refused": _("Refusal"),
        "not-ours": _("Not our pupil"),
    }[answer]


def state_words(words: Words, one: Request) -> tuple[str, str]:
    """A request's state, and the tone of its tag."""
    _ = words.gettext
    if one.state == "closed":
        return (_("Diary found"), "good") if one.closed_as == "found" else (_("Closed by the family"), "")
    if one.state == "answered" and one.answer:
        short = {
            "fixed": _("Answered: corrected"),
            "documents": _("Answered: documents needed"),
            "refused": _("Answered: refused"),
            "not-ours": _("Answered: not our pupil"),
        }
        return short[one.answer], "info" if one.answer == "fixed" else "warn"
    return (_("Seen by the school"), "info") if one.state == "seen" else (_("Sent"), "info")


def event_words(words: Words, event: Event) -> str:
    """A step of the history."""
    _ = words.gettext
    if event.what == "answered" and event.answer:
        who = _("The portal's operator answered") if event.done_by == "operator" else _("The school answered")
        return f"{who}: {answer_words(words, event.answer)}"
    return {
        "sent": _("The family sent the request"),
        "again": _("The family asked again"),
        "seen": _("The portal's operator opened it")
        if event.done_by == "operator"
        else _("The school opened it"),
        "found": _("The portal found the diary"),
        "closed": _("The family closed the request"),
    }[event.what]


def child_name(one: Request) -> str:
    """«Чижов Тимур Олегович»."""
    names = (one.child_last_name, one.child_first_name, one.child_middle_name)
    return " ".join(filter(None, names))


def moment(words: Words, at: datetime) -> str:
    """«23.11.2026 12:00», Moscow time."""
    local = at.astimezone(_MOSCOW)
    return f"{words.date_numeric(local.date())} {words.time(local)}"


def day(words: Words, value: date | None) -> str:
    """«01.09.2012»; a dash for none."""
    return words.date_numeric(value) if value else NOTHING


def snils_end(snils: str | None) -> str:
    """The last digits: enough to compare with a paper, too few to sign anything."""
    return f"•••-•••-•{snils[7:9]} {snils[9:]}" if snils else NOTHING


def school_place(words: Words, school: ConnectedSchool) -> str:
    """The region, and the address where the export has one; it may begin with the region."""
    region, address = region_name(words, school.region), school.address or ""
    return address if address.startswith(region) else ", ".join(filter(None, (region, address)))
